"""Secrets are found by their bytes, wherever they turn up and however they are written."""

import base64
import json
import os
import re
import urllib.parse

from harness import Sink, node, request, until, workflow

# With everything in it that some encoding escapes.
HARD = 'pä"s\\s/w+o rd%&<~7'


def base64_forms(data):
    """The characters that depend on nothing but the data, at each of the three alignments."""
    for skip in range(3):
        whole = base64.b64encode(b"\0" * skip + data)
        first, bits = (0, 2, 3)[skip], 8 * (skip + len(data))
        for alphabet in (whole, whole.translate(bytes.maketrans(b"+/", b"-_"))):
            yield alphabet[first:bits // 6]


def forms(secret):
    """All that a search looks for."""
    data = secret.encode()
    quoted = urllib.parse.quote(secret, safe="")
    yield data
    yield json.dumps(secret, ensure_ascii=False)[1:-1].encode()
    yield json.dumps(secret)[1:-1].encode()
    yield json.dumps(json.dumps(secret)[1:-1])[1:-1].encode()
    yield quoted.encode()
    yield re.sub("%..", lambda m: m[0].lower(), quoted).encode()
    yield urllib.parse.quote_plus(secret).encode()
    yield data.hex().encode()
    yield data.hex().upper().encode()
    yield from base64_forms(data)


def found(secrets, text):
    """Which of them stand in the bytes, and in which form."""
    return [(secret, form) for secret in secrets for form in forms(secret) if form in text]


def files(root):
    """Every file below the directory but the key that opens what is sealed."""
    for folder, _, names in os.walk(root):
        for name in names:
            if name != "master.key":
                with open(os.path.join(folder, name), "rb") as f:
                    yield name, f.read()


def found_in_files(secrets, root):
    return [(name, what) for name, text in files(root) for what in found(secrets, text)]


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
