# SPDX-License-Identifier: Apache-2.0
"""The public Python client drives a server; what the server stored is read back over HTTP.

`run` starts the server and sets WATCHER_URL.
"""

import os
import time
import uuid
from typing import Optional

import httpx
import pendulum
import pytest
from watcher import (
    Address,
    AddressLineage,
    ETLResult,
    ExecutionResult,
    OrchestratedETL,
    Pipeline,
    PipelineConfig,
    Watcher,
    WatcherAPIError,
    WatcherContext,
)
from watcher.orchestration import OrchestrationContext

URL = os.environ["WATCHER_URL"]
SOURCE = Address(
    name="flights.csv",
    address_type_name="csv",
    address_type_group_name="file",
)
TARGET = Address(
    name="warehouse.public.flights",
    address_type_name="postgres",
    address_type_group_name="database",
    address_metadata={"Owner": "Team A"},
)


@pytest.fixture(scope="module")
def watcher():
    # With a token the client does not look for a cloud's metadata service, which takes it long to give up.
    return Watcher(URL, auth="a-token")


@pytest.fixture(scope="module")
def http():
    with httpx.Client(base_url=URL) as client:
        yield client


@pytest.fixture
def name():
    """A pipeline name that no other test uses."""
    return f"pipeline {uuid.uuid4()}"


def config(name, **settings):
    return PipelineConfig(
        pipeline=Pipeline(name=name, pipeline_type_name="extraction"),
        address_lineage=AddressLineage(source_addresses=[SOURCE], target_addresses=[TARGET]),
        **settings,
    )


def get(http, path):
    response = http.get(path)
    assert response.status_code == 200, response.text
    return response.json()


def execution(http, id, **query):
    return get(http, str(httpx.URL(f"/pipeline_execution/{id}", params=query)))


def pipeline(http, id):
    return get(http, f"/pipeline/{id}")


def executions_of(http, pipeline_id):
    return get(http, f"/pipeline_execution?pipeline_id={pipeline_id}")["data"]


def success(**counters):
    return ETLResult(completed_successfully=True, **counters)


# Sync


def test_sync_creates_the_pipeline_and_its_lineage(watcher, http, name):
    synced = watcher.sync_pipeline_config(
        PipelineConfig(
            pipeline=Pipeline(
                name=name.upper(),
                pipeline_type_name="Extraction",
                pipeline_metadata={"Owner": "Team A", "limits": [1, 2.5, None]},
                freshness_number=1,
                freshness_datepart="day",
                timeliness_number=2,
                timeliness_datepart="hour",
            ),
            address_lineage=AddressLineage(source_addresses=[SOURCE], target_addresses=[TARGET]),
            default_watermark="2013-01-01",
            next_watermark="2013-01-02",
        )
    )
    assert synced.pipeline.active is True
    assert synced.watermark == "2013-01-01"
    assert synced.next_watermark == "2013-01-02"

    stored = pipeline(http, synced.pipeline.id)
    assert stored["name"] == name
    assert stored["pipeline_metadata"] == {"Owner": "Team A", "limits": [1, 2.5, None]}
    assert (stored["freshness_number"], stored["freshness_datepart"]) == (1, "day")
    assert (stored["timeliness_number"], stored["timeliness_datepart"]) == (2, "hour")
    assert stored["next_watermark"] == "2013-01-02"
    assert stored["watermark"] is None
    addresses = {address["name"]: address for address in get(http, "/address")}
    assert {SOURCE.name, TARGET.name} <= addresses.keys()
    assert addresses[TARGET.name]["address_metadata"] == {"Owner": "Team A"}
    assert addresses[TARGET.name]["table_name"] == "flights"


def test_sync_again_finds_the_same_pipeline(watcher, name):
    first = watcher.sync_pipeline_config(config(name))
    assert watcher.sync_pipeline_config(config(name.title())).pipeline.id == first.pipeline.id


