"""Traces: what a collector gets, what is sent on, and what no span may hold."""

import json
import pathlib
import re
import threading

import pytest

from harness import PATIENCE, Sink, node, request, until, workflow

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
KINDS = {1: "internal", 2: "server", 3: "client"}


class Collector(Sink):
    """Takes OTLP/HTTP as JSON and keeps the spans."""

    def spans(self, n):
        """All of them, once there are n at least."""
        return until(lambda: (lambda s: s if len(s) >= n else None)(self.now()), what=f"{n} spans")

    def now(self):
        return [flat(span) for r in list(self.requests) if r["path"] == "/v1/traces"
                for resource in json.loads(r["body"])["resourceSpans"]
                for scope in resource["scopeSpans"] for span in scope["spans"]]


def flat(span):
    values = {a["key"]: next(iter(a["value"].values())) for a in span["attributes"]}
    return {**span, "kind": KINDS[span["kind"]], "at": values, "error": span["status"].get("code") == 2}


@pytest.fixture
def collector():
    with Collector() as server:
        yield server


@pytest.fixture
def traced(new_pawl, collector):
    with new_pawl(args=["--otlp-endpoint", collector.url + "/", "--otlp-headers",
                        "x-api-key=k%20ey,x-other=1"]) as server:
        yield server


def relay(sink, name="traced", trigger=None, **settings):
    return workflow(name, [
        node("made", "compose", {"values": {"a": 1}}),
        node("call", "http_request", {"method": "POST", "url": sink.url + "/path?key=hidden"}, **settings)],
        trigger=trigger)


def named(spans, name):
    found = [s for s in spans if s["name"] == name]
    assert found, [s["name"] for s in spans]
    return found[0]


def test_a_callers_trace_goes_on(traced, collector, sink):
    applied = traced.apply(relay(sink))
    run = traced.run_of(applied, {"body": "private"}, {
        "traceparent": f"00-{TRACE}-{PARENT}-01", "tracestate": "vendor=1", "User-Agent": "sender/1",
        "Authorization": "Bearer private"})
    spans = collector.spans(4)
    assert len(spans) == 4 and {s["traceId"] for s in spans} == {TRACE}
    asked, ran = named(spans, "POST /hook/{token}"), named(spans, "run traced")
    made, call = named(spans, "compose made"), named(spans, "http_request call")
    assert (asked["kind"], asked["parentSpanId"], asked["traceState"]) == ("server", PARENT, "vendor=1")
    assert (ran["kind"], ran["parentSpanId"]) == ("internal", asked["spanId"])
    assert (made["kind"], made["parentSpanId"]) == ("internal", ran["spanId"])
    assert (call["kind"], call["parentSpanId"]) == ("client", ran["spanId"])
    assert len({s["spanId"] for s in spans}) == 4 and not any(s["error"] for s in spans)
    assert asked["at"].items() >= {
        "http.request.method": "POST", "http.route": "/hook/{token}", "http.response.status_code": "202",
        "client.address": "127.0.0.1", "user_agent.original": "sender/1", "pawl.verdict": "accepted",
        "pawl.request.id": run["id"], "pawl.workflow.id": applied["id"]}.items()
    assert ran["at"].items() >= {"pawl.run.id": run["id"], "pawl.run.status": "completed",
                                 "pawl.workflow.name": "traced"}.items()
    host, port = sink.url.removeprefix("http://").split(":")
    assert call["at"].items() >= {
        "http.request.method": "POST", "server.address": host, "server.port": port,
        "http.response.status_code": "200", "pawl.node.id": "call", "pawl.node.attempt": "1"}.items()
    for s in spans:
        assert int(s["startTimeUnixNano"]) <= int(s["endTimeUnixNano"])
    # The attempt's span is the next program's parent.
    sent = sink.requests[0]["headers"]
    assert sent["traceparent"] == f"00-{TRACE}-{call['spanId']}-01"
    assert sent["tracestate"] == "vendor=1"
    # Neither what came in, nor the token that lets in, nor a query.
    token = applied["hook_url"].rpartition("/")[2]
    for r in collector.requests:
        assert (r["headers"]["Content-Type"], r["headers"]["x-api-key"], r["headers"]["x-other"]) == \
            ("application/json", "k ey", "1")
        for secret in (b"private", b"hidden", token.encode()):
            assert secret not in r["body"]


