"""The REST API as its users rely on it: drafts, revisions, lists, tokens, the stream, metrics."""

import http.client
import json
import os
import queue
import re
import stat
import threading
import urllib.parse

import pytest

from browser import PASSWORD, Browser, totp
from harness import PATIENCE, SANITIZED, node, request, until, workflow

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def made(name="made", value=1, **rest):
    return workflow(name, [node("made", "json", {"data": value})], **rest)


class Stream:
    """Server-Sent Events of a server, as (event, data) in a queue."""

    def __init__(self, pawl, query="", last_event=None):
        parts = urllib.parse.urlsplit(pawl.url)
        self.conn = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30 * PATIENCE)
        headers = {"Authorization": f"Bearer {pawl.token}"}
        if last_event:
            headers["Last-Event-ID"] = last_event
        self.conn.request("GET", "/api/v1/stream" + query, headers=headers)
        self.answer = self.conn.getresponse()
        assert self.answer.status == 200
        self.type = self.answer.headers["Content-Type"]
        self.events, self.preface, self.last_id = queue.Queue(), queue.Queue(), None
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        name = None
        try:
            for line in self.answer:
                field, _, value = line.decode().rstrip("\n").partition(": ")
                if field == "id":
                    self.last_id = value
                elif field == "event":
                    name = value
                elif field == "data":
                    self.events.put((name, json.loads(value)))
                elif field == "retry":
                    self.preface.put(value)
        except (OSError, ValueError, http.client.HTTPException):
            pass
        self.events.put((None, None))

    def until(self, check):
        """Events up to and including the first one for which check(event, data) holds."""
        seen = []
        while True:
            seen.append(self.events.get(timeout=15 * PATIENCE))
            assert seen[-1][0], f"the stream ended after {seen}"
            if check(*seen[-1]):
                return seen


# -- workflows

def test_draft_publish_activate_and_delete(pawl):
    created = pawl.api("POST", "/api/v1/workflows", {"document": made("life", 1)})
    assert created.status == 201, created
    draft = created.json()
    assert (draft["active_revision"], draft["status"]) == (None, "inactive")
    path = f"/api/v1/workflows/{draft['id']}"
    assert created.headers["ETag"] == f'"{draft["draft_version"]}"'
    assert TIME.fullmatch(draft["created_at"])

    published = pawl.api("POST", path + "/publish", {"activate": False}).json()
    assert (published["latest_revision"], published["active_revision"]) == (1, None)
    active = pawl.api("POST", path + "/activation", {"status": "active", "revision": 1}).json()
    assert (active["status"], active["active_revision"]) == ("active", 1)
    assert pawl.run_of(active, {})["output"]["data"] == 1

    # A saved draft changes nothing that runs.
    assert pawl.api("PUT", path, {"document": made("life", 2)}).status == 200
    assert pawl.run_of(active, {})["output"]["data"] == 1
    assert pawl.api("POST", path + "/publish", {}).json()["active_revision"] == 2
    assert pawl.run_of(active, {})["output"]["data"] == 2
    # Back to the first.
    pawl.api("POST", path + "/activation", {"status": "active", "revision": 1})
    assert pawl.run_of(active, {})["output"]["data"] == 1

    revisions = pawl.get(path + "/revisions")["items"]
    assert [r["number"] for r in revisions] == [2, 1]
    assert pawl.get(path + "/revisions/2")["document"]["nodes"][0]["config"]["data"] == 2
    assert pawl.api("GET", path + "/revisions/3").status == 404
    assert pawl.get("/api/v1/workflows/life")["id"] == draft["id"], "also by name"

    assert pawl.api("DELETE", path).status == 204
    assert pawl.api("GET", path).status == 404
    assert pawl.api("DELETE", path).status == 404
    assert pawl.call(active, {}).status == 404


def test_list_of_revisions_says_which_is_active(pawl):
    applied = pawl.apply(made("which", 1))
    pawl.apply(made("which", 2))
    items = pawl.get(f"/api/v1/workflows/{applied['id']}/revisions")["items"]
    assert [(r["number"], r["active"]) for r in items] == [(2, True), (1, False)]


def test_if_match_refuses_to_overwrite(pawl):
    path = "/api/v1/workflows/" + pawl.apply(made("etag"))["id"]
    tag = pawl.api("GET", path).headers["ETag"]
    first = pawl.api("PUT", path, {"document": made("etag", 2)}, {"If-Match": tag})
    assert first.status == 200 and first.headers["ETag"] not in (None, tag)
    second = pawl.api("PUT", path, {"document": made("etag", 3)}, {"If-Match": tag})
    assert second.status == 412
    assert pawl.get(path)["document"]["nodes"][0]["config"]["data"] == 2
    for wrong in ('"nonsense"', "nonsense", '""', '"99999999999999999999"'):
        assert pawl.api("PUT", path, {"document": made("etag", 3)}, {"If-Match": wrong}).status == 412
    assert pawl.api("PUT", path, {"document": made("etag", 4)}, {"If-Match": "*"}).status == 200
    assert pawl.api("PUT", path, {"document": made("etag", 5)}).status == 200


def test_a_save_whose_answer_was_lost_may_be_asked_for_again(pawl):
    applied = pawl.apply({**made("again"), "trigger": {"type": "webhook", "config": {
        "auth": [{"type": "bearer", "secret": "kept-as-it-is"}]}}})
    path = f"/api/v1/workflows/{applied['id']}"
    seen = pawl.api("GET", path)
    draft = {**seen.json()["document"], "description": "mine"}
    first = pawl.api("PUT", path, {"document": draft}, {"If-Match": seen.headers["ETag"]})
    again = pawl.api("PUT", path, {"document": draft}, {"If-Match": seen.headers["ETag"]})
    assert (again.status, again.headers["ETag"]) == (200, first.headers["ETag"])
    assert pawl.get(path)["document"]["description"] == "mine"
    for other in ({**draft, "description": "another"}, {**draft, "name": "renamed-again"}, {**draft, "nodes": 1}):
        assert pawl.api("PUT", path, {"document": other}, {"If-Match": seen.headers["ETag"]}).status == 412


