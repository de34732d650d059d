// SPDX-License-Identifier: Apache-2.0

/// Why a call of the client failed, and what to do about it.
public struct WatcherError: Error, Sendable {
    /// What kind of failure it was; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case api, network, authentication, validation, delivery, configuration, disabled
        }

        private let kind: Kind

        /// The server refused the request, or answered what is no answer of a Watcher server.
        public static let api = Self(kind: .api)
        /// No answer came: the server could not be reached, broke off, or took too long.
        public static let network = Self(kind: .network)
        /// The server wants a token, or refuses the one it got (401, 403); or no credential could be had.
        public static let authentication = Self(kind: .authentication)
        /// A value was found wrong before it was sent.
        public static let validation = Self(kind: .validation)
        /// An execution ran, and its end could not be reported.
        public static let delivery = Self(kind: .delivery)
        /// The client cannot be made from what it was given.
        public static let configuration = Self(kind: .configuration)

        /// The client is disabled, and only a server could answer.
        public static let disabled = Self(kind: .disabled)

        /// The name of the code.
        public var description: String { self.kind.rawValue }
    }

    /// The kind of failure.
    public let code: Code
    /// What went wrong, and what to do about it.
    public let message: String
    /// The HTTP status of the server's answer, when there was one.
    public let status: Int?
    /// The server's own code for the failure, such as `already_ended`, when it gave one.
    public let serverCode: String?
    /// The error behind this one.
    public let cause: (any Error)?

    /// Makes an error.
    public init(
        _ code: Code,
        _ message: String,
        status: Int? = nil,
        serverCode: String? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.status = status
        self.serverCode = serverCode
        self.cause = cause
    }
}

extension WatcherError: CustomStringConvertible {
    /// The code, the status and the message in one line.
    public var description: String {
        let facts = [self.status.map(String.init), self.serverCode].compactMap(\.self).joined(separator: " ")
        return facts.isEmpty ? "\(self.code): \(self.message)" : "\(self.code) (\(facts)): \(self.message)"
    }
}

extension WatcherError {
    /// Whether the server has read the request and will never accept what it says.
    var isRefusalOfContent: Bool {
        self.status == 400 || self.status == 413 || self.status == 422
    }
}
