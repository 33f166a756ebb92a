"""Schedules: each time starts one run, whatever happens to the process or the clock."""

import datetime
import json
import time

import pytest

from harness import Pawl, node, until, workflow

UTC = datetime.timezone.utc


def clock(text):
    """Environment in which the server's clock shows that time when it starts."""
    wanted = datetime.datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    return {"PAWL_CLOCK_SHIFT_MS": str(int((wanted - time.time()) * 1000))}


def scheduled(name, **config):
    return workflow(name, [node("log", "log", {"message": "${workflow.input.scheduled_at}"})],
                    trigger={"type": "schedule", "config": config})


def times(pawl, name):
    """When the workflow's runs were scheduled for, oldest first."""
    runs = pawl.get(f"/api/v1/runs?workflow={name}&limit=1000")["items"]
    return [pawl.get(f"/api/v1/runs/{run['id']}")["input"]["scheduled_at"] for run in reversed(runs)]


def wait_times(pawl, name, n):
    return until(lambda: len(found := times(pawl, name)) >= n and found, what=f"{n} runs of {name}")


def test_a_time_starts_a_run_with_its_input(tmp_path):
    with Pawl(tmp_path).start(clock("2027-03-28T00:59:57")) as pawl:
        # 02:30 does not exist in Berlin on that day: it happens at 03:00, which is 01:00 UTC.
        pawl.apply(scheduled("gap", cron="30 2 * * *", time_zone="Europe/Berlin", input={"a": [1]}))
        shown = pawl.get("/api/v1/workflows/gap/schedule?limit=2")
        assert [t["local_time"] for t in shown["next"]] == \
            ["2027-03-28T03:00:00+02:00", "2027-03-29T02:30:00+02:00"]
        assert shown["active"] and shown["last_at"] is None
        wait_times(pawl, "gap", 1)
        run = pawl.get("/api/v1/runs?workflow=gap")["items"][0]
        assert run["trigger"] == "schedule" and run["request_id"] is None
        run = pawl.finished_run(run["id"])
        assert run["status"] == "completed"
        assert run["input"] == {"scheduled_at": "2027-03-28T01:00:00.000Z",
                                "local_time": "2027-03-28T03:00:00+02:00",
                                "time_zone": "Europe/Berlin", "missed": 0, "data": {"a": [1]}}
        shown = pawl.get("/api/v1/workflows/gap/schedule")
        assert shown["last_at"] == "2027-03-28T01:00:00.000Z" and shown["last_run_id"] == run["id"]
        assert "2027-03-29T02:30:00+02:00" in pawl.cli("schedule", "gap").stdout.decode()


def test_kills_lose_no_time_and_start_none_twice(tmp_path):
    with Pawl(tmp_path).start() as pawl:
        pawl.apply(scheduled("seconds", cron="* * * * * ?", missed="all"))
        for n in range(1, 5):
            wait_times(pawl, "seconds", n)
            pawl.kill9()
            pawl.start()
        found = wait_times(pawl, "seconds", 7)
        at = [datetime.datetime.fromisoformat(t.replace("Z", "+00:00")) for t in found]
        assert [(b - a).total_seconds() for a, b in zip(at, at[1:])] == [1.0] * (len(at) - 1)


def test_missed_times_follow_the_rule(tmp_path):
    pawl = Pawl(tmp_path).start(clock("2027-01-01T00:30:00"))
    with pawl:
        for rule in ("skip", "once", "all"):
            pawl.apply(scheduled(rule, cron="0 * * * *", missed=rule))
        pawl.apply(scheduled("paused", cron="0 * * * *", missed="once"))
        pawl.api("POST", "/api/v1/workflows/paused/activation", {"status": "paused"})
        pawl.terminate()
        pawl.start(clock("2027-01-01T05:20:00"))
        every = [f"2027-01-01T0{h}:00:00.000Z" for h in range(1, 6)]
        assert wait_times(pawl, "all", 5) == every
        assert wait_times(pawl, "once", 1) == every[-1:]
        assert times(pawl, "skip") == [] and times(pawl, "paused") == []
        run = pawl.get("/api/v1/runs?workflow=once")["items"][0]
        assert pawl.get(f"/api/v1/runs/{run['id']}")["input"]["missed"] == 4
        # What fell into a pause is treated as missed when it ends.
        pawl.api("POST", "/api/v1/workflows/paused/activation", {"status": "active"})
        assert wait_times(pawl, "paused", 1) == every[-1:]
        assert {e["workflow"] for e in pawl.events("schedule_missed")}
        # A clock that goes back starts nothing twice; one activated anew counts from there.
        pawl.terminate()
        pawl.start(clock("2027-01-01T03:59:58"))
        pawl.apply(scheduled("fresh", cron="0 * * * *"))
        assert wait_times(pawl, "fresh", 1) == ["2027-01-01T04:00:00.000Z"]
        assert times(pawl, "all") == every