def test_a_trace_begins_here_and_outlives_a_crash(traced, collector, sink):
    hold = threading.Event()
    sink.answer = lambda _: (hold.wait(60), (200, {}, b"{}"))[1]
    applied = traced.apply(relay(sink))
    run_id = traced.call(applied, {}).json()["data"]["runId"]
    first = sink.next()["headers"]["traceparent"]
    spans = collector.spans(2)
    traced.kill9()
    hold.set()
    traced.start()
    assert traced.finished_run(run_id)["status"] == "completed"
    second = sink.next()["headers"]["traceparent"]
    spans = collector.spans(4)
    ran, call = named(spans, "run traced"), named(spans, "http_request call")
    assert {s["traceId"] for s in spans} == {first.split("-")[1]} == {second.split("-")[1]}
    # Another attempt is another span.
    assert first.split("-")[2] != second.split("-")[2] == call["spanId"]
    assert named(spans, "POST /hook/{token}")["spanId"] == ran["parentSpanId"]
    assert "parentSpanId" not in named(spans, "POST /hook/{token}")


def test_every_attempt_is_a_span_and_failures_are_errors(traced, collector, sink):
    sink.answer = lambda _: (503, {}, b"{}")
    run = traced.run_of(traced.apply(relay(sink, retry={"max": 1, "initial": "1ms"})), {})
    assert run["status"] == "failed"
    spans = collector.spans(5)
    calls = sorted((s for s in spans if s["name"] == "http_request call"),
                   key=lambda s: s["at"]["pawl.node.attempt"])
    assert [s["at"]["pawl.node.attempt"] for s in calls] == ["1", "2"]
    assert [s["spanId"] for s in calls] == [r["headers"]["traceparent"].split("-")[2]
                                            for r in sink.requests]
    for s in calls:
        assert s["error"] and s["at"]["error.type"] == "http_status"
        assert s["at"]["http.response.status_code"] == "503"
    ran = named(spans, "run traced")
    assert ran["error"] and ran["at"]["error.type"] == "http_status"


def test_a_service_is_traced_to_its_answer_and_a_refusal_too(traced, collector, sink):
    applied = traced.apply(relay(sink, "serve", {"type": "http_request", "config": {
        "mode": "wait", "auth": [{"type": "header", "name": "X-Key", "secret": "k"}]}}))
    assert request("POST", applied["service_url"], {}).status == 401
    assert request("POST", applied["service_url"], {}, {"X-Key": "k"}).status == 200
    spans = collector.spans(5)
    asked = sorted((s for s in spans if s["name"] == "POST /service/{token}"),
                   key=lambda s: s["at"]["http.response.status_code"])
    assert [s["at"]["http.response.status_code"] for s in asked] == ["200", "401"]
    assert asked[1]["at"]["pawl.verdict"] == "refused" and not asked[1]["error"]
    ran = named(spans, "run serve")
    assert ran["parentSpanId"] == asked[0]["spanId"]
    assert int(asked[0]["endTimeUnixNano"]) >= int(ran["endTimeUnixNano"])


def test_who_is_not_sampled_is_not_recorded(traced, collector, sink):
    applied = traced.apply(relay(sink))
    traced.run_of(applied, {}, {"traceparent": f"00-{TRACE}-{PARENT}-00"})
    sent = sink.next()["headers"]["traceparent"].split("-")
    assert (sent[1], sent[3]) == (TRACE, "00") and sent[2] != PARENT
    traced.run_of(applied, {})
    assert TRACE not in {s["traceId"] for s in collector.spans(4)}
    assert len(collector.now()) == 4


