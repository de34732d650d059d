// SPDX-License-Identifier: Apache-2.0
package import WatcherDatabase

extension PostgresDatabase {
    /// How far the clocks of this machine and the server may be apart: 2 seconds, in microseconds.
    private static let clockTolerance: Int64 = 2_000_000
    /// How many connections one server opens at most.
    private static let connectionsOfAServer: Int64 = 5

    package func diagnose(now: @Sendable () -> Int64) async throws -> [Diagnosis] {
        let before = now()
        let facts = try await self.read { try Facts($0) }
        return [Self.server(facts), Self.durability(facts), Self.connections(facts), Self.clock(facts, before, now())]
    }

    /// What a server says of itself.
    private struct Facts: Sendable {
        let version: String
        let encoding: String
        let fsync: String
        /// What a session has that does not ask for anything else.
        let synchronousCommit: String
        let isStandby: Bool
        /// Microseconds since 1970.
        let clock: Int64
        /// Of the server, less those kept for superusers.
        let mostConnections: Int64
        let connections: Int64
        /// -1 for none.
        let roleLimit: Int64
        /// -1 for none.
        let databaseLimit: Int64

        init(_ transaction: Transaction) throws {
            let facts = try transaction.one(
                """
                SELECT current_setting('server_version'), current_setting('server_encoding'), current_setting('fsync'),
                    (SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit'), pg_is_in_recovery(),
                    CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT),
                    CAST(current_setting('max_connections') AS BIGINT)
                        - CAST(current_setting('superuser_reserved_connections') AS BIGINT),
                    (SELECT CAST(sum(numbackends) AS BIGINT) FROM pg_stat_database),
                    (SELECT CAST(rolconnlimit AS BIGINT) FROM pg_roles WHERE rolname = current_user),
                    (SELECT CAST(datconnlimit AS BIGINT) FROM pg_database WHERE datname = current_database())
                """
            ) { try Facts(&$0) }
            guard let facts else { throw DatabaseError(.decoding, "the server says nothing of itself") }
            self = facts
        }

        private init(_ row: inout RowReader) throws {
            self.version = try row.next()
            self.encoding = try row.next()
            self.fsync = try row.next()
            self.synchronousCommit = try row.next()
            self.isStandby = try row.next()
            self.clock = try row.next()
            self.mostConnections = try row.next()
            self.connections = try row.next()
            self.roleLimit = try row.next()
            self.databaseLimit = try row.next()
        }
    }

    private static func server(_ facts: Facts) -> Diagnosis {
        guard !facts.isStandby else {
            return .problem(
                "database",
                "PostgreSQL \(facts.version) answers, and is a standby, which nobody can write to",
                remedy: "name the primary in the URL; several hosts go with target_session_attrs=read-write"
            )
        }
        return .ok("database", "PostgreSQL \(facts.version) answers (encoding \(facts.encoding))")
    }

    private static func durability(_ facts: Facts) -> Diagnosis {
        guard facts.fsync == "on" else {
            return .problem(
                "durability",
                "PostgreSQL runs with fsync = \(facts.fsync): when its machine fails, the whole database may be lost",
                remedy: "set fsync = on in postgresql.conf, and reload"
            )
        }
        // Sessions of ours ask for it themselves.
        let isOff = facts.synchronousCommit == "off"
        return .ok(
            "durability",
            "fsync is on, and synchronous_commit is \(isOff ? "on for this program, though off for others" : facts.synchronousCommit)"
        )
    }

    private static func connections(_ facts: Facts) -> Diagnosis {
        let limits = [
            (facts.roleLimit, "the role may have"), (facts.databaseLimit, "the database may have"),
        ].filter { $0.0 >= 0 && $0.0 < Self.connectionsOfAServer }
        if let (limit, who) = limits.first {
            return .warning(
                "connections",
                "\(who) \(limit) connections, and each server needs up to \(Self.connectionsOfAServer)",
                remedy: "raise its CONNECTION LIMIT"
            )
        }
        let free = facts.mostConnections - facts.connections
        let text = "\(facts.connections) of \(facts.mostConnections) connections of the server are in use"
        guard free < Self.connectionsOfAServer else { return .ok("connections", text) }
        return .warning(
            "connections",
            "\(text), and each server needs up to \(Self.connectionsOfAServer)",
            remedy: "raise max_connections, or end what holds connections without need"
        )
    }

    /// Compares a moment on the server with two on this machine, between which it was told.
    private static func clock(_ facts: Facts, _ before: Int64, _ after: Int64) -> Diagnosis {
        let apart = facts.clock < before ? before - facts.clock : max(facts.clock - after, 0)
        guard apart > Self.clockTolerance else {
            return .ok("clock", "the clocks of this machine and of PostgreSQL agree")
        }
        return .warning(
            "clock",
            "the clocks of this machine and of PostgreSQL are \(apart / 1_000_000) s apart",
            remedy: "keep both with NTP: timedatectl shows whether a machine does"
        )
    }
}
