// SPDX-License-Identifier: Apache-2.0

import Watcher

/// Loads one day after the other, each as an execution with three children.
struct DailyLoad {
    let watcher: Watcher
    let pipelines: Pipelines
    let target: Target
    let progress: Progress

    /// Loads one day.
    ///
    /// 1. The parent execution starts: it reads from `watermark`, the last loaded day, up to `day`.
    /// 2. The extract reads all rows of the day; a fault in them is thrown, and ends everything as failed.
    /// 3. The load brings them into the target in one transaction, or refuses them all: a failure it handles itself.
    /// 4. The delay summary of the days that the rows belong to is computed anew.
    /// 5. The parent ends. Only after a success does the server move the pipeline's watermark to `day`.
    ///
    /// - Parameters:
    ///   - day: the day.
    ///   - watermark: the last day that is loaded.
    ///   - deliveries: the files, standing before `day`.
    ///   - report: gets the day's execution as soon as it has begun, also when an error is thrown.
    /// - Returns: why the day was refused; empty when it is loaded.
    /// - Throws: what ended the day: a `CSVFault`, an error of the target or of Watcher, or `CancellationError`.
    func load(
        _ day: Day,
        after watermark: Day?,
        from deliveries: inout Deliveries,
        report: (ExecutionNode) -> Void
    ) async throws -> [String] {
        let pipelines = self.pipelines
        let daily = Step(
            config: pipelines.daily,
            day: day,
            watermark: watermark.map { Watermark($0.text) },
            nextWatermark: Watermark(day.text)
        )
        var problems: [String] = []
        _ = try await self.track(daily, report: report) { parent in
            let addChild = { parent.children.append($0) }
            self.progress.show("\(day): extract")
            let batch = try await self.track(Step(config: pipelines.extract, day: day), report: addChild) { _ in
                ExtractResults(batch: try deliveries.batch(of: day))
            }.batch
            self.progress.show("\(day): load \(batch.count) rows")
            let load = try await self.track(Step(config: pipelines.load, day: day), report: addChild) { _ in
                do {
                    let counts = try await self.target.load(batch)
                    return LoadResults(result: .success(counts), totalRows: batch.count)
                } catch let refusal as QualityProblems {
                    return LoadResults(result: .failure(refusal), totalRows: batch.count)
                }
            }
            problems = load.problems
            guard load.completedSuccessfully else { return ETLResults(dayOf: load) }
            self.progress.show("\(day): delay summary")
            _ = try await self.track(Step(config: pipelines.summary, day: day), report: addChild) { _ in
                let days = batch.touchedDays
                return ETLResults(try await self.target.refreshSummary(of: days), of: days)
            }
            return ETLResults(dayOf: load)
        }
        return problems
    }

    /// Runs a piece of work as an execution, and writes down for the tree what came of it.
    private func track<Results: ETLResultsProtocol>(
        _ step: Step,
        report: (ExecutionNode) -> Void,
        _ work: nonisolated(nonsending) (ExecutionNode) async throws -> Results
    ) async throws -> Results {
        let clock = ContinuousClock()
        var node: ExecutionNode?
        do {
            let output = try await self.watcher.trackPipelineExecution(
                pipelineID: step.config.pipeline.id,
                active: step.config.pipeline.active,
                watermark: step.watermark,
                nextWatermark: step.nextWatermark
            ) { context in
                let begun = ExecutionNode(id: context.executionID, pipeline: step.config.pipeline.name, day: step.day)
                node = begun
                report(begun)
                let start = clock.now
                defer { begun.duration = start.duration(to: clock.now) }
                let results = try await work(begun)
                begun.counts = ETLResults(results)
                return results
            }
            guard let output else { throw InactivePipeline(name: step.config.pipeline.name) }
            node?.outcome = output.results.completedSuccessfully ? .succeeded : .refused
            return output.results
        } catch {
            node?.outcome = .threw
            throw error
        }
    }

    private struct Step {
        let config: SyncedPipelineConfig
        let day: Day
        var watermark: Watermark?
        var nextWatermark: Watermark?
    }
}

/// A pipeline that somebody switched off in Watcher, so that its work did not run.
struct InactivePipeline: Error, CustomStringConvertible {
    let name: String

    var description: String { "the pipeline \"\(self.name)\" is not active" }
}
