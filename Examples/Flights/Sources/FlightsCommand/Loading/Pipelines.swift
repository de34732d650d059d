// SPDX-License-Identifier: Apache-2.0

import Foundation
import Watcher

/// The four pipelines of the load, as Watcher knows them.
struct Pipelines: Sendable {
    /// One execution a day; its watermark is the last day that is loaded.
    let daily: SyncedPipelineConfig
    let extract: SyncedPipelineConfig
    let load: SyncedPipelineConfig
    let summary: SyncedPipelineConfig

    /// Declares the pipelines, and where their data comes from and goes to.
    static func sync(with watcher: Watcher, data: String, target: String) async throws -> Pipelines {
        let files = [
            Self.file(URL(filePath: data).lastPathComponent, "The flights of a month or a year"),
            Self.file("flights corrections", "What was found out later about flights of earlier days"),
        ]
        let database = URL(filePath: target).deletingPathExtension().lastPathComponent
        let flights = Self.table(database, "flight", primaryKey: "day, carrier, flight, origin")
        let summary = Self.table(database, "delay_summary", primaryKey: "day, carrier")
        return Pipelines(
            daily: try await Self.sync("flights daily load", with: watcher),
            extract: try await Self.sync("flights extract", with: watcher),
            load: try await Self.sync("flights load", from: files, to: [flights], with: watcher),
            summary: try await Self.sync("flights delay summary", from: [flights], to: [summary], with: watcher)
        )
    }

    /// The pipelines that somebody has switched off in Watcher.
    var inactive: [SyncedPipelineConfig] {
        [self.daily, self.extract, self.load, self.summary].filter { !$0.pipeline.active }
    }

    private static func sync(
        _ name: String,
        from sources: [Address] = [],
        to targets: [Address] = [],
        with watcher: Watcher
    ) async throws -> SyncedPipelineConfig {
        try await watcher.syncPipelineConfig(
            PipelineConfig(
                pipeline: Pipeline(name: name, pipelineTypeName: "flights"),
                addressLineage: sources.isEmpty
                    ? nil : AddressLineage(sourceAddresses: sources, targetAddresses: targets)
            )
        )
    }

    private static func file(_ name: String, _ meaning: String) -> Address {
        Address(
            name: name,
            addressTypeName: "file",
            addressTypeGroupName: "file",
            addressMetadata: ["meaning": .string(meaning), "format": "csv"]
        )
    }

    private static func table(_ database: String, _ name: String, primaryKey: String) -> Address {
        Address(
            name: "\(database).main.\(name)",
            addressTypeName: "table",
            addressTypeGroupName: "database",
            databaseName: database,
            schemaName: "main",
            tableName: name,
            primaryKey: primaryKey
        )
    }
}
