// SPDX-License-Identifier: Apache-2.0
import HummingbirdTesting
import Testing

struct AnomalyRouteTests {
    private static let pipeline = Exchange.post("/pipeline", #"{"name":"p","pipeline_type_name":"t"}"#, 201)
    private static let path = "/anomaly_detection_rule"

    @Test("a rule is created, found, changed and listed")
    func rules() async throws {
        let rule = #"{"pipeline_id":1,"metric_field":" Total_Rows "}"#
        try await Scenario.run(
            .router,
            Self.pipeline,
            .post(Self.path, rule, 201, contains: #"{"id":1}"#, key: "k"),
            .post(Self.path, rule, 201, contains: #"{"id":1}"#, key: "k"),
            .post(Self.path, rule, 200, contains: #"{"id":1}"#),
            .get(
                "\(Self.path)/1",
                contains: #"{"id":1,"pipeline_id":1,"metric_field":"total_rows","z_threshold":3.0,"lookback_days":30,"#,
                #""minimum_executions":30,"active":true,"created_at":"2025-01-10T00:10:00Z","updated_at":null}"#
            ),
            .post(
                Self.path,
                #"{"pipeline_id":"1","metric_field":"total_rows","z_threshold":"2.5","active":"no"}"#,
                200
            ),
            .get(Self.path, contains: #""z_threshold":2.5,"lookback_days":30,"minimum_executions":30,"active":false"#),
            .post(Self.path, #"{"pipeline_id":1,"metric_field":"inserts","z_threshold":10}"#, 201),
            .patch(
                Self.path,
                #"{"id":2,"lookback_days":365}"#,
                200,
                contains: #""lookback_days":365"#,
                #""z_threshold":10"#
            ),
            .patch(
                Self.path,
                #"{"id":2,"metric_field":"total_rows"}"#,
                400,
                contains: "Anomaly detection rule already exists",
                "rule_exists"
            ),
            .get("\(Self.path)?pipeline_id=1", contains: #""id":1"#, #""id":2"#),
            .get("\(Self.path)?pipeline_id=2", contains: "[]"),
            .get("\(Self.path)?pipeline_id=x", 422),
            .get("\(Self.path)/3", 404, contains: "Anomaly detection rule not found: 3"),
            .patch(Self.path, #"{"id":3}"#, 404),
            .post(Self.path, #"{"pipeline_id":9,"metric_field":"inserts"}"#, 404, contains: "Pipeline not found: 9")
        )
    }

    @Test("every faulty field of a rule is named")
    func faultyRules() async throws {
        try await Scenario.run(
            .router,
            Self.pipeline,
            .post(Self.path, "{}", 422, contains: #"["body","pipeline_id"]"#, #"["body","metric_field"]"#, "missing"),
            .post(
                Self.path,
                #"{"pipeline_id":1,"metric_field":"rows","z_threshold":0.99,"lookback_days":366,"minimum_executions":4}"#,
                422,
                contains: #"{"type":"enum","loc":["body","metric_field"]"#,
                #"{"type":"greater_than_equal","loc":["body","z_threshold"]"#,
                #"{"type":"less_than_equal","loc":["body","lookback_days"]"#,
                #"{"type":"greater_than_equal","loc":["body","minimum_executions"]"#
            ),
            .post(
                Self.path,
                #"{"pipeline_id":1,"metric_field":"inserts","z_threshold":1e400}"#,
                422,
                contains: "less_than_equal"
            ),
            .post(
                Self.path,
                #"{"pipeline_id":1,"metric_field":"inserts","z_threshold":"nan"}"#,
                422,
                contains: "float_parsing"
            ),
            .post(
                Self.path,
                #"{"pipeline_id":1,"metric_field":"inserts","z_threshold":true}"#,
                422,
                contains: "float_type"
            ),
            .patch(Self.path, #"{"z_threshold":2}"#, 422, contains: #"["body","id"]"#),
            .patch(
                Self.path,
                #"{"id":1,"metric_field":null,"z_threshold":null,"active":null,"pipeline_id":null}"#,
                422,
                contains: "metric_field must not be null",
                "z_threshold must not be null",
                "active must not be null",
                "pipeline_id must not be null"
            ),
            .get(Self.path, contains: "[]")
        )
    }

    @Test("what is not flagged cannot be unflagged, and is named")
    func unflag() async throws {
        try await Scenario.run(
            .router,
            Self.pipeline,
            .post("/start_pipeline_execution", #"{"pipeline_id":1}"#, 201),
            .post(
                "/unflag_anomaly",
                #"{"pipeline_id":1,"pipeline_execution_id":1,"metric_field":["inserts","total_rows"]}"#,
                404,
                contains: "Pipeline execution 1 is not flagged: inserts, total_rows"
            ),
            .post(
                "/unflag_anomaly",
                #"{"pipeline_id":1,"pipeline_execution_id":1,"metric_field":"inserts"}"#,
                404,
                contains: "not flagged: inserts"
            ),
            .post(
                "/unflag_anomaly",
                #"{"pipeline_id":1,"pipeline_execution_id":7,"metric_field":["inserts"]}"#,
                404,
                contains: "Pipeline execution not found"
            ),
            .post(
                "/unflag_anomaly",
                #"{"metric_field":[]}"#,
                422,
                contains: "pipeline_execution_id",
                "1 to 1000 elements"
            ),
            .post(
                "/unflag_anomaly",
                #"{"pipeline_id":1,"pipeline_execution_id":1,"metric_field":["inserts","rows",3]}"#,
                422,
                contains: #""loc":["body","metric_field",1]"#,
                #""loc":["body","metric_field",2]"#
            )
        )
    }
}
