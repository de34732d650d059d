// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Tracing
import WatcherCore
import WatcherServices

/// Gives every request an id, counts and times it, and takes part in the trace that it belongs to.
///
/// One middleware and not three: each costs every request.
struct ObservationMiddleware: RouterMiddleware {
    /// Under which name Hummingbird logs the id of a request.
    private static let requestIDKey = "hb.request.id"

    let metrics: RequestMetrics

    func handle(
        _ request: Request,
        context: WatcherRequestContext,
        next: @concurrent (Request, WatcherRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let requestID: String
        if let given = Self.requestID(request) {
            requestID = given
            context.logger[metadataKey: Self.requestIDKey] = "\(given)"
        } else {
            // Not `context.id`, which crashes with a logger that keeps no metadata.
            requestID = context.logger[metadataKey: Self.requestIDKey]?.description ?? RequestID().description
        }
        let start = NIODeadline.now()
        self.metrics.begin()
        do {
            var response = try await Self.traced(request, context, next)
            self.end(request, context, response.status.code, since: start)
            response.headers[.requestID] = requestID
            return response
        } catch {
            // Only what is thrown outside of the routes gets here: they make answers of their errors.
            self.end(request, context, 500, since: start)
            throw error
        }
    }

    private func end(_ request: Request, _ context: WatcherRequestContext, _ status: Int, since start: NIODeadline) {
        let nanoseconds = (NIODeadline.now() - start).nanoseconds
        self.metrics.end(
            request.method,
            context.endpointPath,
            status: status,
            nanoseconds: UInt64(clamping: nanoseconds)
        )
    }

    /// The id that the client, or a proxy, has given; `nil` when it is not one to put into a log.
    private static func requestID(_ request: Request) -> String? {
        guard let id = request.headers.first(where: { $0.name == .requestID })?.value,
            (1...128).contains(id.utf8.count), id.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return id
    }

    /// Handles a request, within a span when it belongs to a trace.
    private static func traced(
        _ request: Request,
        _ context: WatcherRequestContext,
        _ next: @concurrent (Request, WatcherRequestContext) async throws -> Response
    ) async throws -> Response {
        guard request.headers.contains(where: { $0.name == .traceParent }) else {
            return try await next(request, context)
        }
        var instrumentation = InstrumentationContext.topLevel
        InstrumentationSystem.instrument.extract(request.headers, into: &instrumentation, using: HeaderExtractor())
        return try await withSpan("\(request.method)", context: instrumentation, ofKind: .server) { span in
            var context = context
            if let trace = span.context.trace {
                context.logger[metadataKey: "trace_id"] = "\(trace.traceID)"
                context.logger[metadataKey: "span_id"] = "\(trace.spanID)"
            }
            var response = try await next(request, context)
            if let path = context.endpointPath { span.operationName = "\(request.method) \(path)" }
            span.attributes["http.request.method"] = request.method.rawValue
            span.attributes["http.response.status_code"] = response.status.code
            if response.status.kind == .serverError { span.setStatus(SpanStatus(code: .error)) }
            if let trace = span.context.trace { response.headers[.traceParent] = trace.traceparent }
            return response
        }
    }
}

extension HTTPField.Name {
    /// The id of a request.
    fileprivate static let requestID = HTTPField.Name("X-Request-Id") ?? .eTag
    /// The trace that a request belongs to.
    fileprivate static let traceParent = HTTPField.Name(TraceContext.headerName) ?? .eTag
}

private struct HeaderExtractor: Extractor {
    func extract(key: String, from headers: HTTPFields) -> String? {
        HTTPField.Name(key).flatMap { headers[$0] }
    }
}
