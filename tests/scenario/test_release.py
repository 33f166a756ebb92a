"""What was released from quarantine says so: on the stream, in the audit log, in its run."""

import hashlib
import hmac
import json
import threading

from harness import node, request, until, workflow
from test_api import Stream
from test_listen import Command, listening

RIGHT, WRONG = "the-right-secret", "a-wrong-secret"


def hook(secret, name="shop", url=None, **config):
    nodes = [node("tell", "http_request", {"method": "POST", "url": url, "body": "${workflow.input.body}"})] \
        if url else [node("seen", "json", {"data": "${workflow.input.body}"})]
    return workflow(name, nodes, trigger={"type": "webhook", "config": {
        "preset": "github", "auth": [{"type": "signature", "scheme": "github", "secret": secret}], **config}})


def deliver(applied, number):
    body = json.dumps({"n": number}).encode()
    mac = hmac.new(RIGHT.encode(), body, hashlib.sha256).hexdigest()
    return request("POST", applied["hook_url"], body, {
        "Content-Type": "application/json", "X-GitHub-Event": "push",
        "X-GitHub-Delivery": f"d{number}", "X-Hub-Signature-256": f"sha256={mac}"})


def refuse(pawl, applied, numbers):
    """Their ids, in the order in which they came."""
    for number in numbers:
        assert deliver(applied, number).status == 401

    def kept():
        items = pawl.get(f"/api/v1/requests?workflow={applied['name']}&limit=1000")["items"]
        return len(items) == len(numbers) and all(r["quarantined"] for r in items) and items
    return [r["id"] for r in until(kept, what="the quarantine")][::-1]


def reverify(pawl, *args):
    return pawl.cli_json("requests", "reverify", "--workflow", "shop", *args)[0]


def test_the_stream_tells_of_releases_in_their_order(pawl):
    applied = pawl.apply(hook(WRONG))
    ids = refuse(pawl, applied, range(70))  # more than a page
    pawl.apply(hook(RIGHT))
    stream = Stream(pawl)
    reverify(pawl, "--dry-run")
    assert reverify(pawl)["released"] == 70
    told = [data for event, data in stream.until(
        lambda event, data: event == "request" and data["id"] == ids[-1]) if event == "request"]
    assert [data["id"] for data in told] == ids
    assert all((d["verdict"], d["status"], d["released"]) == ("accepted", 401, True) for d in told)
    assert deliver(applied, "new").status == 202
    fresh = stream.until(lambda event, data: event == "request")[-1][1]
    assert (fresh["verdict"], fresh["released"]) == ("accepted", False)


def test_tail_and_listen_see_what_is_released(pawl, sink):
    applied = pawl.apply(hook(WRONG))
    ids = refuse(pawl, applied, range(4))
    with listening(pawl, "shop", "--forward-to", sink.url) as heard, \
            Command(pawl, "tail", "--event", "request") as tail:
        # Before its stream stands it sees nothing.
        other = pawl.apply(workflow("other", [node("n", "json", {"data": 1})]))
        until(lambda: request("POST", other["hook_url"]) and tail.lines, what="pawl tail")
        pawl.apply(hook(RIGHT))
        assert reverify(pawl)["released"] == 4
        assert deliver(applied, 4).status == 202
        assert [json.loads(sink.next()["body"])["n"] for _ in range(5)] == [0, 1, 2, 3, 4]
        assert [identity in line for identity, line in zip(ids, heard.has(5))] == [True] * 4
        lines = until(lambda: len(lines := [l for l in tail.lines if any(i in l for i in ids)]) == 4 and lines,
                      what="the releases")
        assert [f"{i} accepted 401 released" in line for i, line in zip(ids, lines)] == [True] * 4
        assert "released" not in tail.lines[0]
    assert sink.arrived.empty(), "none comes twice"


def test_a_run_says_that_its_request_was_released(pawl):
    applied = pawl.apply(hook(WRONG))
    ids = refuse(pawl, applied, [1])
    pawl.apply(hook(RIGHT))
    reverify(pawl)
    assert pawl.finished_run(ids[0])["released"] is True
    assert "Released     from quarantine" in pawl.cli("run", ids[0]).stdout.decode()
    other = deliver(applied, 2).json()["data"]["runId"]
    assert pawl.finished_run(other)["released"] is False
    assert "Released" not in pawl.cli("run", other).stdout.decode()


def test_a_release_is_in_the_audit_log_before_it_is_done(pawl):
    applied = pawl.apply(hook(WRONG))

    def entries():
        return [e for e in pawl.get("/api/v1/audit")["items"] if e["action"] == "reverifyWorkflow"]
    refuse(pawl, applied, range(3))
    reverify(pawl, "--dry-run")
    reverify(pawl)  # nothing fits
    assert not entries()
    pawl.apply(hook(RIGHT))
    assert reverify(pawl)["released"] == 3
    assert reverify(pawl)["checked"] == 0
    (entry,) = entries()
    assert (entry["actor"], entry["target"], entry["result"]) == ("token:admin", "shop", "asked")
    assert entry["address"] == "127.0.0.1"
    assert pawl.cli("audit", "verify").returncode == 0


def test_a_kill_changes_neither_order_nor_origin(pawl, sink):
    applied = pawl.apply(hook(WRONG, url=sink.url, concurrency=1))
    ids = refuse(pawl, applied, range(100))
    pawl.apply(hook(RIGHT, url=sink.url, concurrency=1))
    for _ in range(3):
        threading.Thread(target=lambda: pawl.cli("requests", "reverify", check=False)).start()
        seen = len(sink.requests)
        until(lambda: len(sink.requests) > min(seen, 95), what="a run of what is released")
        pawl.kill9()
        pawl.start()
    reverify(pawl)
    runs = until(lambda: (r := pawl.get("/api/v1/runs?limit=1000")["items"]) and
                 [x["status"] for x in r] == ["completed"] * 100 and r, what="100 runs")
    assert [r["id"] for r in runs][::-1] == ids
    numbers = [b["n"] for b in sink.bodies()]
    assert list(dict.fromkeys(numbers)) == list(range(100)), "first tries in the order of receipt"
    assert all(pawl.get(f"/api/v1/runs/{i}")["released"] for i in ids)
