// SPDX-License-Identifier: Apache-2.0
import SwiftDiagnostics

/// Why `@TrackPipelineExecution` cannot be used where it stands; each message says what to do.
enum MacroDiagnostic: DiagnosticMessage {
    /// It stands on an initializer, an accessor or the like.
    case notAFunction
    /// It stands on a requirement of a protocol.
    case noBody
    /// Its first argument is absent or has a label.
    case noWatcher
    /// The function lacks these: `async`, `throws` or both.
    case missingEffects(String)
    /// The function has `rethrows` or throws one type only.
    case narrowThrows(String)
    /// The function returns nothing, or something other than an optional `ExecutionResult`.
    case wrongReturnType(String?)
    /// The function returns this `ExecutionResult`, without the question mark.
    case notOptional(String)
    /// A parameter would hide behind the context that the macro provides.
    case contextParameter

    var message: String {
        switch self {
        case .notAFunction:
            return
                "@TrackPipelineExecution works on functions only; move the work into a 'func' and put the macro on it"
        case .noBody:
            return "there is no body to track; put @TrackPipelineExecution on the function that implements this one"
        case .noWatcher:
            return """
                the first argument of @TrackPipelineExecution is the watcher, without a label; \
                write '@TrackPipelineExecution(watcher, pipelineID: …, active: …)'
                """
        case .missingEffects(let effects):
            return "tracking waits for the server and passes errors on; mark the function '\(effects)'"
        case .narrowThrows(let clause):
            return "tracking may throw errors of its own, which '\(clause)' rules out; write 'throws'"
        case .wrongReturnType(let type):
            let found = type.map { ", not '\($0)'" } ?? ""
            return """
                a tracked function returns an optional 'ExecutionResult' of what its body returns\(found); \
                write 'ExecutionResult<ETLResults>?', or name a results type of your own in it
                """
        case .notOptional(let type):
            return "nothing comes back while the pipeline is inactive; return '\(type)?'"
        case .contextParameter:
            return "@TrackPipelineExecution provides 'watcherContext' to the body; remove or rename this parameter"
        }
    }

    var diagnosticID: MessageID {
        let id =
            switch self {
            case .notAFunction: "notAFunction"
            case .noBody: "noBody"
            case .noWatcher: "noWatcher"
            case .missingEffects: "missingEffects"
            case .narrowThrows: "narrowThrows"
            case .wrongReturnType: "wrongReturnType"
            case .notOptional: "notOptional"
            case .contextParameter: "contextParameter"
            }
        return MessageID(domain: "TrackPipelineExecution", id: id)
    }

    var severity: DiagnosticSeverity { .error }
}

/// The words on a fix-it.
struct MacroFixIt: FixItMessage {
    let message: String
    let fixItID: MessageID
}
