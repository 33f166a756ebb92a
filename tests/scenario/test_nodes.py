"""What each node does against the real world: good, odd and broken peers, clocks and people."""

import datetime
import gzip
import json
import pathlib
import socketserver
import ssl
import threading

import pytest

from harness import Sink, node, workflow

CERTIFICATE = pathlib.Path(__file__).parent / "tls" / "localhost.pem"


class Flow:
    """Workflows of one node behind a webhook, on one server."""

    def __init__(self, pawl):
        self.pawl, self.count = pawl, 0

    def apply(self, *nodes):
        self.count += 1
        return self.pawl.apply(workflow(f"flow-{self.count}", nodes))

    def run(self, *nodes, body=None, timeout=15):
        return self.pawl.run_of(self.apply(*nodes), {} if body is None else body, timeout=timeout)

    def http(self, config, body=None, **settings):
        return self.run(node("call", "http_request", config, **settings), body=body)

    def problems(self, *nodes):
        """Pointer -> message of what is wrong with a document of these nodes."""
        done = self.pawl.cli("validate", "--json", "-", check=False,
                             stdin=json.dumps(workflow("checked", nodes)).encode())
        checked = json.loads(done.stdout)[0]
        assert checked["valid"] == (done.returncode == 0)
        return {p["pointer"]: p["message"] for p in checked.get("problems", [])}


@pytest.fixture(scope="module")
def flow(shared):
    return Flow(shared)


def answering(status=200, headers=None, body=b""):
    return Sink(lambda r: (status, headers or {}, body))


# -- http_request: what is sent

@pytest.mark.parametrize("tail,sent", [
    ("/users/${workflow.input.body.p}", "/users/John%20Smith%20%22%3C%3E%5C%5E%60%7B%7C%7D"),
    ("/a b?c d=e f#g h", "/a%20b?c%20d=e%20f"),
    ("/%2F%20?x=%26", "/%2F%20?x=%26"),
    ("/é?ü", "/%C3%A9?%C3%BC"),
    ("?q=${workflow.input.body.p}", "/?q=John%20Smith%20%22%3C%3E%5C%5E%60%7B%7C%7D"),
    ("/[1]", "/[1]"),
])
def test_what_a_url_cannot_hold_is_escaped(flow, sink, tail, sent):
    run = flow.http({"url": sink.url + tail}, body={"p": 'John Smith "<>\\^`{|}'})
    assert run["status"] == "completed", run["error"]
    assert sink.next()["path"] == sent


def test_query_is_added_and_escaped(flow, sink):
    run = flow.http({"url": sink.url + "/a?x=1#f", "query": {
        "n": 1.0, "t": True, "left out": None, "l": ["a", 2], "é &=": "${workflow.input.body.v}",
        "e": ""}}, body={"v": "x\r\n+%é"})
    assert run["status"] == "completed", run["error"]
    assert sink.next()["path"] == \
        "/a?x=1&n=1.0&t=true&l=a&l=2&%C3%A9%20%26%3D=x%0D%0A%2B%25%C3%A9&e="


def test_a_header_without_a_value_is_left_out(flow, sink):
    run = flow.http({"url": sink.url, "headers": {"X-None": "${workflow.input.body.none}",
                                                  "X-Some": "${workflow.input.body.some}"}},
                    body={"some": 7})
    assert run["status"] == "completed", run["error"]
    headers = sink.next()["headers"]
    assert headers["X-Some"] == "7" and "X-None" not in headers


