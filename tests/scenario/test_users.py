"""Users, and what each role may do: every route of the table with every role."""

import json
import re

import pytest

from browser import PASSWORD, Browser
from harness import node, request, run_cli, until, workflow

ROLES = ["none", "viewer", "editor", "owner"]


@pytest.fixture
def people(pawl):
    """A browser for each role."""
    browsers = {"owner": Browser(pawl)}
    assert browsers["owner"].set_up("owner").status == 201
    for role in ("viewer", "editor"):
        assert browsers["owner"].post("/api/v1/users", {"name": role, "password": PASSWORD, "role": role}).status == 201
        browsers[role] = Browser(pawl)
        assert browsers[role].sign_in(role).status == 200
    return browsers


def error(answer):
    return answer.status, answer.json()["error"]["type"]


def routes(pawl):
    for path, methods in request("GET", pawl.url + "/openapi.json").json()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), re.sub(r"\{\w+\}", "7", path), operation


# Of the own session: they would end it, or are called with what ends it.
OWN = {"signOut", "endSessions", "changePassword", "signIn", "setUp"}


def test_every_route_is_for_its_role_and_those_above(pawl, people):
    seen = {role: 0 for role in ROLES}
    tokens = {role: pawl.api("POST", "/api/v1/tokens", {"name": role, "role": role}).json()["token"]
              for role in ROLES[1:]}
    for method, path, operation in routes(pawl):
        needed, name = operation["x-pawl-role"], operation["operationId"]
        seen[needed] += 1
        body = None if method in ("GET", "DELETE") else {}
        if needed == "none":
            assert operation["security"] == [] and request(method, pawl.url + path, body).status != 401, name
            continue
        if name == "stream":
            continue
        assert request(method, pawl.url + path, body).status == 401, name
        for role in ROLES[1:]:
            answers = [pawl.api(method, path, body, token=tokens[role])]
            if name not in OWN:
                answers.append(people[role].send(method, path, body))
            for answer in answers:
                is_forbidden = answer.status == 403 and answer.json()["error"]["type"] == "forbidden"
                assert is_forbidden == (ROLES.index(role) < ROLES.index(needed)), (name, role, answer)
                assert answer.status not in (401, 405, 500), (name, role, answer)
    assert all(n >= 4 for n in seen.values()), seen


def test_roles_are_what_the_guide_says(pawl):
    """What is looked at is for viewers, what is changed for editors, and who may do what for owners."""
    by_role = {}
    for method, path, operation in routes(pawl):
        by_role.setdefault(operation["x-pawl-role"], set()).add(operation["operationId"])
    assert {"addUser", "changeUser", "removeUser", "listUsers", "addToken", "removeToken", "listTokens", "setSecret",
            "removeSecret", "listAudit"} <= by_role["owner"]
    assert {"applyWorkflow", "saveWorkflow", "publishWorkflow", "startRun", "cancelRun", "sendEvents"} <= by_role["editor"]
    assert {"listRuns", "getRun", "listWorkflows", "validateWorkflow", "getSession", "stream"} <= by_role["viewer"]
    assert by_role["none"] == {"getOpenApi", "getSetup", "setUp", "signIn"}


def test_refusal_says_what_is_needed(pawl, people):
    answer = people["viewer"].post("/api/v1/apply", {"document": workflow("w", [node("n", "json", {"data": 1})])})
    assert error(answer) == (403, "forbidden")
    assert answer.json()["error"]["detail"] == "this needs the role editor; yours is viewer"
    assert pawl.get("/api/v1/workflows")["items"] == []


def test_probes_need_nothing(pawl, people):
    for path in ("/healthz", "/readyz", "/metrics"):
        assert request("GET", pawl.url + path).status == 200


def test_audit_names_the_user(pawl, people):
    people["editor"].post("/api/v1/apply", {"document": workflow("w", [node("n", "json", {"data": 1})])})
    people["owner"].send("PATCH", "/api/v1/users/viewer", {"role": "editor"})
    log = pawl.get("/api/v1/audit")["items"]
    assert (log[1]["actor"], log[1]["action"]) == ("user:editor", "applyWorkflow")
    assert (log[0]["actor"], log[0]["action"], log[0]["target"]) == ("user:owner", "changeUser", "viewer")
    assert log[0]["object"] == {"id": log[0]["object"]["id"], "name": "viewer", "role": "editor", "disabled": False,
                                "totp": False}
    assert PASSWORD not in json.dumps(log)


