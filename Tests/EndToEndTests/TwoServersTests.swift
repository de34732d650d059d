// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherWire

@Suite("Two servers on one PostgreSQL")
struct TwoServersTests {
    @Test("a new pipeline that 32 clients sync at once is created once")
    func oneCreation() async throws {
        try await TwoServers.with { servers in
            for round in 0..<10 {
                let answers = try await servers.atOnce(32) { client, _ in
                    let pipeline = PipelineRequest(name: "round \(round)", pipelineTypeName: "type \(round)")
                    return try await client.post(Endpoints.syncPipeline, pipeline)
                }
                #expect(answers.others(than: 200, 201) == [])
                #expect(answers.count { $0.status == 201 } == 1)
                #expect(answers.allSatisfy { $0.id != nil && $0.id == answers[0].id })
            }
            for client in [servers.first, servers.second] {
                let pipelines = try await client.get(Endpoints.pipelines.path).json?.array?.count
                #expect(pipelines == 10)
                let types = try await client.get(Endpoints.pipelineTypes.path).json?.array?.count
                #expect(types == 10)
            }
        }
    }

    @Test("a start that is sent to both at once under one key starts one execution, and both name it")
    func sameKey() async throws {
        try await TwoServers.with { servers in
            let pipeline = try await servers.first.pipeline("same key")
            for round in 0..<50 {
                let start = StartExecutionRequest(pipelineID: pipeline, watermark: "round \(round)")
                let answers = try await servers.atOnce(2) { client, _ in
                    try await client.post(Endpoints.startExecution, start, key: "round-\(round)")
                }
                #expect(answers.others(than: 201) == [])
                #expect(answers[0].id != nil)
                #expect(answers[0].id == answers[1].id)
            }
            let stored = try await servers.second.executions().map(\.watermark)
            #expect(stored.count == 50)
            #expect(Set(stored).count == 50)
        }
    }

    @Test("an end that is sent to both at once is recorded once, with a key and without")
    func sameEnd() async throws {
        try await TwoServers.with { servers in
            let pipeline = try await servers.first.pipeline("same end")
            for round in 0..<50 {
                let client = round.isMultiple(of: 3) ? servers.first : servers.second
                let id = try await Self.start(StartExecutionRequest(pipelineID: pipeline), client)
                let end = EndExecutionRequest(
                    id: id,
                    endDate: .maximum,
                    completedSuccessfully: true,
                    totalRows: Int64(round)
                )
                let answers = try await servers.atOnce(2) { client, _ in
                    let key = round.isMultiple(of: 2) ? "end-\(round)" : nil
                    return try await client.post(Endpoints.endExecution, end, key: key)
                }
                #expect(answers.others(than: 204) == [])
            }
            let stored = try await servers.second.executions()
            #expect(stored.allSatisfy { $0.status == .succeeded })
            let rows = stored.map { $0.totalRows ?? -1 }.sorted()
            #expect(rows == (0..<50).map { Int64($0) })
        }
    }

    @Test("of two different ends that are sent at once one is recorded, and the other is told so")
    func differentEnds() async throws {
        try await TwoServers.with { servers in
            let pipeline = try await servers.first.pipeline("different ends")
            for _ in 0..<50 {
                let id = try await Self.start(StartExecutionRequest(pipelineID: pipeline), servers.first)
                let answers = try await servers.atOnce(2) { client, number in
                    let end = EndExecutionRequest(
                        id: id,
                        endDate: .maximum,
                        completedSuccessfully: number == 0,
                        totalRows: Int64(number)
                    )
                    return try await client.post(Endpoints.endExecution, end)
                }
                #expect(answers.others(than: 204, 409) == [])
                #expect(answers.count { $0.status == 204 } == 1)
                let stored = try await servers.second.get(Endpoints.execution.path(id: id))
                let recorded: Int64 = answers[0].status == 204 ? 0 : 1
                #expect(stored.json?["total_rows"]?.integer == recorded)
            }
        }
    }

    @Test("addresses and lineage of the same names, synced at once and in any order, do not fail")
    func lineage() async throws {
        try await TwoServers.with { servers in
            var pipelines: [Int64] = []
            for number in 0..<4 { pipelines.append(try await servers.first.pipeline("lineage \(number)")) }
            for round in 0..<5 {
                let addresses = (0..<8).map { number in
                    AddressRequest(
                        name: "round_\(round).public.table_\(number)",
                        addressTypeName: "table \(round)",
                        addressTypeGroupName: "database"
                    )
                }
                let answers = try await servers.atOnce(32) { [pipelines] client, number in
                    guard number < 16 else {
                        return try await client.post(Endpoints.syncAddress, addresses[number / 2 % 8])
                    }
                    // Forwards and backwards, so that rows are locked in either order.
                    let ordered: [AddressRequest] =
                        (number / 2).isMultiple(of: 2) ? addresses : Array(addresses.reversed())
                    let lineage = AddressLineageRequest(
                        pipelineID: pipelines[number / 4],
                        sourceAddresses: Array(ordered.prefix(4)),
                        targetAddresses: Array(ordered.suffix(4))
                    )
                    return try await client.post(Endpoints.addressLineage, lineage)
                }
                #expect(answers.others(than: 200, 201) == [])
                #expect(
                    answers.prefix(16).allSatisfy { $0.json?["lineage_relationships_created"]?.integer == 16 }
                )
            }
            // The edges of one request each, and not of several.
            let edges = "SELECT count(*) FROM address_lineage GROUP BY pipeline_id"
            #expect(try await Psql.run(servers.database, edges) == ["16", "16", "16", "16"])
            for client in [servers.first, servers.second] {
                let addresses = try await client.get(Endpoints.addresses.path).json?.array?.count
                #expect(addresses == 40)
                let types = try await client.get(Endpoints.addressTypes.path).json?.array?.count
                #expect(types == 5)
            }
        }
    }

    private static func start(_ start: StartExecutionRequest, _ client: TestClient) async throws -> Int64 {
        let started = try await client.post(Endpoints.startExecution, start)
        guard let id = started.id else { throw UnexpectedAnswer(response: started) }
        return id
    }
}
