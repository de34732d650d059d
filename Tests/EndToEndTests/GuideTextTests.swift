// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite("The guide and the code that proves it")
struct GuideTextTests {
    private let blocks: [Snippets.Piece]
    private let snippets: [Snippets.Piece]

    init() throws {
        self.blocks = try Snippets.files(in: "Sources/Watcher/Watcher.docc") { $0.hasSuffix(".md") }
            .flatMap { Snippets.blocks(of: $0) }
        self.snippets = try Snippets.files(in: "Tests/EndToEndTests") {
            $0.hasPrefix("Guide") && $0.hasSuffix("Examples.swift")
        }
        .flatMap(Snippets.snippets)
    }

    @Test("every Swift block of the guide is code that the tests compile and run")
    func everyBlockIsASnippet() {
        #expect(self.blocks.count >= 20)
        let codes = Set(self.snippets.map(\.code))
        let strays = self.blocks.filter { !codes.contains($0.code) }.map(\.place)
        #expect(strays.isEmpty, "blocks whose code is no snippet in Tests/EndToEndTests/Guide…Examples.swift")
    }

    @Test("every snippet is shown in the guide")
    func everySnippetIsABlock() {
        let codes = Set(self.blocks.map(\.code))
        let strays = self.snippets.filter { !codes.contains($0.code) }.map(\.place)
        #expect(strays.isEmpty, "snippets whose code is no block in Sources/Watcher/Watcher.docc")
    }

    @Test("every snippet has a name of its own")
    func everySnippetHasAName() {
        let names = self.snippets.map { $0.place.split(separator: " ").dropFirst().joined() }
        #expect(Set(names).count == names.count)
    }
}