def test_if_match_holds_for_every_change(pawl):
    path = "/api/v1/workflows/" + pawl.apply(made("held"))["id"]
    old = pawl.api("GET", path).headers["ETag"]
    assert pawl.api("PUT", path, {"document": made("held", 2)}).status == 200
    for method, where, body in (("POST", "/publish", {}), ("POST", "/activation", {"status": "paused"}),
                                ("PUT", "", {"document": made("held", 3)}),
                                ("PUT", "", {"document": MISTAKES}), ("DELETE", "", None)):
        for tag in (old, "W/" + old, '"x"'):
            refused = pawl.api(method, path + where, body, {"If-Match": tag})
            assert refused.status == 412, (method, where, tag, refused)
    now = pawl.get(path)
    assert (now["status"], now["latest_revision"]) == ("active", 1)
    new = pawl.api("GET", path).headers["ETag"]
    assert pawl.api("POST", path + "/publish", {}, {"If-Match": f"{old}, {new}"}).status == 200
    assert pawl.api("DELETE", path, headers={"If-Match": pawl.api("GET", path).headers["ETag"]}).status == 204


def test_what_is_shown_is_what_runs_after_changes_at_once(new_pawl):
    """Whoever comes last in the store comes last in the directory of URLs."""
    pawl = new_pawl(args=["--http-loops", "4"]).start()
    applied = pawl.apply(made("contended"))
    path = f"/api/v1/workflows/{applied['id']}"

    def change(status):
        assert pawl.api("POST", path + "/activation", {"status": status}).status == 200

    for _ in range(20):
        changes = [threading.Thread(target=change, args=(s,)) for s in ("active", "inactive") * 4]
        for thread in changes:
            thread.start()
        for thread in changes:
            thread.join()
        shown = pawl.get(path)["status"]
        assert pawl.call(applied, {}).status == {"active": 202, "inactive": 404}[shown]


def test_taken_name_is_no_failed_precondition(pawl):
    pawl.apply(made("taken"))
    path = "/api/v1/workflows/" + pawl.apply(made("renamed"))["id"]
    tag = pawl.api("GET", path).headers["ETag"]
    assert pawl.api("PUT", path, {"document": made("taken")}, {"If-Match": tag}).status == 409


def test_name_may_look_like_an_id(pawl):
    made_id = pawl.apply(made("2024"))["id"]
    assert pawl.get("/api/v1/workflows/2024")["id"] == made_id
    assert pawl.get("/api/v1/runs?workflow=2024")["items"] == []


@pytest.mark.parametrize("method, path, body, pointer", [
    ("POST", "/apply", {"draft": "true"}, "/draft"), ("POST", "/apply", {"draft": 1}, "/draft"),
    ("POST", "/apply", {"drfat": True}, "/drfat"),
    ("POST", "/workflows/{}/publish", {"activate": "no"}, "/activate"),
    ("POST", "/workflows/{}/activation", {"status": "pasued"}, "/status"),
    ("POST", "/workflows/{}/activation", {}, ""),
    ("POST", "/workflows/{}/activation", {"status": "active", "revision": 0}, "/revision"),
    ("POST", "/workflows/{}/activation", {"status": "active", "revision": 1.5}, "/revision"),
    ("PUT", "/workflows/{}", {}, ""), ("POST", "/workflows", {"document": 1}, "/document"),
    ("POST", "/tokens", {}, ""), ("POST", "/tokens", {"name": ""}, "/name"),
    ("POST", "/tokens", {"name": "x" * 101}, "/name"),
    ("POST", "/runs/1/cancel", {"now": True}, "/now"), ("POST", "/runs/1/replay", {"revision": "2"}, "/revision"),
    ("GET", "/info", {"x": 1}, "/x")])
def test_bodies_are_held_to_their_description(shared, method, path, body, pointer):
    """A misspelt or mistyped member is never taken for an absent one."""
    if path == "/apply":
        body = {"document": made("misled"), **body}
    refused = shared.api(method, "/api/v1" + path.format(shared.hooked["id"]), body)
    assert refused.status == 400, refused
    error = refused.json()["error"]
    assert error["type"] == "invalid_request" and [p["pointer"] for p in error["problems"]] == [pointer]
    assert shared.api("GET", "/api/v1/workflows/misled").status == 404


SECRETS = {"literal-header": {"type": "header", "name": "X-Partner-Pass", "secret": "literal-header"},
           "literal-password": {"type": "basic", "username": "u", "password": "literal-password"},
           "literal-bearer": {"type": "bearer", "secret": "literal-bearer"},
           "literal-signing": {"type": "signature", "scheme": "github", "secret": "literal-signing"}}


def test_literal_secrets_are_shown_nowhere(pawl, sink):
    document = workflow("secretive", [
        node("call", "http_request", {"url": sink.url, "headers": {"X-Api-Key": "literal-key"},
                                      "auth": {"type": "bearer", "secret": "literal-node"}})],
        trigger={"type": "webhook", "config": {"auth": list(SECRETS.values())}})
    applied = pawl.apply(document)
    secrets = [*SECRETS, "literal-key", "literal-node"]
    stream = Stream(pawl)
    run = pawl.run_of(applied, {}, {"X-Partner-Pass": "literal-header"})
    pawl.call(applied, {}, {"x-partner-pass": "literal-header-and-more"})
    heard = stream.until(lambda event, data: event == "request" and data["verdict"] == "refused")
    assert sink.requests[0]["headers"]["Authorization"] == "Bearer literal-node", "it is used, though"
    path = "/api/v1/workflows/" + applied["id"]
    requests = [r["id"] for r in pawl.get("/api/v1/requests")["items"]]
    shown = [json.dumps(heard), pawl.log(), pawl.cli("workflows", "secretive", "--document").stdout.decode(),
             pawl.cli("run", run["id"], "--json").stdout.decode(), pawl.cli("requests", requests[0]).stdout.decode()]
    for where in (path, "/api/v1/workflows", path + "/revisions", path + "/revisions/1", "/api/v1/runs",
                  "/api/v1/requests", "/api/v1/runs/" + run["id"],
                  *("/api/v1/requests/" + r for r in requests)):
        shown.append(pawl.api("GET", where).body.decode())
    assert len(requests) == 2
    for text in shown:
        assert not [s for s in secrets if s in text], text
    # Saving what was shown keeps what was hidden, also in another order.
    masked = pawl.get(path)["document"]
    masked["trigger"]["config"]["auth"].reverse()
    assert pawl.api("PUT", path, {"document": masked}).status == 200
    pawl.api("POST", path + "/publish", {})
    pawl.run_of(applied, {}, {"X-Partner-Pass": "literal-header"})
    assert sink.requests[1]["headers"]["Authorization"] == "Bearer literal-node"
    # A mistake in a secret is told without it.
    document["trigger"]["config"]["auth"][0]["sceret"] = document["trigger"]["config"]["auth"][0].pop("secret")
    refused = pawl.api("PUT", path, {"document": document})
    assert refused.status == 422 and not [s for s in secrets if s in refused.body.decode()]


