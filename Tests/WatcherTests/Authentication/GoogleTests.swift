// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import Foundation
import Testing
import Watcher

struct GoogleTests {
    private static let identityPath = "/computeMetadata/v1/instance/service-accounts/default/identity"

    @Test("the metadata server is asked as Google wants it, and its token is kept until it expires")
    func asksTheMetadataServer() async throws {
        let time = ManualTime()
        let script: ScriptedServer.Script = { request in
            guard request.path == Self.identityPath else { return nil }
            guard request.headers["metadata-flavor"] == "Google" else { return .answer(403) }
            let token = webToken("\(request.number)", expiring: time.now.moved(by: .seconds(3600)))
            return .text(200, token + "\n")
        }
        try await ScriptedServer.run(script) { server in
            let watcher = try server.watcher(.gcp(audience: "https://a b/"), .standIn(server), time: time)
            try await watcher.ping()
            try await watcher.ping()
            let asked = server.received.filter { $0.path == Self.identityPath }
            #expect(asked.map(\.query) == ["audience=https%3A%2F%2Fa%20b%2F&format=full"])
            let first = "Bearer " + webToken("1", expiring: time.now.moved(by: .seconds(3600)))
            #expect(server.authorizations == [first, first])
            time.advance(by: .seconds(3600))
            try await watcher.ping()
            #expect(server.received.count { $0.path == Self.identityPath } == 2)
        }
    }

    @Test("without an audience the token is for the server's URL")
    func namesTheServer() async throws {
        let time = ManualTime()
        let script: ScriptedServer.Script = { request in
            guard request.path == Self.identityPath else { return nil }
            return .text(200, webToken("a", expiring: time.now.moved(by: .seconds(60))))
        }
        try await ScriptedServer.run(script) { server in
            try await server.watcher(.gcp(), .standIn(server), time: time).ping()
            let port = server.url.split(separator: ":").last ?? ""
            #expect(server.received.first?.query == "audience=http%3A%2F%2F127.0.0.1%3A\(port)&format=full")
        }
    }

