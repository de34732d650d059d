// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import WatcherCore
import WatcherDatabaseTesting
import WatcherServices
import WatcherWire

@testable import WatcherServer

struct OpenAPITests {
    private static let document = OpenAPIDocument.json(Operation.all)

    @Test("the document, the list of endpoints and the routes are the same")
    func sameEverywhere() async throws {
        let listed = Set(Endpoints.all.map { "\($0.method.rawValue) \($0.path)" })
        let described = Self.document["paths"]?.object?.flatMap { path, operations in
            (operations.object ?? [:]).keys.map { "\($0.uppercased()) \(path)" }
        }
        #expect(Set(described ?? []).symmetricDifference(listed) == [])
        #expect(described?.count == Operation.all.count)

        try await TestDatabase.with(.sqliteFile) { database in
            let ledger = Ledger(database: database, now: { Timestamp(microseconds: 0) })
            let router = WatcherServer.router(WatcherServer.Services(ledger), ServerConfiguration())
            let routes = Set(router.routes.map { "\($0.method.rawValue) \($0.path)" })
            #expect(routes.symmetricDifference(listed) == [])
        }
    }

    @Test("each operation says what it does, with an example of what is sent and of what comes back")
    func complete() {
        #expect(Set(Operation.all.map(\.id)).count == Operation.all.count)
        for operation in Operation.all {
            #expect(operation.summary.hasSuffix("."))
            #expect(!operation.outcomes.isEmpty)
            for outcome in operation.outcomes { #expect((200..<400).contains(outcome.status)) }
            if let body = operation.body { #expect(!body.examples.isEmpty, "\(operation.id)") }
            for outcome in operation.outcomes where ![204, 304].contains(outcome.status) {
                #expect(!outcome.contents.isEmpty, "\(operation.id)")
            }
        }
    }

    @Test("every reference leads somewhere, and every component is referred to")
    func references() {
        func references(_ value: JSONValue) -> Set<String> {
            let inner = (value.array ?? []) + (value.object.map { Array($0.values) } ?? [])
            return inner.reduce(into: Set([value["$ref"]?.string].compactMap(\.self))) { $0.formUnion(references($1)) }
        }
        let found = references(Self.document)
        let check = SchemaCheck(document: Self.document)
        #expect(found.filter { check.resolve($0) == nil } == [])
        let components = (Self.document["components"]?.object ?? [:]).filter { $0.key != "securitySchemes" }
            .flatMap { kind, named in (named.object ?? [:]).keys.map { "#/components/\(kind)/\($0)" } }
        #expect(Set(components).subtracting(found) == [])
    }

    @Test("every example is what its schema says")
    func examples() {
        let check = SchemaCheck(document: Self.document)
        for operation in Operation.all {
            for parameter in operation.parameters {
                #expect(check.faults(parameter.example, parameter.schema.json) == [], "\(operation.id)")
            }
            for example in operation.body?.examples ?? [] {
                #expect(check.faults(example.value, operation.body?.schema.schema.json ?? nil) == [], "\(operation.id)")
            }
            for content in operation.outcomes.flatMap(\.contents) {
                #expect(check.faults(content.example, content.schema.json) == [], "\(operation.id)")
            }
        }
        for refusal in Refusal.allCases {
            for example in refusal.examples {
                #expect(check.faults(example.value, refusal.schema.json) == [], "\(refusal)")
            }
        }
    }

    @Test("every operation answers its own examples as it says")
    func answers() async throws {
        // Rows have to be there before they can be read or changed.
        let operations = Operation.all.sorted { $0.endpoint.rank < $1.endpoint.rank }
        try await Scenario.run { scenario in
            for operation in operations {
                for body in operation.body?.examples.map(\.value.description) ?? [""] {
                    try await Self.check(operation, body, on: scenario)
                }
            }
        }
    }

    private static func check(_ operation: Operation, _ body: String, on scenario: Scenario) async throws {
        let endpoint = operation.endpoint
        let query = operation.parameters.map { "\($0.name)=\($0.example.string ?? $0.example.description)" }
        let path = endpoint.path(id: 1) + (query.isEmpty ? "" : "?\(query.joined(separator: "&"))")
        let response = try await scenario.client.executeRequest(
            uri: path.split(separator: " ").joined(separator: "+"),
            method: endpoint.httpMethod,
            headers: [:],
            body: body.isEmpty ? nil : ByteBuffer(string: body)
        )
        let said = "\(scenario.store): \(operation.id) \(response.status.code) \(String(buffer: response.body))"
        let statuses = operation.outcomes.map(\.status)
        // Nothing has flagged the execution.
        let isMissing = endpoint == Endpoints.unflagAnomaly && response.status == .notFound
        #expect(isMissing || statuses.contains(response.status.code), "\(said)")
        guard let outcome = operation.outcomes.first(where: { $0.status == response.status.code }) else { return }
        guard let content = outcome.contents.first else {
            #expect(response.body.readableBytes == 0, "\(said)")
            return
        }
        let type = response.headers[.contentType]?.split(separator: ";").first
        #expect(type == content.mediaType[...], "\(said)")
        guard content.mediaType == "application/json" else { return }
        let faults = SchemaCheck(document: Self.document).faults(
            try JSONParser.parse(String(buffer: response.body)),
            content.schema.json
        )
        #expect(faults == [], "\(said)")
    }

    @Test("the document is served with a tag, under which it is not sent again")
    func served() async throws {
        try await Scenario.run { scenario in
            let first = try await scenario.check(.get("/openapi.json", contains: #""openapi":"3.1.0""#))
            let tag = try #require(first.headers[.eTag])
            #expect(first.headers[.contentType] == "application/json")
            let again = try await scenario.client.executeRequest(
                uri: "/openapi.json",
                method: .get,
                headers: [.ifNoneMatch: tag],
                body: nil
            )
            #expect(again.status == .notModified && again.body.readableBytes == 0)
        }
    }
}

extension Endpoint {
    /// When an example of it can be answered: what creates pipelines comes before what reads them.
    fileprivate var rank: Int {
        let first = [
            Endpoints.syncPipelineType, Endpoints.syncAddressType, Endpoints.syncPipeline, Endpoints.syncAddress,
            Endpoints.addressLineage, Endpoints.startExecution, Endpoints.endExecution, Endpoints.createAnomalyRule,
        ]
        return first.firstIndex(of: self) ?? first.count
    }
}