@pytest.mark.parametrize("config,body", [
    ({"headers": {"X-A": "${workflow.input.body}"}}, "a\r\nX-Evil: 1"),
    ({"headers": {"X-A": "${workflow.input.body}"}}, "a\x00b"),
    ({"url": "http://127.0.0.1/${workflow.input.body}"}, "x HTTP/1.1\r\nX-Evil: 1"),
    ({"url": "${workflow.input.body}"}, "http://u:p@127.0.0.1/"),
    ({"url": "${workflow.input.body}"}, "http://127.0.0.1\\@evil.example/"),
    ({"url": "${workflow.input.body}"}, "http://127.0.0.1:80@evil.example/"),
    ({"url": "${workflow.input.body}"}, "http://good${@127.0.0.1/}"),
    ({"url": "${workflow.input.body}"}, "file:///etc/passwd"),
    ({"url": "${workflow.input.body}"}, "http:///x"),
    ({"url": "${workflow.input.body}"}, ""),
    ({"auth": {"type": "header", "name": "${workflow.input.body}", "secret": "s"},
      "headers": {"X-Key": "t"}}, "x-key"),
])
def test_what_must_not_be_sent_is_not(flow, sink, config, body):
    run = flow.http({"url": sink.url, **config}, body=f'"{body}"' if not body else body)
    assert run["status"] == "failed" and run["error"]["code"] == "invalid_config", run["error"]
    assert sink.requests == []


def test_mistakes_that_can_be_seen_are_refused_with_the_document(flow):
    at = "/nodes/0/config"
    for config, pointer, says in (
            ({"headers": {"Bad Name": "x"}}, "/headers/Bad Name", "not allowed"),
            ({"headers": {"": "x"}}, "/headers/", "not allowed"),
            ({"headers": {"content-length": "1"}}, "/headers/content-length", "cannot be set"),
            ({"headers": {"X": "a\nb"}}, "/headers/X", "line break"),
            ({"headers": {"authorization": "x"}, "auth": {"type": "bearer", "secret": "s"}},
             "/headers/authorization", "auth"),
            ({"headers": {"x-key": "x"}, "auth": {"type": "header", "name": "X-Key", "secret": "s"}},
             "/headers/x-key", "auth"),
            ({"auth": {"type": "header", "name": "Host name", "secret": "s"}}, "/auth/name",
             "not allowed"),
            ({"method": "HEAD", "body": {}}, "/body", "HEAD"),
            ({"method": "POST", "body_type": "form", "body": [1]}, "/body", "object"),
            ({"url": "http://u:p@crm.example/"}, "/url", "credentials"),
            ({"url": "https://${secrets.u}:${secrets.p}@crm.example/"}, "/url", "credentials"),
            ({"url": "http://crm.example\\x/"}, "/url", "URL"),
            ({"url": "http://crm.example/\n"}, "/url", "URL")):
        found = flow.problems(node("call", "http_request", {"url": "http://crm.example", **config}))
        assert list(found) == [at + pointer], (config, found)
        assert says in found[at + pointer]
    for config in ({"url": "HTTP://crm.example/a b"}, {"headers": {"X": "${workflow.input.raw}"}},
                   {"url": "${workflow.input.body[?@.a=='x'].url}"}, {"headers": {"X-A": "ä\tb"}},
                   {"url": "https://${workflow.input.body[?@.a=='x'].host}/@"}):
        assert flow.problems(node("call", "http_request",
                                  {"url": "http://crm.example", **config})) == {}, config


# -- http_request: what is read

@pytest.mark.parametrize("content_type,body,data", [
    ("application/vnd.api+json; charset=utf-8", b'{"n":1.0}', {"n": 1.0}),
    ("text/json", b"[1]", [1]),
    ("application/json", b'\xef\xbb\xbf{"a":1}', {"a": 1}),
    ("application/json; charset=gbk", b'{"a":"\xd6\xd0"}', {"a": "中"}),
    ("application/json", b"not json", "not json"),
    ("application/json", b"", None),
    ("text/plain; charset=iso-8859-1", b"caf\xe9", "café"),
    ("text/html; charset=windows-1252", b"\x80", "€"),
    ("text/plain", "☃".encode(), "☃"),
    ("image/png", b"\x89PNG\xff", "iVBOR/8="),
])
def test_answer_is_read_by_its_type(flow, content_type, body, data):
    with answering(headers={"Content-Type": content_type}, body=body) as sink:
        run = flow.http({"url": sink.url})
    assert run["output"]["data"] == data
    assert run["output"].get("encoding") == ("base64" if content_type == "image/png" else None)