def test_lineage_is_asked_for_until_an_execution_succeeds(watcher, http, name):
    synced = watcher.sync_pipeline_config(config(name))
    assert pipeline(http, synced.pipeline.id)["load_lineage"] is True
    answer = http.post(
        "/address_lineage",
        json={
            "pipeline_id": synced.pipeline.id,
            "source_addresses": [SOURCE.model_dump(), {**SOURCE.model_dump(), "name": "weather.csv"}],
            "target_addresses": [TARGET.model_dump()],
        },
    )
    assert answer.status_code == 201
    assert answer.json()["lineage_relationships_created"] == 2

    watcher.track_pipeline_execution(synced.pipeline.id, True)(success)()
    assert pipeline(http, synced.pipeline.id)["load_lineage"] is False
    again = http.post(
        "/address_lineage",
        json={"pipeline_id": synced.pipeline.id, "source_addresses": [], "target_addresses": []},
    )
    assert (again.status_code, again.json()["lineage_relationships_created"]) == (200, 0)


# The decorator


def test_decorator_without_context(watcher, http, name):
    synced = watcher.sync_pipeline_config(config(name))

    @watcher.track_pipeline_execution(pipeline_id=synced.pipeline.id, active=synced.pipeline.active)
    def etl(factor, extra=0):
        return success(inserts=100 * factor, updates=extra, soft_deletes=3, total_rows=110)

    output = etl(2, extra=7)
    assert isinstance(output, ExecutionResult)
    assert output.result.inserts == 200
    stored = execution(http, output.execution_id)
    assert stored["completed_successfully"] is True
    assert stored["pipeline_id"] == synced.pipeline.id
    assert (stored["inserts"], stored["updates"], stored["soft_deletes"], stored["total_rows"]) == (200, 7, 3, 110)
    assert stored["execution_metadata"] is None
    assert stored["child_executions"] == []
    assert pendulum.parse(stored["end_date"]) >= pendulum.parse(stored["start_date"])
    of_pipeline = pipeline(http, synced.pipeline.id)
    assert of_pipeline["last_target_insert"] == stored["end_date"]
    assert of_pipeline["last_target_soft_delete"] == stored["end_date"]


def test_decorator_with_context(watcher, http, name):
    synced = watcher.sync_pipeline_config(config(name, default_watermark="5", next_watermark=42))
    seen = []

    @watcher.track_pipeline_execution(
        pipeline_id=synced.pipeline.id,
        active=synced.pipeline.active,
        watermark=synced.watermark,
        next_watermark=synced.next_watermark,
    )
    def etl(watcher_context: WatcherContext):
        seen.append((watcher_context, execution(http, watcher_context.execution_id)))
        return success(execution_metadata={"Partition": "2013-01-01", "files": [1, 2]})

    output = etl()
    [(context, running)] = seen
    assert context.execution_id == output.execution_id
    assert context.pipeline_id == synced.pipeline.id
    assert (context.watermark, context.next_watermark) == ("5", 42)
    assert (running["end_date"], running["completed_successfully"]) == (None, None)
    stored = execution(http, output.execution_id)
    assert (stored["watermark"], stored["next_watermark"]) == ("5", "42")
    assert stored["execution_metadata"] == {"Partition": "2013-01-01", "files": [1, 2]}
    assert pipeline(http, synced.pipeline.id)["watermark"] == "42"


def test_custom_results_come_back_whole_and_only_the_standard_fields_are_stored(watcher, http, name):
    class CustomResult(ETLResult):
        data_quality_score: Optional[float] = None

    synced = watcher.sync_pipeline_config(config(name))

    @watcher.track_pipeline_execution(pipeline_id=synced.pipeline.id, active=True)
    def etl():
        return CustomResult(completed_successfully=True, inserts=1, data_quality_score=0.95)

    output = etl()
    assert output.result.data_quality_score == 0.95
    stored = execution(http, output.execution_id)
    assert stored["inserts"] == 1
    assert "data_quality_score" not in stored


def test_an_exception_is_stored_as_a_failure_and_raised_again(watcher, http, name):
    synced = watcher.sync_pipeline_config(config(name, next_watermark="9"))

    @watcher.track_pipeline_execution(pipeline_id=synced.pipeline.id, active=True, next_watermark="9")
    def etl():
        raise KeyError("corrupt line 7")

    with pytest.raises(KeyError, match="corrupt line 7"):
        etl()
    [stored] = executions_of(http, synced.pipeline.id)
    assert stored["completed_successfully"] is False
    assert stored["status"] == "failed"
    assert stored["end_date"] is not None
    after = pipeline(http, synced.pipeline.id)
    assert (after["watermark"], after["load_lineage"]) == (None, True)


