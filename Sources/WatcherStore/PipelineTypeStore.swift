// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// The table of pipeline types.
package struct PipelineTypeStore {
    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    private static let columns: SQLStatement = """
        id, name, freshness_number, freshness_datepart, mute_freshness_check,
        timeliness_number, timeliness_datepart, mute_timeliness_check, created_at, updated_at
        """

    private static func decode(_ row: inout RowReader) throws -> PipelineType {
        PipelineType(
            id: try row.next(),
            name: try row.next(),
            freshness: try row.threshold(),
            timeliness: try row.threshold(),
            createdAt: try row.next(),
            updatedAt: try row.next()
        )
    }

    /// All types, by id.
    package func all() throws -> [PipelineType] {
        try self.transaction.all("SELECT \(Self.columns) FROM pipeline_type ORDER BY id", Self.decode)
    }

    /// The names of all types in their order.
    package func names() throws -> [String] {
        try self.transaction.all("SELECT name FROM pipeline_type ORDER BY name") { try $0.next() }
    }

    /// The type of an id.
    ///
    /// - Parameters:
    ///   - id: the id.
    ///   - locked: whether nobody else may change it until the transaction ends.
    /// - Returns: `nil` when there is none.
    /// - Throws: ``DatabaseError``
    package func find(id: Int64, locked: Bool = false) throws -> PipelineType? {
        let lock = self.transaction.dialect.forUpdate(locked)
        return try self.transaction.one(
            "SELECT \(Self.columns) FROM pipeline_type WHERE id = \(id)\(lock)",
            Self.decode
        )
    }

    /// The type of a name.
    ///
    /// - Parameters:
    ///   - name: the name.
    ///   - locked: whether nobody else may change it until the transaction ends.
    /// - Returns: `nil` when there is none.
    /// - Throws: ``DatabaseError``
    package func find(name: String, locked: Bool = false) throws -> PipelineType? {
        let lock = self.transaction.dialect.forUpdate(locked)
        return try self.transaction.one(
            "SELECT \(Self.columns) FROM pipeline_type WHERE name = \(name)\(lock)",
            Self.decode
        )
    }

    /// Creates a type unless there is one of this name.
    ///
    /// - Returns: the id of the new type; `nil` when another one has the name.
    /// - Throws: ``DatabaseError``
    package func insert(name: String, freshness: Threshold, timeliness: Threshold, now: Timestamp) throws -> Int64? {
        try self.transaction.insert(
            """
            INSERT INTO pipeline_type (name, freshness_number, freshness_datepart, mute_freshness_check,
                timeliness_number, timeliness_datepart, mute_timeliness_check, created_at)
            VALUES (\(name), \(freshness.number), \(freshness.datepart), \(freshness.isMuted),
                \(timeliness.number), \(timeliness.datepart), \(timeliness.isMuted), \(now))
            ON CONFLICT (name) DO NOTHING
            """
        )
    }

    /// Writes all fields of a type that is there.
    package func update(_ type: PipelineType) throws {
        try self.transaction.run(
            """
            UPDATE pipeline_type SET name = \(type.name),
                freshness_number = \(type.freshness.number), freshness_datepart = \(type.freshness.datepart),
                mute_freshness_check = \(type.freshness.isMuted),
                timeliness_number = \(type.timeliness.number), timeliness_datepart = \(type.timeliness.datepart),
                mute_timeliness_check = \(type.timeliness.isMuted), updated_at = \(type.updatedAt)
            WHERE id = \(type.id)
            """
        )
    }
}
