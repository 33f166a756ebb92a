"""Handshakes over the network: answered as the provider's documentation says, a bad signature
first, and while the workflow is paused, too. None of them starts a run."""

import base64
import hashlib
import hmac
import json
import subprocess
import time
import urllib.parse

import pytest

from harness import node, request, until, workflow

# The event of presets/feishu-lark.json: AES-256-CBC under SHA-256("feishu_encrypt_key").
ENCRYPTED = (
    "MDEyMzQ1Njc4OWFiY2RlZptS0AhXLPVnSDfkiG+KCPTCwNU0kCY8xRj1XHmZQEcTa3Zbm8eqjyENnWr3kxTUHk5H"
    "MOPjynVevJ7Ur9tQw/cmXmce2u2hwOnTjdSEz0pBZbpDx8MAxoBFTv3rXwOGGpAHd+sMfz+TiZ46lqPdAcquXeyK"
    "xsazfsRxzZLBMLmTMT33MGrhNApE/i0t8uExCnAm600DpAcxpBa8AJ8cNeL/OrbhGrfFCMisEYEUIcZkcTaIJKQ7"
    "MVe2rRBCtXxB9g==")


def mac(secret, text):
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256)


def hook(preset, secret, **entry):
    auth = [{"type": "signature", "secret": secret, **entry}]
    return workflow("shakes-" + preset, [node("done", "json", {"data": 1})],
                    trigger={"type": "webhook", "config": {"preset": preset, "auth": auth}})


def slack(secret):
    body, at = json.dumps({"type": "url_verification", "challenge": "3eZb"}), str(int(time.time()))
    return "POST", "", body, {"X-Slack-Request-Timestamp": at, "X-Slack-Signature":
                              "v0=" + mac(secret, f"v0:{at}:{body}").hexdigest()}


