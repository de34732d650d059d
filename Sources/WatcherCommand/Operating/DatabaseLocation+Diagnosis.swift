// SPDX-License-Identifier: Apache-2.0
import WatcherCore
import WatcherDatabase
import WatcherSQLite
import WatcherServices

extension DatabaseLocation {
    /// Looks for what is wrong with the database and the ledger in it, and changes nothing.
    ///
    /// - Parameter schedules: those by which servers fire, by name; `nil` for never.
    /// - Returns: what was found, good and bad, and the tokens, when they could be read.
    func findings(_ schedules: [String: CronSchedule?]) async -> (findings: [Diagnosis], tokens: TokenCounts?) {
        var findings: [Diagnosis] = []
        switch self {
        case .memory:
            let text = "the ledger is in the memory of its server, which nobody else sees and which ends with it"
            return ([.ok("database", text)], TokenCounts.none)
        case .sqlite(let path):
            let file = SQLiteDatabase.diagnoseFile(at: path)
            findings += file.findings
            if findings.contains(where: { $0.level == .problem }) { return (findings, nil) }
            guard file.exists else {
                let remedy = "run 'watcher migrate' or 'watcher serve', which make it, or name another with --database"
                findings.append(.warning("database", "there is no ledger at \(path) yet", remedy: remedy))
                return (findings, TokenCounts.none)
            }
        case .postgres: break
        }
        var tokens: TokenCounts?
        do {
            try await self.look { database in
                findings += try await database.diagnose { SystemTime.now().microseconds }
                // What a damaged file says of the ledger is worth nothing.
                if findings.contains(where: { $0.subject == "integrity" && $0.level == .problem }) { return }
                let ledger = LedgerDiagnosis(database: database, schedules: schedules, now: SystemTime.now)
                let found = try await ledger.findings()
                findings += found
                if found.contains(where: { $0.subject == "schema" && $0.level == .problem }) { return }
                tokens = try await database.read { try TokenCounts($0) }
            }
        } catch let error as DatabaseError {
            findings.append(self.diagnosis(of: error))
        } catch {
            findings.append(.problem("database", "\(error)", remedy: "run this again, and report it when it stays"))
        }
        return (findings, tokens)
    }

    /// What to do about a database that does not do what it is asked.
    private func diagnosis(of error: DatabaseError) -> Diagnosis {
        let remedy: String
        switch (self, error.code) {
        case (.sqlite(let path), .corrupt): return SQLiteDatabase.damage(path, [error.message])
        case (_, .corrupt): remedy = "look into the log of PostgreSQL, and restore the newest backup"
        case (_, .busy): remedy = "end what holds it, such as a backup or sqlite3, and run this again"
        case (_, .timeout): remedy = "see what else keeps it busy, and run this again"
        case (_, .storage): remedy = "make room on its disk, and look into its machine's log for errors of the disk"
        case (_, .foreign): remedy = "name another file or database with --database"
        case (.sqlite, .cannotOpen):
            remedy = "see that this user may read the file, and '-wal' and '-shm' when they stand beside it"
        case (.postgres, .denied): remedy = "give the role its password and what docs/databases.md grants"
        case (.postgres, .cannotOpen), (.postgres, .unreachable):
            remedy = "see that the database runs, and that --database and its password are right"
        default: remedy = "run this again, and report it when it stays"
        }
        return .problem("database", error.message, remedy: remedy)
    }
}
