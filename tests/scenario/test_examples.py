"""Every example is applied, called with its event, and does what it says it does."""

import json
import os
import pathlib

import pytest

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
    run = shared.run_of(shared.apply(document), event, timeout=30)
    assert run["status"] == expected["status"], run
    assert {n["id"]: n["status"] for n in run["nodes"]} == \
        {**{n["id"]: n["status"] for n in run["nodes"]}, **expected.get("nodes", {})}
    if "output" in expected:
        assert is_part(expected["output"], run["output"]), run["output"]
