// SPDX-License-Identifier: Apache-2.0
import WatcherCore
import WatcherServices
import WatcherWire

/// The description of the HTTP interface, in the words of OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1.html).
enum OpenAPIDocument {
    /// The version of the program, and of its interface.
    static let version = "1.0.0"

    /// What holds for the whole interface.
    static let introduction = [
        """
        Bodies are JSON objects in UTF-8; fields that are not known are ignored. Strings of a request are trimmed and \
        lower-cased, so names are case-insensitive; watermarks, metadata and messages are kept exactly as they come.
        """,
        """
        Besides what the schemas say, integers are also taken as "3" and 3.0, booleans as "yes", "no", "true", "false", \
        1 and 0, moments without an offset (which means UTC), as dates and as epoch seconds. Strings with a NUL \
        character are refused.
        """,
        """
        Every refusal is an object with detail, message and code. Besides the documented ones: an unknown path is \
        answered by 404, a wrong method by 405 with Allow, a trailing slash by 307; 500 means that the server failed. \
        HEAD is answered wherever GET is.
        """,
        """
        A server that has tokens wants one: a bearer token of scope read for GET, write for what changes something, and \
        admin where it is said. One that has none, wants none.
        """,
    ]

    /// The document.
    static func json(_ operations: [Operation]) -> JSONValue {
        [
            "openapi": "3.1.0",
            "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
            "info": [
                "title": "Watcher",
                "version": JSONValue(Self.version),
                "summary": "The ledger of data pipeline runs.",
                "description": JSONValue(Self.introduction.joined(separator: "\n\n")),
                "license": ["name": "Apache License 2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/", "description": "The server that answers this."]],
            "tags": .array(
                Operation.Tag.allCases.map {
                    ["name": JSONValue($0.rawValue), "description": JSONValue($0.description)]
                }
            ),
            "paths": Self.paths(operations),
            "components": Self.components,
        ]
    }

    private static func paths(_ operations: [Operation]) -> JSONValue {
        var paths: [String: [String: JSONValue]] = [:]
        for operation in operations {
            let method = operation.endpoint.method.rawValue.lowercased()
            paths[operation.endpoint.path, default: [:]][method] = Self.json(operation)
        }
        return .object(paths.mapValues { .object($0) })
    }

    private static func json(_ operation: Operation) -> JSONValue {
        var members: [String: JSONValue] = [
            "operationId": JSONValue(operation.id),
            "tags": [JSONValue(operation.tag.rawValue)],
            "summary": JSONValue(operation.summary),
            "responses": Self.responses(operation),
            "security": Self.security(operation.endpoint.neededScope),
        ]
        if !operation.description.isEmpty { members["description"] = JSONValue(operation.description) }
        var parameters: [JSONValue] = operation.parameters.map(Self.json)
        if operation.endpoint.hasID { parameters.append(["$ref": "#/components/parameters/ID"]) }
        if operation.takesIdempotencyKey { parameters.append(["$ref": "#/components/parameters/IdempotencyKey"]) }
        if !parameters.isEmpty { members["parameters"] = .array(parameters) }
        if let body = operation.body {
            members["requestBody"] = [
                "required": JSONValue(body.isRequired),
                "content": [
                    "application/json": ["schema": body.schema.reference.json, "examples": Self.json(body.examples)]
                ],
            ]
        }
        return .object(members)
    }

    /// Without tokens a server needs none, so an empty requirement stands beside the scope.
    private static func security(_ scope: TokenScope?) -> JSONValue {
        guard let scope else { return [] }
        return [["token": [JSONValue(scope.rawValue)]], [:]]
    }

    private static func json(_ parameter: Operation.Parameter) -> JSONValue {
        [
            "name": JSONValue(parameter.name), "in": "query", "required": JSONValue(parameter.isRequired),
            "description": JSONValue(parameter.schema.description), "schema": parameter.schema.json,
            "example": parameter.example,
        ]
    }

    private static func json(_ examples: [Operation.Example]) -> JSONValue {
        let pairs = examples.map { example -> (String, JSONValue) in
            (example.name, ["summary": JSONValue(example.summary), "value": example.value])
        }
        return .object(Dictionary(pairs, uniquingKeysWith: { _, last in last }))
    }

