// SPDX-License-Identifier: Apache-2.0

/// The work of an execution is done, but its results could not be recorded: this error carries them.
///
/// Either the server could not be told, and may still show the execution as running; or the results cannot be recorded
/// as they are, because a counter is negative or the metadata too large, and the execution counts as failed. Do not run the work again because of this error: what it did is
/// done, and ``ETLResultsProtocol/completedSuccessfully`` of the results says how it went.
///
/// ```swift
/// } catch let error as UndeliveredExecutionError<ETLResults> {
///     logger.error("execution \(error.executionID) inserted \(error.results.inserts ?? 0) rows: \(error.cause)")
/// }
/// ```
public struct UndeliveredExecutionError<Results: ETLResultsProtocol>: Error {
    /// The execution, as the server knows it.
    public let executionID: Int64
    /// Why the results could not be recorded.
    ///
    /// The code is ``WatcherError/Code/validation`` when a field of the results is at fault, which the message names with
    /// its value; else it is ``WatcherError/Code/delivery``, and the cause says more.
    public let cause: WatcherError
    /// The standard fields of the results.
    public let standardResults: ETLResults

    // Errors must be Sendable, results need not be. The invariant: no code but the two properties below touches this,
    // the first gives it out only when its type is Sendable, and the second makes its caller promise to stay put.
    private nonisolated(unsafe) let carried: Results

    init(executionID: Int64, results: Results, cause: WatcherError) {
        self.executionID = executionID
        self.carried = results
        self.standardResults = ETLResults(results)
        self.cause = cause
    }

    /// What the work returned, when its type is not `Sendable`.
    ///
    /// Touch it only in the isolation from which the tracked call was made, where the work itself ran: the compiler
    /// cannot check that. For a `Sendable` type use ``results``.
    public var uncheckedResults: Results { self.carried }
}

extension UndeliveredExecutionError where Results: Sendable {
    /// What the work returned, whole.
    public var results: Results { self.carried }
}

extension UndeliveredExecutionError: CustomStringConvertible {
    /// The execution, that its work is done, and why the server does not know.
    public var description: String { self.cause.description }
}
