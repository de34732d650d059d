// SPDX-License-Identifier: Apache-2.0
package import Logging
import Synchronization
package import Tracing
package import WatcherCore

/// A tracer that carries W3C trace contexts on, and writes each recorded span as one line of the log.
///
/// With lines of JSON a collector makes spans of them again. What is recorded is decided by whoever began the trace;
/// traces that begin here, with a job, are not recorded, but carried on.
package final class LogTracer: Tracer {
    private let logger: Logger
    private let generator: Mutex<any RandomNumberGenerator & Sendable>

    /// Makes a tracer.
    ///
    /// - Parameters:
    ///   - logger: gets the spans, at level info; those of requests that were refused unseen, at level debug.
    ///   - generator: gives the ids.
    package init(logger: Logger, generator: any RandomNumberGenerator & Sendable) {
        self.logger = logger
        self.generator = Mutex(generator)
    }

    package func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> InstrumentationContext,
        ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> LoggedSpan {
        var context = context()
        let parent = context.trace
        let trace = self.generator.withLock { generator in
            parent.map { TraceContext(below: $0, using: &generator) }
                ?? TraceContext(isSampled: false, using: &generator)
        }
        context.trace = trace
        return LoggedSpan(
            operationName,
            kind,
            context,
            trace,
            parent,
            start: instant().nanosecondsSinceEpoch,
            self.logger
        )
    }

    package func forceFlush() {}

    package func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let trace = context.trace else { return }
        injector.inject(trace.traceparent, forKey: TraceContext.headerName, into: &carrier)
    }

    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout InstrumentationContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        // A field that is none is left out, as the standard says: the request is handled without it.
        context.trace = extractor.extract(key: TraceContext.headerName, from: carrier).flatMap(TraceContext.init)
    }
}

extension TraceContext {
    /// The name of the header field.
    package static let headerName = "traceparent"
}

extension InstrumentationContext {
    private enum TraceKey: InstrumentationContextKey {
        typealias Value = TraceContext
    }

    /// The trace that the work belongs to.
    package var trace: TraceContext? {
        get { self[TraceKey.self] }
        set { self[TraceKey.self] = newValue }
    }
}

/// A piece of work that was traced.
package final class LoggedSpan: Span {
    private struct State {
        var operationName: String
        var attributes: SpanAttributes = [:]
        var failure: String?
        var hasEnded = false
    }

    package let context: InstrumentationContext

    private let kind: SpanKind
    private let trace: TraceContext
    private let parent: TraceContext?
    private let start: UInt64
    private let logger: Logger
    /// Guards all that changes before the span ends.
    private let state: Mutex<State>

    init(
        _ operationName: String,
        _ kind: SpanKind,
        _ context: InstrumentationContext,
        _ trace: TraceContext,
        _ parent: TraceContext?,
        start: UInt64,
        _ logger: Logger
    ) {
        self.kind = kind
        self.context = context
        self.trace = trace
        self.parent = parent
        self.start = start
        self.logger = logger
        self.state = Mutex(State(operationName: operationName))
    }

    package var operationName: String {
        get { self.state.withLock { $0.operationName } }
        set { self.state.withLock { $0.operationName = newValue } }
    }

    package var attributes: SpanAttributes {
        get { self.state.withLock { $0.attributes } }
        set { self.state.withLock { $0.attributes = newValue } }
    }

    package var isRecording: Bool { self.trace.isSampled && !self.state.withLock { $0.hasEnded } }

    package func setStatus(_ status: SpanStatus) {
        guard case .error = status.code else { return }
        self.state.withLock { $0.failure = status.message ?? "error" }
    }

    package func addEvent(_ event: SpanEvent) {
        // Events have times of their own, which one line cannot tell.
    }

    package func addLink(_ link: SpanLink) {
        // Nothing here links spans.
    }

    package func recordError<Instant: TracerInstant>(
        _ error: any Error,
        attributes: SpanAttributes,
        at instant: @autoclosure () -> Instant
    ) {
        self.state.withLock { $0.failure = "\(error)" }
    }

    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let ended = self.state.withLock { state -> State? in
            defer { state.hasEnded = true }
            return state.hasEnded ? nil : state
        }
        guard let ended, self.trace.isSampled else { return }
        let end = instant().nanosecondsSinceEpoch
        var metadata: Logger.Metadata = [
            "span.name": "\(ended.operationName)", "span.kind": "\(self.kind)",
            "trace_id": "\(self.trace.traceID)", "span_id": "\(self.trace.spanID)",
            "span.start_unix_nano": "\(self.start)",
            "span.duration_us": "\((max(end, self.start) - self.start) / 1000)",
        ]
        if let parent { metadata["parent_span_id"] = "\(parent.spanID)" }
        if let failure = ended.failure { metadata["span.error"] = "\(failure)" }
        ended.attributes.forEach { name, value in metadata[name] = "\(Self.text(value))" }
        // A stranger without a token must not be able to fill the log.
        let status = ended.attributes.get("http.response.status_code").map(Self.text)
        self.logger.log(level: status == "401" || status == "429" ? .debug : .info, "span", metadata: metadata)
    }

    private static func text(_ attribute: SpanAttribute) -> String {
        switch attribute {
        case .string(let value): value
        case .int32(let value): "\(value)"
        case .int64(let value): "\(value)"
        case .double(let value): "\(value)"
        case .bool(let value): "\(value)"
        // Lists, which nothing here uses.
        default: "\(attribute)"
        }
    }
}
