"""An operator asks why a signature failed: mistakes are planted over real sockets, and named."""

import base64
import datetime
import gzip
import hashlib
import hmac
import json
import os
import signal
import time

import pytest

from harness import Pawl, basic, node, request, run_cli, until, workflow

BODY = b'{"name":"Zo\xc3\xab","n":[1,2]}'
TEXT = "s3cret-of-the-sender"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    root = tmp_path_factory.mktemp("diagnosis")
    os.makedirs(root / "data" / "secrets", mode=0o700)
    os.chmod(root / "data", 0o700)
    (root / "data" / "secrets" / "old_partner").write_text("the-one-before")
    with Pawl(root) as pawl:
        yield pawl


def mac(body, secret=TEXT, digest=hashlib.sha256):
    return hmac.new(secret.encode() if isinstance(secret, str) else secret, body, digest)


def signed(name, secret, scheme="github"):
    return workflow(name, [node("echo", "json", {"data": 1})], trigger={"type": "webhook", "config": {
        "auth": [{"type": "signature", "scheme": scheme, "secret": secret}]}})


def refused(pawl, name, secret, body, headers, scheme="github"):
    """Sends it, and returns the id of the refusal in the request log."""
    applied = pawl.apply(signed(name, secret, scheme))
    answer = request("POST", applied["hook_url"], body, {"Content-Type": "application/json", **headers})
    assert answer.status == 401, answer
    told = answer.json()["error"]
    assert told == {"type": "unauthorized", "detail": "the request is not authenticated"}
    return until(lambda: pawl.get(f"/api/v1/requests?workflow={name}&verdict=refused")["items"],
                 what="the refusal")[0]["id"]


def github(hexdigest):
    return {"X-Hub-Signature-256": "sha256=" + hexdigest}


def stripe(at, body, secret=TEXT):
    return {"Stripe-Signature": f"t={at},v1=" + mac(b"%d." % at + body, secret).hexdigest()}


def planted(now):
    """code, what is configured, the body that arrives, its headers, the scheme."""
    pretty = json.dumps(json.loads(BODY), indent=2, ensure_ascii=False).encode()
    python = json.dumps(json.loads(BODY)).encode()
    packed = gzip.compress(BODY)
    right = mac(BODY)
    return [
        ("body_newline_added", TEXT, BODY + b"\n", github(right.hexdigest()), "github"),
        ("body_newline_removed", TEXT, BODY, github(mac(BODY + b"\n").hexdigest()), "github"),
        ("body_reserialised", TEXT, BODY, github(mac(pretty).hexdigest()), "github"),
        ("body_reserialised", TEXT, BODY, github(mac(python).hexdigest()), "github"),
        ("body_compressed_after_signing", TEXT, packed,
         {**github(right.hexdigest()), "Content-Encoding": "gzip"}, "github"),
        ("signature_in_base64", TEXT, BODY, github(base64.b64encode(right.digest()).decode()), "github"),
        ("signature_upper_case", TEXT, BODY, github(right.hexdigest().upper()), "github"),
        ("signature_prefix_missing", TEXT, BODY, {"X-Hub-Signature-256": right.hexdigest()}, "github"),
        ("signature_header_other", TEXT, BODY, {"X-Signature": "sha256=" + right.hexdigest()}, "github"),
        ("other_algorithm", TEXT, BODY,
         {"X-Hub-Signature": "sha1=" + mac(BODY, digest=hashlib.sha1).hexdigest()}, "github"),
        ("secret_decoded_base64", base64.b64encode(b"key").decode(), BODY,
         github(mac(BODY, b"key").hexdigest()), "github"),
        ("secret_newline", TEXT, BODY, github(mac(BODY, TEXT + "\n").hexdigest()), "github"),
        ("secret_newline", TEXT, BODY, github(mac(BODY, TEXT + "\r\n").hexdigest()), "github"),
        ("secret_blanks", TEXT, BODY, github(mac(BODY, TEXT + " ").hexdigest()), "github"),
        ("secret_blanks", TEXT, BODY, github(mac(BODY, " " + TEXT).hexdigest()), "github"),
        ("other_secret", TEXT, BODY, github(mac(BODY, "the-one-before").hexdigest()), "github"),
        ("other_scheme", TEXT, BODY, stripe(now, BODY), "github"),
        ("clock_behind", TEXT, BODY, stripe(now - 3600, BODY), "stripe"),
        ("timestamp_in_milliseconds", TEXT, BODY, stripe(now * 1000, BODY), "stripe"),
    ]


