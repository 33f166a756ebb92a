"""The HTTP front end: what clients send is understood, what is malformed is refused."""

import json
import socket
import subprocess
import urllib.parse

import pytest

from harness import PATIENCE, node, raw, workflow
from wire import ANSWER, BODY, address, ask, connect, is_closed, length, message, path_of, read_answer, status

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
    for headers, limit in (([f"X-Big: {'x' * 70000}"], b"larger than 16384 bytes"),
                           ([f"X-{n}: y" for n in range(500)], b"more than 100 header lines")):
        answer = raw(shared.url, message(path, length(), *headers))
        assert status(answer) == 431 and limit in answer, answer
    assert status(raw(shared.url, f"GET /{'x' * 70000} HTTP/1.1\r\nHost: h\r\n\r\n".encode())) in (414, 431)


def test_oversized_body_is_a_readable_413(shared):
    """Also for a client that has only begun to send when it is refused."""
    path = path_of(shared.hooked)
    size = 512 << 20
    with socket.create_connection(address(shared.url), 10 * PATIENCE) as s:
        s.sendall(message(path, f"Content-Length: {size}", body=b"x" * 65536))
        code, headers, body = read_answer(s.makefile("rb"))
    assert code == 413 and json.loads(body)["code"] == 413 and " 1048576 bytes" in body.decode()


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
    one = message(path_of(shared.hooked), length())
    for n in (1, 5):
        answer = raw(shared.url, one * n, half_close=True)
        assert [int(a[9:12]) for a in ANSWER.findall(answer)] == [202] * n


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


# -- what clients do

def test_refused_expectations_get_no_100(shared):
    path = path_of(shared.hooked)
    for headers, wanted in (([f"Content-Length: {1 << 30}", "Expect: 100-continue"], 413),
                            ([length(), "Expect: 200-ok"], 417),
                            ([length(), "Expect: 100-continue", "Transfer-Encoding: chunked"], 400)):
        with connect(shared.url) as s:
            code, answer, _ = ask(s, message(path, *headers, body=b""))
            assert code == wanted and answer["connection"] == "close"
            assert is_closed(s)


def test_body_that_does_not_wait_for_100_is_taken(shared):
    with connect(shared.url) as s:
        f = s.makefile("rb")
        for _ in range(2):
            s.sendall(message(path_of(shared.hooked), length(), "Expect: 100-continue"))
            assert read_answer(f)[0] == 202


@pytest.mark.parametrize("version, connection, is_kept", [
    ("HTTP/1.1", None, True), ("HTTP/1.1", "keep-alive", True), ("HTTP/1.1", "close", False),
    ("HTTP/1.1", "Close", False), ("HTTP/1.1", "close, TE", False), ("HTTP/1.0", None, False),
    ("HTTP/1.0", "keep-alive", True), ("HTTP/1.0", "Keep-Alive", True), ("HTTP/1.0", "close", False)])
def test_connection_stays_as_asked(shared, version, connection, is_kept):
    headers = [f"Connection: {connection}"] if connection else []
    one = message(path_of(shared.hooked), length(), *headers, version=version)
    with connect(shared.url) as s:
        code, answer, _ = ask(s, one)
        assert code == 202
        if is_kept:
            assert answer.get("connection", "").lower() == ("keep-alive" if version == "HTTP/1.0" else "")
            assert ask(s, one)[0] == 202
        else:
            assert answer["connection"] == "close" and is_closed(s)


def test_forms_of_the_target(shared):
    path = path_of(shared.hooked)
    with connect(shared.url) as s:
        for target in (path, f"http://localhost{path}", f"HTTP://[::1]:8080{path}", f"https://a.example{path}?a=b"):
            assert ask(s, message(target, length()))[0] == 202, target
        # To the console, where there is one.
        assert ask(s, message("http://localhost", method="GET", body=b""))[0] in (302, 404)
        assert ask(s, message("*", method="OPTIONS", body=b""))[0] == 404
    for target in (f"http://{path}", f"ftp://localhost{path}", f"http://a b{path}", "//", f"{path}#here"):
        assert status(raw(shared.url, message(target, length(), "Connection: close"))) in (400, 404), target


def test_query_may_hold_unescaped_characters(shared):
    """RFC 3986 forbids them, yet people paste such URLs into their senders."""
    target = path_of(shared.hooked) + "?[a]={b|c}^`"
    with connect(shared.url) as s:
        code, _, body = ask(s, message(target, length(), "Content-Type: application/json"))
    assert code == 202
    run = shared.finished_run(json.loads(body)["data"]["runId"])
    assert run["output"]["data"]["query"] == {"[a]": "{b|c}^`"}


