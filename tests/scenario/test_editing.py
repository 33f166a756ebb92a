"""What the editor asks of the API: test runs, retries from a node, previews, samples, pins."""

import json

import pytest
from harness import node, until, workflow


def try_out(pawl, name, **body):
    answer = pawl.api("POST", f"/api/v1/workflows/{name}/test-runs", body)
    assert answer.status == 201, answer
    return pawl.finished_run(answer.json()["id"])


def by_id(run):
    return {n["id"]: n for n in run["nodes"]}


def states(run):
    return {n["id"]: n["status"] for n in run["nodes"]}


def chain(sink_url, name="built", **rest):
    """first (compose) -> big? (if) -> call (http_request) on true -> last (compose)."""
    return workflow(name, [
        node("first", "compose", {"values": {"n": "${workflow.input.body.n}"}}),
        node("big", "if", {"left": "${first.output.data.n}", "op": "greater", "right": 10}),
        node("call", "http_request", {"method": "POST", "url": sink_url,
                                      "body": {"n": "${first.output.data.n}"}}),
        node("last", "compose", {"values": {"status": "${call.output.status}"}})],
        [{"from": "trigger", "to": "first"}, {"from": "first", "to": "big"},
         {"from": "big", "port": "true", "to": "call"}, {"from": "call", "to": "last"}], **rest)


def draft(pawl, document):
    assert pawl.api("POST", "/api/v1/workflows", {"document": document}).status == 201


# ---- test runs


def test_a_draft_runs_up_to_a_node(pawl, sink):
    draft(pawl, chain(sink.url))
    run = try_out(pawl, "built", input={"body": {"n": 11}}, until="big")
    assert run["status"] == "completed" and run["test"] and run["draft"]
    assert states(run) == {"first": "completed", "big": "completed"}
    assert by_id(run)["big"]["port"] == "true"
    whole = try_out(pawl, "built", input={"body": {"n": 11}})
    assert states(whole)["last"] == "completed" and sink.bodies() == [{"n": 11}]
    assert whole["output"]["data"] == {"status": 200}


def test_one_node_runs_with_what_an_earlier_run_recorded(pawl, sink):
    done = pawl.run_of(pawl.apply(chain(sink.url)), {"n": 11})
    sink.next()
    run = try_out(pawl, "built", run=done["id"], only="last")
    nodes = by_id(run)
    assert run["output"]["data"] == {"status": 200} and run["replay_of"] == done["id"]
    assert [nodes[n]["pinned"] for n in ("first", "big", "call", "last")] == [True, True, True, False]
    assert nodes["call"]["attempts"] == [] and len(nodes["last"]["attempts"]) == 1
    assert nodes["call"]["output"]["status"] == 200
    assert len(sink.requests) == 1


def test_pinned_outputs_stand_for_nodes_and_for_what_only_they_need(pawl, sink):
    draft(pawl, chain(sink.url))
    run = try_out(pawl, "built", until="call",
                   pinned={"big": {"data": True}, "first": {"data": {"n": 7}}})
    assert states(run) == {"first": "completed", "big": "completed", "call": "completed"}
    assert by_id(run)["call"]["input"]["body"] == {"n": 7}
    # What lies behind a pinned node alone is not executed; what the node speaks of is.
    run = try_out(pawl, "built", until="last", pinned={"call": {"status": 418}})
    assert states(run) == {"first": "skipped", "big": "skipped", "call": "completed", "last": "completed"}
    assert run["output"]["data"] == {"status": 418}
    run = try_out(pawl, "built", until="call", pinned={"big": {"data": True}}, input={"body": {"n": 3}})
    assert by_id(run)["call"]["input"]["body"] == {"n": 3}


def test_a_node_alone_runs_without_what_nobody_gives(pawl, sink):
    draft(pawl, chain(sink.url))
    run = try_out(pawl, "built", only="call")
    assert states(run) == {"first": "skipped", "big": "skipped", "call": "completed"}
    assert by_id(run)["call"]["input"]["body"] == {"n": None}