def test_hook_urls_cannot_be_guessed(pawl):
    tokens = [pawl.apply(made(f"w{n}"))["hook_url"].rsplit("/", 1)[1] for n in range(24)]
    assert all(re.fullmatch("[0-9a-f]{32}", t) for t in tokens)
    for k in range(32):  # 24 random digits that are all the same: once in 16 ** 23
        assert len({t[k] for t in tokens}) > 1, f"digit {k} is always {tokens[0][k]}"


def test_name_is_unique(pawl):
    pawl.apply(made("unique"))
    again = pawl.api("POST", "/api/v1/workflows", {"document": made("unique")})
    assert again.status == 409, again


MISTAKES = {
    "version": 1, "name": "mistaken", "colour": "red",
    "trigger": {"type": "webhook", "config": {"methods": ["BREW"], "auth": [{"type": "magic"}]}},
    "nodes": [
        {"id": "Bad Id", "type": "json", "config": {"data": 1}},
        {"id": "unknown", "type": "teleport", "config": {}},
        {"id": "call", "type": "http_request", "config": {"method": "POST"},
         "settings": {"timeout": "soon", "retry": {"max": 21}}},
        {"id": "text", "type": "json", "config": {"data": "${workflow.input.body[}"}},
        {"id": "later", "type": "json", "config": {"data": "${nobody.output.data}"}},
        {"id": "compare", "type": "if", "config": {"left": 1, "op": "resembles", "right": 2}},
        {"id": "call", "type": "json", "config": {"data": 1}}],
    "edges": [{"from": "trigger", "to": "call"}, {"from": "call", "to": "text"},
              {"from": "text", "to": "later"}, {"from": "later", "to": "compare"},
              {"from": "compare", "port": "maybe", "to": "unknown"},
              {"from": "trigger", "to": "nowhere"}]}
POINTERS = ["/colour", "/trigger/config/methods/0", "/trigger/config/auth/0", "/nodes/0/id",
            "/nodes/1/type", "/nodes/2/config", "/nodes/2/settings/timeout",
            "/nodes/2/settings/retry/max", "/nodes/3/config/data", "/nodes/5/config", "/nodes/6/id"]


def test_ten_mistakes_are_told_at_once_and_the_running_revision_stays(pawl):
    applied = pawl.apply(made("mistaken", "still here"))
    refused = pawl.api("POST", "/api/v1/apply", {"document": MISTAKES})
    assert refused.status == 422, refused
    error = refused.json()["error"]
    problems = error["problems"]
    told = [p["pointer"] for p in problems]
    missing = [p for p in POINTERS if not any(t.startswith(p) for t in told)]
    assert not missing, (missing, problems)
    assert len(set(told)) >= 10 and all(p["message"] for p in problems)
    for method, path in (("PUT", f"/api/v1/workflows/{applied['id']}"), ("POST", "/api/v1/workflows")):
        again = pawl.api(method, path, {"document": MISTAKES})
        assert again.status == 422 and len(again.json()["error"]["problems"]) == len(problems)
    checked = pawl.api("POST", "/api/v1/validate", {"document": MISTAKES})
    assert checked.status == 200 and checked.json()["valid"] is False
    assert checked.json()["problems"] == problems
    now = pawl.get(f"/api/v1/workflows/{applied['id']}")
    assert (now["latest_revision"], now["active_revision"]) == (1, 1)
    assert pawl.run_of(applied, {})["output"]["data"] == "still here"


@pytest.mark.parametrize("edges, nodes", [
    ([("trigger", "a"), ("a", "b"), ("b", "a")], "ab"),
    ([("trigger", "a")], "ab"),
    ([("trigger", "a"), ("a", "trigger")], "a"),
    ([("trigger", "a"), ("a", "a")], "a")], ids=["cycle", "unreachable", "into the trigger", "itself"])
def test_what_is_no_graph_is_refused(shared, edges, nodes):
    document = workflow("graph", [node(n, "json", {"data": 1}) for n in nodes],
                        [{"from": a, "to": b} for a, b in edges])
    checked = shared.api("POST", "/api/v1/validate", {"document": document}).json()
    assert checked["valid"] is False and checked["problems"][0]["message"]


def test_valid_document_has_no_problems(shared):
    checked = shared.api("POST", "/api/v1/validate", {"document": made()})
    assert checked.json() == {"valid": True, "problems": []}


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"document":1}', '{"document":null}', "{}"])
def test_bodies_that_are_no_document(shared, body):
    for path in ("/api/v1/apply", "/api/v1/validate", "/api/v1/workflows"):
        answer = shared.api("POST", path, body, {"Content-Type": "application/json"})
        assert answer.status in (400, 422) or (path.endswith("validate") and answer.status == 200
                                               and not answer.json()["valid"]), (path, answer)


# -- lists

