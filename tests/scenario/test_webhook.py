"""What senders see: bodies kept as they were sent, who is let in, and what the log says of it."""

import base64
import hashlib
import hmac
import json
import os
import signal
import time
import urllib.parse

import pytest

from harness import basic, node, raw, request, until, workflow

ECHO = node("echo", "json", {"data": {"body": "${workflow.input.body}",
                                      "headers": "${workflow.input.headers}",
                                      "query": "${workflow.input.query}"}})


def hook(name="hooked", auth=None, nodes=(ECHO,), **config):
    if auth is not None:
        config["auth"] = auth
    return workflow(name, nodes, trigger={"type": "webhook", "config": config})


def echo(pawl, applied, body, headers=None, query=""):
    """Sends bytes and returns what the echo node made of them, and the run's text."""
    answer = request("POST", applied["hook_url"] + query, body, headers)
    assert answer.status == 202, answer
    run_id = answer.json()["data"]["runId"]
    run = pawl.finished_run(run_id)
    assert run["status"] == "completed", run
    return run["output"]["data"], pawl.api("GET", f"/api/v1/runs/{run_id}").body.decode()


def verdicts(pawl, n, **filters):
    """The n newest entries of the request log, once there are that many."""
    def check():
        items = pawl.get("/api/v1/requests?" + urllib.parse.urlencode(filters))["items"]
        return items if len(items) >= n else None
    return until(check, what=f"{n} entries in the request log")


# -- what comes in stays as it is

def test_answer_is_202_with_the_id_of_the_run(pawl):
    applied = pawl.apply(hook())
    answer = pawl.call(applied, {"event": "user.created", "userId": "12345",
                                 "metadata": {"role": "admin", "source": "app"}})
    assert answer.status == 202
    told = answer.json()
    assert (told["code"], told["message"], told["data"]["status"]) == (202, "ACCEPTED", "QUEUED")
    run = pawl.finished_run(told["data"]["runId"])
    assert run["status"] == "completed"
    assert run["request_id"] == told["data"]["requestId"]
    done = run["nodes"][0]
    assert done["status"] == "completed" and len(done["attempts"]) == 1
    assert done["output"]["data"]["body"]["metadata"] == {"role": "admin", "source": "app"}
    assert done["started_at"] <= done["finished_at"]


def test_json_comes_back_with_its_types(pawl):
    sent = {"text": "žluť \u0000 \U0001f600", "n": 1, "f": 0.5, "t": True, "no": False, "nil": None,
            "list": [1, [2, {"three": 3}], []], "empty": {}, "": "no name", "${x}": "${workflow.id}"}
    data, _ = echo(pawl, pawl.apply(hook()), sent)
    assert data["body"] == sent
    assert list(data["body"]) == list(sent), "members keep their order"


@pytest.mark.parametrize("number", ["18446744073709551615", "1e400", "0.1", "-0", "1E+2", "1.10",
                                    "0.1000000000000000055511151231257827", "9007199254740993"])
def test_numbers_come_back_as_they_were_written(shared, number):
    body = '{"n":%s,"list":[%s]}' % (number, number)
    _, text = echo(shared, shared.hooked, body, {"Content-Type": "application/json"})
    assert text.count(f'"n":{number},"list":[{number}]') >= 2, "in the input and in the output"


@pytest.mark.parametrize("depth", [500, 510, 512])
def test_json_as_deep_as_it_may_be_comes_back(shared, depth):
    body = "[" * depth + "]" * depth
    data, text = echo(shared, shared.hooked, body, {"Content-Type": "application/json"})
    assert json.dumps(data["body"]) == body
    assert text.count(body) >= 4, "in the run's input and output, and in the node's"


def test_any_json_value_is_a_body(shared):
    for sent in ("null", "true", "7", '"text"', "[]", "[null]"):
        data, _ = echo(shared, shared.hooked, sent, {"Content-Type": "application/json"})
        assert data["body"] == json.loads(sent)


def test_form_becomes_members_and_repeated_ones_arrays(shared):
    data, _ = echo(shared, shared.hooked, "a=1&b=x+y%26z&a=2&empty=&a=3",
                   {"Content-Type": "application/x-www-form-urlencoded"})
    assert data["body"] == {"a": ["1", "2", "3"], "b": "x y&z", "empty": ""}


