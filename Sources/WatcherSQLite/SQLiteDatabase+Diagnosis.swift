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
        return (true, [Self.permissions(path), Self.space(folder)].compactMap { $0 })
    }

    package func diagnose(now: @Sendable () -> Int64) async throws -> [Diagnosis] {
        let (version, mode, check) = try await self.read { transaction in
            let version = try transaction.one("SELECT sqlite_version()") { try $0.next(String.self) }
            let mode = try transaction.one("PRAGMA journal_mode") { try $0.next(String.self) }
            return (version, mode, try transaction.all("PRAGMA quick_check(3)") { try $0.next(String.self) })
        }
        var findings: [Diagnosis] = [.ok("database", "SQLite \(version ?? "") answers")]
        if let path = self.path {
            findings.append(Self.log(path, mode: mode ?? "unknown"))
        }
        findings.append(
            check == ["ok"]
                ? .ok("integrity", "the file is whole")
                : .problem(
                    "integrity",
                    "the file is damaged: \(check.joined(separator: "; "))",
                    remedy: "stop the server, keep a copy of the file, and restore the newest backup"
                )
        )
        return findings
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
