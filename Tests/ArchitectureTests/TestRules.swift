// SPDX-License-Identifier: Apache-2.0

/// The rules for test code: what looks like a test is run.
enum TestRules {
    /// A function in a suite.
    struct Member: Equatable {
        let name: String
        let line: Int
        /// Whether `@Test` stands before it, with a sentence or without.
        let test: TestAttribute
        let isPrivate: Bool
    }

    /// How a function is marked.
    enum TestAttribute: Equatable {
        case none
        case bare
        case named
    }

    /// Functions of suites that are neither tests nor helpers, tests without a sentence, and names left over from XCTest.
    ///
    /// Takes all files of one test target, since a helper may be called from another file.
    static func suites(_ files: [SourceFile]) -> [Violation] {
        var mentions: [String: Int] = [:]
        for token in files.flatMap(\.code) where token.kind == .word { mentions[token.text, default: 0] += 1 }
        return files.flatMap { file in
            Self.members(of: file).compactMap { member -> Violation? in
                let message: String
                if member.name.hasPrefix("test"), member.name.dropFirst(4).first?.isUppercase != false {
                    message = "'\(member.name)': a test is named by what it shows, without 'test'"
                } else if member.test == .bare {
                    message = "'\(member.name)': write the sentence, as in @Test(\"a retry never starts twice\")"
                } else if member.test == .none, !member.isPrivate, mentions[member.name, default: 0] < 2 {
                    message = "'\(member.name)' never runs: it has no @Test and nothing calls it"
                } else {
                    return nil
                }
                return Violation(path: file.path, line: member.line, message: message)
            }
        }
    }

    /// The functions that stand directly in a type or extension that is a suite: named `…Tests`, or with a test in it.
    static func members(of file: SourceFile) -> [Member] {
        let code = file.code
        var result: [Member] = []
        for index in code.indices.dropLast() where ["struct", "class", "actor", "extension"].contains(code[index].text)
        {
            guard let open = code[index...].firstIndex(where: { $0.isSymbol("{") }) else { continue }
            let members = Self.functions(in: code, from: open)
            if code[index + 1].text.hasSuffix("Tests") || members.contains(where: { $0.test != .none }) {
                result += members
            }
        }
        return result
    }

    /// The functions one level below an opening brace.
    private static func functions(in code: [Token], from open: Int) -> [Member] {
        var functions: [Member] = []
        var depth = 0
        for index in code.indices[open...] {
            if code[index].isSymbol("{") { depth += 1 }
            if code[index].isSymbol("}") { depth -= 1 }
            if depth == 0 { break }
            guard depth == 1, code[index].isWord("func"), index + 1 < code.count else { continue }
            let before = code[Self.startOfDeclaration(endingAt: index, in: code)..<index]
            functions.append(
                Member(
                    name: code[index + 1].text,
                    line: code[index].line,
                    test: Self.testAttribute(in: before),
                    isPrivate: before.contains { ["private", "fileprivate"].contains($0.text) }
                )
            )
        }
        return functions
    }

    /// Where the attributes and modifiers before a `func` begin.
    private static func startOfDeclaration(endingAt function: Int, in code: [Token]) -> Int {
        let modifiers: Set = ["private", "fileprivate", "package", "public", "static", "mutating", "nonisolated"]
        var start = function
        while start > 0 {
            var index = start - 1
            if code[index].isSymbol(")") {
                var depth = 0
                repeat {
                    if code[index].isSymbol(")") { depth += 1 }
                    if code[index].isSymbol("(") { depth -= 1 }
                    index -= 1
                } while depth > 0 && index > 0
            }
            guard code[index].text.hasPrefix("@") || modifiers.contains(code[index].text) else { break }
            start = index
        }
        return start
    }

    private static func testAttribute(in before: ArraySlice<Token>) -> TestAttribute {
        guard let place = before.firstIndex(where: { $0.isWord("@Test") }) else { return .none }
        // Strings are not code: the sentence shows as a parenthesis with nothing, or with a comma, inside.
        let after = before[(place + 1)...].prefix(2).map(\.text)
        return after == ["(", ")"] || after == ["(", ","] ? .named : .bare
    }
}
