import os

import pytest

from harness import BIN, CRASH_BIN, Pawl, Sink, node, workflow


def pytest_configure(config):
    if not os.access(BIN, os.X_OK):
        pytest.exit(f"{BIN} is not built: run make, or set PAWL_BIN", 2)


def pytest_make_parametrize_id(val):
    """Bytes name a test by their number: what compression makes of a text differs with the time."""
    if isinstance(val, bytes):
        return f"{len(val)} bytes"
    return f"{val[:60]}..." if isinstance(val, str) and len(val) > 60 else None


@pytest.fixture
def pawl(tmp_path):
    """A running server of this test's own."""
    server = Pawl(tmp_path)
    with server:
        yield server


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A running server for tests that do not mind each other, with an echo behind `hooked`."""
    with Pawl(tmp_path_factory.mktemp("shared")) as server:
        server.hooked = server.apply(workflow("shared-echo", [node("echo", "json", {"data": {
            "body": "${workflow.input.body}", "headers": "${workflow.input.headers}",
            "query": "${workflow.input.query}"}})]))
        yield server


@pytest.fixture
def new_pawl(tmp_path):
    """Makes servers that are not started yet: new_pawl(env={...}, args=[...])."""
    made = []

    def make(**kwargs):
        root = tmp_path / f"pawl{len(made)}"
        root.mkdir()
        made.append(Pawl(root, **kwargs))
        return made[-1]

    yield make
    for server in made:
        server.__exit__()


@pytest.fixture
def crash_pawl(new_pawl):
    """Not started; built with named crash points (PAWL_CRASH_AT)."""
    if not CRASH_BIN:
        pytest.skip("PAWL_CRASH_BIN is not set")
    return new_pawl(binary=CRASH_BIN)


@pytest.fixture
def sink():
    with Sink() as server:
        yield server
