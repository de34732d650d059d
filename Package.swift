// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import CompilerPluginSupport
import PackageDescription

// The rooms stand in dependency order: each may depend on rooms above it only. ARCHITECTURE.md says what each is for;
// Tests/ArchitectureTests/Rooms.swift holds the same table for machines, and fails when the two drift apart.

/// Hummingbird, GRDB and what they need: left out, not even fetched, when a package takes the library with `traits: []`.
let server: TargetDependencyCondition? = .when(traits: ["Server"])
/// swift-syntax: needed only by packages that use `@TrackPipelineExecution`.
let macros: TargetDependencyCondition? = .when(traits: ["Macros"])

let package = Package(
    name: "watcher",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Watcher", targets: ["Watcher"]),
        .library(name: "WatcherMacros", targets: ["WatcherMacros"]),
        .library(name: "WatcherWire", targets: ["WatcherWire"]),
        .executable(name: "watcher", targets: ["WatcherCommand"]),
    ],
    traits: [
        .trait(name: "Server", description: "The `watcher` program: HTTP server and embedded SQLite store."),
        .trait(name: "Macros", description: "The `@TrackPipelineExecution` macro."),
        .default(enabledTraits: ["Server", "Macros"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["JSON", "YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/swiftlang/swift-syntax", from: "603.0.1"),
    ],
    targets: [
        // MARK: Wire — what travels: JSON messages, paths, error bodies. No business rules, no I/O.
        .target(name: "WatcherWire"),

        // MARK: SDK — the client library. Never sees Core, Store or the server.
        .target(
            name: "Watcher",
            dependencies: [
                "WatcherWire",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),

        // MARK: Macro — `@TrackPipelineExecution`, a product of its own because swift-syntax takes long to build.
        .target(
            name: "WatcherMacrosExpansion",
            dependencies: [
                .product(name: "SwiftDiagnostics", package: "swift-syntax", condition: macros),
                .product(name: "SwiftSyntax", package: "swift-syntax", condition: macros),
                .product(name: "SwiftSyntaxBuilder", package: "swift-syntax", condition: macros),
                .product(name: "SwiftSyntaxMacros", package: "swift-syntax", condition: macros),
            ]
        ),
        .macro(
            name: "WatcherMacrosPlugin",
            dependencies: [
                "WatcherMacrosExpansion",
                .product(name: "SwiftCompilerPlugin", package: "swift-syntax", condition: macros),
                .product(name: "SwiftSyntax", package: "swift-syntax", condition: macros),
                .product(name: "SwiftSyntaxMacros", package: "swift-syntax", condition: macros),
            ]
        ),
        .target(name: "WatcherMacros", dependencies: ["Watcher", "WatcherMacrosPlugin"]),

        // MARK: Core — the rules as values and pure functions. No async, no SQL, no JSON, no clock.
        .target(name: "WatcherCore"),

        // MARK: Database — the seam: what a database is. No table names.
        .target(name: "WatcherDatabase", dependencies: [.product(name: "Logging", package: "swift-log")]),

        // MARK: SQLite — the embedded driver. The only room that knows GRDB and SQLite.
        .target(
            name: "WatcherSQLite",
            dependencies: [
                "WatcherDatabase",
                .product(name: "GRDB", package: "GRDB.swift", condition: server),
                .product(name: "GRDBSQLite", package: "GRDB.swift", condition: server),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),

        // MARK: PostgreSQL — the driver for a database that several servers share. The only room that knows libpq.
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .target(
            name: "WatcherPostgres",
            dependencies: [
                "CLibpq", "WatcherDatabase",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),

        // MARK: Store — all SQL of the product, once for every database. No business decisions.
        .target(name: "WatcherStore", dependencies: ["WatcherCore", "WatcherDatabase"]),

        // MARK: Testkit — what every database driver must satisfy, and databases for tests.
        .target(
            name: "WatcherDatabaseTesting",
            dependencies: [
                "WatcherCore", "WatcherDatabase", "WatcherPostgres", "WatcherSQLite", "WatcherStore",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),

        // MARK: Services — the use cases: one transaction, one decision. No SQL text, no HTTP.
        .target(
            name: "WatcherServices",
            dependencies: [
                "WatcherCore", "WatcherDatabase", "WatcherStore",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ]
        ),

        // MARK: Notifiers — where alerts go. Knows the services' protocol, and no use case.
        .target(
            name: "WatcherNotifiers",
            dependencies: [
                "WatcherCore", "WatcherServices",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ]
        ),

        // MARK: Pages — view model in, HTML out. No HTTP, no JSON, no services.
        .target(
            name: "WatcherPages",
            dependencies: ["WatcherCore", .product(name: "Crypto", package: "swift-crypto")]
        ),

        // MARK: HTTP — routes, and wire to core and back. Hummingbird lives here and nowhere else.
        .target(
            name: "WatcherServer",
            dependencies: [
                "WatcherCore", "WatcherPages", "WatcherServices", "WatcherWire",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird", condition: server),
                .product(name: "HummingbirdCore", package: "hummingbird", condition: server),
                .product(name: "HummingbirdTLS", package: "hummingbird", condition: server),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras", condition: server),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ]
        ),

        // MARK: Root — the one program. Composes everything; holds no rules.
        // Not named `watcher`: on a case-insensitive file system that folder would be the library's.
        .executableTarget(
            name: "WatcherCommand",
            dependencies: [
                "Watcher", "WatcherCore", "WatcherDatabase", "WatcherNotifiers", "WatcherPostgres", "WatcherSQLite",
                "WatcherServer", "WatcherServices", "WatcherStore", "WatcherWire",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Instrumentation", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),

        // MARK: Tests
        .testTarget(name: "ArchitectureTests"),
        .testTarget(name: "WatcherWireTests", dependencies: ["WatcherWire"]),
        .testTarget(
            name: "WatcherTests",
            dependencies: [
                "Watcher", "WatcherWire",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird", condition: server),
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        .testTarget(
            name: "WatcherMacrosTests",
            dependencies: [
                "WatcherMacros", "WatcherMacrosExpansion",
                .product(name: "SwiftSyntaxMacros", package: "swift-syntax", condition: macros),
                .product(name: "SwiftSyntaxMacroExpansion", package: "swift-syntax", condition: macros),
                .product(name: "SwiftSyntaxMacrosGenericTestSupport", package: "swift-syntax", condition: macros),
            ]
        ),
        .testTarget(name: "WatcherCoreTests", dependencies: ["WatcherCore"]),
        .testTarget(
            name: "WatcherDatabaseTests",
            dependencies: [
                "WatcherDatabase", "WatcherDatabaseTesting", "WatcherSQLite",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "WatcherSQLiteTests",
            dependencies: ["WatcherDatabase", "WatcherDatabaseTesting", "WatcherSQLite"]
        ),
        .testTarget(
            name: "WatcherPostgresTests",
            dependencies: [
                "WatcherDatabase", "WatcherDatabaseTesting", "WatcherPostgres",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "WatcherStoreTests",
            dependencies: ["WatcherCore", "WatcherDatabase", "WatcherDatabaseTesting", "WatcherStore"]
        ),
        .testTarget(
            name: "WatcherServicesTests",
            dependencies: [
                "WatcherCore", "WatcherDatabase", "WatcherDatabaseTesting", "WatcherServices", "WatcherStore",
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ]
        ),
        .testTarget(
            name: "WatcherNotifiersTests",
            dependencies: [
                "WatcherCore", "WatcherNotifiers", "WatcherServices",
                .product(name: "Hummingbird", package: "hummingbird", condition: server),
                .product(name: "HummingbirdTesting", package: "hummingbird", condition: server),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),
        .testTarget(name: "WatcherPagesTests", dependencies: ["WatcherCore", "WatcherPages"]),
        .testTarget(
            name: "WatcherServerTests",
            dependencies: [
                "WatcherCore", "WatcherDatabaseTesting", "WatcherPages", "WatcherServer", "WatcherServices",
                "WatcherWire",
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Hummingbird", package: "hummingbird", condition: server),
                .product(name: "HummingbirdTesting", package: "hummingbird", condition: server),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Watcher", "WatcherCommand", "WatcherCore", "WatcherDatabase", "WatcherDatabaseTesting",
                "WatcherMacros", "WatcherSQLite", "WatcherWire",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird", condition: server),
                .product(name: "HummingbirdTesting", package: "hummingbird", condition: server),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        ]
}