def test_only_the_part_that_is_tested_has_to_be_valid(pawl, sink):
    document = chain(sink.url)
    draft(pawl, document)
    document["nodes"][3]["config"] = {}
    document["nodes"].append(node("loose", "http_request"))
    assert try_out(pawl, "built", document=document, until="big",
                    input={"body": {"n": 1}})["status"] == "completed"
    document["nodes"].insert(0, node("other", "json", {"data": 1}))
    document["nodes"][2]["config"]["op"] = "grater"
    answer = pawl.api("POST", "/api/v1/workflows/built/test-runs", {"document": document, "until": "big"})
    assert answer.status == 422
    problems = answer.json()["error"]["problems"]
    assert [p["pointer"] for p in problems] == ["/nodes/2/config/op"]


@pytest.mark.parametrize("body, status", [
    ({"until": "nobody"}, 422), ({"only": "nobody"}, 422), ({"until": "big", "only": "big"}, 400),
    ({"input": {}, "pin": "x"}, 400), ({"pin": "x"}, 404), ({"request": "1"}, 404), ({"run": "1"}, 404),
    ({"revision": 9}, 404), ({"input": []}, 422), ({"input": {"headers": {"a": 1}}}, 422),
    ({"input": {"query": []}}, 422), ({"document": {}, "revision": 1}, 400), ({"nothing": 1}, 400),
    ({"document": {"nodes": [], "edges": []}}, 422)])
def test_what_cannot_be_tested_is_refused(pawl, sink, body, status):
    draft(pawl, chain(sink.url))
    answer = pawl.api("POST", "/api/v1/workflows/built/test-runs", body)
    assert answer.status == status, answer
    assert pawl.get("/api/v1/runs")["items"] == []


def test_runs_of_other_workflows_give_nothing(pawl, sink):
    other = pawl.run_of(pawl.apply(chain(sink.url, "other")), {"n": 11})
    draft(pawl, chain(sink.url))
    for body in ({"run": other["id"]}, {"request": other["request_id"]}):
        assert pawl.api("POST", "/api/v1/workflows/built/test-runs", body).status == 404


def test_test_runs_tell_nobody_and_count_for_nothing(pawl, sink):
    alarm = workflow("alarm", [node("tell", "http_request", {"method": "POST", "url": sink.url})],
                     trigger={"type": "event", "config": {"types": ["pawl.run.failed"]}})
    pawl.apply(alarm)
    breaks = workflow("breaks", [node("stop", "terminate", {"status": "failed", "message": "no"})])
    applied = pawl.apply(breaks)
    run = try_out(pawl, "breaks", input={"body": {}})
    assert run["status"] == "failed"
    for path in ("dead-letters", "dead-letters/counts"):
        assert pawl.get("/api/v1/" + path)["items"] == []
    assert pawl.api("POST", "/api/v1/replays", {"dry_run": True}).json()["matched"] == 0
    assert [r["id"] for r in pawl.get("/api/v1/runs?test=true")["items"]] == [run["id"]]
    assert pawl.get("/api/v1/runs?test=false")["items"] == []
    assert pawl.get("/api/v1/runs?test=true&status=completed")["items"] == []
    real = pawl.run_of(applied, {})
    sink.next()  # the alarm of the real one, and the first there is
    assert len(sink.requests) == 1
    assert [r["workflow"]["name"] for r in pawl.get("/api/v1/runs?test=false")["items"]] == ["alarm", "breaks"]
    assert [r["id"] for r in pawl.get("/api/v1/dead-letters")["items"]] == [real["id"]]


def test_a_paused_workflow_can_be_tested(pawl, sink):
    applied = pawl.apply(chain(sink.url))
    pawl.api("POST", "/api/v1/workflows/built/activation", {"status": "paused"})
    held = pawl.call(applied, {"n": 11}).json()["data"]["runId"]
    assert try_out(pawl, "built", input={"body": {"n": 11}})["status"] == "completed"
    assert pawl.get(f"/api/v1/runs/{held}")["status"] == "queued"


def test_a_test_run_goes_on_after_a_crash(pawl, sink):
    document = workflow("waits", [node("before", "json", {"data": 1}), node("hold", "wait", {"resume": True}),
                                  node("after", "compose", {"values": {"a": "${before.output.data}",
                                                                       "b": "${hold.output.data}"}})])
    draft(pawl, document)
    run_id = pawl.api("POST", "/api/v1/workflows/waits/test-runs",
                      {"pinned": {"before": {"data": 5}}}).json()["id"]
    until(lambda: pawl.get(f"/api/v1/runs/{run_id}")["status"] == "waiting", what="the wait")
    pawl.kill9()
    pawl.start()
    assert pawl.api("POST", f"/api/v1/runs/{run_id}/resume", {"data": 6}).status == 200
    run = pawl.finished_run(run_id)
    assert run["output"]["data"] == {"a": 5, "b": 6} and run["test"]
    assert pawl.api("POST", f"/api/v1/runs/{run_id}/restart").status == 409


