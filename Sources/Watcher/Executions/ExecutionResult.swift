// SPDX-License-Identifier: Apache-2.0

/// What a tracked piece of work returned, and the execution that records it.
public struct ExecutionResult<Results> {
    /// The execution, as the server knows it; 0 from a client that is disabled.
    public let executionID: Int64
    /// What the work returned, whole.
    public let results: Results

    /// Makes a result.
    public init(executionID: Int64, results: Results) {
        self.executionID = executionID
        self.results = results
    }
}

extension ExecutionResult: Sendable where Results: Sendable {}
extension ExecutionResult: Equatable where Results: Equatable {}
