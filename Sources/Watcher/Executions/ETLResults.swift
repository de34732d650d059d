// SPDX-License-Identifier: Apache-2.0

/// What a tracked piece of work says about itself.
///
/// Adopt it with a type of your own to hand back more than the standard fields: the value comes back whole in
/// ``ExecutionResult/results``, and only the fields of this protocol are sent to the server.
///
/// ```swift
/// struct ScoredResults: ETLResultsProtocol {
///     var completedSuccessfully: Bool
///     var inserts: Int?
///     var dataQualityScore: Double
/// }
/// ```
///
/// Fields that a type leaves out count as not given. Declare those it has with exactly the types below: an
/// `inserts: Int` that is not optional is another property, and is not sent.
public protocol ETLResultsProtocol {
    /// Whether the work did what it should; `false` records a failure that the work has handled itself.
    var completedSuccessfully: Bool { get }
    /// Rows inserted, at least 0.
    var inserts: Int? { get }
    /// Rows updated, at least 0.
    var updates: Int? { get }
    /// Rows marked as deleted, at least 0.
    var softDeletes: Int? { get }
    /// Rows handled in all, at least 0.
    var totalRows: Int? { get }
    /// Any facts about the execution.
    var executionMetadata: [String: JSONValue]? { get }
}

extension ETLResultsProtocol {
    /// Not given.
    public var inserts: Int? { nil }
    /// Not given.
    public var updates: Int? { nil }
    /// Not given.
    public var softDeletes: Int? { nil }
    /// Not given.
    public var totalRows: Int? { nil }
    /// Not given.
    public var executionMetadata: [String: JSONValue]? { nil }
}

/// The standard results of a tracked piece of work.
public struct ETLResults: ETLResultsProtocol, Sendable, Equatable {
    /// Whether the work did what it should; `false` records a failure that the work has handled itself.
    public var completedSuccessfully: Bool
    /// Rows inserted, at least 0.
    public var inserts: Int?
    /// Rows updated, at least 0.
    public var updates: Int?
    /// Rows marked as deleted, at least 0.
    public var softDeletes: Int?
    /// Rows handled in all, at least 0.
    public var totalRows: Int?
    /// Any facts about the execution.
    public var executionMetadata: [String: JSONValue]?

    /// Makes results.
    public init(
        completedSuccessfully: Bool,
        inserts: Int? = nil,
        updates: Int? = nil,
        softDeletes: Int? = nil,
        totalRows: Int? = nil,
        executionMetadata: [String: JSONValue]? = nil
    ) {
        self.completedSuccessfully = completedSuccessfully
        self.inserts = inserts
        self.updates = updates
        self.softDeletes = softDeletes
        self.totalRows = totalRows
        self.executionMetadata = executionMetadata
    }

    /// Takes the standard fields of other results.
    public init(_ results: some ETLResultsProtocol) {
        self.init(
            completedSuccessfully: results.completedSuccessfully,
            inserts: results.inserts,
            updates: results.updates,
            softDeletes: results.softDeletes,
            totalRows: results.totalRows,
            executionMetadata: results.executionMetadata
        )
    }
}
