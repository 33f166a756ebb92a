"""What has ended is removed by age and by bytes; what is counted stays."""

import datetime
import http.client
import json
import os
import sqlite3
import threading
import urllib.parse

import pytest

from harness import Pawl, node, request, run_cli, until, workflow


def keep(name, **retention):
    rest = {"retention": retention} if retention else {}
    return workflow(name, [node("seen", "json", {"data": "${workflow.input.body}"})],
                    trigger={"type": "webhook", "config": {"auth": [{"type": "none"}]}}, **rest)


def hook(applied, body=b'{"n":1}'):
    answer = request("POST", applied["hook_url"], body, {"Content-Type": "application/json"})
    assert answer.status == 202, answer
    return answer.json()["data"]["runId"]


def runs(pawl, applied):
    return pawl.get(f"/api/v1/runs?limit=1000&workflow={applied['id']}")["items"]


def completed(pawl):
    """By the counters, all workflows together."""
    db = sqlite3.connect(f"file:{pawl.data}/pawl.db?mode=ro", uri=True)
    try:
        return db.execute("SELECT total(value) FROM counter WHERE name = 'runs_completed'").fetchone()[0]
    finally:
        db.close()


def test_a_workflow_says_how_long(pawl):
    short, long = pawl.apply(keep("short", age="1s")), pawl.apply(keep("long"))
    gone, kept = hook(short), hook(long)
    until(lambda: completed(pawl) == 2, what="both runs to end")
    until(lambda: pawl.api("GET", f"/api/v1/runs/{gone}").status == 404, what="the run to be removed")
    assert pawl.api("GET", f"/api/v1/requests/{gone}").status == 404
    assert pawl.get(f"/api/v1/runs/{kept}")["status"] == "completed"
    assert runs(pawl, short) == [] and completed(pawl) == 2
    # A restart knows the limit from the document, and an inactive workflow keeps it.
    pawl.apply(keep("short", age="1h"))
    pawl.restart()
    stays = hook(short)
    pawl.finished_run(stays)
    pawl.apply(keep("short", age="1s"))
    pawl.cli("workflows", "short", "--set-status", "inactive")
    until(lambda: pawl.api("GET", f"/api/v1/runs/{stays}").status == 404, what="that run, too")
    assert completed(pawl) == 3


def test_a_document_with_a_wrong_limit_is_refused(pawl):
    for retention, where in (({"age": "soon"}, "/retention/age"), ({"bytes": "1B"}, "/retention/bytes"),
                             ({"days": 3}, "/retention")):
        told = pawl.cli("apply", "-", stdin=json.dumps(keep("x", **retention)).encode(), check=False)
        assert told.returncode != 0 and where.encode() in told.stderr + told.stdout


def test_the_database_stays_under_its_limit(tmp_path):
    limit, n, body = 4 << 20, 300, b'{"text":"' + b"x" * 50_000 + b'"}'
    with Pawl(tmp_path, args=("--retain-bytes", "4MiB")) as pawl:
        applied = pawl.apply(keep("much"))
        ids = [hook(applied, body) for _ in range(n)]
        size = lambda: os.path.getsize(os.path.join(pawl.data, "pawl.db"))
        until(lambda: completed(pawl) == n, what="all runs to end")
        until(lambda: size() <= limit and pawl.api("GET", f"/api/v1/runs/{ids[0]}").status == 404,
              what="the file to shrink")
        left = [r["id"] for r in runs(pawl, applied)]
        assert 10 < len(left) < 100 and left == ids[:-len(left) - 1:-1], "the newest stay"
        assert pawl.get(f"/api/v1/runs/{ids[-1]}")["status"] == "completed"


def test_the_database_stays_under_its_limit_while_requests_come(tmp_path):
    limit, body, end = 16 << 20, b'{"text":"' + b"x" * 8_000 + b'"}', threading.Event()
    with Pawl(tmp_path, args=("--retain-bytes", "16MiB")) as pawl:
        url = urllib.parse.urlsplit(pawl.apply(keep("much"))["hook_url"])

        def send():
            conn = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
            while not end.is_set():
                conn.request("POST", url.path, body, {"Content-Type": "application/json"})
                conn.getresponse().read()

        senders = [threading.Thread(target=send) for _ in range(6)]
        for sender in senders:
            sender.start()
        used = []
        until(lambda: completed(pawl) >= 500, what="the limit to be reached")
        while completed(pawl) < 3000:
            disk = pawl.get("/api/v1/system")["disk"]
            used.append(disk["database_bytes"] - disk["database_free_bytes"])
        end.set()
        for sender in senders:
            sender.join()
        # A quarter of a second brings as much as the limit is; without haste it grows and grows.
        assert sorted(used)[len(used) // 2] < 1.5 * limit


@pytest.mark.parametrize("option", ["--retain-age=soon", "--retain-age=1ms", "--retain-bytes=1B"])
def test_wrong_options_are_refused(option, tmp_path):
    told = run_cli("serve", "--data", str(tmp_path / "data"), option)
    assert told.returncode == 2 and option.split("=")[0].encode() in told.stderr


def seconds(time):
    return datetime.datetime.fromisoformat(time).timestamp()


def test_what_is_kept_is_told(pawl):
    short, plain = pawl.apply(keep("short", age="1h", bytes="1MiB")), pawl.apply(keep("plain"))
    for _ in range(2):
        pawl.finished_run(hook(short))
    assert request("PUT", short["hook_url"], b"").status == 405
    until(lambda: pawl.get("/api/v1/requests?verdict=refused")["items"], what="the refusal")
    plain_row, short_row = pawl.get("/api/v1/retention")["items"]
    oldest = short_row.pop("oldest_at")
    # It has its id a moment after it has come.
    assert seconds(oldest) <= min(seconds(run["queued_at"]) for run in runs(pawl, short)) + 2
    assert short_row == {"workflow_id": short["id"], "name": "short", "age_ms": 3600000, "bytes": 1 << 20,
                         "runs": 2, "requests": 3}
    assert plain_row == {"workflow_id": plain["id"], "name": "plain", "age_ms": None, "bytes": None,
                         "runs": 0, "requests": 0, "oldest_at": None}
