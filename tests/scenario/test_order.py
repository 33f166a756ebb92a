"""Runs that have their turn: order keys, fair shares, backlogs that drain at a pace."""

import collections
import threading

from harness import Sink, node, until, workflow


def keyed(sink, name="keyed", **config):
    return workflow(name, [node("send", "http_request", {
        "method": "POST", "url": sink.url, "body": "${workflow.input.body}"},
        retry={"max": 3, "initial": "10ms"})],
        trigger={"type": "webhook", "config": {"order_by": "${workflow.input.body.key}", **config}})


class Watch:
    """How many requests of each key are under way at once, at most, in a sink."""

    def __init__(self):
        self.lock, self.now, self.most = threading.Lock(), collections.Counter(), collections.Counter()

    def begin(self, key):
        with self.lock:
            self.now[key] += 1
            self.most[key] = max(self.most[key], self.now[key])

    def end(self, key):
        with self.lock:
            self.now[key] -= 1


def test_one_at_a_time_per_key_in_order_over_kill_9(pawl):
    """Four keys; the first delivery of one fails at first, the process is killed twice."""
    keys, per_key = "abcd", 25
    failures = iter([503, 503])
    watch = Watch()

    def answer(got):
        key, n = got["body"].decode().split('"key":"')[1][0], got["body"]
        watch.begin(key)
        try:
            if b'"n":0' in n and key == "b":
                return next(failures, 200), {}, b"{}"
            return 200, {}, b"{}"
        finally:
            watch.end(key)

    with Sink(answer) as sink:
        applied = pawl.apply(keyed(sink))
        last = {}
        for n in range(per_key):
            for key in keys:
                reply = pawl.call(applied, {"n": n, "key": key})
                last[key] = reply.json()["data"]["runId"]
            if n in (8, 16):
                pawl.kill9()
                pawl.start()
        for key in keys:
            assert pawl.finished_run(last[key], 30)["status"] == "completed"
        by_key = collections.defaultdict(list)
        for body in sink.bodies():
            if not by_key[body["key"]] or by_key[body["key"]][-1] != body["n"]:  # sent again
                by_key[body["key"]].append(body["n"])
        assert by_key == {key: list(range(per_key)) for key in keys}
        assert set(watch.most.values()) == {1}
    run = pawl.get(f"/api/v1/runs/{last['a']}")
    assert run["order_key"] == "a"


def test_failing_run_blocks_only_its_key(pawl):
    broken = threading.Event()

    def answer(got):
        if b'"key":"bad"' in got["body"] and not broken.is_set():
            return 503, {"Retry-After": "3600"}, b"{}"
        return 200, {}, b"{}"

    with Sink(answer) as sink:
        applied = pawl.apply(keyed(sink))
        bad = [pawl.call(applied, {"n": n, "key": "bad"}).json()["data"]["runId"] for n in range(2)]
        good = [pawl.call(applied, {"n": n, "key": "good"}).json()["data"]["runId"] for n in range(2)]
        for run in good:
            assert pawl.finished_run(run)["status"] == "completed"
        assert pawl.get(f"/api/v1/runs/{bad[1]}")["status"] == "queued"
        broken.set()
        pawl.api("POST", f"/api/v1/runs/{bad[0]}/cancel")
        assert pawl.finished_run(bad[1])["status"] == "completed"


def test_backlog_drains_at_a_pace_over_kill_9(pawl, sink):
    applied = pawl.apply(workflow("paced", [node("send", "http_request", {
        "method": "POST", "url": sink.url, "body": "${workflow.input.body}"})]))
    path = f"/api/v1/workflows/{applied['id']}"
    pawl.cli("workflows", "paced", "--set-status", "paused")
    held = [pawl.call(applied, {"n": n}).json()["data"]["runId"] for n in range(24)]
    shown = pawl.cli_json("workflows", "paced", "--set-status", "active", "--drain", "4")
    assert shown["status"] == "active"
    assert pawl.get(path)["drain"]["per_second"] == 4
    new = pawl.call(applied, {"n": "new"}).json()["data"]["runId"]
    assert pawl.finished_run(new)["status"] == "completed"
    drain = pawl.get(path)["drain"]
    assert drain and drain["left"] > 0, "what is new does not wait behind the backlog"
    pawl.kill9()
    pawl.start()
    assert pawl.get(path)["drain"]["per_second"] == 4
    until(lambda: pawl.get(path)["drain"] is None, 30, what="the end of the drain")
    for run in held:
        assert pawl.finished_run(run)["status"] == "completed"
    assert {r["n"] for r in sink.bodies()} == {"new", *range(24)}
    at = sorted(r["at"] for r in sink.requests if b"new" not in r["body"])
    assert at[-1] - at[0] > 3, "24 runs at 4 a second"


def test_pause_ends_a_drain(pawl, sink):
    applied = pawl.apply(workflow("again", [node("send", "http_request", {
        "method": "POST", "url": sink.url, "body": "${workflow.input.body}"})]))
    path = f"/api/v1/workflows/{applied['id']}"
    pawl.api("POST", path + "/activation", {"status": "paused"})
    for n in range(5):
        pawl.call(applied, {"n": n})
    answer = pawl.api("POST", path + "/activation", {"status": "active", "drain_per_second": 1})
    assert answer.status == 200
    sink.next()
    pawl.api("POST", path + "/activation", {"status": "paused"})
    assert pawl.get(path)["drain"] is None
    pawl.api("POST", path + "/activation", {"status": "active"})
    for _ in range(4):
        sink.next(3)
    assert pawl.api("POST", path + "/activation", {
        "status": "active", "drain_per_second": -1}).status == 400
