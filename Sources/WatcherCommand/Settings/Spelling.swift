// SPDX-License-Identifier: Apache-2.0

/// Finds what somebody may have meant.
enum Spelling {
    /// The name that is spelled most like a text; the text itself when there are no names.
    static func nearest(to text: String, among names: [String]) -> String {
        names.min { Self.distance(text, $0) < Self.distance(text, $1) } ?? text
    }

    /// How far a text is from a name, of which the groups may be left out.
    private static func distance(_ text: String, _ name: String) -> Int {
        let last = name.split(separator: ".").last.map(String.init) ?? name
        return min(Self.edits(Array(text), Array(name)), Self.edits(Array(text), Array(last)) + 1)
    }

    /// How many characters must be put in, taken out or changed: the distance of Levenshtein.
    private static func edits(_ left: [Character], _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (above, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = above + 1
            for (index, other) in right.enumerated() {
                let changed = diagonal + (character == other ? 0 : 1)
                diagonal = row[index + 1]
                row[index + 1] = min(changed, row[index] + 1, row[index + 1] + 1)
            }
        }
        return row[right.count]
    }
}
