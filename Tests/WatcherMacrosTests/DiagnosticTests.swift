// SPDX-License-Identifier: Apache-2.0
import SwiftSyntaxMacrosGenericTestSupport
import Testing

@Suite("Where the macro cannot be used, it says what to do")
struct DiagnosticTests {
    @Test("a function that is not async or does not throw is to become both")
    func effectsAreMissing() {
        expectRefusal(
            "func etl() -> ExecutionResult<ETLResults>?",
            "tracking waits for the server and passes errors on; mark the function 'async throws'",
            column: 9,
            fixIt: "add 'async throws'",
            fixed: "func etl() async throws -> ExecutionResult<ETLResults>?"
        )
        expectRefusal(
            "func etl() throws -> ExecutionResult<ETLResults>?",
            "tracking waits for the server and passes errors on; mark the function 'async'",
            column: 9,
            fixIt: "add 'async'",
            fixed: "func etl() async throws -> ExecutionResult<ETLResults>?"
        )
        expectRefusal(
            "func etl() async -> ExecutionResult<ETLResults>?",
            "tracking waits for the server and passes errors on; mark the function 'throws'",
            column: 9,
            fixIt: "add 'throws'",
            fixed: "func etl() async throws -> ExecutionResult<ETLResults>?"
        )
    }

    @Test("a function that throws some errors only is to throw any", arguments: ["throws(LoadError)", "rethrows"])
    func onlySomeErrorsAreThrown(clause: String) {
        expectRefusal(
            "func etl() async \(clause) -> ExecutionResult<ETLResults>?",
            "tracking may throw errors of its own, which '\(clause)' rules out; write 'throws'",
            column: 18,
            fixIt: "write 'throws'",
            fixed: "func etl() async throws -> ExecutionResult<ETLResults>?"
        )
    }

    @Test("a function that returns nothing is to return what was logged")
    func nothingIsReturned() {
        expectRefusal(
            "func etl() async throws",
            """
            a tracked function returns an optional 'ExecutionResult' of what its body returns; \
            write 'ExecutionResult<ETLResults>?', or name a results type of your own in it
            """,
            column: 9,
            fixIt: "add '-> ExecutionResult<ETLResults>?'",
            fixed: "func etl() async throws -> ExecutionResult<ETLResults>?"
        )
    }

    @Test(
        "a function of another return type is to return what was logged",
        arguments: [
            ("ETLResults", "ExecutionResult<ETLResults>?"),
            ("Optional<ScoredResults>", "ExecutionResult<ScoredResults>?"),
            ("Int?", "ExecutionResult<ETLResults>?"),
            ("Void", "ExecutionResult<ETLResults>?"),
            ("ExecutionResult?", "ExecutionResult<ETLResults>?"),
            ("[ExecutionResult<ETLResults>]", "ExecutionResult<ETLResults>?"),
        ]
    )
    func somethingElseIsReturned(type: String, better: String) {
        expectRefusal(
            "func etl() async throws -> \(type)",
            """
            a tracked function returns an optional 'ExecutionResult' of what its body returns, not '\(type)'; \
            write 'ExecutionResult<ETLResults>?', or name a results type of your own in it
            """,
            column: 28,
            fixIt: "return '\(better)'",
            fixed: "func etl() async throws -> \(better)"
        )
    }

    @Test("a result that is not optional is to become optional")
    func theResultIsNotOptional() {
        expectRefusal(
            "func etl() async throws -> ExecutionResult<ScoredResults>",
            "nothing comes back while the pipeline is inactive; return 'ExecutionResult<ScoredResults>?'",
            column: 28,
            fixIt: "return 'ExecutionResult<ScoredResults>?'",
            fixed: "func etl() async throws -> ExecutionResult<ScoredResults>?"
        )
    }

    @Test(
        "a parameter that would hide behind the context is to be renamed",
        arguments: ["watcherContext: Int", "in watcherContext: Int"]
    )
    func aParameterHidesBehindTheContext(parameter: String) {
        expectRefusal(
            "func etl(\(parameter)) async throws -> ExecutionResult<ETLResults>?",
            "@TrackPipelineExecution provides 'watcherContext' to the body; remove or rename this parameter",
            column: parameter.hasPrefix("in") ? 13 : 10
        )
    }

