"""kill -9: what was acknowledged is done, what was recorded is not done again."""

import collections
import http.client
import os
import shutil
import sqlite3
import struct
import subprocess
import tempfile
import threading
import time
import urllib.parse

import pytest

from harness import PATIENCE, node, request, until, workflow


def relay(sink, name="relay"):
    """webhook -> compose -> HTTP POST to the sink."""
    return workflow(name, [
        node("made", "compose", {"values": {"n": "${workflow.input.body.n}", "run": "${run.id}"}}),
        node("send", "http_request", {"method": "POST", "url": sink.url,
                                      "body": "${made.output.data}"},
             retry={"max": 3, "initial": "50ms"})])


class Sender:
    """Sends numbers as fast as they are acknowledged, on one connection, until it breaks."""

    def __init__(self, hook_url, first):
        self.parts = urllib.parse.urlsplit(hook_url)
        self.next, self.acknowledged = first, {}
        self.thread = threading.Thread(target=self.send, daemon=True)
        self.thread.start()

    def send(self):
        conn = http.client.HTTPConnection(self.parts.hostname, self.parts.port, timeout=10 * PATIENCE)
        try:
            while True:
                number = self.next
                self.next += 1
                conn.request("POST", self.parts.path, b'{"n":%d}' % number,
                             {"Content-Type": "application/json"})
                answer = conn.getresponse()
                body = answer.read()
                if answer.status == 202:
                    self.acknowledged[number] = body
        except (OSError, http.client.HTTPException):
            pass
        finally:
            conn.close()

    def join(self):
        self.thread.join(20 * PATIENCE)
        return self.acknowledged


def all_done(pawl, timeout=40):
    """Waits until no run is left to do."""
    def check():
        return not any(pawl.get(f"/api/v1/runs?status={s}&limit=1")["items"]
                       for s in ("queued", "running", "waiting"))
    until(check, timeout, what="all runs to end")


def all_runs(pawl):
    cursor = ""
    while cursor is not None:
        page = pawl.get(f"/api/v1/runs?limit=1000{cursor and '&cursor=' + cursor}")
        yield from page["items"]
        cursor = page["next"]


def check_sink(pawl, sink, acknowledged):
    """Every acknowledged number arrived; what came twice is the same run under the same key."""
    bodies = sink.bodies()
    missing = set(acknowledged) - {b["n"] for b in bodies}
    assert not missing, f"acknowledged but lost: {sorted(missing)[:20]} ({len(missing)})"
    keys, runs = collections.defaultdict(set), collections.defaultdict(set)
    for got, body in zip(list(sink.requests), bodies):
        keys[body["n"]].add(got["headers"]["Idempotency-Key"])
        runs[body["n"]].add(body["run"])
        assert got["headers"]["Idempotency-Key"] == f"{body['run']}/send/0"
    assert all(len(k) == 1 for k in keys.values()), "a resend carries the same key"
    assert all(len(r) == 1 for r in runs.values()), "one request, one run"
    bad = [(r["id"], r["status"], r["error"]) for r in all_runs(pawl) if r["status"] != "completed"]
    assert not bad, bad[:3]


def recorded_nodes(pawl):
    """The nodes that are recorded as finished, from a copy: the files are left as they are."""
    with tempfile.TemporaryDirectory() as copy:
        for name in os.listdir(pawl.data):
            if name.startswith("pawl.db"):
                shutil.copy(os.path.join(pawl.data, name), copy)
        db = sqlite3.connect(os.path.join(copy, "pawl.db"))
        rows = db.execute("SELECT run_id, node_id, finished_at_us, attempt FROM node_run WHERE state = 3")
        found = {(str(run_id), node_id): row for run_id, node_id, *row in rows}
        db.close()
    return found


