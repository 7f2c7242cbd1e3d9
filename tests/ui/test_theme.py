"""Every colour that the program adds can be read, in each kind of theme."""

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QListWidget

from mailint_gui.ui import theme
from mailint_gui.ui.icons import ROLES, Shape, state_icon
from mailint_gui.ui.theme import Role
from tests.ui.palettes import palette


def high_contrast() -> QPalette:
    colours = QPalette(QColor("#000000"), QColor("#000000"))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        colours.setColor(role, QColor("#ffff00"))
    colours.setColor(QPalette.ColorRole.Base, QColor("#000000"))
    return colours


def murky() -> QPalette:
    """Grounds of middle lightness, where few colours can be read."""
    colours = palette(dark=False)
    for role in (QPalette.ColorRole.Window, QPalette.ColorRole.Base):
        colours.setColor(role, QColor("#b4b4b4"))
    colours.setColor(QPalette.ColorRole.WindowText, QColor("#000000"))
    return colours


PALETTES = {
    "light": palette(False),
    "dark": palette(True),
    "high contrast": high_contrast(),
    "murky": murky(),
}


@pytest.mark.parametrize("kind", PALETTES)
@pytest.mark.parametrize("role", Role)
def test_a_role_can_be_read_as_text(role: Role, kind: str) -> None:
    colours = PALETTES[kind]
    for ground in (QPalette.ColorRole.Window, QPalette.ColorRole.Base):
        assert theme.contrast(theme.role_colour(role, colours), colours.color(ground)) >= theme.TEXT_CONTRAST


@pytest.mark.parametrize("kind", PALETTES)
def test_quiet_text_can_be_read(kind: str) -> None:
    colours = PALETTES[kind]
    quiet = theme.quiet_text(colours)
    assert theme.contrast(quiet, colours.color(QPalette.ColorRole.Window)) >= theme.TEXT_CONTRAST


@pytest.mark.parametrize("kind", PALETTES)
@pytest.mark.parametrize("role", Role)
def test_text_can_be_read_on_a_banner(role: Role, kind: str) -> None:
    colours = PALETTES[kind]
    ground = theme.banner_colour(role, colours)
    text = colours.color(QPalette.ColorRole.WindowText)
    assert theme.contrast(text, ground) >= theme.TEXT_CONTRAST


def test_contrast_is_that_of_the_standard() -> None:
    black, white = QColor("#000000"), QColor("#ffffff")
    assert theme.contrast(black, white) == pytest.approx(21)
    assert theme.contrast(white, white) == pytest.approx(1)
    assert theme.contrast(QColor("#767676"), white) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("shape", Shape)
def test_a_shape_is_drawn_in_its_role(qapp: QApplication, shape: Shape) -> None:
    colours = PALETTES["light"]
    wanted = theme.role_colour(ROLES[shape], colours)
    picture = state_icon(shape, colours).pixmap(48).toImage()
    drawn = {
        picture.pixelColor(x, y).name()
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y).alpha() == 255
    }
    assert wanted.name() in drawn


@pytest.mark.parametrize("kind", ["dark", "high contrast"])
def test_boxes_and_frames_stand_out_on_a_dark_ground(kind: str) -> None:
    colours = PALETTES[kind]
    outline = theme.outlined_window(colours).darker(140)
    for ground in (QPalette.ColorRole.Window, QPalette.ColorRole.Base):
        assert theme.contrast(outline, colours.color(ground)) >= theme.SHAPE_CONTRAST


def test_an_empty_box_is_seen_on_a_dark_ground_and_follows_the_theme(palette_back: QApplication) -> None:
    theme.use_platform_style(palette_back)
    base = palette(True).color(QPalette.ColorRole.Base)
    box = QCheckBox("empty")
    for dark, seen in ((True, True), (False, False), (True, True)):
        palette_back.setPalette(palette(dark))
        box.ensurePolished()
        palette_back.processEvents()
        brightened = box.palette().color(QPalette.ColorRole.Window) != palette(dark).color(
            QPalette.ColorRole.Window
        )
        assert brightened is seen
    picture = box.grab().toImage()
    columns = range(box.fontMetrics().height())
    brightest = max(theme.luminance(picture.pixelColor(x, picture.height() // 2)) for x in columns)
    assert (brightest + 0.05) / (theme.luminance(base) + 0.05) >= theme.SHAPE_CONTRAST


def test_roles_are_those_of_the_window_on_an_outlined_widget_too(palette_back: QApplication) -> None:
    theme.use_platform_style(palette_back)
    palette_back.setPalette(palette(True))
    view = QListWidget()
    view.ensurePolished()
    for role in Role:
        assert theme.role_colour(role, view.palette()) == theme.role_colour(role, palette(True))
    assert theme.is_dark(view.palette())
