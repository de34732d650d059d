// SPDX-License-Identifier: Apache-2.0

import Logging

/// Every metadata key under which the library logs.
enum LogKey {
    static let attempt = "watcher.attempt"
    static let authentication = "watcher.authentication"
    static let delay = "watcher.retry.delay"
    static let error = "watcher.error"
    static let executionID = "watcher.execution.id"
    static let method = "watcher.request.method"
    static let path = "watcher.request.path"
    static let pipelineID = "watcher.pipeline.id"
    static let pipelineName = "watcher.pipeline.name"
}

extension WatcherExecutionContext {
    /// What every log line about the execution says.
    var logMetadata: Logger.Metadata {
        [LogKey.executionID: "\(self.executionID)", LogKey.pipelineID: "\(self.pipelineID)"]
    }
}
