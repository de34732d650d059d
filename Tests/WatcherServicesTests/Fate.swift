// SPDX-License-Identifier: Apache-2.0
import Synchronization
import WatcherCore
import WatcherDatabase
import WatcherServices

/// When a server dies: at the n-th of the moments at which that can make a difference.
///
/// These lie before and after each write, in each before it commits, and before and after an alert is sent.
final class Fate: Sendable {
    /// The server is dead: nothing it tries has an effect any more.
    struct Died: Error {}

    private let moments: Mutex<Int>

    /// Makes a fate.
    ///
    /// - Parameter moment: the moment at which the server dies, counted from 1.
    init(diesAt moment: Int) {
        self.moments = Mutex(moment)
    }

    var isDead: Bool { self.moments.withLock { $0 <= 0 } }

    /// Lets a moment pass.
    func pass() throws {
        let left = self.moments.withLock { moments in
            moments -= 1
            return moments
        }
        if left <= 0 { throw Died() }
    }
}

/// The database of a server that dies.
struct MortalDatabase: Database {
    let base: any Database
    let fate: Fate

    var dialect: SQLDialect { self.base.dialect }
    var writerStatistics: WriterStatistics { self.base.writerStatistics }
    var readerStatistics: ReaderStatistics { self.base.readerStatistics }

    func read<Value: Sendable>(_ work: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        if self.fate.isDead { throw Fate.Died() }
        return try await self.base.read(work)
    }

    func write<Value: Sendable>(_ work: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try self.fate.pass()
        let value = try await self.base.write { [fate] transaction in
            let value = try work(transaction)
            try fate.pass()
            return value
        }
        try self.fate.pass()
        return value
    }

    func close() async throws { try await self.base.close() }
}

/// The way of a server that dies to the place where alerts go.
struct MortalNotifier: Notifier {
    let place: Place
    let fate: Fate

    func send(_ alert: StoredAlert) async throws {
        try self.fate.pass()
        try await self.place.send(alert)
        try self.fate.pass()
    }
}
