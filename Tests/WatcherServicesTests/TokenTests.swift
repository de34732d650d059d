// SPDX-License-Identifier: Apache-2.0
import Synchronization
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices
import WatcherStore

struct TokenTests {
    /// A new token: its id, and what its holder sends.
    private static func create(
        _ test: TestLedger,
        _ name: String,
        _ scope: TokenScope = .read
    ) async throws -> (id: Int64, text: String) {
        var generator = SystemRandomNumberGenerator()
        let secret = TokenSecret(using: &generator)
        let id = try await TokenService(test.ledger).create(name: name, scope: scope, secret: secret)
        return (id, secret.token(id: id))
    }

    @Test("a token's text has its id and 43 characters of chance, is read back, and shows in no description")
    func text() throws {
        var generator = SplitMix64(seed: 1)
        let secret = TokenSecret(using: &generator)
        let text = secret.token(id: 7)
        #expect(text.hasPrefix("wtr_7_") && text.utf8.count == 6 + 43)
        #expect(PresentedToken(text[...]) != nil)
        #expect(secret.hash.utf8.count == 64 && secret != TokenSecret(using: &generator))
        for broken in [
            "", "wtr_", "wtr_7", "wtr__\(text.dropFirst(6))", "7_\(text.dropFirst(6))", text + "x",
            String(text.dropLast()),
            text.replacing("wtr_7_", with: "wtr_x_"), String(text.dropLast()) + "é", String(text.dropLast()) + "+",
        ] {
            #expect(PresentedToken(broken[...]) == nil, "\(broken)")
        }
        let words = text.suffix(43)
        #expect(
            !"\(secret) \(String(reflecting: secret)) \(String(describing: PresentedToken(text[...])))".contains(words)
        )
    }

    @Test("the database holds hashes only", arguments: [TestDatabase.Kind.sqliteFile, .postgres])
    func hashesOnly(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { test in
            let token = try await Self.create(test, "etl", .write)
            let secret = token.text.suffix(43)
            let cells = try await test.database.read { transaction in
                try CopiedTable.all.flatMap { table in
                    try TableCopyStore(transaction).rows(of: table, after: nil, limit: 1000).map {
                        "\(table.name) \($0)"
                    }
                }
            }
            #expect(cells.contains { $0.hasPrefix("token ") && $0.contains("etl") })
            #expect(!cells.contains { $0.contains(secret) || $0.contains(token.text) })
        }
    }

    @Test(
        "a name is used once, also after its token was revoked",
        arguments: [TestDatabase.Kind.sqliteFile, .postgres]
    )
    func names(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { test in
            let service = TokenService(test.ledger)
            let first = try await Self.create(test, "etl")
            await #expect(throws: ServiceError.self) { try await Self.create(test, "etl") }
            for name in ["", " x", "12", "+5", "a\nb", String(repeating: "x", count: 101)] {
                await #expect(throws: ServiceError.self, "\(name)") { try await Self.create(test, name) }
            }
            let moment = test.clock.now
            #expect(try await service.revoke("etl").revokedAt == nil)
            test.clock.advance(seconds: 5)
            #expect(try await service.revoke("\(first.id)").revokedAt == moment)
            await #expect(throws: ServiceError.self) { try await service.revoke("nobody") }
            await #expect(throws: ServiceError.self) { try await service.revoke("999") }
            await #expect(throws: ServiceError.self) { try await Self.create(test, "etl") }
            let second = try await Self.create(test, "other", .admin)
            let tokens = try await service.all()
            #expect(tokens.map(\.id) == [first.id, second.id])
            #expect(tokens.map(\.scope) == [.read, .admin])
            #expect(tokens.map(\.revokedAt) == [moment, nil])
        }
    }

    @Test("a token counts from its creation to its revocation", arguments: [TestDatabase.Kind.sqliteFile, .postgres])
    func life(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { test in
            let uptime = Uptime()
            let authenticator = Authenticator(test.ledger, uptime: { uptime.now })
            let stranger = try #require(PresentedToken("wtr_99_\(String(repeating: "A", count: 43))"[...]))
            #expect(try await authenticator.verdict(on: nil) == .noTokens)
            #expect(try await authenticator.verdict(on: stranger) == .noTokens)

            let first = try await Self.create(test, "first", .write)
            try await authenticator.refresh()
            #expect(authenticator.hasActiveTokens)
            #expect(try await authenticator.verdict(on: nil) == .missing)
            let presented = try #require(PresentedToken(first.text[...]))
            guard case .known(let identity) = try await authenticator.verdict(on: presented) else {
                Issue.record("the first token does not count")
                return
            }
            #expect(identity.id == first.id && identity.name == "first" && identity.scope == .write)
            let forged = try #require(PresentedToken("wtr_\(first.id)_\(String(repeating: "A", count: 43))"[...]))
            #expect(try await authenticator.verdict(on: forged) == .unknown)

            // A new one is looked for at once, and for invented ones nobody looks more often.
            let second = try #require(PresentedToken(try await Self.create(test, "second").text[...]))
            guard case .known = try await authenticator.verdict(on: second) else {
                Issue.record("the second token does not count")
                return
            }
            let third = try #require(PresentedToken(try await Self.create(test, "third").text[...]))
            #expect(try await authenticator.verdict(on: third) == .unknown)
            uptime.advance(by: Authenticator.pause)
            #expect(try await authenticator.verdict(on: third) != .unknown)

            for name in ["first", "second", "third"] { _ = try await TokenService(test.ledger).revoke(name) }
            try await authenticator.refresh()
            #expect(try await authenticator.verdict(on: presented) == .unknown)
            #expect(try await authenticator.verdict(on: nil) == .missing, "the last one was revoked: nobody gets in")
            #expect(!authenticator.hasActiveTokens)
        }
    }

    @Test("many requests with a new token are all let in, however many come while it is looked for")
    func herd() async throws {
        try await TestLedger.with(.sqliteFile) { test in
            let authenticator = Authenticator(test.ledger)
            _ = try await Self.create(test, "old")
            try await authenticator.refresh()
            let new = try #require(PresentedToken(try await Self.create(test, "new").text[...]))
            let verdicts = try await withThrowingTaskGroup(of: Authenticator.Verdict.self) { group in
                for _ in 0..<50 { group.addTask { try await authenticator.verdict(on: new) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(verdicts.count == 50 && !verdicts.contains(.unknown))
        }
    }

    @Test("while the database is away, what was known goes on counting; who never knew anything lets nobody in")
    func databaseAway() async throws {
        try await TestLedger.with(.sqliteFile) { test in
            let token = try #require(PresentedToken(try await Self.create(test, "etl").text[...]))
            let (informed, ignorant) = (Authenticator(test.ledger), Authenticator(test.ledger))
            let before = try await informed.verdict(on: token)
            try await test.database.close()
            await #expect(throws: ServiceError.self) { try await informed.refresh() }
            #expect(try await informed.verdict(on: token) == before)
            await #expect(throws: ServiceError.self) { try await ignorant.verdict(on: token) }
        }
    }
}

/// A monotonic clock that stands until it is moved.
private final class Uptime: Sendable {
    private let instant = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { self.instant.withLock { $0 } }

    func advance(by duration: Duration) {
        self.instant.withLock { $0 = $0.advanced(by: duration) }
    }
}
