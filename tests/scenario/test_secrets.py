"""Secrets of the store: write-only, sealed at rest, in versions."""

import datetime
import json
import pathlib

import pytest

from harness import Pawl, Sink, basic, node, request, run_cli, until, workflow

ECHO = node("echo", "compose", {"values": {"n": "${workflow.input.body.n}"}})
VALUE = "correct-horse-battery-staple"


def guarded(name, secret="${secrets.partner}", **entry):
    return workflow(name, [ECHO], trigger={"type": "webhook", "config": {
        "auth": [{"type": "bearer", "secret": secret, **entry}]}})


def put(pawl, name, value, **more):
    return pawl.api("PUT", f"/api/v1/secrets/{name}", {"value": value, **more})


def call(applied, token):
    return request("POST", applied["hook_url"], {"n": 1}, {"Authorization": f"Bearer {token}"}).status


def at(seconds):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return moment.isoformat().replace("+00:00", "Z")


def everything(root):
    """All bytes of all files below a directory but the master key."""
    return b"\0".join(p.read_bytes() for p in pathlib.Path(root).rglob("*")
                      if p.is_file() and p.name != "master.key")


def test_a_secret_takes_effect_at_once_and_is_not_shown(pawl):
    applied = pawl.apply(guarded("partner"))
    assert call(applied, VALUE) == 401
    answer = put(pawl, "partner", VALUE)
    assert answer.status == 200 and VALUE not in answer.body.decode()
    assert call(applied, VALUE) == 202
    assert call(applied, VALUE + "x") == 401
    listed = pawl.get("/api/v1/secrets")["items"]
    assert [s["name"] for s in listed] == ["partner"] and VALUE not in json.dumps(listed)
    version, = listed[0]["versions"]
    assert version["last_used_at"] > version["created_at"]
    # Another value, and the old one is gone.
    assert put(pawl, "partner", "other").status == 200
    assert (call(applied, VALUE), call(applied, "other")) == (401, 202)
    pawl.restart()
    assert (call(applied, VALUE), call(applied, "other")) == (401, 202)
    assert pawl.api("DELETE", "/api/v1/secrets/partner").status == 204
    assert call(applied, "other") == 401
    assert pawl.api("DELETE", "/api/v1/secrets/partner").status == 404
    assert VALUE not in pawl.log()


def test_it_lies_sealed(pawl):
    put(pawl, "partner", VALUE)
    pawl.apply(guarded("partner"))
    pawl.restart()
    found = everything(pawl.data)
    assert b"secret_by_name" in found and VALUE.encode() not in found


def test_versions_go_over_without_a_gap(pawl):
    applied = pawl.apply(guarded("partner"))
    put(pawl, "partner", "first")
    put(pawl, "partner", "second", keep_old="1h")
    put(pawl, "partner", "third", keep_old="1h", not_before=at(3600))
    assert [call(applied, token) for token in ("first", "second", "third")] == [202, 202, 401]
    versions = pawl.get("/api/v1/secrets")["items"][0]["versions"]
    assert len(versions) == 3 and versions[0]["not_before"] and versions[2]["not_after"]
    assert pawl.api("DELETE", f"/api/v1/secrets/partner?version={versions[2]['id']}").status == 204
    assert [call(applied, token) for token in ("first", "second", "third")] == [401, 202, 401]


def test_a_version_begins_and_ends_in_time(pawl):
    applied = pawl.apply(guarded("partner"))
    put(pawl, "partner", "first")
    put(pawl, "partner", "second", keep_old="1s", not_before=at(0.5))
    assert (call(applied, "first"), call(applied, "second")) == (202, 401)
    until(lambda: call(applied, "second") == 202, what="the beginning of the second")
    until(lambda: call(applied, "first") == 401, what="the end of the first")
    assert call(applied, "second") == 202


@pytest.mark.parametrize("auth, good, bad", [
    ({"type": "basic", "username": "u", "password": "${secrets.s}"}, ("u", "two"), ("u", "three")),
    ({"type": "header", "name": "X-Key", "secret": "key-${secrets.s}"}, "key-two", "key-three"),
])
def test_every_kind_of_entry_takes_every_version(pawl, auth, good, bad):
    applied = pawl.apply(workflow("kinds", [ECHO], trigger={"type": "webhook", "config": {"auth": [auth]}}))
    put(pawl, "s", "one")
    put(pawl, "s", "two", keep_old="1h")
    for given, status in ((good, 202), (bad, 401), (
            tuple(p.replace("two", "one") for p in good) if isinstance(good, tuple)
            else good.replace("two", "one"), 202)):
        header = {"Authorization": basic(*given)} if isinstance(given, tuple) else {"X-Key": given}
        assert request("POST", applied["hook_url"], {}, header).status == status


def test_nodes_use_the_newest(pawl):
    with Sink() as sink:
        put(pawl, "token", "old")
        put(pawl, "token", "new", keep_old="1h")
        applied = pawl.apply(workflow("out", [node("send", "http_request", {
            "method": "POST", "url": sink.url, "body": {},
            "auth": {"type": "bearer", "secret": "${secrets.token}"}})]))
        run = pawl.run_of(applied, {})
        assert run["status"] == "completed", run
        assert sink.next()["headers"]["Authorization"] == "Bearer new"


def test_what_cannot_be_a_secret_is_refused(pawl):
    for name, body in (("a-b", {"value": "x"}), ("1a", {"value": "x"}), ("a", {}), ("a", {"value": ""}),
                       ("a", {"value": 7}), ("a", {"value": "x", "not_after": at(-5)}),
                       ("a", {"value": "x", "not_before": at(9), "not_after": at(5)}),
                       ("a", {"value": "x", "until": "tomorrow"})):
        answer = pawl.api("PUT", f"/api/v1/secrets/{name}", body)
        assert answer.status in (400, 422), (name, body, answer)
    assert pawl.get("/api/v1/secrets")["items"] == []


