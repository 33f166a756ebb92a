"""The command line: what it prints for people and programs, and how it ends."""

import concurrent.futures
import hashlib
import hmac
import json
import os
import shutil
import signal
import subprocess

import pytest

from harness import BIN, PATIENCE, SANITIZED, node, run_cli, until, workflow

DONE, FAILED, USAGE, NOT_FOUND = 0, 1, 2, 3
COMMANDS = ["serve", "apply", "validate", "workflows", "runs", "run", "requests", "replay", "send",
            "tail", "eval", "node-types", "token", "version", "completion"]


def made(name="made", value=1, **trigger):
    return workflow(name, [node("made", "json", {"data": value})],
                    trigger={"type": "webhook", "config": trigger} if trigger else None)


# -- without a server

@pytest.mark.parametrize("path, selected", [
    ("$", '[{"a":[1,{"b":2.50}],"big":18446744073709551615,"é":"ž"}]'), ("$.a[0]", "[1]"),
    ("$..b", "[2.50]"), ("$.big", "[18446744073709551615]"), ("$['é']", '["ž"]'),
    ("$.a[?@.b > 2].b", "[2.50]"), ("$.nothing", "[]"), ("$.a[-1:]", '[{"b":2.50}]'),
    ("$.a[?length(@) == 1]", '[{"b":2.50}]')])
def test_eval_path(path, selected):
    done = run_cli("eval", "--path", path, "--json",
                   stdin='{"a":[1,{"b":2.50}],"big":18446744073709551615,"é":"ž"}'.encode())
    assert done.returncode == DONE, done
    assert done.stdout.decode().strip() == selected


@pytest.mark.parametrize("path", ["", "a", "$.", "$[", "$.a[", "$[01]", "$[?@.a", "$ ", "$[?nope(@)]",
                                  "$[?@.a==]", "$..", "$[9007199254740992]", "$['a'"])
def test_eval_of_an_invalid_path_says_where(path):
    done = run_cli("eval", "--path", path, stdin=b"{}")
    assert done.returncode == USAGE and done.stdout == b""
    assert any(c.isdigit() for c in done.stderr.decode()), done.stderr


@pytest.mark.parametrize("template, value", [
    ("${workflow.input.n}", "18446744073709551615"), ("n=${workflow.input.n}", '"n=18446744073709551615"'),
    ("${workflow.input.list[*]}", "[1,2]"), ("${workflow.input.none}", "null"),
    ('${workflow.input.none ?? "x"}', '"x"'), ("$${x}", '"${x}"'), ("${made.output.data}", "true"),
    ("a ${workflow.input.list} b", '"a [1,2] b"'), ("plain", '"plain"')])
def test_eval_template(tmp_path, template, value):
    scope = tmp_path / "input.json"
    scope.write_text('{"workflow":{"input":{"n":18446744073709551615,"list":[1,2]}},'
                     '"made":{"output":{"data":true}}}')
    done = run_cli("eval", "--template", template, "--input", str(scope), "--json")
    assert (done.returncode, done.stdout.decode().strip()) == (DONE, value), done


def test_eval_of_an_invalid_template(tmp_path):
    scope = tmp_path / "input.json"
    scope.write_text("{}")
    for template in ("${", "${}", "${workflow.input.}", "${workflow.input[}", "${a b}"):
        done = run_cli("eval", "--template", template, "--input", str(scope))
        assert done.returncode == USAGE and done.stderr, template


def test_eval_of_a_document_that_is_not_json():
    done = run_cli("eval", "--path", "$", stdin=b"{broken")
    assert done.returncode == FAILED and done.stderr and done.stdout == b""


@pytest.mark.parametrize("args", [[], ["nothing"], ["eval"], ["eval", "--nothing"], ["run"], ["send"],
                                  ["eval", "--path"], ["runs", "extra"], ["runs", "--limit", "x"],
                                  ["serve", "--log-level", "loud"], ["token", "nothing"],
                                  ["send", "http://127.0.0.1:1/", "--scheme", "nope", "--secret", "s"],
                                  ["send", "http://127.0.0.1:1/", "--scheme", "github"]],
                         ids=lambda a: " ".join(a) or "none")
def test_wrong_usage_is_2(args):
    done = run_cli(*args, env={"PAWL_SERVER": "http://127.0.0.1:1", "PAWL_TOKEN": "x"})
    assert done.returncode == USAGE, done
    assert done.stderr and done.stdout == b""


