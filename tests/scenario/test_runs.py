"""What a run does: order, branches, failures, waits, and what people do to it."""

import email.utils
import http.client
import json
import threading
import time

import pytest

from harness import PATIENCE, basic, node, request, until, workflow

ENDED = ("completed", "failed", "canceled", "timed_out")


def edges(*pairs):
    """"a>b" or "a.port>b"."""
    made = []
    for pair in pairs:
        start, to = pair.split(">")
        start, _, port = start.partition(".")
        made.append({"from": start, "to": to, **({"port": port} if port else {})})
    return made


def states(run):
    return {n["id"]: n["status"] for n in run["nodes"]}


def node_of(run, id):
    return next(n for n in run["nodes"] if n["id"] == id)


def post(sink, path="/", body="${workflow.input.body}", **config):
    return {"method": "POST", "url": sink.url + path, "body": body, **config}


def const(id, value=None, **settings):
    return node(id, "json", {"data": value if value is not None else id}, **settings)


def act(pawl, run, verb, body=None):
    return pawl.api("POST", f"/api/v1/runs/{run if isinstance(run, str) else run['id']}/{verb}", body)


def started(pawl, applied, body=None):
    """Calls the webhook and returns the run's id."""
    answer = pawl.call(applied, body if body is not None else {})
    assert answer.status == 202, answer
    return answer.json()["data"]["runId"]


def in_state(pawl, run_id, *wanted):
    def check():
        run = pawl.get(f"/api/v1/runs/{run_id}")
        return run if run["status"] in wanted else None
    return until(check, what=f"run {run_id} to be {' or '.join(wanted)}")


def waiting_for(pawl, run_id, kind):
    def check():
        run = pawl.get(f"/api/v1/runs/{run_id}")
        return run if any(n.get("waiting_for") == kind for n in run["nodes"]) else None
    return until(check, what=f"run {run_id} to wait for {kind}")


class Gate:
    """A sink's answer that is held back until it is opened."""

    def __init__(self, answer=(200, {}, b"{}")):
        self.event, self.answer = threading.Event(), answer

    def __call__(self, _):
        self.event.wait(60)
        return self.answer

    def open(self):
        self.event.set()


# -- the graph

def test_if_takes_one_branch_and_skips_what_hangs_on_the_other(pawl):
    applied = pawl.apply(workflow("branches", [
        node("is_admin", "if", {"all": [
            {"left": "${workflow.input.body.role}", "op": "equals", "right": "admin"},
            {"any": [{"left": "${workflow.input.body.age}", "op": "greater", "right": 17},
                     {"not": {"left": "${workflow.input.body.age}", "op": "exists"}}]}]}),
        const("yes"), const("after_yes"), const("no"), const("after_no"), const("joined")],
        edges("trigger>is_admin", "is_admin.true>yes", "yes>after_yes", "is_admin.false>no",
              "no>after_no", "after_yes>joined", "after_no>joined")))
    for body, taken in (({"role": "admin", "age": 18}, "yes"), ({"role": "admin"}, "yes"),
                        ({"role": "admin", "age": 17}, "no"), ({"role": "user", "age": 40}, "no")):
        run = pawl.run_of(applied, body)
        other = "no" if taken == "yes" else "yes"
        assert run["status"] == "completed", body
        assert states(run) == {"is_admin": "completed", taken: "completed",
                               "after_" + taken: "completed", other: "skipped",
                               "after_" + other: "skipped", "joined": "completed"}, body
        assert node_of(run, "is_admin")["port"] == ("true" if taken == "yes" else "false")
        assert run["output"]["data"] == "joined"


def test_switch_takes_the_first_case_that_holds(pawl):
    case = lambda name, right: {"name": name, "left": "${workflow.input.body.event}",
                                "op": "starts_with", "right": right}
    applied = pawl.apply(workflow("switch", [
        node("by_event", "switch", {"cases": [case("created", "user.created"), case("user", "user.")]}),
        const("c"), const("u"), const("d")],
        edges("trigger>by_event", "by_event.created>c", "by_event.user>u", "by_event.default>d")))
    for event, taken in (("user.created", "c"), ("user.deleted", "u"), ("order", "d")):
        run = pawl.run_of(applied, {"event": event})
        assert {k for k, v in states(run).items() if v == "completed"} == {"by_event", taken}
        assert run["output"]["data"] == taken


def test_ready_nodes_run_side_by_side(pawl, sink):
    both = threading.Barrier(3)

    def answer(_):
        both.wait(20)  # breaks unless all three are under way at once
        return 200, {}, b"{}"

    sink.answer = answer
    applied = pawl.apply(workflow("parallel", [
        node(id, "http_request", post(sink, "/" + id)) for id in ("a", "b", "c")] + [
        node("joined", "compose", {"values": {id: "${%s.output.status}" % id for id in "abc"}})],
        edges("trigger>a", "trigger>b", "trigger>c", "a>joined", "b>joined", "c>joined")))
    run = pawl.run_of(applied, {}, timeout=30)
    assert run["status"] == "completed", run
    assert run["output"]["data"] == {"a": 200, "b": 200, "c": 200}


