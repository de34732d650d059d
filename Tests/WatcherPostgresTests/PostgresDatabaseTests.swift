// SPDX-License-Identifier: Apache-2.0
import Foundation
import Logging
import Synchronization
import Testing
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherPostgres

/// What only PostgreSQL does: connections that break, other servers on the same rows.
struct PostgresDatabaseTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func with(
        readers: Int = 2,
        _ body: (_ database: PostgresDatabase, _ other: PostgresDatabase) async throws -> Void
    ) async throws {
        try await TestPostgres.withDatabase { url in
            var configuration = try PostgresDatabase.Configuration(url: url)
            configuration.readers = readers
            let database = try PostgresDatabase(configuration, logger: Self.logger)
            let other = try PostgresDatabase(configuration, logger: Self.logger)
            do {
                _ = try await database.write { transaction in
                    try transaction.run("CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)")
                    try transaction.run("INSERT INTO t (id, n) VALUES (1, 0), (2, 0)")
                }
                try await body(database, other)
            } catch {
                try await database.close()
                try await other.close()
                throw error
            }
            try await database.close()
            try await other.close()
        }
    }

    private static func backend(_ transaction: Transaction) throws -> Int64 {
        try transaction.one("SELECT pg_backend_pid()") { try $0.next(Int64.self) } ?? 0
    }

    private static func increment(_ id: Int64, _ transaction: Transaction) throws {
        try transaction.run("UPDATE t SET n = n + 1 WHERE id = \(id)")
    }

    private static func total(_ database: PostgresDatabase) async throws -> Int64? {
        try await database.read { try $0.one("SELECT CAST(sum(n) AS BIGINT) FROM t") { try $0.next(Int64.self) } }
    }

    @Test("connections that the server has ended are replaced, and nobody notices")
    func connectionsAreReplaced() async throws {
        try await Self.with { database, other in
            for _ in 0..<3 {
                let writing = try await database.write { try Self.backend($0) }
                let reading = try await database.read { try Self.backend($0) }
                #expect(writing != reading)
                for pid in [writing, reading] {
                    _ = try await other.write { try $0.run("SELECT pg_terminate_backend(CAST(\(pid) AS INTEGER))") }
                }
                try await database.write { try Self.increment(1, $0) }
                _ = try await Self.total(database)
            }
            let total = try await Self.total(database)
            #expect(total == 3)
        }
    }

    @Test("a connection that ends in the middle of a write: the write runs again, and counts once")
    func writeRunsAgain() async throws {
        try await Self.with { database, other in
            // The connection ends itself between two statements, the first time only.
            let first = try await database.write { try Self.backend($0) }
            try await database.write { transaction in
                try Self.increment(1, transaction)
                if try Self.backend(transaction) == first {
                    try transaction.run("SELECT pg_terminate_backend(pg_backend_pid())")
                }
                try Self.increment(2, transaction)
            }
            let total = try await Self.total(other)
            #expect(total == 2)
        }
    }

    @Test("servers that lock the same rows in opposite order both get through")
    func deadlocksAreResolved() async throws {
        try await Self.with { database, other in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for round in 0..<40 {
                    for (server, order) in [(database, [Int64(1), 2]), (other, [2, 1])] {
                        group.addTask {
                            try await server.write { transaction in
                                for id in round.isMultiple(of: 2) ? order : order.reversed() {
                                    try Self.increment(id, transaction)
                                }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let total = try await Self.total(database)
            #expect(total == 160)
        }
    }

    @Test("a connection that ends during the commit: the outcome is unknown, and the work does not run again")
    func brokenCommit() async throws {
        try await Self.with { database, other in
            _ = try await database.write { transaction in
                try transaction.run(
                    """
                    CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'
                    """
                )
                try transaction.run(
                    """
                    CREATE CONSTRAINT TRIGGER die AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION die()
                    """
                )
            }
            let runs = Atomic(0)
            let error = await #expect(throws: DatabaseError.self) {
                try await database.write { transaction in
                    runs.add(1, ordering: .relaxed)
                    try transaction.run("INSERT INTO t (id, n) VALUES (3, 0)")
                }
            }
            #expect(error?.code == .outcomeUnknown)
            #expect(runs.load(ordering: .relaxed) == 1)
            // The next write finds a new connection.
            try await database.write { try Self.increment(1, $0) }
            let total = try await Self.total(other)
            #expect(total == 1)
        }
    }

    @Test("a statement that takes too long is ended, and only it")
    func statementTimeout() async throws {
        try await TestPostgres.withDatabase { url in
            // The URL has options of its own already.
            let settings = try PostgresDatabase.Configuration(url: url + "%20-cstatement_timeout%3D100")
            let database = try PostgresDatabase(settings, logger: Self.logger)
            let error = await #expect(throws: DatabaseError.self) {
                try await database.read { try $0.run("SELECT pg_sleep(20)") }
            }
            let next = try await database.read { try Self.backend($0) }
            try await database.close()
            #expect(error?.code == .timeout)
            #expect(next > 0)
        }
    }

    @Test("inserts of several texts, sent at once on a new connection, each get the id of their own row")
    func mixedInserts() async throws {
        try await Self.with { database, other in
            _ = try await database.write { transaction in
                try transaction.run(
                    "CREATE TABLE u (id BIGINT GENERATED BY DEFAULT AS IDENTITY, a TEXT, b TEXT, c TEXT)"
                )
            }
            for round in 0..<10 {
                // The writer is held up, so that the inserts come together; its connection is new, and knows no text.
                let pid = try await database.write { try Self.backend($0) }
                _ = try await other.write { try $0.run("SELECT pg_terminate_backend(CAST(\(pid) AS INTEGER))") }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { _ = try await database.write { try $0.run("SELECT pg_sleep(0.02)") } }
                    for number in 0..<12 {
                        group.addTask {
                            let label = "\(round) \(number)"
                            let statement: SQLStatement =
                                switch number % 3 {
                                case 0: "INSERT INTO u (a) VALUES (\(label))"
                                case 1: "INSERT INTO u (b) VALUES (\(label))"
                                default: "INSERT INTO u (c) VALUES (\(label))"
                                }
                            let id = try #require(try await database.insert(statement))
                            let stored = try await database.read { transaction in
                                try transaction.one("SELECT coalesce(a, b, c) FROM u WHERE id = \(id)") {
                                    try $0.next(String.self)
                                }
                            }
                            #expect(stored == label)
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test("a row that another program holds locked holds up nobody else")
    func lockedRow() async throws {
        try await Self.with { database, other in
            let held = Atomic(false)
            let release = DispatchSemaphore(value: 0)
            async let wasReleased = other.write { transaction in
                try Self.increment(1, transaction)
                held.store(true, ordering: .releasing)
                // Bounded, so that a failure below cannot hold up the test.
                return release.wait(timeout: .now() + 30) == .success
            }
            let deadline = ContinuousClock.now + .seconds(30)
            while !held.load(ordering: .acquiring), .now < deadline { try await Task.sleep(for: .milliseconds(1)) }
            let isHeld = held.load(ordering: .acquiring)
            #expect(isHeld)
            async let blocked: Void = database.write { try Self.increment(1, $0) }
            for _ in 0..<20 { try await database.write { try Self.increment(2, $0) } }
            release.signal()
            let isInTime = try await wasReleased
            #expect(isInTime)
            // On a machine where all this takes seconds, it has been given up.
            let gotThrough = (try? await blocked) != nil
            let total = try await Self.total(database)
            #expect(total == (gotThrough ? 22 : 21))
        }
    }

    @Test("a refused statement says its code, and which constraint refused it")
    func errorsAreNamed() async throws {
        try await Self.with { database, _ in
            let error = await #expect(throws: DatabaseError.self) {
                _ = try await database.write { try $0.run("INSERT INTO t (id, n) VALUES (1, 5)") }
            }
            #expect(error?.code == .unique)
            #expect(error?.message.contains("23505") == true)
            #expect(error?.message.contains("t_pkey") == true)
        }
    }

    @Test("a text with a NUL character is refused, not cut off")
    func nulIsRefused() async throws {
        try await Self.with { database, _ in
            let text = "a\u{0}b"
            let error = await #expect(throws: DatabaseError.self) {
                try await database.read { try $0.one("SELECT \(text)") { try $0.next(String.self) } }
            }
            #expect(error?.code == .type)
        }
    }

    @Test("more reads than connections all get their turn")
    func readsShareConnections() async throws {
        try await Self.with(readers: 2) { database, _ in
            let pids = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<50 { group.addTask { try await database.read { try Self.backend($0) } } }
                return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
            }
            #expect((1...2).contains(pids.count))
        }
    }

    @Test("a read sees one state of the database, and cannot change it")
    func readsAreSnapshots() async throws {
        try await Self.with { database, _ in
            await #expect(throws: DatabaseError.self) { try await database.read { try Self.increment(1, $0) } }
            let total = try await Self.total(database)
            #expect(total == 0)
        }
    }
}
