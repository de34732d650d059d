// SPDX-License-Identifier: Apache-2.0
import WatcherDatabase

/// Why a ledger was not copied, or not wholly.
package struct CopyError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure.
    package enum Code: Sendable {
        /// One of the two databases cannot be used.
        case unusable
        /// The target is not empty, and no copy of this source is under way in it.
        case targetTaken
        /// Source and target are one database.
        case sameDatabase
        /// The target does not hold what the source holds.
        case different
    }

    /// What kind of failure.
    package let code: Code
    /// What was wrong and what to do about it, as a sentence without its full stop.
    package let message: String

    /// Makes an error.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    package var description: String { self.message }
}

/// One end of a copy: what its database throws is told with its name.
struct CopyEnd: Sendable {
    /// "source" or "target".
    let name: String
    let database: any Database

    func read<Value: Sendable>(_ work: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try await self.named { try await self.database.read(work) }
    }

    func write<Value: Sendable>(_ work: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try await self.named { try await self.database.write(work) }
    }

    func named<Value: Sendable>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as DatabaseError {
            let isPassing = [.unreachable, .outcomeUnknown, .busy, .conflict, .timeout].contains(error.code)
            let remedy = isPassing ? "; run the same command again, and it goes on where it was" : ""
            throw CopyError(.unusable, "the \(self.name) cannot be used: \(error.message)\(remedy)")
        }
    }
}
