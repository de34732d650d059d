// SPDX-License-Identifier: Apache-2.0
import SwiftDiagnostics
import SwiftSyntax

/// Looks at the signature of a function that is to be tracked and collects all that is wrong with it.
struct SignatureCheck {
    private let signature: FunctionSignatureSyntax
    private(set) var problems: [Diagnostic] = []

    init(_ signature: FunctionSignatureSyntax) {
        self.signature = signature
    }

    /// The function must be `async throws`.
    mutating func effects() {
        let effects = self.signature.effectSpecifiers
        let throwsClause = effects?.throwsClause
        var missing: [String] = []
        if effects?.asyncSpecifier == nil { missing.append("async") }
        if throwsClause == nil { missing.append("throws") }
        if !missing.isEmpty {
            let words = missing.joined(separator: " ")
            // `async` stands before `throws`, so what is missing goes before an existing `throws` and after `async`.
            let position =
                effects?.asyncSpecifier?.endPositionBeforeTrailingTrivia
                ?? self.signature.parameterClause.endPositionBeforeTrailingTrivia
            self.report(
                .missingEffects(words),
                on: self.signature,
                fix: "add '\(words)'",
                position..<position,
                " \(words)"
            )
        }
        if let clause = throwsClause, !Self.throwsAnything(clause) {
            let range = clause.positionAfterSkippingLeadingTrivia..<clause.endPositionBeforeTrailingTrivia
            self.report(.narrowThrows(clause.trimmedDescription), on: clause, fix: "write 'throws'", range, "throws")
        }
    }

    /// No parameter may be called like what the macro provides.
    mutating func parameters() {
        for parameter in self.signature.parameterClause.parameters {
            let name = parameter.secondName ?? parameter.firstName
            if name.text == "watcherContext" {
                self.problems.append(Diagnostic(node: name, message: MacroDiagnostic.contextParameter))
            }
        }
    }

    /// The results type of the body, when the function returns an optional `ExecutionResult` of it.
    mutating func results() -> TypeSyntax? {
        guard let returned = self.signature.returnClause else {
            let end = self.signature.endPositionBeforeTrailingTrivia
            self.report(
                .wrongReturnType(nil),
                on: self.signature,
                fix: "add '-> \(Self.usualType)'",
                end..<end,
                " -> \(Self.usualType)"
            )
            return nil
        }
        let type = returned.type
        let range = type.positionAfterSkippingLeadingTrivia..<type.endPositionBeforeTrailingTrivia
        let wrapped = Self.wrapped(type)
        if let results = Self.argument(of: wrapped ?? type, ifNamed: "ExecutionResult") {
            if wrapped != nil { return results }
            let name = type.trimmedDescription
            self.report(.notOptional(name), on: type, fix: "return '\(name)?'", range, "\(name)?")
        } else {
            let name = (wrapped ?? type).trimmedDescription
            // A type of this name is most likely what the body returns.
            let better = name.hasSuffix("Results") ? "ExecutionResult<\(name)>?" : Self.usualType
            let problem = MacroDiagnostic.wrongReturnType(type.trimmedDescription)
            self.report(problem, on: type, fix: "return '\(better)'", range, better)
        }
        return nil
    }

    private static let usualType = "ExecutionResult<ETLResults>?"

    private static func throwsAnything(_ clause: ThrowsClauseSyntax) -> Bool {
        guard clause.throwsSpecifier.tokenKind == .keyword(.throws) else { return false }
        guard let type = clause.type else { return true }
        return ["Error", "any Error", "Swift.Error", "any Swift.Error"].contains(type.trimmedDescription)
    }

    /// `Wrapped` of `Wrapped?` and of `Optional<Wrapped>`.
    private static func wrapped(_ type: TypeSyntax) -> TypeSyntax? {
        type.as(OptionalTypeSyntax.self)?.wrappedType ?? Self.argument(of: type, ifNamed: "Optional")
    }

    /// `Argument` of `name<Argument>` and of `Module.name<Argument>`.
    private static func argument(of type: TypeSyntax, ifNamed name: String) -> TypeSyntax? {
        let arguments: GenericArgumentClauseSyntax?
        if let identifier = type.as(IdentifierTypeSyntax.self), identifier.name.text == name {
            arguments = identifier.genericArgumentClause
        } else if let member = type.as(MemberTypeSyntax.self), member.name.text == name {
            arguments = member.genericArgumentClause
        } else {
            return nil
        }
        guard let arguments, arguments.arguments.count == 1 else { return nil }
        return arguments.arguments.first?.argument.as(TypeSyntax.self)
    }

    private mutating func report(
        _ problem: MacroDiagnostic,
        on node: some SyntaxProtocol,
        fix: String,
        _ range: Range<AbsolutePosition>,
        _ text: String
    ) {
        let words = MacroFixIt(message: fix, fixItID: problem.diagnosticID)
        let change = FixIt.Change.replaceText(range: range, with: text, in: Syntax(self.signature))
        self.problems.append(
            Diagnostic(node: node, message: problem, fixIt: FixIt(message: words, changes: [change]))
        )
    }
}
