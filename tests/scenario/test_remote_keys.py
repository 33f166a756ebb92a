"""Requests whose key has to be fetched first: they wait, are checked then, and hold up nobody."""

import base64
import hashlib
import json
import os
import socket
import subprocess
import threading
import urllib.parse

import pytest

from harness import Pawl, Sink, node, request, until, workflow


def b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Signer:
    """An RSA key of openssl's, its JWK, and tokens signed by it."""

    def __init__(self, directory, kid):
        self.path, self.kid = os.path.join(directory, kid + ".pem"), kid
        subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048",
                        "-out", self.path], check=True, capture_output=True)
        modulus = subprocess.run(["openssl", "rsa", "-in", self.path, "-noout", "-modulus"], check=True,
                                 capture_output=True).stdout.decode().strip().split("=")[1]
        self.jwk = {"kty": "RSA", "kid": kid, "use": "sig", "e": "AQAB", "n": b64(bytes.fromhex(modulus))}

    def token(self, body, kid=None, claims=None):
        header = b64(json.dumps({"alg": "RS256", "kid": kid or self.kid}).encode())
        payload = b64(json.dumps({"iss": "acme", "sha256": hashlib.sha256(body).hexdigest(),
                                  **(claims or {})}).encode())
        text = f"{header}.{payload}"
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.path], check=True,
                                   capture_output=True, input=text.encode()).stdout
        return {"X-Acme-Token": f"{text}.{b64(signature)}"}


def preset(signer):
    body = b"{}"
    return {"name": "acme-jws", "label": "Acme", "description": "Tokens by a key set.",
            "source": "https://acme.example", "algorithm": "jws", "header": "X-Acme-Token",
            "jws": {"algorithms": ["RS256"], "issuer": "acme", "body_sha256": "sha256"},
            "secret": {"decoding": "utf8"},
            "vectors": [{"source": "made for this test", "secret": json.dumps({"keys": [signer.jwk]}),
                         "headers": signer.token(body), "body": body.decode()}]}


@pytest.fixture(scope="module")
def signer(tmp_path_factory):
    return Signer(tmp_path_factory.mktemp("keys"), "k1")


@pytest.fixture
def server(tmp_path, signer):
    directory = tmp_path / "presets"
    directory.mkdir()
    (directory / "acme-jws.json").write_text(json.dumps(preset(signer)))
    with Pawl(tmp_path, args=["--presets", str(directory)]) as pawl:
        assert not pawl.events("preset_problem"), pawl.log()
        yield pawl


def hook(pawl, url, name="acme"):
    return pawl.apply(workflow(name, [node("echo", "json", {"data": 1})], trigger={
        "type": "webhook", "config": {"auth": [
            {"type": "signature", "scheme": "acme-jws", "secret": url}]}}))["hook_url"]


def key_set(*signers):
    return json.dumps({"keys": [s.jwk for s in signers]}).encode()


def test_callers_wait_for_one_fetch(server, signer):
    asked, go = threading.Event(), threading.Event()

    def answer(_):
        asked.set()
        go.wait(20)
        return 200, {"Cache-Control": "max-age=600"}, key_set(signer)

    with Sink(answer) as keys:
        url = hook(server, keys.url + "/jwks")
        answers = []
        callers = [threading.Thread(target=lambda n=n: answers.append(
            request("POST", url, b"%d" % n, signer.token(b"%d" % n)).status)) for n in range(4)]
        callers.append(threading.Thread(target=lambda: answers.append(
            request("POST", url, b"9", signer.token(b"other")).status)))
        for caller in callers:
            caller.start()
        assert asked.wait(20)
        assert server.get("/api/v1/info")["version"]  # nobody else waits
        go.set()
        for caller in callers:
            caller.join(20)
        assert sorted(answers) == [202, 202, 202, 202, 401]
        # It is kept, and a key that is not in it is no reason to fetch it again at once.
        assert request("POST", url, b"{}", signer.token(b"{}")).status == 202
        assert request("POST", url, b"{}", signer.token(b"{}", kid="k2")).status == 401
        assert len(keys.requests) == 1 and keys.requests[0]["method"] == "GET"
    fetched = server.events("remote_key_fetched")
    assert len(fetched) == 1 and fetched[0]["keys"] == 1 and fetched[0]["url"].endswith("/jwks")


def test_keys_that_cannot_be_had_are_a_503(server, signer):
    replies = {"/gone": (404, {}, b"{}"), "/moved": (302, {"Location": "/jwks"}, b""),
               "/text": (200, {}, b"<html>"), "/jwks": (200, {}, key_set(signer)),
               "/large": (200, {}, b" " * (300 << 10))}
    with Sink(lambda r: replies[r["path"]]) as keys:
        for path in ("/gone", "/moved", "/text", "/large"):
            url = hook(server, keys.url + path, path[1:])
            answer = request("POST", url, b"{}", signer.token(b"{}"))
            assert answer.status == 503 and answer.headers["Retry-After"] == "5", path
            assert answer.json()["error"]["type"] == "key_unavailable"
        assert "/jwks" not in [r["path"] for r in keys.requests]
    failed = until(lambda: [e for e in server.events("remote_key_failed")][3:] and
                   server.events("remote_key_failed"), what="the events")
    assert [e["status"] for e in failed][:3] == [404, 302, 200]
    logged = until(lambda: server.get("/api/v1/requests?verdict=refused")["items"][3:] and
                   server.get("/api/v1/requests?verdict=refused")["items"], what="the request log")
    assert {r["status"] for r in logged} == {503} and "key_unavailable" in logged[0]["reason"]


