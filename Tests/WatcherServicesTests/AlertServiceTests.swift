// SPDX-License-Identifier: Apache-2.0
import Logging
import Synchronization
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices
import WatcherStore

struct AlertServiceTests {
    private static let alert = Alert(
        .error,
        "Timeliness \"check\" \u{1}",
        "p is late",
        details: [.init("b", "1"), .init("a", "2"), .init("b", "ü🚨")]
    )

    @Test("an alert is sent once, noted and logged", arguments: TestDatabase.Kind.allCases)
    func sentOnce(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            try await ledger.raise(Self.alert)
            let (place, log) = (Place(), LogLines())
            let service = AlertService(ledger.ledger, notifier: place, logger: log.logger)
            let raisedAt = ledger.clock.now
            ledger.clock.advance(seconds: 1)
            try await service.run(try await ledger.takeAlertJob(1))
            let stored = StoredAlert(id: 1, alert: Self.alert, raisedAt: raisedAt)
            #expect(place.sent == [stored])
            #expect(try await ledger.sentTimes() == [ledger.clock.now])
            #expect(try await ledger.jobCount() == 0)
            #expect(log.lines == ["error: Timeliness \"check\" \u{1} | 1 | p is late | a=2 b=1, ü🚨 | sent true"])
        }
    }

    @Test("an alert that was sent already, or is gone, is not sent", arguments: TestDatabase.Kind.allCases)
    func notSentAgain(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let (place, log) = (Place(), LogLines())
            let service = AlertService(ledger.ledger, notifier: place, logger: log.logger)
            try await ledger.raise(Self.alert)
            let sentAt = ledger.clock.now
            try await ledger.database.write { transaction in
                try AlertStore(transaction).markSent(id: 1, now: sentAt)
                try JobStore(transaction).enqueue(.alert(id: 99), now: sentAt)
            }
            ledger.clock.advance(seconds: 1)
            for id in [1, 99] as [Int64] { try await service.run(try await ledger.takeAlertJob(id)) }
            #expect(place.sent.isEmpty && log.lines.isEmpty)
            #expect(try await ledger.sentTimes() == [sentAt])
            #expect(try await ledger.jobCount() == 0)
        }
    }

    @Test(
        "what is not committed is sent again, as the same alert, and noted once",
        arguments: TestDatabase.Kind.allCases
    )
    func sentAgain(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            try await ledger.raise(Self.alert)
            let place = Place()
            let service = AlertService(ledger.ledger, notifier: place, logger: LogLines().logger)
            let first = try await ledger.takeAlertJob(1)
            // While the first worker sends, it is given up for dead: nothing of its own is committed.
            let second = Mutex<Job?>(nil)
            place.whileSending {
                let job = try await ledger.takeAlertJob(1)
                second.withLock { $0 = job }
            }
            let error = await #expect(throws: ServiceError.self) { try await service.run(first) }
            #expect(error?.code == .unavailable)
            #expect(try await ledger.sentTimes() == [nil])
            #expect(try await ledger.jobCount() == 1)
            place.whileSending(nil)
            ledger.clock.advance(seconds: 1)
            try await service.run(try #require(second.withLock(\.self)))
            #expect(place.sent.map(\.id) == [1, 1])
            #expect(try await ledger.sentTimes() == [ledger.clock.now])
            #expect(try await ledger.jobCount() == 0)
        }
    }

    @Test("an alert that the place refuses stays to be sent, and keeps nobody from raising others")
    func refused() async throws {
        try await TestLedger.with(.sqliteFile) { ledger in
            try await ledger.raise(Self.alert)
            let (place, log) = (Place(), LogLines())
            // A transaction that were open while the alert is under way would keep this one waiting for ever.
            place.whileSending {
                try await ledger.raise(Alert(.info, "t", "m"))
                throw Refusal()
            }
            let service = AlertService(ledger.ledger, notifier: place, logger: log.logger)
            let job = try await ledger.takeAlertJob(1)
            await #expect(throws: Refusal.self) { try await service.run(job) }
            #expect(log.lines.isEmpty)
            #expect(try await ledger.sentTimes() == [nil, nil])
            #expect(try await ledger.jobCount() == 2)
        }
    }

    @Test("without a place to send to, alerts are stored and logged", arguments: TestDatabase.Kind.allCases)
    func withoutPlace(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            for level in Alert.Level.allCases { try await ledger.raise(Alert(level, "t", "m")) }
            let log = LogLines()
            let service = AlertService(ledger.ledger, notifier: nil, logger: log.logger)
            for id in 1...4 as ClosedRange<Int64> { try await service.run(try await ledger.takeAlertJob(id)) }
            #expect(
                log.lines
                    == ["info: t | 1", "warning: t | 2", "error: t | 3", "critical: t | 4"].map {
                        "\($0) | m |  | sent false"
                    }
            )
            let newest = try await ledger.database.read { try AlertStore($0).newest(limit: 3) }
            #expect(newest.map(\.alert.id) == [4, 3, 2])
            #expect(newest.allSatisfy { $0.sentAt == ledger.clock.now })
            #expect(try await ledger.jobCount() == 0)
        }
    }
}

extension TestLedger {
    fileprivate func raise(_ alert: Alert) async throws {
        let now = self.clock.now
        try await self.database.write { try AlertStore($0).raise(alert, now: now) }
    }

    /// Takes the job of an alert, as a worker does.
    fileprivate func takeAlertJob(_ id: Int64) async throws -> Job {
        try await self.database.write { transaction in
            try transaction.run(
                "UPDATE job SET state = \(JobState.running), attempt = attempt + 1 WHERE subject = \(id)"
            )
            let job = try transaction.one("SELECT id, attempt FROM job WHERE subject = \(id)") { row in
                Job(id: try row.next(), work: .alert(id: id), attempt: try row.next())
            }
            return try #require(job)
        }
    }

    /// When each alert was sent, the newest first.
    fileprivate func sentTimes() async throws -> [Timestamp?] {
        try await self.database.read { try AlertStore($0).newest(limit: 100).map(\.sentAt) }
    }

    fileprivate func jobCount() async throws -> Int64? {
        try await self.database.read { try $0.one("SELECT count(*) FROM job") { try $0.next() } }
    }
}

private struct Refusal: Error {}

/// What was logged, a line each.
private final class LogLines: Sendable {
    private let state = Mutex<[String]>([])

    var lines: [String] { self.state.withLock(\.self) }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let metadata = event.metadata ?? [:]
            var details: [String] = []
            if case .dictionary(let pairs) = metadata["details"] { details = pairs.map { "\($0)=\($1)" }.sorted() }
            let facts = ["alert", "message"].map { metadata[$0].map { "\($0)" } ?? "" }
            let sent = metadata["sent"].map { "\($0)" } ?? ""
            let line = ["\(event.level): \(event.message)"] + facts + [details.joined(separator: " "), "sent \(sent)"]
            self.lines.state.withLock { $0.append(line.joined(separator: " | ")) }
        }
    }
}
