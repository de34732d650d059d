// SPDX-License-Identifier: Apache-2.0
import WatcherDatabaseTesting

/// Lends two servers on one database, and ends them.
func withTwoServers<Value: Sendable>(
    database: String,
    _ body: (_ first: ServerProcess, _ second: ServerProcess) async throws -> Value
) async throws -> Value {
    try await withServer(database: database) { first in
        try await withServer(database: database) { second in
            try await body(first, second)
        }.value
    }.value
}

/// A client of each of two servers on one PostgreSQL database.
struct TwoServers: Sendable {
    let first: TestClient
    let second: TestClient
    /// The URL of the database.
    let database: String

    /// Lends them, on a database that has nothing in it.
    static func with(_ body: (Self) async throws -> Void) async throws {
        try await TestPostgres.withDatabase { url in
            try await withTwoServers(database: url) { first, second in
                try await TestClient.with(first.url) { first in
                    try await TestClient.with(second.url) { second in
                        try await body(Self(first: first, second: second, database: url))
                    }
                }
            }
        }
    }

    /// Sends so many requests at once, by turns to the first server and to the second.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - send: sends the one of this number.
    /// - Returns: the answers, by the numbers of their requests.
    /// - Throws: what `send` threw.
    func atOnce(
        _ count: Int,
        _ send: @escaping @Sendable (TestClient, Int) async throws -> TestClient.Response
    ) async throws -> [TestClient.Response] {
        try await withThrowingTaskGroup(of: (Int, TestClient.Response).self) { group in
            for number in 0..<count {
                let client = number.isMultiple(of: 2) ? self.first : self.second
                group.addTask {
                    let answer = try await send(client, number)
                    return (number, answer)
                }
            }
            var answers: [(Int, TestClient.Response)] = []
            for try await answer in group { answers.append(answer) }
            return answers.sorted { $0.0 < $1.0 }.map { $0.1 }
        }
    }
}

extension [TestClient.Response] {
    /// What the answers say whose status is none of these.
    func others(than statuses: Int...) -> [String] {
        self.filter { !statuses.contains($0.status) }.map { UnexpectedAnswer(response: $0).description }
    }
}