def test_repeated_query_parameters_become_arrays(shared):
    data, _ = echo(shared, shared.hooked, {}, query="?tag=a&one=1&tag=b%20c&flag")
    assert data["query"] == {"tag": ["a", "b c"], "one": "1", "flag": ""}


def test_headers_are_kept(shared):
    data, _ = echo(shared, shared.hooked, {}, {"X-Old": "Väl ue".encode("latin-1"),
                                               "X-New": "Väl ☃".encode(), "X-Plain": "plain"})
    headers = {k.lower(): v for k, v in data["headers"].items()}
    assert headers["x-plain"] == "plain"
    assert (headers["x-old"], headers["x-new"]) == ("Väl ue", "Väl ☃")
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize("content_type,sent,body", [
    ("application/json", b'\xef\xbb\xbf{"a":1}', {"a": 1}),
    ("", b'\xef\xbb\xbf{"a":1}', {"a": 1}),
    ("application/json; charset=iso-8859-1", b'{"a":"\xe9"}', {"a": "é"}),
    ("application/problem+json;charset=UTF-8", b'{"a":"\xc3\xa9"}', {"a": "é"}),
    ("text/json", b"[]", []),
    ("text/plain; charset=iso-8859-1", b"caf\xe9", "café"),
    ('text/plain; charset="gb2312"', b"\xd6\xd0\xce\xc4", "中文"),
    ("text/html;charset=windows-1252", b"\x80", "€"),
    ("text/plain; charset=utf-8", b"\xff", "/w=="),
    ("text/plain", b'\xef\xbb\xbfkept', "\ufeffkept"),
    ("text/plain; charset=nonsense", "☃".encode(), "☃"),
    ("application/x-unknown", b"{}", "e30="),
    ("", b"", None),
    ("", b"a=1&b=2", "a=1&b=2"),
    ("application/json", b"", None),
    ("application/x-www-form-urlencoded", b"", None),
    ("application/x-www-form-urlencoded; charset=utf-8", b"%C3%A9=%&b=%zz&c=%2&=x&d&e=1=2&f[]=1",
     {"é": "%", "b": "%zz", "c": "%2", "": "x", "d": "", "e": "1=2", "f[]": "1"}),
])
def test_body_goes_by_type_and_charset(shared, content_type, sent, body):
    data, _ = echo(shared, shared.hooked, sent, {"Content-Type": content_type} if content_type else {})
    assert data["body"] == body


def test_text_and_bytes_bodies(shared):
    data, _ = echo(shared, shared.hooked, "just text ☃".encode(),
                   {"Content-Type": "text/plain; charset=utf-8"})
    assert data["body"] == "just text ☃"
    blob = bytes(range(256))
    data, _ = echo(shared, shared.hooked, blob, {"Content-Type": "application/octet-stream"})
    assert blob in [base64.b64decode(v) for v in
                    ([data["body"]] if isinstance(data["body"], str) else data["body"].values())
                    if isinstance(v, str) and len(v) > 300]


def test_templates_read_the_input(pawl):
    applied = pawl.apply(hook(nodes=[node("made", "compose", {"values": {
        "role": "${workflow.input.body.metadata.role}",
        "text": "user ${workflow.input.body.userId} from ${workflow.input.body.metadata}",
        "none": "${workflow.input.body.nothing}",
        "fallback": '${workflow.input.body.nothing ?? "none"}',
        "authors": "${workflow.input.body..author}",
        "method": "${workflow.input.method}",
        "header": "${workflow.input.headers['x-CASE']}",
        "literal": "$${not.a.path}"}})]))
    run = pawl.run_of(applied, {"userId": "12345", "metadata": {"role": "admin"},
                                "books": [{"author": "A"}, {"author": "B"}]}, {"X-Case": "kept"})
    assert run["output"]["data"] == {
        "role": "admin", "text": 'user 12345 from {"role":"admin"}', "none": None,
        "fallback": "none", "authors": ["A", "B"], "method": "POST", "header": "kept",
        "literal": "${not.a.path}"}


# -- who is let in

def test_basic(pawl):
    applied = pawl.apply(hook(auth=[{"type": "basic", "username": "ann", "password": "pass:wörd"}]))
    good = "Basic " + base64.b64encode("ann:pass:wörd".encode()).decode()
    assert pawl.call(applied, {}, {"Authorization": good}).status == 202
    for bad in (basic("ann", "pass"), basic("bob", "pass:wörd"), basic("ann", ""), "Basic !!!",
                "Basic", "Bearer x", ""):
        refused = pawl.call(applied, {}, {"Authorization": bad} if bad else {})
        assert refused.status == 401, bad
        assert refused.json()["error"]["type"] == "unauthorized"


