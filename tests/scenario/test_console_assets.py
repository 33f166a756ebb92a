"""The console's files: what is served at /console/, with which headers, and what is not."""

import gzip
import re

import pytest

from harness import raw, request

POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'none'; "
          "img-src 'self' data:; connect-src 'self'; font-src 'self'; frame-ancestors 'none'; "
          "base-uri 'none'; form-action 'self'")


def guards(answer):
    """What every answer below /console/ says, whatever else it says."""
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    return answer


def get(pawl, path, method="GET", **headers):
    return guards(request(method, pawl.url + path, headers={k.replace("_", "-"): v for k, v in headers.items()}))


@pytest.fixture
def console(shared):
    """A server that has a console: sanitized builds and those of crash points have none."""
    if get(shared, "/console/").status == 404:
        pytest.skip("built without the console")
    return shared


def script_of(pawl):
    page = get(pawl, "/console/")
    return re.search(rb'src="(/console/assets/[^"]+\.js)"', page.body).group(1).decode()


def test_a_build_without_it_says_so(shared):
    answer = get(shared, "/console/")
    if answer.status == 404:
        assert b"-Dconsole=build" in answer.body
        assert get(shared, "/console/assets/index.js").body == answer.body
    else:
        assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/", "/console"])
def test_what_leads_there(console, path):
    answer = get(console, path)
    assert answer.status == 302 and answer.headers["Location"] == "/console/"


@pytest.mark.parametrize("path", ["/console/", "/console/index.html", "/console/workflows",
                                  "/console/runs/3766197289993895936", "/console/a%20b/c?d=e.f"])
def test_pages_are_the_index(console, path):
    answer = get(console, path)
    assert answer.status == 200 and b'<div id="root">' in answer.body
    assert answer.headers["Cache-Control"] == "no-cache"


def test_the_index_has_nothing_that_the_policy_refuses(console):
    page = get(console, "/console/").body
    assert not re.search(rb"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|https?://", page)


@pytest.mark.parametrize("path", [
    "/console/missing.js", "/console/assets/", "/console/assets/index.js", "/console/assets/../index.html",
    "/console/../console/index.html", "/console/..", "/console/./x", "/console/%2e%2e/etc/passwd", "/console/a/..%2f..%2fetc",
    "/console/..%5c..%5cetc", "/console/a\\b", "/console/%00", "/console//etc/passwd.txt", "/consolex"])
def test_nothing_else_is_found(console, path):
    answer = raw(console.url, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    status = int(answer.split(b" ", 2)[1])
    assert status in (400, 404), answer[:400]
    assert b'id="root"' not in answer and b"root:" not in answer


@pytest.mark.parametrize("accepts,coding", [
    ("br", "br"), ("gzip", "gzip"), ("gzip, deflate, br, zstd", "br"), ("br;q=0, gzip", "gzip"),
    ("br;q=0.0,GZIP ; q=0.5", "gzip"), ("identity", None), ("", None), ("brotli, x-gzip", None)])
def test_encodings(console, accepts, coding):
    path = script_of(console)
    plain = get(console, path).body
    answer = get(console, path, Accept_Encoding=accepts)
    assert answer.headers["Content-Encoding"] == coding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    if coding == "gzip":
        assert gzip.decompress(answer.body) == plain
    elif coding is None:
        assert answer.body == plain
    else:
        assert len(answer.body) < len(plain) / 2


def test_each_encoding_has_its_etag(console):
    path = script_of(console)
    tags = {coding: get(console, path, Accept_Encoding=coding).headers["ETag"] for coding in ("br", "gzip", "identity")}
    assert len(set(tags.values())) == 3 and not any(tag.startswith("W/") for tag in tags.values())
    for coding, tag in tags.items():
        for known in (tag, f'W/{tag}', f'"other", {tag}', "*"):
            answer = get(console, path, Accept_Encoding=coding, If_None_Match=known)
            assert (answer.status, answer.body) == (304, b"")
            assert answer.headers["ETag"] == tag and answer.headers["Vary"] == "Accept-Encoding"
    assert get(console, path, Accept_Encoding="br", If_None_Match=tags["gzip"]).status == 200


def test_head_says_what_get_would(console):
    for path in ("/console/", script_of(console)):
        whole = get(console, path, Accept_Encoding="br")
        head = get(console, path, method="HEAD", Accept_Encoding="br")
        assert (head.status, head.body) == (200, b"")
        assert head.headers["Content-Length"] == str(len(whole.body)) and head.headers["ETag"] == whole.headers["ETag"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_files_are_only_read(console, method):
    answer = get(console, "/console/", method=method)
    assert answer.status == 405 and answer.headers["Allow"] == "GET, HEAD"
