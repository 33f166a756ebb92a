"""Workflows as services: the caller is answered when the run has ended, or by a node of it."""

import base64
import hmac
import http.client
import json
import threading
import time
import urllib.parse

import pytest

from harness import PATIENCE, basic, node, raw, request, until, workflow


def service(name, nodes, edges=None, **config):
    return workflow(name, nodes, edges, trigger={"type": "http_request", "config": config})


def hello(name="hello", **config):
    return service(name, [node("say", "json", {"data": {"message": "Hello from Pawl!"}})],
                   **{"mode": "wait", **config})


def echo(name, **config):
    return service(name, [node("echo", "json", {"data": "${workflow.input.body}"})],
                   **{"mode": "wait", **config})


def call(applied, method="GET", body=None, headers=None, **rest):
    return request(method, applied["service_url"], body, headers, **rest)


@pytest.fixture
def gate():
    """Holds a sink's answers back until it is opened."""
    event = threading.Event()
    yield event
    event.set()


def behind(gate):
    def answer(_):
        gate.wait(60)
        return 200, {}, b'{"slow":true}'
    return answer


# ---- the envelope ------------------------------------------------------------------------


def test_output_comes_in_the_envelope(shared):
    applied = shared.apply(hello())
    answer = call(applied)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json() == {"code": 200, "message": "SUCCESS", "data": {
        "output": {"data": {"message": "Hello from Pawl!"}}, "status": "COMPLETED"}}
    run = shared.get(f"/api/v1/runs/{answer.headers['Pawl-Run-Id']}")
    assert run["status"] == "completed"
    assert run["output"] == answer.json()["data"]["output"]


def test_immediate_mode_answers_before_the_run(shared):
    applied = shared.apply(hello("at-once", mode="immediate"))
    answer = call(applied, "POST", {})
    assert answer.status == 200
    data = answer.json()["data"]
    assert answer.json() == {"code": 200, "message": "ACCEPTED", "data": {
        "requestId": data["runId"], "runId": data["runId"], "status": "QUEUED"}}
    assert shared.finished_run(data["runId"])["status"] == "completed"


def test_configured_status(shared):
    for mode in ("wait", "immediate"):
        answer = call(shared.apply(hello(f"created-{mode}", mode=mode, respond={"status": 201})))
        assert (answer.status, answer.json()["code"]) == (201, 201)


def test_every_method_is_served_and_head_has_no_body(shared):
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]
    applied = shared.apply(service("methods", [
        node("say", "json", {"data": "${workflow.input.method}"})], mode="wait", methods=methods))
    for method in methods:
        answer = call(applied, method)
        assert answer.status == 200
        if method == "HEAD":
            assert answer.body == b"" and int(answer.headers["Content-Length"]) > 50
        else:
            assert answer.json()["data"]["output"] == {"data": method}


def test_other_methods_and_urls_are_refused(shared):
    applied = shared.apply(hello("get-only", methods=["GET"]))
    answer = call(applied, "POST", {})
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    refused = until(lambda: shared.get(f"/api/v1/requests?workflow={applied['id']}")["items"],
                    what="the line in the log")[0]
    assert refused["reason"] == "method_not_allowed: the trigger's methods do not have it"
    assert request("GET", applied["service_url"] + "/").status == 200
    assert request("GET", applied["service_url"] + "//").status == 404
    # Each kind of trigger has a URL of its own.
    assert request("GET", applied["service_url"].replace("/service/", "/hook/")).status == 404
    assert shared.hooked["service_url"] is None
    assert request("POST", shared.hooked["hook_url"].replace("/hook/", "/service/"), {}).status == 404


def test_basic_and_header_authentication(shared):
    applied = shared.apply(hello("guarded", auth=[
        {"type": "basic", "username": "ada", "password": "lovelace"},
        {"type": "header", "name": "X-Api-Key", "secret": "k3y"}]))
    assert call(applied, headers={"Authorization": basic("ada", "lovelace")}).status == 200
    assert call(applied, headers={"X-Api-Key": "k3y"}).status == 200
    for wrong in ({}, {"Authorization": basic("ada", "l")}, {"X-Api-Key": "k3"}):
        answer = call(applied, headers=wrong)
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
        assert set(answer.json()) == {"code", "message", "error"}


def test_calls_past_the_rate_are_refused(shared):
    applied = shared.apply(hello("paced", rate_limit={"per_second": 0.01, "burst": 2}))
    answers = [call(applied) for _ in range(4)]
    assert [a.status for a in answers] == [200, 200, 429, 429]
    assert int(answers[3].headers["Retry-After"]) >= 1


# ---- runs that do not complete ---------------------------------------------------------------