def test_disabled_node_passes_on(pawl):
    applied = pawl.apply(workflow("disabled", [const("off", disabled=True), const("on")]))
    run = pawl.run_of(applied, {})
    assert run["status"] == "completed" and states(run)["on"] == "completed"
    assert run["output"]["data"] == "on"


def test_terminate_ends_the_run(pawl, sink):
    sink.answer = gate = Gate()
    applied = pawl.apply(workflow("terminate", [
        node("slow", "http_request", post(sink)), const("after_slow"),
        node("end", "terminate", {"status": "${workflow.input.body.status}",
                                  "message": "because of ${workflow.input.body.why}"}),
        const("after_end")],
        edges("trigger>slow", "slow>after_slow", "trigger>end", "end>after_end")))
    run = pawl.run_of(applied, {"status": "failed", "why": "rain"})
    assert run["status"] == "failed"
    assert run["error"]["message"] == "because of rain" and run["error"]["code"] == "terminated"
    run = pawl.run_of(applied, {"status": "completed", "why": "sun"})
    gate.open()
    assert run["status"] == "completed" and run["error"] is None
    assert states(run)["after_slow"] != "completed" and states(run)["after_end"] != "completed"


# -- outgoing requests

def test_http_request_sends_what_it_is_told(pawl, sink):
    sink.answer = lambda r: (201, {"X-Made": "yes"}, b'{"n":18446744073709551615}')
    applied = pawl.apply(workflow("http", [
        node("form", "http_request", post(sink, "/f?a=0", {"x": "1 &", "y": ["2", "3"]}, body_type="form",
                                          query={"q": "ž &", "list": [1, 2]}, headers={"X-Mine": "v"},
                                          auth={"type": "basic", "username": "u", "password": "p"})),
        node("text", "http_request", post(sink, "/t", "plain ${form.output.status}", body_type="text",
                                          auth={"type": "bearer", "secret": "b34rer"})),
        node("json", "http_request", {**post(sink, "/j"), "method": "PUT"})]))
    run = pawl.run_of(applied, {"n": 1})
    assert run["status"] == "completed", run
    form, text, as_json = (sink.next() for _ in range(3))
    assert form["path"].replace("+", "%20") == "/f?a=0&q=%C5%BE%20%26&list=1&list=2"
    assert form["body"].replace(b"%20", b"+") == b"x=1+%26&y=2&y=3"
    assert form["headers"]["Authorization"] == basic("u", "p") and form["headers"]["X-Mine"] == "v"
    assert text["body"] == b"plain 201" and text["headers"]["Authorization"] == "Bearer b34rer"
    assert (as_json["method"], json.loads(as_json["body"])) == ("PUT", {"n": 1})
    assert form["headers"]["Idempotency-Key"] == f"{run['id']}/form/0"
    done = node_of(run, "form")["output"]
    assert done["status"] == 201
    assert {k.lower(): v for k, v in done["headers"].items()}["x-made"] == "yes"
    text = pawl.api("GET", f"/api/v1/runs/{run['id']}").body
    assert b'"n":18446744073709551615' in text and b"b34rer" not in text


def test_egress_to_private_addresses_is_refused_unless_allowed(new_pawl, sink):
    pawl = new_pawl(env={"PAWL_EGRESS_ALLOW": ""}).start()
    applied = pawl.apply(workflow("egress", [node("call", "http_request", post(sink))]))
    run = pawl.run_of(applied, {})
    assert run["status"] == "failed" and sink.requests == []
    assert run["error"]["node"] == "call"


def test_redirects_are_off_by_default(pawl, sink):
    sink.answer = lambda r: ((302, {"Location": "/two"}, b"") if r["path"] == "/one"
                             else (200, {}, b'{"at":"two"}'))
    applied = pawl.apply(workflow("redirects", [
        node("stays", "http_request", {"url": sink.url + "/one"}, on_error="continue"),
        node("goes", "http_request", {"url": sink.url + "/one", "follow_redirects": True})]))
    run = pawl.run_of(applied, {})
    assert node_of(run, "stays")["status"] == "failed"
    assert node_of(run, "goes")["output"]["data"] == {"at": "two"}
    assert [r["path"] for r in sink.requests] == ["/one", "/one", "/two"]


# -- failure

def test_retries_until_it_works_and_keeps_every_attempt(pawl, sink):
    # On a reused connection libcurl itself would send again what was hung up on.
    answers = [(503, {"Connection": "close"}, b'{"no":1}'), None, (200, {}, b'{"yes":1}')]
    sink.answer = lambda r: answers[len(sink.requests) - 1]
    applied = pawl.apply(workflow("retries", [
        node("call", "http_request", post(sink), retry={"max": 3, "initial": "20ms", "jitter": False})]))
    run = pawl.run_of(applied, {})
    assert run["status"] == "completed"
    call = node_of(run, "call")
    assert (call["attempt"], call["output"]["data"]) == (3, {"yes": 1})
    assert [a["attempt"] for a in call["attempts"]] == [1, 2, 3]
    assert [bool(a["error"]) for a in call["attempts"]] == [True, True, False]
    assert all(a["started_at"] and a["finished_at"] for a in call["attempts"])
    assert len({r["headers"]["Idempotency-Key"] for r in sink.requests}) == 1


