"""What lists and an overview show without looking at every run: counts, statistics, the system."""

import os
import time

from harness import Pawl, node, run_cli, until, workflow
from test_api import Stream, made

HOUR_MS = 3600 * 1000
SHAPES = {"15m": (15, 60000), "1h": (60, 60000), "24h": (96, 900000), "7d": (28, 21600000), "30d": (120, 21600000)}


def fails(name, **rest):
    """Fails when its input says so."""
    nodes = [node("wants", "if", {"all": [{"left": "${workflow.input.body.fail}", "op": "is_true"}]}),
             node("stop", "terminate", {"status": "failed", "message": "as it was told"})]
    edges = [{"from": "trigger", "to": "wants"}, {"from": "wants", "port": "true", "to": "stop"}]
    return workflow(name, nodes, edges, **rest)


def stats(pawl, window="1h", **query):
    return pawl.get("/api/v1/stats?window=" + window + "".join(f"&{k}={v}" for k, v in query.items()))


def listed(pawl, query, kind="runs"):
    page = pawl.get(f"/api/v1/{kind}?{query}")
    assert not page["partial"]
    return page


def ids(page):
    return [item["id"] for item in page["items"]]


def test_a_list_of_workflows_says_what_their_runs_did(pawl):
    hook = pawl.apply(fails("Mixed", tags=["crm", "Été"], description="Zählt alles"))
    quiet = pawl.api("POST", "/api/v1/workflows", {"document": made("draft", tags=["later"])}).json()
    assert (quiet["trigger"], quiet["tags"], quiet["recent_runs"]) == ("webhook", ["later"], [])
    assert quiet["last_24h"] == {"completed": 0, "failed": 0} and quiet["last_run_at"] is None
    good = pawl.run_of(hook, {"n": 1})
    bad = pawl.run_of(hook, {"fail": True})

    def shown():
        return next(w for w in pawl.get("/api/v1/workflows")["items"] if w["name"] == "Mixed")

    for restarted in (False, True):
        if restarted:
            pawl.terminate()
            pawl.start()
        item = shown()
        assert [(r["id"], r["status"]) for r in item["recent_runs"]] == [
            (bad["id"], "failed"), (good["id"], "completed")]
        assert item["last_24h"] == {"completed": 1, "failed": 1}
        assert item["last_failure_at"] == bad["finished_at"]
        assert item["last_run_at"] == bad["started_at"]
        assert item["last_request_at"] == bad["queued_at"]
        assert (item["trigger"], item["tags"]) == ("webhook", ["crm", "Été"])

    for query, names in (("search=zÄHLT", ["Mixed"]), ("search=ÉTÉ", ["Mixed"]), ("search=mix", ["Mixed"]),
                         ("tag=crm", ["Mixed"]), ("tag=cr", []), ("tag=later&search=DRAFT", ["draft"]),
                         ("search=nothing", []), ("status=inactive", ["draft"])):
        path = "/api/v1/workflows?" + query.replace("Ä", "%C3%84").replace("É", "%C3%89")
        assert [w["name"] for w in pawl.get(path)["items"]] == names, query


def test_runs_and_requests_are_found(pawl):
    config = {"auth": [{"type": "header", "name": "X-Key", "secret": "sesame"}],
              "order_by": "${workflow.input.body.customer}"}
    hook = pawl.apply(fails("found", trigger={"type": "webhook", "config": config}))
    key = {"X-Key": "sesame"}
    good = pawl.run_of(hook, {"customer": "Customer-7"}, headers=key)
    bad = pawl.run_of(hook, {"customer": "c8", "fail": True}, headers=key)
    by_hand = pawl.api("POST", f"/api/v1/runs/{good['id']}/replay", {}).json()
    pawl.finished_run(by_hand["id"])
    refused = pawl.call(hook, {})
    assert refused.status == 401
    until(lambda: pawl.get("/api/v1/requests?verdict=refused")["items"], what="the refusal")

    assert good["order_key"] == "Customer-7"
    page = listed(pawl, "workflow=found")
    assert (ids(page), page["total"]) == ([by_hand["id"], bad["id"], good["id"]], 3)
    assert page["items"][2]["order_key"] == "Customer-7"
    page = listed(pawl, "status=failed,completed")
    assert (len(page["items"]), page["total"]) == (3, 3)
    assert listed(pawl, "status=failed")["total"] == 1
    assert listed(pawl, "status=failed&test=false")["total"] == 1
    assert listed(pawl, "status=failed&test=true")["total"] == 0
    for query, expected in (("search=customer-7", [by_hand, good]), ("search=TOLD", [bad]),
                            (f"search={good['id']}", [by_hand, good]), ("search=nothing", []),
                            ("class=terminated", [bad]), ("class=network", []),
                            ("trigger=webhook&status=failed", [bad]), ("trigger=schedule,event", []),
                            ("to=" + good["queued_at"], []), ("from=2200-01-01", [])):
        page = listed(pawl, query)
        assert ids(page) == [run["id"] for run in expected], query
        assert page["total"] is None

    page = listed(pawl, "verdict=refused", "requests")
    assert page["total"] == 1 and page["items"][0]["status"] == 401
    one = page["items"][0]["id"]
    for query, expected in (("search=bad_credentials", 0), ("search=" + page["items"][0]["reason"][:8], 1),
                            (f"search={one}", 1), ("trigger=webhook", 3), ("trigger=service", 0),
                            ("search=CUSTOMER", 1), ("verdict=refused,accepted", 3)):
        assert len(listed(pawl, query, "requests")["items"]) == expected, query
    for wrong in ("runs?status=failed,odd", "runs?status=,", "runs?class=odd", "requests?verdict=accepted,",
                  "runs?trigger=http_request"):
        assert pawl.api("GET", "/api/v1/" + wrong).status == 400, wrong


