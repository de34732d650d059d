// SPDX-License-Identifier: Apache-2.0

/// Something that breaks a rule, and where.
struct Violation: Equatable, CustomStringConvertible {
    let path: String
    let line: Int
    let message: String

    var description: String { "\(self.path):\(self.line): \(self.message)" }
}

/// The rules for sources, as functions of a file.
enum RoomRules {
    /// Imports outside what the table allows.
    static func imports(_ file: SourceFile, allowed: Set<String>) -> [Violation] {
        file.imports.filter { !allowed.contains($0.module) }.map {
            Violation(
                path: file.path,
                line: $0.line,
                message: "\(file.target) must not import \($0.module); see Tests/ArchitectureTests/Rooms.swift"
            )
        }
    }

    /// Words in code, which may be several tokens such as `Task {`; comments and strings do not count.
    static func words(_ file: SourceFile, _ forbidden: [String]) -> [Violation] {
        forbidden.flatMap { words in
            Self.places(of: Lexer.tokens(of: words), in: file.code).map {
                Violation(path: file.path, line: $0, message: "\(file.target) must not say '\(words)'")
            }
        }
    }

    /// String literals that a room must leave to others.
    static func texts(_ file: SourceFile, _ forbidden: [ForbiddenText]) -> [Violation] {
        file.tokens.filter { $0.kind == .string }.flatMap { token in
            forbidden.compactMap { kind -> Violation? in
                switch kind {
                case .sql:
                    guard Self.isSQL(token.text) else { return nil }
                    return Violation(path: file.path, line: token.line, message: "SQL text belongs to WatcherStore")
                case .productNouns:
                    guard let noun = ["pipeline", "lineage", "watermark"].first(where: token.text.contains) else {
                        return nil
                    }
                    let message = "\(file.target) knows databases, not the product: '\(noun)'"
                    return Violation(path: file.path, line: token.line, message: message)
                }
            }
        }
    }

    /// `@unchecked Sendable` and `nonisolated(unsafe)` without a comment that says what makes them safe.
    static func undocumentedUnsafety(_ file: SourceFile) -> [Violation] {
        let places =
            Self.places(of: Lexer.tokens(of: "@unchecked Sendable"), in: file.code)
            + Self.places(of: Lexer.tokens(of: "nonisolated(unsafe)"), in: file.code)
        return places.filter { !Self.saysWhySafe(above: $0, in: file) }.map {
            let message = "say in a comment directly above which lock, queue or rule makes this safe"
            return Violation(path: file.path, line: $0, message: message)
        }
    }

    static func length(_ file: SourceFile, atMost limit: Int) -> [Violation] {
        let count = file.lines.last == "" ? file.lines.count - 1 : file.lines.count
        guard count > limit else { return [] }
        return [Violation(path: file.path, line: count, message: "\(count) lines; cut it at a seam (limit \(limit))")]
    }

    /// The licence line, which only the tools version of a manifest may precede.
    static func licence(_ file: SourceFile) -> [Violation] {
        let head =
            file.lines.first?.hasPrefix("// swift-tools-version:") == true ? file.lines.dropFirst() : file.lines[...]
        guard head.first != "// SPDX-License-Identifier: Apache-2.0" else { return [] }
        let message = "the file must begin with '// SPDX-License-Identifier: Apache-2.0'"
        return [Violation(path: file.path, line: 1, message: message)]
    }

    /// Places that tell databases apart: a `switch` over a dialect, or a comparison with one.
    static func dialectSwitches(_ file: SourceFile) -> [Violation] {
        file.code.indices.filter { index in
            guard file.code[index].isWord("dialect"), index + 1 < file.code.count else { return false }
            let next = file.code[index + 1]
            if next.isSymbol("=") || next.isSymbol("!") {
                return index + 2 < file.code.count && file.code[index + 2].isSymbol("=")
            }
            // `switch self.transaction.dialect {`
            let start = file.code[..<index].lastIndex {
                !$0.isSymbol(".") && !["self", "transaction"].contains($0.text)
            }
            return next.isSymbol("{") && start.map { file.code[$0].isWord("switch") } == true
        }.map { Violation(path: file.path, line: file.code[$0].line, message: "tells databases apart") }
    }

    /// The lines where a run of tokens stands.
    private static func places(of words: [Token], in code: [Token]) -> [Int] {
        guard let first = words.first else { return [] }
        return code.indices.filter { index in
            code[index].text == first.text && index + words.count <= code.count
                && zip(words, code[index...]).allSatisfy { $0.text == $1.text }
        }.map { code[$0].line }
    }

    private static func isSQL(_ text: String) -> Bool {
        let start = text.drop(while: \.isWhitespace)
        let words = start.split(maxSplits: 2, whereSeparator: \.isWhitespace)
        guard words.count > 1 else { return false }
        switch words[0] {
        case "SELECT", "UPDATE", "PRAGMA", "WITH": return true
        case "INSERT": return ["INTO", "OR"].contains(words[1])
        case "DELETE": return words[1] == "FROM"
        case "CREATE", "ALTER", "DROP": return ["TABLE", "INDEX", "UNIQUE", "VIEW", "TRIGGER"].contains(words[1])
        case "BEGIN": return ["IMMEDIATE", "EXCLUSIVE", "TRANSACTION"].contains(words[1])
        default: return false
        }
    }

    private static func saysWhySafe(above line: Int, in file: SourceFile) -> Bool {
        var comments = file.tokens.filter { $0.kind == .comment && $0.line == line }.map(\.text)
        var above = line - 2
        while above >= 0 {
            let text = file.lines[above].drop(while: \.isWhitespace)
            guard text.hasPrefix("//") || text.hasPrefix("@") else { break }
            comments.append(String(text))
            above -= 1
        }
        let said = comments.joined(separator: " ").lowercased()
        return ["sendable", "thread", "lock", "mutex", "queue", "safe"].contains(where: said.contains)
    }
}
