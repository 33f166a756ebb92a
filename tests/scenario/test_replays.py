"""Many runs replayed, or retried, by a filter; what failed for good, by class."""

from harness import Sink, node, until, workflow


def relay(sink, name="relay"):
    return workflow(name, [node("send", "http_request", {
        "method": "POST", "url": sink.url, "body": "${workflow.input.body}"})])


class Mood:
    """A sink's answer: as it is told."""

    def __init__(self):
        self.status = 503

    def __call__(self, _):
        return self.status, {}, b"{}"


def broken_runs(pawl, applied, numbers):
    runs = [pawl.call(applied, {"n": n}).json()["data"]["runId"] for n in numbers]
    for run in runs:
        assert pawl.finished_run(run)["status"] == "failed"
    return runs


def over(pawl, replay, timeout=30):
    return until(lambda: next((r for r in [pawl.get(f"/api/v1/replays/{replay['id']}")]
                               if r["status"] != "running"), None), timeout, what="the replay's end")


def test_dead_letters_by_class_and_retry_in_bulk(pawl):
    mood = Mood()
    with Sink(mood) as sink:
        applied = pawl.apply(relay(sink))
        runs = broken_runs(pawl, applied, range(3))
        mood.status = 404
        broken_runs(pawl, applied, [3])
        counts = {c["class"]: c["runs"] for c in pawl.cli_json("dead-letters", "--counts")}
        assert counts == {"http_5xx": 3, "http_4xx": 1}
        letters = pawl.cli_json("dead-letters", "--class", "http_5xx")
        assert [item["id"] for item in letters] == runs[::-1]
        assert letters[0]["run"]["error"]["code"] == "http_status"
        dry = pawl.cli_json("replays", "--start", "--retry", "--class", "http_5xx", "--dry-run")
        assert (dry["id"], dry["matched"]) == (None, 3)
        mood.status = 200
        replay = pawl.cli_json("replays", "--start", "--retry", "--class", "http_5xx")
        done = over(pawl, replay)
        assert (done["status"], done["done"], done["skipped"]) == ("completed", 3, 0)
        for run in runs:
            shown = pawl.finished_run(run)
            assert (shown["status"], shown["attempt"]) == ("completed", 2)
        assert [c["class"] for c in pawl.get("/api/v1/dead-letters/counts")["items"]] == ["http_4xx"]
        assert pawl.cli_json("replays")[0]["id"] == replay["id"]


def test_paced_replay_starts_none_twice_over_kill_9(pawl):
    mood = Mood()
    with Sink(mood) as sink:
        applied = pawl.apply(relay(sink))
        runs = broken_runs(pawl, applied, range(20))
        mood.status = 200
        before = len(sink.requests)
        answer = pawl.api("POST", "/api/v1/replays", {"workflow": "relay", "per_second": 20})
        assert answer.status == 201
        replay = answer.json()
        assert (replay["matched"], replay["per_second"]) == (20, 20)
        until(lambda: len(sink.requests) > before + 4)
        pawl.kill9()
        pawl.start()
        assert pawl.get(f"/api/v1/replays/{replay['id']}")["done"] < 20
        assert over(pawl, replay)["done"] == 20
        news = [r for r in pawl.get("/api/v1/runs?limit=100")["items"] if r["replay_of"]]
        assert sorted(r["replay_of"] for r in news) == sorted(runs)
        for run in news:
            assert pawl.finished_run(run["id"])["status"] == "completed"


def test_replay_of_a_draft_and_stop(pawl):
    mood = Mood()
    with Sink(mood) as sink:
        applied = pawl.apply(relay(sink))
        broken_runs(pawl, applied, range(3))
        pawl.apply(workflow("relay", [node("say", "json", {"data": {
            "draft": "${workflow.input.body.n}"}})]), "--draft")
        replay = pawl.api("POST", "/api/v1/replays", {
            "workflow": "relay", "draft": True, "per_second": 1}).json()
        assert replay["draft"] is True
        new = until(lambda: next((r for r in pawl.get("/api/v1/runs")["items"] if r["replay_of"]), None))
        run = pawl.get(f"/api/v1/runs/{pawl.finished_run(new['id'])['id']}")
        assert (run["status"], run["draft"], run["output"]) == ("completed", True, {"data": {"draft": 0}})
        stopped = pawl.cli_json("replays", replay["id"], "--stop")
        assert stopped["status"] == "stopped" and stopped["done"] < 3
        assert pawl.api("POST", f"/api/v1/replays/{replay['id']}/stop").status == 409
        assert [r["number"] for r in pawl.get("/api/v1/workflows/relay/revisions")["items"]] == [1]