def test_request_without_a_key_is_not_sent_again_behind_the_engines_back(pawl, sink):
    sink.answer = lambda r: None if r["path"] == "/once" else (200, {}, b"{}")
    applied = pawl.apply(workflow("once", [
        node("warm", "http_request", post(sink, "/warm")),
        node("once", "http_request", post(sink, "/once", idempotency_key=False))]))
    run = pawl.run_of(applied, {})
    assert run["status"] == "failed"
    assert [r["path"] for r in sink.requests] == ["/warm", "/once"]


def test_retry_after_is_honoured(pawl, sink):
    sink.answer = lambda r: ((429, {"Retry-After": "1"}, b"") if len(sink.requests) == 1
                             else (200, {}, b"{}"))
    applied = pawl.apply(workflow("retry-after", [
        node("call", "http_request", post(sink), retry={"max": 1, "initial": "1ms", "jitter": False})]))
    assert pawl.run_of(applied, {})["status"] == "completed"
    assert sink.requests[1]["at"] - sink.requests[0]["at"] >= 0.95


def test_retry_after_as_a_date_is_honoured(pawl, sink):
    at = email.utils.formatdate(int(time.time()) + 3, usegmt=True)
    sink.answer = lambda r: ((503, {"Retry-After": at}, b"") if len(sink.requests) == 1
                             else (200, {}, b"{}"))
    applied = pawl.apply(workflow("retry-after-date", [
        node("call", "http_request", post(sink), retry={"max": 1, "initial": "1ms"})]))
    assert pawl.run_of(applied, {})["status"] == "completed"
    assert sink.requests[1]["at"] >= email.utils.parsedate_to_datetime(at).timestamp() - 0.05


def test_retries_back_off(pawl, sink):
    sink.answer = lambda r: (500, {}, b"")
    exact = node("call", "http_request", post(sink, "/exact"), on_error="continue",
                 retry={"max": 3, "initial": "100ms", "factor": 3, "max_delay": "500ms", "jitter": False})
    jitter = node("call", "http_request", post(sink, "/jitter"),
                  retry={"max": 3, "initial": "200ms", "factor": 1, "jitter": True})
    runs = [pawl.run_of(pawl.apply(workflow(name, [call])), {}) for name, call in
            (("exact", exact), ("jitter", jitter))]
    assert [r["status"] for r in runs] == ["completed", "failed"] and runs[1]["error"]["node"] == "call"
    gaps = {path: [b["at"] - a["at"] for a, b in zip(those, those[1:])]
            for path in ("/exact", "/jitter")
            for those in [[r for r in sink.requests if r["path"] == path]]}
    assert len(gaps["/exact"]) == 3
    assert all(gap >= least - 0.02 for gap, least in zip(gaps["/exact"], (0.1, 0.3, 0.5)))
    assert len(gaps["/jitter"]) == 3 and all(gap >= 0.08 for gap in gaps["/jitter"])
    failed = until(lambda: pawl.events("run_failed"), what="the log to say it")
    assert [(e["run"], e["code"], e["node"], e["status"]) for e in failed] == [
        (runs[1]["id"], "http_status", "call", "failed")]
    logged = [[(e["attempt"], e["in_ms"]) for e in pawl.events("retry") if e["run"] == r["id"]] for r in runs]
    assert logged[0] == [(1, 100), (2, 300), (3, 500)]
    assert len(logged[1]) == 3 and all(100 <= in_ms <= 200 for _, in_ms in logged[1])


def test_what_is_not_worth_retrying_is_not_retried(pawl, sink):
    sink.answer = lambda r: (404, {}, b'{"error":"no such user"}')
    applied = pawl.apply(workflow("no-retry", [
        node("call", "http_request", post(sink), retry={"max": 5, "initial": "1ms"}), const("after")]))
    run = pawl.run_of(applied, {})
    assert run["status"] == "failed" and len(sink.requests) == 1
    assert run["error"]["node"] == "call" and run["error"]["code"] and run["error"]["message"]
    assert states(run)["after"] != "completed"
    assert node_of(run, "call")["output"]["status"] == 404


def test_retries_end(pawl, sink):
    sink.answer = lambda r: (500, {}, b"")
    applied = pawl.apply(workflow("give-up", [
        node("call", "http_request", post(sink), retry={"max": 2, "initial": "1ms"})]))
    run = pawl.run_of(applied, {})
    assert run["status"] == "failed" and len(sink.requests) == 3
    assert len(node_of(run, "call")["attempts"]) == 3


