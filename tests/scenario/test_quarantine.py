"""Refused requests are kept whole, and run once and in order when the secret has been mended."""

import concurrent.futures
import glob
import hashlib
import hmac
import json
import os
import time

from harness import node, request, until, workflow

RIGHT, WRONG = "the-right-secret", "a-wrong-secret"
MARK = "n33dle-in-the-haystack"


def hook(secret, name="shop", url=None, **config):
    """Calls `url` with the number of each request, one run at a time."""
    nodes = [node("tell", "http_request", {"method": "POST", "url": url, "body": "${workflow.input.body}"})] \
        if url else [node("seen", "json", {"data": "${workflow.input.body}"})]
    return workflow(name, nodes, trigger={"type": "webhook", "config": {
        "auth": [{"type": "signature", "scheme": "hmac", "secret": secret, "timestamp": "X-Time",
                  "tolerance": "1s"}], **config}})


def signed(applied, number, secret=RIGHT, at=None, **members):
    body = json.dumps({"n": number, "mark": MARK, **members}).encode()
    at = str(int(at or time.time()))
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return request("POST", applied["hook_url"], body, {
        "Content-Type": "application/json", "X-Time": at, "X-Signature": mac})


def refuse(applied, numbers):
    for number in numbers:
        assert signed(applied, number).status == 401


def burst(applied, n):
    """All at once; their numbers are in no order."""
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert set(a.status for a in pool.map(lambda i: signed(applied, i), range(n))) == {401}


def quarantine(pawl, n):
    """The n requests there, oldest first, once they are all there."""
    def check():
        items = pawl.get("/api/v1/requests?verdict=refused&limit=1000")["items"]
        kept = [r for r in items if r["quarantined"]]
        return kept[::-1] if len(kept) == n else None
    return until(check, what=f"{n} requests in quarantine")


def reverify(pawl, *args):
    return pawl.cli_json("requests", "reverify", *args)


def all_runs(pawl):
    return pawl.get("/api/v1/runs?limit=1000")["items"]


def stored_bytes(pawl):
    return b"".join(open(p, "rb").read() for p in glob.glob(os.path.join(pawl.data, "**"), recursive=True)
                    if os.path.isfile(p))


def test_all_that_was_refused_runs_once_and_in_order(pawl, sink):
    applied = pawl.apply(hook(WRONG, url=sink.url, concurrency=1))
    burst(applied, 100)
    sent_at = time.time()
    kept = quarantine(pawl, 100)
    assert [r["id"] for r in kept] == sorted((r["id"] for r in kept), key=int)
    assert all(r["reason"].startswith("bad_signature") and r["flags"] == ["quarantined"] for r in kept)
    shown = pawl.get(f"/api/v1/requests/{kept[0]['id']}")
    sent = json.loads(shown["body"])
    assert sent["mark"] == MARK and shown["body_bytes"] == len(shown["body"]) == kept[0]["body_bytes"]
    assert any(h["name"].lower() == "x-signature" for h in shown["headers"])
    assert MARK.encode() not in stored_bytes(pawl), "it lies there in the clear"
    why = pawl.cli("requests", "why", kept[0]["id"]).stdout.decode()
    assert "bad_signature" in why and "not kept" not in why
    refused = pawl.api("POST", f"/api/v1/requests/{kept[0]['id']}/replay")
    assert refused.status == 409 and "reverify" in refused.json()["error"]["detail"]

    # Still wrong: nothing is released.
    told = reverify(pawl, "--workflow", "shop")
    assert told == [{"workflow": "shop", "dry_run": False, "checked": 100, "released": 0,
                     "duplicates": 0, "refused": 100, "reasons": {"bad_signature": 100}}]
    # The tolerance is about the time of receipt, not of today.
    until(lambda: time.time() > sent_at + 2, what="the signatures to be too old for a request of today")
    pawl.apply(hook(RIGHT, url=sink.url, concurrency=1))
    assert reverify(pawl, "--dry-run")[0]["released"] == 100
    assert not all_runs(pawl) and not sink.requests
    assert reverify(pawl)[0]["released"] == 100
    assert reverify(pawl)[0]["checked"] == 0, "there is nothing left"

    runs = until(lambda: len([r for r in all_runs(pawl) if r["status"] == "completed"]) == 100 and all_runs(pawl),
                 what="100 runs")
    assert sorted(r["id"] for r in runs) == sorted(r["id"] for r in kept), "each has its request's id"
    numbers = {r["id"]: json.loads(pawl.get(f"/api/v1/requests/{r['id']}")["body"])["n"] for r in kept}
    assert [b["n"] for b in sink.bodies()] == [numbers[r["id"]] for r in kept], "in the order of receipt"
    released = pawl.get(f"/api/v1/requests/{kept[0]['id']}")
    assert (released["verdict"], released["status"], released["reason"]) == ("accepted", 401, None), "and what was answered stays"
    assert (released["flags"], released["quarantined"]) == (["released"], False)
    assert released["run_id"] == kept[0]["id"]
    assert not pawl.get("/api/v1/requests?verdict=refused")["items"]
    run = pawl.get(f"/api/v1/runs/{kept[0]['id']}")
    assert run["queued_at"] > released["received_at"]
    assert pawl.events("quarantine_reverified")[-1]["released"] == 100


