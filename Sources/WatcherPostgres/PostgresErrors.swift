// SPDX-License-Identifier: Apache-2.0
import CLibpq
import Foundation
import WatcherDatabase

extension DatabaseError {
    /// Translates the error of a result; the codes are those of
    /// <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
    ///
    /// The detail is left out: it holds values.
    init(_ result: OpaquePointer, statement: String?) {
        func field(_ code: Character) -> String? {
            PQresultErrorField(result, CInt(code.asciiValue ?? 0)).map { String(cString: $0) }
        }
        // PG_DIAG_SQLSTATE, PG_DIAG_MESSAGE_PRIMARY and PG_DIAG_CONSTRAINT_NAME, which Swift does not see.
        let state = field("C") ?? "without a code"
        let constraint = field("n").map { ", constraint \($0)" } ?? ""
        let message = field("M") ?? PostgresSettings.oneLine(String(cString: PQresultErrorMessage(result)))
        let code = Code(sqlState: state)
        let remedy = code == .denied ? ": grant the role what it needs, or make it the owner of the schema" : ""
        self.init(code, "\(message) (SQLSTATE \(state)\(constraint))\(remedy)", statement: statement)
    }

    /// Whether the server ends the session with this error.
    static func isFatal(_ result: OpaquePointer) -> Bool {
        // PG_DIAG_SEVERITY_NONLOCALIZED
        PQresultErrorField(result, 86).map { ["FATAL", "PANIC"].contains(String(cString: $0)) } ?? false
    }

    /// Says why a connection could not be made, and what to do about it.
    ///
    /// libpq gives no code for this, so the texts are looked at; one that is not known is given as it is.
    init(connectingTo settings: PostgresSettings, _ message: String) {
        let message = settings.withoutPassword(PostgresSettings.oneLine(message))
        func says(_ part: String) -> Bool { message.localizedCaseInsensitiveContains(part) }
        let (code, remedy): (Code, String) =
            if says("password authentication failed") || says("no password supplied") {
                (.denied, "give the right password, in PGPASSWORD, a password file or the URL")
            } else if says("role") && says("does not exist") {
                (.cannotOpen, "create the role with CREATE ROLE … LOGIN, or name another one in the URL")
            } else if says("database") && says("does not exist") {
                (.cannotOpen, "create the database with CREATE DATABASE, or name another one in the URL")
            } else if says("pg_hba.conf") || says("authentication failed") {
                (.denied, "allow this role to connect from here in the server's pg_hba.conf")
            } else if says("server does not support SSL") || says("SSL error") || says("certificate") {
                (.cannotOpen, "set sslmode, sslrootcert and what belongs to them to what the server offers")
            } else if says("too many") || says("remaining connection slots") {
                (.unreachable, "raise the server's max_connections, or run fewer programs on it")
            } else {
                (.unreachable, "see that PostgreSQL runs there and accepts connections from here")
            }
        self.init(code, "no connection to \(settings): \(message): \(remedy)")
    }

    /// Whether running the same work once more may succeed.
    ///
    /// - Parameter again: whether it has been run once more already.
    /// - Returns: whether it is worth it.
    func isWorthRepeating(again: Bool) -> Bool {
        switch self.code {
        case .conflict, .busy: true
        // A name that another server took meanwhile is found by the next run, which then answers as it should.
        case .unique: !again
        default: false
        }
    }
}

extension DatabaseError.Code {
    init(sqlState: String) {
        self =
            switch sqlState {
            case "23505": .unique
            case "23503": .foreignKey
            case "23514": .check
            case "23502": .notNull
            case "40001", "40P01": .conflict
            case "55P03": .busy
            case "57014": .timeout
            // No privilege; no schema that the role may use.
            case "42501", "3F000": .denied
            // The server is going down, coming up, has ended this session, or is a standby now.
            case "57P01", "57P02", "57P03", "57P05", "53300", "25006": .unreachable
            case _ where sqlState.hasPrefix("08"): .unreachable
            case _ where sqlState.hasPrefix("22"): .type
            case _ where sqlState.hasPrefix("53"), _ where sqlState.hasPrefix("58"): .storage
            case _ where sqlState.hasPrefix("XX"): .corrupt
            default: .statement
            }
    }
}
