"""Checks that an admin asked for, in the status bar: how many are done, and a button to end them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from mailint_gui.ui.theme import BETWEEN_CONTROLS
from mailint_gui.wording.text import filled
from mailint_gui.workers.desk import BatchProgress


class CheckProgressBar(QWidget):
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel()
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName(self.tr("Checks done"))
        self.bar.setFixedWidth(self.fontMetrics().averageCharWidth() * 20)
        self.bar.setFixedHeight(BETWEEN_CONTROLS)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setAccessibleName(self.tr("Cancel checks"))
        self.cancel.clicked.connect(self.cancel_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(BETWEEN_CONTROLS)
        for widget in (self.label, self.bar, self.cancel):
            row.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.cancel.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_progress(self, progress: BatchProgress) -> None:
        self.setVisible(progress.total > 0)
        self.bar.setMaximum(max(progress.total, 1))
        self.bar.setValue(progress.done)
        facts = {"done": str(progress.done), "total": str(progress.total)}
        self.label.setText(filled(self.tr("{done} of {total} checked"), facts))
