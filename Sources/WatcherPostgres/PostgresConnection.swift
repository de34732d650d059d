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
/// Not `Sendable`: it belongs to the one thread that opened it, which it may block.
final class PostgresConnection: DatabaseConnection {
    /// A statement that runs longer is ended by the server, unless the settings say otherwise.
    static let statementTimeout: Duration = .seconds(30)
    /// When the server has not even said that, the connection is taken for dead.
    private static let silenceTimeout: Duration = .seconds(45)
    /// More statements than these are not kept prepared: lists of different lengths have different texts.
    private static let mostPrepared = 500

    let dialect = SQLDialect.postgres

    private let connection: OpaquePointer
    /// The names of prepared statements, by text.
    private var prepared: [String: String] = [:]
    /// Preparations that have been sent and not been answered, by text; in their order.
    private var preparing: [String] = []
    private var preparations = 0
    /// What must come of the commands that have been sent, whose answers nobody waits for and nobody has read.
    private var unread: [Expectation] = []
    /// Whether a synchronization point has been sent behind all that, and not been read.
    private var isFinishing = false

    /// Grows with every change that would have to be undone.
    private(set) var totalChanges = 0
    /// Set by the writer for work that it will run again when it was in vain.
    var isOptimistic = false
    /// Whether the connection has been lost, after which it can only be closed.
    private(set) var isBroken = false
    /// Whether a command of this transaction has failed, after which it can only be rolled back.
    private(set) var hasFailed = false

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
        guard PQsetnonblocking(connection, 1) == 0, PQenterPipelineMode(connection) == 1 else {
            throw DatabaseError(.unreachable, self.libraryMessage)
        }
        try self.prepareSession(session)
    }

    deinit {
        PQfinish(self.connection)
    }

    private func prepareSession(_ session: [String: String]) throws {
        let settings = session.merging(["default_transaction_isolation": "read committed"]) { given, _ in given }
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
            try self.runLater("SELECT set_config(\(name), \(value), FALSE)", .any)
        }
        // What the URL, the role or the server says of these counts; 0 says nothing.
        let milliseconds = Int64(Self.statementTimeout / .milliseconds(1))
        for (name, value) in [
            ("statement_timeout", "\(milliseconds)"), ("idle_in_transaction_session_timeout", "60s"),
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
        try self.synchronize()
    }

    // MARK: Statements

    func execute(_ statement: SQLStatement, onRow: (any Row) throws -> Void) throws -> Int {
        try self.send(statement)
        try self.requestAnswers()
        return try self.answer(to: statement, onRow)
    }

    func insert(_ statement: SQLStatement) throws -> Int64? {
        try self.insert([statement])[0]
    }

    /// Runs statements as ``insert(_:)`` does, all sent before the first answer is read.
    ///
    /// - Returns: the id of each new row, in their order.
    /// - Throws: ``DatabaseError`` of the first that fails, after which the transaction can only be rolled back.
    func insert(_ statements: [SQLStatement]) throws -> [Int64?] {
        let statements = statements.map { $0.followed(by: " RETURNING id") }
        for statement in statements { try self.send(statement) }
        try self.requestAnswers()
        return try statements.map { statement in
            var id: Int64?
            _ = try self.answer(to: statement) { row in id = Int64(sqlValue: row.value(at: 0)) }
            return id
        }
    }

    /// Sends a command of the transaction's own, such as `BEGIN`; its answer is read before the next one that counts.
    func control(_ sql: StaticString) throws {
        let sent = sql.withUTF8Buffer { text in
            text.withMemoryRebound(to: CChar.self) {
                PQsendQueryParams(self.connection, $0.baseAddress, 0, nil, nil, nil, nil, 0)
            }
        }
        try self.requireSent(sent)
        self.unread.append(.any)
    }

    func runLater(_ statement: SQLStatement, _ expectation: Expectation) throws {
        try self.send(statement)
        self.unread.append(expectation)
        // What it changes is not known yet.
        self.totalChanges += 1
    }

    /// Ends the transaction, and waits until everything that was sent is answered.
    ///
    /// - Throws: ``DatabaseError``; with code `outcomeUnknown` when the connection broke meanwhile.
    func commit() throws {
        // What went before must have come out as expected, and a connection that breaks from here on is one of the
        // commit.
        if !self.unread.isEmpty {
            try self.requestAnswers()
            try self.readUnread()
        }
        try self.control("COMMIT")
        do {
            try self.synchronize()
        } catch let error as DatabaseError where self.isBroken {
            throw DatabaseError(.outcomeUnknown, "the connection broke during the commit: \(error.message)")
        }
    }

    /// Undoes the transaction, if the connection still stands.
    func rollback() throws {
        try self.discardAnswers()
        // Outside a transaction this is a notice only.
        try self.control("ROLLBACK")
        try self.synchronize()
    }

    /// Sends the beginning of a transaction, which travels with its first statement.
    func begin(_ sql: StaticString) throws {
        if self.isFinishing { try self.readSynchronization() }
        self.hasFailed = false
        try self.control(sql)
    }

    /// Sends the end of a transaction that has changed nothing; the answer is read when the next one begins.
    func finishReading() throws {
        try self.control("COMMIT")
        try self.sendSynchronization()
        self.isFinishing = true
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

    private func send(_ statement: SQLStatement) throws {
        let parameters = try PostgresParameters(statement)
        guard let name = try self.name(of: statement, parameters) else {
            try self.requireSent(
                parameters.withPointers { count, types, values in
                    PQsendQueryParams(self.connection, statement.text, count, types, values, nil, nil, 0)
                }
            )
            return
        }
        try self.requireSent(
            parameters.withPointers { count, _, values in
                PQsendQueryPrepared(self.connection, name, count, values, nil, nil, 0)
            }
        )
    }

    /// The name under which a statement is prepared, from now on at the latest; `nil` when there are too many.
    private func name(of statement: SQLStatement, _ parameters: PostgresParameters) throws -> String? {
        if let name = self.prepared[statement.text] { return name }
        guard self.prepared.count < Self.mostPrepared else { return nil }
        self.preparations += 1
        let name = "watcher_\(self.preparations)"
        try self.requireSent(
            parameters.withPointers { count, types, _ in
                PQsendPrepare(self.connection, name, statement.text, count, types)
            }
        )
        self.unread.append(.any)
        self.prepared[statement.text] = name
        self.preparing.append(statement.text)
        return name
    }

    private func requireSent(_ result: CInt) throws {
        guard result == 1 else { throw self.broken() }
    }

    /// Asks the server for the answers to all that was sent.
    private func requestAnswers() throws {
        guard PQsendFlushRequest(self.connection) == 1 else { throw self.broken() }
        try self.flush()
    }

    private func flush() throws {
        while true {
            switch PQflush(self.connection) {
            case 0: return
            // Answers are taken in meanwhile: a server whose answers nobody takes reads no further.
            case 1: try self.wait(for: POLLIN | POLLOUT)
            default: throw self.broken()
            }
        }
    }

    // MARK: Receiving

    /// Reads the answer to a statement, behind those that nobody waits for.
    private func answer(to statement: SQLStatement, _ onRow: (any Row) throws -> Void) throws -> Int {
        try self.readUnread()
        let result = try self.nextResult()
        defer { PQclear(result) }
        try self.endOfAnswer()
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
            for index in 0..<PQntuples(result) { try onRow(PostgresRow(result: result, index: index)) }
            // SELECT counts its rows too, and CREATE none.
            guard let command = PQcmdStatus(result), strncmp(command, "SELECT", 6) != 0 else { return 0 }
            let changed = Self.changedRows(result)
            self.totalChanges += changed ?? 1
            return changed ?? 0
        default:
            throw self.failure(result, statement.text)
        }
    }

    /// Reads the answers that nobody waits for.
    ///
    /// - Throws: ``DatabaseError`` of the first command that failed.
    private func readUnread() throws {
        for expectation in self.unread {
            let result = try self.nextResult()
            defer { PQclear(result) }
            try self.endOfAnswer()
            guard PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK else {
                throw self.failure(result, nil)
            }
            do {
                try expectation.check(Self.changedRows(result) ?? 0)
            } catch {
                self.hasFailed = true
                throw error
            }
        }
        self.unread = []
        self.preparing = []
    }

    private static func changedRows(_ result: OpaquePointer) -> Int? {
        PQcmdTuples(result).flatMap { Int(String(cString: $0)) }
    }

    /// Sends a synchronization point, and reads all that comes before it.
    private func synchronize() throws {
        try self.sendSynchronization()
        try self.readSynchronization()
    }

    private func sendSynchronization() throws {
        guard PQpipelineSync(self.connection) == 1 else { throw self.broken() }
        try self.flush()
    }

    private func readSynchronization() throws {
        self.isFinishing = false
        try self.readUnread()
        let result = try self.nextResult()
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_PIPELINE_SYNC else { throw self.failure(result, nil) }
    }

    /// After a failed command: skips what was sent behind it, and is ready again.
    private func discardAnswers() throws {
        try self.sendSynchronization()
        var points = self.isFinishing ? 2 : 1
        while points > 0 {
            let result = try self.nextResult(orNothing: true)
            if let result, PQresultStatus(result) == PGRES_PIPELINE_SYNC { points -= 1 }
            PQclear(result)
        }
        self.isFinishing = false
        self.unread = []
        // Whether these were prepared is not known.
        for text in self.preparing { self.prepared[text] = nil }
        self.preparing = []
    }

    private func nextResult() throws -> OpaquePointer {
        guard let result = try self.nextResult(orNothing: false) else {
            throw DatabaseError(.unreachable, "PostgreSQL gave no answer where there should be one")
        }
        return result
    }

    /// Every answer ends with nothing.
    private func endOfAnswer() throws {
        while let more = try self.nextResult(orNothing: true) { PQclear(more) }
    }

    private func nextResult(orNothing: Bool) throws -> OpaquePointer? {
        while PQisBusy(self.connection) == 1 { try self.wait(for: POLLIN) }
        let result = PQgetResult(self.connection)
        if PQstatus(self.connection) != CONNECTION_OK {
            PQclear(result)
            throw self.broken()
        }
        return result
    }

    /// Blocks until the socket is ready, and takes in what has come.
    private func wait(for events: CInt) throws {
        let milliseconds = CInt(Self.silenceTimeout / .milliseconds(1))
        var descriptor = pollfd(fd: PQsocket(self.connection), events: Int16(events), revents: 0)
        while true {
            switch poll(&descriptor, 1, milliseconds) {
            case 0: throw self.broken("the server has been silent for \(Self.silenceTimeout)")
            case -1 where errno != EINTR: throw self.broken(String(cString: strerror(errno)))
            case -1: continue
            default:
                guard PQconsumeInput(self.connection) == 1 else { throw self.broken() }
                return
            }
        }
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
        if error.code == .unreachable { self.isBroken = true }
        return error
    }
}
