"""Run by test_sns.py, in a network where sns.us-east-1.amazonaws.com is this machine."""

import base64
import fcntl
import json
import os
import socket
import ssl
import struct
import subprocess
import time

import pytest

from harness import Sink, node, request, until, workflow

CERTIFICATES = os.environ["PAWL_SNS_CERTIFICATES"]
HOSTS = ("sns.us-east-1.amazonaws.com", "sns.cn-north-1.amazonaws.com.cn")
TOPIC = "arn:aws:sns:us-east-1:123456789012:orders"
PEM = "/SimpleNotificationService-0123.pem"


def raise_loopback():
    """A new network has its loopback device down (netdevice(7))."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        fcntl.ioctl(s, 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS, IFF_UP | IFF_RUNNING


class Amazon(Sink):
    """Serves the signing certificate and confirms subscriptions, at port 443 of every host."""

    def __init__(self):
        self.replies = {}
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{CERTIFICATES}/hosts.pem", f"{CERTIFICATES}/hosts.key")
        super().__init__(self.reply, port=443, tls=context)

    def reply(self, got):
        if got["path"] in self.replies:
            return self.replies[got["path"]]
        if got["path"].endswith(".pem"):
            with open(f"{CERTIFICATES}/signing.pem", "rb") as f:
                return 200, {"Content-Type": "application/x-pem-file"}, f.read()
        return 200, {"Content-Type": "text/xml"}, b"<ConfirmSubscriptionResponse/>"

    def asked(self):
        return [(r["headers"]["Host"], r["path"]) for r in self.requests]


@pytest.fixture(scope="module")
def network():
    raise_loopback()


@pytest.fixture
def amazon(network):
    with Amazon() as server:
        yield server


@pytest.fixture
def sns(amazon, pawl):
    pawl.applied = pawl.apply(workflow("orders", [node("seen", "json", {"data": "${workflow.input.body}"})], trigger={
        "type": "webhook", "config": {"preset": "aws-sns", "auth": [{"type": "signature", "secret": TOPIC}]}}))
    return pawl


MEMBERS = {"Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
           "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
           "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")}


def message(kind="Notification", version="2", host=HOSTS[0], key="signing", **members):
    """As the guide to SNS has it: each member that is there with its name, a line each, signed."""
    made = {"Type": kind, "MessageId": f"m-{time.monotonic_ns()}", "TopicArn": TOPIC, "Message": "Grüße\n\"1\"",
            "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.123Z", time.gmtime()), "SignatureVersion": version,
            "SigningCertURL": f"https://{host}{PEM}"}
    if kind == "Notification":
        made["UnsubscribeURL"] = f"https://{host}/?Action=Unsubscribe&SubscriptionArn={TOPIC}:1"
    else:
        made["Token"] = "2336412f37"
        made["SubscribeURL"] = f"https://{host}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f37"
    made.update(members)
    text = "".join(f"{name}\n{made[name]}\n" for name in MEMBERS[kind] if name in made)
    digest = {"1": "-sha1", "2": "-sha256"}[version]
    made["Signature"] = base64.b64encode(subprocess.run(
        ["openssl", "dgst", digest, "-sign", f"{CERTIFICATES}/{key}.key"], check=True, capture_output=True,
        input=text.encode()).stdout).decode()
    return made


def send(pawl, made, **headers):
    body = made if isinstance(made, str) else json.dumps(made, indent=1, ensure_ascii=False)
    kind = made["Type"] if isinstance(made, dict) else "Notification"
    return request("POST", pawl.applied["hook_url"], body, {
        "Content-Type": "text/plain; charset=UTF-8", "User-Agent": "Amazon Simple Notification Service Agent",
        "x-amz-sns-message-type": kind, "x-amz-sns-topic-arn": TOPIC, **headers})


def reasons(pawl, n):
    """Of the n requests that were refused, oldest first: up to the colon."""
    def logged():
        items = pawl.get("/api/v1/requests?verdict=refused")["items"]
        return len(items) == n and [r["reason"].split(":")[0] for r in items][::-1]
    return until(logged, what=f"{n} refusals")


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("host", HOSTS)
def test_a_notification_starts_a_run(sns, amazon, version, host):
    for made in (message(version=version, host=host), message(version=version, host=host, Subject="A subject")):
        accepted = send(sns, made)
        assert accepted.status in (200, 202), accepted
        run = sns.finished_run(accepted.json()["data"]["runId"])
        assert run["output"]["data"] == made
    assert amazon.asked() == [(host, PEM)], "fetched once, and kept"
    again = send(sns, made)
    assert again.status == accepted.status and len(sns.get("/api/v1/runs")["items"]) == 2, "by its MessageId"


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("status", ["active", "paused"])
def test_a_subscription_is_confirmed_by_a_visit(sns, amazon, version, status):
    assert sns.api("POST", "/api/v1/workflows/orders/activation", {"status": status}).status == 200
    made = message("SubscriptionConfirmation", version)
    forged = {**made, "SubscribeURL": made["SubscribeURL"] + "0"}
    assert send(sns, forged).status == 401
    assert amazon.asked() == [(HOSTS[0], PEM)], "what is not signed is not visited"
    assert send(sns, made).status == 200
    visited = made["SubscribeURL"].removeprefix(f"https://{HOSTS[0]}")
    assert amazon.asked()[1:] == [(HOSTS[0], visited)], "before the answer"
    # The end of a subscription comes with a URL, too, by which it would begin again.
    assert send(sns, message("UnsubscribeConfirmation", version)).status == 200
    assert send(sns, {**message("UnsubscribeConfirmation", version), "Token": "other"}).status == 401
    assert len(amazon.requests) == 2 and not sns.get("/api/v1/runs")["items"]
    assert reasons(sns, 2) == ["bad_signature"] * 2
    verdicts = [r["verdict"] for r in sns.get("/api/v1/requests")["items"]]
    assert verdicts.count("handshake") == 2


def test_a_subscription_that_cannot_be_confirmed_is_tried_again(sns, amazon):
    made = message("SubscriptionConfirmation")
    amazon.replies[made["SubscribeURL"].removeprefix(f"https://{HOSTS[0]}")] = (500, {}, b"")
    refused = send(sns, made)
    assert refused.status == 503 and refused.headers["Retry-After"]
    assert reasons(sns, 1) == ["key_unavailable"]


def test_what_is_forged_is_refused(sns, amazon):
    """Every member that is signed, another key, another topic, a time that is over."""
    other = message(key="authority")
    assert send(sns, other).status == 401
    for name in MEMBERS["Notification"][:-1]:
        made = message(Subject="A subject")
        made[name] = "2026-01-01T00:00:00.000Z" if name == "Timestamp" else made[name] + "x"
        assert send(sns, made).status == 401, name
    old = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() - 3 * 3600))
    assert send(sns, message(Timestamp=old)).status == 401
    foreign = message(TopicArn="arn:aws:sns:us-east-1:999999999999:orders")
    assert send(sns, foreign, **{"x-amz-sns-topic-arn": TOPIC}).status == 401
    made = message()
    assert send(sns, {**made, "SignatureVersion": "1"}).status == 401
    assert send(sns, {**made, "SignatureVersion": "3"}).status == 401
    assert not sns.get("/api/v1/runs")["items"]
    assert len(amazon.requests) == 1
    told = reasons(sns, 10)
    assert told[0] == "bad_signature" and told[-4:-2] == ["stale_timestamp", "bad_credentials"], told


@pytest.mark.parametrize("url", [
    "https://sns.evil.example" + PEM,
    "https://sns.us-east-1.amazonaws.com.evil.example" + PEM,
    "http://sns.us-east-1.amazonaws.com" + PEM,
    "https://sns.us-east-1.amazonaws.com:8443" + PEM,
    "https://user@sns.us-east-1.amazonaws.com" + PEM])
def test_nothing_is_asked_of_other_hosts(sns, amazon, url):
    assert send(sns, message(SigningCertURL=url)).status == 401
    assert not amazon.requests
    # Neither when it is signed.
    assert send(sns, message("SubscriptionConfirmation", SubscribeURL=url)).status == 400
    assert amazon.asked() == [(HOSTS[0], PEM)]
    assert reasons(sns, 2) == ["untrusted_certificate", "untrusted_url"]


@pytest.mark.parametrize("path", ["/a.txt", "/?a=.pem", "/", "/a.pem/"])
def test_a_certificate_has_its_kind_of_path(sns, amazon, path):
    assert send(sns, message(SigningCertURL=f"https://{HOSTS[0]}{path}")).status == 401
    assert not amazon.requests


def test_a_certificate_of_no_use_is_no_refusal(sns, amazon):
    """The sender may be right, and comes again."""
    amazon.replies[PEM] = (200, {}, b"<html>")
    assert send(sns, message()).status == 503
    assert reasons(sns, 1) == ["key_unavailable"]


def test_raw_delivery_carries_no_signature(sns, amazon):
    """It is the published text and nothing else: nobody can tell who sent it."""
    for text in ("plain text", '{"order":1}', json.dumps({"Type": "Notification", "TopicArn": TOPIC})):
        refused = send(sns, text, **{"x-amz-sns-rawdelivery": "true"})
        assert refused.status == 401, refused
    assert not amazon.requests and not sns.get("/api/v1/runs")["items"]


def test_reverify_fetches_the_certificate(sns, amazon):
    """The topic was mistyped; the server has been started anew since, and has no keys."""
    sns.applied = sns.apply(workflow("orders", [node("seen", "json", {"data": "${workflow.input.body}"})], trigger={
        "type": "webhook", "config": {"preset": "aws-sns", "auth": [{"type": "signature", "secret": TOPIC + "s"}]}}))
    assert send(sns, message("SubscriptionConfirmation")).status == 401
    for number in range(3):
        assert send(sns, message(Message=str(number))).status == 401
    until(lambda: len([r for r in sns.get("/api/v1/requests")["items"] if r["quarantined"]]) == 4,
          what="the quarantine")
    sns.apply(workflow("orders", [node("seen", "json", {"data": "${workflow.input.body.Message}"})], trigger={
        "type": "webhook", "config": {"preset": "aws-sns", "auth": [{"type": "signature", "secret": TOPIC}]}}))
    sns.restart()
    assert not amazon.requests
    assert sns.cli_json("requests", "reverify", "--dry-run")[0]["released"] == 4
    assert [path for _, path in amazon.asked()] == [PEM], "a dry run confirms nothing"
    assert sns.cli_json("requests", "reverify")[0]["released"] == 4
    assert "Action=ConfirmSubscription" in amazon.asked()[1][1] and len(amazon.requests) == 2
    runs = until(lambda: (r := sns.get("/api/v1/runs")["items"]) and len(r) == 3 and r, what="the runs")
    assert [sns.finished_run(r["id"])["output"]["data"] for r in runs] == ["2", "1", "0"]
