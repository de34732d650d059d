// SPDX-License-Identifier: Apache-2.0
import Logging
import Synchronization
import WatcherCore
import WatcherDatabase
import WatcherServices
import WatcherStore

/// A handler made of a closure.
struct TestHandler: JobHandler {
    let body: @Sendable (Job) async throws -> Void

    func run(_ job: Job) async throws { try await self.body(job) }
}

extension JobHandlers {
    /// The same handler for all kinds.
    init(_ body: @escaping @Sendable (Job) async throws -> Void) {
        let handler = TestHandler(body: body)
        self.init(
            freshness: handler,
            timeliness: handler,
            anomalies: handler,
            alert: handler,
            queueMonitor: handler
        )
    }
}

extension Database {
    /// Adds jobs.
    func enqueue(_ work: [JobWork], at now: Timestamp) async throws {
        try await self.write { transaction in
            for work in work { try JobStore(transaction).enqueue(work, now: now) }
        }
    }

    /// What the tests' handlers do: an effect that would be seen twice if it were there twice.
    func takeEffect(_ job: Job) async throws {
        try await self.write { transaction in
            let (name, none) = ("job \(job.id)", "[]")
            try transaction.run(
                """
                INSERT INTO alert (level, title, message, details, raised_at)
                VALUES (\(Alert.Level.info), \(name), \(name), \(none), \(Int64(0)))
                """
            )
            try JobStore(transaction).finish(job)
        }
    }

    /// The ids of the jobs that took effect, in order; one that did so twice is there twice.
    func effects() async throws -> [Int64] {
        try await self.read { transaction in
            try transaction.all("SELECT title FROM alert ORDER BY id") { try $0.next(String.self) }
        }.compactMap { Int64($0.dropFirst("job ".count)) }.sorted()
    }

    /// The jobs, oldest first.
    func jobs() async throws -> [StoredJob] {
        try await self.read { try JobStore($0).list(state: nil, kind: nil, limit: 1000) }.reversed()
    }
}

extension TestLedger {
    var queue: JobQueue { JobQueue(self.ledger) }

    /// Takes what is due for a minute.
    func take(_ limit: Int = 10) async throws -> [Job] {
        try await self.queue.take(limit, worker: "test", lease: .seconds(60)).jobs
    }

    /// Workers whose handlers take effect.
    func workers() -> JobWorkers {
        let database = self.database
        return self.workers { try await database.takeEffect($0) }
    }

    /// Workers whose pauses last, unless told otherwise, until they are cancelled.
    func workers(
        _ configuration: JobWorkers.Configuration = .init(),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { _ in try await untilCancelled() },
        _ body: @escaping @Sendable (Job) async throws -> Void
    ) -> JobWorkers {
        JobWorkers(
            self.queue,
            handlers: JobHandlers(body),
            name: "test",
            configuration: configuration,
            sleep: sleep,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}

/// Waits until the task is cancelled, and then throws.
func untilCancelled() async throws {
    let (stream, continuation) = AsyncStream<Void>.makeStream()
    for await _ in stream {}
    withExtendedLifetime(continuation) {}
    throw CancellationError()
}

/// Waits until there is a value, looking every few milliseconds.
@discardableResult
func eventually<Value>(_ what: String, _ look: () async throws -> Value?) async throws -> Value {
    let deadline = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < deadline {
        if let value = try await look() { return value }
        try await Task.sleep(for: .milliseconds(2))
    }
    throw NeverHappened(what: what)
}

/// Something did not happen within half a minute.
struct NeverHappened: Error {
    let what: String
}

/// Lets nobody pass until it is opened; cancellation does not help.
final class Gate: Sendable {
    private let state = Mutex((isOpen: false, waiting: [CheckedContinuation<Void, Never>]()))

    /// How many wait.
    var count: Int { self.state.withLock(\.waiting.count) }

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = self.state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = self.state.withLock { state in
            defer { state = (true, []) }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

/// A database that is away while the test says so.
final class FlakyDatabase: Database {
    private let base: any Database
    private let state = Mutex((isAway: false, refusals: 0))

    init(_ base: any Database) { self.base = base }

    /// How often it was asked while it was away.
    var refusals: Int { self.state.withLock(\.refusals) }

    func setAway(_ isAway: Bool) { self.state.withLock { $0.isAway = isAway } }

    private func check() throws {
        try self.state.withLock { state in
            guard state.isAway else { return }
            state.refusals += 1
            throw DatabaseError(.unreachable, "it is away")
        }
    }

    var dialect: SQLDialect { self.base.dialect }
    var writerStatistics: WriterStatistics { self.base.writerStatistics }
    var readerStatistics: ReaderStatistics { self.base.readerStatistics }

    func read<Value: Sendable>(_ work: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try self.check()
        return try await self.base.read(work)
    }

    func write<Value: Sendable>(_ work: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try self.check()
        return try await self.base.write(work)
    }

    func close() async throws { try await self.base.close() }
}
