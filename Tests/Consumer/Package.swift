// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

// A user of the library alone. `scripts/test-library-only` builds it and looks at what was fetched and built for it.
let package = Package(
    name: "consumer",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "watcher", path: "../..", traits: [])],
    targets: [
        .executableTarget(
            name: "Consumer",
            dependencies: [.product(name: "Watcher", package: "watcher")]
        )
    ],
    swiftLanguageModes: [.v6]
)
