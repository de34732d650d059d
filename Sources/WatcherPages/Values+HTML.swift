// SPDX-License-Identifier: Apache-2.0
import WatcherCore

extension HTML {
    /// What stands where there is no value.
    static let nothing: HTML = "–"

    /// A moment.
    init(_ moment: Timestamp?) {
        self = moment.map { "<time datetime=\"\($0.text)\">\($0.textUTC)</time>" } ?? .nothing
    }

    /// A day in UTC, counted from 1970-01-01.
    init(day: Int64) {
        let text = Timestamp(dayUTC: day).text.prefix(10)
        self = "<time datetime=\"\(text)\">\(text)</time>"
    }

    /// A count, its digits in groups.
    init(_ count: Int64?) {
        self = count.map { "\($0.grouped)" } ?? .nothing
    }

    /// A number, without a fraction of nothing.
    init(_ number: Double?) {
        let text = number.map { "\($0)" } ?? ""
        self = text.isEmpty ? .nothing : "\(text.hasSuffix(".0") ? text.dropLast(2) : text[...])"
    }

    /// Where an execution stands.
    init(_ status: ExecutionStatus) {
        self =
            switch status {
            case .running: "running"
            case .succeeded: "<span class=\"good\">succeeded</span>"
            case .failed: "<span class=\"bad\">failed</span>"
            case .lost: "<span class=\"bad\">lost</span>"
            }
    }

    /// Figures with their names, beside each other.
    init(figures: [(name: String, value: HTML)]) {
        let items = figures.map { figure -> HTML in
            "<div><dt>\(figure.name)</dt><dd>\(figure.value)</dd></div>"
        }
        self = "<dl class=\"figures\">\(items)</dl>\n"
    }
}

/// A link to a page of the site with a query.
struct QueryLink {
    let path: String
    /// Names and values; those without a value are left out.
    let query: [(name: String, value: String?)]

    /// Where it leads.
    var target: String {
        let pairs = self.query.compactMap { name, value in value.map { "\(name)=\(Self.encoded($0))" } }
        return pairs.isEmpty ? self.path : "\(self.path)?\(pairs.joined(separator: "&"))"
    }

    /// A value in which nothing but letters, digits and `-._~` stands for itself.
    private static func encoded(_ value: String) -> String {
        var text = ""
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                text += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return text
    }
}

/// A field of a form that is sent as a query.
struct FormField {
    let label: String
    let name: String
    let value: String?
    /// Further attributes of the input.
    var attributes: HTML = ""
    /// What the browser offers.
    var suggestions: [String] = []

    /// So many suggestions are offered at most: the others can be typed.
    private static let mostSuggestions = 500

    /// The field with its label.
    var html: HTML {
        let options = self.suggestions.prefix(Self.mostSuggestions).map { text -> HTML in
            "<option value=\"\(text)\"></option>"
        }
        let list: HTML = options.isEmpty ? "" : "<datalist id=\"\(self.name)-list\">\(options)</datalist>"
        let reference: HTML = options.isEmpty ? "" : " list=\"\(self.name)-list\""
        return """
            <label>\(self.label) <input name="\(self.name)" value="\(self.value ?? "")"\(self.attributes)\(reference)>\
            </label>\(list)

            """
    }
}
