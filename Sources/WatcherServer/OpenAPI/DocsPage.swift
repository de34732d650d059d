// SPDX-License-Identifier: Apache-2.0
import WatcherCore
import WatcherPages
import WatcherWire

/// The description of the interface as a page for people.
enum DocsPage {
    /// The page.
    static func page(_ operations: [Operation]) -> Page {
        Page(title: "Watcher: HTTP interface", style: Self.style, body: Self.body(operations))
    }

    private static func body(_ operations: [Operation]) -> HTML {
        let parts = Operation.Tag.allCases.map { tag in (tag, operations.filter { $0.tag == tag }) }
        let links = parts.map { tag, _ -> HTML in "<a href=\"#\(tag.rawValue)\">\(tag.rawValue)</a> " }
        return """
            <header><h1>Watcher: HTTP interface</h1>
            \(OpenAPIDocument.introduction.map { text -> HTML in "<p>\(text)</p>" })
            <p>For programs: <a href="\(Endpoints.openAPI.path)">\(Endpoints.openAPI.path)</a>; what the server has \
            recorded: <a href="\(Endpoints.root.path)">overview</a></p>
            <nav>\(links)<a href="#Schemas">Schemas</a> <a href="#Refusals">Refusals</a></nav></header>
            <main>
            \(parts.map(Self.section))
            <section id="Schemas"><h2>Schemas</h2>\(NamedSchema.all.map(Self.details))</section>
            <section id="Refusals"><h2>Refusals</h2>\(Refusal.allCases.map(Self.details))</section>
            </main>
            """
    }

    private static func section(_ tag: Operation.Tag, _ operations: [Operation]) -> HTML {
        """
        <section id="\(tag.rawValue)"><h2>\(tag.rawValue)</h2><p>\(tag.description)</p>
        \(operations.map(Self.details))</section>

        """
    }

    private static func details(_ operation: Operation) -> HTML {
        let method = operation.endpoint.method.rawValue
        return """
            <details id="\(operation.id)"><summary><code class="\(method)">\(method)</code> \
            <code>\(operation.endpoint.path)</code> <span>\(operation.summary)</span></summary>
            <p>\(operation.description) \(Self.access(operation))</p>
            \(Self.parameters(operation))\(Self.request(operation))
            <h3>Answers</h3>
            \(operation.outcomes.map(Self.outcome))
            <p>Refusals: \(operation.refusals.map { refusal -> HTML in
                "<a href=\"#\(refusal.name)\">\(refusal.rawValue)</a> "
            })</p>
            <p><a href="#\(operation.id)">Link to this</a></p></details>

            """
    }

    private static func access(_ operation: Operation) -> HTML {
        guard let scope = operation.endpoint.neededScope else { return "Needs no token." }
        return "Where tokens are needed: scope <code>\(scope.rawValue)</code>."
    }

    private static func parameters(_ operation: Operation) -> HTML {
        var rows = operation.parameters.map { parameter in
            Self.row(parameter.name, "query, \(Self.type(parameter.schema))", parameter.isRequired, parameter.schema)
        }
        if operation.endpoint.hasID { rows.append(Self.row("id", "path, integer", true, .id("Which one."))) }
        if operation.takesIdempotencyKey {
            let note = "The same key with the same body takes effect once within 24 hours."
            rows.append(Self.row(HeaderNames.idempotencyKey, "header, string", false, .string(note)))
        }
        return rows.isEmpty ? "" : "<h3>Parameters</h3><table>\(rows)</table>"
    }

    private static func request(_ operation: Operation) -> HTML {
        guard let body = operation.body else { return "" }
        return """
            <h3>Body</h3><p>\(Self.type(body.schema.reference))\(body.isRequired ? "" : ", may be empty")</p>
            \(body.examples.map(Self.example))
            """
    }

    private static func outcome(_ outcome: Operation.Outcome) -> HTML {
        """
        <p><code>\(outcome.status)</code> \(outcome.description)</p>
        \(outcome.contents.map { content -> HTML in
            "<p>\(content.mediaType): \(Self.type(content.schema))</p>\(Self.code(content.example))"
        })
        """
    }

