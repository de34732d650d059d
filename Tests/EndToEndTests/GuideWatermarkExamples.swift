// SPDX-License-Identifier: Apache-2.0
import Foundation
import Watcher

/// The examples of the guide about watermarks.
enum GuideWatermarkExamples {
    static func config() -> PipelineConfig {
        // snippet.begin watermark-config
        let config = PipelineConfig(
            pipeline: Pipeline(name: "flights", pipelineTypeName: "extraction"),
            defaultWatermark: "2013-01-01",
            nextWatermark: "2013-01-31"
        )
        // snippet.end
        return config
    }

    static func track(
        _ watcher: Watcher,
        _ config: PipelineConfig,
        _ readFlights: (_ after: Watermark?, _ through: Watermark?) async throws -> Int
    ) async throws -> ExecutionResult<ETLResults>? {
        // snippet.begin watermark-track
        let synced = try await watcher.syncPipelineConfig(config)
        let output = try await watcher.trackPipelineExecution(
            pipelineID: synced.pipeline.id,
            active: synced.pipeline.active,
            watermark: synced.watermark,
            nextWatermark: synced.nextWatermark
        ) { context in
            let rows = try await readFlights(context.watermark, context.nextWatermark)
            return ETLResults(completedSuccessfully: true, inserts: rows, totalRows: rows)
        }
        // snippet.end
        return output
    }

    static func values() -> [Watermark] {
        // snippet.begin watermark-values
        let text: Watermark = "page-17"
        let number: Watermark = 336_776
        let id = 42
        let integer = Watermark(id)
        let day = Watermark.date(year: 2013, month: 1, day: 31)
        let moment = Watermark(Date(timeIntervalSince1970: 1_357_016_400))
        // snippet.end
        return [text, number, integer, day, moment]
    }

    static func read(_ watermark: Watermark?) -> (Int64?, WireTimestamp?) {
        // snippet.begin watermark-read
        let text = watermark?.text
        let integer = watermark?.integer
        let moment = watermark?.timestamp
        // snippet.end
        print(text ?? "no watermark")
        return (integer, moment)
    }

    static func slices(
        _ watcher: Watcher,
        _ config: PipelineConfig,
        _ days: [Watermark],
        _ readFlights: (_ day: Watermark) async throws -> Int
    ) async throws {
        // snippet.begin watermark-slices
        let synced = try await watcher.syncPipelineConfig(config)
        var watermark = synced.watermark
        for day in days where watermark.map({ day.text > $0.text }) ?? true {
            let output = try await watcher.trackPipelineExecution(
                pipelineID: synced.pipeline.id,
                active: synced.pipeline.active,
                watermark: watermark,
                nextWatermark: day
            ) {
                let rows = try await readFlights(day)
                return ETLResults(completedSuccessfully: rows > 0, inserts: rows, totalRows: rows)
            }
            guard output?.results.completedSuccessfully == true else { break }
            watermark = day
        }
        // snippet.end
    }
}
