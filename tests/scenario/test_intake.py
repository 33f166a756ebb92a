"""What becomes of a request whose sender is known: filters, duplicates, order keys, rate limits."""

import collections
import hashlib
import hmac
import http.client
import json
import random
import threading
import urllib.parse

import pytest

from harness import PATIENCE, request, until, workflow
from wire import ask, connect, length, message

ECHO = {"id": "echo", "type": "compose", "config": {"values": {"body": "${workflow.input.body}"}}}


def hook(name, **config):
    return workflow(name, [ECHO], trigger={"type": "webhook", "config": config})


def send(applied, body, headers=None):
    answer = request("POST", applied["hook_url"], body, headers)
    return answer.status, answer.json().get("data")


def logged(pawl, n):
    """The newest n requests, the oldest first."""
    return until(lambda: (got := pawl.get("/api/v1/requests?limit=1000")["items"]) and len(got) >= n
                 and got, what=f"{n} requests")[:n][::-1]


def test_a_filter_lets_through_what_it_holds_for(pawl):
    applied = pawl.apply(hook("wanted", filter={"all": [
        {"left": "${workflow.input.body.type}", "op": "starts_with", "right": "invoice."},
        {"left": "${workflow.input.headers['X-Env']}", "op": "equals", "right": "live"}]}))
    live, test = {"X-Env": "live"}, {"X-Env": "test"}
    status, data = send(applied, {"type": "invoice.paid"}, live)
    assert (status, data["status"]) == (202, "QUEUED")
    assert pawl.finished_run(data["runId"])["status"] == "completed"
    for body, headers in (({"type": "customer.new"}, live), ({"type": "invoice.paid"}, test), ([], live)):
        status, data = send(applied, body, headers)
        assert (status, data["status"], data["runId"]) == (202, "FILTERED", None)
    got = logged(pawl, 4)
    assert [(r["verdict"], r["run_id"] is None) for r in got] == \
        [("accepted", False)] + [("filtered", True)] * 3
    assert len(pawl.get("/api/v1/runs")["items"]) == 1


def test_a_filter_that_cannot_be_evaluated_loses_nothing(pawl):
    applied = pawl.apply(hook("odd", filter={
        "left": "a", "op": "matches", "right": "${workflow.input.body.pattern}"}))
    _, data = send(applied, {"pattern": "("})
    assert pawl.finished_run(data["runId"])["status"] == "completed"
    assert logged(pawl, 1)[0]["reason"].startswith("policy_failed: the filter cannot be evaluated")


def test_a_delivery_starts_one_run(pawl):
    applied = pawl.apply(hook("once", dedup={"key": "${workflow.input.body.id}"}))
    first = send(applied, {"id": 1, "n": 1})
    assert send(applied, {"id": 1, "n": 1}) == first
    other = send(applied, {"id": 2, "n": 1})
    assert other[1]["runId"] != first[1]["runId"]
    # The same id with other bytes is another request, and it is said that this is odd.
    conflict = send(applied, {"id": 1, "n": 2})
    assert conflict[1]["runId"] not in (first[1]["runId"], other[1]["runId"])
    assert send(applied, {"id": 1, "n": 2}) == conflict
    # Without an id there is nothing to tell it by.
    assert send(applied, {"n": 1}) != send(applied, {"n": 1})
    pawl.restart()
    assert send(applied, {"id": 1, "n": 1}) == first
    assert send(applied, {"id": 1, "n": 2}) == conflict
    rows = logged(pawl, 9)
    assert [(r["verdict"], r["flags"], r["duplicate_of"]) for r in rows] == [
        ("accepted", [], None), ("duplicate", [], rows[0]["id"]), ("accepted", [], None),
        ("accepted", ["conflict"], None), ("duplicate", [], rows[3]["id"]),
        ("accepted", [], None), ("accepted", [], None),
        ("duplicate", [], rows[0]["id"]), ("duplicate", [], rows[3]["id"])]
    assert len(pawl.get("/api/v1/runs")["items"]) == 5


def test_workflows_have_their_own_deliveries(pawl):
    a, b = (pawl.apply(hook(name, dedup={"key": "${workflow.input.body.id}"})) for name in "ab")
    assert send(a, {"id": 1})[1]["runId"] != send(b, {"id": 1})[1]["runId"]


def test_a_delivery_is_forgotten_after_its_window(pawl):
    applied = pawl.apply(hook("short", dedup={"key": "${workflow.input.body.id}", "window": "1s"}))
    first = send(applied, {"id": 1})
    assert send(applied, {"id": 1}) == first
    again = until(lambda: (got := send(applied, {"id": 1})) != first and got, what="the window's end")
    assert send(applied, {"id": 1}) == again


def signed(body, delivery, secret=b"secret"):
    mac = hmac.new(secret, body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={mac}", "X-GitHub-Delivery": delivery,
            "X-GitHub-Event": "push", "Content-Type": "application/json"}


@pytest.mark.parametrize("replay, verdict, flags", [
    (None, "duplicate", ["replay_suspected"]), ("refuse", "duplicate", ["replay_suspected"]),
    ("flag", "accepted", ["replay_suspected"]), ("allow", "accepted", [])])