def test_on_error_continue_and_branch(pawl, sink):
    sink.answer = lambda r: (400, {}, b'{"why":"bad"}')
    applied = pawl.apply(workflow("on-error", [
        node("goes_on", "http_request", post(sink), on_error="continue"),
        node("saw", "compose", {"values": {"code": "${goes_on.error.code}",
                                           "status": "${goes_on.output.status}"}}),
        node("branches", "http_request", post(sink), on_error="branch"),
        const("fine"),
        node("handled", "compose", {"values": {"error": "${branches.error}"}})],
        edges("trigger>goes_on", "goes_on>saw", "saw>branches", "branches.out>fine",
              "branches.error>handled")))
    run = pawl.run_of(applied, {})
    assert run["status"] == "completed", run
    assert states(run) == {"goes_on": "failed", "saw": "completed", "branches": "failed",
                           "fine": "skipped", "handled": "completed"}
    assert node_of(run, "saw")["output"]["data"]["code"]
    error = node_of(run, "handled")["output"]["data"]["error"]
    assert error["code"] and error["message"] and error["attempt"] == 1


def test_timeout_fails_the_node(pawl, sink):
    sink.answer = gate = Gate()
    applied = pawl.apply(workflow("timeout", [
        node("slow", "http_request", post(sink), timeout="150ms")]))
    run = pawl.run_of(applied, {})
    gate.open()
    assert run["status"] == "timed_out" and states(run) == {"slow": "failed"}
    assert run["error"]["code"] == "timeout" and run["error"]["node"] == "slow"
    assert 100 <= node_of(run, "slow")["duration_ms"] < 5000


def test_async_node_holds_up_nobody_and_its_failure_does_not_fail_the_run(pawl, sink):
    sink.answer = gate = Gate((400, {}, b"{}"))
    applied = pawl.apply(workflow("async", [
        node("aside", "http_request", {**post(sink), "method": "POST"}, **{"async": True}),
        node("next", "http_request", {"url": sink.url + "/next", "method": "GET"}, timeout="30s",
             on_error="continue")]))
    run_id = started(pawl, applied)
    paths = {sink.next()["method"], sink.next()["method"]}
    assert paths == {"POST", "GET"}, "the second was sent while the first had no answer"
    gate.open()
    run = pawl.finished_run(run_id)
    assert run["status"] == "completed"


def test_failure_cancels_what_is_under_way_beside_it(pawl, sink):
    sink.answer = gate = Gate()
    applied = pawl.apply(workflow("beside", [
        node("aside", "http_request", post(sink, "/aside"), **{"async": True}),
        node("beside", "http_request", post(sink, "/beside")),
        node("waits", "wait", {"for": "1h"}),
        node("bad", "terminate", {"status": "failed", "message": "no"})],
        edges("trigger>aside", "trigger>beside", "trigger>waits", "trigger>bad")))
    run = pawl.run_of(applied, {})
    gate.open()
    assert run["status"] == "failed"
    assert states(run) == {"aside": "canceled", "beside": "canceled", "waits": "canceled", "bad": "failed"}


def test_output_is_that_of_the_last_node_to_complete(pawl, sink):
    gates = {"/first": Gate((200, {}, b'"first"')), "/last": Gate((200, {}, b'"last"'))}
    sink.answer = lambda r: gates[r["path"]](r)
    applied = pawl.apply(workflow("last", [
        node("last", "http_request", post(sink, "/last")),
        node("first", "http_request", post(sink, "/first"))],
        edges("trigger>last", "trigger>first")))
    run_id = started(pawl, applied)
    sink.next(), sink.next()
    gates["/first"].open()
    until(lambda: node_of(pawl.get(f"/api/v1/runs/{run_id}"), "first")["status"] == "completed",
          what="the first")
    gates["/last"].open()
    assert pawl.finished_run(run_id)["output"]["data"] == "last"


def test_cache_uses_the_stored_output(pawl, sink):
    sink.answer = lambda r: (200, {}, b'{"n":%d}' % len(sink.requests))
    applied = pawl.apply(workflow("cached", [
        node("call", "http_request", {"url": sink.url + "/?id=${workflow.input.body.id}"}, cache="1h")]))
    outputs = [pawl.run_of(applied, {"id": i})["output"]["data"]["n"] for i in (1, 1, 2, 1)]
    assert outputs == [1, 1, 2, 1] and len(sink.requests) == 2


# -- waiting

def test_wait_for_a_time(pawl):
    applied = pawl.apply(workflow("waits", [node("pause", "wait", {"for": "300ms"}), const("after")]))
    run_id = started(pawl, applied)
    waiting = in_state(pawl, run_id, "waiting", *ENDED)
    if waiting["status"] == "waiting":
        assert node_of(waiting, "pause")["waiting_for"] == "time"
    run = pawl.finished_run(run_id)
    assert run["status"] == "completed"
    assert node_of(run, "pause")["duration_ms"] >= 290