def test_pages_of_runs_and_requests(pawl):
    applied, other = pawl.apply(made("paged")), pawl.apply(made("other"))
    ids = [pawl.call(applied, {"n": n}).json()["data"]["runId"] for n in range(25)]
    pawl.finished_run(pawl.call(other, {}).json()["data"]["runId"])
    for run_id in ids:
        pawl.finished_run(run_id)
    for what in ("runs", "requests"):
        seen, cursor, pages = [], "", 0
        while cursor is not None:
            page = pawl.get(f"/api/v1/{what}?workflow=paged&limit=10" + (cursor and f"&cursor={cursor}"))
            seen += [item["id"] for item in page["items"]]
            cursor, pages = page["next"], pages + 1
            if pages == 1:  # what comes in between does not shift the pages
                pawl.call(applied, {})
        assert seen[-25:] == ids[::-1] and len(set(seen)) == len(seen)
        assert pages == 3
    run = pawl.get("/api/v1/runs?limit=1")["items"][0]
    assert not {"input", "output", "nodes"} & set(run), "a list has summaries"
    assert TIME.fullmatch(run["queued_at"])


def test_filters_of_runs(pawl):
    good = pawl.apply(made("good"))
    bad = pawl.apply(workflow("bad", [node("end", "terminate", {"status": "failed", "message": "no"})]))
    first = pawl.run_of(good, {})
    second = pawl.run_of(bad, {})
    ids = lambda query: [r["id"] for r in pawl.get("/api/v1/runs?" + query)["items"]]
    assert ids("status=failed") == [second["id"]]
    assert ids("status=completed") == [first["id"]]
    assert ids("workflow=good") == [first["id"]] == ids(f"workflow={good['id']}")
    assert ids("workflow=good&status=failed") == []
    assert ids("request=" + second["request_id"]) == [second["id"]]
    assert ids("from=" + second["queued_at"])[0] == second["id"]
    assert second["id"] not in ids("to=" + first["queued_at"])
    assert pawl.api("GET", "/api/v1/runs?workflow=nobody").status == 404


def test_filters_of_requests_and_workflows(pawl):
    applied, other = pawl.apply(made("wanted")), pawl.apply(made("other"))
    first, second = (pawl.run_of(w, {})["request_id"] for w in (applied, other))
    assert pawl.call(applied, None, method="PUT").status == 405
    refused = until(lambda: pawl.get("/api/v1/requests?verdict=refused")["items"], what="the refusal")
    ids = lambda query: [r["id"] for r in pawl.get("/api/v1/requests?" + query)["items"]]
    assert ids("workflow=wanted&verdict=accepted") == [first]
    assert ids("workflow=" + other["id"]) == [second]
    assert ids("from=" + refused[0]["received_at"])[0] == refused[0]["id"]
    assert refused[0]["id"] not in ids("to=" + refused[0]["received_at"])
    assert ids("verdict=handshake") == []
    pawl.api("POST", f"/api/v1/workflows/{other['id']}/activation", {"status": "paused"})
    names = lambda query: [w["name"] for w in pawl.get("/api/v1/workflows?" + query)["items"]]
    assert (names("status=paused"), names("status=active")) == (["other"], ["wanted"])


@pytest.mark.parametrize("query", [
    "runs?status=nonsense", "runs?status=FAILED", "runs?limit=0", "runs?limit=1001", "runs?limit=x",
    "runs?limit=-1", "runs?from=yesterday", "runs?to=25", "runs?request=x", "runs?request=0", "runs?cursor=x",
    "runs?workflow=", "runs?status=", "runs?limit=1&limit=2", "runs?verdict=accepted",
    "requests?verdict=maybe", "requests?status=failed", "requests?cursor=-1", "workflows?status=on",
    "workflows?nothing=1", "tokens?limit=0", "info?x=1", "stream?flow=x"])
def test_invalid_filters_are_400_and_named(shared, query):
    answer = shared.api("GET", "/api/v1/" + query)
    assert answer.status == 400, answer
    error = answer.json()["error"]
    name = query.rpartition("?")[2].partition("=")[0]
    assert error["type"] == "invalid_parameter" and error["detail"].startswith(name + " "), error


def test_pages_by_name_do_not_shift(pawl):
    for name in "bdfhj":
        pawl.apply(made(name))
        pawl.api("POST", "/api/v1/tokens", {"name": name})
    for what, more in (("workflows", []), ("tokens", ["admin"])):
        first = pawl.get(f"/api/v1/{what}?limit=2")
        if what == "workflows":
            pawl.apply(made("a"))  # before the cursor: not seen, and nothing is seen twice
        rest = []
        while first["next"]:
            rest += [i["name"] for i in first["items"]]
            first = pawl.get(f"/api/v1/{what}?limit=2&cursor=" + urllib.parse.quote(first["next"]))
        assert rest + [i["name"] for i in first["items"]] == more + list("bdfhj")
    revisions = pawl.get("/api/v1/workflows/b/revisions?limit=1")
    assert revisions["next"] is None
    pawl.apply(made("b", 2))
    newest = pawl.get("/api/v1/workflows/b/revisions?limit=1")
    oldest = pawl.get("/api/v1/workflows/b/revisions?limit=1&cursor=" + newest["next"])
    assert (newest["items"][0]["number"], oldest["items"][0]["number"], oldest["next"]) == (2, 1, None)


@pytest.mark.skipif(bool(SANITIZED), reason="a hundred megabytes take too long")
def test_run_with_much_to_show_is_shown_whole(pawl):
    applied = pawl.apply(workflow("large", [node(f"n{i}", "json", {"data": "${workflow.input.body}"})
                                            for i in range(30)]))
    run_id = pawl.call(applied, {"text": "x" * 1_000_000}).json()["data"]["runId"]
    until(lambda: pawl.get("/api/v1/runs?status=completed")["items"], what="the run")
    answer = pawl.api("GET", "/api/v1/runs/" + run_id)
    assert len(answer.body) > 80 << 20
    assert [len(n["output"]["data"]["text"]) for n in answer.json()["nodes"]] == [1_000_000] * 30


# -- tokens