def test_401_says_how_to_authenticate(pawl):
    applied = pawl.apply(hook(auth=[{"type": "basic", "username": "ann", "password": "secret"}]))
    assert (pawl.call(applied, {}).headers["WWW-Authenticate"] or "").startswith("Basic")


def test_header_and_bearer_and_any_of_several(pawl):
    applied = pawl.apply(hook(auth=[{"type": "header", "name": "X-Api-Key", "secret": "new-key"},
                                    {"type": "header", "name": "X-Api-Key", "secret": "old-key"},
                                    {"type": "bearer", "secret": "token-1"}]))
    for good in ({"X-Api-Key": "new-key"}, {"x-api-key": "old-key"},
                 {"Authorization": "Bearer token-1"}, {"Authorization": "bearer token-1"},
                 {"X-Api-Key": "wrong", "Authorization": "Bearer token-1"}):
        assert pawl.call(applied, {}, good).status == 202, good
    for bad in ({}, {"X-Api-Key": "new-ke"}, {"X-Api-Key": "new-key2"}, {"X-Api-Key": ""},
                {"Authorization": "Bearer token-12"}, {"Authorization": "token-1"},
                {"Authorization": "Basic token-1"}):
        assert pawl.call(applied, {}, bad).status == 401, bad
    logged = verdicts(pawl, 12)
    assert [r["verdict"] for r in logged].count("accepted") == 5
    assert all(r["reason"] for r in logged if r["verdict"] == "refused")


def mac(secret, text, algorithm=hashlib.sha256):
    return hmac.new(secret if isinstance(secret, bytes) else secret.encode(), text, algorithm)


def sign_github(secret, body, at):
    return {"X-Hub-Signature-256": "sha256=" + mac(secret, body).hexdigest(),
            "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958", "X-GitHub-Event": "push"}


def sign_standard(secret, body, at):
    key = base64.b64decode(secret[len("whsec_"):])
    signed = f"msg_1.{at}.".encode() + body
    return {"webhook-id": "msg_1", "webhook-timestamp": str(at),
            "webhook-signature": "v1," + base64.b64encode(mac(key, signed).digest()).decode()}


def sign_stripe(secret, body, at):
    return {"Stripe-Signature": f"t={at},v1={mac(secret, f'{at}.'.encode() + body).hexdigest()}"}


def sign_slack(secret, body, at):
    return {"X-Slack-Request-Timestamp": str(at), "X-Slack-Signature":
            "v0=" + mac(secret, f"v0:{at}:".encode() + body).hexdigest()}


def sign_hmac(secret, body, at):
    return {"X-Signature": mac(secret, body).hexdigest()}


SCHEMES = {"github": ("It's a Secret", sign_github, False),
           "standard-webhooks": ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", sign_standard, True),
           "stripe": ("whsec_test_secret", sign_stripe, True),
           "slack": ("8f742231b10e8888abcd99yyyzzz85a5", sign_slack, True),
           "hmac": ("generic secret", sign_hmac, False)}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_signature_and_its_tampered_twins(shared, scheme):
    secret, sign, timed = SCHEMES[scheme]
    applied = shared.apply(hook(f"signed-{scheme}",
                                [{"type": "signature", "scheme": scheme, "secret": secret}]))
    body, now = b'{"id":"evt_1","type":"ping","n":1.0}', int(time.time())
    other = "whsec_" + base64.b64encode(b"x" * 24).decode()

    def send(sent, headers):
        return request("POST", applied["hook_url"], sent,
                       {"Content-Type": "application/json", **headers}).status

    good = sign(secret, body, now)
    assert send(body, good) // 100 == 2
    name = next(n for n in good if "signature" in n.lower())
    twins = {"another body": (body + b" ", good),
             "another secret": (body, sign(other, body, now)),
             "no signature": (body, {k: v for k, v in good.items() if k != name}),
             "empty signature": (body, {**good, name: ""}),
             "cut signature": (body, {**good, name: good[name][:-1]}),
             "longer signature": (body, {**good, name: good[name] + "0"}),
             "no prefix": (body, {**good, name: "x" + good[name]})}
    if timed:
        twins["stale"] = (body, sign(secret, body, now - 3600))
        twins["from the future"] = (body, sign(secret, body, now + 3600))
        stale = sign(secret, body, now - 3600)
        twins["stale, made fresh"] = (body, {k: v.replace(str(now - 3600), str(now))
                                             for k, v in stale.items()})
    for what, (sent, headers) in twins.items():
        assert send(sent, headers) == 401, what
    logged = verdicts(shared, 1 + len(twins), workflow=f"signed-{scheme}")
    reasons = " ".join(r["reason"] or "" for r in logged)
    assert "bad_signature" in reasons and "malformed_signature" in reasons
    if timed:
        assert "stale_timestamp" in reasons and "future_timestamp" in reasons
    assert secret not in json.dumps(logged)


