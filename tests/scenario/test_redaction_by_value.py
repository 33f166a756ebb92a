"""Secrets are found by their bytes, wherever they turn up and however they are written."""

import hashlib
import hmac
import http.client
import json
import re
import urllib.parse

import pytest

from harness import SANITIZED, Sink, basic, node, request, until, workflow
from hunt import HARD, forms, found, found_in_files


def put(pawl, name, value):
    answer = pawl.api("PUT", f"/api/v1/secrets/{name}", {"value": value})
    assert answer.status == 200, answer


def echo(r):
    """What an unwise peer says: all that it was sent."""
    sent = dict(r["headers"])
    return 200, {"X-Echo": urllib.parse.quote(str(sent.get("X-Token")))}, json.dumps(
        {"path": r["path"], "headers": sent, "body": r["body"].decode("utf-8", "replace"),
         "number": 9876543210123}).encode()


def test_a_run_goes_on_with_what_is_true(pawl):
    """After a crash, and in a retry of what failed."""
    fails = [500, 200]

    def answer(r):
        return (fails.pop(0), {}, b"{}") if r["path"] == "/last" else echo(r)
    with Sink(answer) as sink:
        put(pawl, "token", HARD)
        put(pawl, "number", "9876543210123")
        applied = pawl.apply(workflow("w", [
            node("ask", "http_request", {"method": "POST", "url": sink.url + "/ask",
                                         "headers": {"X-Other": "kept"}, "body": {"t": "${secrets.token}"}}),
            node("wait", "wait", {"resume": True}),
            node("tell", "http_request", {"method": "POST", "url": sink.url + "/last",
                                          "body": "${ask.output.data}"}, retry={"max": 0})]))
        answer = pawl.call(applied, {})
        run_id = answer.json()["data"]["runId"]
        waiting = until(lambda: (run := pawl.run(run_id))["status"] == "waiting" and run, what="the wait")
        shown = waiting["nodes"][0]["output"]["data"]
        assert (shown["body"], shown["number"]) == ('{"t":"***"}', "***")
        assert shown["headers"]["X-Other"] == "kept"
        assert found([HARD, "9876543210123"], json.dumps(waiting).encode()) == []
        pawl.kill9()
        assert found_in_files([HARD, "9876543210123"], pawl.root) == []
        pawl.start()
        assert pawl.api("POST", f"/api/v1/runs/{run_id}/resume", {}).status in (200, 202)
        assert pawl.finished_run(run_id)["status"] == "failed"
        assert pawl.api("POST", f"/api/v1/runs/{run_id}/retry", {}).status in (200, 202)
        run = until(lambda: (r := pawl.run(run_id))["status"] == "completed" and r, what="the retry")
        asked, first, second = sink.bodies()
        assert asked == {"t": HARD} and first == second
        assert first["number"] == 9876543210123 and json.loads(first["body"]) == {"t": HARD}
        assert found([HARD, "9876543210123"], json.dumps(run).encode()) == []
        pawl.terminate()
        assert found_in_files([HARD, "9876543210123"], pawl.root) == []


def test_a_run_goes_on_without_a_secret_that_was_deleted(pawl):
    """Nobody could keep it out of what comes next, once a start has forgotten it."""
    with Sink(echo) as sink:
        put(pawl, "token", HARD)
        applied = pawl.apply(workflow("w", [
            node("ask", "http_request", {"method": "POST", "url": sink.url + "/ask", "body": {"t": "${secrets.token}"}}),
            node("wait", "wait", {"resume": True}),
            node("last", "compose", {"values": {"seen": "${ask.output.data.body}"}})]))
        run_id = pawl.call(applied, {}).json()["data"]["runId"]
        until(lambda: pawl.run(run_id)["status"] == "waiting", what="the wait")
        assert pawl.api("DELETE", "/api/v1/secrets/token").status in (200, 204)
        pawl.kill9()
        pawl.start()
        assert pawl.api("POST", f"/api/v1/runs/{run_id}/resume", {}).status in (200, 202)
        run = pawl.finished_run(run_id)
        assert run["status"] == "completed" and run["output"]["data"] == {"seen": '{"t":"***"}'}
        pawl.terminate()
        assert found_in_files([HARD], pawl.root) == []


def test_the_search_finds_every_form():
    for form in forms(HARD):
        assert found([HARD], b"<" + form + b">"), form
    assert not found([HARD], HARD[:-1].encode())