def test_tokens(pawl):
    assert stat.S_IMODE(os.stat(os.path.join(pawl.data, "admin-token")).st_mode) == 0o600
    assert re.fullmatch(r"pawl_[A-Za-z0-9_-]{43}", pawl.token)
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer pawl_" + "x" * 43},
                    {"Authorization": "Basic " + pawl.token}, {"Authorization": pawl.token}):
        refused = request("GET", pawl.url + "/api/v1/info", headers=headers)
        assert refused.status == 401 and refused.json()["code"] == 401, headers
    new = pawl.api("POST", "/api/v1/tokens", {"name": "ci"})
    assert new.status == 201
    token = new.json()["token"]
    assert pawl.api("GET", "/api/v1/info", token=token).status == 200
    listed = pawl.api("GET", "/api/v1/tokens")
    assert "ci" in [t["name"] for t in listed.json()["items"]]
    assert token.encode() not in listed.body and pawl.token.encode() not in listed.body
    pawl.restart()
    assert pawl.api("GET", "/api/v1/info", token=token).status == 200
    assert pawl.api("DELETE", f"/api/v1/tokens/{new.json()['id']}").status == 204
    assert pawl.api("GET", "/api/v1/info", token=token).status == 401
    for name in os.listdir(pawl.data):
        path = os.path.join(pawl.data, name)
        if os.path.isfile(path) and name != "admin-token":
            with open(path, "rb") as f:
                kept = f.read()
            assert pawl.token.encode() not in kept and token.encode() not in kept, name


# -- what describes itself

def test_openapi_describes_what_is_served(shared):
    answer = request("GET", shared.url + "/openapi.json")
    assert answer.status == 200, "without a token"
    described = answer.json()
    assert described["openapi"].startswith("3.1")
    wanted = {"/api/v1/apply", "/api/v1/validate", "/api/v1/workflows", "/api/v1/runs",
              "/api/v1/requests", "/api/v1/tokens", "/api/v1/stream", "/api/v1/info",
              "/api/v1/node-types", "/api/v1/trigger-types", "/api/v1/schema"}
    assert wanted <= set(described["paths"])
    names = []
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if method not in ("get", "put", "post", "delete", "patch"):
                continue
            names.append(operation["operationId"])
            assert operation["summary"] and operation["responses"]
            places = re.findall(r"\{(\w+)\}", path)
            assert {p["name"] for p in operation.get("parameters", [])
                    if p["in"] == "path"} == set(places), path
            if path in ("/openapi.json", "/api/v1/stream"):
                continue
            there = request(method.upper(), shared.url + re.sub(r"\{\w+\}", "7", path))
            if operation.get("security") != []:
                assert there.status == 401, (method, path, there)
            authorized = shared.api(method.upper(), re.sub(r"\{\w+\}", "7", path),
                                    "{}" if method in ("post", "put") else None,
                                    {"Content-Type": "application/json"})
            if operation["operationId"] != "signIn":
                assert authorized.status not in (401, 405, 500, 501), (method, path, authorized)
            if authorized.status == 404:
                assert places or "document" in authorized.body.decode(), (method, path, authorized)
    assert len(names) == len(set(names))


def misfits(schema, value, root, where="$"):
    """What of `value` is not as the JSON Schema says: the keywords that the description uses."""
    if "$ref" in schema:
        return misfits(root["components"]["schemas"][schema["$ref"].rpartition("/")[2]], value, root, where)
    if "anyOf" in schema:
        tries = [misfits(s, value, root, where) for s in schema["anyOf"]]
        return [] if [] in tries else tries[0]
    kinds = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict,
             "array": list, "null": type(None)}
    types = schema.get("type", list(kinds))
    types = [types] if isinstance(types, str) else types
    if not any(isinstance(value, kinds[t]) and (t == "boolean") == isinstance(value, bool) for t in types):
        return [f"{where}: {value!r} is no {types}"]
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where}: {value!r} is none of {schema['enum']}")
    if "pattern" in schema and value is not None and not re.search(schema["pattern"], value):
        found.append(f"{where}: {value!r} does not match")
    if schema.get("format") == "date-time" and value is not None and not TIME.fullmatch(value):
        found.append(f"{where}: {value!r} is no time")
    if isinstance(value, dict) and "properties" in schema:
        found += [f"{where}.{name} is missing" for name in schema["required"] if name not in value]
        found += [f"{where}.{name} is not described" for name in value if name not in schema["properties"]]
        for name, inner in schema["properties"].items():
            if name in value:
                found += misfits(inner, value[name], root, f"{where}.{name}")
    if isinstance(value, list) and "items" in schema:
        for i, item in enumerate(value):
            found += misfits(schema["items"], item, root, f"{where}[{i}]")
    return found


def people(pawl, call):
    """The operations about users and sessions, some with a token and some with a session."""
    call("getSetup")
    call("getSession", None, 409)
    ann = Browser(pawl)
    ann.as_call(call, "setUp", {"token": pawl.setup_token(), "name": "ann", "password": PASSWORD})
    call("setUp", {"token": "x", "name": "eve", "password": PASSWORD}, 409)
    ann.as_call(call, "signIn", {"name": "ann", "password": PASSWORD})
    call("signIn", {"name": "ann", "password": "wrong"}, 401)
    ann.as_call(call, "getSession")
    secret = ann.as_call(call, "beginTotp")["secret"]
    ann.as_call(call, "confirmTotp", {"code": "x"}, 403)
    codes = ann.as_call(call, "confirmTotp", {"code": totp(secret)})["recovery_codes"]
    ann.as_call(call, "disableTotp", {"password": PASSWORD, "recovery_code": codes[0]})
    ann.as_call(call, "changePassword", {"password": PASSWORD, "new_password": PASSWORD + "!"})
    call("addUser", {"name": "bob", "password": PASSWORD})
    call("addUser", {"name": "bob", "password": PASSWORD}, 409)
    call("changeUser", {"role": "editor"}, user="bob")
    call("changeUser", {"role": "editor"}, 409, user="ann")
    call("listUsers")
    call("removeUser", user="bob")
    session = call("listSessions")["items"][0]
    ann.as_call(call, "endSessions")
    call("endSession", session=session["id"])
    call("endSession", None, 404, session=session["id"])


