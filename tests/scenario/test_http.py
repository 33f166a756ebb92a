"""The HTTP front end: what is malformed is refused, and nobody holds up the others."""

import json
import re
import resource
import socket
import threading
import time
import urllib.parse

import pytest

from harness import PATIENCE, node, raw, request, until, workflow

BODY = b'{"n":1}'
ANSWER = re.compile(rb"HTTP/1\.1 \d{3} ")


def address(url):
    parts = urllib.parse.urlsplit(url)
    return parts.hostname, parts.port


def path_of(applied):
    return urllib.parse.urlsplit(applied["hook_url"]).path


def message(path, *headers, method="POST", body=BODY, host=True, version="HTTP/1.1"):
    lines = [f"{method} {path} {version}".encode()]
    lines += [b"Host: localhost"] if host else []
    lines += [h if isinstance(h, bytes) else h.encode() for h in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def length(body=BODY):
    return f"Content-Length: {len(body)}"


def status(answer):
    return int(answer[9:12]) if ANSWER.match(answer) else answer


def read_answer(f):
    """One answer from a connection's file: status, headers in lower case, body."""
    line = f.readline()
    assert line, "the connection was closed"
    headers = {}
    while (field := f.readline().strip()):
        name, _, value = field.partition(b":")
        headers[name.strip().lower().decode()] = value.strip().decode()
    return int(line.split()[1]), headers, f.read(int(headers.get("content-length", 0)))


MALFORMED = {
    "CL and TE": (["Content-Length: 7", "Transfer-Encoding: chunked"], b"0\r\n\r\n"),
    "two CLs": (["Content-Length: 7", "Content-Length: 7"], BODY),
    "two CLs that differ": (["Content-Length: 7", "Content-Length: 5"], BODY),
    "CL list": (["Content-Length: 7, 7"], BODY),
    "CL with a sign": (["Content-Length: +7"], BODY),
    "negative CL": (["Content-Length: -7"], BODY),
    "hexadecimal CL": (["Content-Length: 0x7"], BODY),
    "empty CL": (["Content-Length: "], BODY),
    "CL past 64 bits": (["Content-Length: 18446744073709551623"], BODY),
    "space before the colon": (["Content-Length: 7", "X-A : b"], BODY),
    "folded header": (["Content-Length: 7", "X-A: b\r\n c"], BODY),
    "folded header by a tab": (["Content-Length: 7", "X-A: b\r\n\tc"], BODY),
    "empty name": (["Content-Length: 7", ": b"], BODY),
    "no colon": (["Content-Length: 7", "X-A"], BODY),
    "NUL in a value": (["Content-Length: 7", b"X-A: b\0c"], BODY),
    "NUL in a name": (["Content-Length: 7", b"X-\0A: b"], BODY),
    "bare CR in a value": (["Content-Length: 7", b"X-A: b\rc"], BODY),
    "control character in a value": (["Content-Length: 7", b"X-A: b\x01c"], BODY),
    "TE gzip": (["Transfer-Encoding: gzip"], BODY),
    "TE gzip, chunked": (["Transfer-Encoding: gzip, chunked"], b"0\r\n\r\n"),
    "TE chunked twice": (["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], b"0\r\n\r\n"),
    "TE obfuscated": (["Transfer-Encoding: xchunked"], b"0\r\n\r\n"),
    "TE identity": (["Transfer-Encoding: identity", "Content-Length: 7"], BODY),
    "two Hosts": (["Content-Length: 7", "Host: other"], BODY),
    "bad chunk size": (["Transfer-Encoding: chunked"], b"xyz\r\n\r\n0\r\n\r\n"),
    "chunk size with a sign": (["Transfer-Encoding: chunked"], b"+2\r\n{}\r\n0\r\n\r\n"),
    "chunk without its end": (["Transfer-Encoding: chunked"], b"2\r\n{}x0\r\n\r\n"),
    "chunk size past 64 bits": (["Transfer-Encoding: chunked"], b"fffffffffffffffff\r\n{}"),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_malformed_is_refused_and_the_connection_closed(shared, what):
    headers, body = MALFORMED[what]
    # A request that was smuggled behind it would be answered 404.
    smuggled = b"GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"
    answer = raw(shared.url, message(path_of(shared.hooked), *headers, body=body) + smuggled)
    assert status(answer) in (400, 501), answer[:300]
    assert len(ANSWER.findall(answer)) == 1, answer
    assert b"connection: close" in answer.lower()
    assert json.loads(answer.split(b"\r\n\r\n", 1)[1])["code"] == status(answer)


@pytest.mark.parametrize("what, request_bytes", {
    "no Host": message("/x", length(), host=False),
    "bare LF": message("/x", length()).replace(b"\r\n", b"\n"),
    "one bare LF": message("/x", length()).replace(b"Host: localhost\r\n", b"Host: localhost\n"),
    "no version": b"GET /x\r\nHost: h\r\n\r\n",
    "two spaces": b"GET  /x HTTP/1.1\r\nHost: h\r\n\r\n",
    "a target with a space": b"GET /x y HTTP/1.1\r\nHost: h\r\n\r\n",
    "no slash": b"GET x HTTP/1.1\r\nHost: h\r\n\r\n",
    "NUL in the target": b"GET /x\0 HTTP/1.1\r\nHost: h\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    "noise": bytes(range(256)) * 4,
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "unknown method": message("/x", method="BREW"),
    "lower-case method": message("/x", method="post"),
    "HTTP/2.0": message("/x", version="HTTP/2.0"),
    "HTTP/1.10": message("/x", version="HTTP/1.10"),
}.items(), ids=lambda v: v if isinstance(v, str) else "bytes")
def test_what_is_not_http_is_refused(shared, what, request_bytes):
    answer = raw(shared.url, request_bytes, half_close=True)
    assert status(answer) in (400, 501, 505), answer[:300]
    assert len(ANSWER.findall(answer)) == 1, answer


def test_oversized_headers_are_431(shared):
    path = path_of(shared.hooked)
    for headers in ([f"X-Big: {'x' * 70000}"], [f"X-{n}: y" for n in range(500)]):
        assert status(raw(shared.url, message(path, length(), *headers))) == 431
    assert status(raw(shared.url, f"GET /{'x' * 70000} HTTP/1.1\r\nHost: h\r\n\r\n".encode())) in (414, 431)


def test_oversized_body_is_a_readable_413(shared):
    """Also for a client that has only begun to send when it is refused."""
    path = path_of(shared.hooked)
    size = 512 << 20
    with socket.create_connection(address(shared.url), 10 * PATIENCE) as s:
        s.sendall(message(path, f"Content-Length: {size}", body=b"x" * 65536))
        code, headers, body = read_answer(s.makefile("rb"))
    assert code == 413 and json.loads(body)["code"] == 413


def test_pipelined_requests_are_answered_in_order(shared):
    path = path_of(shared.hooked)
    one = message(path, length())
    with socket.create_connection(address(shared.url), 10 * PATIENCE) as s:
        f = s.makefile("rb")
        wanted = []
        data = b""
        for n in range(50):
            data += one if n % 2 else message(f"/nothing/{n}", length())
            wanted.append(202 if n % 2 else 404)
        s.sendall(data)
        got = [read_answer(f) for _ in range(50)]
    assert [code for code, _, _ in got] == wanted
    ids = [int(json.loads(body)["data"]["runId"]) for code, _, body in got if code == 202]
    assert ids == sorted(ids) and len(set(ids)) == 25


def test_chunked_and_split_anywhere(shared):
    chunked = message(path_of(shared.hooked), "Transfer-Encoding: chunked", "Content-Type: application/json",
                      body=b"3;ext=1\r\n{\"n\r\n4\r\n\":1}\r\n0\r\nX-Trailer: v\r\n\r\n")
    with socket.create_connection(address(shared.url), 10 * PATIENCE) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        f = s.makefile("rb")
        s.sendall(chunked)
        code, _, body = read_answer(f)
        assert code == 202, body
        for byte in chunked:
            s.sendall(bytes([byte]))
        code, _, body = read_answer(f)
        assert code == 202
    run = shared.finished_run(json.loads(body)["data"]["runId"])
    assert run["output"]["data"]["body"] == {"n": 1}


def test_expect_100_continue(shared):
    with socket.create_connection(address(shared.url), 10 * PATIENCE) as s:
        f = s.makefile("rb")
        s.sendall(message(path_of(shared.hooked), length(), "Expect: 100-continue", body=b""))
        assert f.readline().startswith(b"HTTP/1.1 100")
        assert f.readline() == b"\r\n"
        s.sendall(BODY)
        assert read_answer(f)[0] == 202
        # Who is refused anyway is not asked for the body.
        s.sendall(message("/hook/unknown", length(), "Expect: 100-continue", body=b""))
        assert read_answer(f)[0] == 404


def test_half_closed_client_gets_its_answer(shared):
    answer = raw(shared.url, message(path_of(shared.hooked), length()), half_close=True)
    assert status(answer) == 202


def test_http_1_0_and_connection_close(shared):
    path = path_of(shared.hooked)
    assert status(raw(shared.url, message(path, length(), version="HTTP/1.0"))) == 202
    assert status(raw(shared.url, message(path, length(), "Connection: close"))) == 202


def test_head_has_no_body(shared):
    answer = raw(shared.url, message("/healthz", "Connection: close", method="HEAD", body=b""))
    assert answer.split(b"\r\n\r\n", 1)[1] == b""


def test_client_that_leaves_before_its_answer_harms_nobody(pawl):
    applied = pawl.apply(workflow("left", [node("made", "json", {"data": 1})]))
    request_bytes = message(path_of(applied), length())
    for _ in range(200):
        with socket.create_connection(address(pawl.url), 10 * PATIENCE) as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # reset
            s.sendall(request_bytes)
    assert pawl.call(applied, {}).status == 202
    assert pawl.process.poll() is None


def test_slow_drip_and_idle_connections_do_not_stop_others(pawl):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    applied = pawl.apply(workflow("others", [node("made", "json", {"data": 1})]))
    idle, drips = [], []
    end = threading.Event()
    try:
        for _ in range(1000):
            idle.append(socket.create_connection(address(pawl.url), 10 * PATIENCE))
        for k in range(20):
            drips.append(socket.create_connection(address(pawl.url), 10 * PATIENCE))
            drips[-1].sendall(b"POST /hook/x HTTP/1.1\r\nHost: h\r\nX-Slow: ")

        def drip():
            while not end.wait(0.1):
                for s in drips:
                    s.sendall(b"x")

        threading.Thread(target=drip, daemon=True).start()
        began = time.monotonic()
        for n in range(100):
            assert pawl.call(applied, {"n": n}).status == 202
        assert time.monotonic() - began < 5 * PATIENCE
        until(lambda: b"pawl_http_connections 10" in request("GET", pawl.url + "/metrics").body,
              what="a thousand connections to be counted")
    finally:
        end.set()
        for s in idle + drips:
            s.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_drip_is_cut_at_its_deadline(shared):
    """The deadline counts from the first byte, however often another one comes."""
    with socket.create_connection(address(shared.url), 30 * PATIENCE) as s:
        began = time.monotonic()
        s.sendall(b"POST /hook/x HTTP/1.1\r\nHost: h\r\nX-Slow: ")
        s.settimeout(0.2)
        got = b""
        while time.monotonic() - began < 25 * PATIENCE:
            try:
                part = s.recv(4096)
                if not part:
                    break
                got += part
                continue
            except TimeoutError:
                pass
            except ConnectionResetError:
                break
            try:
                s.sendall(b"x")
            except OSError:
                break
        took = time.monotonic() - began
    assert 9 <= took < 15 * PATIENCE, took
    assert got == b"" or status(got) == 408
