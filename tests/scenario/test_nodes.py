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
