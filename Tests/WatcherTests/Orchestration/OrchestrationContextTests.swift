// SPDX-License-Identifier: Apache-2.0

import Testing
import Watcher

struct OrchestrationContextTests {
    private static let cases: [(environment: [String: String], members: JSONValue)] = [
        (
            [
                "AIRFLOW_CTX_DAG_ID": "flights", "AIRFLOW_CTX_TASK_ID": "load", "AIRFLOW_CTX_TRY_NUMBER": "2",
                "AIRFLOW_CTX_DAG_RUN_ID": "manual__2025-02-28T05:18:54+00:00", "AIRFLOW_CTX_DAG_OWNER": "airflow",
                "AIRFLOW_CTX_LOGICAL_DATE": "2025-02-25T06:42:00+00:00", "AIRFLOW_CTX_MAP_INDEX": "-1",
                "AIRFLOW_CTX_DAG_EMAIL": "a@example.com", "AIRFLOW_CONN_DB": "postgres://u:s3cret@h/d",
            ],
            [
                "orchestrator": "airflow", "dag_id": "flights", "task_id": "load", "try_number": 2, "map_index": -1,
                "run_id": "manual__2025-02-28T05:18:54+00:00", "dag_owner": "airflow",
                "execution_date": "2025-02-25T06:42:00+00:00",
            ]
        ),
        (
            ["AIRFLOW_CTX_DAG_ID": "old", "AIRFLOW_CTX_EXECUTION_DATE": "2023-12-29T16:43:01.921567+00:00"],
            ["orchestrator": "airflow", "dag_id": "old", "execution_date": "2023-12-29T16:43:01.921567+00:00"]
        ),
        (
            [
                "DAGSTER_RUN_ID": "r", "DAGSTER_RUN_JOB_NAME": "j", "DAGSTER_RUN_STEP_KEY": "s",
                "DAGSTER_PIPES_CONTEXT": "eJyrVk-s3cret", "DAGSTER_PG_PASSWORD": "s3cret",
            ],
            ["orchestrator": "dagster", "run_id": "r", "dag_id": "j", "task_id": "s", "pipes": true]
        ),
        (
            ["PREFECT__FLOW_RUN_ID": "f", "PREFECT__WORKER_NAME": "w", "PREFECT_API_KEY": "s3cret"],
            ["orchestrator": "prefect", "run_id": "f", "worker_name": "w"]
        ),
        (
            [
                "ARGO_WORKFLOW_NAME": "w", "ARGO_WORKFLOW_UID": "u", "ARGO_NODE_ID": "n", "ARGO_CONTAINER_NAME": "main",
                "ARGO_TEMPLATE": #"{"name": "load", "inputs": {"parameters": [{"name": "p", "value": "s3cret"}]}}"#,
                "KUBERNETES_SERVICE_HOST": "10.0.0.1", "HOSTNAME": "pod-1", "POD_NAMESPACE": "etl",
            ],
            [
                "orchestrator": "argo", "dag_id": "w", "run_id": "u", "task_id": "n", "container_name": "main",
                "template": "load",
                "platform": ["orchestrator": "kubernetes", "pod_name": "pod-1", "namespace": "etl"],
            ]
        ),
        (
            ["ARGO_NODE_ID": "n", "ARGO_TEMPLATE": "no JSON s3cret"],
            ["orchestrator": "argo", "task_id": "n"]
        ),
        (
            [
                "AWS_BATCH_JOB_ID": "j", "AWS_BATCH_JOB_ATTEMPT": "1", "AWS_BATCH_JQ_NAME": "q",
                "AWS_BATCH_CE_NAME": "c", "AWS_BATCH_JOB_ARRAY_INDEX": "0", "AWS_SECRET_ACCESS_KEY": "s3cret",
            ],
            [
                "orchestrator": "aws_batch", "run_id": "j", "job_attempt": 1, "job_queue": "q",
                "compute_environment": "c", "array_index": 0,
            ]
        ),
        (
            [
                "GITHUB_ACTIONS": "true", "GITHUB_RUN_ID": "1658821493", "GITHUB_RUN_ATTEMPT": "3",
                "GITHUB_WORKFLOW": "nightly", "GITHUB_JOB": "load", "GITHUB_SHA": "ffac537e", "GITHUB_TOKEN": "s3cret",
                "GITHUB_REPOSITORY": "a/b",
            ],
            [
                "orchestrator": "github_actions", "run_id": "1658821493", "run_attempt": 3, "dag_id": "nightly",
                "task_id": "load", "sha": "ffac537e", "repository": "a/b",
            ]
        ),
        (
            [
                "KUBERNETES_SERVICE_HOST": "10.0.0.1", "JOB_COMPLETION_INDEX": "4", "POD_NAME": "p", "HOSTNAME": "h",
                "NODE_NAME": "n",
            ],
            [
                "orchestrator": "kubernetes", "job_completion_index": 4, "pod_name": "p", "node_name": "n",
            ]
        ),
        (
            ["SHELL": "/bin/sh", "PATH": "/usr/bin:/bin", "LOGNAME": "etl", "HOME": "/home/etl", "PWD": "/home/etl"],
            ["orchestrator": "cron"]
        ),
    ]

    @Test("what an orchestrator tells a process is found, and nothing else is taken", arguments: cases.indices)
    func detects(index: Int) throws {
        let (environment, members) = Self.cases[index]
        let context = try #require(OrchestrationContext.detect(environment: environment))
        #expect(JSONValue.object(context.members) == members)
        #expect(!"\(context.members)".contains("s3cret"))
    }

    @Test(
        "where nothing runs the process, nothing is found",
        arguments: [
            [:], ["AIRFLOW_HOME": "/a", "DAGSTER_HOME": "/d", "PREFECT_API_URL": "p", "HOSTNAME": "h"],
            ["AIRFLOW_CTX_DAG_ID": "", "GITHUB_ACTIONS": ""],
            [
                "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin", "LOGNAME": "etl", "HOME": "/home/etl", "TERM": "xterm",
            ],
            ["SHELL": "/bin/sh", "PATH": "/usr/bin:/bin", "LOGNAME": "etl", "HOME": "/home/etl", "INVOCATION_ID": "i"],
            ["SHELL": "/bin/bash", "PATH": "/usr/bin:/bin", "LOGNAME": "etl", "HOME": "/home/etl"],
        ]
    )
    func findsNothing(environment: [String: String]) {
        #expect(OrchestrationContext.detect(environment: environment) == nil)
    }

    @Test("a long value is cut")
    func cutsLongValues() throws {
        let environment = ["AIRFLOW_CTX_DAG_ID": String(repeating: "ä", count: 100_000)]
        let context = try #require(OrchestrationContext.detect(environment: environment))
        #expect(context.dagID?.count == 512)
    }
}
