// SPDX-License-Identifier: Apache-2.0

/// What of a tree of executions may be deleted.
package enum RetentionRule {
    /// Whether an execution has ended and started before a moment; one that is not so keeps its whole tree.
    package static func isOld(_ status: ExecutionStatus, startDate: Timestamp, _ moment: Timestamp) -> Bool {
        status != .running && startDate < moment
    }

    /// A child and the execution that it is a part of.
    package struct Edge: Sendable, Equatable {
        /// The child.
        package let child: Int64
        /// Its parent.
        package let parent: Int64

        /// Makes an edge.
        package init(child: Int64, parent: Int64) {
            self.child = child
            self.parent = parent
        }
    }

    /// The executions that leave no child behind when they are deleted together.
    ///
    /// - Parameters:
    ///   - ids: what would be deleted, in descending order: children, which came later, before their parents.
    ///   - edges: from every child of them.
    /// - Returns: those whose children are all among them too, and so on down.
    package static func removable(_ ids: [Int64], _ edges: [Edge]) -> [Int64] {
        let children = Dictionary(grouping: edges, by: \.parent)
        var removed: Set<Int64> = []
        return ids.filter { id in
            guard children[id, default: []].allSatisfy({ removed.contains($0.child) }) else { return false }
            removed.insert(id)
            return true
        }
    }
}
