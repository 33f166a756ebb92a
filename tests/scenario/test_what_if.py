"""What would become of recorded runs under another document; and that nothing else happens."""

import json
import threading

import pytest

from harness import Sink, node, until, workflow

SECRET = "hunter2-hunter2-hunter2"


def priced(sink, factor="2", path="/rate", **settings):
    """A rate is fetched for what came in, and put together with it."""
    return workflow("price", [
        node("rate", "http_request", {
            "method": "POST", "url": sink.url + path,
            "auth": {"type": "bearer", "secret": "${secrets.peer}"},
            "body": {"currency": "${workflow.input.body.currency}"}}, **settings),
        node("say", "log", {"message": "rated"}),
        node("price", "compose", {"values": {
            "rate": "${rate.output.data.rate}", "factor": factor,
            "for": "${workflow.input.body.currency}"}})])


def answer(request):
    return 200, {"Content-Type": "application/json"}, b'{"rate": 7}'


@pytest.fixture
def rates():
    with Sink(answer) as sink:
        yield sink


@pytest.fixture
def recorded(pawl, rates):
    """Ids of three runs, the newest first."""
    assert pawl.api("PUT", "/api/v1/secrets/peer", {"value": SECRET}).status < 300
    applied = pawl.apply(priced(rates))
    return [pawl.run_of(applied, {"currency": c})["id"] for c in ("EUR", "USD", "CHF")][::-1]


def what_if(pawl, *args, name="price", status=1):
    done = pawl.cli("what-if", name, "--json", *args, check=False)
    assert done.returncode == status, (done.stdout, done.stderr)
    assert SECRET.encode() not in done.stdout
    return json.loads(done.stdout)


def counted(pawl):
    """All that counts as a run, or as having seen one."""
    metrics = pawl.api("GET", "/metrics").body.decode().splitlines()
    return ([pawl.get(f"/api/v1/{what}?limit=100")["items"]
             for what in ("runs", "requests", "dead-letters", "replays")],
            [line for line in metrics if line.startswith("pawl_node") and "_total" in line],
            len(pawl.events("node_log")))


def test_the_same_document_gives_the_same(pawl, rates, recorded):
    before, calls = counted(pawl), len(rates.requests)
    found = what_if(pawl, status=0)
    assert [run["run_id"] for run in found["runs"]] == recorded
    assert {run["status"] for run in found["runs"]} == {"same"}
    assert (found["tried"], found["same"], found["draft"], found["cut"]) == (3, 3, True, False)
    assert b"3 tried: 3 same" in pawl.cli("what-if", "price").stdout
    assert counted(pawl) == before and len(rates.requests) == calls


def test_outputs_and_what_would_be_sent_are_compared(pawl, rates, recorded):
    before, calls = counted(pawl), len(rates.requests)
    pawl.apply(priced(rates, factor="3", path="/v2/rate"), "--draft")
    found = what_if(pawl, "--limit", "1")
    run = found["runs"][0]
    assert (run["run_id"], run["status"], run["reason"]) == (recorded[0], "changed", None)
    assert run["output"] == [{"pointer": "/data/factor", "old": "2", "new": "3"}]
    assert run["path"] == [] and run["error"] == []
    assert run["inputs"] == [{"node": "rate", "differences": [
        {"pointer": "/url", "old": rates.url + "/rate", "new": rates.url + "/v2/rate"}]}]
    shown = pawl.cli("what-if", "price", "--limit", "1", check=False).stdout.decode()
    assert '  output /data/factor: "2" -> "3"\n' in shown
    assert f'  rate would send /url: "{rates.url}/rate" -> "{rates.url}/v2/rate"\n' in shown
    # The published revision is as it was.
    assert what_if(pawl, "--revision", "1", status=0)["revision"] == 1
    assert counted(pawl) == before and len(rates.requests) == calls


def test_another_way_through_the_graph(pawl, rates, recorded):
    document = priced(rates)
    document["nodes"].insert(0, node("big", "if", {"all": [
        {"left": "${workflow.input.body.currency}", "op": "equals", "right": "USD"}]}))
    document["edges"] = [{"from": "trigger", "to": "big"},
                         {"from": "big", "port": "true", "to": "rate"},
                         {"from": "rate", "to": "price"}]
    document["nodes"] = [n for n in document["nodes"] if n["id"] != "say"]
    pawl.apply(document, "--draft")
    found = {run["run_id"]: run for run in what_if(pawl)["runs"]}
    assert found[recorded[1]]["path"] == [
        {"pointer": "/say", "old": "completed"},
        {"pointer": "/big", "new": "completed by true"}]
    assert {p["pointer"]: p.get("new") for p in found[recorded[0]]["path"]} == {
        "/rate": None, "/say": None, "/price": None, "/big": "completed by false"}


