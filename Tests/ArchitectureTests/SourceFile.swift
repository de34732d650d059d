// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials

/// A Swift file of the repository, read and split into tokens.
struct SourceFile {
    /// From the repository's root on: `Sources/Watcher/Watcher.swift`.
    let path: String
    let lines: [Substring]
    let tokens: [Token]
    /// The tokens that are neither comments nor strings.
    let code: [Token]

    init(path: String, text: String) {
        self.path = path
        self.lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        self.tokens = Lexer.tokens(of: text)
        self.code = self.tokens.filter { $0.kind == .word || $0.kind == .symbol }
    }

    /// The folder below `Sources/` or `Tests/`: the target.
    var target: String {
        let steps = self.path.split(separator: "/")
        return steps.count > 2 ? String(steps[1]) : ""
    }

    /// The modules it imports, each with its line.
    var imports: [(module: String, line: Int)] {
        let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        return self.code.indices.dropLast().compactMap { index in
            guard self.code[index].isWord("import") else { return nil }
            let next = self.code[index + 1]
            let named = kinds.contains(next.text) && index + 2 < self.code.count ? self.code[index + 2] : next
            return (named.text, self.code[index].line)
        }
    }
}

/// The repository that holds these tests.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: self.root.appending(path: path), encoding: .utf8)
    }

    /// Every Swift file below some folders, build products left out.
    static func swiftFiles(_ folders: [String]) throws -> [SourceFile] {
        var files: [SourceFile] = []
        var waiting = folders
        while let folder = waiting.popLast() {
            let url = self.root.appending(path: folder)
            guard FileManager.default.fileExists(atPath: url.path) else { continue }
            for name in try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
            where !name.hasPrefix(".") {
                let path = "\(folder)/\(name)"
                var isFolder = false
                guard FileManager.default.fileExists(atPath: url.appending(path: name).path, isDirectory: &isFolder)
                else { continue }
                if isFolder {
                    waiting.append(path)
                } else if name.hasSuffix(".swift") {
                    files.append(SourceFile(path: path, text: try self.text(path)))
                }
            }
        }
        return files.sorted { $0.path < $1.path }
    }
}
