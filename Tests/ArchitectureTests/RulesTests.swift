// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite("The rules find what they are for")
struct RulesTests {
    @Test(
        "forbidden words are found in code, however they are spaced",
        arguments: [
            ("let now = Date()", "Date()"), ("let now = Date ( )", "Date()"), ("Task{ }", "Task {"),
            ("let id = UUID().uuidString", "UUID()"), ("Int.random(in: 0..<3)", ".random("), ("try! work()", "try!"),
            ("let x = \"\\(Date())\"", "Date()"), ("Task.detached { }", "Task.detached"),
        ]
    )
    func forbiddenWordsAreFound(text: String, words: String) {
        #expect(RoomRules.words(Self.source(text), [words]).map(\.line) == [1])
    }

    @Test(
        "forbidden words are not found in comments, strings and longer names",
        arguments: [
            "// Date()", "/* Date() /* */ Date() */", "\"Date()\"", "#\"\"Date()\"#", "\"\"\"\nDate()\n\"\"\"",
            "MyDate()", "Date(timeIntervalSince1970: 0)", "#\"\\(Date())\"#",
        ]
    )
    func otherTextIsLeftAlone(_ text: String) {
        #expect(RoomRules.words(Self.source(text), ["Date()"]) == [])
    }

    @Test("an import outside the table is found, in every spelling")
    func importsAreFound() {
        let file = Self.source(
            "import Allowed\npublic import Hummingbird\n@testable import struct GRDB.Row\n// import X"
        )
        #expect(RoomRules.imports(file, allowed: ["Allowed"]).map(\.line) == [2, 3])
        #expect(file.imports.map(\.module) == ["Allowed", "Hummingbird", "GRDB"])
    }

    @Test(
        "SQL in a string is found",
        arguments: [
            "SELECT id FROM pipeline", "\n  INSERT INTO x VALUES (1)", "DELETE FROM x", "PRAGMA a=1", "CREATE TABLE x",
        ]
    )
    func sqlIsFound(_ text: String) {
        #expect(RoomRules.texts(Self.source("let a = 1\nlet sql = \"\"\"\(text)\"\"\""), [.sql]).map(\.line) == [2])
    }

    @Test("prose is not SQL", arguments: ["Select a pipeline", "UPDATE", "Delete from the list", "CREATE a thing"])
    func proseIsNotSQL(_ text: String) {
        #expect(RoomRules.texts(Self.source("let prose = \"\(text)\""), [.sql]) == [])
    }

    @Test("the product's nouns are found in strings")
    func productNounsAreFound() {
        #expect(RoomRules.texts(Self.source("let a = \"the pipeline\""), [.productNouns]).count == 1)
        #expect(RoomRules.texts(Self.source("let pipeline = \"a table\""), [.productNouns]) == [])
    }

    @Test("unchecked sendability needs a reason directly above")
    func unsafetyNeedsAReason() {
        let declaration = "final class Box: @unchecked Sendable {}"
        #expect(RoomRules.undocumentedUnsafety(Self.source(declaration)).count == 1)
        #expect(RoomRules.undocumentedUnsafety(Self.source("// A box.\n\(declaration)")).count == 1)
        #expect(RoomRules.undocumentedUnsafety(Self.source("// Guarded by the lock.\n\n\(declaration)")).count == 1)
        #expect(RoomRules.undocumentedUnsafety(Self.source("// Guarded by the lock.\n\(declaration)")) == [])
        #expect(RoomRules.undocumentedUnsafety(Self.source("nonisolated(unsafe) var count = 0")).count == 1)
    }

    @Test("a file may have as many lines as the limit, and no more")
    func lengthIsLimited() {
        #expect(RoomRules.length(Self.source("a\nb\nc\n"), atMost: 3) == [])
        #expect(RoomRules.length(Self.source("a\nb\nc\nd\n"), atMost: 3).count == 1)
    }

    @Test("the licence line stands first, after a manifest's tools version at most")
    func licenceStandsFirst() {
        let line = "// SPDX-License-Identifier: Apache-2.0"
        #expect(RoomRules.licence(Self.source("\(line)\nimport A")) == [])
        #expect(RoomRules.licence(Self.source("// swift-tools-version: 6.2\n\(line)")) == [])
        #expect(RoomRules.licence(Self.source("import A\n\(line)")).count == 1)
        #expect(RoomRules.licence(Self.source("")).count == 1)
    }

    @Test("switches over the dialect and comparisons with it are counted, the property itself is not")
    func dialectSwitchesAreCounted() {
        let text = """
            switch self.transaction.dialect { }
            switch dialect { }
            if dialect == .sqlite { }
            let dialect = database.dialect
            var dialect: SQLDialect { .sqlite }
            """
        #expect(RoomRules.dialectSwitches(Self.source(text)).map(\.line) == [1, 2, 3])
    }

    @Test("a suite's function that never runs is found")
    func lostTestsAreFound() {
        let text = """
            struct CronTests {
                private let clock = Clock()
                @Test("runs") func runs() { helper() }
                func lost() {}
                func helper() {}
                private func hidden() {}
                @Test func nameless() { if true { func inner() {} } }
                @Test("has arguments", arguments: [1, 2])
                func testCrontab(_ number: Int) {}
                func testNothing() {}
                func testament() {}
            }
            extension CronTests { func alsoLost() {} }
            @Suite struct Odd { @Test("is a suite") func is() {}; func lostToo() {} }
            struct Helper { func used() {} }
            """
        let found = TestRules.suites([Self.source(text), Self.source("let x = testament()")])
        #expect(found.map(\.line) == [4, 7, 9, 10, 13, 14])
    }

    @Test("the manifest's targets are read with their rooms and products")
    func manifestIsRead() {
        let manifest = Manifest(
            """
            targets: [
                // .target(name: "No"),
                .target(name: "A"),
                .target(name: "B", dependencies: ["A", .product(name: "P", package: "p", condition: c)], path: "x"),
                .testTarget(name: "T", dependencies: ["B"]),
            ]
            """
        )
        #expect(
            manifest.targets == [
                .init(name: "A", isTest: false),
                .init(name: "B", isTest: false, rooms: ["A"], products: ["P"]),
                .init(name: "T", isTest: true, rooms: ["B"]),
            ]
        )
    }

    @Test("the rows of a document's table are read, other lines are not")
    func documentRowsAreRead() {
        let text =
            "| target | for |\n| --- | --- |\n| `Watcher` | SDK |\n|WatcherWire|x|\nWatcherCore\n| Watcher is | x |"
        #expect(Documents.rooms(in: text) == ["Watcher", "WatcherWire"])
    }

    private static func source(_ text: String) -> SourceFile {
        SourceFile(path: "Sources/Room/File.swift", text: text)
    }
}
