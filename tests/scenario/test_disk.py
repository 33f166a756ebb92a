"""A full disk: nothing is acknowledged that is not kept, and it goes on when there is room."""

import json
import os
import subprocess

import pytest

from harness import Pawl, node, request, until, workflow


@pytest.fixture
def small_disk(tmp_path):
    """A server whose data directory has only a few MiB."""
    if os.geteuid() != 0:
        pytest.skip("mounting a tmpfs needs root")
    data = tmp_path / "data"
    data.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m,mode=0700", "tmpfs", str(data)],
                             capture_output=True)
    if mounted.returncode:
        pytest.skip("mount does not work here: " + mounted.stderr.decode().strip())
    server = Pawl(tmp_path)
    try:
        yield server.start()
    finally:
        server.__exit__()
        subprocess.run(["umount", "-l", str(data)], check=True)


def test_full_disk_is_503_and_it_goes_on_when_space_is_back(small_disk, sink):
    pawl = small_disk
    applied = pawl.apply(workflow("full", [
        node("send", "http_request", {"method": "POST", "url": sink.url,
                                      "body": {"n": "${workflow.input.body.n}"}})]))
    pawl.apply(workflow("alert", [node("log", "log", {"message": "x"})], trigger={
        "type": "event", "config": {"types": ["pawl.store.*"]}}))
    filler = os.path.join(pawl.data, "filler")
    acknowledged = []

    def send(n):
        answer = request("POST", applied["hook_url"], json.dumps({"n": n, "pad": os.urandom(2000).hex()}),
                         {"Content-Type": "application/json"})
        if answer.status == 202:
            acknowledged.append(n)
        return answer

    for n in range(20):
        assert send(n).status == 202
    with open(filler, "wb") as f:  # all that is left
        try:
            while True:
                f.write(bytes(4096))
                f.flush()
        except OSError:
            pass
        try:
            f.close()
        except OSError:
            pass
    number = 20

    def refused():
        nonlocal number
        number += 1
        answer = send(number)
        return answer if answer.status != 202 else None

    answer = until(refused, what="a full disk to be noticed")
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.json()["error"]["type"]
    for _ in range(20):  # it stays so, and stays alive
        number += 1
        assert send(number).status in (202, 503)
    assert pawl.process.poll() is None
    logged = [json.loads(l) for l in pawl.log().splitlines() if '"level":"error"' in l]
    assert any("full" in json.dumps(e).lower() or "space" in json.dumps(e).lower() for e in logged), logged
    assert request("GET", pawl.url + "/healthz").status == 200
    assert pawl.get("/api/v1/workflows")["items"], "reading goes on"

    os.unlink(filler)

    def accepted():
        nonlocal number
        number += 1
        return send(number).status == 202

    until(accepted, 30, what="acceptance to go on")
    until(lambda: set(acknowledged) <= {b["n"] for b in sink.bodies()}, 30,
          what="all acknowledged numbers at the sink")
    assert request("GET", pawl.url + "/readyz").status == 200
    # Those who wait for it learn of the trouble, once, and of its end.
    told = until(lambda: len(r := pawl.get("/api/v1/runs?workflow=alert")["items"]) == 2 and r, 30,
                 what="the events of the store")
    recovered, failing = (pawl.finished_run(r["id"])["input"] for r in told)
    assert failing["eventType"] == "pawl.store.failing" and failing["eventData"]["kind"] == "full"
    assert recovered["eventType"] == "pawl.store.recovered" and recovered["eventData"]["lasted_ms"] > 0
    assert failing["eventData"]["since"] == recovered["eventData"]["since"] == failing["eventTime"]
    assert not pawl.events("event_lost")
    # And after a restart everything is still there.
    pawl.restart()
    until(lambda: not pawl.get("/api/v1/runs?status=running")["items"], what="the end of all runs")
    assert set(acknowledged) <= {b["n"] for b in sink.bodies()}
