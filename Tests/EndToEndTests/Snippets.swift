// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The code in documents, and the code that the tests compile and run, as comparable texts.
enum Snippets {
    /// A piece of code and where it stands.
    struct Piece {
        let place: String
        let code: String
    }

    /// The folder of the package.
    static let package = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The files of a folder whose names match, in order of their names.
    static func files(in folder: String, named matches: (String) -> Bool) throws -> [(name: String, text: String)] {
        let url = Self.package.appending(path: folder)
        let names = try FileManager.default.contentsOfDirectory(atPath: url.path).filter(matches).sorted()
        return try names.map { ($0, try String(contentsOf: url.appending(path: $0), encoding: .utf8)) }
    }

    /// The code blocks of a Markdown document that are in a language.
    static func blocks(of document: (name: String, text: String), in language: String = "swift") -> [Piece] {
        Self.pieces(of: document, from: { $0 == "```\(language)" }, to: "```")
    }

    /// What stands between `// snippet.begin NAME` and `// snippet.end` in a source file.
    static func snippets(of source: (name: String, text: String)) -> [Piece] {
        Self.pieces(of: source, from: { $0.hasPrefix("// snippet.begin ") }, to: "// snippet.end")
    }

    private static func pieces(
        of file: (name: String, text: String),
        from begins: (String) -> Bool,
        to end: String
    ) -> [Piece] {
        var pieces: [Piece] = []
        var begin: String?
        var lines: [String] = []
        for (index, line) in file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.trimmingCharacters(in: .whitespaces)
            if let place = begin {
                if words == end {
                    pieces.append(Piece(place: place, code: Self.withoutIndentation(lines)))
                    begin = nil
                } else {
                    lines.append(String(line))
                }
            } else if begins(words) {
                begin = "\(file.name):\(index + 1) (\(words))"
                lines = []
            }
        }
        // An open piece must not vanish: as it stands it equals nothing.
        if let begin { pieces.append(Piece(place: begin, code: "without an end:\n" + lines.joined(separator: "\n"))) }
        return pieces
    }

    /// The lines, without the indentation that all of them have, and without empty ones around them.
    static func withoutIndentation(_ lines: [String]) -> String {
        let isBlank = { (line: String) in line.allSatisfy(\.isWhitespace) }
        let code = lines.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
        let indentation = code.filter { !isBlank($0) }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        return code.map { String($0.dropFirst(indentation)) }.joined(separator: "\n")
    }
}
