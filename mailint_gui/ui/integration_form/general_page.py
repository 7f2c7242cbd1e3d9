"""General: what the integration is called, who hears of it, how it fares, and its switch."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget

from mailint_gui.domain.check import TestStep
from mailint_gui.domain.health import DirectionState
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.ui._generated.ui_integration_form_general import Ui_IntegrationFormGeneral
from mailint_gui.ui.fields.binding import Field, FieldSet
from mailint_gui.ui.fields.kinds import CHECK, LINE, LINES
from mailint_gui.ui.fields.layout import dress_headings
from mailint_gui.ui.icons import Shape, state_pixmap
from mailint_gui.ui.theme import PALETTE_EVENTS, Role, paint, quiet_text, role_colour
from mailint_gui.wording.stages import test_stage_words
from mailint_gui.wording.states import direction_words

_LINES_OF_DESCRIPTION = 4
_ICON_SIZE = 16
_NOT_ENABLED = frozenset(
    {DirectionState.DISABLED, DirectionState.DISABLED_BY_ERRORS, DirectionState.NEEDS_SIGN_IN}
)


class GeneralPage(QWidget):
    enable_requested = Signal()
    disable_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status: IntegrationStatus | None = None
        self._can_send = True
        self._was_default = False
        self._enabling = False
        self._saving = False
        self._to_enable = False
        self.ui = Ui_IntegrationFormGeneral()
        self.ui.setupUi(self)
        self.fields = FieldSet(self.ui.form, self._declared(), self)
        dress_headings(self)
        line = self.ui.description.fontMetrics().lineSpacing()
        self.ui.description.setFixedHeight(line * _LINES_OF_DESCRIPTION + 12)
        self.ui.cancel_switch.hide()
        self.ui.switch_button.setEnabled(False)
        self.ui.switch_button.clicked.connect(self._switch)
        self.ui.cancel_switch.clicked.connect(self.cancel_requested)
        self.ui.is_default.toggled.connect(self._show_hint)
        self._show_hint()

    def _declared(self) -> list[Field]:
        ui = self.ui
        return [
            Field("name", ui.name, LINE, 36, self.tr("The name in the list of sender addresses.")),
            Field("description", ui.description, LINES, 36),
            Field(
                "responsible_admin",
                ui.responsible_admin,
                LINE,
                36,
                self.tr("The address that hears of errors; empty: the notification recipients in Settings."),
            ),
            Field("is_default", ui.is_default, CHECK, 0, self.tr("At most one integration is the default.")),
        ]

    def show_state(self, status: IntegrationStatus, properties: AccountProperties) -> None:
        self._status = status
        labels = {Direction.INCOMING: self.ui.incoming_state, Direction.OUTGOING: self.ui.outgoing_state}
        for direction, label in labels.items():
            label.setText(direction_words(status, direction, properties))
        self._show_shapes()
        self._to_enable = bool({status.state_of(each) for each in Direction} & _NOT_ENABLED)
        self._to_enable = self._to_enable or not status.integration.enabled
        self._show_switch()

    def _show_shapes(self) -> None:
        if self._status is None:
            return
        icons = {Direction.INCOMING: self.ui.incoming_icon, Direction.OUTGOING: self.ui.outgoing_icon}
        for direction, label in icons.items():
            shape = direction_shape(self._status, direction)
            label.setPixmap(state_pixmap(shape, self.palette(), _ICON_SIZE, self.devicePixelRatioF()))

    def settle(self, stored: Integration) -> None:
        self._was_default = stored.is_default
        self._show_hint()

    def show_can_send(self, can_send: bool) -> None:
        self._can_send = can_send
        self._show_hint()

    def show_enabling(self, step: TestStep | None = None) -> None:
        """The test before enabling runs; ``step`` is the one that ended last."""
        self._enabling = True
        done = (
            ""
            if step is None
            else " " + self.tr("{step}: done.").replace("{step}", test_stage_words(step.stage))
        )
        self.ui.switch_progress.setText(self.tr("Testing before it is enabled…") + done)
        self._show_switch()

    def show_enabled(self) -> None:
        """The test ended, one way or the other."""
        self._enabling = False
        self.ui.switch_progress.clear()
        self._show_switch()

    def show_saving(self, saving: bool) -> None:
        """While a save is under way nothing else is asked for."""
        self._saving = saving
        self._show_switch()

    def _show_switch(self) -> None:
        self.ui.switch_button.setText(
            self.tr("&Test and re-enable") if self._to_enable else self.tr("Disa&ble")
        )
        idle = not self._enabling and not self._saving
        self.ui.switch_button.setEnabled(idle and self._status is not None)
        self.ui.cancel_switch.setVisible(self._enabling)

    def _switch(self) -> None:
        if self._to_enable:
            self.enable_requested.emit()
        else:
            self.disable_requested.emit()

    def _show_hint(self) -> None:
        is_default = self.ui.is_default.isChecked()
        warns = not self._can_send if is_default else self._was_default
        if not warns:
            text = self.tr("Automatic notifications are sent from the default.")
        elif is_default:
            text = self.tr("It cannot send, so automatic notifications will wait. Enable outgoing email.")
        else:
            text = self.tr("No default is left, so automatic notifications will wait. Choose another one.")
        self.ui.default_hint.setText(text)
        ground = self.palette()
        colour = role_colour(Role.CAUTION, ground) if warns else quiet_text(ground)
        paint(self.ui.default_hint, QPalette.ColorRole.WindowText, colour)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in PALETTE_EVENTS and hasattr(self, "fields"):
            self._show_hint()
            self._show_shapes()


def direction_shape(status: IntegrationStatus, direction: Direction) -> Shape:
    health = status.health.of(direction)
    match status.state_of(direction):
        case DirectionState.ACTIVE if health.consecutive_errors:
            return Shape.FAILING
        case DirectionState.ACTIVE if health.waits:
            return Shape.WAITING
        case DirectionState.ACTIVE:
            return Shape.OK
        case DirectionState.NEEDS_SIGN_IN:
            return Shape.NEEDS_SIGN_IN
        case DirectionState.DISABLED_BY_ERRORS:
            return Shape.DISABLED_BY_ERRORS
    return Shape.DISABLED
