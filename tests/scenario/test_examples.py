"""Every example is applied, called with its event, and does what it says it does."""

import json
import os
import pathlib
import re
import signal
import subprocess

import pytest

from harness import BIN, PATIENCE, request, until

EXAMPLES = pathlib.Path(os.environ.get("PAWL_EXAMPLES",
                                       pathlib.Path(__file__).parents[2] / "examples"))
FOLDERS = sorted(p.parent for p in EXAMPLES.glob("*/workflow.json"))


def is_part(expected, got):
    """Objects may have more members than expected; anything else has to be the same."""
    if isinstance(expected, dict):
        return isinstance(got, dict) and all(k in got and is_part(v, got[k])
                                             for k, v in expected.items())
    if isinstance(expected, list):
        return isinstance(got, list) and len(expected) == len(got) and \
            all(map(is_part, expected, got))
    return expected == got


def test_there_are_examples():
    assert FOLDERS


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_example(shared, folder):
    document = json.loads((folder / "workflow.json").read_text())
    event = json.loads((folder / "event.json").read_text())
    expected = json.loads((folder / "expected.json").read_text())
    assert document["name"] == folder.name
    applied = shared.apply(document)
    kind = document["trigger"]["type"]
    if kind == "event":
        answer = shared.api("POST", "/api/v1/events", event)
        run = shared.finished_run(answer.json()["events"][0]["runs"][0]["run_id"])
    elif kind in ("schedule", "manual"):
        answer = shared.api("POST", f"/api/v1/workflows/{folder.name}/runs", {"input": event})
        run = shared.finished_run(answer.json()["id"])
    elif applied["service_url"]:
        answer = request("POST", applied["service_url"], event)
        assert answer.status == 200, answer
        run = shared.get(f"/api/v1/runs/{answer.headers['Pawl-Run-Id']}")
        assert answer.json()["data"]["output"] == run["output"]
    else:
        run = shared.run_of(applied, event, timeout=30)
    assert run["status"] == expected["status"], run
    assert {n["id"]: n["status"] for n in run["nodes"]} == \
        {**{n["id"]: n["status"] for n in run["nodes"]}, **expected.get("nodes", {})}
    if "output" in expected:
        assert is_part(expected["output"], run["output"]), run["output"]


@pytest.fixture
def demo(tmp_path):
    """Starts what `make run` starts, in a directory of its own; returns the process and its output."""
    started = []
    output = tmp_path / "output"

    def start():
        with open(output, "wb") as out:
            process = subprocess.Popen(
                ["tools/run-demo", BIN], cwd=EXAMPLES.parent, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                start_new_session=True,
                env={**os.environ, "PAWL_LISTEN": "127.0.0.1:0", "PAWL_DATA": str(tmp_path / "data")})
        started.append(process)
        until(lambda: process.poll() is not None or f"{BIN} runs" in output.read_text(), what="the demo")
        return process, output.read_text()

    yield start
    for process in started:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def test_demo_says_what_works_when_pasted(demo):
    def pasted(line):
        return subprocess.run(line, shell=True, capture_output=True, text=True, timeout=30 * PATIENCE, check=True)

    for n_runs in (1, 2):  # the second time on the same data
        process, said = demo()
        hook = re.search(r"webhook +(\S+)", said).group(1)
        curl, runs = (re.search(rf"^  ({word} .*)$", said, re.M).group(1) for word in ("curl", re.escape(BIN)))
        assert hook in curl
        answer = pasted(curl).stdout
        assert "202 Accepted" in answer
        run_id = json.loads(answer.splitlines()[-1])["data"]["runId"]
        until(lambda: re.search(f"{run_id} +welcome-user +completed", pasted(runs).stdout), what="the run")
        assert len([l for l in pasted(runs).stdout.splitlines() if "welcome-user" in l]) == n_runs
        os.killpg(process.pid, signal.SIGINT)  # Ctrl-C
        assert process.wait(15 * PATIENCE) == 0
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)


def test_demo_that_cannot_start_leaves_nothing_behind(demo, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "pawl.db").write_text("this is no database, and long enough to be told from one")
    process, said = demo()
    assert process.wait(15 * PATIENCE) == 1 and "pawl serve:" in said
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
