// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess
import Testing
import WatcherWire

/// The privileges of `docs/databases.md` are enough, and no more than that.
struct PrivilegesTests {
    @Test("a role with the documented privileges runs a server, and cannot change the schema")
    func leastPrivileges() async throws {
        let grants = try #require(
            try Snippets.files(in: "docs", named: { $0 == "databases.md" }).flatMap {
                Snippets.blocks(of: $0, in: "sql")
            }.first
        )
        try await OwnPostgres.with { postgres in
            for role in ["watcher_owner", "watcher_app"] {
                try await Psql.run(postgres.url, "CREATE ROLE \(role) LOGIN PASSWORD '\(role)'")
            }
            try await Psql.run(postgres.url, "CREATE DATABASE watcher OWNER watcher_owner")
            let (owner, app) = (try Self.url(postgres, "watcher_owner"), try Self.url(postgres, "watcher_app"))

            // Before the owner has made the schema, the other role is refused in one sentence.
            try await expectRefusal(["serve", "--port", "0", "--database", app], naming: ["permission", "grant"])
            let migrated = try await Binary.run(["migrate", "--database", owner])
            #expect(migrated.status == .exited(0), "\(migrated.errors)")
            try await Psql.run(owner, grants.code)
            try await withServer(database: app) { server in
                try await TestClient.with(server.url) { try await Self.useEverything($0) }
            }

            for forbidden in [
                "CREATE TABLE mine (id BIGINT)", "DROP TABLE pipeline_execution", "TRUNCATE pipeline_execution",
                "ALTER TABLE pipeline ADD COLUMN mine BIGINT", "DELETE FROM schema_migration",
                "CREATE TEMP TABLE mine ()",
            ] {
                await #expect(throws: CommandFailed.self, "\(forbidden)") { try await Psql.run(app, forbidden) }
            }
        }
    }

    /// Writes to every table.
    private static func useEverything(_ client: TestClient) async throws {
        let pipeline = try await client.pipeline("least")
        let addresses = ["a", "b"].map {
            AddressRequest(name: $0, addressTypeName: "table", addressTypeGroupName: "database")
        }
        let lineage = AddressLineageRequest(
            pipelineID: pipeline,
            sourceAddresses: [addresses[0]],
            targetAddresses: [addresses[1]]
        )
        let edges = try await client.post(Endpoints.addressLineage, lineage)
        #expect(edges.status == 201)
        let started = try await client.post(
            Endpoints.startExecution,
            StartExecutionRequest(pipelineID: pipeline, watermark: nil),
            key: "start"
        )
        let id = try #require(started.id)
        let end = EndExecutionRequest(id: id, endDate: .maximum, completedSuccessfully: true, totalRows: 1)
        let ended = try await client.post(Endpoints.endExecution, end, key: "end")
        #expect(ended.status == 204)
        let executions = try await client.executions()
        #expect(executions.map(\.status) == [.succeeded])
    }

    private static func url(_ postgres: OwnPostgres, _ role: String) throws -> String {
        var url = try #require(URLComponents(string: postgres.url))
        url.user = role
        url.password = role
        url.path = "/watcher"
        return try #require(url.string)
    }
}