def test_released_twice_at_once_runs_once(pawl):
    applied = pawl.apply(hook(WRONG))
    refuse(applied, range(40))
    quarantine(pawl, 40)
    pawl.apply(hook(RIGHT))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: reverify(pawl), range(4)))
    until(lambda: len([r for r in all_runs(pawl) if r["status"] == "completed"]) == 40, what="40 runs")
    assert len(all_runs(pawl)) == 40
    assert len(pawl.get("/api/v1/requests?limit=1000")["items"]) == 40


def test_what_verifies_is_released_and_the_rest_stays(pawl):
    applied = pawl.apply(hook(WRONG))
    refuse(applied, range(3))
    assert signed(applied, 3, "a third secret").status == 401
    assert signed(applied, 4, at=time.time() - 60).status == 401
    quarantine(pawl, 5)
    pawl.apply(hook(RIGHT))
    told = reverify(pawl)[0]
    assert (told["released"], told["refused"]) == (3, 2)
    assert told["reasons"] == {"bad_signature": 1, "stale_timestamp": 1}
    assert len(quarantine(pawl, 2)) == 2
    table = pawl.cli("requests", "reverify").stdout.decode()
    assert "STILL REFUSED" in table and "shop" in table
    assert "bad_signature: 1, stale_timestamp: 1" in table and "pawl requests why ID" in table
    assert "A dry run: nothing was released." in pawl.cli("requests", "reverify", "--dry-run").stdout.decode()


def test_an_address_that_is_allowed_later(pawl):
    applied = pawl.apply(hook(RIGHT, allow_ips=["192.0.2.0/24"]))
    assert signed(applied, 1).status == 403
    quarantine(pawl, 1)
    pawl.apply(hook(RIGHT, allow_ips=["127.0.0.0/8"]))
    assert reverify(pawl)[0]["released"] == 1