def test_secrets_in_given_outputs_are_not_shown_and_are_used(pawl, sink):
    secret = "s3cr3t-of-the-partner"
    pawl.api("PUT", "/api/v1/secrets/partner", {"value": secret})
    document = workflow("hides", [
        node("echo", "json", {"data": "x"}),
        node("call", "http_request", {"method": "POST", "url": sink.url, "body": {"k": "${echo.output.data}"}})])
    draft(pawl, document)
    run = try_out(pawl, "hides", only="call", pinned={"echo": {"data": secret}})
    assert secret not in json.dumps(run) and by_id(run)["echo"]["output"] == {"data": "***"}
    assert json.loads(sink.next()["body"]) == {"k": secret}
    again = try_out(pawl, "hides", only="call", run=run["id"])
    assert secret not in json.dumps(again) and json.loads(sink.next()["body"]) == {"k": secret}


# ---- retry from a node


def test_a_run_is_retried_from_a_node_and_keeps_the_attempts(pawl, sink):
    run = pawl.run_of(pawl.apply(chain(sink.url)), {"n": 11})
    assert run["status"] == "completed"
    first = by_id(run)["first"]["started_at"]
    assert pawl.api("POST", f"/api/v1/runs/{run['id']}/retry", {"from": "call"}).status == 200
    again = until(lambda: (r := pawl.finished_run(run["id"]))["attempt"] == 2 and r, what="the retry")
    nodes = by_id(again)
    assert again["status"] == "completed"
    assert nodes["first"]["started_at"] == first and len(nodes["first"]["attempts"]) == 1
    assert [len(nodes[n]["attempts"]) for n in ("call", "last")] == [2, 2]
    assert all(a["error"] is None and a["output"] for a in nodes["call"]["attempts"])
    assert len([sink.next(), sink.next()]) == 2


def test_fail_fix_publish_retry_from_the_failed_node(pawl, sink):
    broken = chain("http://127.0.0.1:1/")
    run = pawl.run_of(pawl.apply(broken), {"n": 11})
    assert run["status"] == "failed" and run["error"]["node"] == "call"
    fixed = pawl.apply(chain(sink.url))
    assert pawl.api("POST", f"/api/v1/runs/{run['id']}/retry", {"revision": fixed["revision"]}).status == 200
    again = until(lambda: (r := pawl.finished_run(run["id"]))["attempt"] == 2 and r, what="the retry")
    assert again["status"] == "completed" and again["revision"] == fixed["revision"]
    attempts = by_id(again)["call"]["attempts"]
    assert [bool(a["error"]) for a in attempts] == [True, False]
    assert json.loads(sink.next()["body"]) == {"n": 11}


def test_another_way_is_taken_after_a_retry_from_before_a_branch(pawl, sink):
    run = pawl.run_of(pawl.apply(chain(sink.url)), {"n": 11})
    other = chain(sink.url)
    other["nodes"][1]["config"]["right"] = 100
    revision = pawl.apply(other)["revision"]
    pawl.api("POST", f"/api/v1/runs/{run['id']}/retry", {"from": "big", "revision": revision})
    again = until(lambda: (r := pawl.finished_run(run["id"]))["attempt"] == 2 and r, what="the retry")
    assert states(again) == {"first": "completed", "big": "completed", "call": "skipped", "last": "skipped"}
    pawl.kill9()
    pawl.start()
    assert states(pawl.get(f"/api/v1/runs/{run['id']}")) == states(again)
    pawl.api("POST", f"/api/v1/runs/{run['id']}/retry", {"from": "big"})
    third = until(lambda: (r := pawl.finished_run(run["id"]))["attempt"] == 3 and r, what="the retry")
    assert states(third) == states(again)


