// SPDX-License-Identifier: Apache-2.0
package import Logging
package import WatcherCore
package import WatcherDatabase
import WatcherStore

/// Copies a whole ledger into an empty database of any kind, and verifies the copy.
///
/// 1. The source must have the schema of this program, the target is brought to it and must have no rows, unless a copy
///    of the same source has begun there.
/// 2. Each table's rows are copied with their ids, in batches; a batch and how far the copy has come with it are
///    committed together, so a copy that ends anywhere goes on from there when it is run again.
/// 3. Both ends are read again, and every row compared.
/// 4. The target is told which ids are taken, and becomes a ledger like any other.
///
/// The source is only read.
package struct LedgerCopy: Sendable {
    /// How many rows may go into one batch.
    package static let batches = 1...10_000

    private let source: CopyEnd
    private let target: CopyEnd
    private let batch: Int64

    /// Makes a copy that has not begun.
    ///
    /// - Parameters:
    ///   - source: the ledger.
    ///   - target: where to; nothing else may write to it meanwhile.
    ///   - batch: how many rows are read at once and committed together; within ``batches``.
    package init(from source: any Database, to target: any Database, batch: Int = 500) {
        self.source = CopyEnd(name: "source", database: source)
        self.target = CopyEnd(name: "target", database: target)
        self.batch = Int64(batch)
    }

    /// How far a copy has come with a table.
    package struct Progress: Sendable, Equatable {
        /// What is done with the rows.
        package enum Work: String, Sendable {
            /// They are read and written.
            case copying
            /// They are read at both ends and compared.
            case verifying
        }

        /// What is done.
        package let work: Work
        /// The table.
        package let table: String
        /// With how many rows it has been done, also before this run.
        package let rows: Int64
        /// How many rows there are.
        package let total: Int64
    }

    /// A table that is the same at both ends.
    package struct Table: Sendable, Equatable {
        /// Its name.
        package let name: String
        /// How many rows it has.
        package let rows: Int64
        /// A hash of all its values, which depends on no database.
        package let checksum: String
    }

    /// Copies what has not been copied, verifies everything, and ends the copy.
    ///
    /// - Parameters:
    ///   - now: recorded with the steps of the target's schema.
    ///   - logger: told about these steps.
    ///   - report: told how far it has come, before the first batch of a table and after each; what it throws ends the
    ///     copy, which goes on from there when it is run again.
    /// - Returns: the tables.
    /// - Throws: ``CopyError``, or what `report` threw.
    package func run(
        now: Timestamp,
        logger: Logger,
        _ report: (Progress) throws -> Void
    ) async throws -> [Table] {
        let sourceID = try await self.identifySource()
        try await self.prepareTarget(sourceID, now, logger)
        for table in CopiedTable.all { try await self.copy(table, sourceID, report) }
        var tables: [Table] = []
        for table in CopiedTable.all { tables.append(try await self.verify(table, report)) }
        try await self.target.write { transaction in
            for table in CopiedTable.all { try TableCopyStore(transaction).continueIDs(of: table) }
            try CopyProgressStore(transaction).finish()
        }
        return tables
    }

    // MARK: Both ends

    /// Refuses what is no ledger of this version.
    ///
    /// - Returns: a hash that stands for the source: no two databases took their steps in the same microseconds.
    private func identifySource() async throws -> Int64 {
        let steps = try await self.source.read { transaction in
            try CopyProgressStore(transaction).requireNone()
            return try Migrator(Schema.migrations).takenSteps(transaction)
        }
        guard !steps.isEmpty else { throw CopyError(.unusable, "the source cannot be used: it holds no ledger") }
        guard steps.count == Schema.migrations.count else {
            throw CopyError(
                .unusable,
                "the source's schema is older than this program: start 'watcher serve' on it once, then copy it"
            )
        }
        var hash = StableHash()
        for step in steps { hash.combine("\(step.id) \(step.appliedAt)") }
        return hash.value
    }

    /// Begins a copy in an empty target, or finds the one that has begun there; else the target stays as it is.
    private func prepareTarget(_ sourceID: Int64, _ now: Timestamp, _ logger: Logger) async throws {
        let isUnderway = try await self.target.read { transaction in
            let progress = CopyProgressStore(transaction)
            guard try progress.isUnderway() else {
                try Self.requireEmpty(transaction)
                return false
            }
            if try progress.hasOtherSource(than: sourceID) {
                throw CopyError(
                    .targetTaken,
                    "the target holds an unfinished copy of another source: finish that one, or name an empty database"
                )
            }
            return true
        }
        _ = try await self.target.named {
            try await Migrator(Schema.migrations)
                .migrate(self.target.database, now: now.microseconds, logger: logger)
        }
        guard !isUnderway else { return }
        try await self.target.write { transaction in
            try Self.requireEmpty(transaction)
            try CopyProgressStore(transaction).begin()
        }
        // One database may have several names; what was written at one end shows at the other.
        guard try await self.source.read({ try CopyProgressStore($0).isUnderway() }) else { return }
        try await self.target.write { try CopyProgressStore($0).finish() }
        throw CopyError(.sameDatabase, "source and target are the same database")
    }

    private static func requireEmpty(_ transaction: Transaction) throws {
        guard try TableCopyStore(transaction).isEmpty() else {
            throw CopyError(.targetTaken, "the target holds rows already: name a new or empty database")
        }
    }

    // MARK: Each table

    private func copy(_ table: CopiedTable, _ sourceID: Int64, _ report: (Progress) throws -> Void) async throws {
        let total = try await self.source.read { try TableCopyStore($0).count(of: table) }
        var position = try await self.target.read { try CopyProgressStore($0).position(of: table) }
        while true {
            let copied = position?.rows ?? 0
            try report(Progress(work: .copying, table: table.name, rows: copied, total: total))
            let rows = try await self.rows(of: table, after: position?.key, at: self.source)
            guard let last = rows.last else { return }
            let next = CopyPosition(key: table.key(of: last), rows: copied + Int64(rows.count))
            try await self.target.write { transaction in
                try TableCopyStore(transaction).insert(rows, into: table)
                try CopyProgressStore(transaction).save(next, of: table, source: sourceID)
            }
            position = next
        }
    }

    /// Reads a table at both ends in the order of its keys; from the first to the last row they must be the same.
    private func verify(_ table: CopiedTable, _ report: (Progress) throws -> Void) async throws -> Table {
        let total = try await self.source.read { try TableCopyStore($0).count(of: table) }
        var hash = StableHash()
        var key: [SQLValue]?
        var verified: Int64 = 0
        while true {
            try report(Progress(work: .verifying, table: table.name, rows: verified, total: total))
            let originals = try await self.rows(of: table, after: key, at: self.source)
            let copies = try await self.rows(of: table, after: key, at: self.target)
            let hashes = originals.map { StableHash(row: $0).value }
            let same = zip(hashes, copies).prefix { $0 == StableHash(row: $1).value }.count
            guard same == originals.count, same == copies.count else {
                throw Self.difference(
                    in: table,
                    after: verified + Int64(same),
                    original: same < originals.count ? originals[same] : nil,
                    found: same < copies.count ? copies[same] : nil
                )
            }
            guard let last = originals.last else {
                return Table(name: table.name, rows: verified, checksum: hash.hexadecimal)
            }
            for rowHash in hashes { hash.combine("\(rowHash)") }
            key = table.key(of: last)
            verified += Int64(originals.count)
        }
    }

    private func rows(of table: CopiedTable, after key: [SQLValue]?, at end: CopyEnd) async throws -> [[SQLValue]] {
        let limit = self.batch
        return try await end.read { try TableCopyStore($0).rows(of: table, after: key, limit: limit) }
    }

    /// Says where two tables part.
    private static func difference(
        in table: CopiedTable,
        after rows: Int64,
        original: [SQLValue]?,
        found: [SQLValue]?
    ) -> CopyError {
        let (originalKey, foundKey) = (original.map { table.key(of: $0) }, found.map { table.key(of: $0) })
        func text(_ key: [SQLValue]?) -> String { key.map { "the row '\(table.text(ofKey: $0))'" } ?? "no row" }
        let finding =
            originalKey == foundKey
            ? "\(text(originalKey)) is not the same"
            : "the source has \(text(originalKey)) where the target has \(text(foundKey))"
        return CopyError(
            .different,
            """
            the copy of \(table.name) differs after \(rows) equal rows: \(finding); stop what writes to source and \
            target, and copy into an empty database
            """
        )
    }
}