def test_planted_mistakes_are_named(server):
    for number, (code, secret, body, headers, scheme) in enumerate(planted(int(time.time()))):
        ident = refused(server, f"planted-{number}", secret, body, headers, scheme)
        found = server.get(f"/api/v1/requests/{ident}/diagnosis")
        assert found["code"] == code, (number, found)
        assert found["entry"] == 0 and found["reason"]
        assert TEXT not in found["message"] and "the-one-before" not in found["message"]


def test_the_command_line_says_what_to_do(server):
    ident = refused(server, "why", TEXT, BODY, github(mac(BODY, "the-one-before").hexdigest()))
    said = server.cli("requests", "why", ident).stdout.decode()
    assert "other_secret: it is signed with ${secrets.old_partner}" in said
    assert "bad_signature" in said
    shown = server.get(f"/api/v1/requests/{ident}?diagnosis=true")
    assert shown["diagnosis"]["code"] == "other_secret"
    assert "diagnosis" not in server.get(f"/api/v1/requests/{ident}")
    assert request("GET", server.url + f"/api/v1/requests/{ident}/diagnosis").status == 401


def test_what_nothing_explains(server):
    ident = refused(server, "unknown", TEXT, BODY, github(mac(BODY, "nobody knows it").hexdigest()))
    found = server.get(f"/api/v1/requests/{ident}/diagnosis")
    assert found["code"] is None and "no known mistake" in found["message"] and found["entry"] is None
    applied = server.apply(signed("fine", TEXT))
    answer = request("POST", applied["hook_url"], BODY, github(mac(BODY).hexdigest()))
    ident = answer.json()["data"]["requestId"]
    assert "not refused" in server.get(f"/api/v1/requests/{ident}/diagnosis")["message"]
    assert server.api("GET", "/api/v1/requests/1/diagnosis").status == 404


def test_who_does_not_sign_is_told_apart(server):
    ident = refused(server, "unsigned", TEXT, BODY, {})
    code, message = why(server, ident)
    assert code == "signature_absent" and message.startswith("the header X-Hub-Signature-256 is missing: ")
    # Raw delivery of SNS: what stands in the body is no envelope.
    ident = refused(server, "raw-sns", "arn:aws:sns:us-east-1:1:t", b"text", {"x-amz-sns-rawdelivery": "true"}, "aws-sns")
    assert why(server, ident)[0] is None
    assert "is not JSON" in server.get(f"/api/v1/requests/{ident}")["reason"]


def test_secret_that_was_mended_since(server):
    ident = refused(server, "mended", "${secrets.new_partner}", BODY, github(mac(BODY).hexdigest()))
    found = server.get(f"/api/v1/requests/{ident}/diagnosis")
    assert found["code"] == "secret_missing"
    path = os.path.join(server.data, "secrets", "new_partner")
    with open(path, "w") as f:
        f.write(TEXT)
    server.process.send_signal(signal.SIGHUP)
    until(lambda: server.get(f"/api/v1/requests/{ident}/diagnosis")["code"] == "fits_now",
          what="the new secret")


# -- versions, and other revisions

def put(pawl, name, value, **more):
    answer = pawl.api("PUT", f"/api/v1/secrets/{name}", {"value": value, **more})
    assert answer.status == 200, answer
    return answer.json()["versions"][0]["id"]


def at(seconds):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return moment.isoformat().replace("+00:00", "Z")


def why(pawl, ident, *hidden):
    found = pawl.get(f"/api/v1/requests/{ident}/diagnosis")
    assert not [text for text in hidden if text in found["message"]]
    return found["code"], found["message"]


def test_a_version_that_is_not_valid_is_named(server):
    first = put(server, "rotated", "r-first")
    put(server, "rotated", "r-second", keep_old="1ms")
    third = put(server, "rotated", "r-third", keep_old="2h", not_before=at(3600))
    hidden = ("r-first", "r-second", "r-third")
    ident = refused(server, "rotated", "${secrets.rotated}", BODY, github(mac(BODY, "r-first").hexdigest()))
    code, message = why(server, ident, *hidden)
    assert code == "secret_expired"
    assert message.startswith(f"it is signed with version {first} of ${{secrets.rotated}}, which was valid until 20")
    ident = refused(server, "early", "${secrets.rotated}", BODY, github(mac(BODY, "r-third").hexdigest()))
    code, message = why(server, ident, *hidden)
    assert code == "secret_not_yet_valid" and f"version {third} of ${{secrets.rotated}}, which is valid from" in message
    # The one that is valid is the sender's, and other mistakes are found with it.
    ident = refused(server, "valid", "${secrets.rotated}", BODY + b"\n", github(mac(BODY, "r-second").hexdigest()))
    assert why(server, ident)[0] == "body_newline_added"