def test_answers_are_as_described(pawl, sink):
    """Every operation is called, and its answer held to what /openapi.json says of it."""
    described = request("GET", pawl.url + "/openapi.json").json()
    done = set()

    def call(operation, body=None, status=None, query="", send=pawl.api, **places):
        path, method, there = next((p, m, o) for p, methods in described["paths"].items()
                                   for m, o in methods.items() if o["operationId"] == operation)
        answer = send(method.upper(), path.format(**places) + query, body)
        promised = next(s for s in there["responses"] if s != "default")
        assert answer.status == (status or int(promised)), (operation, answer)
        kind = there["responses"][promised if answer.status < 300 else "default"]
        if answer.status == 204:
            assert promised == "204" and not answer.body
            return None
        value = answer.json()
        schema = kind["content"]["application/json"]["schema"]
        assert misfits(schema, value, described) == [], operation
        if answer.status < 300:
            assert answer.status == int(promised), (operation, answer)
            done.add(operation)
        return value

    sink.answer = lambda r: (500, {}, b"no")
    document = workflow("described", [node("call", "http_request", {"url": sink.url}),
                                      node("after", "json", {"data": 1})])
    applied = call("applyWorkflow", {"document": document})
    assert not call("applyWorkflow", {"document": document})["created"]
    call("validateWorkflow", {"document": MISTAKES})
    call("createWorkflow", {"document": made("drafted")})
    call("createWorkflow", {"document": made("drafted")}, 409)
    call("createWorkflow", {"document": MISTAKES}, 422)
    call("saveWorkflow", {"document": made("drafted", 2)}, workflow="drafted")
    call("publishWorkflow", {}, workflow="drafted")
    call("setActivation", {"status": "paused"}, workflow="drafted")
    call("rotateUrl", {"keep_old": "1h"}, workflow="drafted")
    call("rotateUrl", {"keep_old": "-1h"}, 400, workflow="drafted")
    call("getWorkflow", workflow="described")
    timed = made("timed") | {"trigger": {"type": "schedule", "config": {"every": "month"}}}
    call("applyWorkflow", {"document": timed})
    call("getSchedule", workflow="timed")
    call("previewSchedule", {"config": {"every": "day"}})
    call("previewSchedule", {"config": {}}, 422)
    call("startRun", {"input": {}}, workflow="timed")
    call("startRun", {}, 422, workflow="timed")
    call("sendEvents", {"type": "nobody.waits", "id": "1"})
    call("sendEvents", {"type": "a..b"}, 400)
    call("reverifyWorkflow", {"dry_run": True}, workflow="described")
    call("getRevision", workflow="described", number=1)
    failed = pawl.run_of(applied, {"n": 1})
    call("whatIf", {"revision": 1}, workflow="described")
    pawl.call(applied, None, method="PUT")
    until(lambda: len(pawl.get("/api/v1/requests")["items"]) == 2, what="the refusal in the log")
    call("getDiagnosis", request=pawl.get("/api/v1/requests?verdict=refused")["items"][0]["id"])
    waiting = pawl.apply(workflow("waits", [node("hold", "wait", {"resume": True})]))
    waits = [pawl.call(waiting, b"\xff\x00").json()["data"]["runId"] for _ in range(2)]
    for run_id in waits:
        until(lambda: pawl.get(f"/api/v1/runs/{run_id}")["status"] == "waiting", what="the wait")
        call("getRun", run=run_id)
    call("pauseRun", run=waits[0])
    call("resumeRun", {}, run=waits[0])
    call("resumeRun", {"data": {"by": "ann"}}, run=waits[0])
    call("cancelRun", run=waits[1])
    pawl.finished_run(waits[1])
    call("cancelRun", None, 409, run=waits[1])
    call("getRun", run=failed["id"])
    call("retryRun", run=failed["id"])
    pawl.finished_run(failed["id"])
    call("restartRun", run=failed["id"])
    call("replayRun", {"input": {"body": {}}}, run=failed["id"])
    call("replayRequest", {}, request=failed["request_id"])
    call("getRequest", request=failed["request_id"])
    call("getRequest", request=waits[0])
    refused = next(r for r in pawl.get("/api/v1/requests?verdict=refused")["items"])
    call("getDiagnosis", request=refused["id"])
    assert pawl.api("POST", "/api/v1/replays", {"dry_run": True}).status == 200
    until(lambda: pawl.get("/api/v1/runs?status=failed")["items"][2:], what="three failures")
    replay = call("addReplay", {"workflow": "described", "per_second": 1})
    call("getReplay", replay=replay["id"])
    call("stopReplay", replay=replay["id"])
    call("stopReplay", None, 409, replay=replay["id"])
    for operation in ("listReplays", "listDeadLetters", "countDeadLetters", "getInfo", "listNodeTypes", "listTriggerTypes", "getSchema", "getOpenApi", "listWorkflows", "listWorkflowNames",
                      "listRuns", "listRequests", "listTokens", "listSecrets", "listPresets", "listAudit", "listEventTypes", "getStats", "getSystem", "listRetention", "checkAudit"):
        call(operation)
    call("listRuns", None, 400, "?limit=0")
    call("listRuns", query="?limit=1")
    call("listRevisions", workflow="described")
    call("setSecret", {"value": "described"}, secret="described")
    call("listSecretUses", secret="described")
    call("removeSecret", secret="described")
    token = call("addToken", {"name": "described", "expires_in": "1h"})
    call("removeToken", token=token["id"])
    call("createWorkflow", {"document": {"name": "half"}, "unfinished": True})
    call("duplicateWorkflow", {"name": "second"}, workflow="drafted")
    call("restoreRevision", workflow="drafted", number=1)
    call("importWorkflows", {"documents": [made("drafted", 3), {"name": "no"}]})
    call("exportWorkflows")
    call("listExamples")
    made_test = call("startTestRun", {"until": "call", "run": failed["id"]}, workflow="described")
    pawl.finished_run(made_test["id"])
    call("getRun", run=made_test["id"])
    assert call("getRunDocument", run=made_test["id"])["draft"]
    call("startTestRun", {"until": "nobody"}, 422, workflow="described")
    call("retryRun", {"from": "call", "revision": 1}, run=failed["id"])
    call("getSamples", workflow="described")
    call("findMissing", {"paths": ["call.output.data", "["]}, workflow="described")
    call("setPin", {"input": {"body": 1}}, workflow="described", name="one")
    call("getPin", workflow="described", name="one")
    call("listPins", workflow="described")
    call("removePin", workflow="described", name="one")
    call("previewExpression", {"value": "${call.output.data} ${workflow.input.body}", "run": failed["id"]})
    call("previewExpression", {"value": "${"})
    call("previewExpression", {"value": {"left": "${workflow.input.method}", "op": "exists"}, "request": failed["request_id"]})
    call("getScope", {"document": document, "node": "after"})
    call("deleteWorkflow", workflow="drafted")
    call("getWorkflow", None, 404, workflow="drafted")
    people(pawl, call)
    every = {o["operationId"] for methods in described["paths"].values() for o in methods.values()}
    assert every - done == {"stream", "removeToken", "removeSecret", "removePin", "deleteWorkflow",
                            "getRequestFile", "signOut", "changePassword", "disableTotp", "endSessions",
                            "endSession", "removeUser"}


