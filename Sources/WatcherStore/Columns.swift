// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

extension Timestamp: SQLConvertible {
    package static var sqlType: SQLType { .integer }
    package var sqlValue: SQLValue { .integer(self.microseconds) }
    package init?(sqlValue: SQLValue) {
        guard case .integer(let microseconds) = sqlValue else { return nil }
        self.init(microseconds: microseconds)
    }
}

extension Datepart: SQLConvertible {}
extension ExecutionStatus: SQLConvertible {}

extension RowReader {
    /// Reads the three columns of a threshold.
    mutating func threshold() throws -> Threshold {
        Threshold(number: try self.next(), datepart: try self.next(), isMuted: try self.next())
    }
}