def test_ten_rounds_of_kill_9(pawl, sink):
    """Numbers as fast as they are acknowledged, and the process killed in the middle, ten times."""
    applied = pawl.apply(relay(sink))
    acknowledged, first, n_interrupted, newest = {}, 0, 0, 0

    def newest_completed():
        done = pawl.get("/api/v1/runs?status=completed&limit=1")["items"]
        return int(done[0]["id"]) if done else 0

    for _ in range(10):
        senders = [Sender(applied["hook_url"], first + k * 1_000_000) for k in range(4)]
        until(lambda: sum(len(s.acknowledged) for s in senders) > 150, what="150 acknowledgements")
        until(lambda: newest_completed() > newest, what="the first to be recorded")
        pawl.kill9()
        sent_before = collections.Counter(b["run"] for b in sink.bodies())
        for sender in senders:
            acknowledged.update(sender.join())
        n_interrupted += len(set(acknowledged) - {b["n"] for b in sink.bodies()})
        recorded = recorded_nodes(pawl)
        pawl.start()
        all_done(pawl)
        sent_after = collections.Counter(b["run"] for b in sink.bodies())
        now = recorded_nodes(pawl)
        for (run_id, node_id), row in recorded.items():
            assert now[run_id, node_id] == row, "a finished node ran again"
            if node_id == "send":
                assert sent_after[run_id] == sent_before[run_id], "a finished node ran again"
        assert any(node_id == "send" for _, node_id in recorded)
        newest = newest_completed()
        first += 10_000_000
    assert len(acknowledged) > 1500 and n_interrupted > 0, "it was in the middle"
    check_sink(pawl, sink, acknowledged)


def test_recorded_node_does_not_run_again(pawl, sink):
    held = threading.Event()
    sink.answer = lambda r: (r["path"] == "/two" and held.wait(30), (200, {}, b"{}"))[1]
    applied = pawl.apply(workflow("steps", [
        node("one", "http_request", {"method": "POST", "url": sink.url + "/one"}),
        node("two", "http_request", {"method": "POST", "url": sink.url + "/two"})]))
    run_id = pawl.call(applied, {}).json()["data"]["runId"]
    assert [sink.next()["path"], sink.next()["path"]] == ["/one", "/two"]
    one = pawl.get(f"/api/v1/runs/{run_id}")["nodes"][0]
    pawl.kill9()
    held.set()
    pawl.start()
    run = pawl.finished_run(run_id)
    assert run["status"] == "completed"
    assert [r["path"] for r in sink.requests] == ["/one", "/two", "/two"]
    assert len({r["headers"]["Idempotency-Key"] for r in sink.requests if r["path"] == "/two"}) == 1
    assert run["nodes"][0]["finished_at"] == one["finished_at"]


@pytest.mark.parametrize("on_doubt", ["retry", "fail", "ask"])
def test_request_without_a_key_is_in_doubt_after_a_crash(pawl, sink, on_doubt):
    held = threading.Event()
    sink.answer = lambda r: (held.wait(30), (200, {}, b"{}"))[1]
    applied = pawl.apply(workflow("doubt", [
        node("send", "http_request", {"method": "POST", "url": sink.url, "idempotency_key": False,
                                      "on_doubt": on_doubt})]))
    run_id = pawl.call(applied, {}).json()["data"]["runId"]
    assert "Idempotency-Key" not in sink.next()["headers"]
    pawl.kill9()
    held.set()
    pawl.start()
    if on_doubt == "ask":
        run = until(lambda: (lambda r: r["nodes"][0].get("waiting_for") == "decision" and r)
                    (pawl.get(f"/api/v1/runs/{run_id}")), what="the question")
        assert run["status"] == "waiting" and len(sink.requests) == 1
        path = f"/api/v1/runs/{run_id}/resume"
        assert pawl.api("POST", path, {}).status == 409
        assert pawl.api("POST", path, {"decision": "retry"}).status == 200
    run = pawl.finished_run(run_id)
    assert run["status"] == ("failed" if on_doubt == "fail" else "completed")
    assert len(sink.requests) == (1 if on_doubt == "fail" else 2)


