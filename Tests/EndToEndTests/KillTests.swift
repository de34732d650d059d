// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite("A server that is killed under load", .serialized)
struct KillTests {
    @Test("has every acknowledged write once, and retries double nothing", arguments: [1, 50, 400, 1500])
    func killed(afterWrites count: Int) async throws {
        try await withTemporaryFolder { folder in
            let database = "sqlite:\(folder)/kill.sqlite"
            let runs = try await withServer(database: database) { server in
                try await TestClient.with(server.url) { client in
                    let clients = LoadedClients(servers: [client], pipeline: try await client.pipeline("killed"))
                    return try await clients.work {
                        try await clients.acknowledge(count)
                        try server.kill9()
                    }
                }
            }.value
            #expect(runs.count { $0.id != nil } + runs.count { $0.endAcknowledged } >= count)
            try await withServer(database: database) { server in
                try await TestClient.with(server.url) { client in
                    try await LoadedClients.check(runs, client)
                    try await LoadedClients.retry(runs, client)
                    try await LoadedClients.check(runs, client)
                }
            }
        }
    }
}