def test_a_result_of_the_wrong_type_is_stored_as_a_failure(watcher, http, name):
    synced = watcher.sync_pipeline_config(config(name))
    with pytest.raises(ValueError, match="must return ETLResult"):
        watcher.track_pipeline_execution(pipeline_id=synced.pipeline.id, active=True)(lambda: "done")()
    assert [stored["status"] for stored in executions_of(http, synced.pipeline.id)] == ["failed"]


def test_a_negative_counter_is_stored_as_a_failure(watcher, http, name):
    synced = watcher.sync_pipeline_config(config(name))
    with pytest.raises(ValueError, match="inserts"):
        watcher.track_pipeline_execution(pipeline_id=synced.pipeline.id, active=True)(lambda: success(inserts=-1))()
    assert [stored["status"] for stored in executions_of(http, synced.pipeline.id)] == ["failed"]


def test_a_handled_failure_keeps_its_metadata(watcher, http, name):
    synced = watcher.sync_pipeline_config(config(name))

    @watcher.track_pipeline_execution(pipeline_id=synced.pipeline.id, active=True)
    def etl():
        return ETLResult(completed_successfully=False, execution_metadata={"error": "Data quality issues"})

    output = etl()
    assert output.result.completed_successfully is False
    stored = execution(http, output.execution_id)
    assert stored["status"] == "failed"
    assert stored["execution_metadata"] == {"error": "Data quality issues"}


def test_many_rows_are_counted(watcher, http, name):
    synced = watcher.sync_pipeline_config(config(name))
    output = watcher.track_pipeline_execution(synced.pipeline.id, True)(lambda: success(total_rows=2**40))()
    assert execution(http, output.execution_id)["total_rows"] == 2**40


# Children


def test_children_are_found_below_their_parent(watcher, http, name):
    parent = watcher.sync_pipeline_config(config(name))
    child = watcher.sync_pipeline_config(config(f"{name} child"))
    ids = []

    @watcher.track_pipeline_execution(pipeline_id=parent.pipeline.id, active=True)
    def outer(watcher_context: WatcherContext):
        @watcher.track_pipeline_execution(
            pipeline_id=child.pipeline.id,
            active=child.pipeline.active,
            parent_execution_id=watcher_context.execution_id,
        )
        def inner(watcher_context: WatcherContext):
            grandchild = watcher.track_child_pipeline_execution(
                child.pipeline.id, True, watcher_context.execution_id, lambda: success(inserts=1)
            )
            ids.append(grandchild.execution_id)
            return success(inserts=2)

        ids.append(inner().execution_id)
        ids.append(
            watcher.track_child_pipeline_execution(
                child.pipeline.id, True, watcher_context.execution_id, lambda: success(inserts=3)
            ).execution_id
        )
        return success(inserts=4)

    root = outer().execution_id
    grandchild, first, second = ids
    stored = execution(http, root)
    assert stored["parent_id"] is None
    assert [one["id"] for one in stored["child_executions"]] == [first, second]
    assert [one["parent_id"] for one in stored["child_executions"]] == [root, root]
    assert [one["inserts"] for one in stored["child_executions"]] == [2, 3]
    assert [one["child_executions"] for one in stored["child_executions"]] == [[], []]
    deeper = execution(http, root, depth=2)
    assert [one["id"] for one in deeper["child_executions"][0]["child_executions"]] == [grandchild]


def test_a_failed_child_is_a_failure_and_raises(watcher, http, name):
    synced = watcher.sync_pipeline_config(config(name))
    parent = watcher.start_pipeline_execution(synced.pipeline.id)

    def broken():
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        watcher.track_child_pipeline_execution(synced.pipeline.id, True, parent, broken)
    [child] = execution(http, parent)["child_executions"]
    assert child["status"] == "failed"


# Watermarks


