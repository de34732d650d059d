// SPDX-License-Identifier: Apache-2.0
import InMemoryLogging
import Logging
import Testing
import Tracing
import WatcherCore
import WatcherServices

struct LogTracerTests {
    private struct Fields: Extractor, Injector {
        func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
        func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
    }

    private let log = InMemoryLogHandler()

    private var tracer: LogTracer {
        LogTracer(logger: Logger(label: "test") { _ in self.log }, generator: SystemRandomNumberGenerator())
    }

    @Test("a span goes on below the one that came in, and is written when it ends, once")
    func recorded() throws {
        var context = InstrumentationContext.topLevel
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        self.tracer.extract(["traceparent": parent], into: &context, using: Fields())
        let span = self.tracer.startSpan("work", context: context, ofKind: .server)
        var sent: [String: String] = [:]
        self.tracer.inject(span.context, into: &sent, using: Fields())
        let trace = try #require(sent["traceparent"].flatMap(TraceContext.init))
        #expect(trace.traceID == "0af7651916cd43dd8448eb211c80319c" && trace.isSampled)
        #expect(trace.spanID != "b7ad6b7169203331")

        span.attributes["rows"] = 7
        span.recordError(ServiceError(.invalid, "wrong"))
        span.end()
        span.end()
        let entry = try #require(self.log.entries.first)
        #expect(self.log.entries.count == 1)
        #expect(entry.metadata["trace_id"] == "\(trace.traceID)")
        #expect(entry.metadata["span_id"] == "\(trace.spanID)")
        #expect(entry.metadata["parent_span_id"] == "b7ad6b7169203331")
        #expect(entry.metadata["span.error"] == "wrong")
        #expect(entry.metadata["rows"] == "7")
    }

    @Test("who is refused unseen fills no log", arguments: [(401, true), (429, true), (200, false), (422, false)])
    func refused(status: Int, isHidden: Bool) throws {
        var context = InstrumentationContext.topLevel
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        self.tracer.extract(["traceparent": parent], into: &context, using: Fields())
        let span = self.tracer.startSpan("GET", context: context, ofKind: .server)
        span.attributes["http.response.status_code"] = status
        span.end()
        #expect(self.log.entries.map(\.level) == [isHidden ? .debug : .info] || (isHidden && self.log.entries.isEmpty))
    }

    @Test(
        "a trace that nobody records is carried on, and not written",
        arguments: ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", "none"]
    )
    func notRecorded(traceparent: String) throws {
        var context = InstrumentationContext.topLevel
        self.tracer.extract(["traceparent": traceparent], into: &context, using: Fields())
        let span = self.tracer.startSpan("work", context: context, ofKind: .internal)
        var sent: [String: String] = [:]
        self.tracer.inject(span.context, into: &sent, using: Fields())
        #expect(TraceContext(traceparent: try #require(sent["traceparent"]))?.isSampled == false)
        span.end()
        #expect(self.log.entries.isEmpty)
    }
}