def test_a_retry_that_fails_early_leaves_the_rest_for_the_next(pawl, sink):
    """Nodes that a retry did not come to again wait for those before them the next time, too."""
    sink.answer = lambda r: (200, {}, b"ok")
    document = workflow("two", [node("one", "http_request", {"url": sink.url}),
                                node("two", "http_request", {"url": sink.url})])
    run = pawl.run_of(pawl.apply(document), {})
    sink.answer = lambda r: (500, {}, b"no")
    pawl.api("POST", f"/api/v1/runs/{run['id']}/retry", {"from": "one"})
    failed = until(lambda: (r := pawl.finished_run(run["id"]))["attempt"] == 2 and r, what="the failure")
    assert failed["status"] == "failed" and states(failed)["one"] == "failed"
    pawl.api("POST", f"/api/v1/runs/{run['id']}/retry", {})
    failed = until(lambda: (r := pawl.finished_run(run["id"]))["attempt"] == 3 and r, what="the failure")
    assert failed["error"]["node"] == "one"
    sink.answer = lambda r: (200, {}, b"ok")
    pawl.api("POST", f"/api/v1/runs/{run['id']}/retry")
    done = until(lambda: (r := pawl.finished_run(run["id"]))["attempt"] == 4 and r, what="the end")
    assert done["status"] == "completed" and states(done) == {"one": "completed", "two": "completed"}
    assert len(by_id(done)["one"]["attempts"]) == 4


def test_a_retry_that_does_not_fit_is_refused(pawl, sink):
    applied = pawl.apply(chain(sink.url))
    run = pawl.run_of(applied, {"n": 3})
    retry = f"/api/v1/runs/{run['id']}/retry"
    assert pawl.api("POST", retry).status == 409  # it has completed
    assert pawl.api("POST", retry, {"from": "nobody"}).status == 422
    assert pawl.api("POST", retry, {"from": "last"}).status == 409  # the run did not come to it
    assert pawl.api("POST", retry, {"revision": 7}).status == 404
    other = chain(sink.url)
    other["nodes"][0] = node("first", "json", {"data": {"n": 1}})
    revision = pawl.apply(other)["revision"]
    answer = pawl.api("POST", retry, {"from": "big", "revision": revision})
    assert answer.status == 409 and '"first"' in answer.json()["error"]["detail"]
    assert pawl.api("POST", retry, {"from": "first", "revision": revision}).status == 200


# ---- replay with an edited input


def test_an_edited_replay_says_so_and_is_like_a_request(pawl, sink):
    run = pawl.run_of(pawl.apply(chain(sink.url)), {"n": 3}, {"X-Token": "let-me-in", "X-Kind": "a"})
    given = run["input"]
    assert given["headers"]["x-token"] == "***" and not run["edited"]
    given["body"]["n"] = 12
    given["headers"]["X-Added"] = ["one", "two"]
    new = pawl.api("POST", f"/api/v1/runs/{run['id']}/replay", {"input": given}).json()["id"]
    edited = pawl.finished_run(new)
    assert edited["edited"] and edited["replay_of"] == run["id"]
    assert edited["input"]["headers"]["x-added"] == "one, two" and "X-Added" not in edited["input"]["headers"]
    assert states(edited)["call"] == "completed"
    again = pawl.api("POST", f"/api/v1/runs/{new}/replay", {}).json()["id"]
    assert pawl.finished_run(again)["edited"]
    assert not pawl.finished_run(pawl.api("POST", f"/api/v1/runs/{run['id']}/replay", {}).json()["id"])["edited"]
    for wrong in ("text", {"headers": []}, {"query": {"a": 1}}, {"method": 1}):
        for path in (f"runs/{run['id']}", f"requests/{run['request_id']}"):
            answer = pawl.api("POST", f"/api/v1/{path}/replay", {"input": wrong})
            assert answer.status == 422 and answer.json()["error"]["problems"], wrong


# ---- pins


