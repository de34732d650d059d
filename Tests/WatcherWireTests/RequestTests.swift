// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherWire

struct RequestTests {
    private func issues<Message: WireRequest>(_ type: Message.Type, _ body: String) -> [String] {
        do {
            _ = try Message.decode(Array(body.utf8))
            return []
        } catch {
            guard case .invalid(let issues) = error else { return ["\(error)"] }
            return issues.map { "\($0.path) \($0.kind.rawValue)" }
        }
    }

    @Test("names are trimmed and lower-cased, watermarks and metadata are not")
    func normalization() throws {
        let body =
            #"{"name":" \u00a0ÄB c\t","pipeline_type_name":"T","next_watermark":" X ","pipeline_metadata":{"K":" V "}}"#
        let request = try PipelineRequest.decode(Array(body.utf8))
        #expect(request.name == "äb c")
        #expect(request.pipelineTypeName == "t")
        #expect(request.nextWatermark == .value(" X "))
        #expect(request.pipelineMetadata == .value(["K": " V "]))
        #expect(request.freshness == ThresholdFields())
    }

    @Test("null and absence are told apart")
    func nullAndAbsence() throws {
        let body = #"{"name":"a","pipeline_type_name":"b","next_watermark":null,"freshness_number":null}"#
        let request = try PipelineRequest.decode(Array(body.utf8))
        #expect(request.nextWatermark == .null)
        #expect(request.pipelineMetadata == .absent)
        #expect(request.freshness.number == .null)
    }