@pytest.mark.parametrize("parts,make", [
    ({"header": "X-Sig", "algorithm": "hmac-sha1", "prefix": "sha1="},
     lambda body, ts: {"X-Sig": "sha1=" + mac("k1", body, hashlib.sha1).hexdigest()}),
    ({"algorithm": "hmac-sha512", "encoding": "base64"},
     lambda body, ts: {"x-signature":
                       base64.b64encode(mac("k1", body, hashlib.sha512).digest()).decode()}),
    ({"timestamp": "X-Ts", "tolerance": "10s"},
     lambda body, ts: {"X-Ts": ts, "X-Signature": mac("k1", ts.encode() + b"." + body).hexdigest()}),
    ({"timestamp": "X-Ts", "signed": "v1:{ts}:{body}:end"},
     lambda body, ts: {"X-Ts": ts, "X-Signature":
                       mac("k1", b"v1:" + ts.encode() + b":" + body + b":end").hexdigest()}),
], ids=["sha1-prefix", "sha512-base64", "timestamp", "signed-text"])
def test_generic_hmac_takes_parts_of_its_own(shared, parts, make):
    entry = {"type": "signature", "scheme": "hmac", **parts}
    applied = shared.apply(hook("own-parts", [{**entry, "secret": "k0"}, {**entry, "secret": "k1"}]))
    body, now = b"{}", int(time.time())

    def send(headers):
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        return int(raw(shared.url, (
            f"POST {urllib.parse.urlsplit(applied['hook_url']).path} HTTP/1.1\r\nHost: h\r\n"
            f"Connection: close\r\nContent-Length: 2\r\n{lines}\r\n").encode() + body)[9:12])

    good = list(make(body, str(now)).items())
    assert send(good) == 202
    name, value = good[-1]
    for bad in ([*good, (name, value)], [*good[:-1], (name, value.swapcase())],
                [*good[:-1], (name, value.rstrip("=")[:-1])], [*good[:-1], (name, "")],
                [*good[:-1], (name, f'"{value}"')], [*good[:-1], (name, value + ", " + value)],
                good[:-1], [("X-Other", value)], list(make(body + b" ", str(now)).items())):
        assert send(bad) == 401, bad
    if "timestamp" in parts:
        tolerance = int(parts.get("tolerance", "300s")[:-1])
        for ts in (now - tolerance - 2, now + tolerance + 60, f"{now}.0", f"+{now}", f"{now} x", "",
                   -now, f"{now}000"):
            assert send(make(body, str(ts)).items()) == 401, ts
        assert send(make(body, str(now - tolerance + 5)).items()) == 202
        assert send([good[0], *good]) == 401, "two timestamps"


def test_slack_handshake_is_answered_and_starts_no_run(pawl):
    secret = SCHEMES["slack"][0]
    applied = pawl.apply(hook(auth=[{"type": "signature", "scheme": "slack", "secret": secret}],
                              preset="slack"))
    body = b'{"token":"t","challenge":"3eZbrw1aB10","type":"url_verification"}'
    headers = {"Content-Type": "application/json", **sign_slack(secret, body, int(time.time()))}

    def shake():
        answer = request("POST", applied["hook_url"], body, headers)
        assert (answer.status, answer.body) == (200, b"3eZbrw1aB10")

    shake()
    pawl.api("POST", f"/api/v1/workflows/{applied['id']}/activation", {"status": "paused"})
    shake()
    refused = request("POST", applied["hook_url"], body, {"Content-Type": "application/json"})
    assert refused.status == 401 and b"3eZbrw1aB10" not in refused.body
    logged = verdicts(pawl, 3)
    assert sorted(r["verdict"] for r in logged) == ["handshake", "handshake", "refused"]
    assert all(r["run_id"] is None for r in logged)
    assert pawl.get("/api/v1/runs")["items"] == []


