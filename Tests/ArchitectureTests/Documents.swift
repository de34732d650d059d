// SPDX-License-Identifier: Apache-2.0

/// What the written documents say.
enum Documents {
    /// The rooms of a Markdown table: the rows whose first cell is the name of a target, plain or as code.
    static func rooms(in markdown: String) -> [String] {
        markdown.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
            guard line.hasPrefix("|"), cells.count > 2 else { return nil }
            let name = cells[1].split(separator: " ").joined(separator: " ").replacing("`", with: "")
            return name.hasPrefix("Watcher") && name.allSatisfy(\.isLetter) ? name : nil
        }
    }
}
