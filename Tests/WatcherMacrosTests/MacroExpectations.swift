// SPDX-License-Identifier: Apache-2.0
import SwiftSyntaxMacroExpansion
import SwiftSyntaxMacros
import SwiftSyntaxMacrosGenericTestSupport
import Testing
import WatcherMacrosExpansion

/// Expands `@TrackPipelineExecution` in a source text and compares what comes out.
func expectExpansion(
    _ source: String,
    _ expanded: String,
    diagnostics: [DiagnosticSpec] = [],
    fixed: String? = nil,
    at location: SourceLocation = #_sourceLocation
) {
    assertMacroExpansion(
        source,
        expandedSource: expanded,
        diagnostics: diagnostics,
        macroSpecs: ["TrackPipelineExecution": MacroSpec(type: TrackedFunctionExpansion.self)],
        fixedSource: fixed
    ) { failure in
        Issue.record(Comment(rawValue: failure.message), sourceLocation: location)
    }
}

/// Expects that the macro refuses a function for one reason, and that the fix-it, if there is one, mends it.
func expectRefusal(
    _ function: String,
    _ message: String,
    line: Int = 2,
    column: Int,
    fixIt: String? = nil,
    fixed: String? = nil,
    at location: SourceLocation = #_sourceLocation
) {
    let attribute = "@TrackPipelineExecution(watcher, pipelineID: 1, active: true)"
    expectExpansion(
        "\(attribute)\n\(function) { ETLResults(completedSuccessfully: true) }",
        "\(function) {\nwhile true {}\n}",
        diagnostics: [
            DiagnosticSpec(
                message: message,
                line: line,
                column: column,
                fixIts: fixIt.map { [FixItSpec(message: $0)] } ?? []
            )
        ],
        fixed: fixed.map { "\(attribute)\n\($0) { ETLResults(completedSuccessfully: true) }" },
        at: location
    )
}