def test_statistics_count_what_happened(tmp_path):
    with Pawl(tmp_path).start() as pawl:
        hook = pawl.apply(fails("counted"))
        guarded = pawl.apply(made("guarded") | {"trigger": {"type": "webhook", "config": {
            "auth": [{"type": "bearer", "secret": "open-sesame"}]}}})
        for _ in range(3):
            pawl.run_of(hook, {})
        pawl.run_of(hook, {"fail": True})
        assert pawl.call(guarded, {}).status == 401
        until(lambda: stats(pawl)["total"]["requests"]["refused"] == 1, what="the refusal")

        def check(window):
            seen = stats(pawl, window)
            assert (len(seen["points"]), seen["step_ms"]) == SHAPES[window]
            total = seen["total"]
            assert total["requests"] == {"accepted": 4, "refused": 1, "handshake": 0, "filtered": 0, "duplicate": 0}
            assert total["runs"] == {"completed": 3, "failed": 1, "canceled": 0, "timed_out": 0}
            assert total["queue_ms"]["count"] == total["run_ms"]["count"] == 4
            assert 0 < total["run_ms"]["p50"] <= total["run_ms"]["p95"] <= total["run_ms"]["p99"]
            for kind in ("requests", "runs"):
                for name, n in total[kind].items():
                    assert sum(p[kind][name] for p in seen["points"]) == n
            assert seen["refusals"] == [{"reason": "missing_credentials", "requests": 1}]
            assert seen["failures"] == [{"class": "terminated", "runs": 1}]
            assert [(f["workflow"]["name"], f["failed"]) for f in seen["failing"]] == [("counted", 1)]
            assert seen["queue"] == {"runs": 0, "age_ms": 0}
            return seen

        for window in SHAPES:
            check(window)
        alone = stats(pawl, workflow="guarded")
        assert alone["total"]["requests"]["refused"] == 1 and alone["total"]["requests"]["accepted"] == 0
        assert (alone["failing"], alone["silent"]) == ([], [])
        assert [s["workflow"]["name"] for s in stats(pawl)["silent"]] == ["guarded"]
        assert pawl.api("GET", "/api/v1/stats?window=2h").status == 400
        assert pawl.api("GET", "/api/v1/stats?workflow=none").status == 404

        # Ended and started again: what accepting took is counted, too.
        pawl.terminate()
        pawl.start()
        assert check("1h")["total"]["accept_ms"]["count"] == 4
        # Later, with nothing left of the runs: they are still in the longer windows.
        for hours, windows in ((3, ("24h", "7d", "30d")), (30, ("7d", "30d")), (20 * 24, ("30d",))):
            pawl.terminate()
            pawl.args = ["--retain-age", "1h"]
            pawl.start(env={"PAWL_CLOCK_SHIFT_MS": str(hours * HOUR_MS)})
            until(lambda: not pawl.get("/api/v1/runs")["items"], what="the runs to go")
            for window in windows:
                check(window)
            assert stats(pawl)["total"]["requests"]["accepted"] == 0
            assert pawl.get("/api/v1/runs")["total"] == 0
            requests = pawl.get("/api/v1/requests")
            assert requests["total"] == len(requests["items"])  # what is in quarantine stays
        names = [s["workflow"]["name"] for s in stats(pawl)["silent"]]
        assert names == ["guarded", "counted"], "those that were never called first"


def iso(at):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def test_statistics_of_a_time_of_ones_own(tmp_path):
    with Pawl(tmp_path).start() as pawl:
        hook = pawl.apply(fails("timed"))
        pawl.run_of(hook, {"fail": True})
        now = time.time()

        def span(since, until=None):
            return pawl.get(f"/api/v1/stats?from={iso(since)}" + (f"&to={iso(until)}" if until else ""))

        # By the shortest steps that are left of that time, in whole ones.
        for ago, step in ((600, 60), (7200, 900), (3 * 86400, 21600), (90 * 86400, 21600)):
            seen = span(now - ago)
            assert seen["step_ms"] == step * 1000
            assert seen["points"][0]["at"] == seen["from"] <= iso(max(now - ago, now - 31 * 86400))
            assert seen["from"] <= iso(now) <= seen["to"]
            assert seen["total"]["runs"]["failed"] == 1
        # What was after it is not in it.
        seen = span(now - 7200, now - 3600)
        assert 4 <= len(seen["points"]) <= 5 and iso(now - 3600) <= seen["to"]
        assert (seen["total"]["runs"]["failed"], seen["failing"], seen["failures"]) == (0, [], [])
        assert [f["failed"] for f in span(now - 600)["failing"]] == [1]
        for wrong in (f"from={iso(now + 60)}", f"to={iso(now)}", f"from={iso(now)}&to={iso(now - 60)}",
                      f"from={iso(now - 90 * 86400)}&to={iso(now - 40 * 86400)}", "from=yesterday"):
            assert pawl.api("GET", "/api/v1/stats?" + wrong).status == 400, wrong


