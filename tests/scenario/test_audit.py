"""The audit log: what people do is in it, with the change; what was tampered with is found."""

import hashlib
import json
import os
import sqlite3
import urllib.parse

from harness import node, run_cli, until, workflow

ECHO = node("echo", "json", {"data": 1})


def entries(pawl):
    """Oldest first."""
    return pawl.get("/api/v1/audit?limit=1000")["items"][::-1]


def told(pawl):
    return [(e["actor"], e["action"], e["result"]) for e in entries(pawl)]


def verify(pawl, *args, offline=False):
    where = ("--offline", "--data", pawl.data) if offline else ()
    done = run_cli("audit", "verify", "--json", *where, *args, env={
        **pawl.env, "PAWL_SERVER": pawl.url, "PAWL_TOKEN": pawl.token})
    return done.returncode, json.loads(done.stdout), done.stderr.decode()


def tamper(pawl, sql):
    with sqlite3.connect(os.path.join(pawl.data, "pawl.db")) as db:
        db.execute("DROP TRIGGER audit_is_not_changed")
        db.execute("DROP TRIGGER audit_is_not_removed")
        db.execute(sql)
    db.close()


def test_what_people_do_is_in_it(pawl):
    pawl.apply(workflow("w", [node("hold", "wait", {"for": "10m"})]))
    w = pawl.get("/api/v1/workflows/w")
    run_id = pawl.call(w, {}).json()["data"]["runId"]
    until(lambda: pawl.get(f"/api/v1/runs/{run_id}")["status"] == "waiting")
    made = pawl.api("POST", "/api/v1/tokens", {"name": "ops"}).json()
    as_ops = {"token": made["token"]}
    assert pawl.api("POST", f"/api/v1/runs/{run_id}/cancel", **as_ops).status == 200
    assert pawl.api("POST", f"/api/v1/runs/{run_id}/cancel", **as_ops).status == 409
    pawl.api("POST", "/api/v1/workflows/w/activation", {"status": "paused"}, **as_ops)
    pawl.api("POST", "/api/v1/validate", {"document": {}})
    pawl.api("DELETE", "/api/v1/workflows/w", headers={"If-Match": '"7"'})
    assert pawl.api("DELETE", "/api/v1/workflows/w").status == 204
    assert pawl.api("DELETE", f"/api/v1/tokens/{made['id']}").status == 204
    assert told(pawl) == [
        ("system", "addToken", "ok"), ("system", "startServer", "ok"),
        ("token:admin", "applyWorkflow", "ok"), ("token:admin", "addToken", "ok"),
        ("token:ops", "cancelRun", "asked"),
        ("token:ops", "cancelRun", "asked"), ("token:ops", "cancelRun", "state"),
        ("token:ops", "setActivation", "ok"), ("token:admin", "deleteWorkflow", "ok"),
        ("token:admin", "removeToken", "ok")]
    log = entries(pawl)
    assert log[2]["object"] == {"active_revision": 1, "draft_version": 1, "id": w["id"], "name": "w",
                                "status": "active"}
    assert log[3]["object"] == {"id": made["id"], "name": "ops", "role": "editor"}
    assert log[4]["target"] == run_id and log[4]["address"] == "127.0.0.1"
    assert log[7]["object"]["status"] == "paused"
    # What is gone has its name here.
    assert [e["object"] for e in log[8:]] == [{"id": w["id"], "name": "w"}, {"id": made["id"], "name": "ops"}]
    assert made["token"] not in json.dumps(log)
    assert b"cancelRun" in pawl.cli("audit", "list").stdout


def test_chain_is_checked_by_anybody(pawl):
    pawl.apply(workflow("w", [ECHO]))
    prev = "0" * 64
    for seq, item in enumerate(entries(pawl), 1):
        entry = json.loads(item["entry"])
        assert (entry["prev"], entry["seq"], item["seq"]) == (prev, seq, str(seq))
        # Canonical: sorted by name, without spaces.
        assert item["entry"] == json.dumps(entry, sort_keys=True, separators=(",", ":"))
        prev = hashlib.sha256(item["entry"].encode()).hexdigest()
        assert item["hash"] == prev
    status, result, _ = verify(pawl)
    assert (status, result["valid"], result["entries"], result["head"]) == (0, True, 3, prev)
    assert verify(pawl, offline=True)[1] == result
    checked = pawl.get(f"/api/v1/audit/check?noted={prev}")
    assert checked == {"valid": True, "entries": 3, "head": prev, "broken_seq": None, "problem": None}
    assert pawl.events("audit_head")[0]["hash"] == entries(pawl)[1]["hash"]


