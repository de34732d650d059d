// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess
import Synchronization

/// The program under test, as the same build has made it.
enum Binary {
    /// The folder of the test bundle, where the program stands too.
    static var folder: String {
        #if os(macOS)
            Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }.map {
                $0.bundleURL.deletingLastPathComponent().path
            } ?? ""
        #else
            URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path
        #endif
    }

    static let name: Executable = .name("watcher")

    /// An environment in which `watcher` is the program under test, and none of the settings of this one hold.
    static func environment(_ settings: [Environment.Key: String] = [:]) -> Environment {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        var values: [Environment.Key: String?] = [
            "PATH": "\(self.folder):\(path)", "COLUMNS": nil, "WATCHER_URL": nil, "WATCHER_TOKEN": nil,
            "WATCHER_DATABASE_URL": nil, "WATCHER_CONFIG": nil,
        ]
        for (key, value) in settings { values[key] = value }
        return .inherit.updating(values)
    }

    /// Runs the program to its end and collects what it says; it is killed after half a minute.
    static func run(
        _ arguments: [String],
        environment settings: [Environment.Key: String] = [:]
    ) async throws -> (status: TerminationStatus, output: String, errors: String) {
        try await runToEnd(self.name, arguments, environment: self.environment(settings), within: .seconds(30))
    }
}

/// Runs a program to its end and collects what it says; it is killed when the time is over.
func runToEnd(
    _ executable: Executable,
    _ arguments: [String],
    environment: Environment = .inherit,
    within limit: Duration
) async throws -> (status: TerminationStatus, output: String, errors: String) {
    try await withThrowingTaskGroup { group in
        group.addTask {
            let result = try await Subprocess.run(
                executable,
                arguments: Arguments(arguments),
                environment: environment,
                output: .string(limit: 1 << 24),
                error: .string(limit: 1 << 24)
            )
            return (result.terminationStatus, result.standardOutput, result.standardError)
        }
        group.addTask {
            try await Task.sleep(for: limit)
            throw DeadlinePassed(what: "\(executable) \(arguments.joined(separator: " "))", limit: limit)
        }
        defer { group.cancelAll() }
        guard let result = try await group.next() else { throw CancellationError() }
        return result
    }
}

/// A folder of its own for a test, removed when it returns.
func withTemporaryFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let url = URL(filePath: NSTemporaryDirectory()).appending(path: "watcher-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    return try await body(url.path)
}