def test_secret_from_a_file_is_used_and_read_again_on_sighup(new_pawl):
    pawl = new_pawl()
    secrets = os.path.join(pawl.data, "secrets")
    os.makedirs(secrets)
    os.chmod(secrets, 0o700)

    def write(value):
        with open(os.path.join(secrets, "partner"), "w") as f:
            f.write(value)

    write("first-secret\n")
    pawl.start()
    applied = pawl.apply(hook(auth=[{"type": "bearer", "secret": "${secrets.partner}"}]))
    assert pawl.call(applied, {}, {"Authorization": "Bearer first-secret"}).status == 202
    write("second-secret\n")
    pawl.process.send_signal(signal.SIGHUP)
    until(lambda: pawl.call(applied, {}, {"Authorization": "Bearer second-secret"}).status == 202,
          what="the new secret")
    assert pawl.call(applied, {}, {"Authorization": "Bearer first-secret"}).status == 401
    assert "second-secret" not in pawl.log()


def test_problems_with_secrets_are_said_at_once(new_pawl):
    pawl = new_pawl()
    secrets = os.path.join(pawl.data, "secrets")
    os.makedirs(secrets)
    os.chmod(secrets, 0o755)
    pawl.start()
    [open_to_others] = pawl.events("secrets_problem")
    assert open_to_others["path"] == secrets and "chmod 700" in open_to_others["message"]
    os.chmod(secrets, 0o700)
    with open(os.path.join(secrets, "huge"), "wb") as f:
        f.write(b"x" * (1 << 20))
    pawl.process.send_signal(signal.SIGHUP)
    until(lambda: pawl.events("reloaded"), what="the reload")
    assert '"huge"' in pawl.events("secrets_problem")[1]["message"]


# -- from where

def test_allowed_addresses_behind_a_trusted_proxy(new_pawl):
    pawl = new_pawl(env={"PAWL_TRUSTED_PROXIES": "127.0.0.0/8,10.0.0.0/8"}).start()
    applied = pawl.apply(hook(allow_ips=["203.0.113.0/24", "2001:db8::/32"]))
    for forwarded, status in (("203.0.113.7", 202), ("203.0.113.7, 10.1.2.3", 202),
                              ("198.51.100.1, 203.0.113.7", 202), ("2001:db8::1", 202),
                              ("203.0.113.7, 198.51.100.1", 403), ("198.51.100.1", 403),
                              ("203.0.113.7, nonsense", 403), ("10.0.0.1", 403), (None, 403),
                              ("203.0.113.7:4711", 202), ("[2001:db8::1]:443", 202),
                              ("::ffff:203.0.113.7", 202), ("nonsense, 203.0.113.7", 202),
                              ("203.0.113.7, nonsense, 10.1.2.3", 403)):
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        assert pawl.call(applied, {}, headers).status == status, forwarded
    logged = verdicts(pawl, 14)
    assert {r["ip"] for r in logged if r["verdict"] == "accepted"} == {"203.0.113.7", "2001:db8::1"}
    assert all("address_not_allowed" in r["reason"] for r in logged if r["status"] == 403)


def test_forwarded_address_of_an_untrusted_peer_does_not_count(pawl):
    applied = pawl.apply(hook(allow_ips=["203.0.113.0/24"]))
    assert pawl.call(applied, {}, {"X-Forwarded-For": "203.0.113.7"}).status == 403
    assert verdicts(pawl, 1)[0]["ip"] == "127.0.0.1"


# -- what is refused

def test_unknown_inactive_and_deleted_urls_look_the_same(pawl):
    applied = pawl.apply(hook())
    unknown = request("POST", pawl.url + "/hook/" + "0" * 32, {})
    assert unknown.status == 404
    pawl.api("POST", f"/api/v1/workflows/{applied['id']}/activation", {"status": "inactive"})
    inactive = pawl.call(applied, {})
    assert (inactive.status, inactive.body) == (404, unknown.body)
    assert pawl.api("DELETE", f"/api/v1/workflows/{applied['id']}").status == 204
    assert pawl.call(applied, {}).body == unknown.body
    for path in ("/hook", "/hook/", "/hook/x", "/nothing"):
        assert request("POST", pawl.url + path, {}).status == 404, path


