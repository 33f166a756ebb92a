"""pawl listen and pawl tail: what comes in, on this machine, as it came."""

import json
import os
import re
import subprocess
import threading

import pytest

from harness import PATIENCE, BIN, node, request, until, workflow

GITHUB = "2a7d5c0f"


class Command:
    """A command that goes on; its lines are read as they come."""

    def __init__(self, pawl, *args):
        self.process = subprocess.Popen(
            [BIN, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PAWL_SERVER": pawl.url, "PAWL_TOKEN": pawl.token})
        self.lines, self.errors = [], []
        for stream, into in ((self.process.stdout, self.lines), (self.process.stderr, self.errors)):
            threading.Thread(target=self.read, args=(stream, into), daemon=True).start()

    @staticmethod
    def read(stream, into):
        for line in stream:
            into.append(line)

    def has(self, n):
        until(lambda: len(self.lines) >= n, what=f"{n} lines of {self.lines} {self.errors}")
        return self.lines

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def listening(pawl, *args):
    command = Command(pawl, "listen", *args)
    until(lambda: any("forwarding" in line for line in command.errors), what="pawl listen")
    return command


def hook(pawl, name, **config):
    return pawl.apply(workflow(name, [node("n", "json", {"data": 1})],
                               trigger={"type": "webhook", "config": config}))


def test_requests_arrive_as_they_came(shared, sink):
    applied = hook(shared, "heard", methods=["POST", "PUT"])
    body = b'{ "spaced" :\t"\xc3\xa4\\u00e4" }\n'
    with listening(shared, "heard", "--forward-to", sink.url + "/local?own=1") as command:
        request("PUT", applied["hook_url"] + "?a=1&a=%20", body, {
            "Content-Type": "application/json", "X-Hub-Signature-256": "sha256=" + GITHUB,
            "X-Twice": "one", "Authorization": "Bearer hidden"})
        got = sink.next()
        assert (got["method"], got["path"]) == ("PUT", "/local?own=1&a=1&a=%20")
        assert got["body"] == body
        assert got["headers"]["X-Hub-Signature-256"] == "sha256=" + GITHUB
        assert got["headers"]["X-Twice"] == "one"
        assert got["headers"]["Content-Type"] == "application/json"
        assert got["headers"]["Host"] == sink.url.removeprefix("http://")
        assert got["headers"]["Authorization"] is None
        line = command.has(1)[0]
        assert f" PUT {sink.url}/local?own=1&a=1&a=%20 -> 200 in " in line
        assert got["headers"]["Pawl-Request-Id"] in line
        until(lambda: any("credentials" in e and "Authorization" in e for e in command.errors))
        request("POST", applied["hook_url"], bytes(range(256)))
        assert sink.next()["body"] == bytes(range(256))


def test_only_this_workflow_and_nothing_that_was_refused(shared, sink):
    secret = [{"type": "header", "name": "X-Key", "secret": "k"}]
    applied, other = hook(shared, "mine", auth=secret), hook(shared, "other")
    with listening(shared, "mine", "--forward-to", sink.url, "--count", "1") as command:
        request("POST", other["hook_url"], {"from": "other"})
        request("POST", applied["hook_url"], {"from": "stranger"})
        request("POST", applied["hook_url"], {"from": "friend"}, {"X-Key": "k"})
        assert json.loads(sink.next()["body"]) == {"from": "friend"}
        assert command.process.wait(20 * PATIENCE) == 0
    with listening(shared, "mine", "--forward-to", sink.url, "--since", "1h", "--all", "--count", "2"):
        assert [json.loads(sink.next()["body"])["from"] for _ in range(2)] == ["stranger", "friend"]


def test_a_service_is_heard_too_and_a_dead_port_is_told(shared):
    applied = shared.apply(workflow("served", [node("n", "json", {"data": 1})],
                                    trigger={"type": "http_request", "config": {"mode": "wait"}}))
    with listening(shared, "served", "--forward-to", "http://127.0.0.1:1/x", "--print") as command:
        request("POST", applied["service_url"], {"shown": True})
        lines = "".join(command.has(3))
        assert " -> no answer: " in lines and '{"shown": true}' in lines
    with listening(shared, "served", "--forward-to", "http://127.0.0.1:1", "--json") as command:
        request("GET", applied["service_url"])
        line = json.loads(command.has(1)[0])
        assert (line["method"], line["status"]) == ("GET", None) and line["error"]


def test_a_restart_loses_and_doubles_nothing(pawl, sink):
    applied = hook(pawl, "steady")
    sent = 0
    with listening(pawl, "steady", "--forward-to", sink.url) as command:
        for restart in (False, True, True):
            if restart:
                pawl.restart()
            for _ in range(30):
                assert request("POST", applied["hook_url"], {"n": sent}).status == 202
                sent += 1
        got = [json.loads(sink.next()["body"])["n"] for _ in range(sent)]
        command.has(sent)
    assert got == list(range(sent))
    assert sink.arrived.empty()


@pytest.mark.parametrize("args,part", [
    (["heard"], "--forward-to"), (["heard", "--forward-to", "localhost:3000"], "http://"),
    (["heard", "--forward-to", "http://localhost:3000", "--since", "x"], "--since"),
    (["--forward-to", "http://localhost:3000"], "WORKFLOW")])
def test_what_cannot_be_meant_is_refused(shared, args, part):
    done = shared.cli("listen", *args, check=False)
    assert done.returncode == 2 and part in done.stderr.decode()


def test_an_unknown_workflow_is_told(shared):
    done = shared.cli("listen", "nobody", "--forward-to", "http://127.0.0.1:1", check=False)
    assert done.returncode == 3


def test_tail_shows_what_is_asked_for(shared):
    secret = [{"type": "header", "name": "X-Key", "secret": "k"}]
    applied = hook(shared, "tailed", auth=secret)

    def call_until(command):
        def heard():
            request("POST", applied["hook_url"], {})
            request("POST", applied["hook_url"], {}, {"X-Key": "k"})
            return len(command.lines) >= 2
        until(heard, every=0.05, what="two lines")
        return [json.loads(line) for line in command.lines]

    with Command(shared, "tail", "--workflow", "tailed", "--event", "request", "--status", "refused",
                 "--json") as command:
        assert {(e["event"], e["data"]["verdict"]) for e in call_until(command)} == {("request", "refused")}
    with Command(shared, "tail", "--workflow", "tailed", "--event", "request") as command:
        until(lambda: request("POST", applied["hook_url"], {}) and command.lines, every=0.05, what="a line")
        assert re.match(r"\d\d:\d\d:\d\d request  \d+ refused 401 missing_credentials: ", command.lines[0])
    with Command(shared, "tail", "--workflow", "tailed", "--event", "run", "--event", "node",
                 "--status", "completed", "--json") as command:
        got = call_until(command)
        assert {e["event"] for e in got} <= {"run", "node"}
        assert {e["data"]["status"] for e in got} == {"completed"}