def test_wait_survives_a_restart(pawl):
    applied = pawl.apply(workflow("long-wait", [
        node("approval", "wait", {"resume": True}),
        node("after", "compose", {"values": {"said": "${approval.output.data.approved}"}})]))
    run_id = started(pawl, applied)
    waiting_for(pawl, run_id, "resume")
    assert pawl.restart().get(f"/api/v1/runs/{run_id}")["status"] == "waiting"
    url = pawl.get(f"/api/v1/runs/{run_id}")["resume_url"]
    assert request("POST", url, {"approved": "yes"}).status == 200
    run = pawl.finished_run(run_id)
    assert run["output"]["data"] == {"said": "yes"}


def test_resume_url(pawl):
    applied = pawl.apply(workflow("resumed", [node("approval", "wait", {"resume": True})]))
    run_id = started(pawl, applied)
    run = waiting_for(pawl, run_id, "resume")
    url = run["resume_url"]
    wrong = url[:-1] + ("0" if url[-1] != "0" else "1")
    assert request("POST", wrong, {}).status == 404
    assert request("POST", url[:-1], {}).status == 404
    assert request("POST", url, "{broken", {"Content-Type": "application/json"}).status == 400
    answer = request("POST", url, {"by": "ann", "n": [1]})
    assert answer.status == 200 and answer.json()["message"] == "RESUMED"
    run = pawl.finished_run(run_id)
    assert run["output"]["data"] == {"by": "ann", "n": [1]}
    assert request("POST", url, {}).status == 409
    other = pawl.run_of(pawl.apply(workflow("other", [const("x")])), {})
    assert request("POST", url.replace(run_id, other["id"]), {}).status == 404


def test_person_resumes_one_of_several(pawl):
    applied = pawl.apply(workflow("two-waits", [
        node("one", "wait", {"resume": True}), node("two", "wait", {"resume": True})],
        edges("trigger>one", "trigger>two")))
    run_id = started(pawl, applied)
    until(lambda: [n["status"] for n in pawl.get(f"/api/v1/runs/{run_id}")["nodes"]] ==
          ["waiting", "waiting"], what="both to wait")
    assert act(pawl, run_id, "resume").status == 409
    assert act(pawl, run_id, "resume", {"node": "two", "data": 2}).status == 200
    assert act(pawl, run_id, "resume", {"node": "one", "data": 1}).status == 200
    run = pawl.finished_run(run_id)
    assert [n["output"]["data"] for n in run["nodes"]] == [1, 2]


def test_node_says_what_it_waits_for(pawl, sink):
    sink.answer = lambda r: (503, {"Retry-After": "600"}, b"")
    applied = pawl.apply(workflow("waiting-for", [
        node("time", "wait", {"for": "1h"}), node("until", "wait", {"until": "2999-01-01T00:00:00Z"}),
        node("resume", "wait", {"resume": True}),
        node("limited", "wait", {"resume": True, "timeout": "1h"}),
        node("retry", "http_request", post(sink), retry={"max": 1})],
        edges("trigger>time", "trigger>until", "trigger>resume", "trigger>limited", "trigger>retry")))
    run_id = started(pawl, applied)
    run = in_state(pawl, run_id, "waiting")
    assert {n["id"]: n["waiting_for"] for n in run["nodes"]} == {
        "time": "time", "until": "time", "resume": "resume", "limited": "resume", "retry": "retry"}


def test_resume_url_ends_no_other_wait_and_no_pause(pawl, sink):
    sink.answer = lambda r: (503, {"Retry-After": "600"}, b"")
    applied = pawl.apply(workflow("several", [
        node("approval", "wait", {"resume": True, "timeout": "1h"}), node("later", "wait", {"for": "1h"}),
        node("again", "http_request", post(sink), retry={"max": 1}), const("after")],
        edges("trigger>approval", "trigger>later", "trigger>again", "approval>after")))
    run_id = started(pawl, applied)
    url = in_state(pawl, run_id, "waiting")["resume_url"]
    assert act(pawl, run_id, "pause").status == 200
    assert request("POST", url, {"by": "ann"}).status == 200
    run = pawl.get(f"/api/v1/runs/{run_id}")
    assert run["paused"] and node_of(run, "approval")["output"]["data"] == {"by": "ann"}
    assert states(run) == {"approval": "completed", "later": "waiting", "again": "waiting", "after": "pending"}
    assert request("POST", url, {}).status == 409, "a second call skips no other wait"
    assert act(pawl, run_id, "resume").status == 200
    until(lambda: states(pawl.get(f"/api/v1/runs/{run_id}"))["after"] == "completed", what="the rest")
    assert len(sink.requests) == 1
    assert act(pawl, run_id, "cancel").status == 200
    assert pawl.finished_run(run_id)["status"] == "canceled"


def test_run_resumes_itself(pawl):
    applied = pawl.apply(workflow("self", [
        node("wait", "wait", {"resume": True}),
        node("call", "http_request", {"method": "POST", "url": "${run.resume_url}", "body": {"n": 1}}),
        node("end", "compose", {"values": {"n": "${wait.output.data.n}", "status": "${call.output.status}"}})],
        edges("trigger>wait", "trigger>call", "wait>end", "call>end")))
    run = pawl.run_of(applied, {})
    assert run["output"]["data"] == {"n": 1, "status": 200}, run


