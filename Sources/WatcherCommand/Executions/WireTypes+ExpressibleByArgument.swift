// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
public import WatcherWire

extension WireExecutionStatus: ExpressibleByArgument {}

extension WireTimestamp: ExpressibleByArgument {
    /// Reads an RFC 3339 moment, such as `2025-01-10` or `2025-01-10T08:30:00+02:00`.
    public init?(argument: String) {
        self.init(argument)
    }
}