def test_what_was_not_recorded_stops_it(pawl, rates, recorded):
    before, calls = counted(pawl), len(rates.requests)
    document = priced(rates)
    document["nodes"].append(node("tell", "http_request", {"url": rates.url + "/tell"}))
    document["edges"].append({"from": "price", "to": "tell"})
    pawl.apply(document, "--draft")
    found = what_if(pawl)
    assert (found["no_recording"], found["same"]) == (3, 0)
    run = found["runs"][0]
    assert run["reason"] == "no recording for node tell" and run["new_status"] is None
    assert f"{recorded[0]}  no_recording: no recording for node tell" in pawl.cli(
        "what-if", "price", check=False).stdout.decode()
    # An id that stood for another type of node is another node.
    document = priced(rates)
    document["nodes"][2] = node("price", "http_request", {"url": rates.url + "/price"})
    pawl.apply(document, "--draft")
    assert what_if(pawl)["runs"][0]["reason"] == "no recording for node price"
    assert counted(pawl) == before and len(rates.requests) == calls


def test_failures_then_and_now(pawl, rates):
    rates.answer = lambda r: (503, {}, b"busy")
    assert pawl.api("PUT", "/api/v1/secrets/peer", {"value": SECRET}).status < 300
    applied = pawl.apply(priced(rates))
    failed = pawl.run_of(applied, {"currency": "EUR"})
    rates.answer = answer
    done = pawl.run_of(applied, {"currency": "USD"})
    assert (failed["status"], done["status"]) == ("failed", "completed")
    assert what_if(pawl, status=0)["same"] == 2
    pawl.apply(priced(rates, on_error="continue"), "--draft")
    assert [run["status"] for run in what_if(pawl)["runs"]] == ["same", "changed"]
    run = what_if(pawl, "--class", "http_5xx")["runs"][0]
    assert (run["run_id"], run["old_status"], run["new_status"]) == (
        failed["id"], "failed", "completed")
    assert what_if(pawl, "--status", "completed", status=0)["tried"] == 1
    document = priced(rates)
    document["nodes"][2] = node("price", "terminate", {"status": "failed", "message": "no more"})
    pawl.apply(document, "--draft")
    found = {run["run_id"]: run for run in what_if(pawl)["runs"]}
    assert found[done["id"]]["status"] == "failed" and found[failed["id"]]["status"] == "same"
    assert found[done["id"]]["error"][0]["new"]["code"] == "terminated"


def test_what_became_a_secret_later_is_not_shown(pawl, rates):
    late = "known-to-be-secret-later"
    rates.answer = lambda r: (200, {"Content-Type": "application/json"},
                              json.dumps({"rate": late}).encode())
    assert pawl.api("PUT", "/api/v1/secrets/peer", {"value": SECRET}).status < 300
    pawl.run_of(pawl.apply(priced(rates)), {"currency": late})
    assert pawl.api("PUT", "/api/v1/secrets/late", {"value": late}).status < 300
    assert what_if(pawl, status=0)["same"] == 1
    document = priced(rates)
    document["nodes"][2] = node("price", "compose", {"values": {
        "both": "${rate.output.data.rate} ${workflow.input.body.currency}"}})
    pawl.apply(document, "--draft")
    changed = what_if(pawl)["runs"][0]
    assert late not in json.dumps(changed) and "***" in json.dumps(changed["output"])


def test_what_is_no_secret_any_more_is_not_shown_either(pawl):
    def echo(r):
        return 200, {}, json.dumps({"token": r["headers"]["Authorization"]}).encode()
    with Sink(echo) as sink:
        assert pawl.api("PUT", "/api/v1/secrets/peer", {"value": SECRET}).status < 300
        document = workflow("echoed", [
            node("ask", "http_request", {
                "url": sink.url, "auth": {"type": "bearer", "secret": "${secrets.peer}"}}),
            node("end", "json", {"data": "${ask.output.data}"})])
        pawl.run_of(pawl.apply(document), {})
    document["nodes"][0]["config"] = {"url": sink.url}
    document["nodes"][1]["config"] = {"data": "now ${ask.output.data.token}"}
    pawl.apply(document, "--draft")
    assert pawl.api("DELETE", "/api/v1/secrets/peer").status == 204
    pawl.restart()
    assert what_if(pawl, name="echoed")["runs"][0]["output"][0]["new"] == "now Bearer ***"


