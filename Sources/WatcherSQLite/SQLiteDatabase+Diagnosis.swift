// SPDX-License-Identifier: Apache-2.0
import Foundation
package import WatcherDatabase

extension SQLiteDatabase {
    /// Below so much free space the disk may be full soon: 1 GiB.
    private static let littleSpace: Int64 = 1 << 30
    /// Below so much free space writes are about to fail: 64 MiB.
    private static let noSpace: Int64 = 64 << 20
    /// A log of this size has not been taken into the file for long: 256 MiB.
    private static let longLog: Int64 = 256 << 20

    /// Looks at a file before it is opened, because opening makes one that is not there.
    ///
    /// - Parameter path: the file.
    /// - Returns: what was found; without a problem and with `exists`, the file can be opened.
    package static func diagnoseFile(at path: String) -> (exists: Bool, findings: [Diagnosis]) {
        let files = FileManager.default
        let folder = URL(filePath: path).deletingLastPathComponent().path
        var isFolder = false
        guard files.fileExists(atPath: path, isDirectory: &isFolder) else {
            guard files.fileExists(atPath: folder, isDirectory: &isFolder), isFolder else {
                return (
                    false,
                    [.problem("file", "the folder \(folder) is not there", remedy: "make it: mkdir -p \(folder)")]
                )
            }
            return (false, Self.unwritable([folder]) ?? [])
        }
        guard !isFolder else {
            return (true, [.problem("file", "\(path) is a folder", remedy: "name a file in it")])
        }
        if let problem = Self.unwritable([path, folder]) { return (true, problem) }
        return (true, [Self.permissions(path), Self.space(folder), Self.content(path)].compactMap { $0 })
    }

    package func diagnose(now: @Sendable () -> Int64) async throws -> [Diagnosis] {
        let (version, mode) = try await self.read { transaction in
            let version = try transaction.one("SELECT sqlite_version()") { try $0.next(String.self) }
            return (version, try transaction.one("PRAGMA journal_mode") { try $0.next(String.self) })
        }
        var findings: [Diagnosis] = [.ok("database", "SQLite \(version ?? "") answers")]
        if let path = self.path, self.file?.kind != .empty {
            // A file that cannot change while it is looked at is read without its log, and then SQLite names no mode.
            let isLogged = self.file?.kind == .database(isLogged: true)
            findings.append(Self.log(path, mode: isLogged ? "wal" : mode ?? "unknown"))
        }
        var faults: [String]
        do {
            faults = try await self.read { try $0.all("PRAGMA quick_check(3)") { try $0.next(String.self) } }
        } catch let error as DatabaseError where error.code == .corrupt {
            faults = [error.message]
        }
        faults.removeAll { $0 == "ok" }
        findings.append(faults.isEmpty ? .ok("integrity", "the file is whole") : Self.damage(self.path, faults))
        return findings
    }

    /// Says that a file is damaged, and what to do.
    ///
    /// - Parameters:
    ///   - path: the file; `nil` in memory.
    ///   - faults: what is wrong with it.
    /// - Returns: the problem.
    package static func damage(_ path: String?, _ faults: [String]) -> Diagnosis {
        let file = path ?? "FILE"
        // The check puts all it says into one text, with a heading.
        let lines = faults.flatMap { $0.split(whereSeparator: \.isNewline) }.filter { !$0.hasPrefix("***") }
        return .problem(
            "integrity",
            "the file is damaged: \(lines.joined(separator: "; "))",
            remedy: """
                stop the server, keep a copy of the file, and restore the newest backup; without one, \
                'sqlite3 \(file) .recover | sqlite3 NEW' saves what can still be read
                """
        )
    }

    /// What keeps a file from being looked at without changing it.
    private static func content(_ path: String) -> Diagnosis? {
        let file = SQLiteFile(path)
        if file.kind == .other {
            return .problem(
                "file",
                "\(path) is no SQLite database",
                remedy: "name another with --database; when a ledger has stood there, restore the newest backup"
            )
        }
        guard !file.canBeLookedAt else { return nil }
        return .problem(
            "log",
            "\(path)-wal holds changes that are not in the file yet, and cannot be read without changing files",
            remedy: """
                run 'watcher migrate' or 'watcher serve', which take them in; when the file is a copy, make it again \
                with 'sqlite3 LEDGER "VACUUM INTO 'COPY'"'
                """
        )
    }

    private static func unwritable(_ paths: [String]) -> [Diagnosis]? {
        let files = FileManager.default
        guard let path = paths.first(where: { !files.isReadableFile(atPath: $0) || !files.isWritableFile(atPath: $0) })
        else { return nil }
        return [
            .problem(
                "file",
                "this user may not read and write \(path)",
                remedy: "run as the user of the server, or give the file and its folder to this one with chown"
            )
        ]
    }

    private static func permissions(_ path: String) -> Diagnosis? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue else { return nil }
        let text = String(mode & 0o777, radix: 8)
        guard mode & 0o002 != 0 else { return .ok("file", "\(path) can be read and written (mode \(text))") }
        return .warning(
            "file",
            "every user of this machine may write \(path) (mode \(text))",
            remedy: "chmod o-rwx \(path)"
        )
    }

    private static func space(_ folder: String) -> Diagnosis? {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value else { return nil }
        let text = "\(free >> 20) MiB are free on the disk of \(folder)"
        if free >= Self.littleSpace { return .ok("disk", text) }
        let remedy = "make room, or move the ledger to another disk"
        return free >= Self.noSpace
            ? .warning("disk", "only \(text)", remedy: remedy)
            : .problem("disk", "only \(text): writes are about to fail", remedy: remedy)
    }

    private static func log(_ path: String, mode: String) -> Diagnosis {
        guard mode == "wal" else {
            return .warning(
                "log",
                "the file is in journal mode \(mode), in which readers and the writer wait for each other",
                remedy: "put it on a local disk that this user may write: the next start sets the mode wal"
            )
        }
        let attributes = try? FileManager.default.attributesOfItem(atPath: path + "-wal")
        let size = (attributes?[.size] as? NSNumber)?.int64Value ?? 0
        guard size > Self.longLog else { return .ok("log", "the write-ahead log has \(size >> 20) MiB") }
        return .warning(
            "log",
            "the write-ahead log has \(size >> 20) MiB: something reads in the file without an end",
            remedy: "end programs such as sqlite3 or a backup that have the file open"
        )
    }
}