def test_an_expired_version_of_what_is_compared_as_it_is(server):
    first = put(server, "token", "t-first")
    put(server, "token", "t-second", keep_old="1ms")

    def sent(name, entry, value):
        applied = server.apply(workflow(name, [node("echo", "json", {"data": 1})], trigger={
            "type": "webhook", "config": {"auth": [entry]}}))
        assert request("POST", applied["hook_url"], BODY, {"Authorization": value}).status == 401
        return until(lambda: server.get(f"/api/v1/requests?workflow={name}&verdict=refused")["items"],
                     what="the refusal")[0]["id"]
    for name, entry, value in [
            ("by-bearer", {"type": "bearer", "secret": "${secrets.token}"}, "Bearer t-first"),
            ("by-basic", {"type": "basic", "username": "ada", "password": "${secrets.token}"},
             basic("ada", "t-first"))]:
        code, message = why(server, sent(name, entry, value), "t-first", "t-second")
        assert code == "secret_expired" and f"version {first} of " in message, (name, message)


def test_nothing_but_an_expired_version(server):
    put(server, "over", "o-only", not_after=at(1))
    applied = server.apply(signed("over", "${secrets.over}"))
    headers = github(mac(BODY, "o-only").hexdigest())
    until(lambda: request("POST", applied["hook_url"], BODY, headers).status == 401, what="its end")
    ident = until(lambda: server.get("/api/v1/requests?workflow=over&verdict=refused")["items"],
                  what="the refusal")[0]["id"]
    assert why(server, ident, "o-only")[0] == "secret_expired"


def test_a_literal_of_another_revision_is_named(server):
    """They lie sealed in their documents."""
    server.apply(signed("literal", "l-first"))
    server.apply(signed("literal", "l-second"))
    ident = refused(server, "literal", "l-third", BODY, github(mac(BODY, "l-first").hexdigest()))
    hidden = ("l-first", "l-second", "l-third")
    assert why(server, ident, *hidden) == (
        "other_secret", "it is signed with the secret of entry 1 of auth in revision 1: configure that "
        "here, or give the sender the secret that is")
    # Of many the newest ones are looked at, also those after the refusal.
    for number in range(4, 20):
        server.apply(signed("literal", f"l-{number}"))
    assert why(server, ident, *hidden)[0] is None
    server.apply(signed("literal", "l-first"))
    assert "in revision 20" in why(server, ident, *hidden)[1]


# -- presets of the operator's

def acme(**changes):
    return {"name": "acme", "label": "Acme", "description": "In house.", "source": "https://acme.example",
            "algorithm": "hmac-sha512", "header": "X-Acme", "format": {"prefix": "v1:"},
            "encoding": "base64", "signed": "acme|{body}", "secret": {"decoding": "utf8"},
            "vectors": [{"source": "made for this test", "secret": "k", "headers": {
                "X-Acme": "v1:" + base64.b64encode(mac(b"acme|{}", "k", hashlib.sha512).digest()).decode()},
                "body": "{}"}], **changes}


def write_preset(directory, preset, name="acme"):
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, name + ".json"), "w") as f:
        json.dump(preset, f)


def test_preset_of_the_operators(pawl):
    directory = os.path.join(pawl.data, "presets")
    problems = pawl.api("POST", "/api/v1/validate", {"document": signed("acme", "k", "acme")}).json()
    assert not problems["valid"]
    write_preset(directory, acme())
    pawl.process.send_signal(signal.SIGHUP)
    until(lambda: pawl.events("reloaded"), what="the reload")
    listed = {p["name"]: p for p in pawl.get("/api/v1/presets")["items"]}
    assert not listed["acme"]["is_builtin"] and listed["github"]["is_builtin"]
    assert "vectors" not in listed["acme"]["document"]
    applied = pawl.apply(signed("acme", "k", "acme"))
    good = "v1:" + base64.b64encode(mac(b"acme|{}", "k", hashlib.sha512).digest()).decode()
    assert request("POST", applied["hook_url"], b"{}", {"X-Acme": good}).status == 202
    assert request("POST", applied["hook_url"], b"{ }", {"X-Acme": good}).status == 401
    # A change that breaks it is told, and the one before stays.
    write_preset(directory, acme(signed="other|{body}"))
    pawl.process.send_signal(signal.SIGHUP)
    told = until(lambda: pawl.events("preset_problem"), what="the problem")[0]
    assert told["path"].endswith("acme.json#/vectors/0"), told
    assert request("POST", applied["hook_url"], b"{}", {"X-Acme": good}).status == 202
    schema = pawl.api("GET", "/api/v1/schema").body
    assert b'"acme"' in schema