def test_watermarks_move_from_sync_to_sync(watcher, http, name):
    seen = []
    for day in ["2013-01-02", "2013-01-03", "2013-01-04"]:
        synced = watcher.sync_pipeline_config(config(name, default_watermark="2013-01-01", next_watermark=day))
        seen.append(synced.watermark)

        # As the guide shows it: the execution itself carries no watermarks.
        watcher.track_pipeline_execution(pipeline_id=synced.pipeline.id, active=True)(success)()
    assert seen == ["2013-01-01", "2013-01-02", "2013-01-03"]
    assert pipeline(http, synced.pipeline.id)["watermark"] == "2013-01-04"
    # A sync that announces no next watermark still learns the current one.
    assert watcher.sync_pipeline_config(config(name, default_watermark="2013-01-01")).watermark == "2013-01-04"


def test_a_failure_leaves_the_watermark_for_the_next_run(watcher, name):
    def run(watermark, completed):
        synced = watcher.sync_pipeline_config(config(name, default_watermark="0", next_watermark=watermark))
        etl = watcher.track_pipeline_execution(synced.pipeline.id, True, None, synced.watermark, synced.next_watermark)
        etl(lambda: ETLResult(completed_successfully=completed))()
        return synced.watermark

    assert run("1", True) == "0"
    assert run("2", False) == "1"
    assert run("2", True) == "1"
    assert run("3", True) == "2"


@pytest.mark.parametrize("sent", [True, False], ids=["sent at start", "from the sync only"])
def test_overlapping_executions_never_skip_data(watcher, http, name, sent):
    def start(watermark):
        synced = watcher.sync_pipeline_config(config(name, next_watermark=watermark))
        settings = {"next_watermark": watermark} if sent else {}
        return synced.pipeline.id, watcher.start_pipeline_execution(synced.pipeline.id, **settings)

    def end(execution_id, completed):
        watcher.end_pipeline_execution(execution_id, completed, end_date=pendulum.now("UTC"))
        return pipeline(http, pipeline_id)["watermark"]

    pipeline_id, a = start("10")
    _, b = start("20")
    assert end(a, True) == "10"
    assert end(b, False) == "10"
    _, b = start("20")
    assert end(b, True) == "20"


def test_an_earlier_start_never_moves_the_watermark_back(watcher, http, name):
    synced = watcher.sync_pipeline_config(config(name))
    earlier = watcher.start_pipeline_execution(synced.pipeline.id, next_watermark="10")
    later = watcher.start_pipeline_execution(synced.pipeline.id, next_watermark="20")
    for execution_id in [later, earlier]:
        watcher.end_pipeline_execution(execution_id, True, end_date=pendulum.now("UTC"))
        assert pipeline(http, synced.pipeline.id)["watermark"] == "20"


def test_a_next_watermark_that_is_known_only_at_the_end(watcher, http, name):
    synced = watcher.sync_pipeline_config(config(name, next_watermark="guess"))

    @watcher.track_pipeline_execution(pipeline_id=synced.pipeline.id, active=True, next_watermark="guess")
    def etl():
        watcher.update_pipeline_next_watermark(synced.pipeline.id, 1234)
        return success()

    etl()
    stored = pipeline(http, synced.pipeline.id)
    assert (stored["watermark"], stored["next_watermark"]) == ("1234", "1234")


# Inactive pipelines


def test_an_inactive_pipeline_is_skipped(watcher, http, name):
    synced = watcher.sync_pipeline_config(config(name, default_watermark="1"))
    assert http.patch("/pipeline", json={"id": synced.pipeline.id, "active": False}).status_code == 200

    with pytest.warns(UserWarning, match="is not active"):
        inactive = watcher.sync_pipeline_config(config(name, default_watermark="1"))
    assert inactive.pipeline.active is False
    assert inactive.watermark is None

    def etl():
        raise AssertionError("an inactive pipeline ran")

    with pytest.warns(UserWarning, match="is not active"):
        assert watcher.track_pipeline_execution(inactive.pipeline.id, inactive.pipeline.active)(etl)() is None
    assert executions_of(http, synced.pipeline.id) == []


# Calls by hand


