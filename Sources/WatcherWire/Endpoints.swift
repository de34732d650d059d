// SPDX-License-Identifier: Apache-2.0

/// A method and a path of the HTTP interface; `{id}` in a path stands for the id of one thing.
public struct Endpoint: Sendable, Hashable {
    /// An HTTP method.
    public enum Method: String, Sendable {
        /// Reads.
        case get = "GET"
        /// Creates, or asks for something to be done.
        case post = "POST"
        /// Changes what is there.
        case patch = "PATCH"
    }

    /// The HTTP method.
    public let method: Method
    /// The path, from the first slash on.
    public let path: String

    /// Makes an endpoint.
    public init(_ method: Method, _ path: String) {
        self.method = method
        self.path = path
    }

    /// The path of one thing.
    public func path(id: Int64) -> String {
        // Only the last step of a path names a thing.
        self.path.hasSuffix("{id}") ? self.path.dropLast(4) + String(id) : self.path
    }
}

/// Every endpoint of the HTTP interface, written once for the server, the library and the command line.
public enum Endpoints {
    /// Says that a server is here.
    public static let root = Endpoint(.get, "/")
    /// Says that the process runs; touches nothing.
    public static let live = Endpoint(.get, "/livez")
    /// Says that the database answers; the server listens only after it has brought the schema up to date.
    public static let ready = Endpoint(.get, "/readyz")

    /// Gets or creates a pipeline by name.
    public static let syncPipeline = Endpoint(.post, "/pipeline")
    /// Lists the pipelines.
    public static let pipelines = Endpoint(.get, "/pipeline")
    /// Reads one pipeline.
    public static let pipeline = Endpoint(.get, "/pipeline/{id}")
    /// Changes one pipeline.
    public static let patchPipeline = Endpoint(.patch, "/pipeline")

    /// Gets or creates a pipeline type by name.
    public static let syncPipelineType = Endpoint(.post, "/pipeline_type")
    /// Lists the pipeline types.
    public static let pipelineTypes = Endpoint(.get, "/pipeline_type")
    /// Reads one pipeline type.
    public static let pipelineType = Endpoint(.get, "/pipeline_type/{id}")
    /// Changes one pipeline type.
    public static let patchPipelineType = Endpoint(.patch, "/pipeline_type")

    /// Gets or creates an address type by name.
    public static let syncAddressType = Endpoint(.post, "/address_type")
    /// Lists the address types.
    public static let addressTypes = Endpoint(.get, "/address_type")
    /// Reads one address type.
    public static let addressType = Endpoint(.get, "/address_type/{id}")
    /// Changes one address type.
    public static let patchAddressType = Endpoint(.patch, "/address_type")

    /// Gets or creates an address by name.
    public static let syncAddress = Endpoint(.post, "/address")
    /// Lists the addresses.
    public static let addresses = Endpoint(.get, "/address")
    /// Reads one address.
    public static let address = Endpoint(.get, "/address/{id}")
    /// Changes one address.
    public static let patchAddress = Endpoint(.patch, "/address")

    /// Replaces the lineage edges of a pipeline.
    public static let addressLineage = Endpoint(.post, "/address_lineage")

    /// Starts an execution.
    public static let startExecution = Endpoint(.post, "/start_pipeline_execution")
    /// Ends an execution.
    public static let endExecution = Endpoint(.post, "/end_pipeline_execution")
    /// Lists executions, newest first.
    public static let executions = Endpoint(.get, "/pipeline_execution")
    /// Reads one execution with its children.
    public static let execution = Endpoint(.get, "/pipeline_execution/{id}")

    /// All of them.
    public static let all: [Endpoint] = [
        root, live, ready,
        syncPipeline, pipelines, pipeline, patchPipeline,
        syncPipelineType, pipelineTypes, pipelineType, patchPipelineType,
        syncAddressType, addressTypes, addressType, patchAddressType,
        syncAddress, addresses, address, patchAddress, addressLineage,
        startExecution, endExecution, executions, execution,
    ]
}

/// The header fields of the HTTP interface that are not standard ones.
public enum HeaderNames {
    /// A key under which a POST takes effect once, however often it is sent within 24 hours.
    public static let idempotencyKey = "Idempotency-Key"
}
