"""Signing in and out: setup, cookies, other sites, guessing, second factors, what a session ends."""

import base64
import json
import os
import queue
import re
import socket
import ssl
import stat
import threading
import urllib.parse

import pytest

from browser import PASSWORD, Browser, totp
from harness import PATIENCE, node, raw, request, until, workflow
from test_api import Stream, ended
from test_tls import certificate

HOOK = [node("echo", "json", {"data": 1})]


@pytest.fixture
def ann(pawl):
    """A browser in which the owner has signed in."""
    browser = Browser(pawl)
    assert browser.set_up().status == 201
    return browser


def error(answer):
    return answer.status, answer.json()["error"]["type"]


# -- the first start

def test_setup_token_is_the_owners_and_stays_until_it_is_used(pawl):
    path = os.path.join(pawl.data, "setup-token")
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    token = pawl.setup_token()
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    pawl.restart()
    assert pawl.setup_token() == token
    assert pawl.cli("setup-url", "--ready-file", pawl.ready).stdout.decode() == f"{pawl.url}/console/#/setup?token={token}\n"
    assert pawl.events("setup_open")[-1]["token_file"] == path
    assert token not in pawl.log()
    assert request("GET", pawl.url + "/api/v1/setup").json() == {"needed": True}
    assert Browser(pawl).set_up().status == 201
    assert not os.path.exists(path)
    assert request("GET", pawl.url + "/api/v1/setup").json() == {"needed": False}
    over = pawl.cli("setup-url", "--ready-file", pawl.ready, check=False)
    assert over.returncode == 3 and f"sign in at {pawl.url}/console/" in over.stderr.decode()
    pawl.restart()
    assert not os.path.exists(path) and not os.path.exists(path + ".new")
    assert token not in pawl.log()


