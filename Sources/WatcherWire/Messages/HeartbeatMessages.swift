// SPDX-License-Identifier: Apache-2.0

/// `POST /pipeline_execution/{id}/heartbeat`: tells that an execution is alive.
///
/// All fields are optional, and so is the body. Of progress and message, what is absent stays as an earlier heartbeat
/// said it, and null takes it back.
public struct HeartbeatRequest: Sendable, Equatable {
    /// For how long the execution may be silent from now on, 1 second to a day; 60 seconds unless told otherwise.
    public var leaseSeconds: Int64?
    /// How much of the work is done, 0 to 1.
    public var progress: Field<Double>
    /// What it is doing, at most 1,000 characters.
    ///
    /// It is for people, so it is kept exactly as it came, unlike other strings of a request, which are trimmed and
    /// lower-cased because they are compared.
    public var message: Field<String>

    /// Makes a request.
    public init(leaseSeconds: Int64? = nil, progress: Field<Double> = .absent, message: Field<String> = .absent) {
        self.leaseSeconds = leaseSeconds
        self.progress = progress
        self.message = message
    }
}

extension HeartbeatRequest: WireRequest {
    /// Without a body it says no more than that the execution is alive.
    public static var mayBeEmpty: Bool { true }

    /// Reads and checks the request.
    public init(reading fields: inout RequestFields) {
        self.leaseSeconds = fields.integerField("lease_seconds", atLeast: 1, atMost: 86_400).value
        self.progress = fields.doubleField("progress", atLeast: 0, atMost: 1)
        self.message = fields.textField("message", TextLimits.message)
    }

    /// Writes the request.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.optional("lease_seconds", self.leaseSeconds) { $0.value($1) }
            writer.field("progress", self.progress) { $0.value($1) }
            writer.field("message", self.message) { $0.value($1) }
        }
    }
}

/// What is known of a running execution by its heartbeats.
public struct HeartbeatResponse: Sendable, Equatable {
    /// When the last one was received, by the server's clock.
    public var at: WireTimestamp
    /// Up to when the execution counts as alive.
    public var expiresAt: WireTimestamp
    /// How much of the work is done, 0 to 1.
    public var progress: Double?
    /// What it is doing.
    public var message: String?

    /// Makes an answer.
    public init(at: WireTimestamp, expiresAt: WireTimestamp, progress: Double?, message: String?) {
        self.at = at
        self.expiresAt = expiresAt
        self.progress = progress
        self.message = message
    }
}

extension HeartbeatResponse: WireResponse {
    /// Reads the answer.
    public init(reading fields: ResponseFields) throws(WireResponseError) {
        self.at = try fields.required("at") { $0.string.flatMap(WireTimestamp.init) }
        self.expiresAt = try fields.required("expires_at") { $0.string.flatMap(WireTimestamp.init) }
        self.progress = fields["progress"]?.double
        self.message = fields["message"]?.string
    }

    /// Writes the answer.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("at", self.at)
            writer.member("expires_at", self.expiresAt)
            writer.member("progress", self.progress)
            writer.member("message", self.message)
        }
    }
}
