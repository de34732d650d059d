// SPDX-License-Identifier: Apache-2.0
import Watcher

let watcher = try Watcher("http://127.0.0.1:8000")
let synced = try await watcher.syncPipelineConfig(
    PipelineConfig(pipeline: Pipeline(name: "flights", pipelineTypeName: "extraction"))
)
let output = try await watcher.trackPipelineExecution(synced) {
    // The work stands here.
    ETLResults(completedSuccessfully: true, inserts: 100, totalRows: 100)
}
print("execution \(output?.executionID ?? 0)")
