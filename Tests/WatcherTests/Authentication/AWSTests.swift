// SPDX-License-Identifier: Apache-2.0

import Foundation
import InMemoryLogging
import Testing
import Watcher

struct AWSTests {
    private static let credentials: JSONValue = [
        "Code": "Success", "AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "secret", "Token": "session/token",
        "Expiration": "2025-01-10T18:00:00Z",
    ]

    /// What a good server received, signed anew from what arrived: the signatures agree when what was sent was signed.
    private static func isSigned(
        _ request: ReceivedRequest,
        with credentials: AWSCredentials,
        at now: WireTimestamp
    ) throws -> Bool {
        let authorization = try #require(request.headers["authorization"])
        let signed = try #require(authorization.split(separator: "SignedHeaders=").last?.split(separator: ",").first)
        let names = signed.split(separator: ";").map(String.init)
        let again = SignatureV4(credentials: credentials, region: "eu-central-1", service: "execute-api", now: now)
            .sign(
                TransportRequest(
                    method: request.method == "GET" ? .get : .post,
                    url: "http://" + (request.headers["host"] ?? "") + request.path
                        + (request.query.map { "?\($0)" } ?? ""),
                    headers: names.map { ($0, request.headers[$0] ?? "") },
                    body: request.text.isEmpty ? nil : Array(request.text.utf8)
                )
            )
        return again.headers.last?.value == authorization
    }

    @Test("what is sent is what was signed: path, query, host, body and header fields")
    func signsWhatIsSent() async throws {
        let script: ScriptedServer.Script = { request in
            request.method == "GET" ? .answer(200, ["items": [], "next_cursor": nil]) : nil
        }
        try await ScriptedServer.run(script) { server in
            let time = ManualTime()
            let environment = [
                "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "session",
                "AWS_REGION": "eu-central-1",
            ]
            let watcher = try server.watcher(.aws(), .standIn(server, environment), time: time)
            try await watcher.ping()
            // The answer need not be one: what counts is what was asked.
            _ = try? await watcher.executions(pipelineName: "a b/ä", since: time.now, limit: 5)
            let credentials = AWSCredentials(
                accessKeyID: "AKIDEXAMPLE",
                secretAccessKey: "secret",
                sessionToken: "session"
            )
            #expect(server.received.count == 2)
            for request in server.received {
                #expect(try Self.isSigned(request, with: credentials, at: time.now), "\(request.path)")
                #expect(request.headers["x-amz-date"] == "20250110T120000Z")
                #expect(request.headers["x-amz-security-token"] == "session")
            }
            let fields = "accept;content-type;host;idempotency-key;x-amz-date;x-amz-security-token"
            #expect(server.authorizations.first??.contains("SignedHeaders=\(fields),") == true)
        }
    }

