"""Bodies of every kind: forms with files, compressed ones, CloudEvents, and those that mean harm."""

import gzip
import hashlib
import hmac
import json
import os
import socket
import threading
import urllib.parse
import zlib

import pytest

from harness import PATIENCE, SANITIZED, node, request, until, workflow

SEEN = node("seen", "json", {"data": {
    "body": "${workflow.input.body}", "files": "${workflow.input.files}",
    "error": "${workflow.input.body_error}", "event": "${workflow.input.cloudevent}",
    "events": "${workflow.input.cloudevents}"}})
RAW_LENGTH = node("done", "json", {"data": {"body": "${workflow.input.body}",
                                            "error": "${workflow.input.body_error}"}})
SPARE_KIB = 64 * 1024


def hook(name="bodies", nodes=(SEEN,), **config):
    return workflow(name, nodes, trigger={"type": "webhook", "config": config})


@pytest.fixture(scope="module")
def seen(shared):
    """Sends a body and returns what expressions see of it."""
    applied = shared.apply(hook(max_body="4MiB"))

    def send(body, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = request("POST", applied["hook_url"], body, headers)
        assert answer.status == 202, answer
        run = shared.finished_run(answer.json()["data"]["runId"])
        assert run["status"] == "completed", run
        return run["output"]["data"]
    return send


def form(*parts, boundary="----b0und"):
    """(name, content), or (name, content, file name, type)."""
    lines = []
    for name, content, *rest in parts:
        extra = f'; filename="{rest[0]}"\r\nContent-Type: {rest[1]}' if rest else ""
        lines.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n'.encode()
                     + content + b"\r\n")
    return b"".join(lines) + f"--{boundary}--\r\n".encode(), \
        {"Content-Type": f"multipart/form-data; boundary={boundary}"}


# -- forms with files

def test_form_with_files_and_their_bytes(pawl):
    applied = pawl.apply(hook())
    picture = os.urandom(5000)
    body, headers = form(("title", b"Holiday"), ("tag", b"a"), ("tag", "ž".encode()),
                         ("meta", b'{"n":1}'), ("photo", picture, 'C:\\me\\caf\u00e9.png', "image/png"),
                         ("note", b"<script>", "note.html", "text/html"), ("none", b"", "", "x/y"))
    run = pawl.run_of(applied, body, headers)
    data, request_id = run["output"]["data"], run["request_id"]
    assert data["body"] == {"title": "Holiday", "tag": ["a", "ž"], "meta": '{"n":1}'}
    assert data["error"] is None
    photo, note = data["files"]
    assert photo == {"field": "photo", "name": "caf\u00e9.png", "type": "image/png", "size": 5000,
                     "ref": f"{request_id}/0"}
    assert note == {"field": "note", "name": "note.html", "type": "text/html", "size": 8,
                    "ref": f"{request_id}/1"}

    got = pawl.api("GET", f"/api/v1/requests/{request_id}/files/0")
    assert (got.status, got.body) == (200, picture)
    assert got.headers["Content-Type"] == "image/png"
    assert got.headers["Content-Disposition"].startswith('attachment; filename="caf')
    assert got.headers["Content-Disposition"].endswith("; filename*=UTF-8''caf%C3%A9.png")
    got = pawl.api("GET", f"/api/v1/requests/{request_id}/files/1")
    assert got.body == b"<script>"
    assert got.headers["Content-Disposition"] == \
        "attachment; filename=\"note.html\"; filename*=UTF-8''note.html"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    for wrong in ("2", "-1", "x", "99999999999999999999999"):
        assert pawl.api("GET", f"/api/v1/requests/{request_id}/files/{wrong}").status == 404
    assert pawl.api("GET", "/api/v1/requests/1/files/0").status == 404
    assert request("GET", f"{pawl.url}/api/v1/requests/{request_id}/files/0").status == 401


def test_compressed_form_gives_its_files(pawl):
    applied = pawl.apply(hook())
    body, headers = form(("f", b"x" * 100000, "x.txt", "text/plain"))
    run = pawl.run_of(applied, gzip.compress(body), {**headers, "Content-Encoding": "gzip"})
    assert run["output"]["data"]["files"][0]["size"] == 100000
    got = pawl.api("GET", f"/api/v1/requests/{run['request_id']}/files/0")
    assert got.body == b"x" * 100000


