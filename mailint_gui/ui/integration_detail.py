"""The pane beside the list: the status fields of the selected row, or how several fare."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QStyle, QWidget

from mailint_gui.domain.clock import Clock, system_clock
from mailint_gui.domain.credentials_in_use import also_used_by
from mailint_gui.domain.health import Condition
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.mending import tab_of
from mailint_gui.domain.message import MessageState
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.ui._generated.ui_integration_detail import Ui_IntegrationDetail
from mailint_gui.ui.error_card import ErrorCard, place_of_error
from mailint_gui.ui.expiry_card import ExpiryCard
from mailint_gui.ui.icons import state_pixmap
from mailint_gui.ui.integration_list.row import NOTHING, soon, state_words
from mailint_gui.ui.possible_commands import CAN_BE_ENABLED
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.ui.summary import counts_of
from mailint_gui.ui.theme import BETWEEN_CONTROLS, PALETTE_EVENTS, emphasised, paint, quiet_text, tabular
from mailint_gui.wording.text import one_line
from mailint_gui.wording.times import ago, full

_ICON_SIZE = 24
_VALUE_CHARACTERS = 13


@dataclass(frozen=True, slots=True)
class Value:
    text: str
    tip: str = ""


class IntegrationDetail(QWidget):
    form_requested = Signal(int, str)  # integration id, tab of the form or path of a field
    enable_requested = Signal(int)  # integration id
    messages_requested = Signal(int, str)  # integration id, state of MessageState

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board: StatusBoard | None = None
        self._clock: Clock = system_clock
        self._ids: tuple[int, ...] = ()
        self.ui = Ui_IntegrationDetail()
        self.ui.setupUi(self)
        self.ui.title.setFont(emphasised(self.font(), 2))
        self.ui.state_icon.setFixedSize(_ICON_SIZE, _ICON_SIZE)
        self.counts = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.counts.setFont(tabular(self.counts.font()))
        self.ui.errors.addWidget(self.counts)
        self.quarantine = QPushButton(autoDefault=False)
        self.quarantine.clicked.connect(self._show_quarantine)
        self.ui.errors.addWidget(self.quarantine, 0, Qt.AlignmentFlag.AlignLeft)
        self.ui.enable.clicked.connect(self._enable)
        self.expiry = ExpiryCard()
        self.expiry.renewal_requested.connect(self._renew)
        self.ui.errors.addWidget(self.expiry)
        self.cards = {direction: self._card(direction) for direction in Direction}
        self._values = {name: self._value_label(name) for name in _field_names(self.ui)}
        self._widen()
        self._dress()

    def watch(self, board: StatusBoard, clock: Clock) -> None:
        self._board = board
        self._clock = clock
        board.reset.connect(self.refresh)
        board.changed.connect(self._refresh_if_shown)
        board.surroundings_changed.connect(self.refresh)

    def show_integrations(self, ids: tuple[int, ...]) -> None:
        self._ids = ids
        self.refresh()

    def refresh(self) -> None:
        if self._board is None:
            return
        shown = self._board.known(self._ids)
        self.ui.fields.setVisible(len(shown) == 1)
        self.counts.setVisible(len(shown) > 1)
        self._offer_quarantine(shown[0].quarantined_messages if len(shown) == 1 else 0)
        self.ui.state_icon.setVisible(len(shown) == 1)
        self.ui.enable.setVisible(len(shown) == 1 and shown[0].condition in CAN_BE_ENABLED)
        if len(shown) == 1:
            self._show_one(shown[0], self._board)
        else:
            self._show_several(shown)

    def _refresh_if_shown(self, ids: frozenset[int]) -> None:
        if ids.intersection(self._ids):
            self.refresh()

    def _show_one(self, status: IntegrationStatus, board: StatusBoard) -> None:
        name = one_line(status.name)
        words = state_words(status, board)
        self.ui.title.set_line(name)
        self.ui.subtitle.set_line(words)
        pixmap = state_pixmap(board.shape(status), self.palette(), _ICON_SIZE, self.devicePixelRatioF())
        self.ui.state_icon.setPixmap(pixmap)
        self.ui.state_icon.setAccessibleName(words)
        for key, value in field_values(status, self._clock()).items():
            show_value(self._values[key], self._heading(key), value)
        self.expiry.show_expiring(name, status.expiring, _also_used_by(status, board))
        for direction, card in self.cards.items():
            error = status.health.of(direction).standing_error
            card.show_error(name, error, tab=tab_of(place_of_error(status, direction)))

    def _show_several(self, shown: tuple[IntegrationStatus, ...]) -> None:
        self.expiry.show_expiring("", None)
        for card in self.cards.values():
            card.show_error("", None)
        if not shown:
            self.ui.title.set_line("")
            self.ui.subtitle.set_line(self.tr("Select an integration to see how it fares."))
            return
        self.ui.title.set_line(self.tr("%n integrations selected", None, len(shown)))
        self.ui.subtitle.set_line("")
        self.counts.setText(count_lines(shown))

    def _enable(self) -> None:
        self.enable_requested.emit(self._ids[0])

    def _renew(self, path: str) -> None:
        self.form_requested.emit(self._ids[0], path)

    def _offer_quarantine(self, count: int) -> None:
        self.quarantine.setVisible(count > 0)
        one = self.tr("1 message in quarantine: show it")
        self.quarantine.setText(
            one if count == 1 else self.tr("%n messages in quarantine: show them", None, count)
        )

    def _show_quarantine(self) -> None:
        self.messages_requested.emit(self._ids[0], str(MessageState.QUARANTINED))

    def _card(self, direction: Direction) -> ErrorCard:
        card = ErrorCard(direction)
        card.mend_requested.connect(lambda: self._mend(direction))
        self.ui.errors.addWidget(card)
        return card

    def _mend(self, direction: Direction) -> None:
        assert self._board is not None
        [status] = self._board.known(self._ids)
        self.form_requested.emit(status.id, place_of_error(status, direction))

    def _value_label(self, name: str) -> QLabel:
        label: QLabel = getattr(self.ui, name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setFont(tabular(label.font()))
        label.setMinimumWidth(label.fontMetrics().averageCharWidth() * _VALUE_CHARACTERS)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return label

    def _widen(self) -> None:
        """As wide as its widest line, so that nothing is cut and nothing moves when a value changes."""
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        heading = max(self._heading(name).sizeHint().width() for name in self._values)
        value = max(label.minimumWidth() for label in self._values.values())
        spaces = self.ui.fields_layout.horizontalSpacing() + 2 * BETWEEN_CONTROLS
        self.setMinimumWidth(heading + value + spaces + bar)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in PALETTE_EVENTS and hasattr(self, "_values"):
            self._dress()
            self.refresh()

    def _dress(self) -> None:
        for name in self._values:
            paint(self._heading(name), QPalette.ColorRole.WindowText, quiet_text(self.palette()))

    def _heading(self, name: str) -> QLabel:
        label: QLabel = getattr(self.ui, f"{name}_label")
        return label


def _also_used_by(status: IntegrationStatus, board: StatusBoard) -> tuple[str, ...]:
    found = status.expiring
    if found is None:
        return ()
    others = (each.integration for each in board.statuses())
    return also_used_by(status.integration, found.kind, found.direction, others)


def field_values(status: IntegrationStatus, now: datetime) -> dict[str, Value]:
    """What each status field of product.md section 2.1 says, by the name of its label."""
    integration = status.integration
    incoming, outgoing = status.health.incoming, status.health.outgoing
    due = status.next_check_at if status.condition is not Condition.DISABLED else None
    return {
        "next_check": Value(soon(due, now), full(due)) if due else Value(NOTHING),
        "last_check": _past(incoming.last_attempt_at, now),
        "last_successful_check": _past(incoming.last_success_at, now),
        "last_incoming": _past(incoming.last_mail_at, now),
        "last_outgoing": _past(outgoing.last_mail_at, now),
        "errors_in": Value(str(incoming.consecutive_errors)),
        "errors_out": Value(str(outgoing.consecutive_errors)),
        "last_incoming_error": _past(incoming.last_error.at if incoming.last_error else None, now),
        "last_outgoing_error": _past(outgoing.last_error.at if outgoing.last_error else None, now),
        "waiting": Value(str(status.waiting_messages)),
        "quarantined": Value(str(status.quarantined_messages)),
        "unsent": Value(str(status.unsent_messages)),
        "modified_by": Value(one_line(integration.last_modified_by) or NOTHING),
        "modified_at": _past(integration.last_modified_at, now),
    }


def show_value(label: QLabel, heading: QLabel, value: Value) -> None:
    """A screen reader says what the value is of, the value, and its full form."""
    label.setText(value.text)
    label.setToolTip(value.tip)
    label.setAccessibleName(f"{heading.text().replace('&', '')}: {value.text}")
    label.setAccessibleDescription(value.tip)


def count_lines(shown: tuple[IntegrationStatus, ...]) -> str:
    """How many are in which state, the worst first, one line each, figures below figures."""
    counts = counts_of(shown)
    width = len(str(max(count for count, _word in counts)))
    return "\n".join(f"{count:\N{FIGURE SPACE}>{width}}  {word}" for count, word in counts)


def _past(moment: datetime | None, now: datetime) -> Value:
    return Value(ago(moment, now), full(moment))


def _field_names(ui: Ui_IntegrationDetail) -> list[str]:
    return [name.removesuffix("_label") for name in vars(ui) if name.endswith("_label")]
