// SPDX-License-Identifier: Apache-2.0

import Testing
import Watcher

struct ProgressTests {
    private let time = ManualTime()
    private let network = HeldTransport()

    /// Tracks work that says something before each of its heartbeats, and returns what these said.
    private func said(_ steps: [(WatcherExecutionContext) -> Void]) async throws -> [JSONValue] {
        let watcher = try Watcher(
            "http://127.0.0.1:1",
            transport: self.network,
            surroundings: self.time.surroundings
        )
        _ = try await watcher.trackPipelineExecution(pipelineID: 7, active: true) { context in
            for step in steps {
                step(context)
                self.time.advance(by: .seconds(15))
                self.network.answer()
            }
            return ETLResults(completedSuccessfully: true)
        }
        return self.network.beats.map(\.body)
    }

    @Test("the latest goes with the next heartbeat, and what is not said again stays")
    func carriesTheLatest() async throws {
        let bodies = try await self.said([
            {
                $0.progress(0.1, "loaded 10 of 100 files")
                $0.progress(0.4, "loaded 40 of 100 files")
            },
            { _ in },
            { $0.progress(0.5) },
            { $0.progress("compacts") },
        ])
        #expect(
            bodies == [
                ["lease_seconds": 60, "progress": 0.4, "message": "loaded 40 of 100 files"],
                ["lease_seconds": 60, "progress": 0.4, "message": "loaded 40 of 100 files"],
                ["lease_seconds": 60, "progress": 0.5, "message": "loaded 40 of 100 files"],
                ["lease_seconds": 60, "progress": 0.5, "message": "compacts"],
            ]
        )
        #expect(self.network.otherRequests == 2)
    }

    @Test("a fraction outside 0 to 1 becomes the nearer bound, and not-a-number changes nothing")
    func boundsFractions() async throws {
        let fractions = [-0.5, .nan, 1.5, .infinity, -.infinity, 0.25]
        let bodies = try await self.said(fractions.map { fraction in { $0.progress(fraction) } })
        #expect(bodies.map { $0["progress"]?.double } == [0, 0, 1, 1, 0, 0.25])
    }

    @Test("a message is cut at 1,000 characters with a mark, the counts behind it stay whole, and NUL is replaced")
    func boundsMessages() async throws {
        let bodies = try await self.said([
            { $0.progress(String(repeating: "é", count: 1000)) },
            { $0.progress(String(repeating: "é", count: 1001)) },
            { $0.count(inserts: .max) },
            { $0.progress("a\0b") },
        ])
        let messages = bodies.map { $0["message"]?.string ?? "" }
        #expect(messages.map(\.unicodeScalars.count) == [1000, 1000, 1000, 3 + " (inserts: \(Int.max))".count])
        #expect(messages[0].hasSuffix("éé"))
        #expect(messages[1].hasSuffix("é…"))
        #expect(messages[2].hasSuffix("é… (inserts: \(Int.max))"))
        #expect(messages[3].hasPrefix("a\u{FFFD}b"))
    }

    @Test("however long a message is, a heartbeat is made of its begin in no time")
    func cutsEarly() async throws {
        let watcher = try Watcher("http://127.0.0.1:1", transport: self.network, surroundings: self.time.surroundings)
        let message = String(repeating: String(repeating: "x", count: 1000), count: 50_000)
        var spent = Duration.zero
        _ = try await watcher.trackPipelineExecution(pipelineID: 7, active: true) { context in
            context.progress(message)
            spent = ContinuousClock().measure {
                for _ in 1...200 {
                    self.time.advance(by: .seconds(15))
                    self.network.answer()
                }
            }
            return ETLResults(completedSuccessfully: true)
        }
        #expect(self.network.beats.count == 200)
        #expect(self.network.beats.last?.body["message"] == JSONValue(String(repeating: "x", count: 999) + "…"))
        #expect(spent < .seconds(3))
    }

    @Test("running counts are added up, and stand behind the message or alone")
    func countsUp() async throws {
        let bodies = try await self.said([
            { _ in },
            { $0.count(inserts: 40, totalRows: 50) },
            {
                $0.progress("loads")
                $0.count(inserts: 2, updates: 1, softDeletes: 3)
            },
            { $0.count(totalRows: .max) },
        ])
        #expect(
            bodies.map { $0["message"]?.string } == [
                nil, "inserts: 40, total rows: 50",
                "loads (inserts: 42, total rows: 50, updates: 1, soft deletes: 3)",
                "loads (inserts: 42, total rows: \(Int.max), updates: 1, soft deletes: 3)",
            ]
        )
    }

    @Test("contexts are equal by what they say of the execution, and one that was made for a test says nothing")
    func leavesContextsComparable() {
        let one = WatcherExecutionContext(executionID: 1, pipelineID: 2, watermark: "a")
        one.progress(0.5, "half way")
        one.count(inserts: 1)
        #expect(one == WatcherExecutionContext(executionID: 1, pipelineID: 2, watermark: "a"))
        #expect(one != WatcherExecutionContext(executionID: 2, pipelineID: 2, watermark: "a"))
    }
}
