// SPDX-License-Identifier: Apache-2.0

/// A unit of the calendar in which freshness and timeliness are given: minute, hour, day, week, month or year.
public typealias Datepart = WireDatepart

/// A pipeline as its code declares it.
public struct Pipeline: Sendable, Equatable {
    /// The name, 1 to 150 characters; the server keeps it in lower case, and finds the pipeline by it.
    public var name: String
    /// The name of its type, 1 to 150 characters; the server creates the type when it is missing.
    public var pipelineTypeName: String
    /// Any facts about it.
    public var pipelineMetadata: [String: JSONValue]?
    /// How old its newest data may become, in units of ``freshnessDatepart``; above 0.
    public var freshnessNumber: Int?
    /// The unit of ``freshnessNumber``; both are given or neither.
    public var freshnessDatepart: Datepart?
    /// How long an execution may take, in units of ``timelinessDatepart``; above 0.
    public var timelinessNumber: Int?
    /// The unit of ``timelinessNumber``; both are given or neither.
    public var timelinessDatepart: Datepart?

    /// Makes a pipeline.
    public init(
        name: String,
        pipelineTypeName: String,
        pipelineMetadata: [String: JSONValue]? = nil,
        freshnessNumber: Int? = nil,
        freshnessDatepart: Datepart? = nil,
        timelinessNumber: Int? = nil,
        timelinessDatepart: Datepart? = nil
    ) {
        self.name = name
        self.pipelineTypeName = pipelineTypeName
        self.pipelineMetadata = pipelineMetadata
        self.freshnessNumber = freshnessNumber
        self.freshnessDatepart = freshnessDatepart
        self.timelinessNumber = timelinessNumber
        self.timelinessDatepart = timelinessDatepart
    }
}

/// What ``Watcher/syncPipelineConfig(_:)`` tells the server: a pipeline, its lineage and its watermarks.
public struct PipelineConfig: Sendable, Equatable {
    /// The pipeline.
    public var pipeline: Pipeline
    /// Where its data comes from and goes to; sent when the server asks for it.
    public var addressLineage: AddressLineage?
    /// From where to read while the server knows no watermark yet.
    public var defaultWatermark: Watermark?
    /// How far the next execution will read.
    public var nextWatermark: Watermark?

    /// Makes a configuration.
    public init(
        pipeline: Pipeline,
        addressLineage: AddressLineage? = nil,
        defaultWatermark: Watermark? = nil,
        nextWatermark: Watermark? = nil
    ) {
        self.pipeline = pipeline
        self.addressLineage = addressLineage
        self.defaultWatermark = defaultWatermark
        self.nextWatermark = nextWatermark
    }
}