def test_unknown_paths_are_404(shared):
    for path in ("/api/v1/nothing", "/api/v1", "/api/v1/", "/api/v2/runs", "/api/v1/runs/1/2/3",
                 "/api/v1/workflows//publish"):
        answer = shared.api("GET", path)
        assert answer.status == 404 and answer.json()["error"]["type"] == "not_found", path


@pytest.mark.parametrize("odd", ["0", "-1", "1x", "1e3", "9223372036854775808", "9" * 400, "%00", "..", "%2e%2e%2f"])
def test_odd_ids_are_404(shared, odd):
    for path in ("runs/{}", "requests/{}", "workflows/{}", "workflows/{}/revisions", "workflows/shared-echo/revisions/{}"):
        answer = shared.api("GET", "/api/v1/" + path.format(odd))
        assert answer.status == 404 and answer.json()["code"] == 404, (path, answer)
    assert shared.api("GET", "/api/v1/runs/%zz").status == 400


@pytest.mark.parametrize("path, methods", [
    ("/api/v1/workflows", "GET HEAD POST"), ("/api/v1/workflows/shared-echo", "GET HEAD PUT DELETE"),
    ("/api/v1/apply", "POST"), ("/api/v1/stream", "GET"), ("/openapi.json", "GET HEAD"),
    ("/api/v1/runs/1/cancel", "POST")])
def test_other_methods_are_405_with_allow(shared, path, methods):
    methods = {*methods.split(), "OPTIONS"}
    asked = shared.api("OPTIONS", path)
    assert (asked.status, asked.body) == (204, b"")
    assert set(re.split(", *", asked.headers["Allow"])) == methods
    for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} - methods:
        wrong = shared.api(method, path)
        assert wrong.status == 405 and set(re.split(", *", wrong.headers["Allow"])) == methods, method
        assert method == "HEAD" or wrong.json()["error"]["type"] == "method_not_allowed"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_are_read_only(shared, path):
    got, head = (request(method, shared.url + path) for method in ("GET", "HEAD"))
    assert (got.status, head.status, head.body) == (200, 200, b"")
    wrong = request("POST", shared.url + path, {})
    assert wrong.status == 405 and wrong.headers["Allow"] == "GET, HEAD"
    assert wrong.json()["error"]["type"] == "method_not_allowed"


def test_resume_urls_are_for_get_and_post(pawl):
    applied = pawl.apply(workflow("held", [node("hold", "wait", {"resume": True})]))
    run_id = pawl.call(applied, {}).json()["data"]["runId"]
    run = until(lambda: (r := pawl.get(f"/api/v1/runs/{run_id}"))["status"] == "waiting" and r, what="the wait")
    wrong = request("PUT", run["resume_url"])
    assert wrong.status == 405 and wrong.headers["Allow"] == "GET, POST"
    assert request("POST", run["resume_url"], "{").status == 400
    assert request("POST", run["resume_url"][:-1] + "x", {}).status == 404
    assert request("POST", run["resume_url"], {"by": "ann"}).json()["message"] == "RESUMED"
    assert pawl.finished_run(run_id)["output"]["data"] == {"by": "ann"}
    assert request("POST", run["resume_url"], {}).status == 409


def test_head_is_get_without_its_body(shared):
    got, head = (shared.api(method, "/api/v1/node-types") for method in ("GET", "HEAD"))
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == got.headers["Content-Length"] == str(len(got.body))


def test_missing_token_is_asked_for(shared):
    refused = request("GET", shared.url + "/api/v1/info")
    assert refused.status == 401 and refused.headers["WWW-Authenticate"] == "Bearer"


def test_malformed_cursor_is_400(shared):
    assert shared.api("GET", "/api/v1/runs?cursor=x").status == 400


def test_members_that_are_promised(shared):
    assert shared.get("/api/v1/info")["node_types"] >= 8
    assert shared.get("/api/v1/workflows")["items"][0]["trigger"] == "webhook"


def test_types_and_schema(shared):
    types = {t["name"]: t for t in shared.get("/api/v1/node-types")["items"]}
    assert {"json", "compose", "http_request", "if", "switch", "wait", "terminate", "log"} <= set(types)
    for t in types.values():
        assert t["label"] and t["summary"] and t["category"] and t["schema"]["type"] == "object", t
    assert types["if"]["ports"] == ["true", "false"]
    assert "webhook" in [t["name"] for t in shared.get("/api/v1/trigger-types")["items"]]
    schema = shared.get("/api/v1/schema")
    assert {"version", "name", "trigger", "nodes", "edges"} <= set(schema["properties"])
    # Each type's example is a config that the server takes.
    for name, t in types.items():
        document = workflow("example", [node("made", name, t["example"])],
                            trigger={"type": "http_request", "config": {"mode": "wait"}})
        checked = shared.api("POST", "/api/v1/validate", {"document": document}).json()
        assert not [p for p in checked["problems"] if not re.search("there is no|unknown node|no node",
                                                                    p["message"])], (name, checked)


