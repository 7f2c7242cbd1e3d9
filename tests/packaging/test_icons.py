"""Every icon is in the compiled resources, and shows something at the smallest size we use."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QFile, QSize
from PySide6.QtGui import QIcon
from pytestqt.qtbot import QtBot

import mailint_gui.ui._generated.resources_rc  # noqa: F401 - registers the icons

ICONS = sorted((Path(__file__).parents[2] / "resources" / "icons").glob("*.svg"))


def test_there_are_icons() -> None:
    assert ICONS != []


@pytest.mark.parametrize("icon", ICONS, ids=lambda icon: icon.stem)
def test_icon_is_compiled_and_legible(icon: Path, qtbot: QtBot) -> None:
    resource = f":/icons/{icon.name}"
    assert QFile.exists(resource)
    image = QIcon(resource).pixmap(QSize(16, 16)).toImage()
    opaque = sum(image.pixelColor(x, y).alpha() > 128 for x in range(16) for y in range(16))
    assert opaque >= 20


@pytest.mark.parametrize(
    "icon", [icon for icon in ICONS if icon.stem != "mailint"], ids=lambda icon: icon.stem
)
def test_icon_has_one_colour_that_a_theme_can_replace(icon: Path) -> None:
    colours = set(re.findall(r"#[0-9a-f]{6}", icon.read_text(encoding="utf-8")))
    assert len(colours - {"#ffffff"}) == 1