def test_paused_run_stays_paused_over_kill_9(pawl, sink):
    held = threading.Event()
    sink.answer = lambda r: (held.wait(30), (200, {}, b"{}"))[1]
    applied = pawl.apply(workflow("paused", [
        node("one", "http_request", {"method": "POST", "url": sink.url + "/one"}),
        node("two", "http_request", {"method": "POST", "url": sink.url + "/two"})]))
    run_id = pawl.call(applied, {}).json()["data"]["runId"]
    assert sink.next()["path"] == "/one"
    assert pawl.api("POST", f"/api/v1/runs/{run_id}/pause").status == 200
    pawl.kill9()
    held.set()
    pawl.start()
    run = until(lambda: (lambda r: r["status"] == "waiting" and r)
                (pawl.get(f"/api/v1/runs/{run_id}")), what="the run to wait")
    assert run["paused"] and len(sink.requests) == 1
    assert pawl.api("POST", f"/api/v1/runs/{run_id}/resume").status == 200
    assert pawl.finished_run(run_id)["status"] == "completed"
    assert [r["path"] for r in sink.requests] == ["/one", "/one", "/two"]


def test_sigterm_answers_what_it_has_accepted_and_loses_nothing(pawl, sink):
    applied = pawl.apply(relay(sink))
    senders = [Sender(applied["hook_url"], k * 1_000_000) for k in range(4)]
    until(lambda: sum(len(s.acknowledged) for s in senders) > 100, what="100 acknowledgements")
    began = time.monotonic()
    assert pawl.terminate() == 0
    assert time.monotonic() - began < 10 * PATIENCE
    acknowledged = {}
    for sender in senders:
        acknowledged.update(sender.join())
    pawl.start()
    all_done(pawl)
    check_sink(pawl, sink, acknowledged)
    assert len(sink.requests) == len({b["n"] for b in sink.bodies()}), "nothing was sent twice"


@pytest.mark.parametrize("nth", [1, 3, 8])
@pytest.mark.parametrize("point", ["store.before_commit", "store.after_commit", "engine.claimed",
                                   "engine.before_effect", "engine.after_effect"])
def test_dies_at(crash_pawl, sink, point, nth):
    pawl = crash_pawl.start()
    applied = pawl.apply(relay(sink))
    pawl.terminate()
    acknowledged = {}
    # An engine's point is only passed while there is work, a commit also at the start.
    pawl.start(env={"PAWL_CRASH_AT": f"{point}:{nth}"}, wait=False)
    try:
        pawl.wait_ready()
    except AssertionError:
        assert pawl.process.wait(10 * PATIENCE) == -9
    # As many as it takes: what comes together shares a commit, and a claim.
    for number in range(2000):
        if pawl.process.poll() is not None:
            break
        try:
            answer = request("POST", applied["hook_url"], {"n": number})
        except (OSError, http.client.HTTPException):
            break
        if answer.status == 202:
            acknowledged[number] = answer.body
    assert pawl.process.wait(20 * PATIENCE) == -9, "the point was reached"
    pawl.start()
    all_done(pawl)
    check_sink(pawl, sink, acknowledged)
    sent = collections.Counter(b["n"] for b in sink.bodies())
    # Others may have been under way when it died; the first to be sent was not.
    assert max(sent.values(), default=0) <= (1 if (point, nth) == ("engine.before_effect", 1) else 2)
    assert pawl.run_of(applied, {"n": 9999})["status"] == "completed"


def test_crashes_one_after_another(crash_pawl, sink):
    """A crash while recovering from a crash, at every point in turn, loses nothing either."""
    pawl = crash_pawl.start()
    applied = pawl.apply(relay(sink))
    for number in range(30):
        assert pawl.call(applied, {"n": number}).status == 202
        if number == 20:
            sink.answer = lambda r: (time.sleep(0.2), (200, {}, b"{}"))[1]
    pawl.kill9()
    for point in ("engine.claimed", "engine.before_effect:3", "store.before_commit:2",
                  "store.after_commit:3", "engine.after_effect"):
        pawl.start(env={"PAWL_CRASH_AT": point}, wait=False)
        try:
            pawl.process.wait(3 * PATIENCE)
        except subprocess.TimeoutExpired:  # nothing left to do passes this point
            pawl.kill9()
    sink.answer = lambda r: (200, {}, b"{}")
    pawl.start()
    all_done(pawl)
    assert {b["n"] for b in sink.bodies()} == set(range(30))
    check_sink(pawl, sink, dict.fromkeys(range(30)))