def test_health_and_info(pawl):
    assert request("GET", pawl.url + "/healthz").json() == {"status": "ok"}
    assert request("GET", pawl.url + "/readyz").status == 200
    info = pawl.get("/api/v1/info")
    assert info["version"] and info["store"]["kind"] == "sqlite"
    assert info["public_url"] == pawl.url


def test_metrics(pawl, sink):
    applied = pawl.apply(workflow("counted", [node("call", "http_request", {"url": sink.url})]))
    for _ in range(3):
        pawl.run_of(applied, {})
    pawl.call(applied, None, method="DELETE")
    answer = request("GET", pawl.url + "/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain")
    values, types = {}, {}
    for line in answer.body.decode().splitlines():
        if line.startswith("# TYPE"):
            _, _, name, kind = line.split()
            assert name not in types, "one TYPE per name"
            types[name] = kind
        elif not line.startswith("#"):
            assert re.fullmatch(r'[a-z_]+(\{[^}]*\})? [-+0-9.e]+', line), line
            name, value = line.rsplit(" ", 1)
            values[name] = float(value)
    for name in values:
        base = re.sub(r"\{.*", "", name)
        assert base in types or re.sub("_(bucket|sum|count)$", "", base) in types, name
    assert values['pawl_hook_responses_total{status="2xx"}'] == 3
    assert values['pawl_hook_responses_total{status="4xx"}'] == 1
    assert values["pawl_nodes_completed_total"] == 3
    assert values["pawl_queue_runs"] == 0 and values["pawl_queue_age_seconds"] == 0
    assert all(kind == "counter" for name, kind in types.items() if name.endswith("_total"))


# -- the stream

def test_stream_tells_what_happens(pawl):
    applied, other = pawl.apply(made("streamed")), pawl.apply(made("other"))
    everything, filtered = Stream(pawl), Stream(pawl, "?workflow=streamed")
    assert everything.type.startswith("text/event-stream")
    assert everything.preface.get(timeout=10 * PATIENCE) == filtered.preface.get(timeout=10 * PATIENCE) == "2000"
    unrelated = pawl.call(other, {}).json()["data"]["runId"]
    run_id = pawl.call(applied, {}).json()["data"]["runId"]
    over = lambda event, data: (event == "run" and data["id"] == run_id and
                                data["status"] == "completed")
    seen = filtered.until(over)
    kinds = {event for event, _ in seen}
    assert {"run", "node"} <= kinds
    assert all(data["workflow_id"] == applied["id"] for _, data in seen)
    nodes = [data for event, data in seen if event == "node" and data["run_id"] == run_id]
    assert ("made", "completed") in [(n["node"], n["status"]) for n in nodes]
    accepted = [data for event, data in seen if event == "request"]
    assert all(r["verdict"] == "accepted" and r["status"] == 202 for r in accepted)
    ended = {run_id, unrelated}

    def both(event, data):
        if event == "run" and data["status"] == "completed":
            ended.discard(data["id"])
        return not ended

    everything.until(both)
    pawl.call(applied, None, method="PUT")
    refused = filtered.until(lambda event, data: event == "request" and data["verdict"] == "refused")
    assert refused[-1][1]["status"] == 405 and refused[-1][1]["reason"]


def ended(run_id):
    return lambda event, data: event == "run" and data["id"] == run_id and data["status"] == "completed"


def about(run_id, events):
    return [(event, data) for event, data in events if run_id in (data.get("run_id"), data.get("id"))]


def test_stream_goes_on_behind_the_last_event(pawl):
    applied, other = pawl.apply(made("streamed")), pawl.apply(made("other"))
    watcher, leaver = Stream(pawl), Stream(pawl)
    before = pawl.call(applied, {}).json()["data"]["runId"]
    watcher.until(ended(before))
    leaver.until(ended(before))
    leaver.conn.sock.shutdown(2)
    assert leaver.events.get(timeout=15 * PATIENCE) == (None, None)
    pawl.call(other, {})
    missed = pawl.call(applied, {}).json()["data"]["runId"]
    seen = watcher.until(ended(missed))
    back = Stream(pawl, "?workflow=streamed", last_event=leaver.last_id)
    heard = back.until(ended(missed))
    assert about(missed, heard) == about(missed, seen)
    assert {d["workflow_id"] for _, d in heard} == {applied["id"]}
    # An id that was only heard at the start is as good.
    quiet = Stream(pawl)
    until(lambda: quiet.last_id, what="the first id")
    quiet.conn.sock.shutdown(2)
    assert quiet.events.get(timeout=15 * PATIENCE) == (None, None)
    last = pawl.call(applied, {}).json()["data"]["runId"]
    seen = back.until(ended(last))
    assert about(last, Stream(pawl, last_event=quiet.last_id).until(ended(last))) == about(last, seen)
    # What is not kept is admitted.
    for unknown in ("1", "x", "18446744073709551615"):
        assert Stream(pawl, last_event=unknown).events.get(timeout=15 * PATIENCE) == ("gap", {})
    old = back.last_id
    pawl.restart()
    assert Stream(pawl, last_event=old).events.get(timeout=15 * PATIENCE) == ("gap", {})


def test_stream_wants_a_token_and_does_not_hold_up_the_end(pawl):
    assert request("GET", pawl.url + "/api/v1/stream").status == 401
    stream = Stream(pawl)
    stream.preface.get(timeout=10 * PATIENCE)
    assert pawl.terminate(8) == 0
    while stream.events.get(timeout=5 * PATIENCE) != (None, None):
        pass
