// SPDX-License-Identifier: Apache-2.0
import Watcher

/// The examples of the guide with executions inside executions.
enum GuideHierarchyExamples {
    static func explicit(
        _ watcher: Watcher,
        _ parentConfig: PipelineConfig,
        _ childConfig: PipelineConfig
    ) async throws -> ExecutionResult<ETLResults>? {
        // snippet.begin hierarchy
        let syncedParent = try await watcher.syncPipelineConfig(parentConfig)

        let output = try await watcher.trackPipelineExecution(
            pipelineID: syncedParent.pipeline.id,
            active: syncedParent.pipeline.active
        ) { context in
            let syncedChild = try await watcher.syncPipelineConfig(childConfig)

            let child = try await watcher.trackPipelineExecution(
                pipelineID: syncedChild.pipeline.id,
                active: syncedChild.pipeline.active,
                parentExecutionID: context.executionID
            ) {
                // Work here.
                ETLResults(completedSuccessfully: true, inserts: 100, totalRows: 100)
            }

            return ETLResults(completedSuccessfully: true, inserts: child?.results.inserts)
        }
        // snippet.end
        return output
    }

    static func inherited(
        _ watcher: Watcher,
        _ syncedParent: SyncedPipelineConfig,
        _ syncedChildren: [SyncedPipelineConfig]
    ) async throws -> ExecutionResult<ETLResults>? {
        // snippet.begin hierarchy-inherited
        let output = try await watcher.trackPipelineExecution(syncedParent) {
            try await withThrowingTaskGroup { group in
                for syncedChild in syncedChildren {
                    group.addTask {
                        _ = try await watcher.trackPipelineExecution(syncedChild) {
                            ETLResults(completedSuccessfully: true, inserts: 100, totalRows: 100)
                        }
                    }
                }
                try await group.waitForAll()
            }
            return ETLResults(completedSuccessfully: true)
        }
        // snippet.end
        return output
    }

    static func apart(
        _ watcher: Watcher,
        _ syncedParent: SyncedPipelineConfig,
        _ syncedOther: SyncedPipelineConfig
    ) async throws -> ExecutionResult<ETLResults>? {
        // snippet.begin hierarchy-apart
        let output = try await watcher.trackPipelineExecution(syncedParent) {
            _ = try await watcher.trackPipelineExecution(syncedOther, inheritsParent: false) {
                ETLResults(completedSuccessfully: true)
            }
            return ETLResults(completedSuccessfully: true)
        }
        // snippet.end
        return output
    }

    static func current(
        _ watcher: Watcher,
        _ synced: SyncedPipelineConfig
    ) async throws -> ExecutionResult<ETLResults>? {
        // snippet.begin current
        @Sendable func copyPartition(_ name: String) async throws -> Int {
            if let context = WatcherExecutionContext.current {
                print("execution \(context.executionID) copies \(name)")
            }
            return 100
        }

        let output = try await watcher.trackPipelineExecution(synced) {
            ETLResults(completedSuccessfully: true, inserts: try await copyPartition("2013-01-01"))
        }
        // snippet.end
        return output
    }
}