def test_a_secret_becomes_known_later(pawl, sink):
    """What was recorded before is shown without it."""
    value = "not-a-secret-yet-6Hd2"
    sink.answer = lambda r: (500, {}, json.dumps({"echo": value}).encode())
    applied = pawl.apply(workflow("w", [
        node("ask", "http_request", {"url": sink.url}, retry={"max": 1, "initial": "1ms"})]))
    run = pawl.run_of(applied, {"text": value})
    assert found([value], json.dumps(run).encode())
    put(pawl, "late", value)
    for path in (f"runs/{run['id']}", f"requests/{run['request_id']}", "dead-letters", "runs"):
        assert found([value], pawl.api("GET", "/api/v1/" + path).body) == []
    shown = pawl.get(f"/api/v1/runs/{run['id']}")
    assert shown["nodes"][0]["attempts"][0]["output"]["data"] == {"echo": "***"}
    assert shown["input"]["body"] == {"text": "***"}
    # Removed, it is still not shown.
    assert pawl.api("DELETE", "/api/v1/secrets/late").status == 204
    assert found([value], pawl.api("GET", f"/api/v1/runs/{run['id']}").body) == []


def test_its_own_words_are_no_secrets(pawl):
    """Whatever a secret is: keys and states of the API stay what they are."""
    for name, value in (("a", "completed"), ("b", "request_id"), ("c", "finished_at"), ("d", "http_status")):
        put(pawl, name, value)
    applied = pawl.apply(workflow("w", [node("made", "json", {"data": {"completed": "it is completed"}})]))
    run = pawl.run_of(applied, {})
    assert run["status"] == run["nodes"][0]["status"] == "completed"
    assert run["request_id"] == run["id"] and run["nodes"][0]["attempts"][0]["finished_at"]
    assert run["output"]["data"] == {"***": "it is ***"}
    assert pawl.get(f"/api/v1/runs?status=completed")["items"][0]["id"] == run["id"]


def test_a_short_value_is_not_looked_for(pawl):
    put(pawl, "pin", "1234567")
    run = pawl.run_of(pawl.apply(workflow("w", [node("made", "json", {"data": 1234567})])), {})
    assert run["output"]["data"] == 1234567


def test_a_body_with_a_secret_lies_sealed(pawl, sink):
    """And is what it was for the run, for a replay, and in its size."""
    put(pawl, "token", HARD)
    applied = pawl.apply(workflow("w", [node("tell", "http_request", {
        "method": "POST", "url": sink.url, "body": "${workflow.input.body}"})]))
    run = pawl.run_of(applied, {"text": HARD})
    shown = pawl.get(f"/api/v1/requests/{run['request_id']}")
    sent = json.dumps({"text": HARD}).encode()
    assert (shown["body"], shown["body_bytes"]) == ('{"text": "***"}', len(sent))
    listed, = pawl.get("/api/v1/requests")["items"]
    assert (listed["flags"], listed["body_bytes"]) == (["sealed"], len(sent))
    pawl.restart()
    replay = pawl.api("POST", f"/api/v1/requests/{run['request_id']}/replay", {})
    assert replay.status == 201, replay
    pawl.finished_run(replay.json()["id"])
    assert sink.bodies() == [{"text": HARD}] * 2
    assert found_in_files([HARD], pawl.root) == []


def test_a_draft_that_repeats_a_secret_is_handed_back_whole(pawl):
    put(pawl, "token", HARD)
    document = workflow("w", [node("made", "json", {"data": {"a": "<" + HARD + ">", "b": ["x", HARD], "c": 1}})])
    made = pawl.api("POST", "/api/v1/workflows", {"document": document})
    assert made.status == 201, made
    shown = pawl.get("/api/v1/workflows/w")["document"]
    assert shown["nodes"][0]["config"]["data"] == {"a": "***", "b": ["x", "***"], "c": 1}
    shown["nodes"][0]["config"]["data"]["c"] = 2
    assert pawl.api("PUT", "/api/v1/workflows/w", {"document": shown}).status == 200
    assert found_in_files([HARD], pawl.root) == []
    assert pawl.api("POST", "/api/v1/workflows/w/publish", {}).status == 200
    assert pawl.api("POST", "/api/v1/workflows/w/activation", {"status": "active"}).status == 200
    run = pawl.run_of(pawl.get("/api/v1/workflows/w"), {})
    assert run["output"]["data"] == {"a": "<***>", "b": ["x", "***"], "c": 2}