def test_setup_makes_one_owner_only(pawl):
    token, answers = pawl.setup_token(), []

    def claim(name):
        answers.append(request("POST", pawl.url + "/api/v1/setup",
                               {"token": token, "name": name, "password": PASSWORD}))
    threads = [threading.Thread(target=claim, args=(f"owner{i}",)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(a.status for a in answers) == [201, 409, 409, 409, 409, 409]
    assert len(pawl.get("/api/v1/users")["items"]) == 1


def test_setup_needs_the_token_and_a_password_worth_the_name(pawl):
    token = pawl.setup_token()
    tries = [({"token": token[:-1] + "x"}, (403, "bad_setup_token")), ({"token": ""}, (403, "bad_setup_token")),
             ({"password": "short"}, (400, "invalid_request")), ({"name": "correct horse battery"}, (400, "weak_password")),
             ({"name": "a/b"}, (400, "invalid_request")), ({"name": "1234"}, (400, "invalid_request")),
             ({"name": " ann"}, (400, "invalid_request")), ({"name": "a\u0000b"}, (400, "invalid_request")),
             ({"name": "x" * 65}, (400, "invalid_request"))]
    for change, refusal in tries:
        body = {"token": token, "name": "ann", "password": PASSWORD} | change
        assert error(request("POST", pawl.url + "/api/v1/setup", body)) == refusal, change
    assert Browser(pawl).set_up("安娜").status == 201
    assert Browser(pawl).sign_in("安娜").status == 200


def test_first_user_by_the_command_line_ends_the_setup(pawl):
    assert pawl.cli("users", "add", "bob", stdin=b"secret passphrase\n", check=False).returncode == 1
    pawl.cli("users", "add", "bob", "--role", "owner", stdin=b"secret passphrase\n")
    assert not os.path.exists(os.path.join(pawl.data, "setup-token"))
    assert Browser(pawl).sign_in("bob", "secret passphrase").status == 200


# -- the session

def test_sign_in_and_out(pawl, ann):
    session = ann.get("/api/v1/session").json()
    assert session["user"]["name"] == "ann" and session["user"]["role"] == "owner"
    assert session["csrf_token"] == ann.csrf
    assert ann.get("/api/v1/workflows").status == 200
    assert ann.post("/api/v1/apply", {"document": workflow("w", HOOK)}).status == 200
    cookie = dict(ann.cookies)
    assert ann.send("DELETE", "/api/v1/session").status == 204
    assert "pawl_session" not in ann.cookies
    ann.cookies = cookie
    assert error(ann.get("/api/v1/session")) == (401, "unauthorized")


def test_a_session_tells_where_its_stream_begins(pawl, ann):
    applied = pawl.apply(workflow("w", HOOK))
    begin = ann.get("/api/v1/session").json()["last_event_id"]
    run = pawl.call(applied, {}).json()["data"]["runId"]
    pawl.finished_run(run)
    # Nobody listened when it happened.
    heard = Stream(pawl, f"?last_event_id={begin}").until(ended(run))
    assert ("gap", {}) not in heard
    # The header tells where a stream has come to that comes back by the same address.
    again = Stream(pawl, f"?last_event_id={begin}", last_event="1")
    assert again.events.get(timeout=15 * PATIENCE) == ("gap", {})


def test_names_and_passwords_that_do_not_fit_look_the_same(pawl, ann):
    pawl.api("POST", "/api/v1/users", {"name": "bob", "password": PASSWORD})
    pawl.api("PATCH", "/api/v1/users/bob", {"disabled": True})
    answers = [Browser(pawl).sign_in(*who) for who in (
        ("ann", "wrong"), ("nobody", "wrong"), ("bob", PASSWORD), ("bob", "wrong"), ("", ""), ("ann", "x" * 1024))]
    assert len({(a.status, a.body) for a in answers}) == 1 and answers[0].status == 401
    refused = pawl.events("sign_in_refused")
    assert [e["user"] for e in refused] == ["ann", "", "bob", "bob", "", "ann"]
    assert PASSWORD not in pawl.log()


def test_unknown_names_take_as_long(pawl, ann):
    def work_of(name):
        begun = pawl.cpu_seconds()
        for _ in range(4):
            assert Browser(pawl).sign_in(name, "wrong").status == 401
        return pawl.cpu_seconds() - begun
    # A hash is 50 ms of work at the least, and everything else next to nothing.
    known, unknown = work_of("ann"), work_of("nobody")
    assert unknown > 0.5 * known > 0.05, (known, unknown)


def test_failures_are_shown_at_the_next_sign_in(pawl, ann):
    for _ in range(2):
        Browser(pawl).sign_in("ann", "wrong")
    again = Browser(pawl).sign_in("ann").json()["user"]
    assert again["failures"] == 2 and again["failed_at"] and again["signed_in_at"]
    audit = [(e["actor"], e["action"], e["target"], e["result"]) for e in pawl.get("/api/v1/audit")["items"]]
    assert audit.count(("anonymous", "signIn", "ann", "denied")) == 2
    assert ("user:ann", "signIn", "", "ok") in audit


def test_sessions_survive_a_restart_and_the_store_has_no_cookie(pawl, ann):
    pawl.restart()
    assert ann.is_signed_in()
    secret = ann.cookies["pawl_session"].encode()
    for name in os.listdir(pawl.data):
        path = os.path.join(pawl.data, name)
        if os.path.isfile(path):
            with open(path, "rb") as f:
                kept = f.read()
            assert secret not in kept and PASSWORD.encode() not in kept, name


def test_a_session_is_never_one_that_somebody_else_chose(pawl, ann):
    """Fixation: an id that was there before the sign-in is of no use after it."""
    victim = Browser(pawl)
    victim.cookies["pawl_session"] = planted = "A" * 43
    assert victim.sign_in().status == 200
    assert victim.cookies["pawl_session"] != planted
    attacker = Browser(pawl)
    attacker.cookies["pawl_session"] = planted
    assert not attacker.is_signed_in()
    before, cookie = victim.cookies["pawl_session"], dict(victim.cookies)
    assert victim.sign_in().status == 200
    assert victim.cookies["pawl_session"] != before
    attacker.cookies = cookie
    assert not attacker.is_signed_in(), "the session before the sign-in has ended"


def test_cookie_over_http(pawl):
    lines = Browser(pawl).set_up().headers.get_all("Set-Cookie")
    session = next(l for l in lines if l.startswith("pawl_session="))
    parts = [p.strip() for p in session.split(";")]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(parts) and "Secure" not in parts
    assert not [p for p in parts if p.lower().startswith("domain")]


def test_cookie_with_a_public_https_address(new_pawl):
    pawl = new_pawl(args=["--public-url", "https://pawl.example"]).start()
    browser = Browser(pawl, "https://pawl.example")
    answer = browser.set_up()
    assert answer.status == 201
    for line in answer.headers.get_all("Set-Cookie"):
        assert line.startswith("__Host-pawl_") and "; Secure" in line and "Path=/" in line, line
    assert browser.is_signed_in()
    browser.cookies = {"pawl_session": browser.cookies["__Host-pawl_session"]}
    assert not browser.is_signed_in(), "a cookie that another host may have set"
    plain = Browser(pawl, "http://pawl.example")
    assert error(plain.sign_in()) == (403, "foreign_origin")


def test_cookie_over_tls(new_pawl, tmp_path):
    cert, key = certificate(str(tmp_path), "server")
    pawl = new_pawl(args=["--tls-listen", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", key]).start()
    assert Browser(pawl).set_up().status == 201
    body = f'{{"name":"ann","password":"{PASSWORD}"}}'.encode()
    with open(pawl.ready) as f:
        port = int(json.load(f)["tls_url"].rpartition(":")[2])
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with context.wrap_socket(socket.create_connection(("127.0.0.1", port), 10 * PATIENCE)) as s:
        s.sendall(b"POST /api/v1/session HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: "
                  + str(len(body)).encode() + b"\r\n\r\n" + body)
        got = b""
        while part := s.recv(65536):
            got += part
    cookies = [l for l in got.decode().split("\r\n") if l.startswith("Set-Cookie")]
    assert cookies and all("__Host-" in c and "; Secure" in c for c in cookies), got


def test_sessions_end_when_idle_and_when_old(new_pawl):
    for args in (["--session-idle", "1s"], ["--session-age", "1s"]):
        pawl = new_pawl(args=args).start()
        browser = Browser(pawl)
        assert browser.set_up().status == 201
        until(lambda: not pawl.get("/api/v1/sessions")["items"], what="the end of the session")
        assert not browser.is_signed_in()


def test_sessions_are_listed_and_ended(pawl, ann):
    other, third = Browser(pawl), Browser(pawl)
    other.post("/api/v1/session", {"name": "ann", "password": PASSWORD}, headers={"User-Agent": "Other/1"})
    third.sign_in()
    listed = ann.get("/api/v1/sessions").json()["items"]
    assert [(s["user"], s["address"], s["current"]) for s in listed] == [
        ("ann", "127.0.0.1", False), ("ann", "127.0.0.1", False), ("ann", "127.0.0.1", True)]
    assert "Other/1" in [s["user_agent"] for s in listed]
    one = next(s["id"] for s in listed if s["user_agent"] == "Other/1")
    assert ann.send("DELETE", f"/api/v1/sessions/{one}").status == 204
    assert not other.is_signed_in() and third.is_signed_in()
    assert ann.send("DELETE", "/api/v1/sessions").status == 204
    assert not third.is_signed_in() and ann.is_signed_in()
    assert ann.send("DELETE", f"/api/v1/sessions/{one}").status == 404


def test_others_sessions_are_nobodys_but_an_owners(pawl, ann):
    pawl.api("POST", "/api/v1/users", {"name": "bob", "password": PASSWORD, "role": "editor"})
    bob = Browser(pawl)
    bob.sign_in("bob")
    of_ann = ann.get("/api/v1/sessions").json()["items"][0]["id"]
    assert bob.send("DELETE", f"/api/v1/sessions/{of_ann}").status == 404
    assert bob.get("/api/v1/sessions?user=ann").status == 403
    assert bob.send("DELETE", "/api/v1/sessions?user=ann").status == 403
    assert [s["user"] for s in bob.get("/api/v1/sessions").json()["items"]] == ["bob"]
    assert ann.send("DELETE", "/api/v1/sessions?user=bob").status == 204
    assert not bob.is_signed_in() and ann.is_signed_in()


def test_new_password_ends_the_other_sessions(pawl, ann):
    other = Browser(pawl)
    other.sign_in()
    change = {"password": "wrong", "new_password": "another long one"}
    assert error(ann.send("PUT", "/api/v1/session/password", change)) == (403, "bad_credentials")
    assert other.is_signed_in()
    assert ann.send("PUT", "/api/v1/session/password", change | {"password": PASSWORD}).status == 204
    assert ann.is_signed_in() and not other.is_signed_in()
    assert other.sign_in().status == 401
    assert other.sign_in("ann", "another long one").status == 200


# -- other sites

FOREIGN = [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:1"},
           {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}]


@pytest.mark.parametrize("headers", FOREIGN, ids=lambda h: "=".join(*h.items()))
def test_pages_of_other_origins_are_refused(pawl, ann, headers):
    assert error(ann.send("GET", "/api/v1/workflows", headers=headers)) == (403, "foreign_origin")
    assert error(ann.send("GET", "/api/v1/stream", headers=headers)) == (403, "foreign_origin")
    assert error(ann.post("/api/v1/events", {"type": "a.b"}, headers=headers)) == (403, "foreign_origin")
    assert error(ann.send("DELETE", "/api/v1/session", headers=headers)) == (403, "foreign_origin")
    login = {"name": "ann", "password": PASSWORD}
    stranger = Browser(pawl)
    assert error(stranger.post("/api/v1/session", login, headers=headers)) == (403, "foreign_origin")
    assert not stranger.cookies
    assert ann.is_signed_in()


def test_writes_need_the_sessions_own_token(pawl, ann):
    other = Browser(pawl)
    other.sign_in()
    for token in (None, "", "x", other.csrf, ann.csrf[:-1], ann.csrf + "x"):
        answer = ann.post("/api/v1/events", {"type": "a.b"}, headers={"X-CSRF-Token": token})
        assert error(answer) == (403, "csrf_token"), token
    assert ann.post("/api/v1/events", {"type": "a.b"}).status == 202
    assert pawl.api("POST", "/api/v1/events", {"type": "a.b"}).status == 202, "a token needs none"
    # A cookie adds nothing to an API token, not even a wrong one.
    answer = request("GET", pawl.url + "/api/v1/info", headers={
        "Authorization": "Bearer wrong", "Cookie": f"pawl_session={ann.cookies['pawl_session']}"})
    assert answer.status == 401


def test_no_cors_header_lets_other_origins_read(pawl, ann):
    answer = ann.send("GET", "/api/v1/info", headers={"Origin": "http://evil.example"})
    assert not [h for h in answer.headers if h.lower().startswith("access-control")]
    assert ann.get("/api/v1/info").headers["Cache-Control"] == "no-store"


# -- guessing

def test_guessing_is_slowed_down_and_keeps_nobody_out(pawl, ann):
    stranger = Browser(pawl)
    answers = [stranger.sign_in("ann", f"guess {i}") for i in range(12)]
    assert [a.status for a in answers[:10]] == [401] * 10
    assert error(answers[-1]) == (429, "too_many_attempts")
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 11
    assert stranger.sign_in().status == 429, "also with the right one, from there"
    assert error(stranger.sign_in("bob", "x")) == (429, "too_many_attempts")
    assert ann.sign_in().status == 200, "a browser in which she has signed in before"
    assert "guess 1" not in pawl.log()


def test_sign_ins_that_go_well_are_not_counted(pawl, ann):
    for _ in range(15):
        assert Browser(pawl).sign_in().status == 200
    assert len(ann.get("/api/v1/sessions?limit=1000").json()["items"]) == 16


def test_setup_tokens_cannot_be_guessed_either(pawl):
    statuses = [request("POST", pawl.url + "/api/v1/setup", {"token": "x", "name": "eve", "password": PASSWORD}).status
                for _ in range(12)]
    assert statuses[:10] == [403] * 10 and statuses[-1] == 429


# -- second factors

def enrolled(browser):
    secret = browser.post("/api/v1/session/totp").json()
    assert secret["uri"].startswith("otpauth://totp/Pawl:ann?secret=" + secret["secret"])
    confirmed = browser.post("/api/v1/session/totp/confirm", {"code": totp(secret["secret"])})
    assert confirmed.status == 200
    return secret["secret"], confirmed.json()["recovery_codes"]


def test_second_factor(pawl, ann):
    assert error(ann.post("/api/v1/session/totp/confirm", {"code": "123456"})) == (409, "conflict")
    secret, codes = enrolled(ann)
    assert len(set(codes)) == 10
    assert error(ann.post("/api/v1/session/totp")) == (409, "conflict")
    assert ann.get("/api/v1/session").json()["user"]["totp"]
    other = Browser(pawl)
    assert error(other.sign_in()) == (401, "code_required")
    assert error(other.sign_in("ann", "wrong", totp=totp(secret, 1))) == (401, "bad_credentials")
    code = totp(secret, 1)
    assert other.sign_in(totp=code).status == 200
    assert error(Browser(pawl).sign_in(totp=code)) == (401, "bad_credentials"), "a second time"
    assert error(Browser(pawl).sign_in(totp=totp(secret, 5))) == (401, "bad_credentials"), "not yet"


def test_recovery_codes_are_good_once_and_a_secret_is_kept_sealed(pawl, ann):
    secret, codes = enrolled(ann)
    assert Browser(pawl).sign_in(recovery_code=codes[0].upper().replace("-", " ")).status == 200
    assert error(Browser(pawl).sign_in(recovery_code=codes[0])) == (401, "bad_credentials")
    assert ann.get("/api/v1/session").json()["user"]["recovery_codes"] == 9
    raw_secret = base64.b32decode(secret)
    for name in os.listdir(pawl.data):
        path = os.path.join(pawl.data, name)
        if os.path.isfile(path):
            with open(path, "rb") as f:
                kept = f.read()
            assert raw_secret not in kept and secret.encode() not in kept and codes[1].encode() not in kept, name
    pawl.restart()
    assert Browser(pawl).sign_in(recovery_code=codes[1]).status == 200


def test_second_factor_is_disabled_with_password_and_code(pawl, ann):
    _, codes = enrolled(ann)
    off = lambda **body: ann.post("/api/v1/session/totp/disable", body)
    assert error(off(password=PASSWORD)) == (403, "code_required")
    assert error(off(password="wrong", recovery_code=codes[0])) == (403, "bad_credentials")
    assert error(off(password=PASSWORD, code="000000")) == (403, "bad_credentials")
    assert off(password=PASSWORD, recovery_code=codes[0]).status == 204
    assert Browser(pawl).sign_in().status == 200
    enrolled_again = ann.post("/api/v1/session/totp")
    assert enrolled_again.status == 200


def test_codes_are_not_guessed_with_a_known_password(pawl, ann):
    enrolled(ann)
    stranger = Browser(pawl)
    statuses = [stranger.sign_in(totp=f"{i:06}").status for i in range(6)]
    assert statuses[-1] == 429 and set(statuses[:-1]) == {401}


def test_second_factor_survives_a_new_master_key(new_pawl):
    pawl = new_pawl().start()
    ann = Browser(pawl)
    ann.set_up()
    secret, _ = enrolled(ann)
    pawl.terminate()
    pawl.cli("secrets", "rotate-key", "--data", pawl.data)
    pawl.start()
    assert Browser(pawl).sign_in(totp=totp(secret, 1)).status == 200


# -- streams and files

class Listening:
    """An event stream with a browser's cookie, or a token; `ended` is set when the server ends it."""

    def __init__(self, pawl, browser=None, token=None):
        parts = urllib.parse.urlsplit(pawl.url)
        self.socket = socket.create_connection((parts.hostname, parts.port), 30 * PATIENCE)
        header = f"Authorization: Bearer {token}" if token else \
            "Cookie: " + "; ".join(f"{k}={v}" for k, v in browser.cookies.items())
        self.socket.sendall(f"GET /api/v1/stream HTTP/1.1\r\nHost: {parts.netloc}\r\nSec-Fetch-Site: same-origin\r\n"
                            f"{header}\r\n\r\n".encode())
        self.got, self.ended, self.parts = b"", threading.Event(), queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while not self.got.endswith(b"\r\n0\r\n\r\n") and (part := self.socket.recv(65536)):
            self.got += part
            self.parts.put(part)
        self.ended.set()

    def wait_for(self, text):
        while text not in self.got:
            self.parts.get(timeout=15 * PATIENCE)


@pytest.mark.parametrize("how", ["sign out", "ended", "password", "disabled", "removed", "idle"])
def test_a_session_that_ends_closes_its_streams(new_pawl, how):
    pawl = new_pawl(args=["--session-idle", f"{PATIENCE}s"] if how == "idle" else []).start()
    ann, bob = Browser(pawl), Browser(pawl)
    ann.set_up()
    pawl.api("POST", "/api/v1/users", {"name": "bob", "password": PASSWORD})
    bob.sign_in("bob")
    streams = [Listening(pawl, b) for b in (bob, ann)]
    for stream in streams:
        stream.wait_for(b"retry: 2000")
    if how == "sign out":
        bob.send("DELETE", "/api/v1/session")
    elif how == "ended":
        pawl.api("DELETE", "/api/v1/sessions?user=bob")
    elif how == "password":
        pawl.api("PATCH", "/api/v1/users/bob", {"password": "another long one"})
    elif how == "disabled":
        pawl.api("PATCH", "/api/v1/users/bob", {"disabled": True})
    elif how == "removed":
        pawl.api("DELETE", "/api/v1/users/bob")
    else:
        until(lambda: ann.is_signed_in() and streams[0].ended.is_set(), what="the idle end")
    assert streams[0].ended.wait(15 * PATIENCE)
    assert not streams[1].ended.is_set(), "others go on"
    assert raw(pawl.url, b"GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 200")


def test_stream_of_a_removed_token_ends(pawl):
    token = pawl.api("POST", "/api/v1/tokens", {"name": "ops"}).json()
    stream = Listening(pawl, token=token["token"])
    stream.wait_for(b"retry: 2000")
    assert pawl.api("DELETE", f"/api/v1/tokens/{token['id']}").status == 204
    assert stream.ended.wait(15 * PATIENCE)
