// SPDX-License-Identifier: Apache-2.0

/// Reads a CSV file (RFC 4180, UTF-8, a first line with exactly the columns asked for) a record at a time.
///
/// Written by hand because no package was found that both streams and says where a fault is: SwiftCSV holds the whole
/// file in memory; CSV.swift streams, but its error is a bare `invalidCSVFormat`.
struct CSVReader {
    private static let comma = UInt8(ascii: ",")
    private static let quote = UInt8(ascii: "\"")
    private static let newline = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// The name of the file, for messages.
    var file: String { self.input.name }
    private let columns: [String]
    private let input: InputFile
    private var bytes: [UInt8] = []
    private var position = 0
    /// The line that is being read, from 1.
    private var line = 1

    /// Opens the file and checks the names of its columns.
    init(path: String, columns: [String]) throws {
        self.input = try InputFile(path: path)
        self.columns = columns
        guard let header = try self.fields() else {
            throw CSVFault(
                file: self.file,
                line: 1,
                reason: "the file is empty; its first line should name the columns"
            )
        }
        for (index, expected) in columns.enumerated() where !header.indices.contains(index) || header[index] != expected
        {
            let found = header.indices.contains(index) ? "the column is called \"\(header[index])\"" : "the line ends"
            throw CSVFault(file: self.file, line: 1, column: index + 1, reason: "\(found), \"\(expected)\" is expected")
        }
        guard header.count == columns.count else {
            throw CSVFault(
                file: self.file,
                line: 1,
                column: columns.count + 1,
                reason: "the column \"\(header[columns.count])\" is one too many"
            )
        }
    }

    /// The next record; `nil` at the end of the file.
    ///
    /// The number of its values is not checked here: the first ones may still say which day a damaged line belongs to.
    mutating func next() throws -> CSVRecord? {
        let line = self.line
        guard let fields = try self.fields() else { return nil }
        return CSVRecord(file: self.file, line: line, columns: self.columns, fields: fields)
    }

    private mutating func fields() throws -> [String]? {
        guard var byte = try self.byte() else { return nil }
        var fields: [String] = []
        var value: [UInt8] = []
        var quoted = false
        while true {
            switch byte {
            case Self.comma:
                fields.append(try self.text(value, at: fields.count))
                value.removeAll(keepingCapacity: true)
                quoted = false
            case Self.newline:
                fields.append(try self.text(value, at: fields.count))
                self.line += 1
                return fields
            case Self.carriageReturn:
                guard try self.byte() == Self.newline else {
                    throw self.fault(fields.count, "a carriage return stands where no line ends")
                }
                byte = Self.newline
                continue
            case Self.quote where value.isEmpty && !quoted:
                value = try self.quotedValue(at: fields.count)
                quoted = true
            case Self.quote:
                throw self.fault(fields.count, "a quotation mark stands inside a value")
            default:
                guard !quoted else { throw self.fault(fields.count, "text follows the closing quotation mark") }
                value.append(byte)
            }
            guard let next = try self.byte() else {
                fields.append(try self.text(value, at: fields.count))
                return fields
            }
            byte = next
        }
    }

    /// What stands up to the closing quotation mark; a doubled one stands for itself.
    private mutating func quotedValue(at index: Int) throws -> [UInt8] {
        let opening = self.line
        var value: [UInt8] = []
        while let byte = try self.byte() {
            if byte == Self.quote {
                guard try self.peek() == Self.quote else { return value }
                self.position += 1
            }
            if byte == Self.newline { self.line += 1 }
            value.append(byte)
        }
        self.line = opening
        throw self.fault(index, "the quotation mark that opens here is never closed")
    }

    private func text(_ value: [UInt8], at index: Int) throws -> String {
        guard let text = String(validating: value, as: UTF8.self) else {
            throw self.fault(index, "the value is not UTF-8")
        }
        return text
    }

    private func fault(_ index: Int, _ reason: String) -> CSVFault {
        CSVFault(
            file: self.file,
            line: self.line,
            column: index + 1,
            columnName: self.columns.indices.contains(index) ? self.columns[index] : nil,
            reason: reason
        )
    }

    private mutating func byte() throws -> UInt8? {
        guard let byte = try self.peek() else { return nil }
        self.position += 1
        return byte
    }

    private mutating func peek() throws -> UInt8? {
        if self.position == self.bytes.count {
            guard let bytes = try self.input.read() else { return nil }
            self.bytes = bytes
            self.position = 0
        }
        return self.bytes[self.position]
    }
}
