"""Events: what starts workflows, once, and what Pawl tells of itself."""

import json

import pytest

from harness import node, request, until, workflow


def waits_for(name, *types, nodes=None, **config):
    nodes = nodes or [node("log", "log", {"message": "${workflow.input.eventType}"})]
    return workflow(name, nodes, trigger={"type": "event", "config": {"types": list(types), **config}})


def send(pawl, event, status=202, headers=None):
    answer = pawl.api("POST", "/api/v1/events", event, headers)
    assert answer.status == status, answer
    return answer.json()["events"] if status == 202 else answer.json()["error"]


def names(taken):
    return sorted(r["workflow"]["name"] for r in taken["runs"])


def wait_runs(pawl, name, n):
    return until(lambda: len(r := pawl.get(f"/api/v1/runs?workflow={name}")["items"]) >= n and r,
                 what=f"{n} runs of {name}")


def test_an_event_starts_every_workflow_that_waits_for_it(shared):
    shared.apply(waits_for("one-word", "order.*"))
    shared.apply(waits_for("any-depth", "order.**"))
    shared.apply(waits_for("exact", "order.paid", filter={
        "left": "${workflow.input.eventData.total}", "op": "greater", "right": 100}))
    shared.apply(waits_for("other", "invoice.**"))
    [taken] = send(shared, {"type": "order.paid", "data": {"total": 120}, "source": "shop"})
    assert names(taken) == ["any-depth", "exact", "one-word"] and not taken["duplicate"]
    run = shared.finished_run(taken["runs"][0]["run_id"])
    assert run["trigger"] == "event" and run["status"] == "completed"
    assert run["input"]["eventData"] == {"total": 120} and run["input"]["eventSource"] == "shop"
    assert names(send(shared, {"type": "order.paid", "data": {"total": 5}})[0]) == ["any-depth", "one-word"]
    assert names(send(shared, {"type": "order.item.added"})[0]) == ["any-depth"]
    assert names(send(shared, {"type": "order"})[0]) == []
    shown = shared.cli("event", "send", "order.paid", "--payload", '{"total": 101}').stdout.decode()
    assert "exact" in shown and "one-word" in shown


def test_what_no_request_starts_shows_no_url(shared):
    for trigger in ({"type": "event", "config": {"types": ["no.url"]}}, {"type": "manual"},
                    {"type": "schedule", "config": {"every": "day"}}):
        name = "no-url-" + trigger["type"]
        applied = shared.apply(workflow(name, [node("log", "log", {"message": "x"})], trigger=trigger))
        shown = shared.get(f"/api/v1/workflows/{name}")
        assert applied["hook_url"] is shown["hook_url"] is shown["service_url"] is None
        assert b"/hook/" not in shared.cli("workflows", name).stdout


def test_the_same_id_starts_nothing_again_also_after_a_crash(new_pawl):
    pawl = new_pawl().start()
    pawl.apply(waits_for("once", "a.b"))
    event = {"type": "a.b", "id": "e-1", "source": "s", "data": 1}
    [first] = send(pawl, event)
    pawl.kill9()
    pawl.start()
    [again] = send(pawl, event)
    assert again == {**first, "duplicate": True} and len(first["runs"]) == 1
    [other] = send(pawl, {**event, "source": "t"})
    assert not other["duplicate"] and other["id"] != first["id"]
    wait_runs(pawl, "once", 2)
    assert len(pawl.get("/api/v1/runs?workflow=once")["items"]) == 2