    @Test("all faults of a function are reported, and mended, at once")
    func allFaultsAreReportedAtOnce() {
        expectExpansion(
            """
            @TrackPipelineExecution(watcher, synced)
            func etl() -> ETLResults { ETLResults(completedSuccessfully: true) }
            """,
            """
            func etl() -> ETLResults {
            while true {}
            }
            """,
            diagnostics: [
                DiagnosticSpec(
                    message: "tracking waits for the server and passes errors on; mark the function 'async throws'",
                    line: 2,
                    column: 9,
                    fixIts: [FixItSpec(message: "add 'async throws'")]
                ),
                DiagnosticSpec(
                    message: """
                        a tracked function returns an optional 'ExecutionResult' of what its body returns, \
                        not 'ETLResults'; \
                        write 'ExecutionResult<ETLResults>?', or name a results type of your own in it
                        """,
                    line: 2,
                    column: 15,
                    fixIts: [FixItSpec(message: "return 'ExecutionResult<ETLResults>?'")]
                ),
            ],
            fixed: """
                @TrackPipelineExecution(watcher, synced)
                func etl() async throws -> ExecutionResult<ETLResults>? { ETLResults(completedSuccessfully: true) }
                """
        )
    }

    @Test("a fault of a tracked function inside another one is reported where it is")
    func aFaultInsideIsReportedWhereItIs() {
        expectExpansion(
            """
            @TrackPipelineExecution(watcher, synced)
            func outer() async throws -> ExecutionResult<ETLResults>? {
                @TrackPipelineExecution(watcher, child)
                func inner() async -> ExecutionResult<ETLResults>? { ETLResults(completedSuccessfully: true) }
                return try await inner()?.results ?? ETLResults(completedSuccessfully: false)
            }
            """,
            """
            func outer() async throws -> ExecutionResult<ETLResults>? {
            while true {}
            }
            """,
            diagnostics: [
                DiagnosticSpec(
                    message: "tracking waits for the server and passes errors on; mark the function 'throws'",
                    line: 4,
                    column: 15,
                    fixIts: [FixItSpec(message: "add 'throws'")]
                )
            ]
        )
    }

    @Test("a call without a watcher is told to name one", arguments: ["", "()", "(pipelineID: 1, active: true)"])
    func theWatcherIsMissing(arguments: String) {
        expectExpansion(
            """
            @TrackPipelineExecution\(arguments)
            func etl() async throws -> ExecutionResult<ETLResults>? { ETLResults(completedSuccessfully: true) }
            """,
            """
            func etl() async throws -> ExecutionResult<ETLResults>? {
            while true {}
            }
            """,
            diagnostics: [
                DiagnosticSpec(
                    message: """
                        the first argument of @TrackPipelineExecution is the watcher, without a label; \
                        write '@TrackPipelineExecution(watcher, pipelineID: …, active: …)'
                        """,
                    line: 1,
                    column: 1
                )
            ]
        )
    }

    @Test("a requirement of a protocol has no body to track")
    func thereIsNoBody() {
        expectExpansion(
            """
            protocol Loader {
                @TrackPipelineExecution(watcher, synced)
                func etl() async throws -> ExecutionResult<ETLResults>?
            }
            """,
            """
            protocol Loader {
                func etl() async throws -> ExecutionResult<ETLResults>?
            }
            """,
            diagnostics: [
                DiagnosticSpec(
                    message:
                        "there is no body to track; put @TrackPipelineExecution on the function that implements this one",
                    line: 2,
                    column: 5
                )
            ]
        )
    }

    @Test("an initializer is no function")
    func anInitializerIsNoFunction() {
        expectExpansion(
            """
            struct Loader {
                @TrackPipelineExecution(watcher, synced)
                init() async throws {}
            }
            """,
            """
            struct Loader {
                init() async throws {}
            }
            """,
            diagnostics: [
                DiagnosticSpec(
                    message:
                        "@TrackPipelineExecution works on functions only; move the work into a 'func' and put the macro on it",
                    line: 2,
                    column: 5
                )
            ]
        )
    }
}
