// SPDX-License-Identifier: Apache-2.0
import Watcher
// snippet.begin import-macro
import WatcherMacros

// snippet.end

/// The examples of the guide that use the macro.
enum GuideMacroExamples {
    static func log(_ watcher: Watcher, _ synced: SyncedPipelineConfig) async throws -> ExecutionResult<ETLResults>? {
        // snippet.begin log-macro
        @TrackPipelineExecution(watcher, pipelineID: synced.pipeline.id, active: synced.pipeline.active)
        func loadFlights() async throws -> ExecutionResult<ETLResults>? {
            // Work here.
            return ETLResults(completedSuccessfully: true, inserts: 100, totalRows: 100)
        }

        let output = try await loadFlights()
        // snippet.end
        return output
    }

    static func handled(
        _ watcher: Watcher,
        _ synced: SyncedPipelineConfig,
        _ readFlights: () async throws -> Int
    ) async throws -> ExecutionResult<ETLResults>? {
        // snippet.begin handled-macro
        @TrackPipelineExecution(watcher, pipelineID: synced.pipeline.id, active: synced.pipeline.active)
        func loadFlights() async throws -> ExecutionResult<ETLResults>? {
            do {
                let rows = try await readFlights()
                if rows == 0 {
                    return ETLResults(
                        completedSuccessfully: false,
                        executionMetadata: ["error": "Data quality issues"]
                    )
                }
                return ETLResults(completedSuccessfully: true, inserts: rows, totalRows: rows)
            } catch {
                return ETLResults(completedSuccessfully: false, executionMetadata: ["exception": "\(error)"])
            }
        }

        let output = try await loadFlights()
        // snippet.end
        return output
    }

    static func custom(_ watcher: Watcher, _ synced: SyncedPipelineConfig) async throws -> (Int64?, Double?) {
        struct ScoredResults: ETLResultsProtocol {
            var completedSuccessfully: Bool
            var inserts: Int?
            var totalRows: Int?
            var dataQualityScore: Double
        }
        // snippet.begin custom-macro
        @TrackPipelineExecution(watcher, synced)
        func loadFlights() async throws -> ExecutionResult<ScoredResults>? {
            ScoredResults(completedSuccessfully: true, inserts: 100, totalRows: 100, dataQualityScore: 0.95)
        }
        // snippet.end
        let output = try await loadFlights()
        return (output?.executionID, output?.results.dataQualityScore)
    }

    static func context(
        _ watcher: Watcher,
        _ synced: SyncedPipelineConfig
    ) async throws -> ExecutionResult<ETLResults>? {
        // snippet.begin context-macro
        @TrackPipelineExecution(
            watcher,
            pipelineID: synced.pipeline.id,
            active: synced.pipeline.active,
            watermark: synced.watermark,
            nextWatermark: synced.nextWatermark
        )
        func loadFlights() async throws -> ExecutionResult<ETLResults>? {
            print(watcherContext.executionID)
            print(watcherContext.pipelineID)
            print(watcherContext.watermark ?? "from the beginning")
            print(watcherContext.nextWatermark ?? "to the end")
            return ETLResults(completedSuccessfully: true, inserts: 100, totalRows: 100)
        }
        // snippet.end
        return try await loadFlights()
    }

    static func hierarchy(
        _ watcher: Watcher,
        _ parentConfig: PipelineConfig,
        _ childConfig: PipelineConfig
    ) async throws -> ExecutionResult<ETLResults>? {
        // snippet.begin hierarchy-macro
        let syncedParent = try await watcher.syncPipelineConfig(parentConfig)

        @TrackPipelineExecution(watcher, pipelineID: syncedParent.pipeline.id, active: syncedParent.pipeline.active)
        func loadYear() async throws -> ExecutionResult<ETLResults>? {
            let syncedChild = try await watcher.syncPipelineConfig(childConfig)

            @TrackPipelineExecution(
                watcher,
                pipelineID: syncedChild.pipeline.id,
                active: syncedChild.pipeline.active,
                parentExecutionID: watcherContext.executionID
            )
            func loadDay() async throws -> ExecutionResult<ETLResults>? {
                // Work here.
                ETLResults(completedSuccessfully: true, inserts: 100, totalRows: 100)
            }

            let day = try await loadDay()
            return ETLResults(completedSuccessfully: true, inserts: day?.results.inserts)
        }

        let output = try await loadYear()
        // snippet.end
        return output
    }

    static func active(_ watcher: Watcher, _ synced: SyncedPipelineConfig) async throws -> ExecutionResult<ETLResults>?
    {
        // snippet.begin active-macro
        @TrackPipelineExecution(watcher, pipelineID: synced.pipeline.id, active: synced.pipeline.active)
        func loadFlights() async throws -> ExecutionResult<ETLResults>? {
            // Skipped when the pipeline is inactive.
            ETLResults(completedSuccessfully: true, inserts: 100, totalRows: 100)
        }
        // snippet.end
        return try await loadFlights()
    }

    // snippet.begin method-macro
    struct FlightsLoader {
        let watcher: Watcher
        let synced: SyncedPipelineConfig

        @TrackPipelineExecution(\Self.watcher, \Self.synced)
        func load(_ files: [String]) async throws -> ExecutionResult<ETLResults>? {
            ETLResults(completedSuccessfully: true, totalRows: files.count)
        }
    }
    // snippet.end
}
