// SPDX-License-Identifier: Apache-2.0

/// A pipeline's word that it takes data from one address to another.
package struct LineageEdge: Sendable, Hashable, Comparable {
    /// Where the data comes from.
    package let source: Int64
    /// Where it goes; it may be where it comes from.
    package let target: Int64
    /// The pipeline that says so.
    package let pipelineID: Int64

    /// Makes an edge.
    package init(source: Int64, target: Int64, pipelineID: Int64) {
        self.source = source
        self.target = target
        self.pipelineID = pipelineID
    }

    /// Orders by source, target and pipeline.
    package static func < (left: Self, right: Self) -> Bool {
        if left.source != right.source { return left.source < right.source }
        if left.target != right.target { return left.target < right.target }
        return left.pipelineID < right.pipelineID
    }
}

/// An address as a graph shows it.
package struct LineageAddress: Sendable, Equatable {
    /// Its id.
    package let id: Int64
    /// Its name.
    package let name: String
    /// The name of its type.
    package let typeName: String
    /// The group of its type.
    package let typeGroupName: String
    /// Any facts, as JSON text.
    package let metadata: String?

    /// Makes an address.
    package init(id: Int64, name: String, typeName: String, typeGroupName: String, metadata: String?) {
        self.id = id
        self.name = name
        self.typeName = typeName
        self.typeGroupName = typeGroupName
        self.metadata = metadata
    }
}

/// A pipeline as a graph shows it.
package struct LineagePipeline: Sendable, Equatable {
    /// Its id.
    package let id: Int64
    /// Its name.
    package let name: String
    /// The name of its type.
    package let typeName: String
    /// Any facts, as JSON text.
    package let metadata: String?
    /// Whether it is to run.
    package let isActive: Bool

    /// Makes a pipeline.
    package init(id: Int64, name: String, typeName: String, metadata: String?, isActive: Bool) {
        self.id = id
        self.name = name
        self.typeName = typeName
        self.metadata = metadata
        self.isActive = isActive
    }
}