def test_nobody_resumes_in_time(pawl):
    applied = pawl.apply(workflow("resume-timeout", [
        node("approval", "wait", {"resume": True, "timeout": "100ms"})]))
    run = pawl.run_of(applied, {})
    assert run["status"] == "failed" and run["error"]["code"] == "resume_timeout"


# -- what people do to runs

def test_cancel_while_waiting_and_while_running(pawl, sink):
    sink.answer = gate = Gate()
    waits = pawl.apply(workflow("cancel-wait", [node("w", "wait", {"for": "1h"}), const("after")]))
    calls = pawl.apply(workflow("cancel-call", [node("c", "http_request", post(sink)), const("after")]))
    ids = [started(pawl, waits), started(pawl, calls)]
    waiting_for(pawl, ids[0], "time")
    sink.next()
    for run_id in ids:
        assert act(pawl, run_id, "cancel").status == 200
        run = pawl.finished_run(run_id)
        assert run["status"] == "canceled" and states(run)["after"] != "completed"
        assert act(pawl, run_id, "cancel").status == 409
    gate.open()


def test_paused_run_starts_no_further_node(pawl, sink):
    sink.answer = gate = Gate()
    applied = pawl.apply(workflow("pause", [node("call", "http_request", post(sink)), const("after")]))
    run_id = started(pawl, applied)
    sink.next()
    assert act(pawl, run_id, "pause").status == 200
    gate.open()
    until(lambda: node_of(pawl.get(f"/api/v1/runs/{run_id}"), "call")["status"] == "completed",
          what="the node under way to finish")
    run = pawl.get(f"/api/v1/runs/{run_id}")
    assert run["paused"] and states(run)["after"] == "pending"
    pawl.restart()
    assert states(pawl.get(f"/api/v1/runs/{run_id}"))["after"] == "pending"
    assert act(pawl, run_id, "resume").status == 200
    assert pawl.finished_run(run_id)["status"] == "completed"
    assert len(sink.requests) == 1


def test_waiting_run_is_paused_and_goes_on_waiting(pawl):
    applied = pawl.apply(workflow("pause-wait", [node("w", "wait", {"for": "7s"}), const("after")]))
    run_id = started(pawl, applied)
    in_state(pawl, run_id, "waiting")
    assert act(pawl, run_id, "pause").status == 200
    time.sleep(7.2)  # the wait is over, and nothing may come of it
    run = pawl.get(f"/api/v1/runs/{run_id}")
    assert (run["status"], run["paused"], states(run)["w"]) == ("waiting", True, "waiting")
    assert act(pawl, run_id, "resume").status == 200
    assert pawl.finished_run(run_id)["status"] == "completed"


def test_queued_run_is_paused_and_resumed(pawl, sink):
    applied = pawl.apply(workflow("pause-queued", [node("call", "http_request", post(sink))]))
    path = f"/api/v1/workflows/{applied['id']}/activation"
    assert pawl.api("POST", path, {"status": "paused"}).status == 200
    run_id = started(pawl, applied)
    assert act(pawl, run_id, "pause").status == 200
    assert pawl.get(f"/api/v1/runs/{run_id}")["status"] == "waiting"
    assert act(pawl, run_id, "resume").status == 200
    assert pawl.get(f"/api/v1/runs/{run_id}")["status"] == "queued", "its workflow is paused"
    assert sink.requests == []
    assert pawl.api("POST", path, {"status": "active"}).status == 200
    run = pawl.finished_run(run_id)
    assert run["status"] == "completed" and run["duration_ms"] is not None


def test_retried_run_keeps_every_attempt(pawl, sink):
    sink.answer = lambda r: (200 if len(sink.requests) > 4 else 503, {}, b'{"n":%d}' % len(sink.requests))
    applied = pawl.apply(workflow("attempts", [
        node("call", "http_request", post(sink), retry={"max": 1, "initial": "1ms"})]))
    run = pawl.run_of(applied, {})
    for _ in range(2):
        assert run["status"] == "failed"
        assert act(pawl, run, "retry").status == 200
        run = pawl.finished_run(run["id"])
    assert run["status"] == "completed" and run["attempt"] == 3
    call = node_of(run, "call")
    assert [(a["attempt"], bool(a["error"]), a["output"]["data"]["n"]) for a in call["attempts"]] == [
        (1, True, 1), (2, True, 2), (3, True, 3), (4, True, 4), (5, False, 5)]
    assert len({r["headers"]["Idempotency-Key"] for r in sink.requests}) == 1


def test_retry_goes_on_from_the_failed_node(pawl, sink):
    sink.answer = lambda r: (200 if r["path"] == "/first" or len(sink.requests) > 2 else 400, {}, b"{}")
    applied = pawl.apply(workflow("retried", [
        node("first", "http_request", post(sink, "/first")),
        node("second", "http_request", post(sink, "/second")), const("after")]))
    run = pawl.run_of(applied, {})
    assert run["status"] == "failed"
    assert act(pawl, run, "retry").status == 200
    run = pawl.finished_run(run["id"])
    assert run["status"] == "completed" and run["error"] is None
    assert [r["path"] for r in sink.requests] == ["/first", "/second", "/second"]
    assert run["attempt"] == 2
    assert act(pawl, run, "retry").status == 409