def test_cloudevents_are_understood(shared):
    shared.apply(waits_for("cloud", "com.example.*"))
    event = {"specversion": "1.0", "id": "1", "source": "/mycontext", "type": "com.example.made",
             "subject": "thing", "time": "2026-01-02T03:04:05Z", "data": {"n": 1}, "extra": "x"}
    [taken] = send(shared, json.dumps(event), headers={"Content-Type": "application/cloudevents+json"})
    run = shared.finished_run(taken["runs"][0]["run_id"])
    assert run["input"]["eventData"] == {"n": 1} and run["input"]["eventSubject"] == "thing"
    assert run["input"]["eventTime"] == "2026-01-02T03:04:05.000Z"
    assert run["input"]["cloudevent"]["extra"] == "x"
    [taken] = send(shared, json.dumps({"n": 2}), headers={
        "Content-Type": "application/json", "ce-specversion": "1.0", "ce-id": "2",
        "ce-source": "/mycontext", "ce-type": "com.example.made"})
    run = shared.finished_run(taken["runs"][0]["run_id"])
    assert run["input"]["eventData"] == {"n": 2} and run["input"]["eventId"] == "2"
    batch = [{**event, "id": "1"}, {**event, "id": "3"}, {**event, "id": "3"}]
    taken = send(shared, json.dumps(batch),
                 headers={"Content-Type": "application/cloudevents-batch+json"})
    assert [t["duplicate"] for t in taken] == [True, False, True]
    assert taken[1]["runs"] == taken[2]["runs"]


@pytest.mark.parametrize("event, text", [
    ({}, "no event"), ({"type": ""}, "1 to 200"), ({"type": "a..b"}, "words"),
    ({"type": "a b"}, "words"), ({"type": "pawl.run.failed"}, "only Pawl itself"),
    ({"type": "a", "more": 1}, "no event"), ("{", "not JSON"), ([], "no event")])
def test_what_is_no_event_is_refused(shared, event, text):
    assert text in send(shared, event, 400)["detail"]


@pytest.mark.parametrize("config, text", [
    ({"types": ["a..b"]}, "words between dots"), ({"types": ["pawl.run.exploded"]}, "none of Pawl's own"),
    ({"types": ["a"], "filter": {"left": "${secrets.x}", "op": "exists"}}, "workflow.input"),
    ({"types": []}, "must not be empty")])
def test_what_is_no_subscription_is_refused(shared, config, text):
    document = workflow("x", [node("log", "log", {"message": "x"})],
                        trigger={"type": "event", "config": config})
    answer = shared.api("POST", "/api/v1/validate", {"document": document}).json()
    assert any(text in p["message"] for p in answer["problems"]), answer


def test_a_failed_run_starts_those_that_watch_it(shared):
    shared.apply(waits_for("alert", "pawl.run.failed", workflow="breaks"))
    shared.apply(waits_for("alert-else", "pawl.run.failed", workflow="something-else"))
    breaks = shared.apply(workflow("breaks", [node("stop", "terminate", {"status": "failed", "message": "no"})]))
    failed = shared.run_of(breaks, {})
    [run] = wait_runs(shared, "alert", 1)
    run = shared.finished_run(run["id"])
    data = run["input"]["eventData"]
    assert run["input"]["eventType"] == "pawl.run.failed"
    assert data["workflow"]["name"] == "breaks" and data["run"]["id"] == failed["id"]
    assert "no" in json.dumps(data["run"]["error"])
    assert shared.get("/api/v1/runs?workflow=alert-else")["items"] == []
    assert "pawl.run.failed" in shared.cli("event", "types").stdout.decode()


def test_loops_are_cut(new_pawl):
    pawl = new_pawl().start()
    fails = [node("stop", "terminate", {"status": "failed", "message": "no"})]
    pawl.apply(waits_for("ping", "pawl.run.failed", "go", nodes=fails))
    pawl.apply(waits_for("pong", "pawl.run.failed", nodes=fails))
    send(pawl, {"type": "go"})
    # ping fails and starts pong; pong's failure would start ping again, and itself.
    [run] = wait_runs(pawl, "pong", 1)
    assert pawl.finished_run(run["id"])["status"] == "failed"
    cut = until(lambda: len(e := pawl.events("event_loop_cut")) >= 3 and e, what="the cuts")
    assert {e["type"] for e in cut} == {"pawl.run.failed"}
    assert {e["from"] for e in cut} == {pawl.get(f"/api/v1/workflows/{n}")["id"] for n in ("ping", "pong")}
    shown = {w["name"]: w["events_cut"] for w in pawl.get("/api/v1/workflows")["items"]}
    assert shown == {"ping": 2, "pong": 1} and pawl.get("/api/v1/workflows/ping")["events_cut"] == 2
    metrics = request("GET", pawl.url + "/metrics").body
    assert b"pawl_event_loops_cut_total 3\n" in metrics
    assert len(pawl.get("/api/v1/runs?workflow=ping")["items"]) == 1
    assert len(pawl.get("/api/v1/runs?workflow=pong")["items"]) == 1


