// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Watcher

struct SignatureTests {
    private static let example = AWSCredentials(
        accessKeyID: "AKIDEXAMPLE",
        secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    )

    private static func authorization(_ request: TransportRequest) -> String? {
        request.headers.first { $0.name == "Authorization" }?.value
    }

    @Test(
        "the examples that AWS publishes get the published signatures",
        arguments: [
            (
                "service", "https://example.amazonaws.com/", [:],
                "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
            ),
            (
                "iam", "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
                ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
                "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
            ),
        ] as [(String, String, [String: String], String)]
    )
    func signsThePublishedExamples(service: String, url: String, headers: [String: String], signature: String) throws {
        let signer = SignatureV4(
            credentials: Self.example,
            region: "us-east-1",
            service: service,
            now: try #require(WireTimestamp("2015-08-30T12:36:00Z"))
        )
        let request = TransportRequest(method: .get, url: url, headers: headers.map { ($0.key, $0.value) })
        #expect(Self.authorization(signer.sign(request))?.hasSuffix("Signature=\(signature)") == true)
    }

    private static let vectors: [JSONValue] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../SignatureVectors/vectors.json"
        )
        let text = (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return (try? JSONParser.parse(text))?.array ?? []
    }()

    @Test("there are vectors")
    func findsTheVectors() {
        #expect(Self.vectors.count >= 13)
    }

    @Test("every request gets the signature that botocore gives it", arguments: vectors)
    func agreesWithBotocore(vector: JSONValue) throws {
        let signer = SignatureV4(
            credentials: AWSCredentials(
                accessKeyID: try #require(vector["access_key"]?.string),
                secretAccessKey: try #require(vector["secret_key"]?.string),
                sessionToken: vector["session_token"]?.string
            ),
            region: try #require(vector["region"]?.string),
            service: try #require(vector["service"]?.string),
            now: try #require(vector["time"]?.string.flatMap { WireTimestamp($0) })
        )
        let headers = try #require(vector["headers"]?.object)
        let request = TransportRequest(
            method: vector["method"] == "GET" ? .get : .post,
            url: try #require(vector["url"]?.string),
            headers: headers.map { ($0.key, $0.value.string ?? "") },
            body: vector["body"]?.string.map { Array($0.utf8) }
        )
        #expect(Self.authorization(signer.sign(request)) == vector["authorization"]?.string, "\(vector["name"] ?? nil)")
    }

    @Test("signing twice replaces what the first time added")
    func signsAgain() throws {
        let signer = SignatureV4(
            credentials: AWSCredentials(accessKeyID: "A", secretAccessKey: "B", sessionToken: "C"),
            region: "r",
            service: "s",
            now: try #require(WireTimestamp("2015-08-30T12:36:00Z"))
        )
        var request = signer.sign(TransportRequest(method: .get, url: "https://h/"))
        let first = request.headers.map(\.name)
        request.headers.removeAll { $0.name == "Authorization" }
        #expect(signer.sign(request).headers.map(\.name) == first)
    }
}
