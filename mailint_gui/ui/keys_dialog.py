"""The keys of the window, read from its own actions so that they are never out of date."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from mailint_gui.ui.screen_room import fit_dialog
from mailint_gui.ui.theme import AROUND_PAGE, BETWEEN_GROUPS, TIGHT


class KeysDialog(QDialog):
    def __init__(self, actions: list[QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        grid = QGridLayout()
        grid.setHorizontalSpacing(AROUND_PAGE)
        grid.setVerticalSpacing(TIGHT)
        for place, (text, keys) in enumerate(self._lines(actions)):
            grid.addWidget(QLabel(text), place, 0)
            grid.addWidget(QLabel(keys), place, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(AROUND_PAGE, AROUND_PAGE, AROUND_PAGE, AROUND_PAGE)
        column.setSpacing(BETWEEN_GROUPS)
        column.addLayout(grid)
        column.addWidget(buttons)
        fit_dialog(self)

    def _lines(self, actions: list[QAction]) -> list[tuple[str, str]]:
        native = QKeySequence.SequenceFormat.NativeText
        lines = [
            (action.text().replace("&", "").removesuffix("…"), action.shortcut().toString(native))
            for action in actions
            if action.text() and not action.shortcut().isEmpty()
        ]
        return [*lines, (self.tr("Open the selected integration"), self.tr("Enter"))]
