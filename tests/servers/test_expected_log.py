"""The guard of tests/conftest.py against unexpected warnings, seen from a run of pytest of its own."""

import subprocess
import sys
from pathlib import Path

CASES = """
import logging
import pytest

def test_quiet():
    logging.getLogger("mailint_gui.mail").info("fine")
    logging.getLogger("other").error("not ours")

def test_warns():
    logging.getLogger("mailint_gui.mail").warning("surprise")

@pytest.mark.expects_log("expected [0-9]+")
def test_warns_as_expected():
    logging.getLogger("mailint").error("expected %d", 7)

@pytest.mark.expects_log("missing")
def test_does_not_warn():
    pass
"""


def test_only_expected_warnings_pass(tmp_path: Path) -> None:
    (tmp_path / "test_cases.py").write_text(CASES)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-rE", "--rootdir", str(tmp_path)]
    command += ["-c", "/dev/null", "-p", "no:cacheprovider", "-p", "no:pytest-qt", str(tmp_path)]
    root = Path(__file__).parents[2]
    output = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False).stdout
    assert "4 passed, 2 errors" in output, output
    assert "unexpected in the log:" in output
    assert "WARNING mailint_gui.mail: surprise" in output
    assert "expected in the log, and not there: ['missing']" in output