def test_start_and_end_by_hand(watcher, http, name):
    synced = watcher.sync_pipeline_config(config(name))
    began = pendulum.datetime(2025, 1, 10, 8, 0, 0, tz="Europe/Berlin")
    parent = watcher.start_pipeline_execution(synced.pipeline.id, start_date=began)
    child = watcher.start_pipeline_execution(
        synced.pipeline.id,
        start_date=began.add(seconds=1),
        watermark=pendulum.date(2025, 1, 9),
        next_watermark=began,
        parent_execution_id=parent,
    )
    watcher.end_pipeline_execution(
        child,
        True,
        end_date=began.add(seconds=5, microseconds=500_000),
        inserts=1,
        updates=2,
        soft_deletes=3,
        total_rows=6,
        execution_metadata={"by": "hand"},
    )
    watcher.end_pipeline_execution(parent, False, end_date=began.add(seconds=6))

    stored = execution(http, parent)
    assert (stored["start_date"], stored["end_date"]) == ("2025-01-10T07:00:00Z", "2025-01-10T07:00:06Z")
    assert (stored["status"], stored["duration_seconds"]) == ("failed", 6)
    [found] = stored["child_executions"]
    assert (found["id"], found["parent_id"]) == (child, parent)
    assert (found["watermark"], found["next_watermark"]) == ("2025-01-09", "2025-01-10T08:00:00+01:00")
    # 4.5 seconds: halves are rounded up.
    assert (found["duration_seconds"], found["throughput"]) == (5, 1.2)
    assert (found["inserts"], found["updates"], found["soft_deletes"], found["total_rows"]) == (1, 2, 3, 6)
    assert found["execution_metadata"] == {"by": "hand"}


def test_ending_twice_differently_is_refused(watcher, http, name):
    synced = watcher.sync_pipeline_config(config(name))
    started = watcher.start_pipeline_execution(synced.pipeline.id)
    now = pendulum.now("UTC")
    watcher.end_pipeline_execution(started, True, end_date=now)
    watcher.end_pipeline_execution(started, True, end_date=now)
    with pytest.raises(WatcherAPIError) as refused:
        watcher.end_pipeline_execution(started, False, end_date=now)
    assert (refused.value.status_code, refused.value.error_code) == (409, "already_ended")
    assert execution(http, started)["completed_successfully"] is True


def test_the_three_checks_are_triggered_and_made(watcher, http):
    watcher.trigger_freshness_check()
    watcher.trigger_timeliness_check(60)
    watcher.trigger_celery_queue_check()
    deadline = time.monotonic() + 30
    while http.post("/queue/monitor").json()["total_pending"] > 0:
        assert time.monotonic() < deadline, "the checks were not made"
        time.sleep(0.05)
    with pytest.raises(WatcherAPIError) as refused:
        watcher.trigger_timeliness_check(4)
    assert refused.value.status_code == 422


def test_unknown_things_are_named(watcher):
    with pytest.raises(WatcherAPIError) as unknown_pipeline:
        watcher.start_pipeline_execution(2**40)
    assert unknown_pipeline.value.status_code == 404
    with pytest.raises(WatcherAPIError, match="Pipeline execution not found") as unknown_execution:
        watcher.end_pipeline_execution(2**40, True, end_date=pendulum.now("UTC"))
    assert unknown_execution.value.status_code == 404


# The wrapper for orchestrators


def test_an_orchestrated_run(http, name):
    etl = OrchestratedETL(URL, config(name, default_watermark="1", next_watermark="2"), auth="a-token")
    context = OrchestrationContext(orchestrator="airflow", run_id="r1", task_id="t1")
    output = etl.execute_etl(lambda watcher_context, **settings: success(inserts=5), context)
    stored = execution(http, output.execution_id)
    assert stored["inserts"] == 5
    assert (stored["watermark"], stored["next_watermark"]) == ("1", "2")
    assert stored["execution_metadata"]["orchestrator"] == "airflow"
    assert stored["execution_metadata"]["run_id"] == "r1"

    # The wrapper remembers what it synced.
    parent = etl.start_parent_execution()
    etl.end_parent_execution(parent, success(total_rows=9, execution_metadata={"done": True}))
    stored = execution(http, parent)
    assert (stored["status"], stored["total_rows"]) == ("succeeded", 9)
    assert stored["execution_metadata"] == {"done": True}
