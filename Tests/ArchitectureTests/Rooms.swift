// SPDX-License-Identifier: Apache-2.0

/// A target below `Sources/`, and what its lines may say.
struct Room {
    let name: String
    /// The rooms it may see.
    let rooms: Set<String>
    /// The products of other packages it may use.
    let products: Set<String>
    /// What it may import from the toolchain.
    let system: Set<String>
    /// What its code must not say, besides what no room may.
    let forbidden: [String]
    /// What its string literals must not say.
    let forbiddenText: [ForbiddenText]

    init(
        _ name: String,
        rooms: Set<String> = [],
        products: Set<String> = [],
        system: Set<String> = [],
        forbidden: [String] = [],
        forbiddenText: [ForbiddenText] = [.sql]
    ) {
        self.name = name
        self.rooms = rooms
        self.products = products
        self.system = system.union(["FoundationEssentials"])
        self.forbidden = forbidden
        self.forbiddenText = forbiddenText
    }
}

/// What a room's string literals must not hold.
enum ForbiddenText {
    /// Statements of SQL.
    case sql
    /// Names of what the product keeps, such as `pipeline`.
    case productNouns
}

/// A line that may say what its room forbids, and why.
struct Exception {
    /// A file, or a folder with everything in it.
    let path: String
    let words: String
    let reason: String

    init(_ path: String, _ words: String, _ reason: String) {
        self.path = path
        self.words = words
        self.reason = reason
    }
}

/// The architecture, for machines: the one table that the tests hold against the sources, against Package.swift and
/// against ARCHITECTURE.md.
enum Rooms {
    static let all: [Room] = [
        Room("WatcherWire", forbidden: ["async", "await", "Date", "throw ValidationError"]),
        Room(
            "Watcher",
            rooms: ["WatcherWire"],
            products: [
                "AsyncHTTPClient", "Configuration", "Crypto", "CryptoExtras", "Logging", "NIOCore", "NIOHTTP1",
                "NIOPosix",
            ],
            system: ["Foundation", "Synchronization"]
        ),
        Room(
            "WatcherMacrosExpansion",
            products: ["SwiftDiagnostics", "SwiftSyntax", "SwiftSyntaxBuilder", "SwiftSyntaxMacros"],
            forbidden: ["async", "await"]
        ),
        Room(
            "WatcherMacrosPlugin",
            rooms: ["WatcherMacrosExpansion"],
            products: ["SwiftCompilerPlugin", "SwiftSyntax", "SwiftSyntaxMacros"],
            forbidden: ["async", "await"]
        ),
        Room("WatcherMacros", rooms: ["Watcher", "WatcherMacrosPlugin"], forbidden: ["func"]),
        Room("WatcherCore", forbidden: ["async", "await", "Logger", "Date", "Codable", "JSONEncoder", "JSONDecoder"]),
        Room(
            "WatcherDatabase",
            products: ["Logging"],
            system: ["Foundation", "Synchronization"],
            forbiddenText: [.productNouns]
        ),
        Room(
            "WatcherSQLite",
            rooms: ["WatcherDatabase"],
            products: ["GRDB", "GRDBSQLite", "Logging"],
            system: ["Foundation", "Synchronization"],
            forbiddenText: [.productNouns]
        ),
        Room(
            "WatcherPostgres",
            rooms: ["CLibpq", "WatcherDatabase"],
            products: ["Logging"],
            system: ["Foundation", "Synchronization", "Glibc", "Musl", "Darwin"],
            forbiddenText: [.productNouns]
        ),
        Room(
            "WatcherStore",
            rooms: ["WatcherCore", "WatcherDatabase"],
            forbidden: ["async", "await", "Logger", "Date"],
            forbiddenText: []
        ),
        Room(
            "WatcherDatabaseTesting",
            rooms: ["WatcherCore", "WatcherDatabase", "WatcherPostgres", "WatcherSQLite", "WatcherStore"],
            products: ["Logging"],
            system: ["Foundation", "Synchronization", "Testing"],
            forbiddenText: []
        ),
        Room(
            "WatcherServices",
            rooms: ["WatcherCore", "WatcherDatabase", "WatcherStore"],
            products: ["Crypto", "Logging", "ServiceLifecycle", "Tracing"],
            system: ["Foundation", "Synchronization"],
            forbidden: ["HTTPResponse", "HTTPRequest"]
        ),
        Room(
            "WatcherNotifiers",
            rooms: ["WatcherCore", "WatcherServices"],
            products: ["AsyncHTTPClient", "Logging", "NIOCore", "NIOHTTP1", "Tracing"],
            system: ["Foundation", "Synchronization"],
            forbidden: ["transaction"]
        ),
        Room(
            "WatcherPages",
            rooms: ["WatcherCore"],
            products: ["Crypto"],
            forbidden: ["async", "await", "Logger", "Date"]
        ),
        Room(
            "WatcherServer",
            rooms: ["WatcherCore", "WatcherPages", "WatcherServices", "WatcherWire"],
            products: [
                "Crypto", "HTTPTypes", "Hummingbird", "HummingbirdCore", "HummingbirdTLS", "Logging", "NIOCore",
                "NIOHTTPTypes", "NIOSSL", "Tracing",
            ],
            system: ["Foundation", "Synchronization"],
            forbidden: ["transaction", "throw DatabaseError"]
        ),
        Room(
            "WatcherCommand",
            rooms: [
                "Watcher", "WatcherCore", "WatcherDatabase", "WatcherNotifiers", "WatcherPostgres", "WatcherSQLite",
                "WatcherServer", "WatcherServices", "WatcherStore", "WatcherWire",
            ],
            products: [
                "ArgumentParser", "AsyncHTTPClient", "Configuration", "Instrumentation", "Logging", "NIOCore", "NIOSSL",
                "ServiceLifecycle", "UnixSignals",
            ],
            system: ["Foundation", "Synchronization", "Glibc", "Musl", "Darwin"]
        ),
    ]

