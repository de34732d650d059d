// SPDX-License-Identifier: Apache-2.0
import HummingbirdTesting
import Testing

struct AddressRouteTests {
    @Test("an address is created with its type, and changed by the next sync")
    func addresses() async throws {
        try await Scenario.run(
            .router,
            .post(
                "/address",
                #"{"name":"DB.Public.T","address_type_name":"PG","address_type_group_name":"Database"}"#,
                201,
                contains: #"{"id":1}"#
            ),
            .get(
                "/address/1",
                contains: #""name":"db.public.t""#,
                #""database_name":"db","schema_name":"public","table_name":"t""#
            ),
            .post(
                "/address",
                #"{"name":"db.public.t","address_type_name":"pg","address_type_group_name":"database","primary_key":"id","address_metadata":{"x":1}}"#,
                200
            ),
            .get("/address", contains: #""primary_key":"id","address_metadata":{"x":1}"#),
            .get("/address_type/1", contains: #""name":"pg","group_name":"database""#),
            .patch(
                "/address",
                #"{"id":1,"name":"moved","primary_key":null}"#,
                200,
                contains: #""name":"moved""#,
                #""primary_key":null"#
            ),
            .patch("/address", #"{"id":1,"address_type_name":"none"}"#, 404, contains: "Address type not found"),
            .patch("/address", #"{"name":"nowhere"}"#, 404),
            .get("/address/2", 404),
            .get("/address_type/9", 404),
            .post("/address_type", #"{"name":"csv","group_name":"file"}"#, 201),
            .patch("/address_type", #"{"id":2,"name":"pg"}"#, 400, contains: "name already exists"),
            .patch("/address_type", #"{"name":"csv","group_name":"files"}"#, 200, contains: #""group_name":"files""#)
        )
    }

    @Test("lineage is replaced whole, and only while it is wanted")
    func lineage() async throws {
        func lineage(_ sources: String, _ targets: String, pipeline: Int = 1) -> String {
            func list(_ names: String) -> String {
                names.split(separator: " ").map {
                    #"{"name":"\#($0)","address_type_name":"t","address_type_group_name":"g"}"#
                }.joined(separator: ",")
            }
            return
                #"{"pipeline_id":\#(pipeline),"source_addresses":[\#(list(sources))],"target_addresses":[\#(list(targets))]}"#
        }
        try await Scenario.run(
            .router,
            .post("/pipeline", #"{"name":"p","pipeline_type_name":"t"}"#, 201),
            .post("/pipeline", #"{"name":"q","pipeline_type_name":"t"}"#, 201),
            .post(
                "/address_lineage",
                lineage("a b a", "c d"),
                201,
                contains: #""pipeline_id":1,"lineage_relationships_created":4"#
            ),
            .post(
                "/address_lineage",
                lineage("a", "c", pipeline: 2),
                201,
                contains: #""lineage_relationships_created":1"#
            ),
            .post("/address_lineage", lineage("a", "a"), 201, contains: #""lineage_relationships_created":1"#),
            .post("/address_lineage", lineage("", "c"), 201, contains: #""lineage_relationships_created":0"#),
            .post("/address_lineage", lineage("a", "b", pipeline: 9), 200, contains: "Pipeline not found"),
            .patch("/pipeline", #"{"id":1,"load_lineage":false}"#, 200),
            .post("/address_lineage", lineage("x", "y"), 200, contains: "load_lineage is false"),
            .get("/address", contains: #""name":"d""#, lacks: [#""name":"x""#])
        )
    }
}
