// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// The table of pipelines.
package struct PipelineStore {
    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    private static let columns: SQLStatement = """
        id, name, pipeline_type_id, watermark, next_watermark, watermark_start_date, watermark_execution_id,
        revision, watermark_revision, next_watermark_revision, pipeline_metadata,
        last_target_insert, last_target_update, last_target_soft_delete,
        freshness_number, freshness_datepart, mute_freshness_check,
        timeliness_number, timeliness_datepart, mute_timeliness_check,
        load_lineage, active, input_hash, created_at, updated_at
        """

    private static func decode(_ row: inout RowReader) throws -> Pipeline {
        Pipeline(
            id: try row.next(),
            name: try row.next(),
            pipelineTypeID: try row.next(),
            watermarks: try row.pipelineWatermarks(),
            metadata: try row.next(),
            lastTarget: try row.targetTimes(),
            freshness: try row.threshold(),
            timeliness: try row.threshold(),
            loadLineage: try row.next(),
            isActive: try row.next(),
            inputHash: try row.next(),
            createdAt: try row.next(),
            updatedAt: try row.next()
        )
    }

    /// All pipelines, by id.
    package func all() throws -> [Pipeline] {
        try self.transaction.all("SELECT \(Self.columns) FROM pipeline ORDER BY id", Self.decode)
    }

    /// The pipeline of an id.
    ///
    /// - Parameters:
    ///   - id: the id.
    ///   - locked: whether nobody else may change it until the transaction ends.
    /// - Returns: `nil` when there is none.
    /// - Throws: ``DatabaseError``
    package func find(id: Int64, locked: Bool = false) throws -> Pipeline? {
        let lock = self.transaction.dialect.forUpdate(locked)
        return try self.transaction.one("SELECT \(Self.columns) FROM pipeline WHERE id = \(id)\(lock)", Self.decode)
    }

    /// The pipeline of a name.
    ///
    /// - Parameters:
    ///   - name: the name.
    ///   - locked: whether nobody else may change it until the transaction ends.
    /// - Returns: `nil` when there is none.
    /// - Throws: ``DatabaseError``
    package func find(name: String, locked: Bool = false) throws -> Pipeline? {
        let lock = self.transaction.dialect.forUpdate(locked)
        return try self.transaction.one("SELECT \(Self.columns) FROM pipeline WHERE name = \(name)\(lock)", Self.decode)
    }

    /// The names of pipelines in their order.
    ///
    /// - Parameter typeName: only those of the type of this name.
    /// - Returns: the names.
    /// - Throws: ``DatabaseError``
    package func names(typeName: String? = nil) throws -> [String] {
        let condition: SQLStatement =
            typeName.map { " WHERE pipeline_type_id = (SELECT id FROM pipeline_type WHERE name = \($0))" } ?? ""
        return try self.transaction.all("SELECT name FROM pipeline\(condition) ORDER BY name") { try $0.next() }
    }

    /// Creates a pipeline, active and with its lineage wanted, unless there is one of this name.
    ///
    /// - Returns: the new pipeline; `nil` when another one has the name.
    /// - Throws: ``DatabaseError``
    package func insert(name: String, pipelineTypeID: Int64, now: Timestamp) throws -> Pipeline? {
        let id = try self.transaction.insert(
            """
            INSERT INTO pipeline (name, pipeline_type_id, revision, watermark_revision, next_watermark_revision,
                mute_freshness_check, mute_timeliness_check, load_lineage, active, created_at)
            VALUES (\(name), \(pipelineTypeID), 0, 0, 0, FALSE, FALSE, TRUE, TRUE, \(now))
            ON CONFLICT (name) DO NOTHING
            """
        )
        return try id.flatMap { try self.find(id: $0) }
    }

    /// Writes all fields of a pipeline that is there.
    package func update(_ pipeline: Pipeline) throws {
        try self.transaction.run(
            """
            UPDATE pipeline SET name = \(pipeline.name), pipeline_type_id = \(pipeline.pipelineTypeID),
                watermark = \(pipeline.watermarks.current), next_watermark = \(pipeline.watermarks.next),
                watermark_start_date = \(pipeline.watermarks.setBy?.startDate),
                watermark_execution_id = \(pipeline.watermarks.setBy?.executionID),
                revision = \(pipeline.watermarks.revision),
                watermark_revision = \(pipeline.watermarks.currentRevision),
                next_watermark_revision = \(pipeline.watermarks.nextRevision),
                pipeline_metadata = \(pipeline.metadata),
                freshness_number = \(pipeline.freshness.number), freshness_datepart = \(pipeline.freshness.datepart),
                mute_freshness_check = \(pipeline.freshness.isMuted),
                timeliness_number = \(pipeline.timeliness.number),
                timeliness_datepart = \(pipeline.timeliness.datepart),
                mute_timeliness_check = \(pipeline.timeliness.isMuted),
                load_lineage = \(pipeline.loadLineage), active = \(pipeline.isActive),
                input_hash = \(pipeline.inputHash), updated_at = \(pipeline.updatedAt)
            WHERE id = \(pipeline.id)
            """
        )
    }

    /// Writes what a successful execution changes of a pipeline.
    package func update(
        id: Int64,
        watermarks: PipelineWatermarks,
        lastTarget: TargetTimes,
        loadLineage: Bool
    ) throws {
        try self.transaction.runLater(
            """
            UPDATE pipeline SET watermark = \(watermarks.current),
                watermark_start_date = \(watermarks.setBy?.startDate),
                watermark_execution_id = \(watermarks.setBy?.executionID),
                last_target_insert = \(lastTarget.insert), last_target_update = \(lastTarget.update),
                last_target_soft_delete = \(lastTarget.softDelete), load_lineage = \(loadLineage)
            WHERE id = \(id)
            """
        )
    }
}

extension RowReader {
    /// Reads the columns of a pipeline's watermarks.
    mutating func pipelineWatermarks() throws -> PipelineWatermarks {
        let current: String? = try self.next()
        let next: String? = try self.next()
        let startDate: Timestamp? = try self.next()
        let executionID: Int64? = try self.next()
        return PipelineWatermarks(
            current: current,
            next: next,
            setBy: startDate.flatMap { date in
                executionID.map { StartOrder(startDate: date, executionID: $0) }
            },
            revision: try self.next(),
            currentRevision: try self.next(),
            nextRevision: try self.next()
        )
    }

    /// Reads the three columns of the target times.
    mutating func targetTimes() throws -> TargetTimes {
        TargetTimes(insert: try self.next(), update: try self.next(), softDelete: try self.next())
    }
}
