// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess

/// A PostgreSQL that belongs to one test, which may restart and stop it.
struct OwnPostgres: Sendable {
    /// Where a database of it is.
    let url: String
    private let folder: String

    /// Lends one, and stops it when `body` has returned or thrown.
    static func with<Value>(_ body: (Self) async throws -> Value) async throws -> Value {
        // Its sockets are in there, whose paths must be short, and it is not run by root, who may own other folders.
        let folder = "/tmp/watcher-\(UUID().uuidString.prefix(8).lowercased())"
        let outcome: Result<Value, any Error>
        do {
            let url = try await Self.script("start", folder, "--no-fsync")
            outcome = .success(try await body(Self(url: url, folder: folder)))
        } catch {
            outcome = .failure(error)
        }
        // The test may have stopped it, and then this fails.
        _ = try? await Self.script("stop", folder)
        try? FileManager.default.removeItem(atPath: folder)
        return try outcome.get()
    }

    /// Has it crash and come back: connections break, and what was not committed is lost.
    func restart() async throws {
        _ = try await Self.script("restart", self.folder, "--immediate")
    }

    /// Ends it.
    func stop() async throws {
        _ = try await Self.script("stop", self.folder)
    }

    /// Runs `scripts/postgres`, and returns the line that it prints.
    private static func script(_ arguments: String...) async throws -> String {
        let path = Snippets.package.appending(path: "scripts/postgres").path
        let result = try await runToEnd(.name("bash"), [path] + arguments, within: .seconds(120))
        guard result.status == .exited(0) else {
            throw CommandFailed(what: "scripts/postgres \(arguments.joined(separator: " "))", errors: result.errors)
        }
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// Asks a PostgreSQL past the program under test.
enum Psql {
    /// Runs statements in one transaction.
    ///
    /// - Returns: the rows, with `|` between their values.
    @discardableResult
    static func run(_ url: String, _ statements: String) async throws -> [String] {
        let options = ["--no-psqlrc", "--no-password", "--quiet", "--tuples-only", "--no-align"]
        let what = ["--set", "ON_ERROR_STOP=1", "--dbname", url, "--command", statements]
        let result = try await runToEnd(.name("psql"), options + what, within: .seconds(30))
        guard result.status == .exited(0) else { throw CommandFailed(what: statements, errors: result.errors) }
        return result.output.split(separator: "\n").map(String.init)
    }
}

/// A program that a test needs has failed.
struct CommandFailed: Error, CustomStringConvertible {
    let what: String
    let errors: String

    var description: String { "\(self.what) failed:\n\(self.errors)" }
}
