"""Every preset over the network: what `pawl send` signs as the provider does is accepted with the
provider's status, and a twin by another secret is a 401."""

import json
import pathlib
import time

import pytest

from harness import node, until, workflow

PRESETS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in
           sorted((pathlib.Path(__file__).parents[2] / "presets").glob("*.json"))}
# Its signature stands in the body, under a key that only Amazon has.
SENDABLE = [name for name in PRESETS if name != "aws-sns"]
# Of what is signed by a private key: another one.
OTHER_SEED = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"


def sender_of(preset):
    """The vector that can be signed, and what its sender signs with."""
    for vector in preset["vectors"]:
        if "private" in vector:
            return vector, vector["private"]
    return preset["vectors"][0], preset["vectors"][0]["secret"]


def another(preset, private):
    if preset["secret"]["decoding"] != "utf8":
        return "00ff00ff"  # hex, and base64 as well
    if private.startswith("-----"):
        return OTHER_SEED if preset["algorithm"] == "ed25519" else None
    return "another:secret"


@pytest.mark.parametrize("name", SENDABLE)
def test_sent_as_the_provider_does(shared, name):
    preset = PRESETS[name]
    vector, private = sender_of(preset)
    applied = shared.apply(workflow(
        "from-" + name.replace(".", "-"), [node("done", "json", {"data": 1})],
        trigger={"type": "webhook", "config": {
            "preset": name, "allow_ips": ["127.0.0.0/8"],
            "auth": [{"type": "signature", "secret": vector["secret"]}]}}))
    body = vector["body"]
    if name == "linear":
        body = json.dumps({"webhookTimestamp": int(time.time() * 1000)})
    kind = vector["headers"].get("Content-Type", "text/plain")

    def send(secret):
        done = shared.cli("send", applied["hook_url"], "--scheme", name, "--secret", secret,
                          "--data", body, "--header", "Content-Type: " + kind, "--retries", "0",
                          "--json", check=False)
        return json.loads(done.stdout)["status"]
    assert send(private) == preset.get("success_status", 202)
    other = another(preset, private)
    if other:
        assert send(other) == 401
    runs = until(lambda: shared.get(f"/api/v1/runs?workflow={applied['name']}")["items"],
                 what="the run")
    assert len(runs) == 1
