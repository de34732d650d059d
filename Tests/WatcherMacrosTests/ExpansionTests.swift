// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite("The expansion")
struct ExpansionTests {
    @Test("a body becomes the closure of one call, word for word")
    func aBodyBecomesTheClosureOfOneCall() {
        expectExpansion(
            """
            @TrackPipelineExecution(watcher, pipelineID: synced.pipeline.id, active: synced.pipeline.active)
            func etl() async throws -> ExecutionResult<ETLResults>? {
                // Reads everything.
                let rows = try await read()

                return ETLResults(completedSuccessfully: true, inserts: rows.count)
                // Nothing more.
            }
            """,
            """
            func etl() async throws -> ExecutionResult<ETLResults>? {
            try await watcher.trackPipelineExecution(pipelineID: synced.pipeline.id, active: synced.pipeline.active) { watcherContext -> ETLResults in
                // Reads everything.
                let rows = try await read()

                return ETLResults(completedSuccessfully: true, inserts: rows.count)
                // Nothing more.
            }
            }
            """
        )
    }

    @Test("every argument is passed on as it was written")
    func everyArgumentIsPassedOn() {
        expectExpansion(
            """
            @TrackPipelineExecution(
                watcher,
                pipelineID: ids["flights"] ?? 0,
                active: true,
                parentExecutionID: parent?.executionID,
                watermark: "2013-01-01",
                nextWatermark: Watermark(42),
                inheritsParent: false,
            )
            func etl() async throws -> ExecutionResult<ETLResults>? { ETLResults(completedSuccessfully: true) }
            """,
            """
            func etl() async throws -> ExecutionResult<ETLResults>? {
            try await watcher.trackPipelineExecution(pipelineID: ids["flights"] ?? 0, active: true, \
            parentExecutionID: parent?.executionID, watermark: "2013-01-01", nextWatermark: Watermark(42), \
            inheritsParent: false) { watcherContext -> ETLResults in ETLResults(completedSuccessfully: true) }
            }
            """
        )
    }

    @Test("a synced configuration stands for the pipeline's values")
    func aSyncedConfigurationIsPassedOn() {
        expectExpansion(
            """
            @TrackPipelineExecution(Self.watcher, synced, parentExecutionID: 7)
            static func etl() async throws -> ExecutionResult<ETLResults>? { ETLResults(completedSuccessfully: true) }
            """,
            """
            static func etl() async throws -> ExecutionResult<ETLResults>? {
            try await Self.watcher.trackPipelineExecution(synced, parentExecutionID: 7) { watcherContext -> ETLResults in \
            ETLResults(completedSuccessfully: true) }
            }
            """
        )
    }

    @Test("key paths name properties of self")
    func keyPathsNamePropertiesOfSelf() {
        expectExpansion(
            #"""
            @TrackPipelineExecution(\Self.clients.watcher, \Loader.synced)
            func etl() async throws -> ExecutionResult<ETLResults>? { ETLResults(completedSuccessfully: true) }
            """#,
            """
            func etl() async throws -> ExecutionResult<ETLResults>? {
            try await self.clients.watcher.trackPipelineExecution(self.synced) { watcherContext -> ETLResults in \
            ETLResults(completedSuccessfully: true) }
            }
            """
        )
    }

    @Test("a watcher that is more than a name is put in parentheses")
    func aWatcherExpressionIsPutInParentheses() {
        expectExpansion(
            """
            @TrackPipelineExecution(try Watcher(), pipelineID: 1, active: true)
            func etl() async throws -> ExecutionResult<ETLResults>? { ETLResults(completedSuccessfully: true) }
            """,
            """
            func etl() async throws -> ExecutionResult<ETLResults>? {
            try await (try Watcher()).trackPipelineExecution(pipelineID: 1, active: true) { watcherContext -> ETLResults in \
            ETLResults(completedSuccessfully: true) }
            }
            """
        )
    }

    @Test(
        "the results type is read from every spelling of the return type",
        arguments: [
            ("ExecutionResult<ETLResults>?", "ETLResults"),
            ("Optional<ExecutionResult<ScoredResults>>", "ScoredResults"),
            ("Swift.Optional<Watcher.ExecutionResult<Flights.Results<Day>>>", "Flights.Results<Day>"),
        ]
    )
    func everySpellingOfTheReturnTypeIsRead(returned: String, results: String) {
        expectExpansion(
            """
            @TrackPipelineExecution(watcher, synced)
            func etl() async throws(any Error) -> \(returned) { work() }
            """,
            """
            func etl() async throws(any Error) -> \(returned) {
            try await watcher.trackPipelineExecution(synced) { watcherContext -> \(results) in work() }
            }
            """
        )
    }

    @Test("texts of several lines keep their lines")
    func textsOfSeveralLinesKeepTheirLines() {
        expectExpansion(
            #"""
            @TrackPipelineExecution(watcher, synced)
            func etl() async throws -> ExecutionResult<ETLResults>? {
                try await run("""
                    SELECT 1

                      FROM flights
                    """)
            }
            """#,
            #"""
            func etl() async throws -> ExecutionResult<ETLResults>? {
            try await watcher.trackPipelineExecution(synced) { watcherContext -> ETLResults in
                try await run("""
                    SELECT 1

                      FROM flights
                    """)
            }
            }
            """#
        )
    }

    @Test("tracked functions inside a tracked function are expanded with it")
    func trackedFunctionsInsideAreExpanded() {
        expectExpansion(
            """
            @TrackPipelineExecution(watcher, parent)
            func outer() async throws -> ExecutionResult<ETLResults>? {
                /// Does a part.
                @discardableResult
                @WatcherMacros.TrackPipelineExecution(watcher, child, parentExecutionID: watcherContext.executionID)
                func inner() async throws -> ExecutionResult<Counted>? {
                    Counted(7)
                }
                try await inner()
                return ETLResults(completedSuccessfully: true)
            }
            """,
            """
            func outer() async throws -> ExecutionResult<ETLResults>? {
            try await watcher.trackPipelineExecution(parent) { watcherContext -> ETLResults in
                /// Does a part.
                @discardableResult
                func inner() async throws -> ExecutionResult<Counted>? { try await watcher.trackPipelineExecution(child, \
            parentExecutionID: watcherContext.executionID) { watcherContext -> Counted in
                    Counted(7)
                } }
                try await inner()
                return ETLResults(completedSuccessfully: true)
            }
            }
            """
        )
    }
}