def test_preset_command(tmp_path):
    directory = str(tmp_path / "presets")
    write_preset(directory, acme())
    listed = json.loads(run_cli("preset", "list", "--presets", directory, "--json").stdout)
    assert {p["name"]: p["origin"] for p in listed}["acme"] == "file"
    assert b"1 vector verified" in run_cli("preset", "test", "acme", "--presets", directory).stdout
    assert json.loads(run_cli("preset", "show", "github").stdout)["name"] == "github"
    assert run_cli("preset", "show", "nobody").returncode == 3
    write_preset(directory, acme(signed="{body}"), "wrong")
    done = run_cli("preset", "test", os.path.join(directory, "wrong.json"))
    assert done.returncode == 1 and b"#/vectors/0: the signature does not fit" in done.stderr
    done = run_cli("preset", "list", "--presets", directory)
    assert done.returncode == 1 and b"wrong.json" in done.stderr


def test_preset_command_explains_a_saved_request(tmp_path):
    headers, body = tmp_path / "headers", tmp_path / "body"
    headers.write_text("Content-Type: application/json\nX-Hub-Signature-256: sha256="
                       + mac(BODY).hexdigest() + "\n")
    body.write_bytes(BODY)
    files = ("--headers", str(headers), "--body", str(body), "--secret", TEXT)
    assert run_cli("preset", "test", "github", *files).stdout == b"accepted\n"
    body.write_bytes(BODY + b"\n")
    done = run_cli("preset", "test", "github", *files)
    assert done.returncode == 1 and b"body_newline_added: " in done.stdout
    told = json.loads(run_cli("preset", "test", "github", *files, "--json").stdout)
    assert told["diagnosis"]["code"] == "body_newline_added" and told["reason"] == "bad_signature"


def test_what_was_checked_is_told_of_accepted_and_refused(server):
    def stripe(secret, *rules):
        document = signed("checked", secret, "stripe")
        document["trigger"]["config"]["allow_ips"] = list(rules)
        return document

    def sent(document, age_s=0, secret=TEXT):
        hook = server.apply(document)["hook_url"]
        at = str(int(time.time()) - age_s).encode()
        header = {"Stripe-Signature": f"t={at.decode()},v1={mac(at + b'.' + BODY, secret).hexdigest()}"}
        status = request("POST", hook, BODY, {"Content-Type": "application/json", **header}).status
        (found,) = until(lambda: [one for one in server.get("/api/v1/requests?workflow=checked")["items"]
                                  if one["status"] == status])
        return status, server.get(f"/api/v1/requests/{found['id']}?diagnosis=true")

    status, shown = sent(stripe(TEXT, "10.0.0.0/8", "127.0.0.0/8"))
    assert status == 202
    assert shown["checks"]["address_rules"] == 2
    assert shown["checks"]["address_rule"] == "127.0.0.0/8"
    (check,) = shown["checks"]["auth"]
    assert check["signed"] == "{ts}.{body}" and check["header"] == "Stripe-Signature"
    assert check["key"] is None and TEXT not in json.dumps(shown["checks"])
    assert -5000 < check["skew_ms"] < 60000 and check["tolerance_ms"] == 300000

    status, shown = sent(stripe("${secrets.old_partner}", "127.0.0.1"), 600, "the-one-before")
    assert status == 401
    (check,) = shown["checks"]["auth"]
    assert check["key"] == "${secrets.old_partner}" and check["skew_ms"] >= 599000

    status, shown = sent(stripe(TEXT, "10.0.0.0/8"))
    assert status == 403
    assert shown["checks"]["address_rule"] is None and shown["checks"]["address_rules"] == 1