def test_refused_credentials_and_activations_are_told(shared):
    shared.apply(waits_for("watch", "pawl.signature.failing", "pawl.workflow.activated", workflow="guarded"))
    guarded = shared.apply(workflow("guarded", [node("log", "log", {"message": "x"})], trigger={
        "type": "webhook", "config": {"auth": [{"type": "bearer", "secret": "right"}]}}))
    for _ in range(7):
        assert shared.call(guarded, {}).status == 401
    runs = [shared.finished_run(r["id"]) for r in wait_runs(shared, "watch", 2)]
    told = {r["input"]["eventType"]: r["input"]["eventData"] for r in runs}
    assert told["pawl.signature.failing"]["refused"] == 5
    assert told["pawl.workflow.activated"]["status"] == "active"
    assert len(runs) == 2


def test_what_is_published_is_told_with_who_did_it(new_pawl):
    pawl = new_pawl().start()
    pawl.apply(waits_for("releases", "pawl.workflow.*"))
    made = pawl.apply(workflow("app", [node("log", "log", {"message": "1"})]))
    pawl.apply(workflow("app", [node("log", "log", {"message": "1"})]))  # nothing new
    document = workflow("app", [node("log", "log", {"message": "2"})])
    assert pawl.api("PUT", f"/api/v1/workflows/{made['id']}", {"document": document}).status == 200
    assert pawl.api("POST", f"/api/v1/workflows/{made['id']}/publish", {"activate": False}).status == 200
    for status in ("paused", "paused"):
        assert pawl.api("POST", f"/api/v1/workflows/{made['id']}/activation", {"status": status}).status == 200
    runs = [pawl.finished_run(r["id"])["input"] for r in wait_runs(pawl, "releases", 4)]
    told = [(r["eventType"], r["eventData"].get("status"), r["eventData"]["revision"]) for r in reversed(runs)]
    assert told == [("pawl.workflow.published", None, 1), ("pawl.workflow.activated", "active", 1),
                    ("pawl.workflow.published", None, 2), ("pawl.workflow.activated", "paused", 1)]
    assert {r["eventData"]["by"] for r in runs} == {"token:admin"}
    assert {r["eventData"]["workflow"]["name"] for r in runs} == {"app"}
    assert not pawl.events("event_loop_cut")


def test_a_silent_url_is_told_of_once(new_pawl):
    pawl = new_pawl().start()
    quiet = pawl.apply(workflow("quiet", [node("log", "log", {"message": "x"})]))
    pawl.apply(waits_for("listens", "pawl.endpoint.silent", workflow="quiet", silent_after="1s"))
    [run] = wait_runs(pawl, "listens", 1)
    data = pawl.finished_run(run["id"])["input"]["eventData"]
    assert data["workflow"]["name"] == "quiet" and data["since"]
    pawl.restart()
    pawl.run_of(quiet, {})  # it speaks, and is silent again
    runs = wait_runs(pawl, "listens", 2)
    told = {pawl.get(f"/api/v1/runs/{r['id']}")["input"]["eventData"]["since"] for r in runs}
    assert len(told) == 2 == len(runs)


def test_a_silence_has_to_be_somebodys(shared):
    document = waits_for("x", "pawl.endpoint.silent")
    answer = shared.api("POST", "/api/v1/validate", {"document": document}).json()
    assert "needs it" in answer["problems"][0]["message"]
    document = waits_for("x", "a", silent_after="1h")
    answer = shared.api("POST", "/api/v1/validate", {"document": document}).json()
    assert len(answer["problems"]) == 2
