"""What each node does against the real world: good, odd and broken peers, clocks and people."""

import gzip

import pytest

from harness import Sink, node, workflow


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
        answer = self.pawl.api("POST", "/api/v1/workflows",
                               {"document": workflow("refused", nodes)})
        if answer.status != 422:
            return {}
        return {p["pointer"]: p["message"] for p in answer.json()["error"]["problems"]}


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
