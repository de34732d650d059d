// SPDX-License-Identifier: Apache-2.0

/// `GET /lineage-graph`: every edge on any path through one address.
public struct LineageGraphResponse: Sendable, Equatable {
    /// An address of the graph.
    public struct Node: Sendable, Equatable {
        /// The address.
        public var id: Int64
        /// Its name.
        public var name: String
        /// The name of its type.
        public var addressTypeName: String
        /// The group of its type.
        public var addressTypeGroupName: String
        /// Any facts about it, as JSON text.
        public var addressMetadata: String?

        /// Makes a node.
        public init(
            id: Int64,
            name: String,
            addressTypeName: String,
            addressTypeGroupName: String,
            addressMetadata: String?
        ) {
            self.id = id
            self.name = name
            self.addressTypeName = addressTypeName
            self.addressTypeGroupName = addressTypeGroupName
            self.addressMetadata = addressMetadata
        }
    }

    /// An edge of the graph, as one pipeline declares it.
    public struct Edge: Sendable, Equatable {
        /// Where the data comes from.
        public var sourceAddressID: Int64
        /// Where it goes.
        public var targetAddressID: Int64
        /// How many edges the shortest path over this edge has, from the address that was asked for or to it: 1 for an
        /// edge that touches it.
        public var depth: Int64
        /// The addresses of that path in the direction of the data; of a long path, those nearest to the edge.
        public var lineagePath: [Int64]
        /// The pipeline, which is one of ``LineageGraphResponse/pipelines``.
        public var pipelineID: Int64

        /// Makes an edge.
        public init(
            sourceAddressID: Int64,
            targetAddressID: Int64,
            depth: Int64,
            lineagePath: [Int64],
            pipelineID: Int64
        ) {
            self.sourceAddressID = sourceAddressID
            self.targetAddressID = targetAddressID
            self.depth = depth
            self.lineagePath = lineagePath
            self.pipelineID = pipelineID
        }
    }

    /// A pipeline of edges; on the wire, each of its edges says all of this.
    public struct Pipeline: Sendable, Equatable {
        /// The pipeline.
        public var id: Int64
        /// Its name.
        public var name: String
        /// The name of its type.
        public var typeName: String
        /// Any facts about it, as JSON text.
        public var metadata: String?
        /// Whether it is to run.
        public var isActive: Bool

        /// Makes a pipeline.
        public init(id: Int64, name: String, typeName: String, metadata: String?, isActive: Bool) {
            self.id = id
            self.name = name
            self.typeName = typeName
            self.metadata = metadata
            self.isActive = isActive
        }
    }

    /// The addresses, by id.
    public var nodes: [Node]
    /// The edges by depth, source, target and pipeline.
    public var edges: [Edge]
    /// The pipelines of the edges.
    public var pipelines: [Pipeline]

    /// Makes an answer.
    public init(nodes: [Node], edges: [Edge], pipelines: [Pipeline]) {
        self.nodes = nodes
        self.edges = edges
        self.pipelines = pipelines
    }
}

extension LineageGraphResponse: WireMessage {
    /// Writes the answer; what edges of one pipeline have in common is put into words once.
    public func write(to writer: inout JSONWriter) {
        var pipelines: [Int64: [UInt8]] = [:]
        for pipeline in self.pipelines { pipelines[pipeline.id] = pipeline.json }
        // What an edge and a node usually take, so that a long answer is not copied again and again while it grows.
        writer.reserve(self.edges.count * 320 + self.nodes.count * 128)
        writer.object { writer in
            writer.member("nodes", self.nodes)
            writer.key("edges")
            writer.array { writer in
                for edge in self.edges {
                    writer.object { writer in
                        writer.member("source_address_id", edge.sourceAddressID)
                        writer.member("target_address_id", edge.targetAddressID)
                        writer.member("depth", edge.depth)
                        writer.key("lineage_path")
                        writer.array { writer in
                            for id in edge.lineagePath { writer.value(id) }
                        }
                        if let pipeline = pipelines[edge.pipelineID] {
                            writer.members(of: pipeline.dropFirst().dropLast())
                        }
                    }
                }
            }
        }
    }
}

extension LineageGraphResponse.Node: WireMessage {
    /// Writes the node.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", self.id)
            writer.member("name", self.name)
            writer.member("address_type_name", self.addressTypeName)
            writer.member("address_type_group_name", self.addressTypeGroupName)
            writer.key("address_metadata")
            writer.raw(self.addressMetadata ?? "null")
        }
    }
}

extension LineageGraphResponse.Pipeline: WireMessage {
    /// Writes what every edge of the pipeline says of it.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("pipeline_id", self.id)
            writer.member("pipeline_name", self.name)
            writer.member("pipeline_type_name", self.typeName)
            writer.key("pipeline_metadata")
            writer.raw(self.metadata ?? "null")
            writer.member("pipeline_active", self.isActive)
        }
    }
}

/// An element of `GET /lineage-graph/addresses`.
public struct LineageAddressResponse: Sendable, Equatable {
    /// The address.
    public var id: Int64
    /// Its name.
    public var name: String

    /// Makes an answer.
    public init(id: Int64, name: String) {
        self.id = id
        self.name = name
    }
}

extension LineageAddressResponse: WireMessage {
    /// Writes the answer.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", self.id)
            writer.member("name", self.name)
        }
    }
}

/// The answer to requests to refresh what is always fresh.
public struct RefreshResponse: Sendable, Equatable {
    /// Why there was nothing to do.
    public var message: String

    /// Makes an answer.
    public init(message: String) {
        self.message = message
    }
}

extension RefreshResponse: WireMessage {
    /// Writes the answer.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("status", "success")
            writer.member("message", self.message)
        }
    }
}
