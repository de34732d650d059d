// SPDX-License-Identifier: Apache-2.0

import Testing
import Watcher

struct GuideAuthenticationTests {
    @Test("every way to authenticate of the guide makes a client, without asking anybody")
    func makesClients() throws {
        let clients = try GuideAuthenticationExamples.clients { "token" }
        #expect(clients.map(\.description) == Array(repeating: "Watcher(https://watcher.example.com)", count: 6))
    }
}
