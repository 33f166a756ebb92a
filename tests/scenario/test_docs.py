"""Every example in README.md and docs/ is run: what a reader pastes has to work."""

import json
import os
import pathlib
import re
import shlex
import subprocess

import pytest

from harness import BIN, PATIENCE, until

ROOT = pathlib.Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
# Front doors that the test suite itself came through, or that a test cannot open.
SKIPPED = re.compile(r"(sudo +)?(apt-get|make|meson|ninja|git|systemctl|docker)\b")


class Block:
    """A fenced example: its language, text, place, and the line of prose above it."""

    def __init__(self, page, line, language, text, before):
        self.language, self.text, self.before = language, text, before
        self.place = f"{page.relative_to(ROOT)}:{line}"


def blocks(page):
    language, before, kept, start = None, "", [], 0
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        fence = re.match(r"```(\w*)$", line)
        if fence and language is None:
            language, kept, start = fence.group(1), [], number
        elif fence:
            yield Block(page, start, language, "\n".join(kept) + "\n", before)
            language, before = None, ""
        elif language is not None:
            kept.append(line)
        elif line.strip():
            before = line
    assert language is None, f"{page}: a fence is not closed"


ALL = [block for page in PAGES for block in blocks(page)]
PLACE = lambda block: block.place


def test_examples_say_what_they_are():
    assert len(ALL) > 10
    assert {b.language for b in ALL} <= {"sh", "json", "yaml", "c", "text"}, \
        [b.place for b in ALL if not b.language]


@pytest.mark.parametrize("block", [b for b in ALL if b.language == "json"], ids=PLACE)
def test_json_parses(block):
    try:
        json.loads(block.text)
    except ValueError:  # members out of an object
        json.loads("{" + block.text + "}")


@pytest.mark.parametrize("block", [b for b in ALL if b.language in ("json", "yaml") and "nodes" in b.text
                                   and "edges" in b.text], ids=PLACE)
def test_workflows_are_valid(tmp_path, block):
    file = tmp_path / "document"
    file.write_text(block.text)
    done = subprocess.run([BIN, "validate", str(file)], capture_output=True, timeout=60 * PATIENCE)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()


class Reader:
    """Somebody who pastes one command after the other into a shell."""

    def __init__(self, pawl, directory):
        self.pawl, self.directory = pawl, directory
        self.hook = self.run_id = None
        (directory / "build").mkdir()
        (directory / "build" / "pawl").symlink_to(os.path.abspath(BIN))
        self.env = {**os.environ, "PAWL_SERVER": pawl.url, "PAWL_TOKEN": pawl.token,
                    "PATH": f"{directory / 'build'}:{os.environ['PATH']}"}

    def meant(self, command):
        """The command with what a reader fills in: ids, URLs, names."""
        command = re.sub(r"\bURL\b", self.hook or "URL", command)
        command = re.sub(r"\bID\b", self.run_id or "ID", command)
        return re.sub(r"\bnode-types NAME\b", "node-types http_request", command)

    def paste(self, command):
        command = self.meant(command)
        words = shlex.split(command, comments=True)
        program = words[0].rpartition("/")[2]
        assert program in ("pawl", "curl"), f"nobody knows how to check: {command}"
        if words[1] == "serve":
            self.check_serve(words)
            return
        if words[1] == "tail":
            self.check_tail(words)
            return
        done = subprocess.run(["bash", "-c", command], cwd=self.directory, env=self.env, capture_output=True,
                              text=True, timeout=60 * PATIENCE)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        found = re.search(r"http://\S+/(hook|service)/[0-9a-f]+", done.stdout)
        if words[1] == "apply":
            self.hook = found.group(0)
        if program == "curl":
            data = json.loads(done.stdout.splitlines()[-1])["data"]
            if "runId" in data:
                self.run_id = data["runId"]
                self.pawl.finished_run(self.run_id)

    def check_serve(self, words):
        """A server of its own, with directories and ports that a test may use."""
        for option, value in (("--listen", "127.0.0.1:0"), ("--data", str(self.directory / "served"))):
            if option in words:
                words[words.index(option) + 1] = value
        server = subprocess.Popen([BIN, *words[1:]], stderr=subprocess.DEVNULL, env=self.env)
        try:
            until((self.directory / "served" / "ready.json").exists, what="the server")
        finally:
            server.terminate()
        assert server.wait(15 * PATIENCE) == 0

    def check_tail(self, words):
        tail = subprocess.Popen([BIN, *words[1:]], stdout=subprocess.PIPE, env=self.env)
        os.set_blocking(tail.stdout.fileno(), False)
        seen = b""

        def heard():
            nonlocal seen
            subprocess.run(["curl", "-sd", "{}", self.hook], check=True, capture_output=True)
            seen += tail.stdout.read() or b""
            return b"\n" in seen
        try:
            until(heard, every=0.05, what="an event")
        finally:
            tail.kill()
            tail.wait()


IN_PROSE = re.compile(r"`((?:build/)?pawl [^`]+)`")


@pytest.mark.parametrize("page", [p for p in PAGES if "```sh" in p.read_text() or IN_PROSE.search(p.read_text())],
                         ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_of_a_page(tmp_path_factory, pawl, page):
    """From top to bottom, with the files that the page says to save; `make run` has run before."""
    directory = tmp_path_factory.mktemp("reader")
    reader = Reader(pawl, directory)
    for name in ("input.json", "event.json"):
        (directory / name).write_text("{}")
    applied = json.loads(pawl.cli("apply", "--json", *map(str, ROOT.glob("examples/*/workflow.json"))).stdout)
    reader.hook = next(w["hook_url"] for w in applied if w["name"] == "welcome-user")
    reader.paste("curl -s URL -d '{}'")
    for block in blocks(page):
        saved = re.search(r"Save this as `([\w.-]+)`", block.before)
        if saved:
            (directory / saved.group(1)).write_text(block.text)
        if block.language != "sh":
            continue
        for command in re.sub(r"\\\n\s*", "", block.text).splitlines():
            if command.strip() and not command.startswith("#") and not SKIPPED.match(command):
                reader.paste(command)
    for command in IN_PROSE.findall(page.read_text(encoding="utf-8")):
        check_prose(reader, command)


def check_prose(reader, command):
    """Runs what is whole; of the rest, the command and its options have to be known."""
    words = shlex.split(command)
    if words[1] == "COMMAND":
        return
    known = subprocess.run([BIN, "help", words[1]], capture_output=True, text=True)
    assert known.returncode == 0, command
    for option in (w for w in words[2:] if w.startswith("--")):
        assert option.partition("=")[0] in known.stdout, f"{command}: there is no {option}"
    if words[1] == "eval" and words[2].startswith("--"):
        reader.paste(command)
