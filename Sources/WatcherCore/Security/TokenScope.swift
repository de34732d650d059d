// SPDX-License-Identifier: Apache-2.0

/// What the holder of a token may do; each scope includes those before it.
package enum TokenScope: String, Sendable, CaseIterable, Comparable {
    /// Look at everything.
    case read
    /// Also record and change things.
    case write
    /// Also delete what was recorded.
    case admin

    /// Orders by how much may be done.
    package static func < (left: Self, right: Self) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .read: 0
        case .write: 1
        case .admin: 2
        }
    }
}