def test_a_changed_role_counts_at_once(pawl, people):
    event = {"type": "a.b"}
    assert people["viewer"].post("/api/v1/events", event).status == 403
    pawl.api("PATCH", "/api/v1/users/viewer", {"role": "editor"})
    assert people["viewer"].post("/api/v1/events", event).status == 202
    pawl.api("PATCH", "/api/v1/users/viewer", {"role": "viewer"})
    assert people["viewer"].post("/api/v1/events", event).status == 403


def test_disabled_and_removed_users_are_out(pawl, people):
    assert pawl.api("PATCH", "/api/v1/users/viewer", {"disabled": True}).json()["disabled"]
    assert not people["viewer"].is_signed_in()
    assert people["viewer"].sign_in("viewer").status == 401
    assert pawl.api("PATCH", "/api/v1/users/viewer", {"disabled": False}).status == 200
    assert not people["viewer"].is_signed_in(), "what has ended stays so"
    assert people["viewer"].sign_in("viewer").status == 200
    assert pawl.api("DELETE", "/api/v1/users/viewer").status == 204
    assert not people["viewer"].is_signed_in() and people["viewer"].sign_in("viewer").status == 401
    assert pawl.api("DELETE", "/api/v1/users/viewer").status == 404
    pawl.restart()
    assert people["editor"].is_signed_in() and not people["viewer"].is_signed_in()


def test_last_owner_stays(pawl, people):
    owner = people["owner"]
    for change in ({"role": "editor"}, {"disabled": True}):
        assert error(owner.send("PATCH", "/api/v1/users/owner", change)) == (409, "last_owner")
    assert error(owner.send("DELETE", "/api/v1/users/owner")) == (409, "last_owner")
    assert owner.send("PATCH", "/api/v1/users/editor", {"role": "owner"}).status == 200
    assert owner.send("PATCH", "/api/v1/users/owner", {"role": "viewer"}).status == 200
    assert owner.get("/api/v1/users").status == 403
    assert error(people["editor"].send("DELETE", "/api/v1/users/editor")) == (409, "last_owner")


def test_users_are_found_by_id_and_name(pawl, people):
    listed = pawl.get("/api/v1/users")["items"]
    assert [u["name"] for u in listed] == ["editor", "owner", "viewer"]
    assert pawl.api("PATCH", f"/api/v1/users/{listed[0]['id']}", {"role": "viewer"}).json()["name"] == "editor"
    assert pawl.api("PATCH", "/api/v1/users/EDITOR", {"role": "editor"}).json()["name"] == "editor"
    assert pawl.api("PATCH", "/api/v1/users/nobody", {"role": "editor"}).status == 404
    assert error(pawl.api("POST", "/api/v1/users", {"name": "Owner", "password": PASSWORD})) == (409, "conflict")
    for bad in ({"role": "king"}, {"password": "short"}, {"totp": True}, {"name": "x"}):
        assert pawl.api("PATCH", "/api/v1/users/editor", bad).status == 400, bad
    page = pawl.get("/api/v1/users?limit=2")
    assert page["next"] == "owner"
    assert [u["name"] for u in pawl.get("/api/v1/users?limit=2&cursor=owner")["items"]] == ["viewer"]


def test_answers_show_no_hash(pawl, people):
    for path in ("/api/v1/users", "/api/v1/session", "/api/v1/sessions"):
        body = people["owner"].get(path).body
        assert b"argon2" not in body and b"hash" not in body


# -- tokens

def test_tokens_have_roles(pawl):
    made = {role: pawl.api("POST", "/api/v1/tokens", {"name": role, "role": role}).json() for role in ROLES[1:]}
    assert pawl.api("POST", "/api/v1/tokens", {"name": "usual"}).json()["role"] == "editor"
    listed = {t["name"]: t["role"] for t in pawl.get("/api/v1/tokens")["items"]}
    assert listed == {"admin": "owner", "usual": "editor", "viewer": "viewer", "editor": "editor", "owner": "owner"}
    assert pawl.api("POST", "/api/v1/tokens", {"name": "x", "role": "none"}).status == 400
    pawl.restart()
    assert pawl.api("GET", "/api/v1/tokens", token=made["viewer"]["token"]).status == 403
    assert pawl.api("GET", "/api/v1/runs", token=made["viewer"]["token"]).status == 200
    assert pawl.api("GET", "/api/v1/tokens", token=made["owner"]["token"]).status == 200