def test_help_names_every_command_and_option():
    top = run_cli("--help")
    assert top.returncode == DONE
    for name in COMMANDS:
        assert name in top.stdout.decode()
        one = run_cli(name, "--help")
        assert one.returncode == DONE and b"Usage: pawl " + name.encode() in one.stdout, name


def test_version():
    assert run_cli("version").stdout.startswith(b"pawl ")
    assert json.loads(run_cli("version", "--json").stdout)["version"]


COMPLETE = {  # what each shell offers after "pawl runs --st"
    "bash": 'source {}; COMP_WORDS=(pawl runs --st); COMP_CWORD=2; _pawl; echo "${{COMPREPLY[@]}}"',
    "zsh": "autoload -Uz compinit; compinit -D -u; source {}; [ $_comps[pawl] = _pawl ] && echo --status",
    "fish": 'source {}; complete -C "pawl runs --st"'}


@pytest.mark.parametrize("shell", COMPLETE)
def test_completion_loads_and_offers(tmp_path, shell):
    script = tmp_path / "completion"
    done = run_cli("completion", shell)
    assert done.returncode == DONE
    script.write_bytes(done.stdout)
    for name in COMMANDS:
        assert name.encode() in done.stdout
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    offered = subprocess.run([shell, "-c", COMPLETE[shell].format(script)], capture_output=True,
                             timeout=60 * PATIENCE, env={**os.environ, "HOME": str(tmp_path)})
    assert offered.stdout.startswith(b"--status") and not offered.stderr, offered


def test_completion_of_another_shell_is_2():
    done = run_cli("completion", "csh")
    assert done.returncode == USAGE and b"bash, zsh, fish" in done.stderr


def test_validate_prints_the_schema():
    schema = json.loads(run_cli("validate", "--schema").stdout)
    assert {"version", "name", "trigger", "nodes", "edges"} <= set(schema["properties"])
    assert run_cli("validate").returncode == USAGE


CTS = os.environ.get("PAWL_JSONPATH_CTS", "")


@pytest.mark.skipif(not CTS, reason="PAWL_JSONPATH_CTS does not name the JSONPath compliance suite")
@pytest.mark.skipif(bool(SANITIZED), reason="the unit test runs the suite under sanitizers, in one process")
def test_eval_passes_the_compliance_suite(tmp_path):
    """Through the command line, as a user calls it; values compare as JSON."""
    with open(CTS, encoding="utf-8") as f:
        cases = json.load(f)["tests"]
    assert len(cases) > 700

    def is_right(case):
        query = "--path=" + case["selector"]
        if "\0" in query:  # cannot stand in an argument
            file = tmp_path / str(cases.index(case))
            file.write_text(case["selector"], encoding="utf-8")
            query = f"--path-file={file}"
        done = run_cli("eval", query, "--json", stdin=json.dumps(case.get("document")).encode())
        if case.get("invalid_selector"):
            return done.returncode == USAGE and b"at byte" in done.stderr and not done.stdout
        allowed = case.get("results", [case.get("result")])
        return done.returncode == DONE and json.loads(done.stdout) in allowed

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        failed = [case["name"] for case, right in zip(cases, pool.map(is_right, cases)) if not right]
    assert not failed


def test_validate_without_a_server(tmp_path):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(made()))
    bad.write_text(json.dumps({**made(), "colour": "red", "edges": []}))
    assert run_cli("validate", str(good)).returncode == DONE
    done = run_cli("validate", str(good), str(bad))
    assert done.returncode == FAILED and b"colour" in done.stdout + done.stderr
    assert run_cli("validate", str(tmp_path / "none.json")).returncode in (FAILED, NOT_FOUND)


def test_no_server_is_1(tmp_path):
    done = run_cli("runs", env={"PAWL_SERVER": "http://127.0.0.1:1", "PAWL_TOKEN": "x"})
    assert done.returncode == FAILED and b"127.0.0.1:1" in done.stderr and b"running?" in done.stderr
    done = run_cli("runs", env={"PAWL_SERVER": "", "PAWL_TOKEN": "", "PAWL_DATA": str(tmp_path / "none")})
    assert done.returncode == FAILED and b"--token" in done.stderr and b"pawl serve" in done.stderr


@pytest.mark.parametrize("args, hint", [(["workflow"], b'"workflows"'), (["runs", "--limt", "5"], b'"limit"'),
                                        (["help", "aply"], b'"apply"')], ids=str)
def test_misspelt_names_get_a_hint(args, hint):
    done = run_cli(*args)
    assert done.returncode == USAGE and hint in done.stderr and b"too many" not in done.stderr


# -- with one

