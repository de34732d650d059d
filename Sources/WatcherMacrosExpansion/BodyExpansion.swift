// SPDX-License-Identifier: Apache-2.0
import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxBuilder

/// Expands the body of a tracked function, and at the same time those of the tracked functions inside it: the compiler
/// refuses a macro in the expansion of the same macro.
final class BodyExpansion: SyntaxRewriter {
    private(set) var problems: [Diagnostic] = []

    /// The call that tracks a body; nil when there is a problem.
    func tracked(
        _ body: CodeBlockSyntax,
        signature: FunctionSignatureSyntax,
        attribute: AttributeSyntax
    ) -> CodeBlockItemSyntax? {
        let call = self.call(attribute)
        var check = SignatureCheck(signature)
        check.effects()
        check.parameters()
        let results = check.results()
        self.problems += check.problems
        let statements = self.rewrite(body.statements)
        guard let call, let results else { return nil }
        let content = "\(body.leftBrace.trailingTrivia)\(statements)\(body.rightBrace.leadingTrivia)"
        return "try await \(raw: call) { watcherContext -> \(results.trimmed) in\(raw: content)}"
    }

    /// Expands a function inside the body.
    override func visit(_ function: FunctionDeclSyntax) -> DeclSyntax {
        guard let body = function.body, let (index, attribute) = Self.tracking(function.attributes) else {
            return super.visit(function)
        }
        guard let tracked = self.tracked(body, signature: function.signature, attribute: attribute) else {
            return DeclSyntax(function)
        }
        var expanded = function
        expanded.attributes.remove(at: index)
        expanded.leadingTrivia = function.leadingTrivia
        expanded.body = CodeBlockSyntax(
            leftBrace: .leftBraceToken(trailingTrivia: .space),
            statements: [tracked],
            rightBrace: .rightBraceToken(leadingTrivia: .space)
        )
        return DeclSyntax(expanded)
    }

    /// The call up to its closing parenthesis; nil when the watcher is not the first argument.
    private func call(_ attribute: AttributeSyntax) -> String? {
        guard case .argumentList(let arguments)? = attribute.arguments, let first = arguments.first, first.label == nil
        else {
            self.problems.append(Diagnostic(node: attribute, message: MacroDiagnostic.noWatcher))
            return nil
        }
        let watcher = Self.onSelf(first.expression)
        let isPlain = watcher.is(DeclReferenceExprSyntax.self) || watcher.is(MemberAccessExprSyntax.self)
        let receiver = isPlain ? "\(watcher)" : "(\(watcher))"
        let rest = arguments.dropFirst().map {
            var argument = $0.trimmed
            argument.trailingComma = nil
            argument.expression = Self.onSelf(argument.expression)
            return "\(argument)"
        }
        return "\(receiver).trackPipelineExecution(\(rest.joined(separator: ", ")))"
    }

    /// `self.property` for `\Self.property`, and every other expression as it is.
    private static func onSelf(_ expression: ExprSyntax) -> ExprSyntax {
        guard let path = expression.as(KeyPathExprSyntax.self) else { return expression.trimmed }
        return "self\(raw: path.components.trimmedDescription)"
    }

    private static func tracking(_ attributes: AttributeListSyntax) -> (AttributeListSyntax.Index, AttributeSyntax)? {
        for index in attributes.indices {
            if case .attribute(let attribute) = attributes[index],
                ["TrackPipelineExecution", "WatcherMacros.TrackPipelineExecution"]
                    .contains(attribute.attributeName.trimmedDescription)
            {
                return (index, attribute)
            }
        }
        return nil
    }
}