    @Test(
        "what is no token is refused with what to do",
        arguments: [
            (ScriptedReply.answer(404), "it answered 404"), (.text(200, "garbage"), "no identity token"),
            (.text(200, ""), "no identity token"), (.answer(302, location: "http://127.0.0.1:1/"), "it answered 302"),
            (.answer(503), "it answered 503, 3 times"), (.breaksOff, "the connection failed"),
            (.text(200, webToken("old", expiring: WireTimestamp(microseconds: 1_700_000_000_000_000))), "has expired"),
        ]
    )
    func refusesBadAnswers(reply: ScriptedReply, reason: String) async throws {
        try await ScriptedServer.run({ $0.path == Self.identityPath ? reply : nil }) { server in
            let error = await #expect(throws: WatcherError.self) {
                try await server.watcher(.gcp(), .standIn(server)).ping()
            }
            #expect(error?.code == .authentication)
            #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
            #expect(error?.message.contains("metadata server of Google Cloud") == true)
            #expect(server.authorizations.isEmpty)
        }
    }

    @Test("a metadata server that says nothing is given up after its time")
    func givesUp() async throws {
        let silent = try SilentListener()
        let url = silent.url
        try await ScriptedServer.run { server in
            var sources = CredentialSources.standIn(server)
            sources.googleMetadata = url
            sources.localTimeout = .milliseconds(100)
            let error = await #expect(throws: WatcherError.self) { try await server.watcher(.gcp(), sources).ping() }
            #expect(error?.message.contains("no answer within") == true, "\(error?.message ?? "")")
            #expect(error?.message.contains("GOOGLE_APPLICATION_CREDENTIALS") == true)
            #expect(server.received.isEmpty)
        }
    }

    private static func account(_ server: ScriptedServer) -> String {
        let object: [String: JSONValue] = [
            "type": "service_account", "client_email": "w@p.iam.gserviceaccount.com", "private_key_id": "k1",
            "private_key": JSONValue(ServiceAccountKey.pem), "token_uri": JSONValue(server.url + "/token"),
        ]
        return JSONValue.object(object).description
    }

    @Test("a service account's key signs an assertion, which is exchanged for a token for the audience")
    func exchangesAnAssertion() async throws {
        let time = ManualTime()
        let key = try ServiceAccountKey.privateKey()
        let token = webToken("a", expiring: time.now.moved(by: .seconds(3600)))
        let script: ScriptedServer.Script = { $0.path == "/token" ? .answer(200, ["id_token": JSONValue(token)]) : nil }
        try await withTemporaryFolder { folder in
            try await ScriptedServer.run(script) { server in
                let file = try folder.appending(path: "key.json").holding(Self.account(server))
                let sources = CredentialSources.standIn(server, ["GOOGLE_APPLICATION_CREDENTIALS": file])
                try await server.watcher(.gcp(audience: "https://w"), sources, time: time).ping()
                #expect(server.authorizations == ["Bearer \(token)"])
                let asked = try #require(server.received.first)
                #expect(asked.method == "POST")
                let prefix = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="
                #expect(asked.text.hasPrefix(prefix))
                let parts = asked.text.dropFirst(prefix.count).split(separator: ".").map(String.init)
                try #require(parts.count == 3)
                let header = try JSONParser.parse(Self.decoded(parts[0]))
                #expect(header == ["alg": "RS256", "typ": "JWT", "kid": "k1"])
                let now = time.now.microseconds / 1_000_000
                let email: JSONValue = "w@p.iam.gserviceaccount.com"
                #expect(
                    try JSONParser.parse(Self.decoded(parts[1])) == [
                        "iss": email, "sub": email, "aud": JSONValue(server.url + "/token"),
                        "target_audience": "https://w", "iat": JSONValue(now), "exp": JSONValue(now + 3600),
                    ]
                )
                let signature = _RSA.Signing.RSASignature(rawRepresentation: Self.decoded(parts[2]))
                let digest = SHA256.hash(data: Array("\(parts[0]).\(parts[1])".utf8))
                #expect(key.publicKey.isValidSignature(signature, for: digest, padding: .insecurePKCS1v1_5))
            }
        }
    }

    @Test("a refused assertion is explained in the service's words")
    func explainsARefusal() async throws {
        let script: ScriptedServer.Script = { request in
            let said: JSONValue = ["error": "invalid_grant", "error_description": "Invalid JWT Signature."]
            return request.path == "/token" ? .answer(400, said) : nil
        }
        try await withTemporaryFolder { folder in
            try await ScriptedServer.run(script) { server in
                let file = try folder.appending(path: "key.json").holding(Self.account(server))
                let error = await #expect(throws: WatcherError.self) {
                    try await server.watcher(.gcp(serviceAccountFile: file), .standIn(server)).ping()
                }
                #expect(error?.code == .authentication)
                #expect(error?.message.contains("it answered 400 (invalid_grant: Invalid JWT Signature.)") == true)
                #expect(error?.message.contains("w@p.iam.gserviceaccount.com") == true)
            }
        }
    }

    @Test(
        "a file that is no service account's key is named, and nothing of it is repeated",
        arguments: [
            ("no JSON s3cret", "no key of a service account"),
            (#"{"type": "authorized_user", "refresh_token": "s3cret"}"#, "no key of a service account"),
            (
                #"{"type": "service_account", "client_email": "a", "private_key": "s3cret"}"#,
                "private_key that cannot be read"
            ),
            (
                #"{"type": "service_account", "client_email": "a", "private_key": "s3cret", "token_uri": "http://a.example"}"#,
                "not https"
            ),
        ]
    )
    func refusesBadFiles(content: String, reason: String) async throws {
        try await withTemporaryFolder { folder in
            let file = try folder.appending(path: "key.json").holding(content)
            try await ScriptedServer.run { server in
                let error = await #expect(throws: WatcherError.self) {
                    try await server.watcher(.gcp(serviceAccountFile: file), .standIn(server)).ping()
                }
                #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
                #expect(error?.message.contains(file) == true)
                #expect(error.map { String(reflecting: $0) }?.contains("s3cret") == false)
                #expect(server.received.isEmpty)
            }
        }
    }

    private static func decoded(_ text: String) -> [UInt8] {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - standard.count % 4) % 4)
        return Data(base64Encoded: standard + padding).map(Array.init) ?? []
    }
}