def test_signed_bytes_under_another_id_are_suspect(pawl, replay, verdict, flags):
    """GitHub signs the body, but neither a time nor the delivery's id."""
    more = {"dedup": {"replay": replay}} if replay else {}
    applied = pawl.apply(hook("github", preset="github", **more,
                              auth=[{"type": "signature", "secret": "secret"}]))
    body = b'{"action":"opened"}'
    first = send(applied, body, signed(body, "a"))
    assert send(applied, body, signed(body, "a")) == first
    second = send(applied, body, signed(body, "b"))
    assert (second == first) == (verdict == "duplicate")
    row = logged(pawl, 3)[-1]
    assert (row["verdict"], row["flags"]) == (verdict, flags)


def test_deliveries_thrice_over_many_connections_and_crashes(pawl):
    """Each delivery starts one run and has one answer, however often and whenever it comes."""
    deliveries, connections, rounds = 1000, 16, 6
    applied = pawl.apply(hook("thrice", dedup={"key": "${workflow.input.headers['X-Id']}"}))
    todo = [n for n in range(deliveries) for _ in range(3)]
    random.Random(7).shuffle(todo)
    answers, lock = collections.defaultdict(list), threading.Lock()
    parts = urllib.parse.urlsplit(applied["hook_url"])

    def sender():
        """A delivery that was not acknowledged is sent again, as every provider would."""
        conn = None
        while True:
            with lock:
                if not todo:
                    return
                n = todo.pop()
            try:
                conn = conn or http.client.HTTPConnection(parts.hostname, parts.port, timeout=5 * PATIENCE)
                conn.request("POST", parts.path, b'{"n":%d}' % n,
                             {"Content-Type": "application/json", "X-Id": str(n)})
                answer = conn.getresponse()
                body = answer.read()
                assert answer.status in (202, 503), body
                done = answer.status == 202
            except (OSError, http.client.HTTPException):
                conn, done = None, False
            with lock:
                if done:
                    answers[n].append(body)
                else:
                    todo.insert(0, n)

    threads = [threading.Thread(target=sender, daemon=True) for _ in range(connections)]
    for t in threads:
        t.start()
    for k in range(1, rounds):
        until(lambda: sum(map(len, answers.values())) > k * deliveries // 3, what="some answers")
        pawl.kill9()
        pawl.start()
    for t in threads:
        t.join(60 * PATIENCE)
        assert not t.is_alive()
    assert all(len(got) == 3 and len(set(got)) == 1 for got in answers.values())
    assert len(answers) == deliveries
    ids = {json.loads(got[0])["data"]["runId"] for got in answers.values()}
    until(lambda: len(pawl.get("/api/v1/runs?limit=1000&status=completed")["items"]) >= deliveries,
          what="the runs")
    runs = pawl.get("/api/v1/runs?limit=1000")["items"]
    assert {r["id"] for r in runs} == ids and len(runs) == deliveries


def test_order_keys_are_kept_with_the_request(pawl):
    applied = pawl.apply(hook("ordered", order_by="${workflow.input.body.customer}"))
    for customer in ("ann", 7, None, "x" * 400):
        send(applied, {"customer": customer})
    keys = [r["order_key"] for r in logged(pawl, 4)]
    assert keys[:3] == ["ann", "7", None]
    assert len(keys[3]) == 256 and keys[3].startswith("x" * 100)


def test_an_endpoint_takes_so_many_a_second(pawl):
    applied = pawl.apply(hook("slow", rate_limit={"per_second": 0.5, "burst": 3}))
    answers = [request("POST", applied["hook_url"], {}) for _ in range(5)]
    assert [a.status for a in answers] == [202] * 3 + [429] * 2
    refused = answers[-1]
    assert refused.headers["Retry-After"] in ("1", "2")
    assert refused.json()["error"]["type"] == "rate_limited"
    # Changing anything else is no way around it.
    pawl.apply(hook("slow", rate_limit={"per_second": 0.5, "burst": 3}, methods=["POST", "PUT"]))
    assert request("PUT", applied["hook_url"], {}).status == 429
    assert [r["status"] for r in logged(pawl, 6)] == [202] * 3 + [429] * 3


def test_who_is_not_known_does_not_use_the_rate_up(pawl):
    applied = pawl.apply(hook("guarded", rate_limit={"per_second": 0.01, "burst": 1},
                              auth=[{"type": "bearer", "secret": "token"}]))
    for _ in range(3):
        assert request("POST", applied["hook_url"], {}).status == 401
    known = {"Authorization": "Bearer token"}
    assert [request("POST", applied["hook_url"], {}, known).status for _ in range(2)] == [202, 429]


def test_an_address_that_calls_too_often_is_not_read(new_pawl):
    with new_pawl(args=["--rate-limit-per-ip", "2"]) as pawl:
        applied = pawl.apply(hook("open"))
        path = urllib.parse.urlsplit(applied["hook_url"]).path
        asked = message(path, "Content-Type: application/json", length())
        with connect(pawl.url, source="127.0.0.9") as s:
            statuses = [ask(s, asked)[0] for _ in range(4)]
            assert statuses == [202, 202, 429, 429]
        # Before the body: with none of it sent, the answer comes.
        with connect(pawl.url, source="127.0.0.9") as s:
            status, headers, _ = ask(s, message(path, "Content-Length: 1000", body=b""))
            assert status == 429 and headers["retry-after"] == "1"
        with connect(pawl.url, source="127.0.0.10") as s:
            assert ask(s, asked)[0] == 202
        assert pawl.get("/api/v1/info")
