"""One row of the list with every answer ready, so that painting asks for values and never computes them."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QIcon, QPalette

from mailint_gui.domain.check import CheckProgress, Stage
from mailint_gui.domain.health import Condition, DirectionState
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.ui.icons import Shape, state_icon
from mailint_gui.ui.plain import plain_tip
from mailint_gui.ui.spoken import spoken
from mailint_gui.ui.status_board import StatusBoard, Surroundings
from mailint_gui.wording.expiry import expiry_words
from mailint_gui.wording.problems import words
from mailint_gui.wording.states import checking_words, condition_words, offline_words, paused_words
from mailint_gui.wording.text import QT_TRANSLATE_NOOP, filled, one_line
from mailint_gui.wording.times import ago, ahead, full

translate = QCoreApplication.translate

NOTHING = "–"
SORT_ROLE = int(Qt.ItemDataRole.UserRole)
ID_ROLE = SORT_ROLE + 1
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOL_TIP = int(Qt.ItemDataRole.ToolTipRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_DECORATION = int(Qt.ItemDataRole.DecorationRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)


class Column(IntEnum):
    STATUS = 0
    NAME = 1
    DEFAULT = 2
    ADDRESS = 3
    INCOMING = 4
    OUTGOING = 5
    LAST_CHECK = 6
    NEXT_CHECK = 7
    ERRORS_IN = 8
    ERRORS_OUT = 9


HEADINGS: dict[Column, str] = {
    Column.STATUS: QT_TRANSLATE_NOOP("list", "Status"),
    Column.NAME: QT_TRANSLATE_NOOP("list", "Name"),
    Column.DEFAULT: QT_TRANSLATE_NOOP("list", "Default"),
    Column.ADDRESS: QT_TRANSLATE_NOOP("list", "Address"),
    Column.INCOMING: QT_TRANSLATE_NOOP("list", "Incoming"),
    Column.OUTGOING: QT_TRANSLATE_NOOP("list", "Outgoing"),
    Column.LAST_CHECK: QT_TRANSLATE_NOOP("list", "Last check"),
    Column.NEXT_CHECK: QT_TRANSLATE_NOOP("list", "Next check"),
    Column.ERRORS_IN: QT_TRANSLATE_NOOP("list", "Errors in"),
    Column.ERRORS_OUT: QT_TRANSLATE_NOOP("list", "Errors out"),
}

_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
_OTHERWISE_ALIGNED = {Column.DEFAULT: _CENTRE, Column.ERRORS_IN: _RIGHT, Column.ERRORS_OUT: _RIGHT}
ALIGNMENTS = tuple(_OTHERWISE_ALIGNED.get(column, _LEFT) for column in Column)

_GRAVITY = {condition: rank for rank, condition in enumerate(Condition)}


@dataclass(frozen=True, slots=True)
class Cell:
    """``said`` is for screen readers, ``sort`` the true value behind the text."""

    text: str
    tip: str = ""
    said: str = ""
    sort: int | str = 0


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What all rows share, made once for each palette: it costs more than a row."""

    icons: dict[Shape, QIcon]
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    status: IntegrationStatus
    surroundings: Surroundings
    look: Look
    search: str
    answers: dict[int, tuple[Any, ...]]

    @property
    def id(self) -> int:
        return self.status.id

    @property
    def condition(self) -> Condition:
        return self.status.condition

    @property
    def texts(self) -> tuple[str, ...]:
        return self.answers[_DISPLAY]

    @property
    def icon(self) -> QIcon:
        icon: QIcon = self.answers[_DECORATION][Column.STATUS]
        return icon


def heading(column: Column) -> str:
    return translate("list", HEADINGS[column])


def look_of(palette: QPalette) -> Look:
    return Look({shape: state_icon(shape, palette) for shape in Shape}, tuple(map(heading, Column)))


def build_row(status: IntegrationStatus, board: StatusBoard, look: Look, now: datetime) -> Row:
    cells = _cells(status, board, now)
    state = cells[Column.STATUS]
    return Row(
        status=status,
        surroundings=board.surroundings,
        look=look,
        search=_search_text(status, state),
        answers={
            _DISPLAY: tuple(cell.text for cell in cells),
            _TOOL_TIP: tuple(plain_tip(cell.tip) for cell in cells),
            _ACCESSIBLE: tuple(map(_said, look.headings, cells)),
            _DECORATION: (look.icons[board.shape(status)],) + (None,) * (len(cells) - 1),
            _ALIGNMENT: ALIGNMENTS,
            SORT_ROLE: tuple(cell.sort for cell in cells),
            ID_ROLE: (status.id,) * len(cells),
        },
    )


def rebuilt(row: Row, status: IntegrationStatus, board: StatusBoard, look: Look, now: datetime) -> Row:
    """The row as it is now. As long as a check runs, mostly nothing but its state differs, and is made anew alone."""
    if status is not row.status or board.surroundings is not row.surroundings or look is not row.look:
        return build_row(status, board, look, now)
    state = _state_cell(status, board)
    new = {
        _DISPLAY: state.text,
        _TOOL_TIP: plain_tip(state.tip),
        _ACCESSIBLE: _said(look.headings[Column.STATUS], state),
        _DECORATION: look.icons[board.shape(status)],
    }
    answers = {role: (answer, *row.answers[role][1:]) for role, answer in new.items()}
    return replace(row, search=_search_text(status, state), answers=row.answers | answers)


def _said(name: str, cell: Cell) -> str:
    return spoken(name, cell.said or cell.text)


