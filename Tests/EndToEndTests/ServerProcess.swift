// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess
import Synchronization

/// A `watcher serve` that runs on a free port of 127.0.0.1.
struct ServerProcess: Sendable {
    /// Where it listens, such as `http://127.0.0.1:41234`.
    let url: String
    fileprivate let signal: @Sendable (Signal) throws -> Void

    /// Asks it to drain and end; returns at once.
    func terminate() throws {
        try self.signal(.terminate)
    }

    /// Ends it as a crash would.
    func kill9() throws {
        try self.signal(.kill)
    }
}

/// Starts `watcher serve` on a free port, lends it, and ends it: when this returns or throws, the process is gone.
///
/// The end is SIGTERM, and SIGKILL for a server that has not drained 20 seconds later.
///
/// - Parameters:
///   - database: the value of `--database`; `nil` leaves the option out.
///   - options: further options.
///   - settings: the variables of its environment.
///   - body: uses it.
/// - Returns: what `body` returned, how the process ended, and what it logged.
/// - Throws: what `body` threw, or ``ServerNeverListened``.
@discardableResult
func withServer<Value: Sendable>(
    database: String? = ":memory:",
    options: [String] = [],
    environment settings: [Environment.Key: String] = [:],
    _ body: (ServerProcess) async throws -> Value
) async throws -> (value: Value, status: TerminationStatus, log: [String]) {
    let (output, log) = (LineLog(), LineLog())
    let location = database.map { ["--database", $0] } ?? []
    let result = try await Subprocess.run(
        Binary.name,
        arguments: Arguments(["serve", "--port", "0"] + location + options),
        environment: Binary.environment(settings),
        input: .none,
        output: .sequence,
        error: .sequence
    ) { execution in
        try await withThrowingTaskGroup { group in
            group.addTask { try await output.collect(execution.standardOutput) }
            group.addTask { try await log.collect(execution.standardError) }
            let outcome: Result<Value, any Error>
            do {
                let url = try await url(announcedIn: output, log)
                let server = ServerProcess(url: url) { try execution.send(signal: $0) }
                outcome = .success(try await body(server))
            } catch {
                outcome = .failure(error)
            }
            await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: .seconds(20))])
            try await group.waitForAll()
            return try outcome.get()
        }
    }
    return (result.closureResult, result.terminationStatus, log.lines)
}

/// The address in the line with which the server says that it is ready.
private func url(announcedIn output: LineLog, _ log: LineLog) async throws -> String {
    let prefix = "watcher: listening on "
    let line = try await poll("the server to listen") {
        if let line = output.lines.first { return line }
        if output.isComplete { throw ServerNeverListened(log: log.lines) }
        return nil
    }
    guard line.hasPrefix(prefix) else { throw ServerNeverListened(log: [line] + log.lines) }
    return String(line.dropFirst(prefix.count))
}

/// The server ended, or said something else, instead of listening.
struct ServerNeverListened: Error, CustomStringConvertible {
    let log: [String]

    var description: String { "the server did not listen; it said:\n\(self.log.joined(separator: "\n"))" }
}

/// The lines that a process has written so far.
final class LineLog: Sendable {
    private let state = Mutex((lines: [String](), isComplete: false))

    var lines: [String] { self.state.withLock(\.lines) }

    /// Whether the process has closed the stream.
    var isComplete: Bool { self.state.withLock(\.isComplete) }

    fileprivate func collect(_ stream: SubprocessOutputSequence) async throws {
        for try await line in stream.strings() { self.state.withLock { $0.lines.append(line) } }
        self.state.withLock { $0.isComplete = true }
    }
}