    @Test("the shared file gives the keys of the profile, given, or of AWS_PROFILE, or else of default")
    func readsTheSharedFile() async throws {
        let text = """
            # keys
            [default]
            aws_access_key_id = AKIDDEFAULT
            aws_secret_access_key=a=b
            [ team ]
            ; temporary
            AWS_ACCESS_KEY_ID = ASIATEAM
            aws_secret_access_key = c
            aws_session_token = d
            [half]
            aws_access_key_id = AKIDHALF
            """
        try await withTemporaryFolder { folder in
            let file = try folder.appending(path: "credentials").holding(text)
            try await ScriptedServer.run { server in
                var environment = ["AWS_SHARED_CREDENTIALS_FILE": file, "AWS_EC2_METADATA_DISABLED": "true"]
                try await server.watcher(.aws(region: "r"), .standIn(server, environment)).ping()
                try await server.watcher(.aws(region: "r", profile: "team"), .standIn(server, environment)).ping()
                environment["AWS_PROFILE"] = "team"
                try await server.watcher(.aws(region: "r"), .standIn(server, environment)).ping()
                let keys = server.authorizations.map { $0?.split(separator: "=")[1].split(separator: "/")[0] }
                #expect(keys == ["AKIDDEFAULT", "ASIATEAM", "ASIATEAM"])
                #expect(server.received.map { $0.headers["x-amz-security-token"] } == [nil, "d", "d"])
                let error = await #expect(throws: WatcherError.self) {
                    try await server.watcher(.aws(region: "r", profile: "half"), .standIn(server, environment)).ping()
                }
                #expect(error?.message.contains("[half]") == true)
            }
        }
    }

    @Test("a container is asked at its address, with its token, which is read again")
    func asksTheContainer() async throws {
        let script: ScriptedServer.Script = { $0.path.hasPrefix("/v2/") ? .answer(200, Self.credentials) : nil }
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "token")
            try await ScriptedServer.run(script) { server in
                let time = ManualTime()
                let relative = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/relative"]
                try await server.watcher(.aws(region: "r"), .standIn(server, relative), time: time).ping()
                let full = [
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/v2/full",
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": try file.holding("first\n"),
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "not this one",
                ]
                let watcher = try server.watcher(.aws(region: "r"), .standIn(server, full), time: time)
                try await watcher.ping()
                try await watcher.ping()
                _ = try file.holding("second\n")
                time.advance(by: .seconds(6 * 3600 - 100))
                let isRenewed = try await comesAbout {
                    try await watcher.ping()
                    return server.received.count { $0.path.hasPrefix("/v2/") } == 3
                }
                #expect(isRenewed)
                let asked = server.received.filter { $0.path.hasPrefix("/v2/") }
                #expect(asked.map(\.path) == ["/v2/relative", "/v2/full", "/v2/full"])
                #expect(asked.map { $0.headers["authorization"] } == [nil, "first", "second"])
                #expect(server.authorizations.allSatisfy { $0?.contains("Credential=ASIAEXAMPLE/") == true })
            }
        }
    }

    @Test("a container's address that is neither https nor within the machine is refused")
    func keepsTheContainerTokenAtHome() async throws {
        try await ScriptedServer.run { server in
            let environment = [
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "t",
            ]
            let error = await #expect(throws: WatcherError.self) {
                try await server.watcher(.aws(region: "r"), .standIn(server, environment)).ping()
            }
            #expect(error?.code == .authentication)
            #expect(error?.message.contains("AWS_CONTAINER_CREDENTIALS_FULL_URI") == true)
        }
    }

    @Test("a relative address of a container's credentials cannot name another host")
    func staysWithTheContainer() async throws {
        try await ScriptedServer.run({ $0.path == "/v2" ? .answer(200, Self.credentials) : nil }) { server in
            var sources = CredentialSources.standIn(
                server,
                [
                    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": server.url.replacing("http://", with: "@") + "/v2",
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "s3cret",
                ]
            )
            sources.awsContainer = "http://container"
            let error = await #expect(throws: WatcherError.self) {
                try await server.watcher(.aws(region: "r"), sources).ping()
            }
            #expect(error?.message.contains("does not begin with a slash") == true)
            #expect(server.received.isEmpty)
        }
    }

    @Test("a profile that the program names comes before the environment's keys, one of AWS_PROFILE after them")
    func prefersTheNamedProfile() async throws {
        let text = "[team]\naws_access_key_id = AKIDTEAM\naws_secret_access_key = c"
        try await withTemporaryFolder { folder in
            let file = try folder.appending(path: "credentials").holding(text)
            try await ScriptedServer.run { server in
                let environment = [
                    "AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "e", "AWS_PROFILE": "team",
                    "AWS_SHARED_CREDENTIALS_FILE": file,
                ]
                try await server.watcher(.aws(region: "r", profile: "team"), .standIn(server, environment)).ping()
                try await server.watcher(.aws(region: "r"), .standIn(server, environment)).ping()
                let keys = server.authorizations.map { $0?.split(separator: "=")[1].split(separator: "/")[0] }
                #expect(keys == ["AKIDTEAM", "AKIDENV"])
            }
        }
    }

    @Test(
        "a profile that is named and has no keys is an error, and nobody else's role is taken",
        arguments: ["[default]\naws_access_key_id = a\naws_secret_access_key = b", "[team]\nrole_arn = r", nil]
    )
    func takesNoOtherRole(text: String?) async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "credentials")
            if let text { _ = try file.holding(text) }
            try await ScriptedServer.run(Self.machine) { server in
                var environment = ["AWS_SHARED_CREDENTIALS_FILE": file.path(percentEncoded: false)]
                var watchers = [try server.watcher(.aws(region: "r", profile: "team"), .standIn(server, environment))]
                environment["AWS_PROFILE"] = "team"
                watchers.append(try server.watcher(.aws(region: "r"), .standIn(server, environment)))
                for watcher in watchers {
                    let error = await #expect(throws: WatcherError.self) { try await watcher.ping() }
                    #expect(error?.code == .authentication)
                    #expect(error?.message.contains("'team'") == true)
                }
                #expect(server.received.isEmpty)
            }
        }
    }

    /// A machine with version 2 of the metadata service only.
    private static let machine: ScriptedServer.Script = { request in
        guard request.path.hasPrefix("/latest/") else { return nil }
        if request.path == "/latest/api/token" {
            guard request.method == "PUT", request.headers["x-aws-ec2-metadata-token-ttl-seconds"] == "21600" else {
                return .answer(400)
            }
            return .text(200, "ticket")
        }
        guard request.headers["x-aws-ec2-metadata-token"] == "ticket" else { return .answer(401) }
        switch request.path {
        case "/latest/meta-data/iam/security-credentials/": return .text(200, "my-role\n")
        case "/latest/meta-data/iam/security-credentials/my-role": return .answer(200, Self.credentials)
        default: return .answer(404)
        }
    }

    @Test("the machine's metadata service is asked for a ticket first")
    func asksTheMachine() async throws {
        try await ScriptedServer.run(Self.machine) { server in
            let watcher = try server.watcher(.aws(region: "eu-central-1"), .standIn(server))
            try await watcher.ping()
            try await watcher.ping()
            #expect(server.received.map(\.method) == ["PUT", "GET", "GET", "POST", "POST"])
            let credentials = AWSCredentials(
                accessKeyID: "ASIAEXAMPLE",
                secretAccessKey: "secret",
                sessionToken: "session/token"
            )
            let last = try #require(server.received.last)
            #expect(try Self.isSigned(last, with: credentials, at: ManualTime().now))
        }
    }

    @Test("credentials that AWS refuses are fetched anew, and the request is sent once more", arguments: [401, 403])
    func renewsRefusedCredentials(status: Int) async throws {
        let script: ScriptedServer.Script = { request in
            if request.path == Endpoints.syncPipeline.path, request.number == 1 {
                return .answer(status, ["message": "The security token included in the request is expired"])
            }
            return await Self.machine(request)
        }
        try await ScriptedServer.run(script) { server in
            try await server.watcher(.aws(region: "r"), .standIn(server)).ping()
            #expect(server.received.map(\.method) == ["PUT", "GET", "GET", "POST", "PUT", "GET", "GET", "POST"])
        }
    }

    @Test("where nothing gives credentials, the error says all that was tried")
    func saysWhatWasTried() async throws {
        try await ScriptedServer.run({ $0.path.hasPrefix("/latest/") ? .answer(404) : nil }) { server in
            let error = await #expect(throws: WatcherError.self) {
                try await server.watcher(.aws(region: "r"), .standIn(server, ["HOME": "/nonexistent"])).ping()
            }
            #expect(error?.code == .authentication)
            for part in [
                "AWS_ACCESS_KEY_ID", "/nonexistent/.aws/credentials", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                "it answered 404", "give the machine or the container a role",
            ] {
                #expect(error?.message.contains(part) == true, "\(part): \(error?.message ?? "")")
            }
        }
    }

    @Test(
        "bad answers of a container are refused, and nothing of them is repeated",
        arguments: [
            (["AccessKeyId": "s3cret"], "no AccessKeyId and SecretAccessKey"),
            (["AccessKeyId": "s3cret", "SecretAccessKey": "s3cret", "Expiration": "soon"], "in a known form"),
            (
                ["AccessKeyId": "s3cret", "SecretAccessKey": "s3cret", "Expiration": "2024-01-01T00:00:00Z"],
                "have expired"
            ),
            (["AccessKeyId": "s3cret", "SecretAccessKey": "s3cret", "Token": "s3cret\n"], "cannot be used"),
        ] as [(JSONValue, String)]
    )
    func refusesBadCredentials(answer: JSONValue, reason: String) async throws {
        try await ScriptedServer.run({ $0.path == "/v2" ? .answer(200, answer) : nil }) { server in
            let environment = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2"]
            let error = await #expect(throws: WatcherError.self) {
                try await server.watcher(.aws(region: "r"), .standIn(server, environment)).ping()
            }
            #expect(error?.code == .authentication)
            #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
            #expect(error.map { String(reflecting: $0) }?.contains("s3cret") == false)
        }
    }

    @Test("a region that nobody names is missed when the client is made")
    func needsARegion() {
        let error = #expect(throws: WatcherError.self) {
            try Watcher(
                "http://127.0.0.1:1",
                authentication: .aws(),
                surroundings: .live,
                credentials: .init(environment: [:])
            )
        }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("AWS_REGION") == true)
    }
}
