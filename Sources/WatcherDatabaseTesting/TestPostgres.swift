// SPDX-License-Identifier: Apache-2.0
import Foundation
import Logging
import WatcherDatabase
import WatcherPostgres

/// The PostgreSQL server that tests use: an empty schema of its own for each test.
package enum TestPostgres {
    /// The environment variable with the URL of the server, which `scripts/postgres run` sets.
    package static let environmentVariable = "WATCHER_TEST_POSTGRES"

    /// There is no PostgreSQL for the tests, which is a failure and no reason to skip them.
    package struct Missing: Error, CustomStringConvertible {
        package let description =
            "\(TestPostgres.environmentVariable) is not set: run the tests with scripts/postgres run -- swift test"
    }

    /// The URL of the server.
    package static func url() throws -> String {
        guard let url = ProcessInfo.processInfo.environment[Self.environmentVariable] else { throw Missing() }
        return url
    }

    /// Lends the URL of a database that is empty, and removes what is in it when `body` has returned or thrown.
    ///
    /// It is a schema of the server's database, which is made faster than a database, and looks like one to whoever
    /// connects with the URL.
    package static func withDatabase<Value>(_ body: (_ url: String) async throws -> Value) async throws -> Value {
        let server = try Self.url()
        let schema = "test_" + UUID().uuidString.lowercased().replacing("-", with: "_")
        try await Self.execute("CREATE SCHEMA %I", schema, on: server)
        let separator = server.contains("?") ? "&" : "?"
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body("\(server)\(separator)options=-csearch_path%3D\(schema)"))
        } catch {
            outcome = .failure(error)
        }
        try await Self.execute("DROP SCHEMA %I CASCADE", schema, on: server)
        return try outcome.get()
    }

    /// Runs a command with a name in it, which cannot be a bound value.
    private static func execute(_ command: String, _ schema: String, on server: String) async throws {
        // Not kept open: many tests run at once, and share the server's connections.
        let database = try PostgresDatabase(.init(url: server), logger: Logger(label: "test"))
        let outcome: Result<Void, any Error>
        do {
            try await database.write { transaction in
                try transaction.run("SELECT set_config('test.command', \(command), TRUE)")
                try transaction.run("SELECT set_config('test.schema', \(schema), TRUE)")
                try transaction.run(
                    """
                    DO 'BEGIN EXECUTE format(current_setting(''test.command''), current_setting(''test.schema'')); END'
                    """
                )
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        try await database.close()
        try outcome.get()
    }
}