    private static func responses(_ operation: Operation) -> JSONValue {
        var responses: [String: JSONValue] = [:]
        for outcome in operation.outcomes {
            var response: [String: JSONValue] = [
                "description": JSONValue(outcome.description), "headers": Self.headers(outcome.headers),
            ]
            let contents = outcome.contents.map { content -> (String, JSONValue) in
                (content.mediaType, ["schema": content.schema.json, "example": content.example])
            }
            if !contents.isEmpty {
                response["content"] = .object(Dictionary(contents, uniquingKeysWith: { _, last in last }))
            }
            responses[String(outcome.status)] = .object(response)
        }
        for refusal in operation.refusals {
            responses[String(refusal.rawValue)] =
                operation.isPage
                ? Self.json(refusal, isPage: true) : ["$ref": "#/components/responses/\(refusal.name)"]
        }
        return .object(responses)
    }

    /// A refusal, which is a page for those who asked for one.
    private static func json(_ refusal: Refusal, isPage: Bool) -> JSONValue {
        var content: [String: JSONValue] = [
            "application/json": ["schema": refusal.schema.json, "examples": Self.json(refusal.examples)]
        ]
        if isPage {
            let page = Operation.Outcome.Content.page
            content[page.mediaType] = ["schema": page.schema.json, "example": page.example]
        }
        return [
            "description": JSONValue(refusal.description),
            "headers": Self.headers(refusal.headers + (isPage ? ["Vary"] : [])),
            "content": .object(content),
        ]
    }

    private static func headers(_ names: [String]) -> JSONValue {
        let pairs = (["X-Request-Id"] + names).map { name -> (String, JSONValue) in
            (name, ["$ref": "#/components/headers/\(name)"])
        }
        return .object(Dictionary(pairs, uniquingKeysWith: { _, last in last }))
    }

    private static var components: JSONValue {
        let schemas = NamedSchema.all.map { ($0.name, $0.schema.json) }
        let responses = Refusal.allCases.map { ($0.name, Self.json($0, isPage: false)) }
        return [
            "schemas": .object(Dictionary(schemas, uniquingKeysWith: { _, last in last })),
            "responses": .object(Dictionary(responses, uniquingKeysWith: { _, last in last })),
            "parameters": [
                "ID": [
                    "name": "id", "in": "path", "required": true, "description": "Which one.",
                    "schema": Schema.id("Which one.").json, "example": 1,
                ],
                "IdempotencyKey": Self.idempotencyKey,
            ],
            "headers": Self.headerComponents,
            "securitySchemes": [
                "token": [
                    "type": "http", "scheme": "bearer",
                    "description": "A token that the server's operator has made with 'watcher token create'.",
                ]
            ],
        ]
    }

    private static let idempotencyKey: JSONValue = [
        "name": JSONValue(HeaderNames.idempotencyKey), "in": "header", "required": false,
        "description": """
        The same key with the same body returns the first answer within 24 hours, and does nothing more.
        """,
        "schema": ["type": "string", "minLength": 1, "maxLength": JSONValue(IdempotencyKey.maximumLength)],
        "example": "0f8fad5b-d9cb-469f-a165-70867728950e",
    ]

    private static let headerComponents: JSONValue = [
        "X-Request-Id": [
            "description": "The id of the request: the client's, or else one that the server has made.",
            "required": true, "schema": ["type": "string", "minLength": 1],
        ],
        "Retry-After": [
            "description": "After how many seconds the request may be repeated.",
            "required": true, "schema": ["type": "integer", "minimum": 0],
        ],
        "WWW-Authenticate": [
            "description": "Always Bearer.", "required": true, "schema": ["type": "string"],
        ],
        "Vary": [
            "description": "Accept, where a client may get a page instead of JSON.",
            "required": true, "schema": ["type": "string"],
        ],
        "ETag": [
            "description": "Changes when the document does; send it as If-None-Match.",
            "required": true, "schema": ["type": "string"],
        ],
    ]
}
