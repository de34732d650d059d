// SPDX-License-Identifier: Apache-2.0
import CLibpq
import Foundation
import WatcherDatabase

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// One connection, always in libpq's pipeline mode: what is sent is answered later, in its order.
///
/// So `BEGIN` and a statement's first preparation travel with the statement behind them and cost no round trip of their
/// own, and many statements can be sent before the first answer is read
/// (<https://www.postgresql.org/docs/current/libpq-pipeline-mode.html>).
///
/// The invariant: `outstanding` holds what has been sent and not been read, each once, in the order of the answers.
///
/// Not `Sendable`: it belongs to the one thread that opened it, which it may block.
final class PostgresConnection: DatabaseConnection {
    /// A statement that runs longer is ended by the server, unless the settings say otherwise.
    static let statementTimeout: Duration = .seconds(30)
    /// More statements than these are not kept prepared: lists of different lengths have different texts.
    private static let mostPrepared = 500

    /// What a session that may only read is set to.
    private static let readOnly = ["default_transaction_read_only": "on"]

    /// How much longer than the longest statement the server may be silent.
    private static let grace: Duration = .seconds(10)

    /// What was sent, for which an answer will come.
    private enum Sent {
        /// A statement whose rows somebody waits for.
        case statement
        /// A statement whose outcome is looked at when its turn comes, and its text; `owner` is as it was then.
        case unheeded(Expectation, text: String, owner: Int?)
        /// The preparation of a text.
        case preparation(String)
        /// A synchronization point: the server sends what it has, and is ready again after an error.
        case synchronization
    }

    let dialect = SQLDialect.postgres

    private let connection: OpaquePointer
    private var outstanding: ArraySlice<Sent> = []
    /// The names of prepared statements, by text.
    private var prepared: [String: String] = [:]
    private var preparations = 0
    /// How long the server may be silent; `nil` for ever.
    private var silenceLimit: Duration?
    private var usualSilenceLimit: Duration?

    /// Grows with every change that would have to be undone.
    private(set) var totalChanges = 0
    /// Set by the writer for work that it will run again when it was in vain.
    var isOptimistic = false
    /// Set by the writer: whose statements are being sent.
    var owner: Int?
    /// Whether the connection has been lost, after which it can only be closed.
    private(set) var isBroken = false
    /// Whether a command of this transaction has failed, after which it can only be rolled back.
    private(set) var hasFailed = false
    /// Whose statement that was, when it is known.
    private(set) var guilty: Int?

    /// Connects; blocks.
    ///
    /// - Parameters:
    ///   - settings: where to.
    ///   - session: what the session is set to, besides what every session is.
    /// - Throws: ``DatabaseError``
    init(_ settings: PostgresSettings, session: [String: String] = [:]) throws {
        guard let connection = settings.connect() else {
            throw DatabaseError(.unreachable, "libpq is out of memory")
        }
        guard PQstatus(connection) == CONNECTION_OK else {
            let message = String(cString: PQerrorMessage(connection))
            PQfinish(connection)
            throw DatabaseError(connectingTo: settings, message)
        }
        self.connection = connection
        // Notices would go to standard error.
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        guard PQserverVersion(connection) >= 140_000 else {
            throw DatabaseError(.cannotOpen, "\(settings) is older than PostgreSQL 14, which is needed: upgrade it")
        }
        let encoding = PQparameterStatus(connection, "server_encoding").map { String(cString: $0) } ?? "unknown"
        guard encoding == "UTF8" else {
            throw DatabaseError(
                .cannotOpen,
                "\(settings) has the encoding \(encoding), which cannot hold every text: use one made with ENCODING 'UTF8'"
            )
        }
        guard PQsetnonblocking(connection, 1) == 0, PQenterPipelineMode(connection) == 1 else {
            throw DatabaseError(.unreachable, self.libraryMessage)
        }
        try self.prepareSession(settings.isReadOnly ? session.merging(Self.readOnly) { $1 } : session)
    }

    deinit {
        PQfinish(self.connection)
    }

