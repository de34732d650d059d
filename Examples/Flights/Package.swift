// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let package = Package(
    name: "flights",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "flights", targets: ["FlightsCommand"])],
    dependencies: [
        // With the same traits as the repository itself, so that both can share one build folder. A program of your own
        // needs the library alone: it says traits: [], and neither the server's packages nor swift-syntax are fetched.
        .package(name: "watcher", path: "../.."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .executableTarget(
            name: "FlightsCommand",
            dependencies: [
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Watcher", package: "watcher"),
            ]
        ),
        .testTarget(
            name: "FlightsTests",
            dependencies: [
                "FlightsCommand",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Watcher", package: "watcher"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
}
