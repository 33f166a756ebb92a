"""Holds the tree to what CONTRIBUTING.md says of it; needs nothing but Python.

Layers include only what they may, files and functions stay short, and functions of C's library
that cannot be used safely stay out."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAY = {
    "base": "",
    "data": "base",
    "net": "base",
    "store": "base",
    "flow": "base data",
    "trigger": "base data net flow",
    "nodes": "base data net flow",
    "engine": "base data net store flow nodes",
    "server": "base data net store flow trigger nodes engine",
    "cli": "base data net flow trigger nodes server",
    "docs": "base data net flow trigger nodes server cli",
}
FILE_LINES, FUNCTION_LINES = 600, 60
CONSOLE_FUNCTION = re.compile(r"(?:export )?(?:default )?(?:async )?(?:function\b\*? ?|const (?=.*(?:\bfunction\b|=>)))(\w*)")
BANNED = re.compile(r"\b(strcpy|strcat|sprintf|strtok|atoi|gets|sscanf|strncpy|system|alloca|rand|localtime)\s*\(")


def without_comments_and_strings(text):
    return re.sub(r"/\*.*?\*/|'(?:\\.|[^'\\])+'|\"(?:\\.|[^\"\\])*\"", lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)


def layer_problems(path, text):
    layer = path.relative_to(ROOT / "src").parts[0]
    allowed = {layer, *MAY[layer].split()}
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(r'#include "([a-z]+)/', line)
        if found and found.group(1) in MAY and found.group(1) not in allowed:
            yield f"{path}:{number}: {layer} may not include {found.group(1)}"


def function_problems(path, code):
    """A definition's name stands at column 0 and its body between braces at column 0."""
    start = name = None
    for number, line in enumerate(code.splitlines(), 1):
        called = re.match(r"([a-z_][a-zA-Z0-9_]*)\(", line)
        if called:
            name = called.group(1)
        if line.startswith("{"):
            start = number
        elif line.startswith("}") and start:
            if number - start - 1 > FUNCTION_LINES and not line.startswith("};"):
                yield f"{path}:{start}: {name} has {number - start - 1} lines, at most {FUNCTION_LINES}"
            start = None


def console_function_problems(path, text):
    """A function of the console begins at column 0 and ends there with its brace. Its body begins after
    the last line at column 0 that opens a brace: parameters may take several lines, too."""
    start = name = None
    for number, line in enumerate(text.splitlines(), 1):
        called = CONSOLE_FUNCTION.match(line)
        if called:
            name, start = called.group(1), number
        elif start and line.startswith(("}", ")")) and line.endswith("{"):
            start = number
        elif line[:1].isalpha():
            start = None  # what began before it had no body of its own
        elif start and line.startswith("}"):
            if number - start - 1 > FUNCTION_LINES:
                yield f"{path}:{start}: {name} has {number - start - 1} lines, at most {FUNCTION_LINES}"
            start = None


def log_problems():
    """Every event of the code is documented, and none that is gone."""
    sources = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "src").rglob("*.c"))
    used = set(re.findall(r'pawl_log\([A-Za-z_]+,\s*"([a-z_]+)"', sources))
    page = ROOT / "docs/reference/log-events.md"
    listed = set(re.findall(r"^\| `([a-z_]+)` \|", page.read_text(encoding="utf-8"), re.M))
    for name in sorted(used ^ listed):
        yield f"{page}: {name} is " + ("not listed" if name in used else "listed and not in the code")


def console_problems():
    """The console's files and functions are short, too; what is written by a program is not counted."""
    files = (p for where in ("console/src", "console/scripts", "tests/console") for p in (ROOT / where).rglob("*"))
    for path in sorted(p for p in files if p.suffix in (".ts", ".tsx", ".css", ".mjs") and p.name != "schema.d.ts"):
        text = path.read_text(encoding="utf-8")
        lines = text.count("\n")
        if lines > FILE_LINES:
            yield f"{path}: {lines} lines, at most {FILE_LINES}"
        if path.suffix in (".ts", ".tsx") and ".test." not in path.name:
            yield from console_function_problems(path, text)


def problems():
    yield from log_problems()
    yield from console_problems()
    for path in sorted((ROOT / "src").rglob("*.[ch]")):
        text = path.read_text(encoding="utf-8")
        code = without_comments_and_strings(text)
        if text.count("\n") > FILE_LINES:
            yield f"{path}: {text.count(chr(10))} lines, at most {FILE_LINES}"
        yield from layer_problems(path, text)
        yield from function_problems(path, code)
        for found in BANNED.finditer(code):
            yield f"{path}:{code.count(chr(10), 0, found.start()) + 1}: {found.group(1)} is banned"


def main():
    found = list(problems())
    for problem in found:
        print(problem.replace(str(ROOT) + "/", ""))
    print(f"lint: {len(found)} problems" if found else "lint: the tree is in order")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
