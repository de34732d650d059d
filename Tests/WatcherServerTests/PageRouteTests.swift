// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Testing
import WatcherCore
import WatcherDatabaseTesting
import WatcherServices
import WatcherWire

@testable import WatcherServer

@Suite("Pages of the server")
struct PageRouteTests {
    private static let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    private static let paths = ["/", "/reporting", "/lineage-graph", "/diagnostics"]

    private static func get(
        _ path: String,
        accept: String? = Self.browser,
        token: String? = nil,
        method: HTTPRequest.Method = .get,
        by client: any TestClientProtocol
    ) async throws -> (TestResponse, text: String) {
        var headers: HTTPFields = [:]
        if let accept { headers[.accept] = accept }
        if let token { headers[.authorization] = "Bearer \(token)" }
        let response = try await client.executeRequest(uri: path, method: method, headers: headers, body: nil)
        return (response, String(buffer: response.body))
    }

    private static func expectPage(_ response: TestResponse, _ status: HTTPResponse.Status, _ said: String) {
        #expect(response.status == status, "\(said)")
        #expect(response.headers[.contentType] == "text/html; charset=utf-8", "\(said)")
        #expect(response.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'; style-src 'sha256-") == true)
        #expect(response.headers[.contentSecurityPolicy]?.contains("unsafe") == false)
        #expect(response.headers[.xContentTypeOptions] == "nosniff" && response.headers[.vary] == "Accept", "\(said)")
    }