def test_files_are_sent_on(pawl, sink):
    picture = os.urandom(5000)
    forward = node("forward", "http_request", {
        "method": "POST", "url": sink.url + "/form", "body_type": "multipart", "body": {
            "title": "${workflow.input.body.title}", "photos": "${workflow.input.files[*]}"}})
    store = node("store", "http_request", {
        "method": "PUT", "url": sink.url + "/file", "body_type": "file", "body": "${workflow.input.files[0]}"})
    applied = pawl.apply(hook("on", (forward, store)))
    body, headers = form(("title", b"Holiday"), ("photo", picture, "a.png", "image/png"),
                         ("photo", b"two", "b.txt", "text/plain"))
    run = pawl.run_of(applied, gzip.compress(body), {**headers, "Content-Encoding": "gzip"})
    assert run["status"] == "completed", run
    sent, stored = sink.next(), sink.next()
    boundary = sent["headers"]["Content-Type"].split("boundary=")[1]
    again, _ = form(("title", b"Holiday"), ("photos", picture, "a.png", "image/png"),
                    ("photos", b"two", "b.txt", "text/plain"), boundary=boundary)
    assert sent["body"] == again
    assert (stored["body"], stored["headers"]["Content-Type"]) == (picture, "image/png")

    # Another run's files are out of reach, wherever the reference comes from.
    thief = pawl.apply(hook("thief", (node("steal", "http_request", {
        "method": "PUT", "url": sink.url, "body_type": "file", "body": "${workflow.input.body}"}),)))
    stolen = pawl.run_of(thief, {"ref": f"{run['request_id']}/0"})
    assert stolen["status"] == "failed" and "none of this run's request" in json.dumps(stolen)


