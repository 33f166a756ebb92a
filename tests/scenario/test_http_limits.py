"""The HTTP front end under abuse: nobody holds up the others, and every limit is the operator's."""

import json
import resource
import select
import signal
import subprocess
import time
from contextlib import ExitStack, contextmanager

import pytest

from harness import BIN, PATIENCE, node, request, until, workflow
from wire import ANSWER, BODY, ask, connect, is_closed, length, message, path_of, read_answer, status


def hooked(server, name="others", **config):
    return server.apply(workflow(name, [node("made", "json", {"data": 1})], trigger={
        "type": "webhook", "config": {"auth": [{"type": "none"}], **config}}))


@contextmanager
def descriptors(n):
    """At least n for this process, or the test is skipped."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < n:
        pytest.skip(f"the hard limit of open files is {hard}; this needs {n}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, n), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def drip(s, piece=b"x", every=0.1, limit=30):
    """Sends a piece again and again until the server answers or closes; what it said, and when."""
    began, readable = time.monotonic(), select.poll()  # select() knows only 1024 descriptors
    readable.register(s, select.POLLIN)
    while time.monotonic() - began < limit * PATIENCE:
        if readable.poll(every * 1000):
            try:
                return s.recv(65536), time.monotonic() - began
            except ConnectionResetError:
                return b"", time.monotonic() - began
        try:
            s.sendall(piece)
        except OSError:
            pass  # closed: the next look says so
    raise AssertionError(f"not cut in {limit} s")


def connections(server):
    text = request("GET", server.url + "/metrics").body.decode()
    return int(float(next(line for line in text.splitlines()
                          if line.startswith("pawl_http_connections ")).split()[1]))


# -- options

@pytest.mark.parametrize("option, value", [
    ("header-deadline", "0s"), ("header-deadline", "soon"), ("body-deadline", "2d"),
    ("idle-timeout", "1"), ("min-body-rate", "1kb"), ("max-header-size", "2MiB"), ("max-header-size", "10B"),
    ("max-body-size", "0"), ("max-body-size", "65MiB"), ("max-held-size", "1KiB"),
    ("max-connections", "0"),
    ("max-connections-per-ip", "many")])
def test_bad_limit_is_refused_with_its_name(tmp_path, option, value):
    for args, env in ([f"--{option}", value], {}), ([], {"PAWL_" + option.upper().replace("-", "_"): value}):
        done = subprocess.run([BIN, "serve", "--data", tmp_path / "data", "--listen", "127.0.0.1:0", *args],
                              env=env, capture_output=True, timeout=20 * PATIENCE)
        assert done.returncode == 2, done
        assert f"--{option}" in done.stderr.decode() and value in done.stderr.decode()
        assert not (tmp_path / "data").exists()


def test_sizes_are_the_operators(new_pawl):
    with new_pawl(args=["--max-header-size", "2KiB"], env={"PAWL_MAX_BODY_SIZE": "3KiB"}) as server:
        applied = hooked(server, max_body="1MiB")
        small = hooked(server, "small", max_body="1KiB")
        assert server.call(applied, b"x" * 3072).status == 202
        assert server.call(applied, b"x" * 3073).status == 413
        assert server.call(small, b"x" * 1025).status == 413  # the workflow's own bound is lower
        assert server.call(applied, b"x", {"X-Long": "y" * 1500}).status == 202
        assert server.call(applied, b"x", {"X-Long": "y" * 2048}).status == 431


# -- many and slow

def test_ten_thousand_idle_connections_and_drips_stop_nobody(new_pawl):
    n = 10_000
    with ExitStack() as stack:
        stack.enter_context(descriptors(n + 500))
        server = stack.enter_context(new_pawl(args=["--header-deadline", "4s"]))
        applied = hooked(server)
        empty_kib = server.rss_kib()
        for k in range(n):
            stack.enter_context(connect(server.url, 30, f"127.0.0.{2 + k % 4}"))
        drips = [stack.enter_context(connect(server.url, 30)) for _ in range(10)]
        for s in drips:
            s.sendall(b"POST /hook/x HTTP/1.1\r\nHost: h\r\nX-Slow: ")
        began = time.monotonic()
        for k in range(100):
            for s in drips:
                s.sendall(b"x")
            assert server.call(applied, {"n": k}).status == 202
        assert time.monotonic() - began < 4 * PATIENCE
        assert connections(server) >= n + len(drips)
        if PATIENCE == 1:
            assert server.rss_kib() - empty_kib < 2 * n  # not even 2 KiB each
        for s in drips:
            said, _ = drip(s)
            assert said == b"" or status(said) == 408
        assert time.monotonic() - began < 8 * PATIENCE
        assert server.call(applied, {}).status == 202
        assert connections(server) >= n  # those that do nothing wrong are left alone


def test_drip_is_cut_at_its_deadline(shared):
    """The deadline counts from the first byte, however often another one comes."""
    with connect(shared.url, 30) as s:
        s.sendall(b"POST /hook/x HTTP/1.1\r\nHost: h\r\nX-Slow: ")
        said, took = drip(s, every=0.2)
    assert 9 <= took < 15 * PATIENCE, took
    assert said == b"" or status(said) == 408


SLOW_HEAD = ["--header-deadline", "1s"]
SLOW_BODY = ["--body-deadline", "2s", "--min-body-rate", "0"]
CHUNKED = "Host: h\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("args, start, piece, least", [
    (SLOW_HEAD, "Host: h\r\nX-Slow: ", b"x", 1),
    (SLOW_HEAD, "Host: h", b"\r\nX-A: b", 1),
    (SLOW_BODY, "Host: h\r\nContent-Length: 1000\r\n\r\n", b"x", 2),
    (SLOW_BODY, CHUNKED, b"1\r\nx\r\n", 2),
    (SLOW_BODY, CHUNKED, b"0", 2),
    (SLOW_BODY, CHUNKED + "1", b";a", 2),
    (SLOW_BODY, CHUNKED + "0\r\nX-A: b", b"x", 2),
    (["--min-body-rate", "1KiB"], "Host: h\r\nContent-Length: 100000\r\n\r\n", b"x" * 50, 5),
], ids=["header", "headers", "body", "chunks", "size", "extension", "trailer", "rate"])
def test_drip_anywhere_is_cut(new_pawl, args, start, piece, least):
    with new_pawl(args=args) as server:
        path = path_of(hooked(server))
        with connect(server.url, 30) as s:
            s.sendall(f"POST {path} HTTP/1.1\r\n{start}".encode())
            said, took = drip(s, piece)
            assert least - 0.2 <= took < (least + 2) * PATIENCE, took
            assert status(said) == 408, said
            assert b"connection: close" in said.lower()


def test_body_at_a_fair_rate_is_not_cut(new_pawl):
    """Slower than the deadlines of a head, and over the grace of the rate."""
    with new_pawl(args=["--header-deadline", "1s", "--min-body-rate", "1KiB"]) as server:
        path = path_of(hooked(server))
        size = 60 * 250
        with connect(server.url, 30) as s:
            s.sendall(message(path, f"Content-Length: {size}", body=b""))
            for _ in range(60):
                assert not select.select([s], [], [], 0.1)[0]
                s.sendall(b"x" * 250)
            assert read_answer(s.makefile("rb"))[0] == 202


def test_idle_connection_is_closed_silently(new_pawl):
    with new_pawl(args=["--idle-timeout", "500ms"]) as server:
        path = path_of(hooked(server))
        with connect(server.url) as fresh, connect(server.url) as used:
            assert ask(used, message(path, length()))[0] == 202
            assert is_closed(used) and is_closed(fresh)


def test_one_address_cannot_take_all_connections(new_pawl):
    with new_pawl(args=["--max-connections-per-ip", "3"]) as server, ExitStack() as stack:
        path = path_of(hooked_from_elsewhere(server))
        for _ in range(3):
            stack.enter_context(connect(server.url, source="127.0.0.2"))
        until(lambda: connections(server) >= 4, what="the connections to be counted")
        with connect(server.url, source="127.0.0.2") as s:
            code, headers, body = ask(s, message(path, length()))
            assert code == 503 and headers["retry-after"] and json.loads(body)["code"] == 503
        with connect(server.url, source="127.0.0.3") as s:
            assert ask(s, message(path, length()))[0] == 202
        stack.close()
        # A place that becomes free can be taken.
        def again():
            with connect(server.url, source="127.0.0.2") as s:
                return ask(s, message(path, length()))[0] == 202
        until(again, what="a free place")


def hooked_from_elsewhere(server):
    """Applied over connections that are gone by the time that they are counted."""
    applied = hooked(server)
    until(lambda: connections(server) == 1, what="the command line's connections to be gone")
    return applied


def test_idle_connections_leave_files_for_the_work(new_pawl, tmp_path, sink):
    """More connections than the process may have files: whoever comes is served, and runs run."""
    limited = tmp_path / "limited"
    limited.write_text(f'#!/bin/sh\nulimit -n 300\nexec "{BIN}" "$@"\n')
    limited.chmod(0o755)
    with new_pawl(binary=str(limited)) as server, ExitStack() as stack:
        assert server.events("connections_limited")[0]["to"] == 150
        applied = server.apply(workflow("posts", [node("post", "http_request", {"method": "POST", "url": sink.url})]))
        for _ in range(400):
            stack.enter_context(connect(server.url, source="127.0.0.2"))

        def answer():
            try:
                return server.call(applied, {})
            except OSError:  # turned away before the request was out
                return None
        accepted = until(lambda: (got := answer()) and got.status == 202 and got, what="idle connections to give way")
        assert server.finished_run(accepted.json()["data"]["runId"])["status"] == "completed"
        for _ in range(20):
            assert server.call(applied, {}).status == 202


def test_refused_callers_do_not_fill_the_queue_of_the_others(pawl):
    """What is refused is logged, too, but only as fast as the disk takes it."""
    guarded = hooked(pawl, "guarded", auth=[{"type": "header", "name": "X-Token", "secret": "abc"}])
    flood = message(path_of(guarded), length()) * 3000
    with ExitStack() as stack:
        floods = [stack.enter_context(connect(pawl.url)) for _ in range(60)]
        for s in floods:
            s.setblocking(False)
        left = [flood] * len(floods)

        def push():
            for k, s in enumerate(floods):
                try:
                    while s.recv(1 << 20):
                        pass
                except BlockingIOError:
                    pass
                try:
                    left[k] = left[k][s.send(left[k]):] or flood
                except BlockingIOError:
                    pass
        for _ in range(60):
            push()
            assert pawl.call(guarded, {}, {"X-Token": "abc"}).status == 202
    assert "refused" in {r["verdict"] for r in pawl.cli_json("requests", "--limit", "100")}


# -- the end

def test_drain_closes_the_idle_and_answers_the_busy(pawl):
    path = path_of(hooked(pawl))
    with connect(pawl.url) as idle, connect(pawl.url) as used, connect(pawl.url) as busy:
        assert ask(used, message(path, length()))[0] == 202
        busy.sendall(message(path, length(), body=b""))
        until(lambda: connections(pawl) >= 4, what="the connections to be open")
        pawl.process.send_signal(signal.SIGTERM)
        assert is_closed(idle) and is_closed(used)
        code, headers, _ = ask(busy, BODY)
        assert code == 202 and headers["connection"] == "close"
        assert is_closed(busy)
    assert pawl.process.wait(10 * PATIENCE) == 0


def test_stuck_peers_do_not_hold_up_the_end(pawl):
    path = path_of(hooked(pawl))
    with connect(pawl.url) as body, connect(pawl.url) as head, connect(pawl.url) as deaf:
        body.sendall(message(path, "Content-Length: 100", body=b"x"))
        head.sendall(b"POST /hook/x HTTP/1.1\r\nHost:")
        # Asks for more than the sockets hold, and reads nothing of it.
        deaf.sendall(message("/openapi.json", "Connection: keep-alive", method="GET", body=b"") * 400)
        until(lambda: connections(pawl) >= 4, what="the connections to be open")
        began = time.monotonic()
        pawl.process.send_signal(signal.SIGTERM)
        assert pawl.process.wait(20 * PATIENCE) == 0
        assert time.monotonic() - began < 10


def test_commits_under_way_are_answered_at_the_end(pawl):
    """Nothing that was sent whole before the signal goes without an answer."""
    path = path_of(hooked(pawl))
    with ExitStack() as stack:
        callers = [stack.enter_context(connect(pawl.url)) for _ in range(50)]
        for s in callers:
            s.sendall(message(path, length()) * 5)
        pawl.process.send_signal(signal.SIGTERM)
        for s in callers:
            got = b""
            while part := s.recv(65536):
                got += part
            codes = [int(m[9:12]) for m in ANSWER.findall(got)]
            assert codes and set(codes) == {202}, got
    assert pawl.process.wait(10 * PATIENCE) == 0