    private func prepareSession(_ session: [String: String]) throws {
        let always = [
            "default_transaction_isolation": "read committed", "extra_float_digits": "1",
            // A client that is gone without a word holds its locks until the server has noticed.
            "tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3",
        ]
        for (name, value) in session.merging(always, uniquingKeysWith: { given, _ in given }) {
            try self.runLater("SELECT set_config(\(name), \(value), FALSE)", .any)
        }
        // What the URL, the role or the server says of these counts; 0 says nothing.
        let usual = Int64(Self.statementTimeout / .milliseconds(1))
        for (name, value) in [
            ("statement_timeout", "\(usual)"), ("idle_in_transaction_session_timeout", "60s"),
        ] {
            try self.runLater("SELECT set_config(\(name), \(value), FALSE) WHERE current_setting(\(name)) = '0'", .any)
        }
        // An answer promises durable storage, whatever the server's default is.
        try self.runLater(
            """
            SELECT set_config('synchronous_commit', 'on', FALSE)
            WHERE current_setting('synchronous_commit') = 'off'
            """,
            .any
        )
        // A server that does not even end its statements is given some more time, and then up.
        var milliseconds: Int64 = 0
        _ = try self.execute(
            """
            SELECT CAST(1000 * extract(epoch FROM CAST(current_setting('statement_timeout') AS INTERVAL)) AS BIGINT)
            """
        ) { milliseconds = Int64(sqlValue: $0.value(at: 0)) ?? 0 }
        if milliseconds > 0 { self.usualSilenceLimit = .milliseconds(milliseconds) + Self.grace }
    }

    // MARK: Statements

    func execute(_ statement: SQLStatement, onRow: (any Row) throws -> Void) throws -> Int {
        try self.send(statement)
        try self.synchronize()
        return try self.answer(to: statement, onRow)
    }

    func insert(_ statement: SQLStatement) throws -> Int64? {
        try self.insert([(self.owner, statement)])[0]
    }

    /// Runs statements as ``insert(_:)`` does, all sent before the first answer is read.
    ///
    /// - Parameter statements: each with its owner.
    /// - Returns: the id of each new row, in their order.
    /// - Throws: ``DatabaseError`` of the first that fails, after which the transaction can only be rolled back.
    func insert(_ statements: [(owner: Int?, statement: SQLStatement)]) throws -> [Int64?] {
        guard !statements.isEmpty else { return [] }
        let statements = statements.map { ($0.owner, $0.statement.followed(by: " RETURNING id")) }
        for (_, statement) in statements { try self.send(statement) }
        try self.synchronize()
        return try statements.map { owner, statement in
            self.owner = owner
            var id: Int64?
            _ = try self.answer(to: statement) { row in id = Int64(sqlValue: row.value(at: 0)) }
            return id
        }
    }

    func runLater(_ statement: SQLStatement, _ expectation: Expectation) throws {
        try self.send(statement, as: .unheeded(expectation, text: statement.text, owner: self.owner))
        // What it changes is not known yet.
        self.totalChanges += 1
    }

    func lockSchema() throws {
        self.silenceLimit = nil
        try self.control("SET LOCAL lock_timeout = 0")
        try self.control("SET LOCAL statement_timeout = 0")
        // Any number will do that other programs are not likely to take: "watcher" in ASCII.
        _ = try self.execute("SELECT pg_advisory_xact_lock(\(0x77_6174_6368_6572 as Int64))") { _ in }
    }

    // MARK: Transactions

    /// Sends the beginning of a transaction, which travels with its first statement.
    func begin(_ sql: StaticString) throws {
        self.hasFailed = false
        self.guilty = nil
        self.owner = nil
        self.silenceLimit = self.usualSilenceLimit
        try self.control(sql)
    }

    /// Sends a command of the transaction's own, such as `BEGIN`; its answer is read before the next one that counts.
    func control(_ sql: StaticString) throws {
        let sent = sql.withUTF8Buffer { text in
            text.withMemoryRebound(to: CChar.self) {
                PQsendQueryParams(self.connection, $0.baseAddress, 0, nil, nil, nil, nil, 0)
            }
        }
        try self.noteSent(sent, .unheeded(.any, text: sql.description, owner: nil))
    }