@pytest.mark.parametrize("asked", [{}, {"Accept-Encoding": "gzip"}])
def test_compressed_answer_is_read(flow, asked):
    packed = gzip.compress(b'{"n":1}')
    with answering(headers={"Content-Encoding": "gzip"}, body=packed) as sink:
        run = flow.http({"url": sink.url, "headers": asked})
        assert sink.next()["headers"].get("Accept-Encoding") == asked.get("Accept-Encoding")
    assert run["output"]["data"] == {"n": 1}


def test_compressed_answer_is_held_to_its_limit_unpacked(flow):
    packed = gzip.compress(b" " * (8 << 20))
    assert len(packed) < 16384
    with answering(headers={"Content-Encoding": "gzip"}, body=packed) as sink:
        run = flow.http({"url": sink.url, "response": {"max_size": "1MiB"}})
    assert run["error"]["code"] == "too_large"


def test_header_bytes_of_an_answer_are_not_lost(flow):
    with answering(headers={"X-Old": "é"}, body=b"1") as sink:
        assert flow.http({"url": sink.url})["output"]["headers"]["x-old"] == "é"


# -- http_request: redirects

def test_redirect_to_another_origin_takes_no_credential_along(flow):
    with Sink() as other, Sink(lambda r: (307, {"Location": other.url + "/there"}, b"")) as first:
        for auth, name in (({"type": "bearer", "secret": "s3cret"}, "Authorization"),
                           ({"type": "header", "name": "X-Api-Key", "secret": "s3cret"},
                            "X-Api-Key")):
            run = flow.http({"url": first.url, "follow_redirects": True, "auth": auth,
                             "headers": {"X-Own": "s3cret", "Accept": "text/plain"}})
            assert run["status"] == "completed", run["error"]
            assert "s3cret" in first.next()["headers"][name]
            arrived = other.next()["headers"]
            assert "s3cret" not in str(arrived.items())
            assert arrived["Accept"] == "text/plain" and arrived["Idempotency-Key"]


def test_redirects_are_off_unless_asked_for(flow):
    with answering(302, {"Location": "/there"}) as sink:
        run = flow.http({"url": sink.url})
        assert (run["status"], run["error"]["code"]) == ("failed", "http_status")
        run = flow.http({"url": sink.url, "response": {"success": [302]}})
        assert run["output"]["headers"]["location"] == "/there"
        assert len(sink.requests) == 2


@pytest.mark.parametrize("location,code", [
    ("http://169.254.169.254/latest", "blocked"), ("http://10.0.0.1/", "blocked"),
    ("http://[fe80::1]/", "blocked"), ("file:///etc/passwd", "redirect"),
    ("gopher://127.0.0.1/", "redirect"), ("/again", "redirect")])
def test_redirects_are_checked_at_each_step(flow, location, code):
    with answering(302, {"Location": location}) as sink:
        run = flow.http({"url": sink.url, "follow_redirects": 3})
    assert (run["status"], run["error"]["code"]) == ("failed", code)


# -- http_request: odd and broken peers

