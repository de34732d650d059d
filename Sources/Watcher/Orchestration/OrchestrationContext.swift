// SPDX-License-Identifier: Apache-2.0

/// What runs the process, and which of its runs this is: what an execution says about where it comes from.
public struct OrchestrationContext: Sendable, Hashable {
    /// What runs the process; more kinds may come, and any name will do.
    public struct Orchestrator: Sendable, Hashable, CustomStringConvertible {
        /// The name, in lower case.
        public let description: String

        /// Makes an orchestrator that has no constant here.
        public init(_ name: String) {
            self.description = name
        }

        /// Apache Airflow.
        public static let airflow = Self("airflow")
        /// Dagster.
        public static let dagster = Self("dagster")
        /// Prefect.
        public static let prefect = Self("prefect")
        /// Argo Workflows.
        public static let argo = Self("argo")
        /// AWS Batch.
        public static let awsBatch = Self("aws_batch")
        /// GitHub Actions.
        public static let githubActions = Self("github_actions")
        /// Kubernetes, without any of the others.
        public static let kubernetes = Self("kubernetes")
        /// cron.
        public static let cron = Self("cron")
    }

    /// What runs the process.
    public var orchestrator: Orchestrator
    /// The run, as the orchestrator calls it.
    public var runID: String?
    /// What is run: a DAG, a job, a workflow.
    public var dagID: String?
    /// The part of it that this process is: a task, a step, a node.
    public var taskID: String?
    /// For which moment it is run, as the orchestrator writes it.
    public var executionDate: String?
    /// Which part of the data it is for.
    public var partitionKey: String?
    /// Everything else, by the names under which it is reported.
    public var details: [String: JSONValue]

    /// Makes a context, for an orchestrator that tells it in another way than by environment variables.
    public init(
        orchestrator: Orchestrator,
        runID: String? = nil,
        dagID: String? = nil,
        taskID: String? = nil,
        executionDate: String? = nil,
        partitionKey: String? = nil,
        details: [String: JSONValue] = [:]
    ) {
        self.orchestrator = orchestrator
        self.runID = runID
        self.dagID = dagID
        self.taskID = taskID
        self.executionDate = executionDate
        self.partitionKey = partitionKey
        self.details = details
    }

    /// Reads from environment variables what runs the process.
    ///
    /// Read are variables of a fixed list, by their whole names; nothing else of the environment is ever taken. The first
    /// orchestrator that is found counts, of Airflow, Dagster, Prefect, Argo, AWS Batch, GitHub Actions, Kubernetes and
    /// cron; the batch service or cluster below another one is reported as its `platform`.
    ///
    /// - Parameter environment: the variables; those of the process when not given.
    /// - Returns: the context; `nil` when nothing is known of one.
    public static func detect(environment: [String: String]? = nil) -> OrchestrationContext? {
        let environment = environment ?? CredentialSources.live.environment
        let found = OrchestratorSignature.all.filter { $0.isThere(environment) }
        guard let first = found.first else {
            return OrchestratorSignature.looksLikeCron(environment) ? .init(orchestrator: .cron) : nil
        }
        var context = first.context(environment)
        for platform in found.dropFirst() where [.kubernetes, .awsBatch].contains(platform.orchestrator) {
            context.details["platform"] = JSONValue.object(platform.context(environment).members)
            break
        }
        return context
    }

    /// The key of an execution's metadata under which the context is reported.
    public static let metadataKey = "orchestration"

    /// The context as it is reported: without what is not known.
    public var members: [String: JSONValue] {
        let known = [
            ("orchestrator", self.orchestrator.description), ("run_id", self.runID), ("dag_id", self.dagID),
            ("task_id", self.taskID), ("execution_date", self.executionDate), ("partition_key", self.partitionKey),
        ]
        return known.reduce(into: self.details) { members, member in
            if let value = member.1 { members[member.0] = JSONValue(value) }
        }
    }
}

extension ETLResults {
    /// The results with the context in their metadata, unless that key is taken.
    func adding(_ context: JSONValue?) -> ETLResults {
        guard let context, self.executionMetadata?[OrchestrationContext.metadataKey] == nil else { return self }
        var results = self
        results.executionMetadata = results.executionMetadata ?? [:]
        results.executionMetadata?[OrchestrationContext.metadataKey] = context
        return results
    }
}