def dumped(pid):
    """The memory that a core dump of the process would hold: what can be written to, but for what
    was left out (core(5), madvise(2), MADV_DONTDUMP)."""
    with open(f"/proc/{pid}/smaps") as f:
        parts = re.split(r"\n(?=[0-9a-f]+-[0-9a-f]+ )", f.read())
    with open(f"/proc/{pid}/mem", "rb") as memory:
        for part in parts:
            flags = re.search(r"VmFlags: (.*)", part)[1].split()
            if "wr" in flags and "dd" not in flags:
                start, end = (int(x, 16) for x in part.split()[0].split("-"))
                memory.seek(start)
                yield memory.read(end - start)


@pytest.mark.skipif(bool(SANITIZED), reason="a sanitizer keeps copies of its own")
def test_secrets_that_wait_to_be_used_are_in_no_dump(new_pawl, tmp_path):
    """With --core-dumps a dump holds what requests and runs had in hand, but not all secrets."""
    folder = tmp_path / "secrets"
    folder.mkdir(mode=0o700)
    (folder / "file").write_text("of-a-file-2Kd7")
    with new_pawl(args=["--core-dumps", "on", "--secrets-dir", str(folder)]) as pawl:
        put(pawl, "token", HARD)
        applied = pawl.apply(workflow("w", [node("made", "json", {"data": "${workflow.input.body}"})]))
        pawl.restart()  # the request that set it is gone
        assert pawl.run_of(applied, {"text": "a mark of the request"})["status"] == "completed"
        try:
            memory = b"".join(dumped(pawl.process.pid))
        except PermissionError:
            pytest.skip("this machine lets no process look into another")
        assert b"a mark of the request" in memory
        assert found([HARD, "of-a-file-2Kd7"], memory) == []


def proofs(secret, body):
    """The entry of `auth` and the headers that satisfy it, of each kind."""
    mac = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return [({"type": "header", "name": "X-Token", "secret": secret}, {"X-Token": secret}),
            ({"type": "bearer", "secret": secret}, {"Authorization": f"Bearer {secret}"}),
            ({"type": "basic", "username": "ann", "password": secret}, {"Authorization": basic("ann", secret)}),
            ({"type": "signature", "scheme": "hmac", "header": "X-Signature", "secret": secret}, {"X-Signature": mac})]


@pytest.mark.skipif(bool(SANITIZED), reason="a sanitizer keeps copies of its own")
@pytest.mark.parametrize("kind", range(4), ids=["header", "bearer", "basic", "signature"])
@pytest.mark.parametrize("is_stored", [True, False], ids=["stored", "in the document"])
def test_secrets_that_have_verified_a_request_are_in_no_dump(new_pawl, is_stored, kind):
    """Neither what was sent to prove it, nor what it was compared with, once that is done; nor what
    was refused for a letter too many."""
    secret, body = f"verifies-{kind}-8Hq2vTz5Wm", b'{"text": "a mark of the request"}'
    auth, headers = proofs(secret, body)[kind]
    if is_stored:
        auth = {name: "${secrets.key}" if value == secret else value for name, value in auth.items()}
    with new_pawl(args=["--core-dumps", "on"]) as pawl:
        if is_stored:
            put(pawl, "key", secret)
        applied = pawl.apply(workflow("w", [node("made", "json", {"data": "${workflow.input.body}"})],
                                      trigger={"type": "webhook", "config": {"auth": [auth]}}))
        url = urllib.parse.urlsplit(applied["hook_url"])
        connection = http.client.HTTPConnection(url.netloc)
        connection.request("POST", url.path, body, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        assert answer.status == 202
        pawl.finished_run(json.load(answer)["data"]["runId"])
        wrong = {name: value + "x" for name, value in headers.items()}
        assert request("POST", applied["hook_url"], body, {"Content-Type": "application/json", **wrong}).status == 401
        until(lambda: pawl.get("/api/v1/requests?verdict=refused")["items"], what="the refusal on disk")
        try:
            memory = b"".join(dumped(pawl.process.pid))
        except PermissionError:
            pytest.skip("this machine lets no process look into another")
        connection.close()
        assert found([secret], memory) == []