def test_one_replay_of_a_draft_or_of_a_revision(pawl):
    applied = pawl.apply(workflow("w", [node("say", "json", {"data": 1})]))
    run = pawl.call(applied, {}).json()["data"]["runId"]
    pawl.finished_run(run)
    pawl.apply(workflow("w", [node("say", "json", {"data": 2})]))
    pawl.apply(workflow("w", [node("say", "json", {"data": 3})]), "--draft")
    for args, shown in ((["--draft"], (3, True)), (["--revision", "1"], (1, False)),
                        ([], (2, False)), (["--request", "--draft"], (3, True))):
        new = pawl.finished_run(pawl.cli_json("replay", run, *args)["id"])
        new = pawl.get(f"/api/v1/runs/{new['id']}")
        assert (new["output"]["data"], new["draft"]) == shown, args
    for body, status in (({"draft": True, "revision": 1}, 400), ({"revision": 7}, 409)):
        assert pawl.api("POST", f"/api/v1/runs/{run}/replay", body).status == status


def test_requests_that_started_no_run(pawl):
    def keeping(op):
        return workflow("w", [node("say", "json", {"data": "${workflow.input.body.n}"})], trigger={
            "type": "webhook", "config": {
                "auth": [{"type": "none"}], "dedup": {"key": "${workflow.input.body.n}"},
                "filter": {"left": "${workflow.input.body.n}", "op": op, "right": 2}}})

    applied = pawl.apply(keeping("less"))
    runs = [pawl.call(applied, {"n": n}).json()["data"]["runId"] for n in (1, 1)]
    pawl.finished_run(runs[0])
    for n in (3, 4):
        assert pawl.call(applied, {"n": n}).json()["data"]["status"] == "FILTERED"
    filtered = [r["id"] for r in pawl.cli_json("requests", "--verdict", "filtered")]
    pawl.apply(keeping("greater"))
    dry = pawl.cli_json("replays", "--start", "--verdict", "filtered", "--dry-run")
    assert (dry["id"], dry["matched"], dry["verdict"]) == (None, 2, "filtered")
    replay = pawl.cli_json("replays", "--start", "--verdict", "filtered", "--workflow", "w")
    done = over(pawl, replay)
    assert (done["done"], done["skipped"]) == (2, 0)
    for request, n in zip(filtered, (4, 3)):
        run = pawl.get(f"/api/v1/runs?request={request}")["items"][0]
        assert (run["replay_of"], run["trigger"], run["revision"]) == (None, "webhook", 2)
        pawl.finished_run(run["id"])
        assert pawl.get(f"/api/v1/runs/{run['id']}")["output"] == {"data": n}
    assert pawl.cli_json("replays", "--start", "--verdict", "duplicate", "--dry-run")["matched"] == 1
    for body in ({"mode": "retry"}, {"class": "network"}, {"status": "failed"}, {"code": "x"}):
        assert pawl.api("POST", "/api/v1/replays", {"verdict": "filtered", **body}).status == 400


def test_refused_requests_are_not_taken_for_others(pawl):
    applied = pawl.apply(workflow("w", [node("say", "json", {"data": 1})], trigger={
        "type": "webhook", "config": {"auth": [{"type": "bearer", "secret": "right-secret"}]}}))
    big = b'{"a":"' + b"x" * 100000
    right = {"Authorization": "Bearer right-secret", "Content-Type": "application/json"}
    assert pawl.call(applied, {}, {"Authorization": "Bearer wrong"}).status == 401
    assert pawl.call(applied, big, right).status == 400
    requests = until(lambda: len(r := pawl.get("/api/v1/requests")["items"]) == 2 and r)
    for request in requests:
        path = f"/api/v1/requests/{request['id']}/replay"
        assert pawl.api("POST", path, {}).status == 409, request
        new = pawl.api("POST", path, {"input": {"mine": True}})
        assert pawl.finished_run(new.json()["id"])["status"] == "completed"


def test_what_cannot_be_replayed_is_refused(pawl):
    for body, status in (({"mode": "retry", "draft": True, "workflow": "x"}, 400),
                         ({"draft": True}, 400), ({"workflow": "x"}, 404),
                         ({"class": "bad luck"}, 400), ({"per_second": 0}, 400)):
        assert pawl.api("POST", "/api/v1/replays", body).status == status, body
    assert pawl.api("GET", "/api/v1/replays/7").status == 404
