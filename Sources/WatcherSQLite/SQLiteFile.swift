// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDBSQLite
import WatcherDatabase

/// What can be told of a database's file before SQLite opens it, which could change it.
struct SQLiteFile: Sendable {
    /// What the file is by its first bytes: <https://sqlite.org/fileformat2.html#the_database_header>.
    enum Kind: Sendable, Equatable {
        /// It has none, and becomes a database when something is written.
        case empty
        /// `isLogged` says whether changes go to a write-ahead log first.
        case database(isLogged: Bool)
        case other
    }

    /// What the file is.
    let kind: Kind
    private let given: String
    /// Without symbolic links: the log stands beside the file itself.
    private let path: String

    init(_ path: String) {
        self.given = path
        self.path = URL(filePath: path).resolvingSymlinksInPath().path
        let file = FileHandle(forReadingAtPath: self.path)
        defer { try? file?.close() }
        // What cannot be read here cannot be read by SQLite either, which says so.
        let header = Array((try? file?.read(upToCount: 20)) ?? Data())
        let magic = Array("SQLite format 3\u{0}".utf8)
        self.kind =
            if header.isEmpty {
                .empty
            } else if header.starts(with: magic), header.count == 20 {
                .database(isLogged: header[18] == 2 || header[19] == 2)
            } else {
                .other
            }
    }

    /// Whether the log holds anything.
    private var hasLog: Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: self.path + "-wal")
        return (attributes?[.size] as? NSNumber).map { $0.int64Value > 0 } ?? false
    }

    private var hasIndex: Bool { FileManager.default.fileExists(atPath: self.path + "-shm") }

    /// Whether SQLite can read it without changing anything: a log can be read only by its index.
    var canBeLookedAt: Bool { self.kind != .database(isLogged: true) || !self.hasLog || self.hasIndex }

    /// The address under which SQLite reads the file and changes nothing: <https://sqlite.org/uri.html>.
    ///
    /// A reader of a file with a log makes `-wal` and `-shm` when they are not there, even when it may only read. Without
    /// a log nobody has the file open to write to it, so it can be read as one that does not change. With a log, its index is
    /// read and not written, which SQLite can do since 3.22, also when nobody else has the file open.
    ///
    /// - Throws: ``DatabaseError``
    func readOnlyAddress() throws -> String {
        guard self.canBeLookedAt else {
            throw DatabaseError(
                .cannotOpen,
                "\(self.given) cannot be looked at without changing files: \(self.given)-wal has no index beside it"
            )
        }
        // A SQLite that was built without addresses reads the file all the same, and may make files beside it.
        guard sqlite3_compileoption_used("USE_URI") == 1,
            let path = self.path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)
        else { return self.given }
        guard self.kind == .database(isLogged: true) else { return "file:\(path)?mode=ro" }
        return "file:\(path)?mode=ro&\(self.hasLog ? "readonly_shm=1" : "immutable=1")"
    }
}
