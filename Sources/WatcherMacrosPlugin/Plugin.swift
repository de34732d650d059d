// SPDX-License-Identifier: Apache-2.0
import SwiftCompilerPlugin
import SwiftSyntax
import SwiftSyntaxMacros
import WatcherMacrosExpansion

@main
struct Plugin: CompilerPlugin {
    let providingMacros: [any Macro.Type] = [TrackPipelineExecutionMacro.self]
}

/// `@TrackPipelineExecution`, as the compiler finds it: by the names of this module and type.
///
/// What it does is in a library of its own, because a test that depends on a plug-in makes the package manager build
/// every other target a second time, as part of its tools.
struct TrackPipelineExecutionMacro: BodyMacro {
    static var formatMode: FormatMode { TrackedFunctionExpansion.formatMode }

    static func expansion(
        of attribute: AttributeSyntax,
        providingBodyFor declaration: some DeclSyntaxProtocol & WithOptionalCodeBlockSyntax,
        in context: some MacroExpansionContext
    ) throws -> [CodeBlockItemSyntax] {
        try TrackedFunctionExpansion.expansion(of: attribute, providingBodyFor: declaration, in: context)
    }
}