def test_egress_rules_hold_for_keys(tmp_path, signer):
    directory = tmp_path / "presets"
    directory.mkdir()
    (directory / "acme-jws.json").write_text(json.dumps(preset(signer)))
    with Sink(lambda r: (200, {}, key_set(signer))) as keys, \
            Pawl(tmp_path, args=["--presets", str(directory)], env={"PAWL_EGRESS_ALLOW": "203.0.113.0/24"}) as pawl:
        answer = request("POST", hook(pawl, keys.url + "/jwks"), b"{}", signer.token(b"{}"))
        assert answer.status == 503 and not keys.requests


def test_who_waits_at_the_end_is_answered(server, signer):
    asked, go = threading.Event(), threading.Event()

    def answer(_):
        asked.set()
        go.wait(20)
        return 200, {}, key_set(signer)

    with Sink(answer) as keys:
        url = hook(server, keys.url + "/jwks")
        answers = []
        caller = threading.Thread(target=lambda: answers.append(
            request("POST", url, b"{}", signer.token(b"{}")).status))
        caller.start()
        assert asked.wait(20)
        assert server.terminate() == 0
        caller.join(20)
        go.set()
        assert answers == [503]


def test_a_client_that_leaves_while_it_waits(server, signer):
    asked, go = threading.Event(), threading.Event()

    def answer(_):
        asked.set()
        go.wait(20)
        return 200, {}, key_set(signer)

    with Sink(answer) as keys:
        url = hook(server, keys.url + "/jwks")
        parts = urllib.parse.urlsplit(url)
        token = signer.token(b"{}")["X-Acme-Token"]
        with socket.create_connection((parts.hostname, parts.port)) as s:
            s.sendall(f"POST {parts.path} HTTP/1.1\r\nHost: a\r\nX-Acme-Token: {token}\r\n"
                      "Content-Length: 2\r\n\r\n{}".encode())
            assert asked.wait(20)
        go.set()
        # It was sent whole, so it is accepted; its sender will not know.
        until(lambda: server.get("/api/v1/requests?verdict=accepted")["items"], what="the request")


def test_reverify_fetches_the_keys_that_it_needs(server, signer, tmp_path):
    """Refused by the wrong key set; the right one was never fetched, and is slow, then gone."""
    other, asked, go, state = Signer(tmp_path, "k1"), threading.Event(), threading.Event(), {}

    def answer(r):
        if r["path"] == "/theirs":
            return 200, {}, key_set(other)
        asked.set()
        go.wait(20)
        return state["status"], {}, key_set(signer)

    def reverified(*args):
        return server.cli_json("requests", "reverify", "--workflow", "acme", *args)[0]
    with Sink(answer) as keys:
        url = hook(server, keys.url + "/theirs")
        for n in range(3):
            assert request("POST", url, b"%d" % n, signer.token(b"%d" % n)).status == 401
        assert request("POST", url, b"3", signer.token(b"other")).status == 401
        until(lambda: len([r for r in server.get("/api/v1/requests")["items"] if r["quarantined"]]) == 4,
              what="the quarantine")
        hook(server, keys.url + "/ours")
        state["status"] = 500
        go.set()
        told = reverified()
        assert (told["checked"], told["released"], told["reasons"]) == (4, 0, {"key_unavailable": 4})
        assert [r["path"] for r in keys.requests] == ["/theirs", "/ours"], "a failure is remembered"
        hook(server, keys.url + "/ours/again")
        state["status"] = 200
        asked.clear()
        go.clear()
        answers = []
        caller = threading.Thread(target=lambda: answers.append(reverified()))
        caller.start()
        assert asked.wait(20)
        assert server.get("/api/v1/info")["version"]  # nobody else waits
        go.set()
        caller.join(30)
        assert (answers[0]["released"], answers[0]["refused"]) == (3, 1)
        assert len(keys.requests) == 3
    runs = until(lambda: (r := server.get("/api/v1/runs")["items"]) and len(r) == 3 and r, what="the runs")
    assert [server.finished_run(r["id"])["input"]["body"] for r in runs] == [2, 1, 0]


def test_the_end_comes_while_a_reverify_waits_for_a_key(server, signer, tmp_path):
    other, asked, go = Signer(tmp_path, "k1"), threading.Event(), threading.Event()

    def answer(r):
        if r["path"] == "/theirs":
            return 200, {}, key_set(other)
        asked.set()
        go.wait(20)
        return 200, {}, key_set(signer)

    with Sink(answer) as keys:
        url = hook(server, keys.url + "/theirs")
        assert request("POST", url, b"1", signer.token(b"1")).status == 401
        until(lambda: server.get("/api/v1/requests?verdict=refused")["items"], what="the refusal")
        hook(server, keys.url + "/ours")
        answers = []
        caller = threading.Thread(target=lambda: answers.append(
            server.api("POST", "/api/v1/workflows/acme/reverify")))
        caller.start()
        assert asked.wait(20)
        assert server.terminate() == 0
        go.set()
        caller.join(20)
        assert answers[0].json()["reasons"] == {"key_unavailable": 1}
