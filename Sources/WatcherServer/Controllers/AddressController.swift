// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import WatcherCore
import WatcherServices
import WatcherWire

/// The routes of addresses and the lineage between them.
struct AddressController {
    let addresses: AddressService
    let lineage: LineageService

    func add(to routes: Routes) {
        routes.on(Endpoints.syncAddress, AddressRequest.self, self.sync)
        routes.on(Endpoints.addresses, self.list)
        routes.onID(Endpoints.address, self.read)
        routes.on(Endpoints.patchAddress, AddressPatchRequest.self, self.patch)
        routes.on(Endpoints.addressLineage, AddressLineageRequest.self, self.replaceLineage)
    }

    private func sync(_ message: AddressRequest, _ key: IdempotencyKey?) async throws -> Response {
        Response(try await self.addresses.sync(AddressSync(message), .id(key)))
    }

    private func list(_ request: Request, _ context: WatcherRequestContext) async throws -> Response {
        Response(.ok, list: try await self.addresses.all().map(AddressResponse.init))
    }

    private func read(_ id: Int64, _ request: Request) async throws -> Response {
        Response(.ok, AddressResponse(try await self.addresses.find(id: id)))
    }

    private func patch(_ message: AddressPatchRequest, _ key: IdempotencyKey?) async throws -> Response {
        let address = try await self.addresses.patch(
            RowName(message.target),
            newName: message.name.update,
            typeID: message.addressTypeID.value,
            typeName: message.addressTypeName.value,
            parts: AddressPartsUpdate(message.parts)
        )
        return Response(.ok, AddressResponse(address))
    }

    private func replaceLineage(_ message: AddressLineageRequest, _ key: IdempotencyKey?) async throws -> Response {
        let reply = Reply<LineageService.Outcome>(key: key) { outcome in
            let response = AddressLineageResponse(pipelineID: message.pipelineID, outcome)
            return switch outcome {
            case .replaced: Answer(.created, response)
            case .unknownPipeline, .notWanted: Answer(.ok, response)
            }
        }
        let answer = try await self.lineage.replace(
            pipelineID: message.pipelineID,
            sources: message.sourceAddresses.map(AddressSync.init),
            targets: message.targetAddresses.map(AddressSync.init),
            reply
        )
        return Response(answer)
    }
}

/// The routes of address types.
struct AddressTypeController {
    let addresses: AddressService

    func add(to routes: Routes) {
        routes.on(Endpoints.syncAddressType, AddressTypeRequest.self, self.sync)
        routes.on(Endpoints.addressTypes, self.list)
        routes.onID(Endpoints.addressType, self.read)
        routes.on(Endpoints.patchAddressType, AddressTypePatchRequest.self, self.patch)
    }

    private func sync(_ message: AddressTypeRequest, _ key: IdempotencyKey?) async throws -> Response {
        Response(try await self.addresses.syncType(name: message.name, groupName: message.groupName, .id(key)))
    }

    private func list(_ request: Request, _ context: WatcherRequestContext) async throws -> Response {
        Response(.ok, list: try await self.addresses.allTypes().map(AddressTypeResponse.init))
    }

    private func read(_ id: Int64, _ request: Request) async throws -> Response {
        Response(.ok, AddressTypeResponse(try await self.addresses.findType(id: id)))
    }

    private func patch(_ message: AddressTypePatchRequest, _ key: IdempotencyKey?) async throws -> Response {
        let type = try await self.addresses.patchType(
            RowName(message.target),
            newName: message.name.update,
            groupName: message.groupName.update
        )
        return Response(.ok, AddressTypeResponse(type))
    }
}