def test_a_collector_that_is_away_costs_spans_only(new_pawl, collector, sink):
    collector.answer = lambda _: (400, {}, b"no")
    with new_pawl(args=["--otlp-endpoint", collector.url]) as pawl:
        applied = pawl.apply(workflow("lost", [node("n", "json", {"data": 1})]))
        for _ in range(5):
            pawl.run_of(applied, {})

        def dropped():
            page = request("GET", pawl.url + "/metrics").body.decode()
            return "pawl_trace_spans_dropped_total 15" in page
        until(dropped, what="15 spans to be dropped")
        assert [e["status"] for e in pawl.events("trace_export_failed")] == [400]


def test_spans_that_a_collector_rejects_are_counted(new_pawl, collector):
    collector.answer = lambda _: (200, {}, b'{"partialSuccess": {"rejectedSpans": "2"}}')
    with new_pawl(args=["--otlp-endpoint", collector.url]) as pawl:
        pawl.run_of(pawl.apply(workflow("partly", [node("n", "json", {"data": 1})])), {})

        def counted():
            page = request("GET", pawl.url + "/metrics").body.decode()
            taken, lost = (int(re.search(rf"^pawl_trace_spans_{what}_total (\d+)$", page, re.M).group(1))
                           for what in ("exported", "dropped"))
            return taken + lost == 3 and lost >= 2  # of one batch, or of several
        until(counted, what="spans to be rejected")


def test_a_secret_is_in_no_span(new_pawl, collector):
    pawl = new_pawl(args=["--otlp-endpoint", collector.url])
    secrets = pathlib.Path(pawl.data) / "secrets"
    secrets.mkdir(parents=True)
    (secrets / "host").write_text("s3cr3t.invalid")
    (secrets / "key").write_text("k3y-s3cr3t")
    for path in (pathlib.Path(pawl.data), secrets, *secrets.iterdir()):
        path.chmod(0o700 if path.is_dir() else 0o600)
    with pawl:
        run = pawl.run_of(pawl.apply(workflow("hidden", [node("call", "http_request", {
            "url": "http://${secrets.host}/${secrets.key}", "headers": {"X-A": "${secrets.key}"}})])), {})
        assert run["status"] == "failed"
        call = named(collector.spans(3), "http_request call")
    assert call["error"] and call["at"]["server.address"] == "***"
    assert not [r for r in collector.requests if b"s3cr3t" in r["body"]]


def test_a_busy_collector_is_asked_again(new_pawl, collector):
    answers = [(503, {}, b"busy")]
    collector.answer = lambda _: answers.pop() if answers else (200, {}, b"{}")
    with new_pawl(args=["--otlp-endpoint", collector.url]) as pawl:
        pawl.run_of(pawl.apply(workflow("patient", [node("n", "json", {"data": 1})])), {})
        assert collector.next()["body"] == collector.next()["body"]
        until(lambda: b"spans_exported_total 3" in request("GET", pawl.url + "/metrics").body)
        assert not pawl.events("trace_export_failed")


def test_without_a_collector_there_is_nothing(shared, sink):
    shared.run_of(shared.apply(relay(sink, "untraced")), {}, {"traceparent": f"00-{TRACE}-{PARENT}-01"})
    assert sink.next()["headers"]["traceparent"] is None
    assert b"trace_spans" not in request("GET", shared.url + "/metrics").body


def test_the_standard_variables_count(new_pawl, collector):
    with new_pawl(env={"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_SERVICE_NAME": "hooks"}) as pawl:
        pawl.run_of(pawl.apply(workflow("by-env", [node("n", "json", {"data": 1})])), {})
        collector.spans(3)
    resource = json.loads(collector.requests[0]["body"])["resourceSpans"][0]["resource"]
    assert {"key": "service.name", "value": {"stringValue": "hooks"}} in resource["attributes"]


@pytest.mark.parametrize("args,part", [
    (["--otlp-endpoint", "localhost:4318"], "--otlp-endpoint"),
    (["--otlp-endpoint", "http://localhost:4318", "--otlp-headers", "private"], "--otlp-headers")])
def test_bad_settings_are_told(new_pawl, args, part):
    pawl = new_pawl(args=args)
    pawl.start(wait=False)
    assert pawl.process.wait(20 * PATIENCE) == 1
    assert part in pawl.log() and "private" not in pawl.log()
    pawl.process = None
