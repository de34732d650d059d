// SPDX-License-Identifier: Apache-2.0

/// Mean and standard deviation of values that come one after the other.
///
/// Welford's method ("Note on a method for calculating corrected sums of squares and products", 1962): it never subtracts
/// two large sums from each other, so the deviation of values that lie close together far from zero, such as row counts
/// of a large table, keeps its digits.
package struct RunningStatistics: Sendable, Equatable {
    /// How many values there are.
    package private(set) var count = 0
    /// Their mean; 0 without values.
    package private(set) var mean = 0.0
    /// The sum of the squared distances from the mean.
    private var squares = 0.0

    /// Makes statistics of values.
    package init(_ values: some Sequence<Double> = []) {
        for value in values { self.add(value) }
    }

    /// Adds a value.
    package mutating func add(_ value: Double) {
        self.count += 1
        let distance = value - self.mean
        self.mean += distance / Double(self.count)
        self.squares += distance * (value - self.mean)
    }

    /// The standard deviation of the sample; 0 below two values.
    ///
    /// Divided by n − 1, because the values are a sample of what the pipeline does: division by n would call the spread
    /// of a few executions smaller than it is, and flag the next one too soon.
    package var standardDeviation: Double {
        self.count < 2 ? 0 : (self.squares / Double(self.count - 1)).squareRoot()
    }

    /// Whether all values are the same, as far as numbers of this size can tell.
    package var isConstant: Bool {
        self.standardDeviation <= 1e-12 * abs(self.mean)
    }
}