def test_pins_are_kept_shown_and_bounded(pawl, sink):
    run = pawl.run_of(pawl.apply(chain(sink.url)), {"n": 11})
    pins = "/api/v1/workflows/built/pins"
    made = pawl.api("PUT", pins + "/by%20hand", {"input": {"body": {"n": 20}, "headers": {"A": "b"}}})
    assert made.status == 200 and made.json()["input"]["headers"] == {"a": "b"}
    made = pawl.api("PUT", pins + "/real", {"request": run["request_id"]}).json()
    assert made["request_id"] == run["request_id"] and made["input"]["body"] == {"n": 11}
    assert [p["name"] for p in pawl.get(pins)["items"]] == ["by hand", "real"]
    assert pawl.get(pins + "/real") == made
    assert try_out(pawl, "built", pin="by hand")["input"]["body"] == {"n": 20}
    pawl.restart()
    assert pawl.api("PUT", pins + "/real", {"input": {"body": 1}}).status == 200
    assert pawl.get(pins + "/real")["request_id"] is None
    for body, status in (({}, 400), ({"input": {}, "request": "1"}, 400), ({"request": "1"}, 404),
                         ({"input": 1}, 422), ({"input": {"body": "x" * 300000}}, 413)):
        assert pawl.api("PUT", pins + "/other", body).status == status
    assert pawl.api("PUT", pins + "/" + "n" * 101, {"input": {}}).status == 400
    for i in range(48):
        assert pawl.api("PUT", f"{pins}/p{i}", {"input": {}}).status == 200
    assert pawl.api("PUT", pins + "/one-too-many", {"input": {}}).status == 409
    assert pawl.api("DELETE", pins + "/real").status == 204
    assert pawl.api("DELETE", pins + "/real").status == 404
    assert pawl.api("GET", pins + "/real").status == 404
    pawl.api("DELETE", "/api/v1/workflows/built")
    assert pawl.api("GET", pins).status == 404


def test_secrets_in_pins_lie_sealed(pawl):
    secret = "s3cr3t-of-the-partner"
    pawl.api("PUT", "/api/v1/secrets/partner", {"value": secret})
    draft(pawl, workflow("hides", [node("echo", "json", {"data": "${workflow.input.body}"})]))
    pin = pawl.api("PUT", "/api/v1/workflows/hides/pins/one", {"input": {"body": {"k": secret}}})
    assert pin.json()["input"]["body"] == {"k": "***"}
    run = try_out(pawl, "hides", pin="one")
    assert secret not in json.dumps(run) and run["output"]["data"] == {"k": "***"}
    with open(pawl.data + "/pawl.db", "rb") as f, open(pawl.data + "/pawl.db-wal", "rb") as w:
        assert secret.encode() not in f.read() + w.read()


# ---- previews, samples, scope


def preview(pawl, value, **body):
    answer = pawl.api("POST", "/api/v1/expressions/preview", {"value": value, **body})
    assert answer.status == 200, answer
    return answer.json()


def test_a_preview_is_what_the_engine_would_make(pawl, sink):
    run = pawl.run_of(pawl.apply(chain(sink.url)), {"n": 11, "list": [{"a": 1}, {"a": 2}]})
    seen = preview(pawl, {"n": "${first.output.data.n}", "text": "n is ${workflow.input.body.n}!",
                          "all": "${workflow.input.body.list[*].a}",
                          "none": "${call.output.nothing ?? 'x'}"}, run=run["id"])
    assert seen["value"] == {"n": 11, "text": "n is 11!", "all": [1, 2], "none": "x"}
    assert seen["type"] == "object" and seen["problems"] == []
    assert [(r["pointer"], r["path"], r["found"], r["type"]) for r in seen["references"]] == [
        ("/value/n", "first.output.data.n", True, "number"),
        ("/value/text", "workflow.input.body.n", True, "number"),
        ("/value/all", "workflow.input.body.list[*].a", True, "array"),
        ("/value/none", "call.output.nothing", False, None)]
    name = preview(pawl, "${workflow.name} ${run.id}", run=run["id"])
    assert name["value"] == f"built {run['id']}"


def test_a_preview_without_a_run(pawl):
    pawl.api("PUT", "/api/v1/secrets/partner", {"value": "s3cr3t-of-the-partner"})
    seen = preview(pawl, "${a.output.data} ${workflow.input.body.b} ${secrets.partner} ${c.output.x}",
                   input={"body": {"b": "s3cr3t-of-the-partner"}}, outputs={"a": {"data": 1}})
    assert seen["value"] == "1 *** *** null"
    assert [r["has_root"] for r in seen["references"]] == [True, True, True, False]
    wrong = preview(pawl, {"a": ["${a.output[}"]})
    assert wrong["value"] is None and [p["pointer"] for p in wrong["problems"]] == ["/value/a/0"]
    assert pawl.api("POST", "/api/v1/expressions/preview", {"value": 1, "run": "1"}).status == 404
    assert pawl.api("POST", "/api/v1/expressions/preview", {}).status == 400