def test_a_failed_run_is_a_500_that_tells_nothing(shared, sink):
    sink.answer = lambda _: (503, {}, b"inner secret")
    applied = shared.apply(service("failing", [
        node("call", "http_request", {"url": sink.url})], mode="wait"))
    answer = call(applied)
    run_id = answer.headers["Pawl-Run-Id"]
    assert answer.status == 500
    assert answer.json() == {"code": 500, "message": "FAILED",
                             "data": {"runId": run_id, "status": "FAILED"}}
    assert shared.get(f"/api/v1/runs/{run_id}")["status"] == "failed"


def test_a_run_that_times_out_or_is_canceled(shared, sink, gate):
    sink.answer = behind(gate)
    slow = [node("call", "http_request", {"url": sink.url}, timeout="100ms")]
    answer = call(shared.apply(service("late", slow, mode="wait")))
    assert (answer.status, answer.json()["message"]) == (500, "TIMED_OUT")

    applied = shared.apply(service("cancel-me", [
        node("hold", "wait", {"resume": True}), node("say", "json", {"data": 1})], mode="wait"))
    got = []
    caller = threading.Thread(target=lambda: got.append(call(applied)))
    caller.start()
    run = until(lambda: shared.get(
        f"/api/v1/runs?workflow={applied['id']}&status=waiting")["items"], what="a waiting run")[0]
    assert shared.api("POST", f"/api/v1/runs/{run['id']}/cancel").status in (200, 202)
    caller.join(20 * PATIENCE)
    assert (got[0].status, got[0].json()["message"]) == (500, "CANCELED")


def test_a_run_past_the_wait_limit_goes_on(shared, sink, gate):
    sink.answer = behind(gate)
    applied = shared.apply(service("slow", [node("call", "http_request", {"url": sink.url})],
                                   mode="wait", wait_limit="200ms"))
    answer = call(applied)
    data = answer.json()["data"]
    assert (answer.status, data["status"]) == (202, "RUNNING")
    assert answer.headers["Pawl-Run-Id"] == data["runId"]
    gate.set()
    assert shared.finished_run(data["runId"])["output"]["data"] == {"slow": True}


def test_callers_are_counted(pawl):
    applied = pawl.apply(service("counted", [node("hold", "wait", {"resume": True})],
                                 mode="wait", wait_limit="5m"))
    waiting = lambda n: f"pawl_callers_waiting {n}\n" in request("GET", pawl.url + "/metrics").body.decode()
    threading.Thread(target=call, args=(applied,), daemon=True).start()
    until(lambda: waiting(1), what="a caller")
    run = until(lambda: pawl.get("/api/v1/runs?status=waiting")["items"], what="its run")[0]
    pawl.cli("run", run["id"], "--resume")
    until(lambda: waiting(0), what="no caller")


def test_a_paused_workflow_answers_at_once(shared):
    applied = shared.apply(hello("held", wait_limit="5m"))
    shared.cli("workflows", "held", "--set-status", "paused")
    answer = call(applied)
    assert (answer.status, answer.json()["data"]["status"]) == (202, "QUEUED")
    shared.cli("workflows", "held", "--set-status", "active")
    assert shared.finished_run(answer.json()["data"]["runId"])["status"] == "completed"


def test_a_delivery_that_was_here_before_is_answered_at_once(shared):
    secret = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
    applied = shared.apply(hello("twice", wait_limit="5m", auth=[
        {"type": "signature", "scheme": "standard-webhooks", "secret": secret}]))
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(time.time()))}
    signed = f"msg_1.{headers['webhook-timestamp']}.{{}}".encode()
    mac = hmac.new(b"0123456789abcdef01234567", signed, "sha256").digest()
    headers["webhook-signature"] = "v1," + base64.b64encode(mac).decode()
    first, second = (call(applied, "POST", b"{}", headers) for _ in range(2))
    assert first.status == 200
    assert (second.status, second.json()["data"]["runId"]) == (202, first.headers["Pawl-Run-Id"])


def test_a_client_that_leaves_is_no_trouble(shared, sink, gate):
    sink.answer = behind(gate)
    applied = shared.apply(service("left", [node("call", "http_request", {"url": sink.url})],
                                   mode="wait"))
    parts = urllib.parse.urlsplit(applied["service_url"])
    for _ in range(20):
        conn = http.client.HTTPConnection(parts.hostname, parts.port)
        conn.request("GET", parts.path)
        sink.next()
        conn.close()
    gate.set()
    runs = until(lambda: (lambda r: r if len(r) == 20 else None)(shared.get(
        f"/api/v1/runs?workflow={applied['id']}&status=completed")["items"]), what="20 runs")
    assert len(runs) == 20


# ---- the respond node -----------------------------------------------------------------------


