"""A display that is named and one that answers are two things: asked of a real X server, gone or there."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailint_gui.application.display import has_display
from tests.servers.display import Display

NAMES = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY")


@pytest.fixture(autouse=True)
def _no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def display(tmp_path: Path) -> Iterator[Display]:
    shown = Display(tmp_path, 320, 200)
    shown.start()
    yield shown
    shown.stop()


def test_a_display_that_answers(display: Display, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", display.name)
    assert has_display()
    display.stop()
    assert not has_display()


def test_none_is_named_or_none_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not has_display()
    monkeypatch.setenv("WAYLAND_DISPLAY", str(tmp_path / "wayland-9"))
    assert not has_display()
    monkeypatch.setenv("DISPLAY", "no display name")
    assert not has_display()


def test_one_of_two_is_enough(display: Display, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", str(tmp_path / "wayland-9"))
    monkeypatch.setenv("DISPLAY", display.name)
    assert has_display()


def test_whoever_names_a_platform_knows_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert has_display()


def test_a_window_on_a_display_that_is_gone_is_refused_in_plain_words(
    display: Display, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", display.name)
    display.stop()
    words = [sys.executable, "-m", "mailint_gui", "--profile", str(tmp_path / "profile")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("There is no display to show a window on."), done.stderr
    assert len(done.stderr.splitlines()) == 1
