// SPDX-License-Identifier: Apache-2.0
import WatcherCore
import WatcherServices
import WatcherWire

extension LineageGraphResponse {
    init(_ graph: LineageService.Graph) {
        self.init(
            nodes: graph.addresses.map { address in
                Node(
                    id: address.id,
                    name: address.name,
                    addressTypeName: address.typeName,
                    addressTypeGroupName: address.typeGroupName,
                    addressMetadata: address.metadata
                )
            },
            edges: graph.edges.map { edge in
                Edge(
                    sourceAddressID: edge.edge.source,
                    targetAddressID: edge.edge.target,
                    depth: edge.depth,
                    lineagePath: edge.path,
                    pipelineID: edge.edge.pipelineID
                )
            },
            pipelines: graph.pipelines.map { pipeline in
                Pipeline(
                    id: pipeline.id,
                    name: pipeline.name,
                    typeName: pipeline.typeName,
                    metadata: pipeline.metadata,
                    isActive: pipeline.isActive
                )
            }
        )
    }
}
