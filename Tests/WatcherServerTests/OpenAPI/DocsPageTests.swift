// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing
import WatcherWire

@testable import WatcherServer

struct DocsPageTests {
    @Test("the page shows every operation and schema, without any script")
    func docs() async throws {
        try await Scenario.run { scenario in
            let response = try await scenario.client.executeRequest(uri: "/docs", method: .get, headers: [:], body: nil)
            #expect(response.headers[.contentType] == "text/html; charset=utf-8")
            #expect(response.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
            let page = String(buffer: response.body)
            #expect(!page.contains("<script") && !page.contains("style=") && !page.contains("http://"))
            var anchors = Set<Substring>()
            for part in page.split(separator: " id=\"").dropFirst() { anchors.insert(part.prefix { $0 != "\"" }) }
            let expected = Operation.all.map(\.id) + NamedSchema.all.map(\.name)
            #expect(Set(expected.map { $0[...] }).subtracting(anchors) == [])
            for part in page.split(separator: "href=\"#").dropFirst() {
                let target = part.prefix { $0 != "\"" }
                #expect(anchors.contains(target), "\(target) leads nowhere")
            }
        }
    }
}
