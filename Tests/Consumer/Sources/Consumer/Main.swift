// SPDX-License-Identifier: Apache-2.0
import Watcher

@main
struct Main {
    static func main() async throws {
        let watcher = try Watcher("http://127.0.0.1:9")
        // An inactive pipeline is skipped, so this runs without a server.
        let output = try await watcher.trackPipelineExecution(pipelineID: 1, active: false) { context in
            ETLResults(completedSuccessfully: true, totalRows: Int(context.executionID))
        }
        print(output.map { "execution \($0.executionID)" } ?? "skipped")
    }
}