def test_run_that_takes_the_process_down_twice_is_parked(pawl):
    applied = pawl.apply(workflow("blamed", [node("w", "wait", {"resume": True})]))
    pawl.apply(watches_failures())
    run_id, innocent = (pawl.call(applied, {}).json()["data"]["runId"] for _ in range(2))
    for run in (run_id, innocent):
        until(lambda: pawl.get(f"/api/v1/runs/{run}")["status"] == "waiting", what="the wait")
    for crashes in (1, 2):
        assert pawl.get(f"/api/v1/runs/{run_id}")["status"] == "waiting"
        pawl.kill9()
        # The mark that the engine leaves of the run that it works on.
        with open(os.path.join(pawl.data, "engine.blame"), "r+b") as f:
            f.write(struct.pack("=Q", int(run_id)))
        pawl.start()
    run = pawl.finished_run(run_id)
    assert run["status"] == "failed" and run["error"]["code"] == "crashed_twice", run
    until(lambda: told_failures(pawl) == [run_id], what="the alert")
    assert pawl.get(f"/api/v1/runs/{innocent}")["status"] == "waiting"
    assert pawl.api("POST", f"/api/v1/runs/{run_id}/retry").status == 200, "a person may try again"
    until(lambda: pawl.get(f"/api/v1/runs/{run_id}")["status"] == "waiting", what="the wait")


@pytest.mark.parametrize("point, n_sent", [("engine.before_effect", 0), ("engine.after_effect", 2)])
def test_effect_that_takes_the_process_down_is_parked(crash_pawl, sink, point, n_sent):
    """Before the request leaves, and when the answer has come in."""
    pawl = crash_pawl.start()
    applied = pawl.apply(relay(sink))
    pawl.terminate()
    pawl.start(env={"PAWL_CRASH_AT": point})
    try:
        pawl.call(applied, {"n": 1})
    except (OSError, http.client.HTTPException):  # the run may be quicker than its answer
        pass
    assert pawl.process.wait(10 * PATIENCE) == -9
    pawl.start(env={"PAWL_CRASH_AT": point}, wait=False)
    assert pawl.process.wait(10 * PATIENCE) == -9
    pawl.start(env={"PAWL_CRASH_AT": point})
    [run] = pawl.get("/api/v1/runs")["items"]
    run = pawl.finished_run(run["id"])
    assert run["status"] == "failed" and run["error"]["code"] == "crashed_twice", run
    assert len(sink.requests) == n_sent


def watches_failures(name="alert"):
    return workflow(name, [node("log", "log", {"message": "x"})],
                    trigger={"type": "event", "config": {"types": ["pawl.run.failed"]}})


def told_failures(pawl, name="alert"):
    """The runs that the alerts were about."""
    runs = pawl.get(f"/api/v1/runs?workflow={name}")["items"]
    return [pawl.finished_run(r["id"])["input"]["eventData"]["run"]["id"] for r in runs]


def test_alert_outlives_a_crash_at_the_end_of_the_run(crash_pawl):
    """Whoever waits for the end of a run learns of it, once, also when nobody could tell of it."""
    pawl = crash_pawl.start()
    breaks = pawl.apply(workflow("breaks", [node("stop", "terminate", {"status": "failed", "message": "no"})]))
    pawl.apply(watches_failures())
    pawl.terminate()
    pawl.start(env={"PAWL_CRASH_AT": "engine.ended"})
    try:
        pawl.call(breaks, {})
    except (OSError, http.client.HTTPException):  # the run may be quicker than its answer
        pass
    assert pawl.process.wait(10 * PATIENCE) == -9, "the point was reached"
    pawl.start()
    [failed] = pawl.get("/api/v1/runs?workflow=breaks")["items"]
    assert failed["status"] == "failed"
    all_done(pawl)
    assert told_failures(pawl) == [failed["id"]]
    pawl.restart()
    all_done(pawl)
    assert told_failures(pawl) == [failed["id"]]
