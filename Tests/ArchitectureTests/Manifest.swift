// SPDX-License-Identifier: Apache-2.0

/// What Package.swift says of its targets.
struct Manifest {
    /// A target with what it may see.
    struct Target: Equatable {
        let name: String
        let isTest: Bool
        /// Targets of this package.
        var rooms: Set<String> = []
        /// Products of other packages.
        var products: Set<String> = []
    }

    let targets: [Target]

    /// Reads the text of a Package.swift; asking SwiftPM would take seconds.
    init(_ text: String) {
        let tokens = Lexer.tokens(of: text).filter { $0.kind != .comment }
        let kinds = ["target": false, "executableTarget": false, "macro": false, "testTarget": true]
        var targets: [Target] = []
        for index in tokens.indices.dropFirst() {
            guard let isTest = kinds[tokens[index].text], tokens[index - 1].isSymbol("."),
                index + 1 < tokens.count, tokens[index + 1].isSymbol("(")
            else { continue }
            targets.append(Self.target(isTest: isTest, Self.arguments(tokens[(index + 1)...])))
        }
        self.targets = targets
    }

    /// The tokens between a parenthesis and its partner.
    private static func arguments(_ tokens: ArraySlice<Token>) -> ArraySlice<Token> {
        var depth = 0
        for index in tokens.indices {
            if tokens[index].isSymbol("(") { depth += 1 }
            if tokens[index].isSymbol(")") { depth -= 1 }
            if depth == 0 { return tokens[tokens.index(after: tokens.startIndex)..<index] }
        }
        return tokens
    }

    private static func target(isTest: Bool, _ tokens: ArraySlice<Token>) -> Target {
        let name = tokens.first { $0.kind == .string }?.text ?? ""
        var target = Target(name: name, isTest: isTest)
        var inProduct = false
        var depth = 0
        for token in tokens.drop(while: { !$0.isWord("dependencies") }) {
            if token.isSymbol("(") { depth += 1 }
            if token.isSymbol(")") { depth -= 1 }
            if token.isSymbol("]"), depth == 0 { break }
            if depth == 0, token.kind == .string { target.rooms.insert(token.text) }
            if token.isWord("product") { inProduct = true }
            // The name comes first in `.product(name: "Logging", package: "swift-log")`.
            if inProduct, token.kind == .string {
                target.products.insert(token.text)
                inProduct = false
            }
        }
        return target
    }
}