    /// Ends the transaction, and waits until that is answered.
    ///
    /// - Throws: ``DatabaseError``; with code `outcomeUnknown` when the connection broke before the answer.
    func commit() throws {
        // What went before must have come out as expected.
        if self.outstanding.contains(where: { if case .unheeded = $0 { true } else { false } }) {
            try self.synchronize()
        }
        try self.readAll()
        try self.control("COMMIT")
        do {
            try self.synchronize()
            let result = try self.nextResult()
            defer { PQclear(result) }
            self.outstanding.removeFirst()
            guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw self.failure(result, "COMMIT") }
            // A transaction that has failed is rolled back by COMMIT, which says so.
            guard let tag = PQcmdStatus(result), strcmp(tag, "COMMIT") == 0 else {
                self.hasFailed = true
                throw DatabaseError(.conflict, "the transaction was rolled back by its commit")
            }
        } catch let error as DatabaseError where self.isBroken {
            throw DatabaseError(.outcomeUnknown, "the connection broke during the commit: \(error.message)")
        }
        // Committed, whatever becomes of the connection.
        do { try self.readAll() } catch { self.isBroken = true }
    }

    /// Undoes the transaction; a connection on which that does not succeed is broken.
    func rollback() {
        do {
            // Behind a failed command, everything up to the next synchronization point is skipped.
            try self.synchronize()
            try self.control("ROLLBACK")
            try self.synchronize()
            while !self.outstanding.isEmpty { try? self.readNext() }
        } catch {
            self.isBroken = true
        }
        if PQtransactionStatus(self.connection) != PQTRANS_IDLE { self.isBroken = true }
    }

    /// Sends the end of a transaction that has changed nothing; the answer is read when the next one begins.
    func finishReading() throws {
        try self.control("COMMIT")
        try self.synchronize()
    }

    /// Whether the server has closed an idle connection; asked before it is used again.
    func isGone() -> Bool {
        if self.isBroken { return true }
        var descriptor = pollfd(fd: PQsocket(self.connection), events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, 0) != 0 else { return false }
        // Answers that nobody has read yet, or the end.
        return PQconsumeInput(self.connection) == 0 || PQstatus(self.connection) != CONNECTION_OK
    }

    // MARK: Sending

    private func send(_ statement: SQLStatement, as sent: Sent = .statement) throws {
        let parameters = try PostgresParameters(statement)
        let name = try self.name(of: statement, parameters)
        let result = parameters.withPointers { count, types, values in
            if let name {
                PQsendQueryPrepared(self.connection, name, count, values, nil, nil, 0)
            } else {
                PQsendQueryParams(self.connection, statement.text, count, types, values, nil, nil, 0)
            }
        }
        try self.noteSent(result, sent)
    }

    /// The name under which a statement is prepared, from now on at the latest; `nil` when there are too many.
    private func name(of statement: SQLStatement, _ parameters: PostgresParameters) throws -> String? {
        if let name = self.prepared[statement.text] { return name }
        guard self.prepared.count < Self.mostPrepared else { return nil }
        self.preparations += 1
        let name = "watcher_\(self.preparations)"
        let result = parameters.withPointers { count, types, _ in
            PQsendPrepare(self.connection, name, statement.text, count, types)
        }
        try self.noteSent(result, .preparation(statement.text))
        self.prepared[statement.text] = name
        return name
    }

    /// Has the server send its answers to all that was sent.
    private func synchronize() throws {
        try self.noteSent(PQpipelineSync(self.connection), .synchronization)
        while true {
            switch PQflush(self.connection) {
            case 0: return
            // Answers are taken in meanwhile: a server whose answers nobody takes reads no further.
            case 1: try self.wait(for: POLLIN | POLLOUT)
            default: throw self.broken()
            }
        }
    }

    private func noteSent(_ result: CInt, _ sent: Sent) throws {
        guard result == 1 else { throw self.broken() }
        self.outstanding.append(sent)
    }

    // MARK: Receiving

    /// Reads up to the answer to the first statement that somebody waits for, which is this one.
    private func answer(to statement: SQLStatement, _ onRow: (any Row) throws -> Void) throws -> Int {
        while let next = self.outstanding.first {
            guard case .statement = next else {
                try self.readNext()
                continue
            }
            self.outstanding.removeFirst()
            let result = try self.nextResult()
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
                let changed = Self.changedRows(result)
                self.totalChanges += changed ?? 0
                for index in 0..<PQntuples(result) { try onRow(PostgresRow(result: result, index: index)) }
                return changed ?? 0
            default:
                self.guilty = self.owner
                throw self.failure(result, statement.text)
            }
        }
        throw self.broken("there is no answer to a statement")
    }

    /// Reads everything that is outstanding.
    ///
    /// - Throws: ``DatabaseError`` of the first command that failed.
    private func readAll() throws {
        while !self.outstanding.isEmpty { try self.readNext() }
    }

    /// Reads the answer to what was sent first, for which nobody waits.
    private func readNext() throws {
        guard let next = self.outstanding.popFirst() else { return }
        let result = try self.nextResult(
            isSynchronization: { if case .synchronization = next { true } else { false } }()
        )
        defer { PQclear(result) }
        let isGood = PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK
        switch next {
        case .synchronization: break
        case .statement:
            if !isGood { throw self.failure(result, nil) }
        case .preparation(let text):
            guard isGood else {
                self.prepared[text] = nil
                self.guilty = self.guilty ?? self.owner
                throw self.failure(result, text)
            }
        case .unheeded(let expectation, let text, let owner):
            do {
                guard isGood else { throw self.failure(result, text) }
                try expectation.check(Self.changedRows(result) ?? 0)
            } catch {
                self.hasFailed = true
                self.guilty = owner
                throw error
            }
        }
    }

    /// How many rows a command changed; `nil` for one that changes no rows.
    private static func changedRows(_ result: OpaquePointer) -> Int? {
        // SELECT counts its rows too.
        guard let command = PQcmdStatus(result), strncmp(command, "SELECT", 6) != 0 else { return nil }
        // A command of the schema counts none, and still has to be undone.
        return PQcmdTuples(result).map { Int(String(cString: $0)) ?? 1 }
    }

    /// Waits for the next result.
    private func nextResult(isSynchronization: Bool = false) throws -> OpaquePointer {
        var result = try self.receive()
        // Every answer ends with nothing, but for those to synchronization points.
        if result == nil { result = try self.receive() }
        guard let result, (PQresultStatus(result) == PGRES_PIPELINE_SYNC) == isSynchronization else {
            PQclear(result)
            throw self.broken("the answers of the server do not come in order")
        }
        return result
    }

    private func receive() throws -> OpaquePointer? {
        while PQisBusy(self.connection) == 1 { try self.wait(for: POLLIN) }
        let result = PQgetResult(self.connection)
        if PQstatus(self.connection) != CONNECTION_OK {
            let failure = result.map { self.failure($0, nil) }
            PQclear(result)
            throw self.broken(failure?.message)
        }
        return result
    }

    /// Blocks until the socket is ready, and takes in what has come.
    private func wait(for events: CInt) throws {
        var descriptor = pollfd(fd: PQsocket(self.connection), events: Int16(events), revents: 0)
        let milliseconds = self.silenceLimit.map { CInt(clamping: Int64($0 / .milliseconds(1))) } ?? -1
        while true {
            let ready = poll(&descriptor, 1, milliseconds)
            if ready > 0 { break }
            if ready == 0 { throw self.broken("the server has been silent for too long") }
            guard errno == EINTR else { throw self.broken(String(cString: strerror(errno))) }
        }
        guard PQconsumeInput(self.connection) == 1 else { throw self.broken() }
    }

    // MARK: Failures

    private var libraryMessage: String { PostgresSettings.oneLine(String(cString: PQerrorMessage(self.connection))) }

    private func broken(_ reason: String? = nil) -> DatabaseError {
        self.isBroken = true
        self.hasFailed = true
        return DatabaseError(.unreachable, "the connection was lost: \(reason ?? self.libraryMessage)")
    }

    private func failure(_ result: OpaquePointer, _ statement: String?) -> DatabaseError {
        self.hasFailed = true
        if PQresultStatus(result) == PGRES_PIPELINE_ABORTED {
            return DatabaseError(.conflict, "a statement before this one failed", statement: statement)
        }
        let error = DatabaseError(result, statement: statement)
        // The server says why it ends a session; then it does.
        if error.code == .unreachable || DatabaseError.isFatal(result) { self.isBroken = true }
        return error
    }
}
