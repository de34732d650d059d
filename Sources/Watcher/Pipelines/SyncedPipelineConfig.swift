// SPDX-License-Identifier: Apache-2.0

/// A configuration as the server has taken it: what to hand to the tracking of an execution.
public struct SyncedPipelineConfig: Sendable, Equatable {
    /// The pipeline, with what the server knows of it.
    public let pipeline: SyncedPipeline
    /// From where to read.
    ///
    /// The server's watermark, or else the default one. `nil` for an inactive pipeline, which reads nothing.
    public let watermark: Watermark?
    /// How far the next execution will read, as declared.
    public let nextWatermark: Watermark?
    /// From where to read while the server knows no watermark, as declared.
    public let defaultWatermark: Watermark?
    /// Where the data comes from and goes to, as declared.
    public let addressLineage: AddressLineage?

    /// Makes a configuration, for testing work that takes one.
    public init(
        pipeline: SyncedPipeline,
        watermark: Watermark? = nil,
        nextWatermark: Watermark? = nil,
        defaultWatermark: Watermark? = nil,
        addressLineage: AddressLineage? = nil
    ) {
        self.pipeline = pipeline
        self.watermark = watermark
        self.nextWatermark = nextWatermark
        self.defaultWatermark = defaultWatermark
        self.addressLineage = addressLineage
    }
}

/// A declared pipeline and what the server knows of it; every property of the declaration can be read from it as well.
@dynamicMemberLookup
public struct SyncedPipeline: Sendable, Equatable {
    /// The pipeline, as the server knows it.
    public let id: Int64
    /// Whether it shall run.
    public let active: Bool
    /// What was declared.
    public let declaration: Pipeline

    /// Makes a pipeline, for testing work that takes one.
    public init(id: Int64, active: Bool, declaration: Pipeline) {
        self.id = id
        self.active = active
        self.declaration = declaration
    }

    /// A property of the declaration.
    public subscript<Value>(dynamicMember property: KeyPath<Pipeline, Value>) -> Value {
        self.declaration[keyPath: property]
    }
}
