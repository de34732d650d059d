// SPDX-License-Identifier: Apache-2.0
package import Logging
package import WatcherDatabase

/// A PostgreSQL database, reached through libpq; several servers may use it at once.
///
/// One thread writes on one connection, and commits all writes that wait in one transaction (``WriteQueue``); reads go
/// to further connections, which are made when they are needed and closed when they are not.
package final class PostgresDatabase: Database {
    /// Where the database is and how it is used.
    package struct Configuration: Sendable {
        /// How to reach it.
        package var settings: PostgresSettings
        /// How many reads run at once, each on a connection of its own.
        package var readers = 4

        /// Makes a configuration.
        ///
        /// - Parameter url: `postgres://…`; see ``PostgresSettings``.
        /// - Throws: ``DatabaseError`` when the URL is wrong.
        package init(url: String) throws {
            self.settings = try PostgresSettings(url: url)
        }
    }

    package let dialect = SQLDialect.postgres

    private let writer: PostgresWriter
    private let queue: WriteQueue
    private let readers: PostgresReaders

    /// Connects; blocks until the server has answered, or the timeout of the settings has passed.
    ///
    /// - Parameters:
    ///   - configuration: where it is and how it is used.
    ///   - logger: told about lost connections.
    /// - Throws: ``DatabaseError``
    package init(_ configuration: Configuration, logger: Logger) throws {
        let writer = try PostgresWriter(configuration.settings, logger: logger)
        self.writer = writer
        self.queue = WriteQueue(name: "postgres-writer") { writer.commit($0) }
        self.readers = PostgresReaders(configuration.settings, most: configuration.readers)
    }

    package var writerStatistics: WriterStatistics {
        var statistics = self.writer.statistics
        statistics.waiting = self.queue.waiting
        return statistics
    }

    package var readerStatistics: ReaderStatistics { self.readers.statistics }

    package func read<Value: Sendable>(
        _ work: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Value {
        try await PendingCall.wait(for: PendingCall(work)) { self.readers.submit($0) }
    }

    package func write<Value: Sendable>(
        _ work: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Value {
        try await self.queue.write(work)
    }

    package func insert(_ statement: SQLStatement) async throws -> Int64? {
        try await self.queue.insert(statement)
    }

    package func close() async throws {
        await self.queue.close()
        await self.readers.close()
        self.writer.close()
    }
}
