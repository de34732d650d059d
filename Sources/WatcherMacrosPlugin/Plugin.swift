// SPDX-License-Identifier: Apache-2.0
import SwiftCompilerPlugin
import SwiftSyntaxMacros

@main
struct Plugin: CompilerPlugin {
    let providingMacros: [any Macro.Type] = [TrackPipelineExecutionMacro.self]
}