    @Test(
        "a browser gets a page everywhere, and HEAD the same without a body",
        arguments: [TestingSetup.router, .live]
    )
    func pages(setup: TestingSetup) async throws {
        try await Scenario.run(setup) { scenario in
            for path in Self.paths {
                let said = "\(scenario.store) \(path)"
                let (page, text) = try await Self.get(path, by: scenario.client)
                Self.expectPage(page, .ok, said)
                #expect(page.headers[.cacheControl] == "no-store", "\(said)")
                #expect(text.hasPrefix("<!DOCTYPE html>") && !text.contains("<script"), "\(said)")
                for link in Self.paths + ["/docs"] { #expect(text.contains("href=\"\(link)\""), "\(said)") }
                let (head, empty) = try await Self.get(path, method: .head, by: scenario.client)
                Self.expectPage(head, .ok, said)
                #expect(empty.isEmpty, "\(said)")
            }
        }
    }

    @Test("everybody else gets JSON where there is any, as before, and is told that it depends")
    func negotiation() async throws {
        try await Scenario.run(.router) { scenario in
            for accept in [nil, "*/*", "application/json", "application/json, text/html;q=0.9"] {
                let (root, text) = try await Self.get("/", accept: accept, by: scenario.client)
                #expect(text == #"{"status":"ok"}"# && root.headers[.vary] == "Accept")
                #expect(root.headers[.contentType] == "application/json")
                let (graph, problem) = try await Self.get("/lineage-graph", accept: accept, by: scenario.client)
                #expect(graph.status == .unprocessableContent && problem.contains(#""source_address_id""#))
                #expect(graph.headers[.vary] == "Accept")
                for path in ["/reporting", "/diagnostics"] {
                    Self.expectPage(try await Self.get(path, accept: accept, by: scenario.client).0, .ok, path)
                }
            }
            // What has no page answers as it always did.
            let (missing, text) = try await Self.get("/pipeline/7", by: scenario.client)
            #expect(missing.status == .notFound && text.hasPrefix(#"{"detail""#))
        }
    }

    @Test("the overview shows what runs and how the rest ended")
    func overview() async throws {
        try await Scenario.run(
            .router,
            .post("/pipeline", #"{"name":"a <b> & \"c\"","pipeline_type_name":"t"}"#, 201),
            .post("/start_pipeline_execution", #"{"pipeline_id":1,"start_date":"2025-01-09T23:00:00Z"}"#, 201),
            .post("/start_pipeline_execution", #"{"pipeline_id":1,"start_date":"2025-01-09T22:00:00Z"}"#, 201),
            .post(
                "/end_pipeline_execution",
                #"{"id":2,"end_date":"2025-01-09T22:00:30Z","completed_successfully":false,"total_rows":7}"#,
                204
            )
        ) { scenario in
            let (_, text) = try await Self.get("/", by: scenario.client)
            #expect(text.contains("a &lt;b&gt; &amp; &quot;c&quot;") && !text.contains("<b>"))
            #expect(text.contains("Running executions, the last") && text.contains("Ended executions, the last"))
            #expect(text.contains("<span class=\"bad\">failed</span>") && text.contains("30s"))
        }
    }

    @Test("the reporting page shows the figures that the form asks for; empty fields ask for nothing")
    func reporting() async throws {
        try await Scenario.run(
            .router,
            .post("/pipeline", #"{"name":"P","pipeline_type_name":"t"}"#, 201),
            .post("/pipeline", #"{"name":"q","pipeline_type_name":"t"}"#, 201),
            .post("/start_pipeline_execution", #"{"pipeline_id":1}"#, 201),
            .post("/start_pipeline_execution", #"{"pipeline_id":2}"#, 201)
        ) { scenario in
            let form = "/reporting?pipeline_name=&pipeline_type_name=&days=&page_size=1"
            let (_, all) = try await Self.get(form, by: scenario.client)
            #expect(all.contains("Page 1 of 2, 2 rows in all") && all.contains("<td>p</td>"))
            #expect(all.contains("days=30&amp;page_size=1&amp;page=2"))
            let (_, one) = try await Self.get("/reporting?pipeline_name=Q&days=1", by: scenario.client)
            #expect(one.contains("<td>q</td>") && !one.contains("<td>p</td>") && one.contains("value=\"q\""))
            let (_, none) = try await Self.get("/reporting?pipeline_type_name=x", by: scenario.client)
            #expect(none.contains("No execution that fits started in the last 30 days."))
        }
    }

    @Test("the lineage page lets people choose an address, and draws its graph")
    func lineage() async throws {
        let lineage = #"""
            {"pipeline_id":1,"source_addresses":[{"name":"raw <1>","address_type_name":"t","address_type_group_name":"g"}],
            "target_addresses":[{"name":"clean","address_type_name":"t","address_type_group_name":"g"}]}
            """#
        try await Scenario.run(
            .router,
            .post("/pipeline", #"{"name":"p","pipeline_type_name":"t"}"#, 201),
            .post("/address_lineage", lineage, 201)
        ) { scenario in
            let (_, choice) = try await Self.get("/lineage-graph", by: scenario.client)
            #expect(choice.contains("<a href=\"/lineage-graph?source_address_id=1\">raw &lt;1&gt;</a>"))
            let (_, found) = try await Self.get("/lineage-graph?name=CLE&source_address_id=", by: scenario.client)
            #expect(found.contains(">clean</a>") && !found.contains("raw"))
            let path = "/lineage-graph?source_address_id=2&depth=1"
            let (_, graph) = try await Self.get(path, by: scenario.client)
            #expect(
                graph.contains("<h1>Lineage of clean</h1>") && graph.contains("<svg") && graph.contains("raw &lt;1&gt;")
            )
            #expect(graph.contains("href=\"/lineage-graph?source_address_id=1&amp;depth=1\""))
            let (_, json) = try await Self.get(path, accept: nil, by: scenario.client)
            #expect(json.hasPrefix(#"{"nodes":[{"id":1,"name":"raw <1>""#))
        }
    }

    @Test("the diagnostics tell the version, the database, the findings and the schema")
    func diagnostics() async throws {
        try await Scenario.run(.router, .post("/freshness", "", 200)) { scenario in
            let (_, text) = try await Self.get("/diagnostics", by: scenario.client)
            #expect(text.contains(OpenAPIDocument.version))
            #expect(text.contains(scenario.store == .postgres ? "PostgreSQL" : "SQLite"))
            #expect(text.contains("none is parked or overdue") && text.contains("Freshness check"))
            #expect(text.contains("pipelines") && text.contains("up to date"))
            #expect(!text.contains("postgres://") && !text.contains("test.sqlite"))
        }
    }

    @Test(
        "bad parameters are told in the form that the client prefers, and are never the server's fault",
        arguments: [
            ("/reporting?days=31&page=0", 422, "days: Input should be less than or equal to 30."),
            ("/reporting?page_size=x", 422, "page_size: "), ("/reporting?pipeline_name=%00", 422, "pipeline_name: "),
            ("/reporting?pipeline_type_name=\(String(repeating: "x", count: 151))", 422, "at most 150"),
            ("/reporting?days=%F0%28", 422, "days: "),
            ("/lineage-graph?source_address_id=%3Cscript%3E", 422, "source_address_id"),
            ("/lineage-graph?source_address_id=1&depth=0", 422, "depth"),
            ("/lineage-graph?source_address_id=9223372036854775807", 404, "Address not found: 9223372036854775807."),
        ]
    )
    func refusals(path: String, status: Int, sentence: String) async throws {
        try await Scenario.run(.router) { scenario in
            let (page, text) = try await Self.get(path, by: scenario.client)
            Self.expectPage(page, .init(code: status), path)
            #expect(text.contains(sentence) && !text.contains("<script"), "\(text)")
            let (problem, json) = try await Self.get(path, accept: "application/json", by: scenario.client)
            #expect(problem.status.code == status && problem.headers[.contentType] == "application/json")
            #expect(try JSONParser.parse(json)["code"]?.string != nil)
        }
    }

    @Test("where tokens are needed, a page needs one that may read, and a browser without gets a page that says so")
    func tokens() async throws {
        try await TestDatabase.with(.sqliteMemory) { database in
            let ledger = Ledger(database: database, now: { Timestamp(microseconds: 1_736_467_800_000_000) })
            var generator = SystemRandomNumberGenerator()
            let secret = TokenSecret(using: &generator)
            let id = try await TokenService(ledger).create(name: "reader", scope: .read, secret: secret)
            let application = WatcherServer.application(
                WatcherServer.Services(ledger),
                ServerConfiguration(port: 0),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            ) { _ in }
            try await application.test(.router) { client in
                for path in Self.paths {
                    for method in [HTTPRequest.Method.get, .head] {
                        let (none, text) = try await Self.get(path, method: method, by: client)
                        Self.expectPage(none, .unauthorized, path)
                        #expect(none.headers[.wwwAuthenticate] == "Bearer")
                        #expect(method == .head || text.contains("A browser sends no token by itself"), "\(path)")
                    }
                    let (wrong, _) = try await Self.get(
                        path,
                        token: "wtr_1_\(String(repeating: "x", count: 43))",
                        by: client
                    )
                    #expect(wrong.status == .unauthorized, "\(path)")
                    let (right, _) = try await Self.get(path, token: secret.token(id: id), by: client)
                    Self.expectPage(right, .ok, path)
                    let (program, _) = try await Self.get(path, accept: nil, by: client)
                    #expect(program.status == (path == "/" ? .ok : .unauthorized), "\(path)")
                    #expect(program.headers[.contentType] == "application/json", "\(path)")
                }
            }
        }
    }

    @Test(
        "a page is for those who want one more than JSON",
        arguments: [
            (Self.browser, true), ("text/html", true), ("TEXT/HTML; charset=utf-8", true), ("text/*", true),
            ("text/html, */*", true), ("text/html;q=0.5", true), ("application/json;q=0.1, text/html ; q=0.2", true),
            ("text/html, application/json;q=oops", false), ("*/*", false), ("application/json", false), ("", false),
            ("text/html, application/json", false), ("text/html;q=0", false), ("*/*, text/html;q=0", false),
            ("text/html;q=0.5, */*", false), ("text/plain", false), ("nonsense", false), (",,;q=1,/,text/", false),
            ("text/html;q=nan", true), ("image/avif,image/webp,*/*;q=0.8", false),
        ]
    )
    func preference(accept: String, wantsPage: Bool) {
        #expect(AcceptedTypes(accept).prefersHTML == wantsPage)
    }

    @Test("without a preference a client gets JSON")
    func noPreference() {
        #expect(!AcceptedTypes(nil).prefersHTML)
    }
}
