// SPDX-License-Identifier: Apache-2.0
@_exported public import Watcher

/// Tracks every call of a function as an execution of a pipeline: the body becomes the closure of
/// `Watcher.trackPipelineExecution(pipelineID:active:parentExecutionID:watermark:nextWatermark:inheritsParent:_:)`.
///
/// ```swift
/// @TrackPipelineExecution(watcher, pipelineID: synced.pipeline.id, active: synced.pipeline.active)
/// func etl() async throws -> ExecutionResult<ETLResults>? {
///     print("execution \(watcherContext.executionID)")
///     return ETLResults(completedSuccessfully: true, inserts: 100)
/// }
/// ```
///
/// The function is `async throws` and returns `ExecutionResult<R>?`, where `R` adopts `ETLResultsProtocol`. Its body
/// returns `R` and may use `watcherContext`, a ``WatcherExecutionContext``. What the call throws and returns is what
/// `trackPipelineExecution` throws and returns.
///
/// The arguments are read where the attribute stands, outside the function: they may use everything visible there, but
/// neither `self` nor the parameters of the function. A method whose watcher and synced configuration are properties
/// names them by key path, as in `@TrackPipelineExecution(\Self.watcher, \Self.synced)`; where the arguments depend on
/// parameters, call `trackPipelineExecution` itself.
///
/// - Parameters:
///   - watcher: The client that reports the execution.
///   - pipelineID: The id of the pipeline, from its sync.
///   - active: False skips the body; the function then returns nil.
///   - parentExecutionID: The execution this one is a part of; nil means the enclosing tracked one, if there is any.
///   - watermark: From where the pipeline reads.
///   - nextWatermark: How far it reads.
///   - inheritsParent: Whether a nil `parentExecutionID` means the enclosing tracked execution.
@attached(body)
public macro TrackPipelineExecution(
    _ watcher: Watcher,
    pipelineID: Int64,
    active: Bool,
    parentExecutionID: Int64? = nil,
    watermark: Watermark? = nil,
    nextWatermark: Watermark? = nil,
    inheritsParent: Bool = true
) = #externalMacro(module: "WatcherMacrosPlugin", type: "TrackPipelineExecutionMacro")

/// Tracks every call of a function as an execution of a synced pipeline, with the id, the active flag and the
/// watermarks of its sync.
///
/// - Parameters:
///   - watcher: The client that reports the execution.
///   - synced: What `syncPipelineConfig` returned.
///   - parentExecutionID: The execution this one is a part of; nil means the enclosing tracked one, if there is any.
///   - inheritsParent: Whether a nil `parentExecutionID` means the enclosing tracked execution.
@attached(body)
public macro TrackPipelineExecution(
    _ watcher: Watcher,
    _ synced: SyncedPipelineConfig,
    parentExecutionID: Int64? = nil,
    inheritsParent: Bool = true
) = #externalMacro(module: "WatcherMacrosPlugin", type: "TrackPipelineExecutionMacro")

/// Tracks every call of a method as an execution of a synced pipeline, where the watcher and the synced pipeline are
/// properties of the method's own type.
///
/// ```swift
/// struct Loader {
///     let watcher: Watcher
///     let synced: SyncedPipelineConfig
///
///     @TrackPipelineExecution(\Self.watcher, \Self.synced)
///     func load() async throws -> ExecutionResult<ETLResults>? {
///         ETLResults(completedSuccessfully: true, inserts: 100)
///     }
/// }
/// ```
///
/// - Parameters:
///   - watcher: The property with the client that reports the execution.
///   - synced: The property with what `syncPipelineConfig` returned.
///   - parentExecutionID: The execution this one is a part of; nil means the enclosing tracked one, if there is any.
///   - inheritsParent: Whether a nil `parentExecutionID` means the enclosing tracked execution.
@attached(body)
public macro TrackPipelineExecution<Owner>(
    _ watcher: KeyPath<Owner, Watcher>,
    _ synced: KeyPath<Owner, SyncedPipelineConfig>,
    parentExecutionID: Int64? = nil,
    inheritsParent: Bool = true
) = #externalMacro(module: "WatcherMacrosPlugin", type: "TrackPipelineExecutionMacro")
