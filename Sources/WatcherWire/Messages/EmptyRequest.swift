// SPDX-License-Identifier: Apache-2.0

/// A request that says nothing but that something is to be done, such as `POST /queue/monitor`.
public struct EmptyRequest: Sendable, Equatable {
    /// Makes a request.
    public init() {}
}

extension EmptyRequest: WireRequest {
    /// Existing clients send no body.
    public static var mayBeEmpty: Bool { true }

    /// Reads the request, in which any field is ignored.
    public init(reading fields: inout RequestFields) {}

    /// Writes the request.
    public func write(to writer: inout JSONWriter) {
        writer.object { _ in }
    }
}