def test_server_and_token_are_found_by_themselves(pawl, sink):
    """In the directory where the server was started nothing has to be said."""
    def in_place(*args):
        env = {k: v for k, v in os.environ.items() if k not in ("PAWL_SERVER", "PAWL_TOKEN", "PAWL_DATA")}
        return subprocess.run([BIN, *args], cwd=pawl.root, env=env, capture_output=True, timeout=60 * PATIENCE)

    os.replace(pawl.ready, os.path.join(pawl.data, "ready.json"))
    assert in_place("workflows").stdout == b"No workflows.\n"
    assert in_place("workflows", "--server", pawl.url).returncode == DONE
    # What was found so is for this machine: an address that might be elsewhere does not get it.
    elsewhere = sink.url.replace("127.0.0.1", "0.0.0.0")
    done = in_place("workflows", "--server", elsewhere)
    assert done.returncode == FAILED and b"--token" in done.stderr and not sink.requests
    in_place("workflows", "--server", elsewhere, "--data", "data")
    assert sink.requests[0]["headers"]["Authorization"] == f"Bearer {pawl.token}", "asked for by name"


def test_json_everywhere(pawl):
    applied = pawl.apply(made("shown"))
    run_id = pawl.run_of(applied, {})["id"]
    for args in (["workflows"], ["workflows", "shown"], ["runs"], ["run", run_id], ["requests"],
                 ["requests", run_id], ["replay", run_id], ["replay", run_id, "--request"], ["node-types"],
                 ["node-types", "json"], ["node-types", "--triggers"], ["token", "list"], ["token", "create", "t"],
                 ["version"], ["workflows", "shown", "--document"], ["workflows", "shown", "--set-status", "paused"]):
        assert pawl.cli_json(*args), args
    token = pawl.cli_json("token", "list")[-1]
    assert token["name"] == "t" and pawl.cli_json("token", "remove", token["id"]) is None
    assert pawl.cli_json("workflows", "shown", "--delete") is None


def test_deletions_are_said(pawl):
    pawl.apply(made("gone"))
    assert pawl.cli("workflows", "gone", "--delete").stdout == b"gone: deleted\n"
    assert pawl.cli_json("workflows") == []


def test_apply_reads_standard_input(pawl):
    applied = pawl.cli_json("apply", "-", stdin=json.dumps(made("piped")).encode())
    assert [(a["name"], a["revision"]) for a in applied] == [("piped", 1)]
    assert set(applied[0]) >= {"id", "name", "revision", "hook_url"}
    drafted = pawl.cli_json("apply", "--draft", "-", stdin=json.dumps(made("drafted")).encode())
    assert drafted[0]["revision"] is None and drafted[0]["status"] == "inactive"


def test_one_bad_file_does_not_keep_the_others_back(pawl, tmp_path):
    good, bad = tmp_path / "good.json", tmp_path / "bad.yaml"
    good.write_text(json.dumps(made("good")))
    bad.write_text("name: [unclosed")
    done = pawl.cli("apply", str(bad), str(tmp_path / "none.json"), str(good), "--json", check=False)
    assert done.returncode == FAILED and [a["name"] for a in json.loads(done.stdout)] == ["good"]
    assert b"bad.yaml" in done.stderr and b"none.json" in done.stderr


def test_replay_of_a_request_with_another_input(pawl, tmp_path):
    applied = pawl.apply(made("edited", "${workflow.input.body.n}"))
    run = pawl.run_of(applied, {"n": 1})
    edited = tmp_path / "input.json"
    edited.write_text('{"body":{"n":2}}')
    for args in ([run["id"]], [run["request_id"], "--request"]):
        again = pawl.cli_json("replay", *args, "--input", str(edited))
        assert pawl.finished_run(again["id"])["output"]["data"] == 2


def test_what_the_api_does_not_take_is_2(pawl):
    for args in (["runs", "--status", "nonsense"], ["runs", "--from", "yesterday"], ["requests", "--verdict", "maybe"],
                 ["workflows", "--status", "on"], ["token", "create", ""]):
        done = pawl.cli(*args, check=False)
        assert done.returncode == USAGE and done.stderr and not done.stdout, (args, done)


def test_apply_prints_what_it_did(pawl, tmp_path):
    first = pawl.apply(made("one"))
    assert set(first) >= {"id", "name", "revision", "hook_url"}
    assert (first["name"], first["revision"]) == ("one", 1)
    again = pawl.apply(made("one", 2))
    assert (again["id"], again["hook_url"], again["revision"]) == (first["id"], first["hook_url"], 2)
    draft = pawl.apply(made("one", 3), "--draft")
    assert draft["id"] == first["id"]
    assert pawl.run_of(first, {})["output"]["data"] == 2
    paths = []
    for name in ("two", "three"):
        paths.append(str(tmp_path / f"{name}.json"))
        with open(paths[-1], "w") as f:
            json.dump(made(name), f)
    assert [a["name"] for a in pawl.cli_json("apply", *paths)] == ["two", "three"]


