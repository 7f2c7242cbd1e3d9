"""The list of senders, by the names of integrations: the default first; who cannot send is greyed, with the reason."""

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QWidget

from mailint_gui.domain.health import DirectionState
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.ui.plain import plain_tip
from mailint_gui.wording.states import direction_words
from mailint_gui.wording.text import isolated, one_line

translate = QCoreApplication.translate


class SenderBox(QComboBox):
    """Its data are ids."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(30)

    def offer(self, statuses: Iterable[IntegrationStatus], properties: AccountProperties) -> None:
        """Those that send, or are meant to. What is chosen stays chosen, even where it cannot send any more."""
        wanted = self.currentData()
        blocked = self.blockSignals(True)
        self.clear()
        for status in sorted(filter(_is_sender, statuses), key=_order):
            self._add(status, properties)
        self.choose(wanted)
        self.blockSignals(blocked)

    def choose(self, integration_id: int | None) -> None:
        """None or 0: the first that can send."""
        self.setCurrentIndex(self.findData(integration_id) if integration_id else self._first())

    def chosen(self) -> int:
        """0: none."""
        return self.currentData() or 0

    def _add(self, status: IntegrationStatus, properties: AccountProperties) -> None:
        address = isolated(one_line(status.integration.sender_address))
        text = f"{isolated(one_line(status.name))} <{address}>"
        able = status.state_of(Direction.OUTGOING) is DirectionState.ACTIVE
        if not able:
            text = f"{text} – {direction_words(status, Direction.OUTGOING, properties)}"
        self.addItem(text, status.id)
        place = self.count() - 1
        self.setItemData(place, plain_tip(text), Qt.ItemDataRole.ToolTipRole)
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        model.item(place).setEnabled(able)

    def _first(self) -> int:
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        return next((place for place in range(self.count()) if model.item(place).isEnabled()), -1)


def _is_sender(status: IntegrationStatus) -> bool:
    return status.integration.outgoing.enabled


def _order(status: IntegrationStatus) -> tuple[bool, str]:
    return not status.integration.is_default, status.name.casefold()