def test_a_preview_of_a_condition_on_a_request(pawl):
    document = workflow("wants", [node("one", "json", {"data": 1})])
    document["trigger"]["config"] = {"filter": {"left": "${workflow.input.body.n}", "op": "greater", "right": 5}}
    applied = pawl.apply(document)
    condition = {"any": [{"left": "${workflow.input.body.n}", "op": "greater", "right": 2}]}
    for n, holds in ((1, False), (3, True)):
        request = pawl.call(applied, {"n": n}).json()["data"]["requestId"]
        seen = preview(pawl, condition, request=request)
        assert (seen["holds"], seen["references"][0]["found"], seen["problems"]) == (holds, True, [])
    assert preview(pawl, "${workflow.input.method}", request=request)["value"] == "POST"
    assert preview(pawl, {"left": 1, "op": "nonsense"})["holds"] is None
    bad = preview(pawl, {"left": "a", "op": "matches", "right": "${workflow.input.body}"}, input={"body": "("})
    assert bad["holds"] is None and bad["problems"]
    assert pawl.api("POST", "/api/v1/expressions/preview", {"value": 1, "request": "1"}).status == 404
    both = {"value": 1, "run": request, "request": request}
    assert pawl.api("POST", "/api/v1/expressions/preview", both).status == 400


def test_samples_are_the_last_outputs_of_each_node(pawl, sink):
    empty = workflow("fresh", [node("one", "json", {"data": 1})])
    draft(pawl, empty)
    assert pawl.get("/api/v1/workflows/fresh/samples") == {"run": None, "input": None, "truncated": False, "nodes": []}
    applied = pawl.apply(chain(sink.url))
    big = pawl.run_of(applied, {"n": 11})
    small = pawl.run_of(applied, {"n": 3, "long": "é" * 50000, "many": list(range(20000))})
    samples = pawl.get("/api/v1/workflows/built/samples")
    assert samples["run"]["id"] == small["id"] and samples["truncated"]
    assert len(json.dumps(samples["input"], ensure_ascii=False)) < 70000
    assert samples["input"]["body"]["n"] == 3 and samples["input"]["body"]["many"][:2] == [0, 1]
    assert {s["node"]: s["run_id"] for s in samples["nodes"]} == {
        "first": small["id"], "big": small["id"], "call": big["id"], "last": big["id"]}
    assert len(pawl.get("/api/v1/workflows/built/samples?limit=1")["nodes"]) == 2


def test_paths_that_were_missing_are_counted(pawl, sink):
    applied = pawl.apply(chain(sink.url))
    for body in ({"n": 11}, {"n": 3, "opt": 1}, {"n": 4}):
        pawl.run_of(applied, body)
    answer = pawl.api("POST", "/api/v1/workflows/built/samples/missing", {"paths": [
        "workflow.input.body.n", "workflow.input.body.opt", "call.output.status", "call.output.nope",
        "call.output[", "1"]})
    assert answer.status == 200
    found = answer.json()
    assert found["runs"] == 3
    assert [(p["checked"], p["missing"]) for p in found["paths"]] == [
        (3, 0), (3, 2), (1, 0), (1, 1), (0, 0), (0, 0)]
    assert [bool(p["problem"]) for p in found["paths"]] == [False] * 4 + [True] * 2


def test_scope_of_an_unfinished_document(pawl, sink):
    document = chain(sink.url)
    document["nodes"].append({"id": "loose"})
    document["edges"].append({"from": "nobody", "to": "last"})
    del document["trigger"]
    ask = lambda **body: pawl.api("POST", "/api/v1/expressions/scope", {"document": document, **body})
    scope = ask(node="call").json()
    assert [n["id"] for n in scope["nodes"]] == ["first", "big"]
    assert scope["nodes"][0]["output_example"] is not None
    assert [r["name"] for r in scope["roots"]] == ["workflow", "run", "secrets", "env"]
    assert ask().json()["nodes"] == [] and ask(node="loose").json()["nodes"] == []
    assert ask(node="none").status == 422