    /// What no room may say: time, chance and ids are handed in, nothing crashes the process, work is awaited.
    static let forbiddenEverywhere = [
        "Date()", "Date.now", "UUID()", ".random(", "SystemRandomNumberGenerator", "print(", "try!", "as!",
        "fatalError(", "preconditionFailure(",
        "Task {", "Task(executorPreference:", "Task.detached", "Task.immediate",
    ]

    static let exceptions: [Exception] = [
        .init(
            "Sources/Watcher/Surroundings.swift",
            "Date()",
            "the one place where the library takes time from the system"
        ),
        .init("Sources/Watcher/Surroundings.swift", "UUID()", "the one place where the library makes idempotency keys"),
        .init(
            "Sources/Watcher/Surroundings.swift",
            ".random(",
            "the one place where the library takes jitter from chance"
        ),
        .init(
            "Sources/Watcher/Delivery/ShieldFromCancellation.swift",
            "Task {",
            "a report must be sent although its task is cancelled; the task is awaited"
        ),
        .init(
            "Sources/Watcher/Authentication/RenewedValue.swift",
            "Task(executorPreference:",
            "a credential is fetched for all that wait, and none of them may end that by being cancelled; all are resumed"
        ),
        .init("Sources/WatcherCommand/SystemTime.swift", "Date()", "the one place where the program takes time"),
        .init(
            "Sources/WatcherCommand/Tokens/TokenCreateCommand.swift",
            "SystemRandomNumberGenerator",
            "the one place where secrets are made"
        ),
        .init(
            "Sources/WatcherCommand/ServeCommand.swift",
            "SystemRandomNumberGenerator",
            "the one place where the ids of traces are made"
        ),
        .init("Sources/WatcherDatabaseTesting", "UUID()", "folders of tests that run at once must not meet"),
        .init("Sources/WatcherCommand", "print(", "standard output is what a command line is for"),
    ]

    /// At most so many statements may differ between databases.
    static let dialectSwitches = 5
    /// Longer files are cut at a seam.
    static let fileLength = 600
}
