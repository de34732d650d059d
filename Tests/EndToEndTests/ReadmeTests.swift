// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite("The README")
struct ReadmeTests {
    @Test("its first Swift block is the snippet that every build compiles")
    func firstBlockIsTheSnippet() throws {
        let readme = try #require(try Snippets.files(in: "") { $0 == "README.md" }.first)
        let block = try #require(Snippets.blocks(of: readme).first, "README.md has no Swift block")
        let snippet = try #require(try Snippets.files(in: "Snippets") { $0 == "SmallestProgram.swift" }.first)
        let (licence, program) = try #require(Self.parts(of: snippet.text))
        #expect(licence == "// SPDX-License-Identifier: Apache-2.0")
        #expect(block.code == program, "\(block.place) differs from Snippets/SmallestProgram.swift")
        #expect(program.split(separator: "\n").count <= 25)
    }

    /// The first line, and what follows it without the last line break.
    private static func parts(of source: String) -> (String, String)? {
        guard let end = source.firstIndex(of: "\n"), source.hasSuffix("\n") else { return nil }
        return (String(source[..<end]), String(source[source.index(after: end)...].dropLast()))
    }
}