def test_respond_answers_at_once_and_the_run_goes_on(shared, sink, gate):
    sink.answer = behind(gate)
    applied = shared.apply(service("early", [
        node("answer", "respond", {"status": 201, "headers": {"X-Kind": "early", "Cache-Control": None},
                                   "body": {"hello": "${workflow.input.query.name}"}}),
        node("after", "http_request", {"url": sink.url}),
        node("again", "respond", {"status": 400, "body": "never"})], mode="wait"))
    answer = request("GET", applied["service_url"] + "?name=Ada")
    assert (answer.status, answer.json()) == (201, {"hello": "Ada"})
    assert (answer.headers["X-Kind"], answer.headers["Content-Type"]) == ("early", "application/json")
    assert answer.headers["Cache-Control"] is None
    run_id = answer.headers["Pawl-Run-Id"]
    assert shared.get(f"/api/v1/runs/{run_id}")["status"] in ("running", "waiting")
    gate.set()
    assert shared.finished_run(run_id)["status"] == "completed"


def test_respond_sends_text_and_empty_bodies(shared):
    applied = shared.apply(service("texts", [
        node("answer", "respond", {"status": "${workflow.input.body.status}",
                                   "headers": {"Content-Type": "text/html"},
                                   "body": "${workflow.input.body.text}"})], mode="wait"))
    answer = call(applied, "POST", {"status": 404, "text": "<p>none</p>"})
    assert (answer.status, answer.headers["Content-Type"], answer.body) == \
        (404, "text/html", b"<p>none</p>")
    answer = call(applied, "POST", {"status": 204, "text": "dropped"})
    assert (answer.status, answer.body) == (204, b"")
    # A status that cannot be sent fails the node, and the usual answer follows.
    assert call(applied, "POST", {"status": 99, "text": ""}).status == 500


def test_without_respond_on_the_way_the_envelope_is_sent(shared):
    applied = shared.apply(service("branch", [
        node("ask", "if", {"left": "${workflow.input.query.own}", "op": "equals", "right": "1"}),
        node("answer", "respond", {"body": "own"}), node("other", "json", {"data": "usual"})],
        [{"from": "trigger", "to": "ask"}, {"from": "ask", "port": "true", "to": "answer"},
         {"from": "ask", "port": "false", "to": "other"}], mode="wait"))
    assert request("GET", applied["service_url"] + "?own=1").body == b"own"
    assert request("GET", applied["service_url"]).json()["data"]["output"] == {"data": "usual"}


@pytest.mark.parametrize("trigger", [
    {"type": "webhook", "config": {}},
    {"type": "http_request", "config": {}},
    {"type": "http_request", "config": {"mode": "immediate"}}])
def test_respond_is_refused_where_nobody_waits(shared, trigger):
    document = workflow("vain", [node("answer", "respond", {"body": "x"})], trigger=trigger)
    answer = shared.api("POST", "/api/v1/validate", {"document": document})
    problems = answer.json()["problems"]
    assert [p["pointer"] for p in problems] == ["/nodes/0/type"]
    assert "nobody waits" in problems[0]["message"]


def test_respond_is_not_cached(shared):
    document = service("cached", [node("answer", "respond", {"body": "x"}, cache="1m")], mode="wait")
    problems = shared.api("POST", "/api/v1/validate", {"document": document}).json()["problems"]
    assert [p["pointer"] for p in problems] == ["/nodes/0/settings"] and "cache" in problems[0]["message"]


# ---- browsers ------------------------------------------------------------------------------------

PAGE = "https://app.example"


def test_preflight_and_calls_of_a_page(shared):
    applied = shared.apply(hello("pages", auth=[{"type": "header", "name": "X-Key", "secret": "k"}],
                                 max_body=10, cors={"origins": [PAGE], "max_age": "5m"}))
    answer = call(applied, "OPTIONS", headers={
        "Origin": PAGE, "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type, x-key"})
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"] == "content-type, x-key"
    assert answer.headers["Access-Control-Max-Age"] == "300"
    assert "Origin" in answer.headers["Vary"]
    # Errors too: a page could not tell why otherwise.
    for body, headers, status in ((None, {"X-Key": "k"}, 200), (None, {}, 401),
                                  (b"x" * 11, {"X-Key": "k"}, 413),
                                  (b"{", {"X-Key": "k", "Content-Type": "application/json"}, 400),
                                  (b"x", {"X-Key": "k", "Content-Encoding": "odd"}, 415)):
        answer = call(applied, "POST", body, {"Origin": PAGE, **headers})
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (status, PAGE)
        assert answer.headers.get_all("Vary") == ["Origin"]


def test_a_page_is_told_when_to_come_again(new_pawl):
    with new_pawl(args=["--rate-limit-per-ip", "1"]) as pawl:
        applied = pawl.apply(hello("pages", cors={"origins": [PAGE]}))
        answers = [call(applied, "GET", headers={"Origin": PAGE}) for _ in range(5)]
    refused = next(a for a in answers if a.status == 429)
    assert refused.headers["Access-Control-Allow-Origin"] == PAGE
    assert "Retry-After" in refused.headers["Access-Control-Expose-Headers"].split(", ")


