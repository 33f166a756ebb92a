"""HTTPS in the server, and connections that a proxy hands on with a PROXY header."""

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import urllib.parse
import warnings

import pytest

from harness import Pawl, PATIENCE, raw, until, workflow
from wire import ask, connect, length, message, read_answer

ECHO = workflow("echo", [{"id": "echo", "type": "compose",
                          "config": {"values": {"body": "${workflow.input.body}",
                                                "ip": "${workflow.input.ip}"}}}])


ELLIPTIC = ("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")


def certificate(place, name, kind=ELLIPTIC):
    """A key and a certificate for localhost, made by openssl; returns their paths."""
    key, cert = os.path.join(place, f"{name}.key"), os.path.join(place, f"{name}.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", *kind, "-nodes", "-keyout", key, "-out", cert,
                    "-days", "2", "-subj", f"/CN={name}", "-addext",
                    "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
    return cert, key


class Secure(Pawl):
    """A server that speaks HTTPS beside HTTP, with a certificate of its own."""

    def __init__(self, root, args=(), **kwargs):
        self.cert, self.key = certificate(str(root), "first")
        super().__init__(root, args=["--tls-listen", "127.0.0.1:0", "--tls-cert", self.cert,
                                     "--tls-key", self.key, *args], **kwargs)

    def wait_ready(self):
        super().wait_ready()
        with open(self.ready) as f:
            self.tls_url = json.load(f)["tls_url"]

    def connect(self, cert=None, before=b"", source=None, **settings):
        """A TLS connection that trusts nothing but the certificate given."""
        context = ssl.create_default_context(cafile=cert or self.cert)
        for name, value in settings.items():
            setattr(context, name, value)
        s = connect(self.tls_url, source=source)
        s.sendall(before)
        return context.wrap_socket(s, server_hostname="localhost")


@pytest.fixture
def pawl(tmp_path):
    with Secure(tmp_path) as server:
        server.echo = server.apply(ECHO)
        server.path = urllib.parse.urlsplit(server.echo["hook_url"]).path
        yield server


def run_id(answer):
    status, _, body = answer
    assert status == 202, answer
    return json.loads(body)["data"]["runId"]


def test_webhooks_come_in_over_tls(pawl):
    body = b'{"n":"' + b"1" * 40000 + b'"}'
    with pawl.connect() as s:
        # Several on one connection, pipelined, chunked, and in pieces.
        first = message(pawl.path, "Content-Type: application/json", length())
        for part in (first, first + first, message(
                pawl.path, "Content-Type: application/json", "Transfer-Encoding: chunked",
                body=b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))):
            s.sendall(part[:30])
            s.sendall(part[30:])
        f = s.makefile("rb")
        ids = [run_id(read_answer(f)) for _ in range(4)]
        assert s.version() in ("TLSv1.2", "TLSv1.3")
    outputs = [pawl.finished_run(i)["output"]["data"]["body"] for i in ids]
    assert outputs[:3] == [{"n": 1}] * 3 and outputs[3] == json.loads(body)


def test_a_client_that_sends_no_more_is_answered(pawl):
    with pawl.connect(minimum_version=ssl.TLSVersion.TLSv1_2,
                      maximum_version=ssl.TLSVersion.TLSv1_2) as s:
        s.sendall(message(pawl.path, "Content-Type: application/json", "Connection: close",
                          length()))
        f = s.makefile("rb")
        assert read_answer(f)[0] == 202
        # The end comes as the protocol wants it: without it, this would be an SSLEOFError.
        assert f.read() == b""


def test_large_answers_go_through(pawl):
    """More than a socket takes at once, to a client that reads late."""
    text = "x" * 600_000
    run = pawl.run_of(pawl.echo, {"text": text})
    with pawl.connect() as s:
        s.sendall(message(f"/api/v1/runs/{run['id']}", f"Authorization: Bearer {pawl.token}",
                          method="GET", body=b""))
        status, _, body = read_answer(s.makefile("rb"))
    assert status == 200 and json.loads(body)["output"]["data"]["body"]["text"] == text


def test_what_is_not_tls_is_told_or_cut(pawl):
    at = pawl.tls_url
    assert b"tls_required" in raw(at, b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    assert b"HTTP/" not in raw(at, os.urandom(64).replace(b"\x16", b"x"))
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.options &= ~(ssl.OP_NO_TLSv1 | ssl.OP_NO_TLSv1_1)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError, match="ALERT_PROTOCOL_VERSION"):
        old.wrap_socket(connect(at))
    assert pawl.get("/api/v1/info")


def test_a_handshake_that_stalls_is_cut(tmp_path):
    with Secure(tmp_path, args=["--header-deadline", "300ms"]) as pawl:
        for start in (b"", b"\x16\x03\x01"):
            with connect(pawl.tls_url) as s:
                s.sendall(start)
                assert s.recv(100) == b""