def test_restart_runs_everything_again(pawl, sink):
    applied = pawl.apply(workflow("restarted", [
        node("first", "http_request", post(sink, "/first")), const("after")]))
    run = pawl.run_of(applied, {})
    assert act(pawl, run, "restart").status == 200
    again = until(lambda: (lambda r: r if r["attempt"] == 2 and r["status"] == "completed" else None)
                  (pawl.get(f"/api/v1/runs/{run['id']}")), what="the second time")
    assert [r["path"] for r in sink.requests] == ["/first", "/first"]
    assert states(again) == {"first": "completed", "after": "completed"}


def test_replay_as_it_was_and_edited(pawl):
    applied = pawl.apply(workflow("replayed", [
        node("made", "compose", {"values": {"got": "${workflow.input.body}"}})]))
    first = pawl.run_of(applied, {"n": 1})
    same = act(pawl, first, "replay")
    assert same.status == 201 and same.json()["replay_of"] == first["id"]
    run = pawl.finished_run(same.json()["id"])
    assert run["replay_of"] == first["id"] and run["output"]["data"] == {"got": {"n": 1}}
    edited = act(pawl, first, "replay", {"input": {**first["input"], "body": {"n": 2}}})
    run = pawl.finished_run(edited.json()["id"])
    assert run["output"]["data"] == {"got": {"n": 2}} and run["replay_of"] == first["id"]
    assert pawl.get(f"/api/v1/runs/{first['id']}")["output"]["data"] == {"got": {"n": 1}}


def test_replay_uses_the_active_revision(pawl):
    make = lambda v: workflow("revised", [const("made", v)])
    first = pawl.run_of(pawl.apply(make("one")), {})
    pawl.apply(make("two"))
    run = pawl.finished_run(act(pawl, first, "replay").json()["id"])
    assert (run["revision"], run["output"]["data"]) == (2, "two")


def test_replay_of_a_named_revision(pawl):
    make = lambda v: workflow("revised", [const("made", v)])
    first = pawl.run_of(pawl.apply(make("one")), {})
    pawl.apply(make("two"))
    run = pawl.finished_run(act(pawl, first, "replay", {"revision": 1}).json()["id"])
    assert (run["revision"], run["output"]["data"]) == (1, "one")


def test_commands_on_unknown_runs(pawl):
    for verb in ("cancel", "pause", "resume", "retry", "restart", "replay"):
        assert act(pawl, "123456789", verb).status == 404, verb
        assert act(pawl, "nonsense", verb).status in (400, 404), verb


# -- workflows

def test_run_keeps_the_revision_it_started_with(pawl):
    make = lambda v: workflow("kept", [node("w", "wait", {"resume": True}), const("made", v)])
    old = started(pawl, pawl.apply(make("old")))
    waiting_for(pawl, old, "resume")
    pawl.apply(make("new"))
    assert act(pawl, old, "resume").status == 200
    assert pawl.finished_run(old)["output"]["data"] == "old"


def test_paused_workflow_holds_and_drains(pawl, sink):
    applied = pawl.apply(workflow("held", [node("call", "http_request", post(sink))]))
    path = f"/api/v1/workflows/{applied['id']}/activation"
    assert pawl.api("POST", path, {"status": "paused"}).status == 200
    ids = [started(pawl, applied, {"n": n}) for n in range(20)]
    # A run of another workflow that was accepted later ends: the held ones had their chance.
    pawl.run_of(pawl.apply(workflow("free", [const("x")])), {})
    assert sink.requests == []
    assert all(pawl.get(f"/api/v1/runs/{i}")["status"] == "queued" for i in ids)
    pawl.restart()
    pawl.run_of({"hook_url": next(w["hook_url"] for w in pawl.get("/api/v1/workflows")["items"]
                                  if w["name"] == "free")}, {})
    assert sink.requests == []
    assert act(pawl, ids[3], "cancel").status == 200
    assert pawl.api("POST", path, {"status": "active"}).status == 200
    for run_id in ids:
        assert pawl.finished_run(run_id)["status"] in ("completed", "canceled")
    assert sorted(b["n"] for b in sink.bodies()) == [n for n in range(20) if n != 3]


def test_concurrency_is_bounded(pawl, sink):
    lock, under_way, most = threading.Lock(), 0, 0
    pair = threading.Barrier(2, timeout=15 * PATIENCE)

    def answer(_):
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        pair.wait()
        time.sleep(0.02)  # long enough for a third to be seen
        with lock:
            under_way -= 1
        return 200, {}, b"{}"

    sink.answer = answer
    applied = pawl.apply(workflow("bounded", [node("call", "http_request", post(sink))],
                                  trigger={"type": "webhook", "config": {"concurrency": 2}}))
    ids = [started(pawl, applied, {"n": n}) for n in range(12)]
    for run_id in ids:
        assert pawl.finished_run(run_id)["status"] == "completed"
    assert most == 2 and len(sink.requests) == 12


