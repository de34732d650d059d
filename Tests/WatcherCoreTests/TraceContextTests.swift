// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore

struct TraceContextTests {
    private struct Zeros: RandomNumberGenerator {
        mutating func next() -> UInt64 { 0 }
    }

    @Test("a traceparent is read and written again")
    func roundTrip() throws {
        let text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let trace = try #require(TraceContext(traceparent: text))
        #expect(trace.isSampled)
        #expect(trace.traceparent == text)
        var generator = SystemRandomNumberGenerator()
        let child = TraceContext(below: trace, using: &generator)
        #expect(child.traceID == trace.traceID && child.spanID != trace.spanID && child.isSampled)
        #expect(TraceContext(traceparent: child.traceparent) == child)
    }

    @Test("ids are never all zero, whatever chance gives")
    func idsAreValid() {
        var zeros = Zeros()
        let trace = TraceContext(isSampled: false, using: &zeros)
        #expect(TraceContext(traceparent: trace.traceparent) == trace)
    }

    @Test(
        "what the standard forbids is no trace",
        arguments: [
            "", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g",
        ]
    )
    func refused(text: String) {
        #expect(TraceContext(traceparent: text) == nil)
    }

    @Test("of a newer version the known part is read")
    func newerVersion() {
        let text = "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00-more"
        #expect(TraceContext(traceparent: text)?.isSampled == false)
    }
}
