// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import FlightsCommand

struct CSVReaderTests {
    private let folder: TestFolder

    init() throws {
        self.folder = try TestFolder()
    }

    private func records(_ text: String) throws -> [CSVRecord] {
        try self.records(Array(text.utf8))
    }

    private func records(_ bytes: [UInt8]) throws -> [CSVRecord] {
        var reader = try CSVReader(path: try self.folder.file("some.csv", bytes), columns: ["a", "b"])
        var records: [CSVRecord] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }

    @Test("records come with the line on which they begin")
    func recordsHaveLines() throws {
        let records = try self.records("a,b\n1,2\n\"x\ny\",3\n4,\n")
        #expect(records.map(\.fields) == [["1", "2"], ["x\ny", "3"], ["4", ""]])
        #expect(records.map(\.line) == [2, 3, 5])
    }

    @Test("quotation marks enclose commas, and doubled ones stand for themselves")
    func quotedValues() throws {
        #expect(try self.records("a,b\n\"1,5\",\"say \"\"no\"\"\"\n").map(\.fields) == [["1,5", "say \"no\""]])
    }

    @Test("lines may end with carriage return and newline, and the last one without either", arguments: ["\n", "\r\n"])
    func lineEnds(end: String) throws {
        #expect(try self.records("a,b\(end)1,2\(end)3,4").map(\.fields) == [["1", "2"], ["3", "4"]])
    }

    @Test(
        "a fault names the file, the line and the column",
        arguments: [
            ("", "some.csv, line 1: the file is empty; its first line should name the columns"),
            ("a,c\n", "some.csv, line 1, column 2: the column is called \"c\", \"b\" is expected"),
            ("a\n", "some.csv, line 1, column 2: the line ends, \"b\" is expected"),
            ("a,b,c\n", "some.csv, line 1, column 3: the column \"c\" is one too many"),
            (
                "a,b\n1,2\n3,\"4\n5",
                "some.csv, line 3, column 2 (b): the quotation mark that opens here is never closed"
            ),
            ("a,b\n1,2\"3\n", "some.csv, line 2, column 2 (b): a quotation mark stands inside a value"),
            ("a,b\n\"1\"2,3\n", "some.csv, line 2, column 1 (a): text follows the closing quotation mark"),
            ("a,b\n\"1\" \"2\",3\n", "some.csv, line 2, column 1 (a): text follows the closing quotation mark"),
            ("a,b\n1\r2,3\n", "some.csv, line 2, column 1 (a): a carriage return stands where no line ends"),
        ]
    )
    func faultsSayWhere(text: String, fault: String) {
        let error = #expect(throws: CSVFault.self) { try self.records(text) }
        #expect(error.map(String.init(describing:)) == fault)
    }

    @Test("bytes that are not UTF-8 are a fault")
    func otherEncodings() {
        let error = #expect(throws: CSVFault.self) { try self.records(Array("a,b\n1,".utf8) + [0xE9, 0x0A]) }
        #expect(error?.description == "some.csv, line 2, column 2 (b): the value is not UTF-8")
    }

    @Test("a packed file reads like the file in it")
    func packedFiles() throws {
        var reader = try CSVReader(path: Committed.january, columns: Flight.columns)
        let first = try reader.next()
        #expect(first?.fields.first == "2013")
        #expect(first?.line == 2)
        var count = 1
        while try reader.next() != nil { count += 1 }
        #expect(count == 27_004)
    }

    @Test("a file that is called .gz and is not one is refused")
    func filesThatAreNotPacked() throws {
        let path = try self.folder.file("plain.csv.gz", "a,b\n1,2\n".utf8)
        let error = #expect(throws: InputFileError.self) { try CSVReader(path: path, columns: ["a", "b"]) }
        #expect(error?.reason.hasPrefix("it cannot be unpacked; fetch it again (gzip: ") == true)
    }

    @Test("a packed file that was cut short is refused before anything of it is read")
    func truncatedPackedFiles() throws {
        let path = try self.folder.file(
            "cut.csv.gz",
            try Data(contentsOf: URL(filePath: Committed.january)).prefix(100_000)
        )
        let error = #expect(throws: InputFileError.self) { try CSVReader(path: path, columns: Flight.columns) }
        #expect(error?.reason.contains("unexpected end of file") == true)
    }

    @Test("a file that is missing is named", arguments: ["none.csv", "none.csv.gz"])
    func missingFiles(name: String) {
        let error = #expect(throws: InputFileError.self) {
            try CSVReader(path: self.folder.path + "/" + name, columns: ["a"])
        }
        #expect(error?.description.hasSuffix("\(name): there is no such file, or it may not be read") == true)
    }
}
