// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import Testing

@Suite("The repository keeps its own architecture")
struct ArchitectureTests {
    private let manifest: Manifest
    private let sources: [SourceFile]
    private let tests: [SourceFile]

    init() throws {
        (self.manifest, self.sources, self.tests) = try Self.repository.get()
    }

    /// Read once for all tests.
    private static let repository = Result {
        (
            Manifest(try Repository.text("Package.swift")),
            try Repository.swiftFiles(["Sources"]),
            try Repository.swiftFiles(["Tests"])
        )
    }

    @Test("the table of rooms and Package.swift say the same")
    func tableMatchesManifest() {
        let declared = self.manifest.targets.filter { !$0.isTest }
        #expect(declared.map(\.name) == Rooms.all.map(\.name))
        for target in declared {
            guard let room = Rooms.all.first(where: { $0.name == target.name }) else { continue }
            #expect(target.rooms == room.rooms, "\(target.name): rooms")
            #expect(target.products == room.products, "\(target.name): products")
        }
    }

    @Test("every file below Sources belongs to a room")
    func everyFileHasARoom() {
        let names = Set(Rooms.all.map(\.name))
        #expect(Set(self.sources.map(\.target)) == names)
    }

    @Test("a room imports only what the table allows", arguments: Rooms.all.map(\.name))
    func imports(of name: String) throws {
        let room = try #require(Rooms.all.first { $0.name == name })
        let allowed = room.rooms.union(room.products).union(room.system)
        self.expectNone(self.files(of: room).flatMap { RoomRules.imports($0, allowed: allowed) })
    }

    @Test("a room says only what belongs there", arguments: Rooms.all.map(\.name))
    func words(of name: String) throws {
        let room = try #require(Rooms.all.first { $0.name == name })
        self.expectNone(
            self.files(of: room).flatMap { file in
                let excepted = Rooms.exceptions.filter { file.path.hasPrefix($0.path) }.map(\.words)
                let forbidden = (Rooms.forbiddenEverywhere + room.forbidden).filter { !excepted.contains($0) }
                return RoomRules.words(file, forbidden) + RoomRules.texts(file, room.forbiddenText)
            }
        )
    }

    @Test("every exception is needed and gives its reason", arguments: Rooms.exceptions.indices)
    func exceptionIsNeeded(_ index: Int) {
        let exception = Rooms.exceptions[index]
        let used = self.sources.filter { $0.path.hasPrefix(exception.path) }.contains {
            !RoomRules.words($0, [exception.words]).isEmpty
        }
        #expect(used, "nothing in \(exception.path) says '\(exception.words)' any more: take the exception out")
        #expect(exception.reason.split(separator: " ").count >= 3)
    }

    @Test("what the compiler is told to trust says why it is safe")
    func unsafetyIsDocumented() {
        self.expectNone((self.sources + self.tests).flatMap(RoomRules.undocumentedUnsafety))
    }

    @Test("no file is too long")
    func fileLengths() {
        self.expectNone((self.sources + self.tests).flatMap { RoomRules.length($0, atMost: Rooms.fileLength) })
    }

    @Test("every Swift file names its licence first")
    func licenceLines() throws {
        let others = try Repository.swiftFiles(["Examples", "Snippets", "Benchmarks"])
        let manifest = SourceFile(path: "Package.swift", text: try Repository.text("Package.swift"))
        self.expectNone((self.sources + self.tests + others + [manifest]).flatMap(RoomRules.licence))
    }

    @Test("hardly any statement differs between databases")
    func dialectSwitches() {
        let places = self.sources.filter { $0.target != "WatcherDatabase" }.flatMap(RoomRules.dialectSwitches)
        #expect(places.count <= Rooms.dialectSwitches, "\(places)")
    }

    @Test("what looks like a test is one")
    func everyTestRuns() {
        let targets = Dictionary(grouping: self.tests, by: \.target)
        self.expectNone(targets.values.flatMap(TestRules.suites))
        self.expectNone(self.tests.flatMap { RoomRules.words($0, [".disabled(", "withKnownIssue"]) })
    }

    @Test("a test target imports only what Package.swift gives it, and every folder of tests is one")
    func importsOfTests() {
        let system: Set = [
            "Testing", "Foundation", "FoundationEssentials", "Synchronization", "Glibc", "Darwin", "Musl",
        ]
        let declared = Dictionary(grouping: self.manifest.targets.filter(\.isTest), by: \.name)
            .compactMapValues(\.first)
        // A package of its own has its own manifest, and SwiftPM as its judge.
        let packages = Set(self.tests.filter { $0.path.hasSuffix("/Package.swift") }.map(\.target))
        let files = self.tests.filter { !packages.contains($0.target) }
        #expect(Set(files.map(\.target)) == Set(declared.keys))
        self.expectNone(
            files.flatMap { file in
                let target = declared[file.target]
                let allowed = system.union(target?.rooms ?? []).union(target?.products ?? [])
                return RoomRules.imports(file, allowed: allowed)
            }
        )
    }

    @Test("ARCHITECTURE.md lists exactly the rooms")
    func documentListsTheRooms() throws {
        let rooms = Documents.rooms(in: try Repository.text("ARCHITECTURE.md"))
        #expect(rooms.sorted() == Rooms.all.map(\.name).sorted())
    }

    @Test(
        "what every contributor looks for is there",
        arguments: [
            "README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", ".swift-format",
            ".editorconfig",
            ".gitignore", "scripts/test", "scripts/quickstart", "scripts/bench", ".ci/run",
        ]
    )
    func documentExists(_ path: String) throws {
        #expect(try !Repository.text(path).isEmpty)
    }

    private func files(of room: Room) -> [SourceFile] {
        self.sources.filter { $0.target == room.name }
    }

    private func expectNone(_ violations: [Violation], sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(
            violations.isEmpty,
            "\(violations.map(\.description).joined(separator: "\n"))",
            sourceLocation: sourceLocation
        )
    }
}