    private static func details(_ named: NamedSchema) -> HTML {
        let rows = named.schema.properties.map { property in
            Self.row(property.name, Self.type(property.schema), property.isRequired, property.schema)
        }
        return """
            <details id="\(named.name)"><summary><code>\(named.name)</code> \
            <span>\(named.schema.description)</span></summary><table>\(rows)</table></details>

            """
    }

    private static func details(_ refusal: Refusal) -> HTML {
        """
        <details id="\(refusal.name)"><summary><code>\(refusal.rawValue)</code> \
        <span>\(refusal.description)</span></summary>\(refusal.examples.map(Self.example))</details>

        """
    }

    private static func row(_ name: String, _ type: HTML, _ isRequired: Bool, _ schema: Schema) -> HTML {
        """
        <tr><td><code>\(name)</code></td><td>\(type)\(isRequired ? "" : ", optional")</td>\
        <td>\(schema.description)</td></tr>

        """
    }

    private static func example(_ example: Operation.Example) -> HTML {
        "<p>\(example.summary)</p>\(Self.code(example.value))"
    }

    private static func code(_ value: JSONValue) -> HTML {
        "<pre>\(value.string ?? value.description)</pre>"
    }

    /// A schema in a few words; what has a name is linked.
    private static func type(_ schema: Schema) -> HTML {
        Self.type(schema.keywords)
    }

    private static func type(_ keywords: [String: JSONValue]) -> HTML {
        if let reference = keywords["$ref"]?.string {
            let name = reference.split(separator: "/").last ?? ""
            return "<a href=\"#\(name)\">\(name)</a>"
        }
        if let choices = keywords["anyOf"]?.array, keywords["type"] == nil {
            return Self.alternatives(choices.map { Self.type($0.object ?? [:]) })
        }
        var words = Self.alternatives(
            (keywords["type"]?.array ?? [keywords["type"] ?? "any"]).map { type in
                "\(type.string ?? "")"
            }
        )
        if let element = keywords["items"]?.object { words = "\(words) of \(Self.type(element))" }
        if let values = keywords["enum"]?.array {
            words = "\(words): \(values.compactMap(\.string).joined(separator: ", "))"
        }
        let bounds = [("minLength", "from"), ("minimum", "from"), ("maxLength", "to"), ("maximum", "to")]
        for (keyword, word) in bounds {
            // The limit of 64 bits says nothing to a reader.
            guard let bound = keywords[keyword], bound.integer != .max, bound.integer != .min else { continue }
            words = "\(words) \(word) \(bound.description)"
        }
        if let format = keywords["format"]?.string, format != "int64" { words = "\(words), \(format)" }
        if let standard = keywords["default"] { words = "\(words), default \(standard.description)" }
        return words
    }

    private static func alternatives(_ words: [HTML]) -> HTML {
        HTML(words.enumerated().map { index, word in index == 0 ? word : " or \(word)" })
    }

    private static let style = StyleSheet(
        """
        :root{color-scheme:light dark;--line:#8884;--back:#8881;--link:#0b57d0}
        @media (prefers-color-scheme:dark){:root{--link:#8ab4f8}}
        body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}
        a{color:var(--link)}
        h2{margin-top:2rem}h3{font-size:1rem;margin-bottom:0}
        details{border:1px solid var(--line);border-radius:.4rem;margin:.4rem 0;padding:.4rem .7rem}
        details:target{border-color:var(--link)}
        summary{cursor:pointer}
        code,pre{font:.9em ui-monospace,monospace}
        code.GET,code.POST,code.PATCH{font-weight:bold}
        pre{background:var(--back);padding:.6rem;white-space:pre-wrap}
        table{border-collapse:collapse;width:100%}
        td{border-top:1px solid var(--line);padding:.3rem;vertical-align:top;text-align:left}
        @media (max-width:40rem){td{display:block;border:0;padding:.1rem 0}td:first-child{border-top:1px solid var(--line)}}
        """
    )
}
