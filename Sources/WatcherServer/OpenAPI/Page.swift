// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A whole page, which needs nothing from anywhere else and runs no script.
struct Page: Sendable {
    let title: String
    let style: StyleSheet
    let body: HTML

    /// The document.
    var html: HTML {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(self.title)</title>
        \(self.style.element)
        </head>
        <body>
        \(self.body)
        </body>
        </html>

        """
    }

    /// The header fields: a browser must load and run nothing but the style.
    var headers: HTTPFields {
        var headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8",
            .contentSecurityPolicy: """
            default-src 'none'; style-src \(self.style.source); base-uri 'none'; form-action 'none'; \
            frame-ancestors 'none'
            """,
            .xContentTypeOptions: "nosniff",
        ]
        if let name = HTTPField.Name("Referrer-Policy") { headers[name] = "no-referrer" }
        return headers
    }

    /// The answer with the page.
    var response: Response {
        Response(
            status: .ok,
            headers: self.headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: self.html.text))
        )
    }
}

/// Rules of style that stand in the page, and that browsers recognize by their hash.
struct StyleSheet: Sendable {
    /// The element of the page's head.
    let element: HTML
    /// What a `Content-Security-Policy` calls it.
    let source: String

    /// Takes rules, which are part of the program and hold no `<`.
    init(_ rules: StaticString) {
        let text = rules.description
        self.element = HTML(["<style>", HTML(stringLiteral: text), "</style>"])
        self.source = "'sha256-\(Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString())'"
    }
}