@pytest.mark.parametrize("body,status,detail", [
    (b"--b\r\n\r\nx\r\n--b--", 400, "part 1: it has no Content-Disposition"),
    (b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n", 400, "part 1: no boundary follows it"),
    (b"not a form", 400, "does not begin with the boundary"),
    (b"--b\r\nContent-Disposition: form-data; name=" + b"n" * 9000 + b"\r\n\r\nx\r\n--b--", 413,
     "headers are longer than 8 KiB"),
])
def test_broken_forms_are_refused(shared, body, status, detail):
    answer = request("POST", shared.hooked["hook_url"], body,
                     {"Content-Type": "multipart/form-data; boundary=b"})
    assert answer.status == status
    assert detail in answer.json()["error"]["detail"]


# -- Content-Encoding

TEXT = b'{"text":"ein Wort, ein Wort, ein Wort"}'


def bare_deflate(text):
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeeze.compress(text) + squeeze.flush()


@pytest.mark.parametrize("encoding,sent", [
    ("gzip", gzip.compress(TEXT)), ("x-gzip", gzip.compress(TEXT)), ("deflate", zlib.compress(TEXT)),
    ("deflate", bare_deflate(TEXT)), ("deflate, gzip", gzip.compress(zlib.compress(TEXT))),
    ("identity", TEXT),
])
def test_compressed_bodies_are_read(seen, encoding, sent):
    assert seen(sent, Content_Type="application/json", Content_Encoding=encoding)["body"] == json.loads(TEXT)


def test_half_of_a_surrogate_pair_is_taken_for_what_it_is(seen):
    """JavaScript writes it when a text was cut inside of an emoji."""
    body = seen(rb'{"text": "cut \ud83d", "\ude00": "\ud83d\ude00"}', Content_Type="application/json")["body"]
    assert body == {"text": "cut \ufffd", "\ufffd": "\U0001f600"}


def test_brotli_is_read(seen):
    assert seen(bytes.fromhex("0b028068656c6c6f03"), Content_Type="text/plain",
                Content_Encoding="br")["body"] == "hello"


def test_signatures_are_over_the_received_bytes(pawl):
    applied = pawl.apply(hook(auth=[{"type": "signature", "scheme": "github", "secret": "s3cret"}]))
    sent = gzip.compress(TEXT)

    def signed(over):
        mac = hmac.new(b"s3cret", over, hashlib.sha256).hexdigest()
        return request("POST", applied["hook_url"], sent, {
            "Content-Type": "application/json", "Content-Encoding": "gzip",
            "X-Hub-Signature-256": f"sha256={mac}"})
    assert signed(TEXT).status == 401
    accepted = signed(sent)
    assert accepted.status == 202
    run = pawl.finished_run(accepted.json()["data"]["runId"])
    assert run["output"]["data"]["body"] == json.loads(TEXT)
    # What was received is what is stored: a replay reads it again.
    pawl.api("POST", f"/api/v1/requests/{run['request_id']}/replay")
    until(lambda: len(pawl.get("/api/v1/runs")["items"]) == 2, what="the replay")
    again = pawl.finished_run(pawl.get("/api/v1/runs")["items"][0]["id"])
    assert again["output"]["data"]["body"] == json.loads(TEXT)


@pytest.mark.parametrize("encoding,sent,status,kind", [
    ("zstd", TEXT, 415, "unsupported_encoding"),
    ("gzip", gzip.compress(TEXT)[:-3], 400, "malformed_body"),
    ("gzip", gzip.compress(TEXT) + b"\n", 400, "malformed_body"),
    ("deflate", zlib.compress(TEXT) + b"\n", 400, "malformed_body"),
    ("gzip", TEXT, 400, "malformed_body"),
    ("gzip", gzip.compress(b"{"), 400, "malformed_body"),
    ("gzip", gzip.compress(b" " * 1100000), 413, "body_too_large"),
    ("gzip, gzip, gzip", TEXT, 415, "unsupported_encoding"),
])
def test_broken_encodings_are_refused(shared, encoding, sent, status, kind):
    answer = request("POST", shared.hooked["hook_url"], sent,
                     {"Content-Type": "application/json", "Content-Encoding": encoding})
    assert (answer.status, answer.json()["error"]["type"]) == (status, kind)
    assert (answer.headers["Accept-Encoding"] == "gzip, deflate, br") == (status == 415)


# -- CloudEvents

EVENT = {"specversion": "1.0", "id": "A-1", "source": "/shop", "type": "order.created"}


def test_cloudevents_in_every_mode(seen):
    data = seen(b'{"n":1}', Content_Type="application/json", ce_specversion="1.0", ce_id="A-1",
                ce_source="/shop", ce_type="order.created", ce_subject="Caf%C3%A9")
    assert data["body"] == {"n": 1}
    assert data["event"] == {**EVENT, "subject": "Café", "datacontenttype": "application/json",
                             "data": {"n": 1}}
    structured = json.dumps({**EVENT, "data": {"n": 1}})
    data = seen(structured, Content_Type="application/cloudevents+json; charset=UTF-8")
    assert data["event"] == data["body"] == {**EVENT, "data": {"n": 1}}
    data = seen(f"[{structured}]", Content_Type="application/cloudevents-batch+json")
    assert (data["event"], data["events"]) == (None, [{**EVENT, "data": {"n": 1}}])
    assert seen(b"{}", Content_Type="application/json")["event"] is None


# -- harm

class Bystander:
    """Calls another workflow all the while: everybody is answered, nobody waits for long."""

    def __init__(self, applied):
        self.url, self.answers, self.ended = applied["hook_url"], [], threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.ended.is_set():
            self.answers.append(request("POST", self.url, {"bystander": True}).status)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()
        assert len(self.answers) > 2 and set(self.answers) == {202}, self.answers[-5:]


def gigabyte(url):
    """Sends it in chunks before it looks for an answer; nothing if it is cut off."""
    parts = urllib.parse.urlsplit(url)
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    with socket.create_connection((parts.hostname, parts.port), 10 * PATIENCE) as s:
        s.sendall(f"POST {parts.path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        try:
            for _ in range((1 << 30) // 0x10000):
                s.sendall(piece)
            return s.recv(4096)
        except (BrokenPipeError, ConnectionResetError):
            return b""


def peak_kib(pawl):
    with open(f"/proc/{pawl.process.pid}/status") as f:
        return int(next(l for l in f if l.startswith("VmHWM")).split()[1])


def test_harmful_bodies_cost_little(pawl):
    small = pawl.apply(hook("small"))
    large = pawl.apply(hook("large", (RAW_LENGTH,), max_body="64MiB"))
    other = pawl.apply(workflow("other", [node("ok", "json", {"data": 1})]))
    pawl.run_of(other, {})
    idle = pawl.rss_kib()

    bomb = gzip.compress(bytes(100 << 20), 9)
    assert len(bomb) < 110 << 10
    many_parts, as_form = form(*[(f"f{i}", b"x") for i in range(10000)])
    many_keys = ("{" + ",".join(f"\"{i:x}\":0" for i in range(1000000)) + "}").encode()
    as_json = {"Content-Type": "application/json"}
    gzipped = {**as_json, "Content-Encoding": "gzip"}
    with Bystander(other):
        for applied in (small, large):
            for sent, headers, status in [
                    (bomb, gzipped, 413), (gzip.compress(bomb), {**as_json, "Content-Encoding": "gzip, gzip"}, 413),
                    (many_parts, as_form, 413), (b"[" * 513 + b"]" * 513, as_json, 400)]:
                answer = pawl.call(applied, sent, headers)
                assert answer.status == status, answer
            got = gigabyte(applied["hook_url"])
            assert got.startswith(b"HTTP/1.1 413") or SANITIZED and not got, got
        assert pawl.call(small, many_keys, as_json).status == 413
        answer = pawl.call(large, many_keys, as_json)
        assert answer.status == 202
        run = pawl.finished_run(answer.json()["data"]["runId"])
        assert pawl.get("/api/v1/requests/" + run["request_id"])["body"] == many_keys.decode()
    assert run["status"] == "completed"
    assert run["output"]["data"]["body"] is None
    assert run["output"]["data"]["error"]["code"] == "too_complex"
    if not SANITIZED:
        assert peak_kib(pawl) - idle < SPARE_KIB, (peak_kib(pawl), idle)
    reasons = [r["reason"] for r in pawl.get("/api/v1/requests?verdict=refused&limit=100")["items"]]
    for word in ("decompressed", "1000 parts", "512 levels", "body_too_large"):
        assert any(word in reason for reason in reasons), (word, reasons)