def test_a_page_of_another_origin_is_told_nothing(shared):
    applied = shared.apply(hello("own-pages", cors={"origins": [PAGE]}))
    for method, headers in (("OPTIONS", {"Access-Control-Request-Method": "GET"}), ("GET", {})):
        answer = call(applied, method, headers={"Origin": "https://evil.example", **headers})
        assert answer.headers["Access-Control-Allow-Origin"] is None
        assert "Origin" in answer.headers["Vary"]


def test_options_without_cors_says_what_there_is(shared):
    applied = shared.apply(hello("plain", methods=["PUT"]))
    runs = len(shared.get(f"/api/v1/requests?workflow={applied['id']}")["items"])
    answer = call(applied, "OPTIONS", headers={"Origin": PAGE, "Access-Control-Request-Method": "PUT"})
    assert (answer.status, answer.headers["Allow"]) == (204, "PUT, OPTIONS")
    assert answer.headers["Access-Control-Allow-Origin"] is None
    assert len(shared.get(f"/api/v1/requests?workflow={applied['id']}")["items"]) == runs


# ---- many callers, crashes, stops ------------------------------------------------------------------


def storm(applied, n_connections, n_calls):
    """Calls from many connections at once; returns what went wrong and the times in seconds."""
    parts = urllib.parse.urlsplit(applied["service_url"])
    wrong, times = [], []

    def client(number):
        conn = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30 * PATIENCE)
        for i in range(n_calls):
            mark = f"{number}-{i}"
            began = time.monotonic()
            conn.request("POST", parts.path, json.dumps({"mark": mark}),
                         {"Content-Type": "application/json"})
            answer = conn.getresponse()
            body = json.loads(answer.read())
            times.append(time.monotonic() - began)
            if answer.status != 200 or body["data"]["output"] != {"data": {"mark": mark}}:
                wrong.append((mark, answer.status, body))
        conn.close()

    threads = [threading.Thread(target=client, args=(i,)) for i in range(n_connections)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return wrong, times


def test_many_callers_get_their_own_answers(pawl):
    wrong, times = storm(pawl.apply(echo("mirror")), 50, 60)
    assert wrong == [] and len(times) == 3000


def test_a_caller_does_not_stand_behind_a_crowd(pawl):
    """While webhooks come in crowds their runs wait; a caller who waits does not."""
    crowd = pawl.apply(workflow("crowd", [node("n", "json", {"data": 1})]))
    applied = pawl.apply(hello("quick"))
    parts = urllib.parse.urlsplit(crowd["hook_url"])
    stop, sent = threading.Event(), []

    def sender():
        pipelined = (f"POST {parts.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{{}}" * 50).encode()
        while not stop.is_set():
            last = pipelined + f"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
            sent.append(raw(crowd["hook_url"], last).count(b"202 Accepted"))

    threads = [threading.Thread(target=sender) for _ in range(8)]
    for t in threads:
        t.start()
    until(lambda: sum(sent) > 2000, what="a crowd")
    answers = [call(applied) for _ in range(10)]
    stop.set()
    for t in threads:
        t.join()
    assert [a.status for a in answers] == [200] * 10


def test_a_crash_loses_the_caller_but_not_the_run(pawl, sink, gate):
    sink.answer = behind(gate)
    applied = pawl.apply(service("crash", [
        node("call", "http_request", {"url": sink.url}),
        node("answer", "respond", {"body": "to nobody"})], mode="wait"))
    lost = []

    def caller():
        try:
            call(applied)
        except (OSError, http.client.HTTPException) as error:
            lost.append(error)

    thread = threading.Thread(target=caller)
    thread.start()
    sink.next()
    pawl.kill9()
    thread.join(20 * PATIENCE)
    assert len(lost) == 1
    gate.set()
    pawl.start()
    run = until(lambda: pawl.get(f"/api/v1/runs?workflow={applied['id']}")["items"], what="the run")[0]
    assert pawl.finished_run(run["id"])["status"] == "completed"


def test_a_stop_answers_those_who_wait(pawl):
    applied = pawl.apply(service("stop", [node("hold", "wait", {"resume": True})],
                                 mode="wait", wait_limit="5m"))
    got = []
    thread = threading.Thread(target=lambda: got.append(call(applied)))
    thread.start()
    run = until(lambda: pawl.get(f"/api/v1/runs?workflow={applied['id']}&status=waiting")["items"],
                what="the run")[0]
    assert pawl.terminate() == 0
    thread.join(20 * PATIENCE)
    assert (got[0].status, got[0].json()["data"]["status"]) == (202, "RUNNING")
    assert got[0].json()["data"]["runId"] == run["id"]