def test_runs_of_a_deleted_workflow_never_run(pawl, sink):
    applied = pawl.apply(workflow("doomed", [node("call", "http_request", post(sink))]))
    path = f"/api/v1/workflows/{applied['id']}"
    assert pawl.run_of(applied, {})["status"] == "completed", "and its revision is in memory"
    assert pawl.api("POST", path + "/activation", {"status": "paused"}).status == 200
    ids = [started(pawl, applied) for _ in range(5)]
    assert pawl.api("DELETE", path).status == 204
    for run_id in ids:
        run = pawl.finished_run(run_id)
        assert run["status"] == "failed" and run["error"]["code"] == "workflow_deleted"
    assert len(sink.requests) == 1


def test_thousands_of_runs_wake_at_once(pawl):
    at = int(time.time()) + 15
    until_text = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
    applied = pawl.apply(workflow("sleepers", [
        node("w", "wait", {"until": until_text}),
        node("end", "compose", {"values": {"n": "${workflow.input.body.n}"}})]))
    conn = http.client.HTTPConnection(applied["hook_url"].split("/")[2], timeout=20 * PATIENCE)
    path = "/" + applied["hook_url"].split("/", 3)[3]
    sent = 0
    while sent < 4000 and time.time() < at - 7:  # later ones would not leave memory
        conn.request("POST", path, b'{"n":%d}' % sent, {"Content-Type": "application/json"})
        assert conn.getresponse().read()
        sent += 1
    conn.close()
    until(lambda: not any(pawl.get(f"/api/v1/runs?status={s}&limit=1")["items"]
                          for s in ("queued", "running", "waiting")), 60, 0.2, "all runs to end")
    runs, cursor = [], ""
    while cursor is not None:
        page = pawl.get(f"/api/v1/runs?limit=1000{cursor and '&cursor=' + cursor}")
        runs, cursor = runs + page["items"], page["next"]
    assert len(runs) == sent and {r["status"] for r in runs} == {"completed"}
    assert all(r["finished_at"] >= until_text[:19] for r in runs)


def test_chain_of_2000_nodes(pawl):
    nodes = [node("n0", "json", {"data": 0})]
    nodes += [node(f"n{i}", "compose", {"values": {"x": "${n%d.output.status ?? %d}" % (i - 1, i)}})
              for i in range(1, 2000)]
    run = pawl.run_of(pawl.apply(workflow("chain", nodes)), {}, timeout=60)
    assert run["status"] == "completed" and run["output"]["data"] == {"x": 1999}
    assert set(states(run).values()) == {"completed"}


def test_fan_out_of_1000_branches(pawl, sink):
    ids = [f"b{i}" for i in range(998)]
    nodes = [node(id, "http_request", post(sink, "/" + id), retry={"max": 5, "initial": "100ms"})
             if i % 10 == 0 else const(id, i) for i, id in enumerate(ids)]
    nodes.append(node("joined", "compose", {"values": {"last": "${b997.output.data}"}}))
    applied = pawl.apply(workflow("wide", nodes, edges(
        *(f"trigger>{id}" for id in ids), *(f"{id}>joined" for id in ids))))
    run = pawl.run_of(applied, {}, timeout=60)
    assert run["status"] == "completed" and run["output"]["data"] == {"last": 997}
    assert len({r["path"] for r in sink.requests}) == 100


def test_output_of_many_megabytes(pawl, sink):
    big = json.dumps(["x" * 1000] * 4000).encode()
    sink.answer = lambda r: (200, {}, big)
    applied = pawl.apply(workflow("big", [
        node("call", "http_request", {"url": sink.url}),
        node("count", "compose", {"values": {"last": "${call.output.data[-1]}"}})]))
    run = pawl.run_of(applied, {}, timeout=30)
    assert run["status"] == "completed", run["error"]
    assert run["output"]["data"] == {"last": "x" * 1000}
    assert len(node_of(run, "call")["output"]["data"]) == 4000
    # A run that keeps more than the limit ends, and says why; the process goes on.
    applied = pawl.apply(workflow("too-big", [
        node(f"call{i}", "http_request", {"url": sink.url + f"/{i}"}) for i in range(16)]))
    run_id = started(pawl, applied)
    ended = until(lambda: pawl.get("/api/v1/runs?status=failed")["items"], what="the end")
    assert [(r["id"], r["error"]["code"]) for r in ended] == [(run_id, "run_too_large")]


def test_many_runs_at_once_all_end(pawl, sink):
    applied = pawl.apply(workflow("many", [
        node("made", "compose", {"values": {"n": "${workflow.input.body.n}"}}),
        node("call", "http_request", post(sink, "/", "${made.output.data}"))]))
    for n in range(200):
        started(pawl, applied, {"n": n})
    until(lambda: len(sink.requests) == 200, what="200 requests at the sink")
    assert sorted(b["n"] for b in sink.bodies()) == list(range(200))
