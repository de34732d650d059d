// SPDX-License-Identifier: Apache-2.0

extension [String: JSONValue] {
    /// The key under which cut metadata says that it was cut.
    static let cutKey = "watcher_cut"

    /// The metadata in at most so many bytes of JSON, or `nil` when it is no larger.
    ///
    /// Each member has an equal share of the room, and what the small ones leave of theirs goes to the large ones. Of a
    /// member beyond its share the begin is kept as a text with a mark; one whose name leaves no room for that is left
    /// out. A member of its own says what happened.
    func cut(toSize limit: Int) -> [String: JSONValue]? {
        // Nearly all metadata is so small that nobody needs to encode it to know.
        guard JSONValue.object(self).greatestSize > limit else { return nil }
        let size = JSONValue.object(self).encodedSize
        guard size > limit else { return nil }
        var kept: [String: JSONValue] = [:]
        var left = 0
        // The braces, and the member that says what happened with the largest numbers.
        var room = limit - 2 - Self.note(size: .max, left: .max).encodedSize - Self.cutKey.utf8.count - 4
        let members = self.map { (key: $0.key, value: $0.value, size: $0.value.encodedSize) }
            .sorted { ($0.size, $0.key) < ($1.size, $1.key) }
        for (index, member) in members.enumerated() {
            // Of very many members those that find room are kept, rather than nothing of each.
            let share = Swift.min(room, Swift.max(room / (members.count - index), 128))
            // A colon and a comma.
            let name = JSONValue(member.key).encodedSize + 2
            if let value = member.value.cut(toSize: share - name, from: member.size) {
                kept[member.key] = value
                room -= name + value.encodedSize
            } else {
                left += 1
            }
        }
        kept[Self.cutKey] = Self.note(size: size, left: left)
        return kept
    }

    private static func note(size: Int, left: Int) -> JSONValue {
        let members = left == 0 ? "" : " \(left) members were left out."
        return JSONValue("The metadata had \(size) bytes, and was cut to the limit of the client.\(members)")
    }
}

extension JSONValue {
    /// The size as JSON text in UTF-8.
    fileprivate var encodedSize: Int { self.description.utf8.count }

    /// A size as JSON text that this value does not exceed, found without writing it.
    fileprivate var greatestSize: Int {
        switch self {
        case .null, .bool: 5
        case .number(let number): number.text.utf8.count
        case .string(let text): Self.greatestSize(text)
        // Brackets, and behind each element a comma or a colon and a comma.
        case .array(let elements): elements.reduce(2) { $0 + $1.greatestSize + 1 }
        case .object(let members): members.reduce(2) { $0 + Self.greatestSize($1.key) + $1.value.greatestSize + 2 }
        }
    }

    /// Of a text a byte becomes six when it has to be escaped.
    private static func greatestSize(_ text: String) -> Int { 6 * text.utf8.count + 2 }

    /// The value when it is small enough, or else the begin of its text with a mark; `nil` when there is no room for that.
    fileprivate func cut(toSize limit: Int, from size: Int) -> JSONValue? {
        guard size > limit else { return self }
        let text = self.string ?? self.description
        let count = text.utf8.count
        // Quotes and control characters take more room than they count.
        var length = limit - 2
        while length >= 64 {
            let value = JSONValue(text.cut(toUTF8Count: length, of: count))
            let excess = value.encodedSize - limit
            guard excess > 0 else { return value }
            length = Swift.min(length - 1, length * limit / (limit + excess))
        }
        return nil
    }
}
