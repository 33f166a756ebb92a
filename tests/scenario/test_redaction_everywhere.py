"""One distinct secret in each place where a secret can be; then a search for the bytes of all of
them, in every form, in every place where something is kept or shown."""

import http.client
import itertools
import json
import pathlib
import re
import threading
import urllib.parse

from harness import PATIENCE, Sink, basic, node, request, until, workflow
from hunt import HARD, found, found_in_files

STORED = {name: f"stored-{name}-" + HARD for name in ("basic", "query", "body", "auth", "unused")}
# What headers and URLs can carry.
PLAIN = {name: f"plain-{name}-8vR2" for name in ("header", "bearer", "caller", "moved")} | {
    "number": "9876543210123"}
LITERAL = {name: f"literal-{name}-7f3Kq9" for name in
           ("trigger", "node", "authorization", "draft", "revision", "repeated")}
OF_A_FILE, OF_ENV, OLD = "of-a-file-4Zr8", "of-the-environment-9Pw2", "an-old-version-1Xc5"
SECRETS = [*STORED.values(), *PLAIN.values(), *LITERAL.values(), OF_A_FILE, OF_ENV, OLD]


def use(name):
    return "${secrets." + name + "}"


def ask(id, url, config=None, **settings):
    return node(id, "http_request", {"method": "POST", "url": url, **(config or {})},
                **{"on_error": "continue", "retry": {"max": 1, "initial": "1ms"}, **settings})


def carriers(url):
    """HTTP nodes that carry a secret in each of the ways there are."""
    return [
        ask("headers", url, {"headers": {"X-Token": use("header"), "X-File": use("file"),
                                         "Authorization": "Bearer " + LITERAL["authorization"]}}),
        ask("bearer", url, {"auth": {"type": "bearer", "secret": use("bearer")}}),
        ask("basic", url, {"auth": {"type": "basic", "username": "ann", "password": use("basic")}}),
        ask("literal", url, {"auth": {"type": "bearer", "secret": LITERAL["node"]}}),
        ask("environment", url, {"auth": {"type": "header", "name": "X-Key", "secret": "${env.IN_ENV}"}}),
        ask("query", url + "/search", {"query": {"q": use("query")}}),
        ask("body", url, {"body": {"text": use("body"), "more": [use("number")]}}),
        ask("fails", url + "/fails", {"body": use("body")}),
        ask("moved", url + "/moved", {"query": {"q": use("moved")}, "follow_redirects": True}),
        ask("gone", url + "/gone", {"body": use("body")}),
    ]


def unwise(r):
    """A peer that answers with all that it was sent; it fails, moves or hangs up when asked to."""
    sent = {"path": r["path"], "headers": dict(r["headers"]), "body": r["body"].decode(),
            "number": 9876543210123}
    if r["path"].startswith("/gone"):
        return None
    headers = {"X-Echo": urllib.parse.quote(json.dumps(sent["headers"]))}
    status = 503 if r["path"].startswith("/fails") else 200
    if r["path"].startswith("/moved"):
        status, headers["Location"] = 307, "/search?" + r["path"].partition("?")[2]
    return status, headers, json.dumps({**sent, sent["body"] or "none": 1}).encode()


class Listener:
    """All bytes of the live stream, until it ends."""

    def __init__(self, pawl):
        parts = urllib.parse.urlsplit(pawl.url)
        self.conn = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60 * PATIENCE)
        self.conn.request("GET", "/api/v1/stream", headers={"Authorization": f"Bearer {pawl.token}"})
        self.answer, self.text = self.conn.getresponse(), b""
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        for line in self.answer:
            self.text += line

    def end(self):
        self.thread.join(20 * PATIENCE)
        return self.text