def test_other_method_is_405_with_allow(pawl):
    applied = pawl.apply(hook(methods=["POST", "PUT"]))
    assert pawl.call(applied, {}, method="PUT").status == 202
    for method in ("GET", "DELETE", "PATCH", "HEAD", "OPTIONS"):
        refused = pawl.call(applied, None, method=method)
        assert refused.status == 405, method
        assert refused.headers["Allow"] == "POST, PUT"
    logged = verdicts(pawl, 6)
    assert [r["status"] for r in logged].count(405) == 5


def test_too_large_a_body_is_413(pawl):
    applied = pawl.apply(hook(max_body="1KiB"))
    assert pawl.call(applied, "x" * 1024, {"Content-Type": "text/plain"}).status == 202
    for size in (1025, 3 << 20):
        refused = pawl.call(applied, "x" * size, {"Content-Type": "text/plain"})
        assert refused.status == 413
        assert refused.json()["error"]["detail"]
    path = urllib.parse.urlsplit(applied["hook_url"]).path
    chunked = raw(pawl.url, f"POST {path} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                  .encode() + (b"200\r\n" + b"x" * 512 + b"\r\n") * 3 + b"0\r\n\r\n",
                  half_close=True)
    assert chunked.startswith(b"HTTP/1.1 413"), chunked
    assert any("413" in str(r["status"]) for r in verdicts(pawl, 4))


def test_malformed_and_encoded_bodies(pawl):
    applied = pawl.apply(hook())
    as_json = {"Content-Type": "application/json"}
    for body in (b'{"a":1', b"{'a':1}", b'{"a":1}x', b"[1,]", b"01", b'"\xff"', b"[" * 600 + b"]" * 600,
                 b'{"a":NaN}'):
        refused = request("POST", applied["hook_url"], body, as_json)
        assert refused.status == 400, body
        assert refused.json()["error"]["type"] == "malformed_body"
    encoded = request("POST", applied["hook_url"], b"\x1f\x8b", {**as_json, "Content-Encoding": "zstd"})
    assert encoded.status == 415
    assert encoded.headers["Accept-Encoding"] == "gzip, deflate, br"
    assert request("POST", applied["hook_url"], b"{}",
                   {**as_json, "Content-Encoding": "identity"}).status == 202
    logged = verdicts(pawl, 10)
    assert sum("malformed_body" in (r["reason"] or "") for r in logged) == 8
    assert sum("unsupported_encoding" in (r["reason"] or "") for r in logged) == 1


def test_configured_answer(pawl):
    applied = pawl.apply(hook(respond={"status": 200, "headers": {"X-Handled-By": "pawl"},
                                       "body": "thanks"}))
    answer = pawl.call(applied, {})
    assert (answer.status, answer.body) == (200, b"thanks")
    assert answer.headers["X-Handled-By"] == "pawl"
    assert verdicts(pawl, 1)[0]["status"] == 200


# -- what the log shows

def test_request_log_keeps_headers_and_body_but_no_secret(pawl):
    applied = pawl.apply(hook(auth=[{"type": "header", "name": "X-Api-Key", "secret": "s3cr3t-key"}]))
    pawl.call(applied, {"kept": "body"}, {"X-Api-Key": "s3cr3t-key", "X-Other": "shown",
                                          "Cookie": "session=s3cr3t-cookie"})
    pawl.call(applied, {"also": "kept"}, {"Authorization": "Bearer s3cr3t-guess"})
    items = verdicts(pawl, 2)
    accepted = next(r for r in items if r["verdict"] == "accepted")
    refused = next(r for r in items if r["verdict"] == "refused")
    shown = pawl.get(f"/api/v1/requests/{accepted['id']}")
    assert shown["body"] == '{"kept": "body"}' and shown["run_id"] == accepted["id"]
    headers = {h["name"].lower(): h["value"] for h in shown["headers"]}
    assert (headers["x-api-key"], headers["cookie"], headers["x-other"]) == ("***", "***", "shown")
    hidden = pawl.get(f"/api/v1/requests/{refused['id']}")
    assert {h["name"].lower(): h["value"] for h in hidden["headers"]}["authorization"] == "***"
    assert hidden["run_id"] is None and hidden["status"] == 401
    everything = json.dumps([shown, hidden]) + pawl.log()
    assert "s3cr3t" not in everything


