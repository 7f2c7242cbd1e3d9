"""Checks that an admin asked for, in the status bar: how many are done, and a button to end them."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from mailint_gui.ui.theme import BETWEEN_CONTROLS
from mailint_gui.wording.text import filled
from mailint_gui.workers.desk import BatchProgress

REPAINT_MS = 100  # at most once in it, however many checks end


class CheckProgressBar(QWidget):
    cancel_requested = Signal()
    begun_or_over = Signal()

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
        self._progress = BatchProgress()
        self._later = QTimer(self, singleShot=True, interval=REPAINT_MS)
        self._later.timeout.connect(self._show)

    def show_progress(self, progress: BatchProgress) -> None:
        """Beginning and end at once, what lies between soon."""
        self._progress = progress
        if self.isHidden() == (progress.total > 0):
            self.setVisible(progress.total > 0)
            self._show()
            self.begun_or_over.emit()
        elif not self._later.isActive():
            self._later.start()

    def _show(self) -> None:
        progress = self._progress
        self.bar.setMaximum(max(progress.total, 1))
        self.bar.setValue(progress.done)
        facts = {"done": str(progress.done), "total": str(progress.total)}
        self.label.setText(filled(self.tr("{done} of {total} checked"), facts))
