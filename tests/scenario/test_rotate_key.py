"""Another master key: everything sealed opens with it, whenever the process is killed."""

import os
import sqlite3
import subprocess

import pytest

from harness import node, request, run_cli, until, workflow

SECRET = "the-secret-of-the-partner"


def rotate(pawl, *args):
    return run_cli("secrets", "rotate-key", "--data", pawl.data, *args, binary=pawl.binary)


def fill(pawl, sink):
    """Something sealed of each kind; how to see that it opens."""
    sink.answer = lambda r: (200, {"Content-Type": "application/json"}, ('{"it":"%s"}' % SECRET).encode())
    pawl.cli("secrets", "set", "partner", stdin=SECRET.encode())
    document = workflow("guarded", [
        node("send", "http_request", {"method": "POST", "url": sink.url,
                                      "headers": {"Authorization": "Bearer literal-in-the-document"}}),
        node("hold", "wait", {"resume": True}),
        node("echo", "http_request", {"method": "POST", "url": sink.url,
                                      "body": {"of_output": "${send.output.data.it}",
                                               "of_input": "${workflow.input.body.it}"}})],
        trigger={"type": "webhook", "config": {"auth": [{"type": "bearer", "secret": "${secrets.partner}"}]}})
    applied = pawl.apply(document)
    assert request("POST", applied["hook_url"], '{"a":1}', {"Authorization": "Bearer wrong"}).status == 401
    run = pawl.call(applied, {"it": SECRET}, {"Authorization": f"Bearer {SECRET}"}).json()["data"]["runId"]
    until(lambda: pawl.get(f"/api/v1/runs/{run}")["status"] == "waiting", what="the wait")
    return applied, run


def sealed_kinds(pawl):
    """How many texts of each kind lie sealed, and under which keys."""
    db = sqlite3.connect(os.path.join(pawl.data, "pawl.db"))
    kinds = [db.execute(sql).fetchall() for sql in (
        "SELECT sealed FROM secret", "SELECT headers FROM request WHERE flags & 4",
        "SELECT body FROM request WHERE flags & 4", "SELECT body FROM request WHERE flags & 16",
        "SELECT sealed FROM node_run WHERE length(sealed)")]
    documents = db.execute("SELECT count(*) FROM revision WHERE document LIKE '%sealed:1:%'").fetchone()
    db.close()
    return [len(k) for k in kinds] + list(documents), {row[0][1:9].hex() for k in kinds for row in k}


def check_all_opens(pawl, sink, applied, run):
    """A run goes on with its input, output and document; the secret admits; the quarantine opens."""
    assert not [e for e in ("secret_unreadable", "output_unreadable") if pawl.events(e)]
    while sink.requests:
        sink.requests.pop()
    assert pawl.api("POST", f"/api/v1/runs/{run}/resume", {}).status == 200
    assert pawl.finished_run(run)["status"] == "completed"
    [body] = sink.bodies()
    assert body == {"of_output": SECRET, "of_input": SECRET}
    again = pawl.call(applied, {}, {"Authorization": f"Bearer {SECRET}"})
    assert again.status == 202
    until(lambda: len(sink.requests) == 2, what="the next run's request")
    assert sink.requests[1]["headers"]["Authorization"] == "Bearer literal-in-the-document"
    refused = pawl.get("/api/v1/requests?verdict=refused")["items"][0]
    assert request("GET", f"{pawl.url}/api/v1/requests/{refused['id']}/diagnosis",
                   headers={"Authorization": f"Bearer {pawl.token}"}).status == 200
    pawl.cli("secrets", "set", "partner", stdin=b"wrong")
    answer = pawl.cli("requests", "reverify", "--workflow", "guarded")
    assert b"1" in answer.stdout, answer


def test_everything_sealed_opens_with_the_new_key(pawl, sink):
    applied, run = fill(pawl, sink)
    refused = rotate(pawl)
    assert refused.returncode == 1 and b"in use by process" in refused.stderr
    pawl.terminate()
    kinds, keys = sealed_kinds(pawl)
    assert all(kinds), "one of each kind at least"
    old = open(os.path.join(pawl.data, "master.key")).read()
    done = rotate(pawl)
    assert done.returncode == 0 and not done.stderr, done
    assert open(os.path.join(pawl.data, "master.key")).read() != old
    assert not os.path.exists(os.path.join(pawl.data, "master.key.new"))
    kinds_now, keys_now = sealed_kinds(pawl)
    assert kinds_now == kinds and len(keys_now) == 1 and keys_now != keys
    assert keys_now.pop().encode() in done.stdout
    pawl.start()
    check_all_opens(pawl, sink, applied, run)
    assert pawl.cli("audit", "verify")
    assert any(e["action"] == "rotateMasterKey" for e in pawl.get("/api/v1/audit")["items"])


@pytest.mark.parametrize("point", ["rotate.before_reseal", "rotate.after_reseal"])
def test_a_kill_leaves_the_one_key_or_the_other(crash_pawl, sink, point):
    pawl = crash_pawl.start()
    applied, run = fill(pawl, sink)
    pawl.terminate()
    old = open(os.path.join(pawl.data, "master.key")).read()
    killed = subprocess.run([pawl.binary, "secrets", "rotate-key", "--data", pawl.data],
                            env={**os.environ, "PAWL_CRASH_AT": point}, capture_output=True)
    assert killed.returncode == -9, "the point was reached"
    assert open(os.path.join(pawl.data, "master.key")).read() == old
    pawl.start()
    assert (open(os.path.join(pawl.data, "master.key")).read() == old) == (point == "rotate.before_reseal")
    pawl.terminate()
    assert rotate(pawl).returncode == 0
    pawl.start()
    check_all_opens(pawl, sink, applied, run)


def test_keys_of_the_operators_own(new_pawl, sink, tmp_path):
    old, new, other = (tmp_path / f"{name}.key" for name in ("old", "new", "other"))
    for path in (old, new, other):
        path.write_text(os.urandom(32).hex())
        path.chmod(0o600)
    pawl = new_pawl(args=("--master-key-file", str(old))).start()
    applied, run = fill(pawl, sink)
    pawl.terminate()
    assert b"--new-key-file" in rotate(pawl, "--master-key-file", str(old)).stderr
    assert b"in use already" in rotate(pawl, "--master-key-file", str(old), "--new-key-file", str(old)).stderr
    assert b"is not the key" in rotate(pawl, "--master-key-file", str(other), "--new-key-file", str(new)).stderr
    both = ("--master-key-file", str(old), "--new-key-file", str(new))
    assert rotate(pawl, *both).returncode == 0
    assert b"in use already" in rotate(pawl, *both).stdout
    pawl.args = ("--master-key-file", str(new))
    pawl.start()
    check_all_opens(pawl, sink, applied, run)


def test_a_directory_without_a_key_is_left_alone(tmp_path):
    answer = run_cli("secrets", "rotate-key", "--data", str(tmp_path))
    assert answer.returncode == 1 and b"cannot be read" in answer.stderr
    assert os.listdir(tmp_path) == []
