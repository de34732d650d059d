// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherWire

@Suite("Watermarks on two servers of one PostgreSQL")
struct TwoServersWatermarkTests {
    @Test("no overlap of executions skips data when start and end go to different servers")
    func overlap() async throws {
        try await TwoServers.with { servers in
            let (first, second) = (servers.first, servers.second)
            let pipeline = try await first.pipeline("overlap")
            let early = try await Self.start("overlap", next: "10", syncing: first, starting: second)
            let late = try await Self.start("overlap", next: "20", syncing: second, starting: first)
            try await Self.end(early, well: true, first)
            try await Self.expectWatermark("10", of: pipeline, servers)
            try await Self.end(late, well: false, second)
            try await Self.expectWatermark("10", of: pipeline, servers)
            let rerun = try await Self.start("overlap", next: "20", syncing: first, starting: second)
            try await Self.end(rerun, well: true, first)
            try await Self.expectWatermark("20", of: pipeline, servers)
        }
    }

    @Test("an execution that started earlier never moves the watermark back, whichever server hears of its end")
    func lateEnd() async throws {
        try await TwoServers.with { servers in
            let (first, second) = (servers.first, servers.second)
            let pipeline = try await second.pipeline("late end")
            let early = try await Self.start("late end", next: "10", syncing: second, starting: first)
            let late = try await Self.start("late end", next: "20", syncing: first, starting: second)
            try await Self.end(late, well: true, first)
            try await Self.expectWatermark("20", of: pipeline, servers)
            try await Self.end(early, well: true, second)
            try await Self.expectWatermark("20", of: pipeline, servers)
        }
    }

    /// Says on one server how far a pipeline will read next, and starts it on another.
    private static func start(
        _ name: String,
        next: Watermark,
        syncing: TestClient,
        starting: TestClient
    ) async throws -> Int64 {
        let sync = PipelineRequest(name: name, pipelineTypeName: "test", nextWatermark: .value(next))
        let synced = try await syncing.post(Endpoints.syncPipeline, sync)
        guard synced.status == 200, let pipeline = synced.id else { throw UnexpectedAnswer(response: synced) }
        let started = try await starting.post(Endpoints.startExecution, StartExecutionRequest(pipelineID: pipeline))
        guard let id = started.id else { throw UnexpectedAnswer(response: started) }
        return id
    }

    private static func end(_ id: Int64, well: Bool, _ client: TestClient) async throws {
        let end = EndExecutionRequest(id: id, endDate: .maximum, completedSuccessfully: well)
        let ended = try await client.post(Endpoints.endExecution, end)
        guard ended.status == 204 else { throw UnexpectedAnswer(response: ended) }
    }

    /// Both servers say that a pipeline has read so far.
    private static func expectWatermark(
        _ watermark: String,
        of pipeline: Int64,
        _ servers: TwoServers,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        for client in [servers.first, servers.second] {
            let answer = try await client.get(Endpoints.pipeline.path(id: pipeline))
            #expect(answer.json?["watermark"]?.string == watermark, sourceLocation: sourceLocation)
        }
    }

    @Test("ends of many executions of few pipelines, in any order on both at once, are all recorded and followed")
    func manyEnds() async throws {
        try await TwoServers.with { servers in
            let count = 240
            var pipelines: [Int64] = []
            for number in 0..<4 { pipelines.append(try await servers.first.pipeline("many ends \(number)")) }
            let started = try await servers.atOnce(count) { [pipelines] client, number in
                let start = StartExecutionRequest(
                    pipelineID: pipelines[number % 4],
                    startDate: Self.moment(number),
                    nextWatermark: Watermark(number)
                )
                return try await client.post(Endpoints.startExecution, start)
            }
            #expect(started.others(than: 201) == [])
            let ids = try started.map { try #require($0.id) }
            let order = Array(0..<count).shuffled()
            let ended = try await servers.atOnce(count) { client, place in
                let number = order[place]
                let end = EndExecutionRequest(
                    id: ids[number],
                    endDate: Self.moment(count + number),
                    completedSuccessfully: true,
                    inserts: 1,
                    totalRows: Int64(number)
                )
                return try await client.post(Endpoints.endExecution, end)
            }
            #expect(ended.others(than: 204) == [], "in this order: \(order)")

            let stored = try await servers.second.executions()
            #expect(stored.allSatisfy { $0.status == .succeeded })
            let newestFirst: [Int64?] = (0..<count).map { Int64(count - 1 - $0) }
            #expect(stored.map(\.totalRows) == newestFirst)
            for (number, pipeline) in pipelines.enumerated() {
                // The last that started says how far the pipeline has read, whatever the order of the ends.
                let last = count - 4 + number
                try await Self.expectWatermark("\(last)", of: pipeline, servers)
                let answer = try await servers.first.get(Endpoints.pipeline.path(id: pipeline))
                #expect(answer.json?["last_target_insert"]?.string == Self.moment(count + last).text)
            }
        }
    }

    @Test("a sync that changes a pipeline undoes nothing that an end on the other server does at that moment")
    func syncDuringEnd() async throws {
        try await TwoServers.with { servers in
            let pipeline = try await servers.first.pipeline("sync during end")
            for round in 0..<50 {
                let start = StartExecutionRequest(pipelineID: pipeline, nextWatermark: Watermark(round))
                let started = try await servers.second.post(Endpoints.startExecution, start)
                let id = try #require(started.id)
                let answers = try await servers.atOnce(2) { client, number in
                    // By turns, so that each server does both.
                    guard (number + round).isMultiple(of: 2) else {
                        let sync = PipelineRequest(
                            name: "sync during end",
                            pipelineTypeName: "test",
                            pipelineMetadata: .value(["round": JSONValue(round)])
                        )
                        return try await client.post(Endpoints.syncPipeline, sync)
                    }
                    let end = EndExecutionRequest(id: id, endDate: .maximum, completedSuccessfully: true)
                    return try await client.post(Endpoints.endExecution, end)
                }
                #expect(answers.others(than: 200, 204) == [])
                try await Self.expectWatermark("\(round)", of: pipeline, servers)
                let stored = try await servers.first.get(Endpoints.pipeline.path(id: pipeline))
                #expect(stored.json?["pipeline_metadata"]?["round"]?.integer == Int64(round))
            }
        }
    }

    /// One second after the other, in the past.
    private static func moment(_ number: Int) -> WireTimestamp {
        WireTimestamp(microseconds: 1_736_467_800_000_000 + Int64(number) * 1_000_000)
    }
}