def moved_on(row: Row, status: IntegrationStatus, surroundings: Surroundings, now: datetime) -> Row:
    """The row after time went by: nothing but its relative times can have changed."""
    texts = list(row.texts)
    texts[Column.LAST_CHECK] = ago(status.health.incoming.last_attempt_at, now)
    texts[Column.NEXT_CHECK] = _next_text(status.next_check_at, surroundings, now)
    return replace(row, answers={**row.answers, _DISPLAY: tuple(texts)})


def _cells(status: IntegrationStatus, board: StatusBoard, now: datetime) -> tuple[Cell, ...]:
    integration, health = status.integration, status.health
    name, address = one_line(integration.name), one_line(integration.address)
    return (
        _state_cell(status, board),
        Cell(name, one_line(integration.description) or name, sort=name.casefold()),
        _default_cell(integration.is_default),
        Cell(address or NOTHING, address, sort=address.casefold()),
        _protocol_cell(
            integration.incoming.enabled, integration.incoming.protocol.upper(), _incoming_endpoint(status)
        ),
        _protocol_cell(integration.outgoing.enabled, "SMTP", _outgoing_endpoint(status)),
        _past_cell(health.incoming.last_attempt_at, now),
        _next_cell(status.next_check_at, board.surroundings, now),
        _count_cell(integration.incoming.enabled, health.incoming.consecutive_errors),
        _count_cell(integration.outgoing.enabled, health.outgoing.consecutive_errors),
    )


def _state_cell(status: IntegrationStatus, board: StatusBoard) -> Cell:
    whole = state_words(status, board)
    brief = state_words(status, board, brief=True)
    return Cell(brief, _state_tip(status, whole), whole, sort=_GRAVITY[status.condition])


def state_words(status: IntegrationStatus, board: StatusBoard, *, brief: bool = False) -> str:
    """The word beside the shape, here (``brief``) and in the detail pane."""
    match board.shape(status):
        case Shape.CHECKING:
            return _progress_words(board.progress(status.id))
        case Shape.OFFLINE:
            return offline_words()
        case Shape.PAUSED:
            return paused_words()
    return condition_words(status, board.surroundings.properties, brief=brief)


def _state_tip(status: IntegrationStatus, state: str) -> str:
    """The state, why it is so, and what will be wrong."""
    lines = [state]
    for direction in Direction:
        error = status.health.of(direction).standing_error
        if error and status.state_of(direction) is not DirectionState.OFF:
            told = words(error.problem, one_line(status.name), direction)
            lines += [told.what, told.remedy]
    if status.expiring:
        ending = expiry_words(status.name, status.expiring)
        lines += [ending.what, ending.remedy]
    return "\n".join(lines)


def _progress_words(progress: CheckProgress | None) -> str:
    if progress is None or progress.stage is Stage.WAITING:
        return checking_words()
    if progress.total:
        facts = {"done": f"{progress.done:,}", "total": f"{progress.total:,}"}
        return filled(translate("list", "Checking… {done} of {total}"), facts)
    return checking_words(progress.stage)


def _default_cell(is_default: bool) -> Cell:
    if not is_default:
        return Cell("", said=translate("list", "no"), sort=0)
    return Cell("✓", translate("list", "Sends automatic notifications"), translate("list", "yes"), sort=1)


def _protocol_cell(enabled: bool, protocol: str, endpoint: str) -> Cell:
    if not enabled:
        return Cell(NOTHING, translate("list", "Off"), translate("list", "off"))
    return Cell(protocol, endpoint, sort=protocol)


def _incoming_endpoint(status: IntegrationStatus) -> str:
    incoming = status.integration.incoming
    return f"{one_line(incoming.server)}:{incoming.port}"


def _outgoing_endpoint(status: IntegrationStatus) -> str:
    outgoing = status.integration.outgoing
    return f"{one_line(outgoing.server)}:{outgoing.port}"


def _past_cell(moment: datetime | None, now: datetime) -> Cell:
    exact = full(moment)
    return Cell(ago(moment, now), exact, exact, _milliseconds(moment))


def _next_cell(moment: datetime | None, surroundings: Surroundings, now: datetime) -> Cell:
    text = _next_text(moment, surroundings, now)
    if moment is None:
        return Cell(text, said=translate("list", "none"), sort=_milliseconds(None))
    exact = text if surroundings.held_up else full(moment)
    return Cell(text, exact, exact, _milliseconds(moment))


def _next_text(moment: datetime | None, surroundings: Surroundings, now: datetime) -> str:
    if moment is None:
        return NOTHING
    if surroundings.offline:
        return offline_words()
    return paused_words() if surroundings.paused else soon(moment, now)


def soon(moment: datetime, now: datetime) -> str:
    """Like ``ahead``, but without seconds: they would be wrong until the next tick."""
    if (moment - now).total_seconds() < 60:
        return translate("list", "within 1 min")
    return ahead(moment, now)


def _count_cell(enabled: bool, count: int) -> Cell:
    if not enabled and not count:
        return Cell(NOTHING, said=translate("list", "off"), sort=-1)
    return Cell(str(count), sort=count)


def _milliseconds(moment: datetime | None) -> int:
    return round(moment.timestamp() * 1000) if moment else -1


def _search_text(status: IntegrationStatus, state: Cell) -> str:
    integration = status.integration
    parts = (
        integration.name,
        integration.description,
        integration.incoming.address,
        integration.outgoing.address,
    )
    return "\n".join((*parts, state.text)).casefold()
