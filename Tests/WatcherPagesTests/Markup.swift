// SPDX-License-Identifier: Apache-2.0

/// A page taken apart, strictly: tags must balance, values be quoted, and signs be escaped.
struct Markup {
    /// What is wrong with a page.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// A tag that opens an element.
    struct Element: Equatable {
        let name: String
        var attributes: [(name: String, value: String)] = []

        static func == (left: Self, right: Self) -> Bool { left.shape == right.shape }

        /// Its name, and those of its attributes.
        var shape: [String] { [self.name] + self.attributes.map(\.name) }

        subscript(attribute: String) -> String? { self.attributes.first { $0.name == attribute }?.value }
    }

    private static let void: Set = ["meta", "input"]
    private static let entities = ["&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": "\"", "&#39;": "'"]

    /// Every element, in the order of the page.
    private(set) var elements: [Element] = []
    /// Every text between tags that is not white space, as people see it.
    private(set) var texts: [String] = []

    private var rest: ArraySlice<Unicode.Scalar>

    init(_ text: String) throws {
        self.rest = Array(text.unicodeScalars)[...]
        try self.skip("<!DOCTYPE html>")
        var open: [String] = []
        while !self.rest.isEmpty {
            guard self.rest.first == "<" else {
                let text = try self.text(upTo: ["<"], inStyle: open.last == "style")
                if !text.allSatisfy({ $0 == " " || $0 == "\n" }) { self.texts.append(text) }
                continue
            }
            if self.rest.dropFirst().first == "/" {
                try self.skip("</\(open.last ?? "nothing")>")
                open.removeLast()
            } else if let name = try self.tag() {
                open.append(name)
            }
        }
        guard open.isEmpty else { throw Fault(description: "\(open) is not closed") }
    }

    /// Everything that people see or that an attribute holds.
    var values: [String] { self.texts + self.elements.flatMap { $0.attributes.map(\.value) } }

    func all(_ name: String) -> [Element] { self.elements.filter { $0.name == name } }

    /// Reads a tag; gives the name of an element that is open now.
    private mutating func tag() throws -> String? {
        try self.skip("<")
        var element = Element(name: self.word())
        while self.rest.first == " " {
            try self.skip(" ")
            let name = self.word()
            try self.skip("=\"")
            let value = try self.text(upTo: ["\""])
            try self.skip("\"")
            element.attributes.append((name, value))
        }
        self.elements.append(element)
        if self.rest.first == "/" {
            try self.skip("/>")
            return nil
        }
        try self.skip(">")
        return Self.void.contains(element.name) ? nil : element.name
    }

    private mutating func word() -> String {
        let word = self.rest.prefix {
            $0 == "-" || ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
        }
        self.rest = self.rest.dropFirst(word.count)
        return Self.string(word)
    }

    private mutating func text(upTo ends: Set<Unicode.Scalar>, inStyle: Bool = false) throws -> String {
        var text = ""
        while let first = self.rest.first, !ends.contains(first) {
            if first == "&" {
                let entity = Self.string(self.rest.prefix(6).prefix { $0 != ";" }) + ";"
                guard let sign = Self.entities[entity] else { throw Fault(description: "a bare & before \(entity)") }
                text += sign
                try self.skip(entity)
                continue
            }
            let isControl = first.value < 0x20 || (0x7F...0x9F).contains(first.value)
            let isBare = ["<", ">", "\"", "'"].contains(first) && !inStyle
            guard !isBare || first == "'", !isControl || first == "\n" || first == "\t" else {
                throw Fault(description: "a bare U+\(String(first.value, radix: 16)) behind \(text.suffix(40))")
            }
            text.unicodeScalars.append(first)
            self.rest = self.rest.dropFirst()
        }
        return text
    }

    private mutating func skip(_ text: String) throws {
        guard self.rest.starts(with: text.unicodeScalars) else {
            throw Fault(description: "\(text) expected before \(Self.string(self.rest.prefix(40)))")
        }
        self.rest = self.rest.dropFirst(text.unicodeScalars.count)
    }

    private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return text
    }
}