def test_literal_secrets_of_a_document_are_never_shown(pawl):
    applied = pawl.apply(hook(auth=[{"type": "basic", "username": "ann", "password": "lit3ral-pw"},
                                    {"type": "bearer", "secret": "lit3ral-token"},
                                    {"type": "signature", "scheme": "github",
                                     "secret": "lit3ral-sig"}]))
    seen = [pawl.api("GET", f"/api/v1/workflows/{applied['id']}"),
            pawl.api("GET", f"/api/v1/workflows/{applied['id']}/revisions/1"),
            pawl.api("GET", "/api/v1/workflows")]
    assert all(s.status == 200 for s in seen)
    assert not any(b"lit3ral" in s.body for s in seen)
    document = seen[0].json()["document"]
    assert [a.get("password", a.get("secret")) for a in document["trigger"]["config"]["auth"]] == \
        ["***"] * 3
    # What was shown masked can be saved again without losing the secret.
    saved = pawl.api("PUT", f"/api/v1/workflows/{applied['id']}", {"document": document})
    assert saved.status == 200
    assert pawl.api("POST", f"/api/v1/workflows/{applied['id']}/publish", {}).status == 200
    assert pawl.call(applied, {}, {"Authorization": "Bearer lit3ral-token"}).status == 202
    assert pawl.call(applied, {}, {"Authorization": "Bearer ***"}).status == 401
    assert "lit3ral" not in pawl.log()


def test_replayed_request_runs_again(pawl):
    applied = pawl.apply(hook())
    first = pawl.run_of(applied, {"n": 1})
    again = pawl.api("POST", f"/api/v1/requests/{first['request_id']}/replay", {})
    assert again.status == 201, again
    run = pawl.finished_run(again.json()["id"])
    assert run["id"] != first["id"]
    assert run["output"]["data"]["body"] == {"n": 1}
    assert run["request_id"] == first["request_id"]


# -- another URL

def test_a_url_that_is_rotated_ends_at_once(pawl):
    applied = pawl.apply(hook(auth=[{"type": "none"}]))
    status = lambda url: request("POST", url, {"n": 1}).status
    assert status(applied["hook_url"]) == 202
    rotated = pawl.api("POST", "/api/v1/workflows/hooked/rotate-url", {}).json()
    assert rotated["hook_url"] != applied["hook_url"] and rotated["old_url_until"] is None
    assert (status(applied["hook_url"]), status(rotated["hook_url"])) == (404, 202)
    pawl.restart()
    assert pawl.get("/api/v1/workflows/hooked")["hook_url"].split("/")[-1] == rotated["hook_url"].split("/")[-1]
    # The document is what it was, and so is the URL when it is applied again.
    assert pawl.apply(hook(auth=[{"type": "none"}]))["revision"] == applied["revision"]
    entry, = pawl.get("/api/v1/audit?action=rotateUrl")["items"]
    assert (entry["target"], entry["object"]["name"], entry["result"]) == ("hooked", "hooked", "ok")
    assert rotated["hook_url"].split("/")[-1] not in entry["entry"]


def test_the_url_before_it_answers_for_a_while(pawl):
    first = pawl.apply(hook(auth=[{"type": "none"}]))["hook_url"].split("/")[-1]
    status = lambda token: request("POST", f"{pawl.url}/hook/{token}", {"n": 1}).status
    shown = pawl.cli_json("workflows", "hooked", "--rotate-url", "--keep-old", "1h")
    second = shown["hook_url"].split("/")[-1]
    assert shown["old_url_until"] and (status(first), status(second)) == (202, 202)
    pawl.restart()
    assert (status(first), status(second)) == (202, 202)
    # Only one is kept beside the present one.
    third = pawl.cli_json("workflows", "hooked", "--rotate-url", "--keep-old", "1s")["hook_url"].split("/")[-1]
    assert status(first) == 404 and status(third) == 202
    until(lambda: status(second) == 404, what="the end of the URL before")
    assert status(third) == 202 and pawl.get("/api/v1/workflows/hooked")["old_url_until"] is None
    pawl.apply(workflow("timed", [ECHO], trigger={"type": "schedule", "config": {"every": "month"}}))
    refused = pawl.api("POST", "/api/v1/workflows/timed/rotate-url", {})
    assert (refused.status, refused.json()["error"]["type"]) == (409, "no_url")
    assert pawl.api("POST", "/api/v1/workflows/nobody/rotate-url", {}).status == 404
    assert pawl.cli("workflows", "hooked", "--keep-old", "1h", check=False).returncode == 2
