"""Every example of the guide is run."""

import json
import pathlib
import re
import subprocess

import pytest

from harness import BIN, node, workflow

GUIDE = (pathlib.Path(__file__).parents[2] / "docs/guide/expressions.md").read_text()
INPUT = re.search(r"```json\n(.*?)```", GUIDE, re.S).group(1)


def rows(header):
    """The cells of every table that begins with this header, without their backquotes."""
    for table in re.findall(r"(?m)^%s.*\n\|[-|]+\n((?:\|.*\n)+)" % re.escape(header), GUIDE):
        for line in table.splitlines():
            yield [c.strip().strip("`").replace("\\|", "|") for c in re.split(r"(?<!\\)\|", line)[1:-1]]


EXPRESSIONS = [(cells[0], cells[1]) for cells in rows("| expression | value |")]
CONDITIONS = list(rows("| left | op | right |"))


def test_there_are_examples():
    assert len(EXPRESSIONS) > 20 and len(CONDITIONS) > 15


@pytest.mark.parametrize("expression,value", EXPRESSIONS)
def test_expression(expression, value):
    done = subprocess.run([BIN, "eval", "--json", "--template", expression], capture_output=True,
                          input=INPUT.encode(), check=True)
    assert json.loads(done.stdout) == json.loads(value)


def test_conditions(shared):
    def leaf(left, op, right):
        made = {"left": json.loads(left), "op": op}
        return {**made, "right": json.loads(right)} if right else made

    nodes = [node(f"c{n}", "if", leaf(*cells[:3])) for n, cells in enumerate(CONDITIONS)]
    run = shared.run_of(shared.apply(workflow("guide", nodes, [
        {"from": "trigger", "to": n["id"]} for n in nodes])), {}, timeout=30)
    got = {n["id"]: n["output"]["data"] for n in run["nodes"]}
    for n, (left, op, right, outcome) in enumerate(CONDITIONS):
        assert outcome in ("holds", "does not")
        assert got[f"c{n}"] == (outcome == "holds"), (left, op, right)


def test_all_operators_are_named(shared):
    listed = re.findall(r"`(\w+)`", re.search(r"(?m)^Operators: (.*)$", GUIDE).group(1))
    types = json.dumps(shared.get("/api/v1/node-types"))
    assert '"enum": ' + json.dumps(listed) in types