def test_the_command_line_reads_from_standard_input(pawl):
    applied = pawl.apply(guarded("partner"))
    assert pawl.cli("secrets", "set", "partner", stdin=VALUE.encode() + b"\n").stdout == b"partner: set\n"
    assert call(applied, VALUE) == 202
    shown = pawl.cli("secrets", "list").stdout.decode()
    assert "partner" in shown and VALUE not in shown
    assert pawl.cli("secrets", "set", "partner", check=False).returncode == 2
    pawl.cli("secrets", "remove", "partner")
    assert pawl.cli("secrets", "list").stdout == b"No secrets.\n"


def test_another_master_key_is_refused(tmp_path):
    with Pawl(tmp_path) as pawl:
        put(pawl, "partner", VALUE)
        assert [e["path"] for e in pawl.events("master_key_made")] == [pawl.data + "/master.key"]
    key = pathlib.Path(pawl.data, "master.key")
    assert key.stat().st_mode & 0o777 == 0o600
    kept = key.read_text()
    key.unlink()
    refused = run_cli("serve", "--listen", "127.0.0.1:0", "--data", pawl.data)
    assert refused.returncode == 1 and b"is not the key that" in refused.stderr
    elsewhere = tmp_path / "elsewhere.key"
    elsewhere.write_text(kept)
    elsewhere.chmod(0o600)
    with Pawl(tmp_path, args=["--master-key-file", str(elsewhere)]) as pawl:
        assert call(pawl.apply(guarded("partner")), VALUE) == 202


def test_literals_in_documents_lie_sealed(pawl):
    """In drafts and in revisions, and they work all the same, also after a restart."""
    with Sink() as sink:
        document = workflow("literal", [node("send", "http_request", {
            "method": "POST", "url": sink.url, "body": {},
            "auth": {"type": "basic", "username": "u", "password": VALUE + "-3"}})],
            trigger=guarded("literal", secret=VALUE)["trigger"])
        applied = pawl.apply(document)
        assert call(applied, VALUE) == 202 and call(applied, "other") == 401
        assert sink.next()["headers"]["Authorization"] == basic("u", VALUE + "-3")
        # What is applied again unchanged is no new revision, although each sealing is another.
        assert pawl.apply(document)["revision"] == applied["revision"]
        shown = pawl.get("/api/v1/workflows/literal")["document"]
        assert shown["trigger"]["config"]["auth"][0]["secret"] == "***"
        # Handed back masked, the secrets are what they were.
        assert pawl.api("PUT", "/api/v1/workflows/literal", {"document": shown}).status == 200
        assert pawl.api("POST", "/api/v1/workflows/literal/publish", {}).status == 200
        pawl.restart()
        assert call(applied, VALUE) == 202
        assert sink.next()["headers"]["Authorization"] == basic("u", VALUE + "-3")
        pawl.terminate()
    assert VALUE.encode() not in everything(pawl.data) and VALUE not in pawl.log()


def test_what_looks_sealed_is_a_literal_like_any_other(pawl):
    odd = "sealed:1:AAAA"
    applied = pawl.apply(guarded("odd", secret=odd))
    assert call(applied, odd) == 202


def test_last_use_by_callers_and_runs_is_known_after_a_restart(pawl, sink):
    for name in ("inward", "outward", "idle"):
        pawl.cli("secrets", "set", name, stdin=b"value-of-" + name.encode())
    applied = pawl.apply(workflow("relay", [
        node("send", "http_request", {"method": "POST", "url": sink.url,
                                      "headers": {"X-Key": "${secrets.outward}"}})],
        trigger={"type": "webhook", "config": {"auth": [{"type": "bearer", "secret": "${secrets.inward}"}]}}))
    pawl.run_of(applied, {}, {"Authorization": "Bearer value-of-inward"})

    def last_uses():
        return {s["name"]: s["versions"][0]["last_used_at"] for s in pawl.get("/api/v1/secrets")["items"]}

    used = last_uses()
    assert used["inward"] and used["outward"] and used["idle"] is None
    pawl.restart()
    assert last_uses() == used
    pawl.kill9()
    pawl.start()
    assert last_uses() == used


def test_it_is_said_where_a_secret_is_used(pawl):
    put(pawl, "partner", VALUE)
    pawl.apply(guarded("both"))
    pawl.apply(guarded("once"))
    pawl.apply(guarded("once", secret="${secrets.partner2}"))
    unfinished = {"name": "draft", "nodes": [node("send", "http_request", {
        "headers": {"X": "a ${secrets.partner ?? ''}", "Y": "${"}})]}
    assert pawl.api("POST", "/api/v1/workflows", {"document": unfinished, "unfinished": True}).status == 201
    pawl.apply(workflow("told", [node("say", "log", {"message": "$${secrets.partner} and secrets.partner"})]))
    pawl.apply(guarded("later", secret="${secrets.other}"))
    assert pawl.api("POST", "/api/v1/apply", {"document": guarded("later"), "draft": True}).status == 200

    def uses(name):
        return {u["name"]: (u["active"], u["draft"]) for u in pawl.get(f"/api/v1/secrets/{name}/uses")["items"]}

    assert uses("partner") == {"both": (True, True), "draft": (False, True), "later": (False, True)}
    assert uses("partner2") == {"once": (True, True)}
    assert uses("nobody") == {}
