// SPDX-License-Identifier: Apache-2.0

/// One record of a CSV file; its readers throw a fault that says where the value stands.
struct CSVRecord: Sendable, Equatable {
    /// The name of the file.
    let file: String
    /// The line on which the record begins, from 1.
    let line: Int
    /// The names of the columns.
    let columns: [String]
    /// The values, as they stand; a damaged record may have too few or too many.
    let fields: [String]

    /// Throws when the record has not one value for each column.
    func checkCount() throws(CSVFault) {
        guard self.fields.count == self.columns.count else {
            throw CSVFault(
                file: self.file,
                line: self.line,
                reason: "the line has \(self.fields.count) values, and the file has \(self.columns.count) columns"
            )
        }
    }

    /// The value in a column, counted from 0, which must be there.
    func text(_ column: Int) throws(CSVFault) -> String {
        guard self.fields.indices.contains(column) else {
            throw self.fault(column, "the line ends before this column")
        }
        let text = self.fields[column]
        guard !text.isEmpty, text != "NA" else { throw self.fault(column, "the value is missing") }
        return text
    }

    /// The value in a column; `nil` when it says `NA`.
    func optionalText(_ column: Int) throws(CSVFault) -> String? {
        guard self.fields.indices.contains(column), self.fields[column] == "NA" else { return try self.text(column) }
        return nil
    }

    /// The whole number in a column, which must be there.
    func integer(_ column: Int) throws(CSVFault) -> Int {
        let text = try self.text(column)
        guard let number = Int(text), !text.hasPrefix("+") else {
            throw self.fault(column, "\"\(text)\" is not a whole number")
        }
        return number
    }

    /// The whole number in a column; `nil` when it says `NA`.
    func optionalInteger(_ column: Int) throws(CSVFault) -> Int? {
        guard try self.optionalText(column) != nil else { return nil }
        return try self.integer(column)
    }

    /// A fault of the value in a column, counted from 0.
    func fault(_ column: Int, _ reason: String) -> CSVFault {
        CSVFault(file: self.file, line: self.line, column: column + 1, columnName: self.columns[column], reason: reason)
    }
}

/// What is wrong in a CSV file, and where.
struct CSVFault: Error, Equatable, CustomStringConvertible {
    let file: String
    /// The line, from 1; the first holds the names of the columns.
    let line: Int
    /// The column, from 1, when one value is at fault.
    var column: Int?
    var columnName: String?
    let reason: String

    var description: String {
        var place = "\(self.file), line \(self.line)"
        if let column = self.column { place += ", column \(column)" }
        if let name = self.columnName { place += " (\(name))" }
        return "\(place): \(self.reason)"
    }
}