@pytest.fixture
def peer():
    """A socket server that sends the bytes that the test sets, whatever it is asked."""
    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            while self.rfile.readline().strip():
                pass
            for part in self.server.parts:
                if callable(part):
                    part(self)
                else:
                    self.wfile.write(part)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True
        parts = ()

        def handle_error(self, *_):  # the client has left
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        server.url = f"http://127.0.0.1:{server.server_address[1]}/"
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("answer,code", [
    (b"", "network"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", "network"),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", "network"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nabc", "network"),
    (b"<html>no head</html>\r\n\r\n", "network"),
    (b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"y" * 60000 + b"\r\n", "network"),
    (b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: 1\r\n" % n for n in range(1100)) + b"\r\n",
     "too_large"),
    (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "network"),
])
def test_broken_answers_fail_the_node(flow, peer, answer, code):
    peer.parts = [answer]
    run = flow.http({"url": peer.url})
    assert (run["status"], run["error"]["code"]) == ("failed", code)


@pytest.mark.parametrize("answer,status,data", [
    (b"HTTP/1.1 204 No Content\r\n\r\n", 204, None),
    (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\n"
     b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", 200, {}),
    (b"HTTP/1.0 200\r\nContent-Type: text/plain\r\n\r\nto the end", 200, "to the end"),
    (b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
     b"2\r\nab\r\n1;x=y\r\nc\r\n0\r\nX-After: 1\r\n\r\n", 200, "abc"),
])
def test_odd_answers_are_read(flow, peer, answer, status, data):
    peer.parts = [answer]
    run = flow.http({"url": peer.url, "response": {"success": ["100-599"]}})
    assert run["status"] == "completed", run["error"]
    assert (run["output"]["status"], run["output"]["data"]) == (status, data)


def test_repeated_headers_are_joined_but_for_cookies(flow, peer):
    peer.parts = [b"HTTP/1.1 200 OK\r\nX-A: 1\r\nSet-Cookie: a=1; Expires=Wed, 21 Oct 2026 07:28:00"
                  b" GMT\r\nx-a:\r\nset-cookie: b=\xe9\r\nX-A: 3\r\nContent-Length: 0\r\n\r\n"]
    headers = flow.http({"url": peer.url})["output"]["headers"]
    assert headers == {"x-a": "1, , 3", "content-length": "0", "set-cookie": [
        "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=é"]}


def test_head_has_no_body_and_any_length(flow, peer):
    peer.parts = [b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n"]
    run = flow.http({"url": peer.url, "method": "HEAD", "response": {"type": "json"}})
    assert (run["output"]["data"], run["output"]["headers"]["content-length"]) == (None, "999")


def test_a_peer_that_drips_is_cut_off_at_the_timeout(flow, peer):
    gone = threading.Event()

    def drip(handler):
        try:
            while not gone.wait(0.05):
                handler.wfile.write(b"x")
        except OSError:
            gone.set()

    peer.parts = [b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", drip]
    run = flow.http({"url": peer.url}, timeout="300ms")
    assert run["error"]["code"] == "timeout", run["error"]
    assert gone.wait(10), "the connection was closed"


@pytest.fixture
def secure_sink():
    """An HTTPS server with a certificate of its own making, for localhost and 127.0.0.1."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with Sink(tls=context) as sink:
        yield sink


def test_a_server_is_known_by_its_certificate(flow, secure_sink):
    url, pem = secure_sink.url, CERTIFICATE.read_text()
    known = pem[pem.index("-----BEGIN CERTIFICATE"):]
    for tls in ({}, {"verify": True}, {"ca_pem": "not PEM"}):
        run = flow.http({"url": url, "tls": tls})
        assert (run["status"], run["error"]["code"]) == ("failed", "tls"), run["error"]
    assert secure_sink.requests == []
    for at, tls in ((url, {"ca_pem": known}), (url.replace("127.0.0.1", "localhost"),
                                               {"ca_pem": known}), (url, {"verify": False})):
        run = flow.http({"url": at, "tls": tls})
        assert run["status"] == "completed", run["error"]
    # What one call trusts, the next one does not.
    assert flow.http({"url": url})["error"]["code"] == "tls"


def test_a_certificate_is_good_for_its_own_names_only(flow, secure_sink):
    pem = CERTIFICATE.read_text()
    run = flow.http({"url": secure_sink.url.replace("127.0.0.1", "[::ffff:127.0.0.1]"),
                     "tls": {"ca_pem": pem[pem.index("-----BEGIN CERTIFICATE"):]}})
    assert (run["status"], run["error"]["code"]) == ("failed", "tls"), run["error"]


def test_a_proxy_is_asked_in_place_of_the_host(flow, sink):
    run = flow.http({"url": "http://nowhere.invalid/x?y=1", "proxy": sink.url,
                     "headers": {"X-A": "1"}})
    assert run["status"] == "completed", run["error"]
    asked = sink.next()
    assert (asked["path"], asked["headers"]["Host"]) == ("http://nowhere.invalid/x?y=1",
                                                         "nowhere.invalid")


@pytest.mark.parametrize("host", ["127.1", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]",
                                  "localhost"])
def test_loopback_is_refused_however_it_is_spelt(new_pawl, sink, host):
    pawl = new_pawl(env={"PAWL_EGRESS_ALLOW": ""}).start()
    port = sink.url.rsplit(":", 1)[1]
    run = Flow(pawl).http({"url": f"http://{host}:{port}/"})
    assert (run["status"], run["error"]["code"]) == ("failed", "blocked"), run["error"]
    assert sink.requests == []


@pytest.mark.parametrize("value,at_least", [("1", 1), ("0", 0), ("nonsense", 0)])
def test_retry_after_is_kept(flow, value, at_least):
    with Sink(lambda r: (503, {"Retry-After": value}, b"") if len(sink.requests) == 1
              else (200, {}, b"1")) as sink:
        run = flow.http({"url": sink.url}, retry={"max": 1, "initial": "10ms", "jitter": False})
        assert run["status"] == "completed", run["error"]
        first, second = (r["at"] for r in sink.requests)
        assert at_least <= second - first < at_least + 5


# -- conditions

@pytest.mark.parametrize("left,op,right,holds", [
    ("1", "equals", 1.0, True), ("\"1\"", "equals", 1, False), ("null", "equals", None, True),
    ("18446744073709551615", "greater", 18446744073709551614, True),
    ("1e400", "greater", 1, True), ("\"b\"", "greater", "a", True), ("\"10\"", "less", 9, False),
    ("\"2026-01-01T02:00:00+02:00\"", "less_or_equal", "2026-01-01T00:00:00Z", True),
    ("\"2026-01-01T00:30:00+01:00\"", "before", "2026-01-01T00:00:00Z", True),
    ("1767225600", "before", 1767225600001, True), ("null", "after", "2026-01-01", False),
    ("[1,[2]]", "contains", [2], True), ("\"abc\"", "contains", "b", True),
    ("{\"a\":1}", "contains", "a", True), ("5", "contains", 5, False),
    ("\"a\"", "in", ["a"], True), ("\"a\"", "not_in", ["b"], True), ("null", "in", [], False),
    ("\"żółw\"", "starts_with", "żó", True), ("\"abc\"", "ends_with", "bc", True),
    ("\"User.Created\"", "matches", "(?i)^user\\.", True), ("5", "matches", "5", False),
    ("null", "exists", ..., False), ("false", "exists", ..., True), ("0", "is_empty", ..., False),
    ("\"\"", "is_empty", ..., True), ("{}", "is_not_empty", ..., False),
    ("true", "is_true", ..., True), ("\"true\"", "is_true", ..., False),
    ("1e3", "type_is", "number", True), ("[]", "type_is", "array", True),
])
def test_condition(flow, left, op, right, holds):
    leaf = {"left": "${workflow.input.body.v}", "op": op}
    if right is not ...:
        leaf["right"] = right
    applied = flow.apply(node("yes", "if", leaf))
    answer = flow.pawl.call(applied, '{"v":%s}' % left, {"Content-Type": "application/json"})
    run = flow.pawl.finished_run(answer.json()["data"]["runId"])
    assert (run["status"], run["output"]) == ("completed", {"data": holds})


def test_groups_nest_and_stop_at_what_decides(flow):
    bad = {"left": "x", "op": "matches", "right": "${workflow.input.body.pattern}"}
    yes, no = ({"left": 1, "op": "equals", "right": n} for n in (1, 2))
    for condition, holds in (({"any": [yes, bad]}, True), ({"all": [no, bad]}, False),
                             ({"not": {"all": [yes, {"any": [no, {"not": yes}]}]}}, True)):
        run = flow.run(node("c", "if", condition), body={"pattern": "("})
        assert run["output"] == {"data": holds}, run["error"]
    run = flow.run(node("c", "if", {"any": [no, bad]}), body={"pattern": "("})
    assert run["error"]["code"] == "invalid_condition"


def test_a_pattern_that_would_take_hours_does_not_hold_up_the_others(flow):
    slow = flow.apply(node("c", "if", {"left": "${workflow.input.body}", "op": "matches",
                                       "right": "([a-z]+)*[0-9]"}))
    answer = flow.pawl.call(slow, "x" * 500000, {"Content-Type": "text/plain"})
    assert answer.status == 202
    assert flow.run(node("j", "json", {"data": 1}))["status"] == "completed"
    run = flow.pawl.finished_run(answer.json()["data"]["runId"])
    assert (run["status"], run["error"]["code"]) == ("failed", "invalid_condition")


# -- wait and terminate

@pytest.mark.parametrize("config", [
    {"for": "0s"}, {"for": "30ms"}, {"for": "${workflow.input.body.ms}"},
    {"until": "2020-02-29T23:59:60Z"}, {"until": "2020-01-01T00:00:00+14:00"},
    {"until": "${workflow.input.body.past}"}, {"until": "${workflow.input.body.past_ms}"}])
def test_waits_that_are_soon_over(flow, config):
    run = flow.run(node("w", "wait", config),
                   body={"ms": 20, "past": 1577836800, "past_ms": 1577836800000})
    assert (run["status"], run["output"]) == ("completed", {"data": None}), run["error"]


def test_a_wait_is_until_the_moment_in_any_zone(flow):
    at = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=5, minutes=30))) + \
        datetime.timedelta(seconds=1.5)
    run = flow.run(node("w", "wait", {"until": at.isoformat()}))
    assert run["status"] == "completed", run["error"]
    ended = datetime.datetime.fromisoformat(run["finished_at"].replace("Z", "+00:00"))
    # The API's times have milliseconds.
    assert -0.001 <= (ended - at).total_seconds() < 5


def test_a_wait_for_what_is_no_time_fails(flow):
    for value in ("soon", None, {"a": 1}, "2020-02-30T00:00:00Z"):
        run = flow.run(node("w", "wait", {"until": "${workflow.input.body.at}"}), body={"at": value})
        assert (run["status"], run["error"]["code"]) == ("failed", "invalid_config"), value


def test_terminate_ends_the_run_with_any_message(flow):
    for message, shown in (("no user 5", "no user 5"), ({"a": [1]}, '{"a":[1]}'), (7, "7"),
                           (None, ""), ("é" * 4000, "é" * 2048)):
        run = flow.run(node("t", "terminate", {"status": "failed",
                                               "message": "${workflow.input.body.m}"}),
                       node("never", "json", {"data": 1}), body={"m": message})
        assert (run["status"], run["error"]["code"]) == ("failed", "terminated")
        assert run["error"]["message"] == shown
        assert [n["id"] for n in run["nodes"] if n.get("started_at")] == ["t"]


# -- secrets

def test_no_secret_gets_into_an_error(new_pawl, sink):
    pawl = new_pawl()
    secrets = pathlib.Path(pawl.data) / "secrets"
    secrets.mkdir(parents=True)
    (secrets / "odd").write_text("s3cr3t value\twith \x01 blanks")
    (secrets / "host").write_text("s3cr3t.invalid")
    pawl.start()
    flow = Flow(pawl)
    odd = "${secrets.odd}"
    for config in ({"url": odd}, {"url": sink.url + "/" + odd}, {"url": "http://" + odd + "/"},
                   {"url": "http://${secrets.host}/"}, {"headers": {"X-A": odd}},
                   {"headers": {"X-A": ["${secrets.host}"]}},
                   {"query": {"q": odd}, "method": "HEAD", "body": "${secrets.host}"},
                   {"auth": {"type": "bearer", "secret": odd}},
                   {"auth": {"type": "basic", "username": odd + ":", "password": "x"}},
                   {"proxy": odd}, {"proxy": "http://${secrets.host}:1"},
                   {"tls": {"ca_pem": odd}},
                   {"body": {"a": odd}, "body_type": "form", "url": sink.url + "/?" + odd}):
        document = workflow(f"secret-{flow.count}", [node("call", "http_request",
                                                          {"url": sink.url, **config})])
        flow.count += 1
        path = pathlib.Path(pawl.root) / "document.json"
        path.write_text(json.dumps(document))
        done = pawl.cli("apply", str(path), "--json", check=False)
        if done.returncode:  # refused with the document: no secret was looked at
            assert b"s3cr3t" not in done.stdout + done.stderr
            continue
        answer = pawl.call(json.loads(done.stdout)[0], {})
        run = pawl.finished_run(answer.json()["data"]["runId"])
        assert "s3cr3t" not in json.dumps(run), config
    assert "s3cr3t" not in pawl.log()
