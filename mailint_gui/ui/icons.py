"""The program's icons: shapes from ``resources/`` in the colours of the palette they are seen on."""

from enum import StrEnum
from functools import cache

from PySide6.QtCore import QByteArray, QFile, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from mailint_gui.ui._generated import resources_rc as resources_rc  # registers the icons
from mailint_gui.ui.theme import Role, quiet_text, role_colour

_SIZES = (16, 24, 32, 48)  # lists and tool bars, at single and double scale; drawn before the first paint
_INNER = "#ffffff"  # what the drawings use for a mark inside a filled shape


class Shape(StrEnum):
    """The shape of a state; its value is the name of the drawing."""

    OK = "state-ok"
    NOT_CHECKED = "state-not-checked"
    CHECKING = "state-checking"
    FAILING = "state-failing"
    DISABLED_BY_ERRORS = "state-disabled-by-errors"
    NEEDS_SIGN_IN = "state-needs-sign-in"
    DISABLED = "state-disabled"
    EXPIRING = "state-expiring"
    OFFLINE = "state-offline"
    PAUSED = "state-paused"
    ALREADY_KNOWN = "state-already-known"
    TOO_LARGE = "state-too-large"
    PARTLY_SENT = "state-partly-sent"
    WAITING = "state-waiting"


ROLES: dict[Shape, Role] = {
    Shape.OK: Role.POSITIVE,
    Shape.NOT_CHECKED: Role.NEUTRAL,
    Shape.CHECKING: Role.ACCENT,
    Shape.FAILING: Role.CAUTION,
    Shape.DISABLED_BY_ERRORS: Role.NEGATIVE,
    Shape.NEEDS_SIGN_IN: Role.NEGATIVE,
    Shape.DISABLED: Role.NEUTRAL,
    Shape.EXPIRING: Role.CAUTION,
    Shape.OFFLINE: Role.NEUTRAL,
    Shape.PAUSED: Role.NEUTRAL,
    Shape.ALREADY_KNOWN: Role.NEUTRAL,
    Shape.TOO_LARGE: Role.CAUTION,
    Shape.PARTLY_SENT: Role.CAUTION,
    Shape.WAITING: Role.NEUTRAL,
}


def application_icon() -> QIcon:
    return QIcon(":/icons/mailint.svg")


def state_icon(shape: Shape, palette: QPalette, degrees: int = 0) -> QIcon:
    """The shape in its role's colour, turned clockwise; on a selected row in the selection's own colours."""
    selected = palette.color(QPalette.ColorRole.HighlightedText), palette.color(QPalette.ColorRole.Highlight)
    normal = role_colour(ROLES[shape], palette), palette.color(QPalette.ColorRole.Base)
    return _icon(shape, *(colour.name() for colour in (*normal, *selected)), degrees)


def action_icon(name: str, palette: QPalette) -> QIcon:
    """``name`` as in ``resources/icons/action-NAME.svg``."""
    colour, ground = quiet_text(palette).name(), palette.color(QPalette.ColorRole.Window).name()
    return _icon(f"action-{name}", colour, ground, colour, ground)


def state_pixmap(shape: Shape, palette: QPalette, size: int, ratio: float) -> QPixmap:
    """``size`` in logical pixels; ``ratio`` device pixels in each."""
    colour = role_colour(ROLES[shape], palette).name()
    return _drawn(shape, colour, palette.color(QPalette.ColorRole.Base).name(), size, ratio)


@cache
def _icon(name: str, colour: str, inner: str, selected: str, selected_inner: str, degrees: int = 0) -> QIcon:
    icon = QIcon()
    for size in _SIZES:
        icon.addPixmap(_drawn(name, colour, inner, size, 1.0, degrees), QIcon.Mode.Normal)
        if (selected, selected_inner) != (colour, inner):  # Qt takes the normal one where there is none
            drawn = _drawn(name, selected, selected_inner, size, 1.0, degrees)
            icon.addPixmap(drawn, QIcon.Mode.Selected)
    return icon


def _drawn(name: str, colour: str, inner: str, size: int, ratio: float, degrees: int = 0) -> QPixmap:
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(QColor(Qt.GlobalColor.transparent))
    painter = QPainter(pixmap)
    middle = pixmap.width() / 2
    painter.translate(middle, middle)
    painter.rotate(degrees)
    painter.translate(-middle, -middle)
    _renderer(name, colour, inner).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


@cache
def _renderer(name: str, colour: str, inner: str) -> QSvgRenderer:
    drawing = _drawing(name)
    own = {part[:7] for part in drawing.split('"') if part.startswith("#") and len(part) == 7} - {_INNER}
    drawing = drawing.replace(_INNER, inner)
    for part in own:
        drawing = drawing.replace(part, colour)
    return QSvgRenderer(QByteArray(drawing.encode()))


def _drawing(name: str) -> str:
    file = QFile(f":/icons/{name}.svg")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise FileNotFoundError(name)
    return bytes(file.readAll().data()).decode()


def marked_icon(name: str, palette: QPalette) -> QIcon:
    """An action's icon with a dot over its corner: there is something to see."""
    icon = QIcon()
    for size in (16, 32, 48):
        pixmap = action_icon(name, palette).pixmap(QSize(size, size), 1.0)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(role_colour(Role.NEGATIVE, palette))
        painter.drawEllipse(QRectF(size * 0.55, 0, size * 0.42, size * 0.42))
        painter.end()
        icon.addPixmap(pixmap)
    return icon