    @Test("integers and booleans are taken from the spellings that clients send")
    func spellings() throws {
        for (id, success) in [("3", "true"), (#""3""#, #""yes""#), ("3.0", "1"), (#"" 3 ""#, #"" TRUE ""#)] {
            let body =
                #"{"id":\#(id),"end_date":1736467800,"completed_successfully":\#(success),"inserts":"4294967296"}"#
            let request = try EndExecutionRequest.decode(Array(body.utf8))
            #expect(request.id == 3)
            #expect(request.completedSuccessfully)
            #expect(request.inserts == 4_294_967_296)
        }
    }

    @Test("every faulty field is named at once, with the kind that clients know")
    func allFaultsAtOnce() {
        let long = String(repeating: "x", count: 151)
        #expect(self.issues(PipelineRequest.self, "{}") == ["name missing", "pipeline_type_name missing"])
        #expect(
            self.issues(
                PipelineRequest.self,
                #"""
                {"name":" ","pipeline_type_name":"\#(long)","next_watermark":[1],"pipeline_metadata":"x",
                 "freshness_number":0,"freshness_datepart":"fortnight"}
                """#
            ) == [
                "name string_too_short", "pipeline_type_name string_too_long", "next_watermark string_type",
                "pipeline_metadata dict_type", "freshness_number greater_than", "freshness_datepart enum",
            ]
        )
        #expect(
            self.issues(
                EndExecutionRequest.self,
                #"{"id":1.5,"end_date":"soon","completed_successfully":2,"inserts":-1,"updates":"x","total_rows":[]}"#
            )
                == [
                    "id int_from_float", "end_date value_error", "completed_successfully bool_type",
                    "inserts greater_than_equal", "updates int_parsing", "total_rows int_type",
                ]
        )
        #expect(
            self.issues(StartExecutionRequest.self, #"{"pipeline_id":9223372036854775808}"#) == [
                "pipeline_id int_parsing"
            ]
        )
        #expect(self.issues(StartExecutionRequest.self, #"{"pipeline_id":null}"#) == ["pipeline_id int_type"])
        #expect(
            self.issues(PipelineRequest.self, #"{"name":3,"pipeline_type_name":"a\u0000b"}"#) == [
                "name string_type", "pipeline_type_name value_error",
            ]
        )
    }

    @Test("a number without its unit is refused, whichever is missing")
    func pairs() {
        let names = #""name":"a","pipeline_type_name":"b""#
        for half in [
            #""freshness_number":3"#, #""freshness_datepart":"day""#,
            #""freshness_number":3,"freshness_datepart":null"#,
        ] {
            #expect(self.issues(PipelineRequest.self, "{\(names),\(half)}") == ["body value_error"])
        }
    }

    @Test(
        "bodies that are not objects are refused",
        arguments: [("", "missing"), ("[]", "dict_type"), ("3", "dict_type")]
    )
    func notObjects(body: String, kind: String) {
        #expect(self.issues(StartExecutionRequest.self, body) == ["body \(kind)"])
    }

    @Test("a body that is not JSON is refused with the place, one that is not UTF-8 apart")
    func notJSON() {
        #expect(self.issues(StartExecutionRequest.self, "{\"a\":}") == ["5 json_invalid"])
        #expect(throws: WireRequestError.notUTF8) { try StartExecutionRequest.decode([0x7B, 0x22, 0xFF]) }
    }

    @Test("faults in a list name the element")
    func listFaults() {
        let body = #"{"pipeline_id":1,"source_addresses":[{"name":"a"},7],"target_addresses":{}}"#
        #expect(
            self.issues(AddressLineageRequest.self, body) == [
                "source_addresses.0.address_type_name missing", "source_addresses.0.address_type_group_name missing",
                "source_addresses.1 dict_type", "target_addresses list_type",
            ]
        )
    }

    @Test("lists and the edges that they make are bounded")
    func listBounds() {
        func body(_ sources: Int, _ targets: Int) -> String {
            func list(_ count: Int) -> String {
                (0..<count).map { #"{"name":"\#($0)","address_type_name":"t","address_type_group_name":"g"}"# }
                    .joined(separator: ",")
            }
            return #"{"pipeline_id":1,"source_addresses":[\#(list(sources))],"target_addresses":[\#(list(targets))]}"#
        }
        #expect(self.issues(AddressLineageRequest.self, body(100, 100)) == [])
        #expect(self.issues(AddressLineageRequest.self, body(101, 100)) == ["source_addresses value_error"])
        #expect(self.issues(AddressLineageRequest.self, body(1, 1001)) == ["target_addresses value_error"])
    }

    @Test("a patch names its row by id, by the client's other name for it, or by name")
    func patchTargets() throws {
        func target(_ body: String) throws -> (PatchTarget, Field<String>) {
            let request = try PipelinePatchRequest.decode(Array(body.utf8))
            return (request.target, request.name)
        }
        #expect(try target(#"{"id":1,"name":"new"}"#) == (.id(1), .value("new")))
        #expect(try target(#"{"pipeline_id":2}"#) == (.id(2), .absent))
        #expect(try target(#"{"name":"P"}"#) == (.name("p"), .absent))
        #expect(self.issues(PipelinePatchRequest.self, "{}") == ["body missing"])
        #expect(
            self.issues(PipelinePatchRequest.self, #"{"id":1,"active":null,"name":null}"#) == [
                "name value_error", "active value_error",
            ]
        )
    }

    @Test("watermarks of every kind become text, long ones are refused")
    func watermarks() throws {
        func watermark(_ json: String) throws -> String? {
            try StartExecutionRequest.decode(Array(#"{"pipeline_id":1,"watermark":\#(json)}"#.utf8)).watermark?.text
        }
        #expect(try watermark("42") == "42")
        #expect(try watermark("1.50") == "1.50")
        #expect(try watermark("true") == "true")
        #expect(try watermark(#""2025-01-10""#) == "2025-01-10")
        #expect(try watermark("null") == nil)
        #expect(try watermark("\"\(String(repeating: "é", count: 4096))\"")?.count == 4096)
        let long = String(repeating: "é", count: 4097)
        #expect(
            self.issues(StartExecutionRequest.self, #"{"pipeline_id":1,"watermark":"\#(long)"}"#) == [
                "watermark string_too_long"
            ]
        )
    }

    @Test("what is written is read back equal")
    func requestsRoundTrip() throws {
        let start = StartExecutionRequest(
            pipelineID: 1,
            startDate: WireTimestamp(microseconds: 5),
            watermark: "a",
            nextWatermark: 7,
            parentID: 9
        )
        #expect(try StartExecutionRequest.decode(start.json) == start)
        let end = EndExecutionRequest(
            id: 1,
            endDate: WireTimestamp(microseconds: 5),
            completedSuccessfully: false,
            inserts: 1,
            updates: 2,
            softDeletes: 3,
            totalRows: 4,
            executionMetadata: ["a": [1, 2.5]]
        )
        #expect(try EndExecutionRequest.decode(end.json) == end)
        var patch = PipelinePatchRequest(target: .id(3))
        patch.nextWatermark = .value("x")
        patch.pipelineMetadata = .null
        patch.freshness = .init(number: .value(2), datepart: .value(.week))
        #expect(try PipelinePatchRequest.decode(patch.json) == patch)
        let address = AddressRequest(
            name: "a",
            addressTypeName: "t",
            addressTypeGroupName: "g",
            parts: .init(tableName: .value("x"))
        )
        let lineage = AddressLineageRequest(pipelineID: 1, sourceAddresses: [address], targetAddresses: [])
        #expect(try AddressLineageRequest.decode(lineage.json) == lineage)
    }
}
