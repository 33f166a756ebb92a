"""The harness itself: what goes wrong unseen by a test still fails it."""

import signal

import pytest

from harness import run_cli


def abort(pawl):
    pawl.process.send_signal(signal.SIGABRT)
    pawl.process.wait()


@pytest.fixture
def doomed(new_pawl):
    pawl = new_pawl().start()
    yield pawl
    pawl.process = None  # has been looked at


@pytest.mark.parametrize("end", ["__exit__", "terminate", "kill9", "start"])
def test_crash_is_found(doomed, end):
    abort(doomed)
    with pytest.raises(AssertionError, match="ended with -6"):
        getattr(doomed, end)()


def test_report_is_found(doomed):
    with open(doomed.log_path, "a") as log:
        log.write("==1==ERROR: LeakSanitizer: detected memory leaks\n")
    with pytest.raises(AssertionError, match="LeakSanitizer"):
        doomed.terminate()


def test_command_that_breaks_is_found(tmp_path):
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 99\n")
    broken.chmod(0o755)
    with pytest.raises(AssertionError, match="ended with 99"):
        run_cli("version", binary=str(broken))