def test_a_crash_loses_no_counts(pawl):
    hook = pawl.apply(fails("crashed"))
    pawl.run_of(hook, {})
    pawl.run_of(hook, {"fail": True})
    pawl.kill9()
    pawl.start()
    total = stats(pawl)["total"]
    assert total["requests"]["accepted"] == 2
    assert (total["runs"]["completed"], total["runs"]["failed"]) == (1, 1)
    assert pawl.get("/api/v1/runs?workflow=crashed")["total"] == 2


def test_test_runs_are_in_no_statistics(pawl):
    pawl.apply(fails("tested"))
    started = pawl.api("POST", "/api/v1/workflows/tested/test-runs", {"input": {"body": {"fail": True}}})
    run = pawl.finished_run(started.json()["id"])
    assert run["status"] == "failed"
    assert stats(pawl)["total"]["runs"]["failed"] == 0
    shown = pawl.get("/api/v1/workflows/tested")
    assert shown["recent_runs"] == [] and shown["last_failure_at"] is None
    assert pawl.get("/api/v1/runs?test=true")["total"] == 1
    assert pawl.get("/api/v1/runs?test=false")["total"] == 0


def test_the_system_says_what_it_has_in_use(tmp_path):
    with Pawl(tmp_path, args=["--retain-age", "7d", "--rate-limit-per-ip", "500"]).start() as pawl:
        pawl.run_of(pawl.apply(made("used")), {})
        seen = pawl.get("/api/v1/system")
        assert seen["public_url"] == pawl.url and not seen["tls"]
        assert seen["store"] == {"kind": "sqlite", "path": pawl.data} and not seen["store_failing"]
        disk = seen["disk"]
        assert disk["database_bytes"] == os.path.getsize(os.path.join(pawl.data, "pawl.db")) or disk["log_bytes"]
        assert disk["journal_bytes"] > 0 and 0 < disk["disk_free_bytes"] < disk["disk_bytes"]
        assert seen["queue"] == {"runs": 0, "age_ms": 0}
        assert seen["workers"]["http_loops"] >= 1 and seen["workers"]["connections"] >= 1
        assert seen["limits"]["rate_limit_per_ip"] == 500
        assert seen["retention"] == {"age_ms": 7 * 24 * HOUR_MS, "bytes": None}
        assert seen["uptime_ms"] >= 0 and seen["version"] == pawl.get("/api/v1/info")["version"]


def test_live_events_hold_what_a_list_shows(pawl):
    hook = pawl.apply(fails("live"))
    stream = Stream(pawl)
    run_id = pawl.call(hook, {"fail": True}).json()["data"]["runId"]
    seen = stream.until(lambda name, data: name == "run" and data["status"] == "failed")
    run = pawl.finished_run(run_id)
    item = next(r for r in pawl.get("/api/v1/runs")["items"] if r["id"] == run_id)
    last = seen[-1][1]
    for key in item.keys() - {"workflow"}:
        assert last[key] == item[key], key
    assert (last["workflow_id"], last["workflow_name"]) == (item["workflow"]["id"], "live")
    assert run["status"] == last["status"]
    told = next(data for name, data in seen if name == "request")
    item = pawl.get("/api/v1/requests")["items"][0]
    for key in told.keys() & item.keys():
        assert told[key] == item[key], key
    assert {"received_at", "method", "target", "ip", "trigger", "run_id", "reason"} <= told.keys() & item.keys()


def test_the_command_line_shows_statistics(pawl):
    hook = pawl.apply(fails("shown"))
    pawl.apply(made("never-called"))
    pawl.run_of(hook, {"fail": True})
    env = {"PAWL_SERVER": pawl.url, "PAWL_TOKEN": pawl.token}
    text = run_cli("stats", env=env).stdout.decode()
    assert "Requests accepted" in text and "FAILING" in text and "terminated" in text and "never-called" in text
    assert b'"accepted": 1' in run_cli("stats", "--window", "1h", "--workflow", "shown", "--json", env=env).stdout
    assert run_cli("stats", "--window", "2h", env=env).returncode != 0
    assert b"shown" in run_cli("runs", "--status", "failed,completed", "--search", "TOLD", env=env).stdout
    assert b"No runs." in run_cli("runs", "--class", "network", env=env).stdout
    assert b"never-called" not in run_cli("workflows", "--search", "SHOWN", env=env).stdout
