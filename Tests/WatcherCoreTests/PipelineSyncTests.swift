// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore

struct PipelineSyncTests {
    private static let now = Timestamp(microseconds: 5)
    private static let stored = Pipeline(
        id: 1,
        name: "p",
        pipelineTypeID: 1,
        watermarks: PipelineWatermarks(next: "1"),
        metadata: #"{"a":1}"#,
        lastTarget: TargetTimes(),
        freshness: Threshold(number: 1, datepart: .day),
        timeliness: Threshold(),
        loadLineage: true,
        isActive: true,
        inputHash: "0",
        createdAt: Timestamp(microseconds: 0),
        updatedAt: nil
    )

    private func sync(
        next: Update<String> = .keep,
        metadata: Update<String> = .keep,
        freshness: ThresholdUpdate = ThresholdUpdate()
    ) -> PipelineSync {
        PipelineSync(
            name: "p",
            pipelineTypeName: "t",
            nextWatermark: next,
            metadata: metadata,
            freshness: freshness,
            timeliness: ThresholdUpdate()
        )
    }

    @Test("what is said already changes nothing")
    func sameChangesNothing() {
        let same = self.sync(
            next: .set("1"),
            metadata: .set(#"{"a":1}"#),
            freshness: ThresholdUpdate(number: .set(1), datepart: .set(.day))
        )
        #expect(same.applied(to: Self.stored, pipelineTypeID: 1, now: Self.now) == Self.stored)
        #expect(self.sync().applied(to: Self.stored, pipelineTypeID: 1, now: Self.now) == Self.stored)
    }

    @Test("absent keeps, null clears, a value sets")
    func updates() {
        let cleared = self.sync(next: .clear, metadata: .set("{}"), freshness: .init(number: .clear, datepart: .clear))
            .applied(to: Self.stored, pipelineTypeID: 2, now: Self.now)
        #expect(cleared.watermarks.next == nil)
        #expect(cleared.metadata == "{}")
        #expect(cleared.freshness == Threshold())
        #expect(cleared.pipelineTypeID == 2)
        #expect(cleared.updatedAt == Self.now)
        #expect(cleared.inputHash != Self.stored.inputHash)
    }

    @Test("the input hash is the same in every process")
    func hashIsStable() {
        #expect(self.sync(next: .set("1")).inputHash == "095544c783e72981")
        #expect(self.sync(next: .set("2")).inputHash != self.sync(next: .set("1")).inputHash)
        #expect(self.sync(next: .clear).inputHash != self.sync(next: .keep).inputHash)
    }

    @Test("a database table's name says where it is")
    func namesFillParts() {
        func parts(_ name: String, group: String = "database", _ update: AddressPartsUpdate = .init()) -> AddressParts {
            AddressSync(name: name, addressTypeName: "t", addressTypeGroupName: group, parts: update)
                .parts(appliedTo: AddressParts())
        }
        #expect(parts("d.s.t") == AddressParts(databaseName: "d", schemaName: "s", tableName: "t"))
        #expect(parts("d.s.t", .init(tableName: .set("x"))).tableName == "x")
        #expect(parts("d.s.t", group: "file") == AddressParts())
        for name in ["s.t", "a.b.c.d", "a..c", "\(String(repeating: "x", count: 51)).s.t"] {
            #expect(parts(name) == AddressParts(), "\(name)")
        }
    }
}