def plant(pawl, sink):
    """Workflows with secrets in them, under their names."""
    for name, value in {**STORED, **PLAIN}.items():
        assert pawl.api("PUT", f"/api/v1/secrets/{name}", {"value": value}).status == 200
    assert pawl.api("PUT", "/api/v1/secrets/rolled", {"value": OLD}).status == 200
    assert pawl.api("PUT", "/api/v1/secrets/rolled", {"value": "short", "keep_old": "1h"}).status == 200
    guard = {"type": "webhook", "config": {"auth": [
        {"type": "header", "name": "X-Guard", "secret": LITERAL["trigger"]},
        {"type": "basic", "username": "bob", "password": use("auth")}],
        "order_by": "${workflow.input.body.order ?? \"none\"}"}}
    ids = [n["id"] for n in carriers(sink.url)]
    everything = {id: "${" + id + ".output ?? " + id + ".error}" for id in ids}
    applied = {"main": pawl.apply(workflow("main", [
        *carriers(sink.url), node("say", "log", {"message": everything}),
        node("all", "compose", {"values": {**everything, "input": "${workflow.input}"}}),
        ask("told", sink.url + "/told", {"body": "${all.output.data}"}),
        node("end", "terminate", {"status": "failed", "message": "${body.output.data.body}"})],
        trigger=guard))}
    applied["service"] = pawl.apply(workflow("service", [
        ask("body", sink.url, {"body": {"text": use("body")}, "auth": {"type": "bearer", "secret": use("bearer")}}),
        node("answer", "respond", {"headers": {"X-Echo": "${body.output.headers['x-echo']}"},
                                   "body": "${body.output.data}"})],
        trigger={"type": "http_request", "config": {"mode": "wait", "auth": [{"type": "none"}]}}))
    applied["alert"] = pawl.apply(workflow("alert", [node("got", "json", {"data": "${workflow.input}"})],
                                           trigger={"type": "event", "config": {"types": ["pawl.run.failed", "shop.*"]}}))
    applied["manual"] = pawl.apply(workflow("manual", [
        ask("told", sink.url + "/told", {"body": "${workflow.input}"})], trigger={"type": "manual", "config": {}}))
    # A literal of an old revision and of a draft; and one that is repeated where no secret belongs.
    for value in (LITERAL["revision"], "now-another-one"):
        applied["revised"] = pawl.apply(workflow("revised", [ask("literal", sink.url, {
            "auth": {"type": "bearer", "secret": value}})]))
    draft = workflow("draft", [
        ask("literal", sink.url, {"auth": {"type": "bearer", "secret": LITERAL["repeated"]},
                                  "headers": {"X-Api-Key": LITERAL["draft"]}}),
        node("repeats", "compose", {"values": {"a": "it is " + LITERAL["repeated"], "b": STORED["unused"]}})])
    assert pawl.api("POST", "/api/v1/workflows", {"document": draft}).status == 201
    return applied


def send(pawl, applied):
    """What callers send: right and wrong, with secrets in their requests too."""
    guard = {"X-Guard": LITERAL["trigger"]}
    body = {"order": PLAIN["caller"], "text": STORED["unused"], "n": 1}
    hook = applied["main"]["hook_url"]
    answers = [request("POST", hook + "?q=" + urllib.parse.quote(STORED["query"]), body,
                       {**guard, "User-Agent": "x " + PLAIN["caller"], "Cookie": PLAIN["caller"]}),
               request("POST", hook, body, {"Authorization": basic("bob", STORED["auth"])})]
    assert [a.status for a in answers] == [202, 202], answers
    # Refused: quarantined with all that they hold, for the method, for the wrong kind.
    assert request("POST", hook + "?q=" + PLAIN["caller"], body, {"X-Guard": PLAIN["caller"]}).status == 401
    assert request("PUT", hook + "?q=" + PLAIN["caller"], body, guard).status == 405
    form = ("--x\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\n"
            f"{PLAIN['caller']}\r\n--x--\r\n").encode()
    answers.append(request("POST", hook, form, {**guard, "Content-Type": "multipart/form-data; boundary=x"}))
    answers.append(request("POST", hook, b"\xff" + PLAIN["caller"].encode(), guard))
    runs = [a.json()["data"]["runId"] for a in answers]
    answer = request("POST", applied["service"]["service_url"], body)
    assert answer.status == 200 and found(SECRETS, bytes(str(answer.headers), "latin-1") + answer.body) == [], answer
    assert answer.json()["number"] == "***" and json.loads(answer.json()["body"])["text"] == "***"
    started = pawl.api("POST", "/api/v1/workflows/manual/runs", {"input": {"text": STORED["unused"]}})
    assert started.status == 201, started
    sent = pawl.api("POST", "/api/v1/events", {"type": "shop.sold", "data": {"text": STORED["unused"]}})
    assert sent.status in (200, 202), sent
    return runs, [started.json()["id"], sent.json()["events"][0]["runs"][0]["run_id"]]


def shown(pawl):
    """The answer to every GET of the API, for all that there is: (what was asked, answer)."""
    described = request("GET", pawl.url + "/openapi.json").json()

    def ids(path, key="id"):
        return [item[key] for item in pawl.get(f"/api/v1/{path}?limit=100")["items"]]
    places = {"workflow": ids("workflows", "name"), "run": ids("runs"), "request": ids("requests"),
              "replay": ids("replays"), "number": ["1", "2"], "file": ["0"],
              "name": ["sample"], "secret": [s["name"] for s in pawl.get("/api/v1/secrets")["items"]]}
    done = set()
    for path, methods in described["paths"].items():
        if "get" not in methods or path.endswith("/stream"):
            continue
        names = re.findall(r"{(\w+)}", path)
        for values in itertools.product(*(places[name] for name in names)):
            answer = pawl.api("GET", path.format(**dict(zip(names, values))))
            if answer.status == 200:
                done.add(path)
            yield path, str(answer.headers).encode("latin-1") + answer.body
    every = {p for p, m in described["paths"].items() if "get" in m and not p.endswith("/stream")}
    unseen = every - done - {"/api/v1/workflows/{workflow}/schedule", "/api/v1/session"}
    assert not unseen, unseen


