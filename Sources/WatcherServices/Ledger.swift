// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase
import WatcherStore

/// An answer as it goes over the wire; the same bytes are given again when the request is repeated.
package struct Answer: Sendable, Equatable {
    /// The HTTP status.
    package let status: Int
    /// The body as text; empty when there is none.
    package let body: String

    /// Makes an answer.
    package init(status: Int, body: String = "") {
        self.status = status
        self.body = body
    }
}

/// How a request is to be answered: what its outcome looks like on the wire, and under which key it is kept.
package struct Reply<Outcome>: Sendable {
    /// The key under which the request takes effect once, and a hash of the request.
    package let key: IdempotencyKey?
    /// Makes the answer from the outcome.
    package let answer: @Sendable (Outcome) -> Answer

    /// Makes a reply.
    package init(key: IdempotencyKey?, answer: @escaping @Sendable (Outcome) -> Answer) {
        self.key = key
        self.answer = answer
    }
}

/// A name that a client has given to one request, so that sending it again does nothing.
package struct IdempotencyKey: Sendable, Equatable {
    /// The client's name for the request.
    package let name: String
    /// A hash of what is requested: the same name for another request is a mistake of the client's.
    package let fingerprint: Int64

    /// Makes a key.
    package init(name: String, fingerprint: Int64) {
        self.name = name
        self.fingerprint = fingerprint
    }
}

/// The database and the clock, which every use case needs.
package struct Ledger: Sendable {
    /// How long a repeated request is recognised: 24 hours.
    package static let keyLifetimeMicroseconds: Int64 = 24 * 3600 * 1_000_000

    /// The database.
    let database: any Database
    /// The clock.
    package let now: @Sendable () -> Timestamp

    /// Makes a ledger.
    ///
    /// - Parameters:
    ///   - database: migrated to ``Schema/migrations``.
    ///   - now: the clock.
    package init(database: any Database, now: @escaping @Sendable () -> Timestamp) {
        self.database = database
        self.now = now
    }

    /// Reads in one transaction.
    func read<Value: Sendable>(_ work: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        do {
            return try await self.database.read(work)
        } catch let error as DatabaseError {
            throw ServiceError(error)
        }
    }

    /// Reads in one transaction what depends on the time.
    func read<Value: Sendable>(
        _ work: @escaping @Sendable (Transaction, Timestamp) throws -> Value
    ) async throws -> Value {
        let now = self.now()
        return try await self.read { try work($0, now) }
    }

    /// Changes in one transaction, durable when this returns.
    func write<Value: Sendable>(
        _ work: @escaping @Sendable (Transaction, Timestamp) throws -> Value
    ) async throws -> Value {
        let now = self.now()
        do {
            return try await self.database.write { try work($0, now) }
        } catch let error as DatabaseError {
            throw ServiceError(error)
        }
    }

    /// Runs one `INSERT`, durable when this returns.
    ///
    /// - Returns: the id of the new row; `nil` when nothing was inserted.
    func insert(_ statement: (Timestamp) -> SQLStatement) async throws -> Int64? {
        do {
            return try await self.database.insert(statement(self.now()))
        } catch let error as DatabaseError {
            throw ServiceError(error)
        }
    }

    /// What has been answered under a key within 24 hours, for work that takes more than one transaction: it asks here
    /// before the first, and keeps its answer with the last.
    ///
    /// - Parameter key: the key.
    /// - Returns: the answer; `nil` when there is none.
    /// - Throws: ``ServiceError`` when the key was given to another request.
    func answer(under key: IdempotencyKey) async throws -> Answer? {
        let oldest = self.now().advanced(byMicroseconds: -Self.keyLifetimeMicroseconds)
        return try await self.read { try key.answer(in: IdempotencyStore($0), since: oldest) }
    }

    /// Changes in one transaction, once for each idempotency key.
    ///
    /// 1. When the key has been answered within 24 hours, that answer is given again, or the request is refused when
    ///    it is another one.
    /// 2. Else the work is done, and its answer kept under the key in the same transaction: a crash leaves both or
    ///    neither. Of two servers that do so at once, one is undone, and gives the other's answer.
    ///
    /// A refused request keeps nothing: it has done nothing, and may be right when it comes again.
    func write<Outcome: Sendable>(
        _ reply: Reply<Outcome>,
        _ work: @escaping @Sendable (Transaction, Timestamp) throws -> Outcome
    ) async throws -> Answer {
        guard let key = reply.key else { return reply.answer(try await self.write(work)) }
        return try await self.write { transaction, now in
            let store = IdempotencyStore(transaction)
            let oldest = now.advanced(byMicroseconds: -Self.keyLifetimeMicroseconds)
            // A key is nearly always new. Where asking costs a round trip, the work is done first; when there is an
            // answer after all, noting a second one undoes the work, which is run again and then asks first.
            if !transaction.isOptimistic, let answer = try key.answer(in: store, since: oldest) { return answer }
            let answer: Answer
            do {
                answer = reply.answer(try work(transaction, now))
            } catch let refusal as ServiceError {
                // What the work had changed by then must be undone, before the first answer is given again.
                if transaction.isOptimistic, try key.answer(in: store, since: oldest) != nil {
                    throw DatabaseError(.conflict, "the idempotency key has been answered already")
                }
                throw refusal
            }
            let entry = IdempotencyStore.Entry(
                fingerprint: key.fingerprint,
                status: Int64(answer.status),
                body: answer.body
            )
            try store.save(key.name, entry, since: oldest, now: now)
            return answer
        }
    }
}

extension IdempotencyKey {
    /// What was answered under the key; `nil` when nothing was.
    ///
    /// - Throws: ``ServiceError`` when it was given to another request, or ``DatabaseError``.
    fileprivate func answer(in store: IdempotencyStore, since moment: Timestamp) throws -> Answer? {
        guard let entry = try store.find(self.name, since: moment) else { return nil }
        guard entry.fingerprint == self.fingerprint else {
            throw ServiceError(
                .idempotencyKeyReuse,
                "The idempotency key '\(self.name)' has been used for another request: use a new key"
            )
        }
        return Answer(status: Int(entry.status), body: entry.body)
    }
}
