"""`--demo`, as a newcomer meets it: in a window, and in a terminal."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.accessibility import AccessibilityBus
from tests.e2e.leftovers import Mark
from tests.e2e.mailint import ROOT, SECONDS_TO_LEAVE, Window
from tests.servers.desktop import Desktop
from tests.servers.session_bus import SessionBus

HALF_A_MINUTE = 30.0


@pytest.mark.parametrize("leave", ["SIGTERM", "ctrl+q"])
def test_the_demo_shows_within_half_a_minute_what_the_program_is_for(
    leave: str, tmp_path: Path, desktop: Desktop, accessibility: AccessibilityBus
) -> None:
    mark = Mark()
    with Window(tmp_path, desktop, accessibility, "--demo", environment=mark.environment) as window:
        window.window("Mailint – DEMO")
        window.find_text("Mailint – DEMO", "Everything here is gone when you quit")
        told = desktop.wait_for_notification("errors", HALF_A_MINUTE)
        assert told.application == "Mailint"
        window.find_text("Mailint – DEMO", "Disabled after 4 errors")
        window.picture("demo")
        assert len(mark.processes()) > 1, "the servers are processes of their own"
        if leave == "SIGTERM":
            seconds = window.seconds_to_leave()
        else:
            window.focus("Mailint – DEMO")
            seconds = window.seconds_to_leave(lambda: window.keys.press(leave))
        assert seconds < SECONDS_TO_LEAVE
        mark.wait_for_none()


def test_without_a_display_the_demo_is_one_pass_in_the_terminal(
    tmp_path: Path, empty_bus: SessionBus
) -> None:
    mark = Mark()
    environment = {**empty_bus.environment, **mark.environment, "PYTHONPATH": str(ROOT)}
    del environment["QT_QPA_PLATFORM"]  # the tests' own; it stands for a display
    done = subprocess.run(
        [sys.executable, "-m", "mailint_gui", "--demo"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert (done.returncode, done.stderr) == (0, ""), done
    assert "DEMO" in done.stdout
    rows = done.stdout.splitlines()
    for name in ("Support", "Billing", "Sales", "Offsite"):
        assert any(row.startswith(name) for row in rows), done.stdout
    assert "Disabled after 4 errors" in done.stdout
    joined = [row for row in rows if row.startswith("1 ") and "Badge" in row]
    assert [row.split()[-1] for row in joined] == ["3"], "a customer wrote twice, and was answered"
    assert any("Hardware" in row and "Workshop" in row for row in rows), "a rule set what it should"
    assert re.search(r"^Support: .* [1-9] ignored$", done.stdout, re.MULTILINE), "an automatic reply"
    assert any(re.match(r"Support: reply to record \d+ sent$", row) for row in rows)
    assert rows[-1] == "Test email: sent. Reply: sent."
    mark.wait_for_none()