def test_it_is_searched(pawl):
    for name in ("north", "south"):
        pawl.apply(workflow(name, [ECHO]))
    ops = pawl.api("POST", "/api/v1/tokens", {"name": "ops"}).json()["token"]
    assert pawl.api("DELETE", "/api/v1/tokens/7", token=ops).status == 403
    assert pawl.api("POST", "/api/v1/workflows/south/activation", {"status": "paused"}, token=ops).status == 200
    assert pawl.api("POST", "/api/v1/tokens", {"name": "ops"}).status == 409
    middle = entries(pawl)[2]["at"]

    def found(**query):
        page = pawl.get("/api/v1/audit?" + urllib.parse.urlencode(query))
        return [(e["actor"], e["action"]) for e in page["items"]], page["total"]

    everything = [(e["actor"], e["action"]) for e in entries(pawl)][::-1]
    assert found() == (everything, len(everything))
    assert found(actor="token:ops") == ([("token:ops", "setActivation")], None)
    assert found(action="addToken", result="refused")[0] == [("token:admin", "addToken")]
    assert found(result="ok", actor="token:admin")[0] == [
        ("token:admin", "addToken"), ("token:admin", "applyWorkflow"), ("token:admin", "applyWorkflow")]
    assert found(search="SOUTH")[0] == [("token:ops", "setActivation"), ("token:admin", "applyWorkflow")]
    assert found(search="nowhere")[0] == []
    assert found(to=middle)[0] == everything[-2:] and found(**{"from": middle})[0] == everything[:-2]
    # Page by page it is the same.
    page = pawl.get("/api/v1/audit?actor=token:admin&limit=2")
    rest = pawl.get(f"/api/v1/audit?actor=token:admin&limit=2&cursor={page['next']}")
    assert [e["action"] for e in page["items"] + rest["items"]] == [
        "addToken", "addToken", "applyWorkflow", "applyWorkflow"] and rest["next"] is None
    shown = pawl.cli_json("audit", "list", "--actor", "token:ops")
    assert [e["action"] for e in shown] == ["setActivation"]


def test_tampering_is_found(pawl):
    for name in "abcdef":
        pawl.apply(workflow(name, [ECHO]))
    head = verify(pawl)[1]["head"]
    pawl.terminate()
    assert verify(pawl, offline=True)[0] == 0
    tamper(pawl, "UPDATE audit SET entry = replace(entry, 'token:admin', 'token:other') WHERE seq = 4")
    status, result, said = verify(pawl, offline=True)
    assert (status, result["broken_seq"]) == (1, 4)
    assert "entry 4 is the first that is broken" in said
    pawl.start()
    assert verify(pawl)[1]["broken_seq"] == 4
    checked = pawl.get("/api/v1/audit/check")
    assert (checked["valid"], checked["broken_seq"]) == (False, "4")
    assert checked["problem"]
    assert pawl.get("/api/v1/audit/check?noted=" + "0" * 64)["valid"] is False
    assert verify(pawl, "--noted", head)[0] == 1


def test_shortened_log_is_told_by_the_noted_hash(pawl):
    pawl.apply(workflow("a", [ECHO]))
    head = verify(pawl)[1]["head"]
    pawl.terminate()
    assert verify(pawl, "--noted", head, offline=True)[0] == 0
    tamper(pawl, "DELETE FROM audit WHERE seq = 3")
    assert verify(pawl, offline=True)[0] == 0
    status, result, said = verify(pawl, "--noted", head, offline=True)
    assert (status, result["broken_seq"]) == (1, None)
    assert "no entry has the noted hash" in said
