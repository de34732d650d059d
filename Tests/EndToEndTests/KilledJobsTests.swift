// SPDX-License-Identifier: Apache-2.0
import Logging
import Subprocess
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting

@testable import WatcherCommand

@Suite("A server that is killed while it does jobs", .serialized)
struct KilledJobsTests {
    private static let rounds = 8

    /// When a server is killed.
    private enum Moment: CaseIterable {
        /// When an alert has arrived, and was not answered.
        case alertArrived
        /// When there are not many jobs left.
        case jobsDone
    }

    @Test(
        "at any moment, and does them again: everything is found once, and each alert arrives under a key of its own",
        arguments: TestDatabase.Kind.shareable
    )
    func killed(kind: TestDatabase.Kind) async throws {
        try await Self.withPlace(kind) { place in
            try await withServer(database: place, options: Self.noSchedules) { server in
                try await TestClient.with(server.url) { try await DoomedLedger.fill($0, rounds: Self.rounds) }
            }
            try await WebhookReceiver.with { receiver in
                let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                try await DatabaseLocation(place).lend(logger: logger) { database in
                    var ledger = DoomedLedger(database)
                    try await ledger.hide()
                    try await Self.kill(&ledger, at: place, receiver)
                    try await Self.check(ledger, receiver)
                }
            }
        }
    }

    private static let noSchedules = ["freshness", "timeliness", "queue"].flatMap { ["--schedule-\($0)", "off"] }

    /// Lends the location of a database that has nothing in it.
    private static func withPlace(
        _ kind: TestDatabase.Kind,
        _ body: @Sendable (_ place: String) async throws -> Void
    ) async throws {
        guard kind == .postgres else {
            return try await withTemporaryFolder { try await body("sqlite:\($0)/killed.sqlite") }
        }
        try await TestPostgres.withDatabase(body)
    }

    /// Hands out one round after another, to one server after another that is killed, until there is nothing left.
    private static func kill(_ ledger: inout DoomedLedger, at place: String, _ receiver: WebhookReceiver) async throws {
        for life in 0..<8 * Self.rounds {
            let left = try await ledger.left()
            if ledger.rounds < Self.rounds, left < 12 { try await ledger.handOut() } else if left == 0 { return }
            let moment = Moment.allCases[Self.chance("moment", life, below: Moment.allCases.count)]
            let few = Self.chance("few", life, below: 13)
            if moment == .alertArrived { receiver.answer(Self.chance("answered", life, below: 7)) }
            try await withServer(
                database: place,
                options: Self.noSchedules,
                environment: ["WATCHER_ALERTS_WEBHOOK_URL": receiver.url]
            ) { server in
                try await poll("the moment of the kill") { [ledger] () -> Bool? in
                    let left = try await ledger.left()
                    let isDue = moment == .alertArrived ? receiver.waiting > 0 : left <= few
                    return isDue || left == 0 ? true : nil
                }
                try server.kill9()
            }
            receiver.answerAll()
            try await ledger.letLeasesEnd()
        }
        Issue.record("\(try await ledger.left()) jobs are left of \(ledger.rounds) rounds")
    }

    /// A number that looks like chance, and is the same each time.
    private static func chance(_ what: String, _ life: Int, below limit: Int) -> Int {
        var hash = StableHash()
        hash.combine("\(what) \(life)")
        return Int(UInt64(bitPattern: hash.value) >> 32) % limit
    }

    private static func check(_ ledger: DoomedLedger, _ receiver: WebhookReceiver) async throws {
        let rounds = 0..<Self.rounds
        let stale = rounds.map(DoomedLedger.stale).sorted()
        let late = rounds.map(DoomedLedger.late).sorted()
        let odd = rounds.flatMap { round in
            (0..<DoomedLedger.oddPipelines).map { DoomedLedger.odd(round, $0) }
        }.sorted()
        #expect(try await ledger.pipelines(in: "freshness_pipeline_log") == stale)
        #expect(try await ledger.pipelines(in: "timeliness_pipeline_execution_log") == late)
        #expect(try await ledger.pipelines(in: "anomaly_detection_result") == odd)
        let flagged: SQLStatement = "(SELECT pipeline_id FROM pipeline_execution WHERE anomaly_flags IS NOT NULL)"
        #expect(try await ledger.pipelines(in: flagged) == odd)
        #expect(try await ledger.parked() == 0)

        // Each finding is told once.
        let alerts = try await ledger.alerts()
        #expect(alerts.allSatisfy { $0.isSent })
        for name in stale + late + odd {
            let told = alerts.count { $0.details.contains("\"\(name)\"") || $0.details.contains("\"\(name) (") }
            #expect(told == 1, "\(name) is told \(told) times")
        }
        #expect(alerts.count { $0.title == "Many jobs are waiting" } == ledger.alarms)
        #expect(alerts.count { $0.title == "Anomaly detected" } == odd.count)

        // Each alert has arrived, some of them again, and always as the same.
        let arrived = Dictionary(grouping: receiver.received) { $0.key ?? "none" }
        // The last part of a key is when the alert was raised.
        let keys = arrived.keys.map { $0.split(separator: "-").dropLast().joined(separator: "-") }
        #expect(keys.sorted() == alerts.map { "watcher-alert-\($0.id)" }.sorted())
        for (key, requests) in arrived { #expect(Set(requests.map(\.text)).count == 1, "\(key)") }
        #expect(receiver.received.count > alerts.count, "no server was killed while an alert was under way")
    }
}