def test_apply_of_yaml(pawl, tmp_path):
    path = tmp_path / "yaml.yaml"
    path.write_text("version: 1\nname: from-yaml\ntrigger:\n  type: webhook\nnodes:\n  - id: made\n"
                    "    type: json\n    config: {data: {n: 1, text: 'yes'}}\n"
                    "edges:\n  - {from: trigger, to: made}\n")
    applied = pawl.cli_json("apply", str(path))[0]
    assert pawl.run_of(applied, {})["output"]["data"] == {"n": 1, "text": "yes"}


def test_apply_of_an_invalid_document_says_all(pawl, tmp_path):
    path = tmp_path / "bad.json"
    path.write_text(json.dumps({**made("bad"), "colour": "red", "edges": [{"from": "x", "to": "made"}]}))
    done = pawl.cli("apply", str(path), check=False)
    assert done.returncode == FAILED
    assert b"/colour" in done.stderr and b"/edges/0" in done.stderr


def test_run_runs_and_requests(pawl):
    applied = pawl.apply(workflow("shown", [
        node("first", "json", {"data": {"n": "${workflow.input.body.n}"}}),
        node("second", "compose", {"values": {"from_first": "${first.output.data.n}"}})],
        trigger={"type": "webhook", "config": {"auth": [{"type": "bearer", "secret": "k3y"}]}}))
    allowed = {"Authorization": "Bearer k3y"}
    run = pawl.run_of(applied, {"n": 7}, allowed)
    pawl.call(applied, {}, {"Authorization": "Bearer wrong"})

    shown = pawl.cli_json("run", run["id"])
    assert [n["id"] for n in shown["nodes"]] == ["first", "second"]
    for n in shown["nodes"]:
        assert n["status"] == "completed" and n["input"] is not None and n["output"] is not None
        assert n["started_at"] and n["finished_at"] and n["attempts"][0]["attempt"] == 1
    assert shown["nodes"][1]["output"]["data"] == {"from_first": 7}
    assert shown["input"]["body"] == {"n": 7}
    people = pawl.cli("run", run["id"]).stdout.decode()
    assert "first" in people and "second" in people and "completed" in people

    runs = pawl.cli_json("runs", "--workflow", "shown", "--status", "completed", "--limit", "5")
    assert [r["id"] for r in runs] == [run["id"]]
    assert run["id"] in pawl.cli("runs").stdout.decode()

    until(lambda: len(pawl.cli_json("requests")) == 2, what="both requests in the log")
    requests = pawl.cli_json("requests")
    assert [(r["verdict"], r["status"]) for r in requests] == [("refused", 401), ("accepted", 202)]
    assert requests[0]["reason"] and b"k3y" not in pawl.cli("requests").stdout

    again = pawl.cli("replay", run["id"]).stdout.decode().split()[0]
    assert pawl.finished_run(again)["replay_of"] == run["id"]


def test_run_commands(pawl):
    applied = pawl.apply(workflow("asked", [node("approval", "wait", {"resume": True})]))
    ids = [pawl.call(applied, {}).json()["data"]["runId"] for _ in range(2)]
    for run_id in ids:
        until(lambda: pawl.get(f"/api/v1/runs/{run_id}")["status"] == "waiting", what="the wait")
    pawl.cli("run", ids[0], "--resume", "--resume-data", '{"by":"ann"}')
    assert pawl.finished_run(ids[0])["output"]["data"] == {"by": "ann"}
    pawl.cli("run", ids[1], "--cancel")
    assert pawl.finished_run(ids[1])["status"] == "canceled"
    assert pawl.cli("run", ids[1], "--cancel", check=False).returncode == FAILED


def test_not_found_is_3(pawl):
    for args in (["run", "123"], ["replay", "123"], ["requests", "123"], ["workflows", "nobody"],
                 ["runs", "--workflow", "nobody"], ["token", "remove", "123"]):
        done = pawl.cli(*args, check=False)
        assert done.returncode == NOT_FOUND and done.stderr, args


def test_wrong_token_is_1(pawl):
    assert pawl.cli("runs", "--token", "pawl_" + "x" * 43, check=False).returncode == FAILED