@pytest.mark.parametrize("headers", [
    ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA"],
    ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: x"]])
def test_offer_to_upgrade_is_not_taken(shared, headers):
    """Java and curl offer HTTP/2 like this with their first request, body and all."""
    path = path_of(shared.hooked)
    with connect(shared.url) as s:
        for _ in range(2):
            assert ask(s, message(path, *headers, length()))[0] == 202
            assert ask(s, message(path, *headers, "Transfer-Encoding: chunked", body=b"2\r\n{}\r\n0\r\n\r\n"))[0] == 202
        assert ask(s, message(path, *headers, method="GET", body=b""))[0] == 405


def test_head_and_options_of_a_webhook_are_405(shared):
    path = path_of(shared.hooked)
    with connect(shared.url) as s:
        for method in ("HEAD", "OPTIONS", "GET"):
            code, headers, body = ask(s, message(path, method=method, body=b""), head_only=method == "HEAD")
            assert code == 405 and headers["allow"] == "POST", method
            assert int(headers["content-length"]) > 0 and (body == b"") == (method == "HEAD")
        assert ask(s, message(path, length()))[0] == 202


def test_trailers_and_extensions_are_bounded(shared):
    path = path_of(shared.hooked)
    for body in (b"2;" + b"a" * 100_000 + b"\r\n{}\r\n0\r\n\r\n",
                 b"2" + b";a=b" * 20_000 + b"\r\n{}\r\n0\r\n\r\n",
                 b"0" * 100_000 + b"2\r\n{}\r\n0\r\n\r\n",
                 b"2\r\n{}\r\n0\r\n" + b"X-A: b\r\n" * 20_000 + b"\r\n",
                 b"2\r\n{}\r\n0\r\nX-A: " + b"b" * 100_000 + b"\r\n\r\n",
                 b"2\r\n{}\r\n0\r\nX-A : b\r\n\r\n",
                 b"2 \r\n{}\r\n0\r\n\r\n", b" 2\r\n{}\r\n0\r\n\r\n", b"0x2\r\n{}\r\n0\r\n\r\n",
                 b"2\r{}\r\n0\r\n\r\n", b"2\n{}\n0\n\n", b"-2\r\n{}\r\n0\r\n\r\n"):
        answer = raw(shared.url, message(path, "Transfer-Encoding: chunked", body=body))
        assert status(answer) == 400, (body[:40], answer[:200])
        assert len(ANSWER.findall(answer)) == 1


def test_huge_chunk_is_413_before_it_is_sent(shared):
    for size in (b"fffffff", b"7fffffffffffffff", b"ffffffffffffffff"):
        answer = raw(shared.url, message(path_of(shared.hooked), "Transfer-Encoding: chunked", body=size + b"\r\n{}"))
        assert status(answer) in (400, 413), answer[:200]


@pytest.mark.parametrize("framing", ["Content-Length: 20000000", "Transfer-Encoding: chunked"])
def test_client_that_sends_all_of_it_first_can_read_the_413(shared, framing):
    """As Python's http.client does: it looks for an answer only when its body is out."""
    piece = b"x" * 50_000
    with connect(shared.url, 30) as s:
        s.sendall(message(path_of(shared.hooked), framing, body=b""))
        for _ in range(400):
            s.sendall(b"%x\r\n%s\r\n" % (len(piece), piece) if "chunked" in framing else piece)
        code, headers, body = read_answer(s.makefile("rb"))
        assert code == 413 and headers["connection"] == "close" and json.loads(body)["code"] == 413


def test_ipv6(new_pawl):
    server = new_pawl()
    server.listen = "[::1]:0"
    with server:
        assert server.url.startswith("http://[::1]:")
        applied = server.apply(workflow("six", [node("ip", "json", {"data": "${workflow.input.ip}"})]))
        assert server.run_of(applied, {})["output"]["data"] == "::1"


CURL = {
    "plain": (["--data-binary", "{}"], 202),
    "asks first": (["-H", "Expect: 100-continue", "--data-binary", "{}"], 202),
    "streams": (["-H", "Transfer-Encoding: chunked", "--data-binary", "{}"], 202),
    "1.0": (["--http1.0", "--data-binary", "{}"], 202),
    "offers HTTP/2": (["--http2", "--data-binary", "{}"], 202),
    "form": (["-d", "a=1", "-d", "b=2"], 202),
    "no body": (["-X", "POST"], 202),
    "through a proxy": (["--data-binary", "{}", "--noproxy", "", "-x", "{url}"], 202),
    "HEAD": (["-I"], 405),
    "too large": (["--data-binary", "@{big}"], 413),
    "too large, streamed": (["-H", "Transfer-Encoding: chunked", "-H", "Expect:", "--data-binary", "@{big}"], 413),
}


@pytest.mark.parametrize("how", CURL)
def test_curl(shared, tmp_path, how):
    args, wanted = CURL[how]
    big = tmp_path / "big"
    big.write_bytes(b"x" * (8 << 20))
    args = [a.format(url=shared.url, big=big) if a[:1] in "@{" and a != "{}" else a for a in args]
    # Twice: what is left of the first request must not be in the way of the second.
    done = subprocess.run(["curl", "-sS", "-w", "%{http_code}\n", "-o", tmp_path / "1", "-o", tmp_path / "2", *args,
                           shared.hooked["hook_url"], shared.hooked["hook_url"]],
                          capture_output=True, text=True, timeout=60 * PATIENCE)
    assert done.stdout.split() == [str(wanted)] * 2, done
    assert done.returncode == 0, done
