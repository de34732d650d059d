// SPDX-License-Identifier: Apache-2.0
import SwiftDiagnostics
package import SwiftSyntax
import SwiftSyntaxBuilder
package import SwiftSyntaxMacros

/// Turns the body of a function into one call of `trackPipelineExecution` that has the body as its closure.
package struct TrackedFunctionExpansion: BodyMacro {
    /// The body keeps the user's own layout, which error messages inside it show.
    package static var formatMode: FormatMode { .disabled }

    /// Makes the call, or reports all reasons why the function cannot be tracked.
    package static func expansion(
        of attribute: AttributeSyntax,
        providingBodyFor declaration: some DeclSyntaxProtocol & WithOptionalCodeBlockSyntax,
        in context: some MacroExpansionContext
    ) throws -> [CodeBlockItemSyntax] {
        guard let function = declaration.as(FunctionDeclSyntax.self) else {
            throw DiagnosticsError(diagnostics: [Diagnostic(node: attribute, message: MacroDiagnostic.notAFunction)])
        }
        guard let body = function.body else {
            throw DiagnosticsError(diagnostics: [Diagnostic(node: attribute, message: MacroDiagnostic.noBody)])
        }
        let expansion = BodyExpansion()
        let tracked = expansion.tracked(body, signature: function.signature, attribute: attribute)
        guard let tracked, expansion.problems.isEmpty else {
            expansion.problems.forEach(context.diagnose)
            // Fits every return type: without it the compiler would also find fault with the body as it was written.
            return ["while true {}"]
        }
        return [tracked]
    }
}
