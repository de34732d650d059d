// SPDX-License-Identifier: Apache-2.0
import WatcherCore
import WatcherWire

/// What an endpoint does, in words and schemas: all that the description of the interface says of it.
struct Operation: Sendable {
    /// A part of the interface.
    enum Tag: String, Sendable, CaseIterable {
        case pipelines = "Pipelines"
        case executions = "Executions"
        case addresses = "Addresses"
        case lineage = "Lineage"
        case monitoring = "Monitoring"
        case anomalies = "Anomalies"
        case reporting = "Reporting"
        case server = "Server"

        /// What the part is about.
        var description: String {
            switch self {
            case .pipelines: "What runs, how far it has read, and how fresh its data must be."
            case .executions: "What ran, when, with what outcome."
            case .addresses: "Where data comes from and goes to."
            case .lineage: "Which pipeline brings data from where to where."
            case .monitoring: "Checks, and the jobs that make them."
            case .anomalies: "Rules by which executions are found odd."
            case .reporting: "Figures by day and pipeline."
            case .server: "The server itself."
            }
        }
    }

    /// A value in the query.
    struct Parameter: Sendable {
        let name: String
        let schema: Schema
        var isRequired = false
        let example: JSONValue
    }

    /// A value with a name, which shows what is meant.
    struct Example: Sendable {
        let name: String
        let summary: String
        let value: JSONValue

        init(_ name: String, _ summary: String, _ value: JSONValue) {
            self.name = name
            self.summary = summary
            self.value = value
        }
    }

    /// What a client sends.
    struct Body: Sendable {
        let schema: NamedSchema
        let isRequired: Bool
        let examples: [Example]

        init(_ schema: NamedSchema, isRequired: Bool = true, _ examples: Example...) {
            self.schema = schema
            self.isRequired = isRequired
            self.examples = examples
        }

        /// None, or an object without fields.
        static let nothing = Self(MonitoringSchemas.empty, isRequired: false, .init("nothing", "No fields.", [:]))
    }

    /// What the server answers when it does what was asked for.
    struct Outcome: Sendable {
        /// A body of one media type.
        struct Content: Sendable {
            let mediaType: String
            let schema: Schema
            let example: JSONValue

            /// A page.
            static let page = Self(
                mediaType: "text/html",
                schema: .string("A page for people, without any script."),
                example: "<!DOCTYPE html>…"
            )
        }

        let status: Int
        let description: String
        var contents: [Content] = []
        /// Header fields besides those of every answer.
        var headers: [String] = []

        /// An answer without a body.
        static func empty(_ status: Int, _ description: String) -> Self {
            Self(status: status, description: description)
        }

        /// An answer in JSON.
        static func json(_ status: Int, _ description: String, _ schema: Schema, _ example: JSONValue) -> Self {
            let content = Content(mediaType: "application/json", schema: schema, example: example)
            return Self(status: status, description: description, contents: [content])
        }

        /// An answer that is a page.
        static func page(_ description: String) -> Self {
            Self(status: 200, description: description, contents: [.page], headers: ["Vary"])
        }

        /// The same, which is a page for those who prefer one.
        var orPage: Self {
            var outcome = self
            outcome.contents.append(.page)
            outcome.headers.append("Vary")
            return outcome
        }
    }

    let endpoint: Endpoint
    /// Its name for programs that make clients of the description.
    let id: String
    let tag: Tag
    /// What it does, as a sentence.
    let summary: String
    /// What else is to be known; several sentences.
    let description: String
    let parameters: [Parameter]
    let body: Body?
    let outcomes: [Outcome]
    /// How it may refuse a request, in the order of their statuses.
    let refusals: [Refusal]

    init(
        _ endpoint: Endpoint,
        _ id: String,
        _ tag: Tag,
        _ summary: String,
        _ description: String = "",
        parameters: [Parameter] = [],
        body: Body? = nil,
        refusals: Set<Refusal> = [],
        outcomes: Outcome...
    ) {
        self.endpoint = endpoint
        self.id = id
        self.tag = tag
        self.summary = summary
        self.description = description
        self.parameters = parameters
        self.body = body
        self.outcomes = outcomes
        var all = refusals
        if body != nil { all.formUnion([.badRequest, .tooSlow, .tooLarge, .invalid]) }
        if endpoint.hasID || !parameters.isEmpty { all.insert(.invalid) }
        if endpoint.hasID { all.insert(.notFound) }
        if let scope = endpoint.neededScope {
            all.insert(.unauthorized)
            if scope > .read { all.insert(.forbidden) }
        }
        // The one path that answers whatever happens.
        if endpoint != Endpoints.live { all.formUnion([.tooMany, .unavailable]) }
        self.refusals = Refusal.allCases.filter(all.contains)
    }

    /// Whether a client that prefers `text/html` is answered by a page, also when it is refused.
    var isPage: Bool { Endpoints.pages.contains(self.endpoint) }

    /// Whether a repeated request takes effect once, when both have the same key.
    var takesIdempotencyKey: Bool { self.endpoint.method == .post && self.body != nil }
}

extension Endpoint {
    /// Whether its path names one thing.
    var hasID: Bool { self.path.contains("{id}") }
}

extension Operation {
    /// Every operation of the interface.
    static let all =
        PipelineOperations.all + ExecutionOperations.all + AddressOperations.all + LineageOperations.all
        + MonitoringOperations.all + AnomalyOperations.all + ReportingOperations.all + ServerOperations.all
}
