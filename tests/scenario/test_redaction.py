"""Credentials that callers send are not kept: not in the database, the journal, runs, answers, logs."""

import glob
import os
import resource
import signal
import subprocess

import pytest

from harness import BIN, SANITIZED, basic, node, request, until, workflow

SECRET = "s3cr3t-4nd-l0ng-en0ugh"


def traces(pawl, needle):
    """Every file that has the bytes, below the server's directory."""
    found = []
    for folder, _, names in os.walk(pawl.root):
        for name in names:
            with open(os.path.join(folder, name), "rb") as f:
                if needle.encode() in f.read():
                    found.append(name)
    return found


ECHO = [node("echo", "json", {"data": {"headers": "${workflow.input.headers}",
                                        "query": "${workflow.input.query}"}})]


@pytest.mark.parametrize("name, auth, headers, query", [
    ("header", {"type": "header", "name": "X-My-Key"}, {"X-My-Key": SECRET}, ""),
    ("bearer", {"type": "bearer"}, {"Authorization": f"Bearer {SECRET}"}, ""),
    ("gitlab", {"type": "signature", "scheme": "gitlab-token"}, {"X-Gitlab-Token": SECRET}, ""),
    ("query", {"type": "signature", "scheme": "postmark"}, {}, f"?a=1&token={SECRET}&b=2"),
])
def test_credentials_are_not_kept(new_pawl, name, auth, headers, query):
    pawl = new_pawl(env={"IN_SECRET": SECRET}, args=["--env-allow", "IN_SECRET"])
    with pawl:
        hook = pawl.apply(workflow(name, ECHO, trigger={"type": "webhook", "config": {
            "auth": [{**auth, "secret": "${env.IN_SECRET}"}]}}))
        answer = request("POST", hook["hook_url"] + query, b"{}", {"X-Other": "kept", **headers})
        assert answer.status == (200 if "query" in name else 202), answer
        run = pawl.finished_run(answer.json()["data"]["runId"])
        echoed = run["nodes"][0]["output"]["data"]
        assert echoed["headers"]["x-other"] == "kept"
        if query:
            assert echoed["query"] == {"a": "1", "token": "***", "b": "2"}
        for header in headers:
            assert echoed["headers"][header.lower()] == "***"
        # Refused for something else than who he is.
        assert request("PUT", hook["hook_url"] + query, b"{}", headers).status == 405
        shown = pawl.api("GET", f"/api/v1/requests/{run['request_id']}").body
        assert SECRET.encode() not in shown
        assert traces(pawl, SECRET) == []
    assert traces(pawl, SECRET) == []


def test_basic_credentials_are_not_kept(new_pawl):
    with new_pawl(env={"IN_SECRET": SECRET}, args=["--env-allow", "IN_SECRET"]) as pawl:
        hook = pawl.apply(workflow("basic", ECHO, trigger={"type": "webhook", "config": {
            "auth": [{"type": "basic", "username": "u", "password": "${env.IN_SECRET}"}]}}))
        run = pawl.run_of(hook, {}, {"Authorization": basic("u", SECRET)})
        assert run["nodes"][0]["output"]["data"]["headers"]["authorization"] == "***"
        assert traces(pawl, basic("u", SECRET).split()[1]) == []


def test_refused_credentials_are_sealed(new_pawl):
    with new_pawl() as pawl:
        pawl.apply(workflow("w", ECHO, trigger={"type": "webhook", "config": {
            "auth": [{"type": "bearer", "secret": "an0ther-0ne-than-sent"}]}}))
        hook = pawl.get("/api/v1/workflows/w")
        assert pawl.call(hook, {}, {"Authorization": f"Bearer {SECRET}"}).status == 401
        pawl.get("/api/v1/requests")
        assert traces(pawl, SECRET) == []


def crash(folder, *args):
    """Starts a server in its own directory, crashes it; returns whether its memory was dumped."""
    folder.mkdir()
    process = subprocess.Popen(
        [BIN, "serve", "--listen", "127.0.0.1:0", "--data", str(folder / "data"), *args],
        cwd=folder, stderr=subprocess.DEVNULL,
        preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2))
    until(lambda: (folder / "data" / "ready.json").exists() or process.poll() is not None)
    process.send_signal(signal.SIGABRT)
    _, status = os.waitpid(process.pid, 0)
    process.returncode = -signal.SIGABRT
    assert os.WTERMSIG(status) == signal.SIGABRT
    return os.WCOREDUMP(status) or glob.glob(str(folder / "core*")) != []


@pytest.mark.skipif(bool(SANITIZED), reason="sanitizers turn core dumps off themselves")
def test_memory_is_not_dumped(tmp_path):
    try:
        if not crash(tmp_path / "told", "--core-dumps", "on"):
            pytest.skip("this machine keeps no core dumps")
        assert not crash(tmp_path / "usual")
    finally:
        for core in glob.glob(str(tmp_path / "*" / "core*")):
            os.unlink(core)
