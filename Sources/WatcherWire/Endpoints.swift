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
        let steps = self.path.split(separator: "/", omittingEmptySubsequences: false)
        return steps.map { $0 == "{id}" ? String(id) : String($0) }.joined(separator: "/")
    }
}

/// Every endpoint of the HTTP interface, written once for the server, the library and the command line.
public enum Endpoints {
    /// Says that a server is here; a browser gets the overview page.
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

    /// Tells that an execution is alive.
    public static let heartbeat = Endpoint(.post, "/pipeline_execution/{id}/heartbeat")

    /// Reads every direct edge on any path through one address; a browser gets a page, also without an address.
    public static let lineageGraph = Endpoint(.get, "/lineage-graph")
    /// Does nothing: the graph is always fresh.
    public static let refreshLineageGraph = Endpoint(.post, "/lineage-graph/refresh")
    /// Lists the addresses that lineage names.
    public static let lineageGraphAddresses = Endpoint(.get, "/lineage-graph/addresses")

    /// Asks for a check of how fresh the data of all pipelines is.
    public static let checkFreshness = Endpoint(.post, "/freshness")
    /// Asks for a check of executions that take too long.
    public static let checkTimeliness = Endpoint(.post, "/timeliness")

    /// Creates an anomaly detection rule.
    public static let createAnomalyRule = Endpoint(.post, "/anomaly_detection_rule")
    /// Lists the anomaly detection rules.
    public static let anomalyRules = Endpoint(.get, "/anomaly_detection_rule")
    /// Reads one anomaly detection rule.
    public static let anomalyRule = Endpoint(.get, "/anomaly_detection_rule/{id}")
    /// Changes one anomaly detection rule.
    public static let patchAnomalyRule = Endpoint(.patch, "/anomaly_detection_rule")
    /// Takes the flags of an anomaly off an execution.
    public static let unflagAnomaly = Endpoint(.post, "/unflag_anomaly")

    /// Looks at the queue of jobs, under the name that existing clients use.
    public static let monitorCeleryQueue = Endpoint(.post, "/celery/monitor-queue")
    /// Looks at the queue of jobs.
    public static let monitorQueue = Endpoint(.post, "/queue/monitor")
    /// Deletes what is older than a number of days.
    public static let cleanUpLogs = Endpoint(.post, "/log_cleanup")

    /// Shows the figures of each day and pipeline.
    public static let reporting = Endpoint(.get, "/reporting")
    /// Reads the figures of each day and pipeline.
    public static let dailyMetrics = Endpoint(.get, "/reporting/daily-pipeline-metrics")
    /// Lists the names of pipelines.
    public static let pipelineNames = Endpoint(.get, "/reporting/pipeline-names")
    /// Lists the names of pipeline types.
    public static let pipelineTypeNames = Endpoint(.get, "/reporting/pipeline-type-names")
    /// Does nothing: the figures are always fresh.
    public static let refreshReporting = Endpoint(.post, "/reporting/refresh")

    /// Shows how the ledger is.
    public static let diagnostics = Endpoint(.get, "/diagnostics")
    /// Reads the server's figures in the text format of Prometheus.
    public static let metrics = Endpoint(.get, "/metrics")
    /// Reads the description of this interface.
    public static let openAPI = Endpoint(.get, "/openapi.json")
    /// Shows the description of this interface.
    public static let docs = Endpoint(.get, "/docs")

    /// All of them.
    public static let all: [Endpoint] = [
        root, live, ready,
        syncPipeline, pipelines, pipeline, patchPipeline,
        syncPipelineType, pipelineTypes, pipelineType, patchPipelineType,
        syncAddressType, addressTypes, addressType, patchAddressType,
        syncAddress, addresses, address, patchAddress, addressLineage,
        startExecution, endExecution, executions, execution, heartbeat,
        lineageGraph, refreshLineageGraph, lineageGraphAddresses,
        checkFreshness, checkTimeliness,
        createAnomalyRule, anomalyRules, anomalyRule, patchAnomalyRule, unflagAnomaly,
        monitorCeleryQueue, monitorQueue, cleanUpLogs,
        reporting, dailyMetrics, pipelineNames, pipelineTypeNames, refreshReporting,
        diagnostics, metrics, openAPI, docs,
    ]
}

/// The header fields of the HTTP interface that are not standard ones.
public enum HeaderNames {
    /// A key under which a POST takes effect once, however often it is sent within 24 hours.
    public static let idempotencyKey = "Idempotency-Key"
}
