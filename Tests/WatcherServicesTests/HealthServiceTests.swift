// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices
import WatcherStore

struct HealthServiceTests {
    @Test("a server whose ledger lacks a step of the schema is not ready", arguments: TestDatabase.Kind.allCases)
    func notMigrated(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.with(kind) { database in
            let health = HealthService(Ledger(database: database, now: { Timestamp(microseconds: 0) }))
            try await health.check()
            let last = Int64(Schema.migrations.count)
            try await database.write { _ = try $0.run("DELETE FROM schema_migration WHERE id = \(last)") }
            let refusal = await #expect(throws: ServiceError.self) { try await health.check() }
            #expect(refusal?.code == .unavailable)
        }
    }

    @Test("a step that only a newer version knows hinders nobody", arguments: TestDatabase.Kind.allCases)
    func newerSchema(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.with(kind) { database in
            let next = Int64(Schema.migrations.count + 1)
            try await database.write { transaction in
                let name = "of tomorrow"
                try transaction.run(
                    """
                    INSERT INTO schema_migration (id, name, checksum, applied_at)
                    VALUES (\(next), \(name), \(Int64(0)), \(Int64(0)))
                    """
                )
            }
            try await HealthService(Ledger(database: database, now: { Timestamp(microseconds: 0) })).check()
        }
    }
}