def test_what_is_not_kept(pawl):
    applied = pawl.apply(hook(RIGHT))
    body = b"{"
    at = str(int(time.time()))
    mac = hmac.new(RIGHT.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Time": at, "X-Signature": mac}
    assert request("POST", applied["hook_url"], body, headers).status == 400
    assert request("PUT", applied["hook_url"], body, headers).status == 405
    items = until(lambda: (i := pawl.get("/api/v1/requests")["items"]) and len(i) == 2 and i, what="the log")
    assert not any(r["quarantined"] for r in items)
    pawl.api("POST", "/api/v1/workflows/shop/activation", {"status": "inactive"})
    assert pawl.api("POST", "/api/v1/workflows/shop/reverify").status == 409
    assert pawl.api("POST", "/api/v1/workflows/nobody/reverify").status == 404


def test_a_flood_pushes_out_only_its_own(new_pawl):
    with new_pawl(args=["--quarantine-bytes", "200KiB"]) as pawl:
        quiet, loud = pawl.apply(hook(WRONG, "quiet")), pawl.apply(hook(WRONG, "loud"))
        refuse(quiet, range(10))
        quarantine(pawl, 10)
        for n in range(60):
            assert signed(loud, n, pad="x" * 10000).status == 401

        def check():
            items = pawl.get("/api/v1/requests?verdict=refused&limit=1000")["items"]
            kept = [r for r in items if r["quarantined"]]
            return len(items) == 70 and sum(r["body_bytes"] for r in kept) < 200 << 10 and kept
        kept = until(check, what="the quarantine within its bounds")
        assert sum(r["workflow"]["name"] == "quiet" for r in kept) == 10
        assert 15 <= sum(r["workflow"]["name"] == "loud" for r in kept) <= 20
        lost = [r for r in pawl.get("/api/v1/requests?workflow=loud&limit=1000")["items"] if not r["quarantined"]]
        assert pawl.get(f"/api/v1/requests/{lost[-1]['id']}")["body"] == ""
        pawl.apply(hook(RIGHT, "loud"))
        told = reverify(pawl, "--workflow", "loud")[0]
        assert told["released"] == len(kept) - 10


def test_nothing_is_kept_for_longer_than_it_may(new_pawl):
    with new_pawl(args=["--quarantine-age", "1s"]) as pawl:
        applied = pawl.apply(hook(WRONG))
        refuse(applied, [1])
        quarantine(pawl, 1)
        until(lambda: not pawl.get("/api/v1/requests")["items"][0]["quarantined"], what="its end")
        pawl.apply(hook(RIGHT))
        assert reverify(pawl)[0]["checked"] == 0
        assert pawl.get("/api/v1/requests")["items"][0]["body_bytes"] == 0


def test_without_a_quarantine(new_pawl):
    with new_pawl(args=["--quarantine-bytes", "0"]) as pawl:
        applied = pawl.apply(hook(WRONG))
        refuse(applied, [1])
        logged = until(lambda: pawl.get("/api/v1/requests")["items"], what="the log")
        assert not logged[0]["quarantined"] and logged[0]["body_bytes"] == 0


def test_deliveries_that_came_again_meanwhile_run_once(pawl):
    def document(secret):
        return workflow("repo", [node("seen", "json", {"data": "${workflow.input.body}"})],
                        trigger={"type": "webhook", "config": {"preset": "github", "auth": [
                            {"type": "signature", "scheme": "github", "secret": secret}]}})

    def deliver(number):
        body = json.dumps({"n": number}).encode()
        mac = hmac.new(RIGHT.encode(), body, hashlib.sha256).hexdigest()
        return request("POST", applied["hook_url"], body, {
            "Content-Type": "application/json", "X-GitHub-Event": "push",
            "X-GitHub-Delivery": f"delivery-{number}", "X-Hub-Signature-256": f"sha256={mac}"})

    applied = pawl.apply(document(WRONG))
    for number in (1, 1, 1, 2, 2, 3):
        assert deliver(number).status == 401
    kept = quarantine(pawl, 6)
    pawl.apply(document(RIGHT))
    again = deliver(2)
    assert again.status == 202
    told = reverify(pawl)[0]
    assert (told["checked"], told["released"], told["duplicates"]) == (6, 2, 4)
    runs = until(lambda: (r := all_runs(pawl)) and all(x["status"] == "completed" for x in r) and r, what="the runs")
    assert {r["id"] for r in runs} == {kept[0]["id"], again.json()["data"]["runId"], kept[5]["id"]}
    repeated = pawl.get(f"/api/v1/requests/{kept[1]['id']}")
    assert (repeated["verdict"], repeated["duplicate_of"]) == ("duplicate", kept[0]["id"])
