// SPDX-License-Identifier: Apache-2.0

/// By which variables an orchestrator is known, and which of them are reported under which names.
struct OrchestratorSignature: Sendable {
    /// Where a variable's value goes.
    enum Field: Sendable, Hashable {
        case run, dag, task, date
        /// A detail, as a text.
        case text(String)
        /// A detail, as a number when it is one.
        case number(String)
        /// That the variable is set; its value is not taken.
        case presence(String)
        /// The member `name` of a JSON object; the rest, with the inputs of the work, is not taken.
        case nameInJSON(String)
    }

    let orchestrator: OrchestrationContext.Orchestrator
    /// One of these is set when the orchestrator is there.
    let evidence: [String]
    /// The variables that are read; of several for one field the first that is set counts.
    let variables: [(name: String, field: Field)]

    /// No value is longer than this many characters.
    static let longest = 512

    func isThere(_ environment: [String: String]) -> Bool {
        self.evidence.contains { environment[$0]?.isEmpty == false }
    }

    func context(_ environment: [String: String]) -> OrchestrationContext {
        var context = OrchestrationContext(orchestrator: self.orchestrator)
        var taken: Set<Field> = []
        for (name, field) in self.variables {
            guard let value = environment[name], !value.isEmpty, taken.insert(field).inserted else { continue }
            let text = String(value.prefix(Self.longest))
            switch field {
            case .run: context.runID = text
            case .dag: context.dagID = text
            case .task: context.taskID = text
            case .date: context.executionDate = text
            case .text(let key): context.details[key] = JSONValue(text)
            case .number(let key): context.details[key] = Int64(text).map { JSONValue($0) } ?? JSONValue(text)
            case .presence(let key): context.details[key] = true
            case .nameInJSON(let key):
                // Not an object of Argo's: then its name is not known.
                guard let name = (try? JSONParser.parse(value))?["name"]?.string else { continue }
                context.details[key] = JSONValue(name.prefix(Self.longest))
            }
        }
        return context
    }

    // MARK: - The list

    /// Those that know most about the run come first: Airflow may run a pod, and then Kubernetes is only its platform.
    static let all: [Self] = [
        // The names that Airflow exports to every task, 2 and 3; it has none for the map index, which deployments set
        // themselves under this name.
        .init(
            orchestrator: .airflow,
            evidence: ["AIRFLOW_CTX_DAG_ID"],
            variables: [
                ("AIRFLOW_CTX_DAG_ID", .dag), ("AIRFLOW_CTX_TASK_ID", .task), ("AIRFLOW_CTX_DAG_RUN_ID", .run),
                ("AIRFLOW_CTX_LOGICAL_DATE", .date), ("AIRFLOW_CTX_EXECUTION_DATE", .date),
                ("AIRFLOW_CTX_TRY_NUMBER", .number("try_number")), ("AIRFLOW_CTX_MAP_INDEX", .number("map_index")),
                ("AIRFLOW_CTX_DAG_OWNER", .text("dag_owner")),
            ]
        ),
        // The launchers set the names of job and step. What Pipes hands over is compressed: only that it is there is told.
        .init(
            orchestrator: .dagster,
            evidence: ["DAGSTER_RUN_ID", "DAGSTER_RUN_JOB_NAME", "DAGSTER_PIPES_CONTEXT"],
            variables: [
                ("DAGSTER_RUN_ID", .run), ("DAGSTER_RUN_JOB_NAME", .dag), ("DAGSTER_RUN_STEP_KEY", .task),
                ("DAGSTER_PIPES_CONTEXT", .presence("pipes")),
            ]
        ),
        .init(
            orchestrator: .prefect,
            evidence: ["PREFECT__FLOW_RUN_ID", "PREFECT__TASK_RUN_ID"],
            variables: [
                ("PREFECT__FLOW_RUN_ID", .run), ("PREFECT__TASK_RUN_ID", .task),
                ("PREFECT__WORKER_NAME", .text("worker_name")),
            ]
        ),
        .init(
            orchestrator: .argo,
            evidence: ["ARGO_WORKFLOW_NAME", "ARGO_NODE_ID", "ARGO_TEMPLATE"],
            variables: [
                ("ARGO_WORKFLOW_NAME", .dag), ("ARGO_WORKFLOW_UID", .run), ("ARGO_NODE_ID", .task),
                ("ARGO_POD_NAME", .text("pod_name")), ("ARGO_CONTAINER_NAME", .text("container_name")),
                ("ARGO_TEMPLATE", .nameInJSON("template")),
            ]
        ),
        .init(
            orchestrator: .awsBatch,
            evidence: ["AWS_BATCH_JOB_ID"],
            variables: [
                ("AWS_BATCH_JOB_ID", .run), ("AWS_BATCH_JOB_ATTEMPT", .number("job_attempt")),
                ("AWS_BATCH_JQ_NAME", .text("job_queue")), ("AWS_BATCH_CE_NAME", .text("compute_environment")),
                ("AWS_BATCH_JOB_ARRAY_INDEX", .number("array_index")),
                ("AWS_BATCH_JOB_ARRAY_SIZE", .number("array_size")),
                ("AWS_BATCH_JOB_NODE_INDEX", .number("node_index")),
            ]
        ),
        .init(
            orchestrator: .githubActions,
            evidence: ["GITHUB_ACTIONS"],
            variables: [
                ("GITHUB_RUN_ID", .run), ("GITHUB_WORKFLOW", .dag), ("GITHUB_JOB", .task),
                ("GITHUB_RUN_ATTEMPT", .number("run_attempt")), ("GITHUB_RUN_NUMBER", .number("run_number")),
                ("GITHUB_REPOSITORY", .text("repository")), ("GITHUB_REF", .text("ref")), ("GITHUB_SHA", .text("sha")),
                ("GITHUB_EVENT_NAME", .text("event_name")),
            ]
        ),
        // Kubernetes itself sets only the first two; pods get the others from the downward API, under these names in its
        // documentation and in most charts. A pod's host name is its own.
        .init(
            orchestrator: .kubernetes,
            evidence: ["KUBERNETES_SERVICE_HOST"],
            variables: [
                ("JOB_COMPLETION_INDEX", .number("job_completion_index")), ("POD_NAME", .text("pod_name")),
                ("MY_POD_NAME", .text("pod_name")), ("HOSTNAME", .text("pod_name")),
                ("POD_NAMESPACE", .text("namespace")), ("MY_POD_NAMESPACE", .text("namespace")),
                ("NODE_NAME", .text("node_name")), ("MY_NODE_NAME", .text("node_name")),
            ]
        ),
    ]

    /// Whether the environment is the one that crontab(5) describes: the shell and the path that cron sets, a user, and
    /// nothing that a terminal, a login or systemd leaves behind.
    ///
    /// A crontab that sets another `PATH` or `SHELL` is not recognised: better nothing than a guess.
    static func looksLikeCron(_ environment: [String: String]) -> Bool {
        let strangers = ["TERM", "SSH_CONNECTION", "SSH_TTY", "DISPLAY", "INVOCATION_ID", "XDG_SESSION_TYPE"]
        return environment["SHELL"] == "/bin/sh" && environment["PATH"] == "/usr/bin:/bin"
            && environment["LOGNAME"] != nil && environment["HOME"] != nil
            && strangers.allSatisfy { environment[$0] == nil }
    }
}