def test_the_certificate_is_read_again(pawl):
    cert, key = certificate(pawl.root, "second")
    kept = pawl.connect()
    shutil.copy(cert, pawl.cert + ".new")
    shutil.copy(key, pawl.key)
    os.rename(pawl.cert + ".new", pawl.cert)
    pawl.process.send_signal(signal.SIGHUP)
    until(lambda: any(e["what"] == "certificate" for e in pawl.events("reloaded")), what="reload")
    assert ask(pawl.connect(cert), message("/healthz", method="GET", body=b""))[0] == 200
    assert ask(kept, message("/healthz", method="GET", body=b""))[0] == 200

    with open(pawl.cert, "w") as f:
        f.write("no certificate")
    pawl.process.send_signal(signal.SIGHUP)
    assert pawl.cert in until(lambda: pawl.events("tls_problem"), what="a problem")[0]["message"]
    assert ask(pawl.connect(cert), message("/healthz", method="GET", body=b""))[0] == 200


def test_settings_that_do_not_fit(tmp_path):
    cert, key = certificate(str(tmp_path), "first")
    other, _ = certificate(str(tmp_path), "other")
    of_another_kind, _ = certificate(str(tmp_path), "rsa", ["rsa:2048"])
    for args, where in ((["--tls-listen", "127.0.0.1:0"], "--tls-listen"),
                        (["--tls-cert", cert, "--tls-key", key], "--tls-listen"),
                        (["--tls-listen", "127.0.0.1:0", "--tls-cert", key, "--tls-key", key],
                         "--tls-cert"),
                        (["--tls-listen", "127.0.0.1:0", "--tls-cert", other, "--tls-key", key],
                         "--tls-key"),
                        (["--tls-listen", "127.0.0.1:0", "--tls-cert", of_another_kind, "--tls-key",
                          key], "--tls-key")):
        done = subprocess.run([Pawl(tmp_path).binary, "serve", "--listen", "127.0.0.1:0",
                               "--data", str(tmp_path / "data"), *args],
                              capture_output=True, timeout=20 * PATIENCE)
        assert done.returncode == 1 and f"pawl serve: {where}: ".encode() in done.stderr, done


def test_the_command_line_speaks_tls(pawl):
    env = {"PAWL_SERVER": pawl.tls_url, "PAWL_TOKEN": pawl.token}

    def cli(*args, **more):
        return subprocess.run([pawl.binary, *args], capture_output=True, timeout=20 * PATIENCE,
                              env={**os.environ, **env, **more})
    assert cli("workflows").returncode == 1
    assert b"echo" in cli("workflows", "--ca-file", pawl.cert).stdout
    assert b"echo" in cli("workflows", PAWL_CA_FILE=pawl.cert).stdout
    sent = cli("send", pawl.tls_url + pawl.path, "--data", "{}", "--ca-file", pawl.cert)
    assert sent.returncode == 0 and sent.stdout.startswith(b"202"), sent
    assert b"cannot be read" in cli("workflows", "--ca-file", "/nowhere").stderr


@pytest.mark.parametrize("header, client", [
    (b"PROXY TCP4 192.0.2.7 198.51.100.7 56324 443\r\n", "192.0.2.7"),
    (b"\r\n\r\n\0\r\nQUIT\n\x21\x21\0\x24" + socket.inet_pton(socket.AF_INET6, "2001:db8::7") * 2 +
     b"\0\1\0\2", "2001:db8::7"),
    (b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", "127.0.0.2"),
])
def test_a_proxy_says_whose_connection_it_is(tmp_path, header, client):
    with Secure(tmp_path, args=["--proxy-protocol", "127.0.0.2"]) as pawl:
        echo = pawl.apply(ECHO)
        asked = message(urllib.parse.urlsplit(echo["hook_url"]).path,
                        "Content-Type: application/json", length())
        with connect(pawl.url, source="127.0.0.2") as s:
            # In pieces, and with the request right behind it.
            s.sendall(header[:9])
            s.sendall(header[9:] + asked)
            plain = read_answer(s.makefile("rb"))
        with pawl.connect(source="127.0.0.2", before=header) as s:
            secure = ask(s, asked)
        for answer in plain, secure:
            assert pawl.finished_run(run_id(answer))["output"]["data"]["ip"] == client


def test_proxies_alone_send_a_header_and_have_to(tmp_path):
    header = b"PROXY TCP4 192.0.2.7 198.51.100.7 56324 443\r\n"
    asked = message("/healthz", method="GET", body=b"")
    with Secure(tmp_path, args=["--proxy-protocol", "127.0.0.2", "--header-deadline", "300ms"]) as pawl:
        assert raw(pawl.url, header + asked).startswith(b"HTTP/1.1 400")
        with connect(pawl.url, source="127.0.0.2") as s:
            s.sendall(asked)
            assert s.recv(100) == b""
        assert [e["peer"] for e in pawl.events("proxy_header_refused")] == ["127.0.0.2"]
        # Nor may it be late.
        with connect(pawl.url, source="127.0.0.2") as s:
            s.sendall(header[:20])
            assert s.recv(100) == b""


def test_clients_behind_a_proxy_have_their_own_caps(tmp_path):
    with Secure(tmp_path, args=["--proxy-protocol", "127.0.0.2", "--max-connections-per-ip", "2"]) as pawl:
        asked = message("/healthz", method="GET", body=b"")
        kept = []
        for n, answered in ((1, True), (1, True), (1, False), (2, True)):
            s = connect(pawl.url, source="127.0.0.2")
            kept.append(s)
            s.sendall(b"PROXY TCP4 192.0.2.%d 198.51.100.7 1 2\r\n" % n + asked)
            assert (s.recv(12) == b"HTTP/1.1 200") == answered
        for s in kept:
            s.close()