# -- the command line

def test_command_line(pawl):
    users = lambda *args, **kwargs: pawl.cli("users", *args, **kwargs)
    users("add", "ann", "--role", "owner", stdin=PASSWORD.encode() + b"\n")
    users("add", "bob", stdin=PASSWORD.encode())
    listed = {u["name"]: u for u in pawl.cli_json("users", "list")}
    assert (listed["ann"]["role"], listed["bob"]["role"]) == ("owner", "viewer")
    assert b"ann" in users("list").stdout
    ann = Browser(pawl)
    assert ann.sign_in().status == 200
    users("passwd", "ann", stdin=b"a new long password\n")
    assert not ann.is_signed_in() and ann.sign_in().status == 401
    assert ann.sign_in("ann", "a new long password").status == 200
    users("role", "bob", "editor")
    users("disable", "bob")
    bob = pawl.api("PATCH", "/api/v1/users/bob", {}).json()
    assert bob["disabled"] and bob["role"] == "editor"
    users("enable", "bob")
    users("reset-totp", "bob")
    users("remove", "bob")
    assert [u["name"] for u in pawl.cli_json("users", "list")] == ["ann"]
    assert users("remove", "ann", check=False).returncode == 1
    assert users("remove", "bob", check=False).returncode == 3
    assert users("passwd", "ann", stdin=b"short", check=False).returncode == 2


@pytest.mark.parametrize("args", [["users", "dance"], ["users", "add"], ["users", "role", "x"], ["users", "list", "x"]])
def test_command_line_says_how_it_is_used(args):
    assert run_cli(*args).returncode == 2


def test_lost_second_factor_is_reset(pawl, people):
    from browser import totp
    owner = people["owner"]
    secret = owner.post("/api/v1/session/totp").json()["secret"]
    assert owner.post("/api/v1/session/totp/confirm", {"code": totp(secret)}).status == 200
    assert Browser(pawl).sign_in("owner").status == 401
    pawl.cli("users", "reset-totp", "owner")
    assert Browser(pawl).sign_in("owner").status == 200


def test_tokens_expire_and_say_when_they_were_used(pawl):
    token = pawl.api("POST", "/api/v1/tokens", {"name": "short", "expires_in": "1s"}).json()
    unused = pawl.api("POST", "/api/v1/tokens", {"name": "unused"}).json()
    assert unused["expires_at"] is None

    def row(name):
        return next(t for t in pawl.get("/api/v1/tokens")["items"] if t["name"] == name)

    status = pawl.api("GET", "/api/v1/runs", token=token["token"]).status
    assert status == 200 or row("short")["expires_at"] <= row("admin")["last_used_at"]
    until(lambda: pawl.api("GET", "/api/v1/runs", token=token["token"]).status == 401, what="the token's end")
    used = row("short")
    assert used["expires_at"] == token["expires_at"] and used["last_used_at"] < used["expires_at"]
    assert row("unused")["last_used_at"] is None
    pawl.restart()
    assert row("short") == used
    assert pawl.api("GET", "/api/v1/runs", token=token["token"]).status == 401
    assert pawl.api("GET", "/api/v1/runs", token=unused["token"]).status == 200
    assert "short" in pawl.cli("token", "list").stdout.decode()
    assert pawl.api("POST", "/api/v1/tokens", {"name": "x", "expires_in": "0s"}).status == 400


def test_a_new_password_stands_in_the_audit_log(pawl):
    made = pawl.api("POST", "/api/v1/users", {"name": "ada", "password": "a long sentence of ada", "role": "owner"})
    assert made.status == 201
    assert pawl.api("PATCH", "/api/v1/users/ada", {"password": "another sentence of hers"}).status == 200
    assert pawl.api("PATCH", "/api/v1/users/ada", {"role": "owner"}).status == 200
    newest, before = pawl.get("/api/v1/audit?action=changeUser")["items"]
    assert "password" not in newest["object"] and before["object"]["password"] == "changed"
    assert "another sentence" not in json.dumps(before)
