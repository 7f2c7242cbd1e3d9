"""Colour roles and spacing: the one place that adds to the platform's own palette.

A role's colour is computed from the palette it will be seen on, so light, dark and high contrast follow the
system live: a widget asks again on ``QEvent.Type.PaletteChange`` (Qt sends one when the system's colours change).
Contrast as WCAG 2.2 section 1.4.3 measures it.
"""

import sys
from enum import StrEnum

from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

TIGHT = 4
BETWEEN_CONTROLS = 8
BETWEEN_GROUPS = 16
AROUND_PAGE = 24

TEXT_CONTRAST = 4.5
SHAPE_CONTRAST = 3.0

_FUSION_DARKER = 140  # per cent: what Fusion draws outlines with
_OUTLINED = ("QCheckBox", "QRadioButton", "QLineEdit", "QAbstractItemView", "QPlainTextEdit", "QTextEdit")

PALETTE_EVENTS = frozenset({QEvent.Type.PaletteChange, QEvent.Type.StyleChange})


class Role(StrEnum):
    POSITIVE = "positive"
    CAUTION = "caution"
    NEGATIVE = "negative"
    ACCENT = "accent"
    NEUTRAL = "neutral"


_STARTING_COLOURS: dict[Role, tuple[str, str]] = {  # on light pages, on dark pages
    Role.POSITIVE: ("#1c7d43", "#58c486"),
    Role.CAUTION: ("#96590a", "#e6a63c"),
    Role.NEGATIVE: ("#c4323b", "#f4818a"),
    Role.ACCENT: ("#1f66c1", "#6fb0fa"),
    Role.NEUTRAL: ("#616b77", "#a3acb7"),
}


def use_platform_style(application: QApplication) -> None:
    """The platform's own style on Windows and macOS, Fusion elsewhere."""
    if sys.platform not in {"win32", "darwin"}:
        application.setStyle("Fusion")
        application.paletteChanged.connect(lambda _palette: _brighten_outlines(application))
        _brighten_outlines(application)


def _brighten_outlines(application: QApplication) -> None:
    """Fusion draws boxes and frames in a shade darker than the window: on a dark one nobody sees them.

    These classes draw nothing else in the window's colour, so theirs is one whose darker shade can be seen.
    """
    palette = QPalette()
    if is_dark(palette):
        palette.setColor(QPalette.ColorRole.Window, outlined_window(palette))
    wanted = palette.color(QPalette.ColorRole.Window)
    for name in _OUTLINED:  # by str, though the types of PySide say bytes
        known: QPalette = application.palette(name)  # type: ignore[call-overload]
        if known.color(QPalette.ColorRole.Window) != wanted:
            application.setPalette(palette, name)  # type: ignore[arg-type]


def outlined_window(palette: QPalette) -> QColor:
    """A colour of the window from which Fusion gets outlines that stand out from the grounds of ``palette``."""
    grounds = [palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.Base)]
    text = palette.color(QPalette.ColorRole.WindowText)
    for step in range(3, 10):
        colour = _mixed(grounds[0], text, step / 10)
        if all(contrast(colour.darker(_FUSION_DARKER), ground) >= SHAPE_CONTRAST for ground in grounds):
            return colour
    return text


def role_colour(role: Role, palette: QPalette) -> QColor:
    """The colour of a role, readable as text on the window and on the page of this palette."""
    light, dark = _STARTING_COLOURS[role]
    colour = QColor(dark if is_dark(palette) else light)
    grounds = [_window(palette), palette.color(QPalette.ColorRole.Base)]
    return _readable(colour, grounds, palette.color(QPalette.ColorRole.WindowText))


def banner_colour(role: Role, palette: QPalette) -> QColor:
    """A ground tinted by a role, on which the window's own text and the role stay readable."""
    window = _window(palette)
    text = palette.color(QPalette.ColorRole.WindowText)
    tint = role_colour(role, palette)
    for share in (0.14, 0.10, 0.06, 0.03):
        ground = _mixed(window, tint, share)
        if contrast(text, ground) >= TEXT_CONTRAST and contrast(tint, ground) >= SHAPE_CONTRAST:
            return ground
    return window


def quiet_text(palette: QPalette) -> QColor:
    """For labels beside values: quieter than the text, and still readable."""
    grounds = [_window(palette), palette.color(QPalette.ColorRole.Base)]
    text = palette.color(QPalette.ColorRole.WindowText)
    return _readable(_mixed(text, grounds[0], 0.32), grounds, text)


def paint(widget: QWidget, role: QPalette.ColorRole, colour: QColor) -> None:
    """Give a widget one colour of its own; all its others still follow the system."""
    if widget.palette().color(role) != colour:
        palette = QPalette()
        palette.setColor(role, colour)
        widget.setPalette(palette)


def is_dark(palette: QPalette) -> bool:
    return luminance(_window(palette)) < luminance(palette.color(QPalette.ColorRole.WindowText))


def _window(palette: QPalette) -> QColor:
    """The ground of windows, also by the palette of a widget whose outlines are brightened."""
    own, all_around = palette.color(QPalette.ColorRole.Window), QGuiApplication.palette()
    window = all_around.color(QPalette.ColorRole.Window)
    return window if own != window and own == outlined_window(all_around) else own


def contrast(one: QColor, other: QColor) -> float:
    """From 1 (the same) to 21 (black on white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: QColor) -> float:
    """Relative luminance, 0 to 1."""
    red, green, blue = (_linear(part) for part in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _readable(colour: QColor, grounds: list[QColor], text: QColor) -> QColor:
    """The colour itself, or mixed towards the text's until it can be read on each ground."""
    for step in range(11):
        candidate = _mixed(colour, text, step / 10)
        if all(contrast(candidate, ground) >= TEXT_CONTRAST for ground in grounds):
            return candidate
    return text


def _mixed(one: QColor, other: QColor, share: float) -> QColor:
    return QColor.fromRgbF(
        one.redF() * (1 - share) + other.redF() * share,
        one.greenF() * (1 - share) + other.greenF() * share,
        one.blueF() * (1 - share) + other.blueF() * share,
    )


def tabular(font: QFont) -> QFont:
    """The same font with figures of one width (OpenType feature ``tnum``)."""
    figures = QFont(font)
    figures.setFeature(QFont.Tag("tnum"), 1)
    return figures


def emphasised(font: QFont, points: float = 0.0) -> QFont:
    """The same font, half bold and ``points`` larger."""
    strong = QFont(font)
    strong.setWeight(QFont.Weight.DemiBold)
    if font.pointSizeF() > 0:
        strong.setPointSizeF(font.pointSizeF() + points)
    return strong
