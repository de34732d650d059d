// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherStore

struct StoreTests {
    private static let now = Timestamp(microseconds: 1_700_000_000_000_000)

    @Test("a pipeline is written and read with every field", arguments: TestDatabase.Kind.allCases)
    func pipelinesRoundTrip(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.with(kind) { database in
            let (written, read) = try await database.write { transaction in
                let types = PipelineTypeStore(transaction)
                let none = Threshold()
                let typeID = try #require(try types.insert(name: "t", freshness: none, timeliness: none, now: Self.now))
                let store = PipelineStore(transaction)
                var pipeline = try #require(try store.insert(name: "p", pipelineTypeID: typeID, now: Self.now))
                #expect(try store.insert(name: "p", pipelineTypeID: typeID, now: Self.now) == nil)
                pipeline.name = "renamed"
                pipeline.watermarks = PipelineWatermarks(
                    current: "1",
                    next: "2",
                    setBy: StartOrder(startDate: Self.now, executionID: 3),
                    revision: 6,
                    currentRevision: 4,
                    nextRevision: 5
                )
                pipeline.metadata = #"{"a":1}"#
                pipeline.freshness = Threshold(number: 1, datepart: .week, isMuted: true)
                pipeline.timeliness = Threshold(number: 2, datepart: .month)
                pipeline.loadLineage = false
                pipeline.isActive = false
                pipeline.inputHash = "h"
                pipeline.updatedAt = Self.now.advanced(byMicroseconds: 1)
                pipeline.lastTarget = TargetTimes(insert: Self.now, update: nil, softDelete: Self.now)
                try store.update(pipeline)
                try store.update(
                    id: pipeline.id,
                    watermarks: pipeline.watermarks,
                    lastTarget: pipeline.lastTarget,
                    loadLineage: false
                )
                return (pipeline, try store.find(name: "renamed"))
            }
            #expect(read == written)
        }
    }

    @Test("edges are replaced whole, also many of them", arguments: TestDatabase.Kind.allCases)
    func edgesAreReplaced(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.with(kind) { database in
            let (many, few) = try await database.write { transaction in
                let none = Threshold()
                let types = PipelineTypeStore(transaction)
                let typeID = try #require(try types.insert(name: "t", freshness: none, timeliness: none, now: Self.now))
                let pipelines = PipelineStore(transaction)
                let pipeline = try #require(try pipelines.insert(name: "p", pipelineTypeID: typeID, now: Self.now)).id
                let store = AddressStore(transaction)
                let type = try #require(try store.insertType(name: "t", groupName: "g", now: Self.now))
                let ids = try (0..<100).map { index in
                    try #require(
                        try store.insert(name: "a\(index)", addressTypeID: type, parts: AddressParts(), now: Self.now)
                    )
                }
                let lineage = LineageStore(transaction)
                #expect(
                    try lineage.replaceEdges(
                        pipelineID: pipeline,
                        sources: Array(ids[..<50]),
                        targets: Array(ids[50...])
                    ) == 2500
                )
                let many = try lineage.edges(pipelineID: pipeline).count
                _ = try lineage.replaceEdges(pipelineID: pipeline, sources: [ids[0]], targets: [ids[0], ids[1]])
                return (many, try lineage.edges(pipelineID: pipeline).map { [$0.source, $0.target] })
            }
            #expect(many == 2500)
            #expect(few == [[1, 1], [1, 2]])
        }
    }

    @Test("an execution cannot be started without its pipeline or parent", arguments: TestDatabase.Kind.allCases)
    func startsNeedTheirRows(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.with(kind) { database in
            let ids = try await database.write { transaction -> [Int64?] in
                let none = Threshold()
                let types = PipelineTypeStore(transaction)
                let typeID = try #require(try types.insert(name: "t", freshness: none, timeliness: none, now: Self.now))
                let pipelines = PipelineStore(transaction)
                let pipeline = try #require(try pipelines.insert(name: "p", pipelineTypeID: typeID, now: Self.now)).id
                return try [(pipeline, nil), (99, nil), (pipeline, 99), (pipeline, 1)].map { pipelineID, parentID in
                    try transaction.insert(
                        ExecutionStore.start(
                            ExecutionStart(
                                pipelineID: pipelineID,
                                startDate: nil,
                                watermark: nil,
                                nextWatermark: nil,
                                parentID: parentID
                            ),
                            at: Self.now,
                            now: Self.now
                        )
                    )
                }
            }
            #expect(ids == [1, nil, nil, 2])
        }
    }
}
