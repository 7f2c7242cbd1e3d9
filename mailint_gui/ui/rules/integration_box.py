"""A choice of all integrations, or one of them."""

from collections.abc import Mapping

from PySide6.QtWidgets import QComboBox, QWidget

from mailint_gui.wording.text import one_line


class IntegrationBox(QComboBox):
    """Its data are ids; None: all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.addItem(self.tr("All integrations"), None)

    def offer(self, names: Mapping[int, str]) -> None:
        """``names`` by id. What is chosen stays chosen where it is still there; nobody is told."""
        wanted = self.currentData()
        self.blockSignals(True)
        while self.count() > 1:
            self.removeItem(1)
        for id_, name in names.items():
            self.addItem(one_line(name), id_)
        self.choose(wanted)
        self.blockSignals(False)

    def choose(self, integration_id: int | None) -> None:
        self.setCurrentIndex(max(self.findData(integration_id), 0))
