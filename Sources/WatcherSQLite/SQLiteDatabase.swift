// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB
import Logging
import Synchronization
package import WatcherDatabase

/// A SQLite database: one file, or the memory of this process.
///
/// One thread writes, and commits all writes that wait in one transaction (``WriteQueue``); as many as
/// ``Configuration/readers`` read beside it. The file is in WAL mode with `synchronous = FULL`, so a commit is on
/// durable storage when it returns.
package final class SQLiteDatabase: WatcherDatabase.Database {
    /// Where the database is and how it is used.
    package struct Configuration: Sendable {
        /// The file; `nil` keeps everything in memory, and loses it with the process.
        package var path: String?
        /// How many reads run at once.
        package var readers = 4
        /// How long to wait for another program that writes to the same file.
        package var busyTimeout: Duration = .seconds(5)

        /// Makes a configuration.
        package init(path: String?) {
            self.path = path
        }
    }

    package let dialect = SQLDialect.sqlite

    /// The file; `nil` in memory.
    let path: String?
    /// The file as it was when it was opened to look at it; `nil` when it was opened to work with it.
    let file: SQLiteFile?
    private let connections: any DatabaseWriter
    private let writer: SQLiteWriter
    private let queue: WriteQueue
    private let readers: Int
    /// Reads that run or wait.
    private let reads = Atomic(0)

    /// Opens the database, and creates the file when it is missing.
    ///
    /// - Parameter configuration: where it is and how it is used.
    /// - Throws: ``DatabaseError``
    package init(_ configuration: Configuration) throws {
        self.readers = configuration.readers
        self.path = configuration.path
        self.file = nil
        var settings = GRDB.Configuration()
        settings.maximumReaderCount = configuration.readers
        settings.busyMode = .timeout(configuration.busyTimeout / .seconds(1))
        settings.prepareDatabase { database in
            // 8 MiB a connection: the upper levels of every index, and the newest rows.
            try database.execute(sql: "PRAGMA cache_size = -8000")
            // Pages that change again and again, such as the ends of indexes, are copied into the file once in 16 MiB
            // of log instead of once in 4 MiB.
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
        }
        do {
            if let path = configuration.path {
                self.connections = try DatabasePool(path: path, configuration: settings)
            } else {
                self.connections = try DatabaseQueue(configuration: settings)
            }
            // Not among the settings above: a pool that enters WAL mode sets NORMAL after them.
            try self.connections.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        } catch let error as GRDB.DatabaseError {
            throw WatcherDatabase.DatabaseError(opening: configuration.path ?? ":memory:", error)
        }
        (self.writer, self.queue) = Self.writing(self.connections)
    }

    /// Opens a file that is there to look at it: neither the file nor what stands beside it is changed.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - busyTimeout: how long to wait for another program that writes to the same file.
    /// - Throws: ``DatabaseError``
    package init(lookingAt path: String, busyTimeout: Duration = .seconds(5)) throws {
        let file = SQLiteFile(path)
        (self.path, self.file, self.readers) = (path, file, 1)
        var settings = GRDB.Configuration()
        settings.readonly = true
        settings.busyMode = .timeout(busyTimeout / .seconds(1))
        do {
            self.connections = try DatabaseQueue(path: try file.readOnlyAddress(), configuration: settings)
        } catch let error as GRDB.DatabaseError {
            let translated = WatcherDatabase.DatabaseError(error)
            throw translated.code == .corrupt ? translated : WatcherDatabase.DatabaseError(opening: path, error)
        }
        (self.writer, self.queue) = Self.writing(self.connections)
    }

    private static func writing(_ connections: any DatabaseWriter) -> (SQLiteWriter, WriteQueue) {
        let writer = SQLiteWriter(connections)
        let queue = WriteQueue(name: "sqlite-writer") {
            writer.commit($0)
            return false
        }
        return (writer, queue)
    }

    package var writerStatistics: WriterStatistics {
        var statistics = self.writer.statistics
        statistics.waiting = self.queue.waiting
        return statistics
    }

    package var readerStatistics: ReaderStatistics {
        ReaderStatistics(limit: self.readers, inProgress: self.reads.load(ordering: .relaxed))
    }

    package func read<Value: Sendable>(
        _ work: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Value {
        self.reads.add(1, ordering: .relaxed)
        defer { self.reads.subtract(1, ordering: .relaxed) }
        do {
            return try await self.connections.read { database in
                try work(Transaction(SQLiteConnection(database)))
            }
        } catch let error as GRDB.DatabaseError {
            throw WatcherDatabase.DatabaseError(error)
        }
    }

    package func write<Value: Sendable>(
        _ work: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Value {
        try await self.queue.write(work)
    }

    package func close() async throws {
        await self.queue.close()
        do {
            do {
                // So that the file is whole without the log beside it; when another program reads in it, the log stays,
                // and is taken up by whoever opens the file next. Not `checkpoint`, which crashes on what is closed.
                if self.file == nil {
                    try await self.connections.writeWithoutTransaction {
                        try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
                    }
                }
            } catch let error as GRDB.DatabaseError where error.resultCode == .SQLITE_MISUSE {
                // Closed already.
            }
            try self.connections.close()
        } catch let error as GRDB.DatabaseError {
            throw WatcherDatabase.DatabaseError(error)
        }
    }
}
