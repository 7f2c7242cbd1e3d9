"""On a low screen with a window manager and a panel, all of a window is to be seen: its frame and its buttons."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers import wait
from tests.servers.desktop import Desktop
from tests.servers.session_bus import SessionBus

WIDTH, HEIGHT = 1366, 768
TABS = (":general", ":incoming", ":outgoing", ":rules", ":history")
PAGES = (  # each in a state in which it asks for the most
    *("form-new", "form-disabled", "form-pop3", "form-errors", "form-failed-test"),
    *("form-filing", "form-filing-errors", "form-outgoing", "form-rules", "form-history-failed"),
    *("oauth-microsoft", "oauth-device-code", "oauth-errors", "oauth-advanced", "oauth-help", "oauth-tested"),
)
OTHERS = ("settings", "settings-errors", "notifications-event", "notifications-delivery", "outbox", "compose")
MAIL = (
    *("list-banners", "notifications-incidents", "messages-why", "messages-link", "records", "loops"),
    *("rules", "rule-editor-faults", "rules-dry-run-live", "form-history-trace", "delete-question"),
)


@pytest.fixture
def small_desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    directory = tmp_path_factory.mktemp("small")
    with SessionBus(directory) as bus, Desktop(bus, width=WIDTH, height=HEIGHT) as desktop:
        yield desktop


@pytest.mark.parametrize("scale", [1, 2])
def test_each_window_fits_with_its_frame_and_its_buttons(
    small_desktop: Desktop, tmp_path: Path, scale: int
) -> None:
    names = [*TABS, *PAGES, *OTHERS, *MAIL]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.ui.windows_on_desktop", "light", *names],
        env=os.environ | small_desktop.environment | {"TMPDIR": str(tmp_path), "QT_SCALE_FACTOR": str(scale)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        try:
            told = list(_told(program))
            assert program.wait(wait.LIMIT) == 0
        finally:
            program.kill()
    assert [each["name"] for each in told] == [name.removeprefix(":") for name in names]
    assert all(each["room"][3] < HEIGHT // scale for each in told), "the panel takes nothing"
    assert [each for each in told if not (each["fits"] and each["buttons"])] == []


def _told(program: "subprocess.Popen[str]") -> Iterator[dict[str, Any]]:
    assert program.stdout is not None
    assert program.stdin is not None
    for line in program.stdout:
        yield json.loads(line)
        program.stdin.write("\n")
        program.stdin.flush()
