// SPDX-License-Identifier: Apache-2.0

/// The body of every answer that is not a success.
public struct Problem: Sendable, Equatable {
    /// What went wrong in a form for programs.
    ///
    /// Snake case, such as `not_found`, `validation_error` or `already_ended`.
    public let code: String
    /// What went wrong as a sentence, and what to do about it.
    public let message: String
    /// Every faulty field, when the request could not be read.
    public let issues: [ValidationIssue]

    /// Makes a problem.
    public init(code: String, message: String) {
        self.code = code
        self.message = message
        self.issues = []
    }

    /// Makes the problem of a request with faulty fields.
    public init(_ issues: [ValidationIssue]) {
        self.code = "validation_error"
        self.message = issues.map { "\($0.path): \($0.message)" }.joined(separator: "; ")
        self.issues = issues
    }
}

extension Problem: WireMessage {
    /// Writes `{"detail", "message", "code"}`; the detail is the list of issues when there are some.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            if self.issues.isEmpty {
                writer.member("detail", self.message)
            } else {
                writer.member("detail", self.issues)
            }
            writer.member("message", self.message)
            writer.member("code", self.code)
        }
    }
}

extension Problem: WireResponse {
    /// Reads what can be read of an error answer, also of one that another program on the way has written.
    ///
    /// The issues are not read back: ``message`` says the same in words.
    public init(reading fields: ResponseFields) throws(WireResponseError) {
        let detail = fields["detail"].map { $0.string ?? $0.description }
        guard let message = fields["message"]?.string ?? detail else {
            throw WireResponseError(message: "the answer has neither 'message' nor 'detail'")
        }
        self.init(code: fields["code"]?.string ?? "unknown", message: message)
    }
}
