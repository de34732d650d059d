// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// A question for a credential.
struct CredentialRequest: Sendable, Redacted {
    var method: HTTPMethod = .GET
    var url: String
    var headers: [(name: String, value: String)] = []
    /// Fields that are sent as a form.
    var form: [(name: String, value: String)] = []
    /// Who is asked, as part of a sentence.
    var whom: String
    var timeout: Duration
}

/// Asks those who give credentials; follows no redirect, uses no proxy, and repeats nothing secret in its errors.
struct CredentialClient: Sendable {
    /// How often a question is asked at most.
    static let maximumAttempts = 3

    let surroundings: Surroundings

    /// Asks until there is an answer, and returns what a success says.
    func ask(_ request: CredentialRequest) async throws -> [UInt8] {
        var attempt = 1
        while true {
            let failure: String
            switch await self.attempt(request) {
            case .answered(let status, let body) where (200...299).contains(status): return body
            case .answered(let status, let body):
                failure = Self.refusal(status, body, request)
                // Metadata services are busy for a while when many ask at once; any other refusal stays.
                guard [408, 410, 429].contains(status) || status >= 500 else { throw self.error(failure, request) }
            case .timedOut:
                // Most likely nobody is there at all.
                throw self.error("no answer within \(request.timeout)", request)
            case .failed(let reason): failure = "the connection failed (\(reason))"
            }
            guard attempt < Self.maximumAttempts else {
                throw self.error("\(failure), \(attempt) times", request)
            }
            try await self.surroundings.sleep(.milliseconds(200) * attempt)
            attempt += 1
        }
    }

    /// Asks and reads the answer as JSON.
    func askForObject(_ request: CredentialRequest) async throws -> [String: JSONValue] {
        let body = try await self.ask(request)
        // The text of a parse error is left out: it could hold a part of the credential.
        guard let object = (try? JSONParser.parse(body))?.object else {
            throw self.error("the answer is no JSON object", request)
        }
        return object
    }

    /// An error that says who was asked.
    func error(_ reason: String, _ request: CredentialRequest) -> WatcherError {
        let place = request.url.prefix { $0 != "?" }
        return WatcherError(.authentication, "\(request.whom) (\(place)) gave no credential: \(reason).")
    }

    private enum Attempt {
        case answered(status: Int, body: [UInt8])
        case timedOut
        case failed(String)
    }

    /// Asks once, with futures: heartbeats wait for what comes of it, and the HTTP client's `await` form needs threads of
    /// Swift's cooperative pool, which the work may block.
    private func attempt(_ request: CredentialRequest) async -> Attempt {
        do {
            var headers = HTTPHeaders(request.headers)
            if !request.form.isEmpty { headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded") }
            let message = try HTTPClient.Request(
                url: request.url,
                method: request.method,
                headers: headers,
                body: request.form.isEmpty ? nil : .string(FormEncoding.text(request.form))
            )
            let answer = AsyncHTTPClientTransport.sharedClient.execute(
                request: message,
                delegate: ResponseAccumulator(request: message, maxBodySize: 1 << 20),
                deadline: .now() + TimeAmount(request.timeout)
            )
            let response = try await answer.futureResult.get()
            let body = response.body.map { Array($0.readableBytesView) } ?? []
            return .answered(status: Int(response.status.code), body: body)
        } catch {
            let late: [HTTPClientError] = [.connectTimeout, .deadlineExceeded, .readTimeout]
            if let error = error as? HTTPClientError, late.contains(error) { return .timedOut }
            return .failed(String(describing: error))
        }
    }

    /// What a refusal says of itself, unless it repeats what it was sent.
    private static func refusal(_ status: Int, _ body: [UInt8], _ request: CredentialRequest) -> String {
        let object = (try? JSONParser.parse(body))?.object ?? [:]
        let said = ["error", "error_description", "message"].compactMap { object[$0]?.string }
            .map { $0.prefix(200).split(whereSeparator: \.isWhitespace).joined(separator: " ") }
            .joined(separator: ": ")
        let sent = request.headers.map(\.value) + request.form.map(\.value)
        let repeats = sent.contains { $0.utf8.count > 3 && said.contains($0) }
        return "it answered \(status)" + (said.isEmpty || repeats ? "" : " (\(said))")
    }
}

/// Names and values as URLs and forms carry them.
enum FormEncoding {
    static func text(_ fields: [(name: String, value: String)]) -> String {
        fields.map { "\($0.name)=\(ServerAddress.percentEncoded($0.value))" }.joined(separator: "&")
    }
}
