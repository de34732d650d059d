// SPDX-License-Identifier: Apache-2.0
import WatcherCore
import WatcherServices
import WatcherWire

extension AddressPartsUpdate {
    init(_ parts: WatcherWire.AddressParts) {
        self.init(
            databaseName: parts.databaseName.update,
            schemaName: parts.schemaName.update,
            tableName: parts.tableName.update,
            primaryKey: parts.primaryKey.update,
            metadata: parts.addressMetadata.textUpdate
        )
    }
}

extension AddressSync {
    init(_ request: AddressRequest) {
        self.init(
            name: request.name,
            addressTypeName: request.addressTypeName,
            addressTypeGroupName: request.addressTypeGroupName,
            parts: AddressPartsUpdate(request.parts)
        )
    }
}

extension AddressTypeResponse {
    init(_ type: AddressType) {
        self.init(
            id: type.id,
            name: type.name,
            groupName: type.groupName,
            createdAt: WireTimestamp(type.createdAt),
            updatedAt: type.updatedAt.map(WireTimestamp.init)
        )
    }
}

extension AddressResponse {
    init(_ address: Address) {
        self.init(
            id: address.id,
            name: address.name,
            addressTypeID: address.addressTypeID,
            databaseName: address.parts.databaseName,
            schemaName: address.parts.schemaName,
            tableName: address.parts.tableName,
            primaryKey: address.parts.primaryKey,
            addressMetadata: address.parts.metadata,
            createdAt: WireTimestamp(address.createdAt),
            updatedAt: address.updatedAt.map(WireTimestamp.init)
        )
    }
}

extension AddressLineageResponse {
    init(pipelineID: Int64, _ outcome: LineageService.Outcome) {
        switch outcome {
        case .replaced(let edges):
            self.init(
                pipelineID: pipelineID,
                lineageRelationshipsCreated: edges,
                message: "Lineage relationships created: \(edges)"
            )
        case .unknownPipeline:
            self.init(
                pipelineID: pipelineID,
                lineageRelationshipsCreated: 0,
                message: "Pipeline not found: nothing was changed"
            )
        case .notWanted:
            self.init(
                pipelineID: pipelineID,
                lineageRelationshipsCreated: 0,
                message: "load_lineage is false for this pipeline: nothing was changed"
            )
        }
    }
}