def zoom(secret):
    body = json.dumps({"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}})
    at = str(int(time.time()))
    return "POST", "", body, {"x-zm-request-timestamp": at, "x-zm-signature":
                              "v0=" + mac(secret, f"v0:{at}:{body}").hexdigest()}


def twitch(secret):
    body, at = '{"challenge":"pogchamp"}', time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return "POST", "", body, {
        "Twitch-Eventsub-Message-Id": "m1", "Twitch-Eventsub-Message-Timestamp": at,
        "Twitch-Eventsub-Message-Type": "webhook_callback_verification",
        "Twitch-Eventsub-Message-Signature": "sha256=" + mac(secret, "m1" + at + body).hexdigest()}


def feishu_encrypted(secret):
    """The challenge stands inside, under the key of the app."""
    event = json.dumps({"type": "url_verification", "challenge": "ajls", "token": "verify"})
    key, iv = hashlib.sha256(secret.encode()).hexdigest(), bytes(range(16))
    sealed = subprocess.run(["openssl", "enc", "-aes-256-cbc", "-K", key, "-iv", iv.hex()], check=True,
                            capture_output=True, input=event.encode()).stdout
    body = json.dumps({"encrypt": base64.b64encode(iv + sealed).decode()})
    signed = hashlib.sha256(f"1n{secret}{body}".encode()).hexdigest()
    return "POST", "", body, {"X-Lark-Request-Timestamp": "1", "X-Lark-Request-Nonce": "n",
                              "X-Lark-Signature": signed}


def feishu(secret):
    body = json.dumps({"type": "url_verification", "challenge": "ajls", "token": "verify"})
    signed = hashlib.sha256(f"1n{secret}{body}".encode()).hexdigest()
    return "POST", "", body, {"X-Lark-Request-Timestamp": "1", "X-Lark-Request-Nonce": "n",
                              "X-Lark-Signature": signed}


def meta(token):
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": token}
    return "GET", "?" + urllib.parse.urlencode(query), "", {}


def x_twitter(_):
    return "GET", "?crc_token=abc", "", {}


CRC = base64.b64encode(mac("good", "abc").digest()).decode()

# preset, what makes the request of a secret, the status for a wrong one, the answer
CASES = [
    ("slack", slack, 401, 200, "3eZb"),
    ("zoom", zoom, 401, 200, {"plainToken": "abc", "encryptedToken": mac("good", "abc").hexdigest()}),
    ("twitch", twitch, 401, 200, "pogchamp"),
    ("feishu-lark", feishu, 401, 200, {"challenge": "ajls"}),
    ("feishu-lark", feishu_encrypted, 401, 200, {"challenge": "ajls"}),
    ("meta", meta, 403, 200, "1158201444"),
    ("x-twitter", x_twitter, None, 200, {"response_token": "sha256=" + CRC}),
]


def send(applied, made):
    method, query, body, headers = made
    return request(method, applied["hook_url"] + query, body or None,
                   {"Content-Type": "application/json", **headers})


def answered(response):
    return response.json() if "json" in response.headers.get("Content-Type", "") else \
        response.body.decode()


def set_status(pawl, applied, status):
    path = f"/api/v1/workflows/{applied['id']}/activation"
    assert pawl.api("POST", path, {"status": status}).status == 200


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[1].__name__)
def test_a_handshake_is_answered_also_while_paused(shared, case):
    preset, make, wrong, status, answer = case
    more = {"verify_token": "good"} if preset == "meta" else {}
    applied = shared.apply({**hook(preset, "good", **more), "name": "shakes-" + make.__name__})
    for _ in range(2):
        if wrong:
            assert send(applied, make("bad")).status == wrong
        given = send(applied, make("good"))
        assert (given.status, answered(given)) == (status, answer)
        set_status(shared, applied, "paused")
    runs = shared.get(f"/api/v1/runs?workflow={applied['name']}")["items"]
    assert runs == []

    def logged():
        items = shared.get(f"/api/v1/requests?workflow={applied['name']}")["items"]
        return len(items) == (4 if wrong else 2) and items
    kinds = [item["verdict"] for item in until(logged, what="all requests in the log")]
    assert kinds.count("handshake") == 2 and kinds.count("accepted") == 0


def test_discord_ping_signed_by_pawl_send(shared):
    """A private key signs, the public one verifies; a body that Discord did not sign is a 401."""
    seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    applied = shared.apply(hook("discord", public))

    def sent(secret, body):
        done = shared.cli("send", applied["hook_url"], "--scheme", "discord", "--secret", secret,
                          "--data", body, "--retries", "0", "--json", check=False)
        return json.loads(done.stdout)
    for status in ("active", "paused"):
        set_status(shared, applied, status)
        assert sent("00" * 32, '{"type":1,"id":"1"}')["status"] == 401
        assert sent(seed, '{"type":1,"id":"1"}')["body"] == {"type": 1}
        assert sent("00" * 32, '{"type":0,"version":1}')["status"] == 401
        assert sent(seed, '{"type":0,"version":1}')["status"] == 204
    set_status(shared, applied, "active")
    assert sent(seed, '{"type":1,"version":1,"event":{"type":"X"}}')["status"] == 204
    assert len(until(lambda: shared.get(f"/api/v1/runs?workflow={applied['name']}")["items"],
                     what="the run of the event")) == 1


def test_cloudevents_ask_first_and_send_then(shared):
    applied = shared.apply(hook("cloudevents-webhook", "token"))
    for status in ("active", "paused"):
        set_status(shared, applied, status)
        asked = request("OPTIONS", applied["hook_url"], None,
                        {"WebHook-Request-Origin": "sender.example", "WebHook-Request-Rate": "60"})
        assert asked.status == 200
        assert asked.headers["WebHook-Allowed-Origin"] == "sender.example"
        assert asked.headers["WebHook-Allowed-Rate"] == "60"
        assert request("OPTIONS", applied["hook_url"]).status == 405
        assert request("POST", applied["hook_url"] + "?access_token=other", "{}").status == 401
        assert request("POST", applied["hook_url"], "{}", {"Authorization": "Bearer other"}).status == 401
        assert request("POST", applied["hook_url"] + "?access_token=token", "{}").status == 202
        assert request("POST", applied["hook_url"], "{}", {"Authorization": "Bearer token"}).status == 202


def test_what_x_sends_is_signed_though_it_asks_unsigned(shared):
    """The answer to a CRC is made like a signature: nobody may have one for a body of his own."""
    applied = shared.apply({**hook("x-twitter", "good"), "name": "x-events"})
    body = '{"for_user_id":"1"}'

    def post(given):
        return request("POST", applied["hook_url"], body, {
            "Content-Type": "application/json", "X-Twitter-Webhooks-Signature": given}).status
    for status in ("active", "paused"):
        set_status(shared, applied, status)
        for secret, answer in (("bad", 401), ("good", 202)):
            given = "sha256=" + base64.b64encode(mac(secret, body).digest()).decode()
            assert post(given) == answer
        told = request("GET", applied["hook_url"] + "?crc_token=" + urllib.parse.quote(body))
        assert told.status == 400 and "response_token" not in told.json()


def test_methods_of_handshakes_stay_closed_to_everything_else(shared):
    applied = shared.apply(hook("meta", "good", verify_token="good"))
    for method, query in (("GET", ""), ("GET", "?hub.mode=unsubscribe"), ("PUT", "")):
        refused = request(method, applied["hook_url"] + query)
        assert refused.status == 405 and refused.headers["Allow"] == "POST"


def test_an_encrypted_body_is_opened_for_the_run(shared):
    """The vector of the preset: its event is what the run sees, and what the log keeps."""
    body = json.dumps({"encrypt": ENCRYPTED})
    signed = hashlib.sha256(("1n" + "feishu_encrypt_key" + body).encode()).hexdigest()
    document = hook("feishu-lark", "feishu_encrypt_key")
    document["name"] = "opened"
    document["nodes"] = [node("done", "json", {"data": "${workflow.input.body.event}"})]
    applied = shared.apply(document)
    headers = {"Content-Type": "application/json", "X-Lark-Request-Timestamp": "1",
               "X-Lark-Request-Nonce": "n", "X-Lark-Signature": signed}
    accepted = request("POST", applied["hook_url"], body, headers)
    assert accepted.status == 202
    run = shared.finished_run(accepted.json()["data"]["runId"])
    assert run["output"]["data"] == {"text": "你好"}


def test_an_sns_message_is_refused_for_the_right_reason(shared):
    """A foreign topic is turned away, and no certificate from elsewhere is fetched."""
    topic = "arn:aws:sns:us-east-1:123456789012:orders"
    applied = shared.apply(hook("aws-sns", topic))
    message = {"Type": "Notification", "MessageId": "1", "TopicArn": topic, "Message": "hi",
               "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
               "SignatureVersion": "2", "Signature": base64.b64encode(bytes(256)).decode(),
               "SigningCertURL": "https://sns.evil.example/a.pem"}

    def status(**change):
        return request("POST", applied["hook_url"], json.dumps({**message, **change}),
                       {"Content-Type": "text/plain; charset=UTF-8"}).status
    assert status() == 401
    assert status(SigningCertURL="https://sns.us-east-1.amazonaws.com.evil.example/a.pem") == 401
    assert status(SigningCertURL="http://sns.us-east-1.amazonaws.com/a.pem") == 401
    assert status(TopicArn=topic + "x") == 401
    assert status(Signature="") == 401

    def reasons():
        items = shared.get(f"/api/v1/requests?workflow={applied['name']}")["items"]
        return len(items) == 5 and [item["reason"].split(":")[0] for item in items][::-1]
    assert until(reasons, what="the refusals in the log") == [
        "untrusted_certificate", "untrusted_certificate", "untrusted_certificate",
        "bad_credentials", "malformed_signature"]