def test_waits_are_passed_at_once(pawl):
    applied = pawl.apply(workflow("hold", [
        node("ask", "wait", {"resume": True, "timeout": "1h"}),
        node("end", "compose", {"values": {"by": "${ask.output.data.by}"}})]))
    run = pawl.call(applied, {}).json()["data"]["runId"]
    until(lambda: pawl.get(f"/api/v1/runs/{run}")["status"] == "waiting")
    assert what_if(pawl, run, name="hold")["runs"][0]["reason"] == "the run has not ended"
    assert pawl.api("POST", f"/api/v1/runs/{run}/resume", {"data": {"by": "ann"}}).status == 200
    pawl.finished_run(run)
    assert what_if(pawl, name="hold", status=0)["same"] == 1
    pawl.apply(workflow("hold", [
        node("ask", "wait", {"resume": True, "timeout": "2h"}),
        node("rest", "wait", {"for": "1d"}),
        node("end", "compose", {"values": {"who": "${ask.output.data.by}"}})]), "--draft")
    changed = what_if(pawl, name="hold")["runs"][0]
    assert changed["output"] == [{"pointer": "/data/by", "old": "ann"},
                                 {"pointer": "/data/who", "new": "ann"}]
    assert changed["inputs"] == [{"node": "ask", "differences": [
        {"pointer": "/timeout", "old": "1h", "new": "2h"}]}]


def test_what_is_asked_for_is_checked(pawl, rates, recorded):
    def ask(body, name="price"):
        return pawl.api("POST", f"/api/v1/workflows/{name}/what-if", body)

    other = pawl.run_of(pawl.apply(workflow("other", [node("a", "json", {"data": 1})])), {})
    for body, status in (({"limit": 201}, 400), ({"runs": []}, 400), ({"runs": ["x"]}, 400),
                         ({"runs": recorded, "limit": 3}, 400), ({"revision": 9}, 404),
                         ({"status": "running"}, 400)):
        assert ask(body).status == status, body
    assert ask({}, "nobody").status == 404
    found = ask({"runs": [recorded[2], "7", other["id"]]}).json()
    assert [(run["status"], run["reason"]) for run in found["runs"]] == [
        ("same", None), ("no_recording", "there is no such run"),
        ("no_recording", "it is a run of another workflow")]


def test_real_runs_go_on_beside_it(pawl, rates, recorded):
    applied = pawl.apply(priced(rates))
    results = []
    asking = threading.Thread(target=lambda: results.extend(
        pawl.api("POST", "/api/v1/workflows/price/what-if", {"limit": 200}).status
        for _ in range(5)))
    asking.start()
    for n in range(20):
        assert pawl.run_of(applied, {"currency": str(n)})["status"] == "completed"
    asking.join()
    assert results == [200] * 5


def test_recordings_are_what_was_true(pawl):
    """Though what is recorded in the clear, and shown, has no secret in it."""
    def echo(r):
        return 200, {}, json.dumps({"token": r["headers"]["Authorization"]}).encode()
    with Sink(echo) as sink:
        assert pawl.api("PUT", "/api/v1/secrets/peer", {"value": SECRET}).status < 300
        document = workflow("echoed", [
            node("ask", "http_request", {"url": sink.url, "auth": {"type": "bearer", "secret": "${secrets.peer}"}}),
            node("same", "if", {"left": "${ask.output.data.token}", "op": "equals",
                                "right": "Bearer ${workflow.input.body.token}"}),
            node("yes", "json", {"data": "${ask.output.data}"})], edges=[
                {"from": "trigger", "to": "ask"}, {"from": "ask", "to": "same"},
                {"from": "same", "to": "yes", "port": "true"}])
        run = pawl.run_of(pawl.apply(document), {"token": SECRET})
        assert run["output"] == {"data": {"token": "Bearer ***"}}
        assert what_if(pawl, name="echoed", status=0)["same"] == 1