def printed(pawl, runs):
    """What the command line prints."""
    refused = pawl.get("/api/v1/requests?verdict=refused")["items"]
    for args in [["runs"], ["requests"], ["workflows"], ["dead-letters"], ["replays"], ["secrets", "list"], ["audit"],
                 *(["run", r, *j] for r in runs for j in ([], ["--json"])),
                 *(["requests", r, *j] for r in runs for j in ([], ["--json"])),
                 *(["requests", "why", r["id"]] for r in refused),
                 *(["workflows", name, "--json"] for name in ("main", "draft", "revised"))]:
        done = pawl.cli(*args, check=False)
        yield " ".join(args), done.stdout + done.stderr


def hunt(where, things):
    things = list(things)
    assert things
    assert [(where, name, what) for name, text in things for what in found(SECRETS, text)] == []


def test_no_secret_is_found_anywhere(new_pawl, tmp_path):
    folder = tmp_path / "secrets"
    folder.mkdir(mode=0o700)
    (folder / "file").write_text(OF_A_FILE + "\n")
    with Sink(unwise) as sink, Sink() as collector:
        pawl = new_pawl(env={"IN_ENV": OF_ENV}, args=[
            "--log-level", "debug", "--env-allow", "IN_ENV", "--secrets-dir", str(folder),
            "--otlp-endpoint", collector.url])
        with pawl:
            applied = plant(pawl, sink)
            for name in ("main", "service", "alert", "manual", "revised"):
                pathlib.Path(pawl.root, name + ".json").unlink()  # what apply() was given
            stream = Listener(pawl)
            runs, others = send(pawl, applied)
            ended = [pawl.finished_run(run, timeout=60) for run in runs + others]
            assert [r["status"] for r in ended] == ["failed"] * len(runs) + ["completed"] * 2
            # They did go out, and came back: what later nodes and peers got was the truth.
            told = [json.loads(r["body"]) for r in sink.requests if r["path"] == "/told"]
            first = next(t for t in told if t.get("input", {}).get("query"))
            assert first["input"]["body"]["text"] == STORED["unused"]
            assert json.loads(first["body"]["data"]["body"])["text"] == STORED["body"]
            assert first["body"]["data"]["number"] == 9876543210123
            assert first["environment"]["data"]["headers"]["X-Key"] == OF_ENV
            assert {"text": STORED["unused"]} in told
            pin = {"input": {"body": {"text": STORED["unused"]}}}
            assert pawl.api("PUT", "/api/v1/workflows/main/pins/sample", pin).status == 200
            replay = pawl.api("POST", "/api/v1/replays", {"workflow": "manual"})
            assert replay.status in (200, 201), replay
            until(lambda: pawl.get(f"/api/v1/replays/{replay.json()['id']}")["status"] == "completed", what="the replay")
            until(lambda: len(pawl.get("/api/v1/requests?verdict=refused")["items"]) >= 2, what="the refused")
            until(lambda: all(r["status"] in ("completed", "failed") for r in pawl.get("/api/v1/runs?limit=100")["items"]),
                  what="the end of all runs")
            hunt("API", shown(pawl))
            hunt("command line", printed(pawl, runs + others))
            assert found_in_files(SECRETS, pawl.root) == []
            pawl.terminate()
            hunt("stream", [("stream", stream.end())])
            hunt("traces", [(r["path"], r["body"]) for r in collector.requests])
            assert b"pawl.run.id" in b"".join(r["body"] for r in collector.requests)
            assert found_in_files(SECRETS, pawl.root) == []
            # What was a secret then is one now; and the drafts still work.
            pawl.start()
            hunt("API after a restart", shown(pawl))
            document = pawl.get("/api/v1/workflows/draft")["document"]
            assert document["nodes"][1]["config"]["values"] == {"a": "***", "b": "***"}
            saved = pawl.api("PUT", "/api/v1/workflows/draft", {"document": document})
            assert saved.status == 200, saved
            assert pawl.api("POST", "/api/v1/workflows/draft/publish", {}).status == 200
            assert pawl.api("POST", "/api/v1/workflows/draft/activation", {"status": "active"}).status == 200
            pawl.finished_run(pawl.call(pawl.get("/api/v1/workflows/draft"), {}).json()["data"]["runId"])
            assert sink.requests[-1]["headers"]["Authorization"] == "Bearer " + LITERAL["repeated"]
        assert found_in_files(SECRETS, pawl.root) == []