def test_tokens(pawl):
    made_token = pawl.cli_json("token", "create", "ci")
    assert pawl.cli("runs", "--token", made_token["token"]).returncode == DONE
    pawl.cli("token", "remove", made_token["id"])
    assert pawl.cli("runs", "--token", made_token["token"], check=False).returncode == FAILED


def test_tail(pawl):
    applied = pawl.apply(made("tailed"))
    tail = subprocess.Popen([pawl.binary, "tail", "--json"], stdout=subprocess.PIPE,
                            env={**pawl.env, "PAWL_SERVER": pawl.url, "PAWL_TOKEN": pawl.token})
    try:
        # Events before the stream stands are not seen: call until one is.
        os.set_blocking(tail.stdout.fileno(), False)
        seen = b""

        def event():
            nonlocal seen
            pawl.call(applied, {})
            seen += tail.stdout.read() or b""
            return b"\n" in seen
        until(event, every=0.05, what="an event")
        assert json.loads(seen.splitlines()[0])["event"] in ("request", "run", "node")
    finally:
        tail.send_signal(signal.SIGTERM)
        tail.wait(10 * PATIENCE)


def test_tail_goes_on_after_a_restart(pawl):
    applied = pawl.apply(made("tailed"))
    tail = subprocess.Popen([pawl.binary, "tail", "--json", "--workflow", "tailed"], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE,
                            env={**pawl.env, "PAWL_SERVER": pawl.url, "PAWL_TOKEN": pawl.token})
    try:
        os.set_blocking(tail.stdout.fileno(), False)
        seen = b""

        def heard():
            nonlocal seen
            pawl.call(applied, {})
            seen += tail.stdout.read() or b""
            return b'"run"' in seen
        until(heard, every=0.05, what="an event")
        pawl.restart()
        seen = b""
        until(heard, every=0.05, what="an event of the new process")
    finally:
        tail.send_signal(signal.SIGTERM)
        said = tail.communicate(timeout=10 * PATIENCE)[1]
    # Its last event was one of the old process: what came before the stream stood again is unknown.
    assert b"events were missed" in said


# -- send

@pytest.mark.parametrize("scheme, secret", [("github", "s3cret"), ("stripe", "whsec_abc"), ("slack", "s"),
                                            ("standard-webhooks", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                                            ("hmac", "generic")])
def test_send_signs_what_the_server_accepts(pawl, tmp_path, scheme, secret):
    applied = pawl.apply(made("sent", "${workflow.input.body.n}",
                              auth=[{"type": "signature", "scheme": scheme, "secret": secret}]))
    body = tmp_path / "body.json"
    body.write_text('{"n": 1.50}')
    args = ["send", applied["hook_url"], "--scheme", scheme, "--data", f"@{body}", "--json"]
    done = json.loads(pawl.cli(*args, "--secret", secret).stdout)
    assert done["status"] == 202 and done["attempts"] == 1
    run = pawl.finished_run(done["body"]["data"]["runId"])
    assert run["output"]["data"] == 1.5
    other = "whsec_" + "QUJD" * 8
    refused = pawl.cli(*args, "--secret", other, check=False)
    assert refused.returncode == FAILED and json.loads(refused.stdout)["status"] == 401


def test_send_tries_again_and_honours_retry_after(pawl, sink):
    sink.answer = lambda r: ((503, {"Retry-After": "1"}, b"") if len(sink.requests) == 1
                             else (200, {}, b'{"ok":true}'))
    done = pawl.cli_json("send", sink.url, "--scheme", "github", "--secret", "s", "--data", '{"n":1}')
    assert (done["status"], done["attempts"], done["body"]) == (200, 2, {"ok": True})
    first, second = sink.requests
    assert second["at"] - first["at"] >= 0.95
    assert first["headers"]["X-GitHub-Delivery"] == second["headers"]["X-GitHub-Delivery"]
    want = "sha256=" + hmac.new(b"s", b'{"n":1}', hashlib.sha256).hexdigest()
    assert second["headers"]["X-Hub-Signature-256"] == want


def test_send_gives_up(pawl, sink):
    sink.answer = lambda r: (503, {}, b"")
    done = pawl.cli("send", sink.url, "--retries", "1", check=False)
    assert done.returncode == FAILED and len(sink.requests) == 2
    sink.answer = lambda r: (400, {}, b"")
    assert pawl.cli("send", sink.url, check=False).returncode == FAILED and len(sink.requests) == 3
    sink.answer = lambda r: (404, {}, b"")
    assert pawl.cli("send", sink.url, check=False).returncode == NOT_FOUND
