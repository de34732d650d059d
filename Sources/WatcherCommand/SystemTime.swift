// SPDX-License-Identifier: Apache-2.0
import Foundation
import WatcherCore

/// The clock of this machine, for commands to hand in.
enum SystemTime {
    /// What time it is.
    static let now: @Sendable () -> Timestamp = {
        Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1e6))
    }
}
