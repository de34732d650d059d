// SPDX-License-Identifier: Apache-2.0
// snippet.begin import
import Watcher

// snippet.end

/// The examples of the guide that call the library directly; `GuideTests` runs them, and compares them with the guide.
enum GuideExamples {
    static func client() throws -> Watcher {
        // snippet.begin client
        let watcher = try Watcher("https://api.watcher.example.com")
        // snippet.end
        return watcher
    }

    static func sync(_ watcher: Watcher) async throws -> SyncedPipelineConfig {
        // snippet.begin sync
        let config = PipelineConfig(
            pipeline: Pipeline(name: "flights", pipelineTypeName: "extraction"),
            addressLineage: AddressLineage(
                sourceAddresses: [Address(name: "flights.csv", addressTypeName: "csv", addressTypeGroupName: "file")],
                targetAddresses: [
                    Address(
                        name: "warehouse.public.flights",
                        addressTypeName: "sqlite",
                        addressTypeGroupName: "database"
                    )
                ]
            )
        )
        let synced = try await watcher.syncPipelineConfig(config)
        // snippet.end
        return synced
    }

    static func log(_ watcher: Watcher, _ synced: SyncedPipelineConfig) async throws -> ExecutionResult<ETLResults>? {
        // snippet.begin log
        let output = try await watcher.trackPipelineExecution(
            pipelineID: synced.pipeline.id,
            active: synced.pipeline.active
        ) {
            // Work here.
            return ETLResults(completedSuccessfully: true, inserts: 100, totalRows: 100)
        }
        // snippet.end
        return output
    }

    static func logSynced(
        _ watcher: Watcher,
        _ synced: SyncedPipelineConfig
    ) async throws -> ExecutionResult<ETLResults>? {
        // snippet.begin log-synced
        let output = try await watcher.trackPipelineExecution(synced) {
            ETLResults(completedSuccessfully: true, inserts: 100, totalRows: 100)
        }
        // snippet.end
        return output
    }

    static func handled(
        _ watcher: Watcher,
        _ synced: SyncedPipelineConfig,
        _ readFlights: () async throws -> Int
    ) async throws -> ExecutionResult<ETLResults>? {
        // snippet.begin handled
        let output = try await watcher.trackPipelineExecution(
            pipelineID: synced.pipeline.id,
            active: synced.pipeline.active
        ) {
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
        // snippet.end
        return output
    }

    static func thrown(
        _ watcher: Watcher,
        _ synced: SyncedPipelineConfig,
        _ readFlights: () async throws -> Int
    ) async throws -> ExecutionResult<ETLResults>? {
        // snippet.begin thrown
        let output = try await watcher.trackPipelineExecution(synced) {
            let rows = try await readFlights()
            return ETLResults(completedSuccessfully: true, inserts: rows, totalRows: rows)
        }
        // snippet.end
        return output
    }

    static func undelivered(
        _ watcher: Watcher,
        _ synced: SyncedPipelineConfig,
        _ loadFlights: () async throws -> ETLResults
    ) async throws -> ETLResults? {
        // snippet.begin undelivered
        let results: ETLResults?
        do {
            let output = try await watcher.trackPipelineExecution(synced) {
                try await loadFlights()
            }
            results = output?.results
        } catch let error as UndeliveredExecutionError<ETLResults> {
            print("execution \(error.executionID) has done its work, but \(error.cause)")
            results = error.results
        }
        // snippet.end
        return results
    }

    static func fields() -> ETLResults {
        // snippet.begin fields
        let results = ETLResults(
            completedSuccessfully: true,
            inserts: 90,
            updates: 8,
            softDeletes: 2,
            totalRows: 100,
            executionMetadata: ["partition": "2013-01-01", "files": ["a.csv", "b.csv"], "retries": 0]
        )
        // snippet.end
        return results
    }

    static func custom(_ watcher: Watcher, _ synced: SyncedPipelineConfig) async throws -> (Int64?, Double?) {
        // snippet.begin custom
        struct ScoredResults: ETLResultsProtocol {
            var completedSuccessfully: Bool
            var inserts: Int?
            var totalRows: Int?
            var dataQualityScore: Double
        }

        let output = try await watcher.trackPipelineExecution(synced) {
            ScoredResults(completedSuccessfully: true, inserts: 100, totalRows: 100, dataQualityScore: 0.95)
        }
        if let output {
            print("Quality score: \(output.results.dataQualityScore)")
        }
        // snippet.end
        return (output?.executionID, output?.results.dataQualityScore)
    }

    static func result(_ watcher: Watcher, _ synced: SyncedPipelineConfig) async throws -> Int64? {
        // snippet.begin result
        let output: ExecutionResult<ETLResults>? = try await watcher.trackPipelineExecution(synced) {
            ETLResults(completedSuccessfully: true, inserts: 100, totalRows: 100)
        }
        if let output {
            print(output.executionID)
            print(output.results)
            print(output.results.inserts ?? 0)
        }
        // snippet.end
        return output?.executionID
    }

    static func context(
        _ watcher: Watcher,
        _ synced: SyncedPipelineConfig
    ) async throws -> ExecutionResult<ETLResults>? {
        // snippet.begin context
        let output = try await watcher.trackPipelineExecution(
            pipelineID: synced.pipeline.id,
            active: synced.pipeline.active,
            watermark: synced.watermark,
            nextWatermark: synced.nextWatermark
        ) { context in
            print(context.executionID)
            print(context.pipelineID)
            print(context.watermark ?? "from the beginning")
            print(context.nextWatermark ?? "to the end")
            return ETLResults(completedSuccessfully: true, inserts: 100, totalRows: 100)
        }
        // snippet.end
        return output
    }

    static func active(_ watcher: Watcher, _ synced: SyncedPipelineConfig) async throws -> String? {
        // snippet.begin active
        let output = try await watcher.trackPipelineExecution(
            pipelineID: synced.pipeline.id,
            active: synced.pipeline.active
        ) {
            // Skipped when the pipeline is inactive.
            ETLResults(completedSuccessfully: true, inserts: 100, totalRows: 100)
        }
        guard let output else {
            return "The pipeline is inactive: nothing ran, nothing was logged."
        }
        // snippet.end
        return output.results.completedSuccessfully ? nil : "The execution failed."
    }

    static func progress(
        _ watcher: Watcher,
        _ synced: SyncedPipelineConfig,
        _ files: [String],
        _ load: (String) async throws -> Int
    ) async throws -> ExecutionResult<ETLResults>? {
        // snippet.begin progress
        let output = try await watcher.trackPipelineExecution(synced) { context in
            var rows = 0
            for (index, file) in files.enumerated() {
                context.progress(Double(index) / Double(files.count), "loads \(file)")
                let inserted = try await load(file)
                context.count(inserts: inserted)
                rows += inserted
            }
            return ETLResults(completedSuccessfully: true, inserts: rows)
        }
        // snippet.end
        return output
    }
}