def test_what_was_before_the_activation_is_not_made_up_for(tmp_path):
    with Pawl(tmp_path).start(clock("2027-01-01T00:30:00")) as pawl:
        pawl.apply(scheduled("w", cron="0 * * * *", missed="all"))
        pawl.api("POST", "/api/v1/workflows/w/activation", {"status": "inactive"})
        pawl.terminate()
        pawl.start(clock("2027-01-01T04:59:58"))
        pawl.api("POST", "/api/v1/workflows/w/activation", {"status": "active"})
        assert wait_times(pawl, "w", 1) == ["2027-01-01T05:00:00.000Z"]
        assert len(times(pawl, "w")) == 1


def test_what_is_no_schedule_is_refused_with_its_place(shared):
    cases = [
        ({}, "", "has no time"),
        ({"every": "day", "cron": "* * * * *"}, "", "both"),
        ({"cron": "0 0 30 2 *"}, "/cron", "never comes true"),
        ({"cron": "0 25 * * *"}, "/cron", "hour at column 3"),
        ({"every": "week", "on": ["moonday"]}, "/on", "weekday"),
        ({"every": "month", "on": [32]}, "/on", "1 to 31"),
        ({"every": "day", "at": "9:30"}, "/at", "09:30"),
        ({"every": "day", "time_zone": "Mars/Base"}, "/time_zone", "no time zone"),
        ({"every": "day", "time_zone": "../../etc/passwd"}, "/time_zone", "no name of a time zone"),
    ]
    for config, place, text in cases:
        answer = shared.api("POST", "/api/v1/validate", {"document": scheduled("x", **config)}).json()
        found = [p for p in answer["problems"] if p["pointer"] == "/trigger/config" + place]
        assert not answer["valid"] and text in found[0]["message"], (config, answer)
        answer = shared.api("POST", "/api/v1/schedule/preview", {"config": config})
        assert answer.status == 422, answer


def test_the_next_times_are_shown(shared):
    answer = shared.api("POST", "/api/v1/schedule/preview?limit=4", {"config": {
        "every": "month", "on": [1, "last"], "at": ["08:00", "20:30"], "time_zone": "Asia/Kolkata"}})
    local = [t["local_time"] for t in answer.json()["next"]]
    assert all(t.endswith("+05:30") for t in local) and sorted(local) == local
    assert {t[11:19] for t in local} == {"08:00:00", "20:30:00"}
    found = json.loads(shared.cli("schedule", "0 0 12 ? * MON-FRI", "--zone", "America/New_York",
                                  "--n", "3", "--json").stdout)
    assert len(found) == 3 and all("T12:00:00" in t["local_time"] for t in found)
    done = shared.cli("schedule", "* * * 13 *", check=False)
    assert done.returncode == 1 and b"month at column 7: 13 is not from 1 to 12" in done.stderr
    # With a field too few it is still no workflow's name.
    done = shared.cli("schedule", "* * * *", check=False)
    assert done.returncode == 1 and b"cron has 5" in done.stderr


MANUAL = {"type": "manual", "config": {"input_schema": {
    "type": "object", "required": ["order"], "additionalProperties": False,
    "properties": {"order": {"type": "string", "pattern": "^A-[0-9]+$"},
                   "count": {"type": "integer", "minimum": 1}}}}}


def test_a_run_is_started_by_hand_with_input_that_fits(shared, tmp_path):
    shared.apply(workflow("by-hand", [node("log", "log", {"message": "${workflow.input.order}"})],
                          trigger=MANUAL))
    file = tmp_path / "input.json"
    file.write_text(json.dumps({"order": "A-7", "count": 2}))
    run_id = shared.cli("start", "by-hand", "--input", str(file)).stdout.decode().strip()
    run = shared.finished_run(run_id)
    assert run["trigger"] == "manual" and run["input"] == {"order": "A-7", "count": 2}
    answer = shared.api("POST", "/api/v1/workflows/by-hand/runs",
                        {"input": {"order": "B", "count": 0.5, "more": 1}})
    assert answer.status == 422
    assert [p["pointer"] for p in answer.json()["error"]["problems"]] == \
        ["/input/order", "/input/count", "/input/count", "/input/more"]
    assert "has no member" in shared.cli("start", "by-hand", check=False).stderr.decode()


def test_other_workflows_can_be_tried_by_hand_with_input(shared):
    shared.apply(workflow("tried", [node("log", "log", {"message": "x"})]))
    assert shared.api("POST", "/api/v1/workflows/tried/runs", {}).status == 422
    answer = shared.api("POST", "/api/v1/workflows/tried/runs", {"input": {"body": {"a": 1}}})
    run = shared.finished_run(answer.json()["id"])
    assert run["trigger"] == "manual" and run["input"]["body"] == {"a": 1}
    assert shared.api("POST", "/api/v1/workflows/nobody/runs", {"input": {}}).status == 404


@pytest.mark.parametrize("schema, text", [
    ({"type": "strnig"}, "a type"), ({"format": "email"}, "no keyword"),
    ({"properties": {"a": {"pattern": "("}}}, "regular expression")])
def test_a_schema_that_is_not_understood_is_refused(shared, schema, text):
    document = workflow("x", [node("log", "log", {"message": "x"})],
                        trigger={"type": "manual", "config": {"input_schema": schema}})
    answer = shared.api("POST", "/api/v1/validate", {"document": document}).json()
    assert not answer["valid"] and text in answer["problems"][0]["message"]
