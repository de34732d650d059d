// SPDX-License-Identifier: Apache-2.0
import Crypto
import FoundationEssentials

/// A whole page, which needs nothing from anywhere else and runs no script.
package struct Page: Sendable {
    /// What a browser calls it.
    package let title: String
    /// How it looks.
    package let style: StyleSheet
    /// What it shows.
    package let body: HTML
    /// Whether it has forms, which may be sent to where the page comes from.
    package let hasForms: Bool

    /// Makes a page.
    package init(title: String, style: StyleSheet, body: HTML, hasForms: Bool = false) {
        self.title = title
        self.style = style
        self.body = body
        self.hasForms = hasForms
    }

    /// The document.
    package var html: HTML {
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

    /// The `Content-Security-Policy`: a browser must load and run nothing but the style.
    package var contentSecurityPolicy: String {
        """
        default-src 'none'; style-src \(self.style.source); base-uri 'none'; \
        form-action \(self.hasForms ? "'self'" : "'none'"); frame-ancestors 'none'
        """
    }
}

/// Rules of style that stand in the page, and that browsers recognize by their hash.
package struct StyleSheet: Sendable {
    /// The element of the page's head.
    package let element: HTML
    /// What a `Content-Security-Policy` calls it.
    package let source: String

    /// Takes rules, which are part of the program and hold no `<`.
    package init(_ rules: StaticString) {
        let text = rules.description
        self.element = HTML(["<style>", HTML(stringLiteral: text), "</style>"])
        self.source = "'sha256-\(Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString())'"
    }
}
