"""Asks once before something goes: what, what it takes along, and who follows as the default."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from mailint_gui.ui.screen_room import fit_dialog
from mailint_gui.ui.theme import AROUND_PAGE, BETWEEN_GROUPS, emphasised


class ConfirmDialog(QDialog):
    """``successors``: (id, name) of who may become the default; empty: not asked."""

    def __init__(
        self,
        parent: QWidget,
        question: str,
        effects: list[str],
        act: str,
        successors: tuple[tuple[int, str], ...],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(act)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.successors = QComboBox()
        self.successors.setAccessibleName(self.tr("New default integration"))
        for integration_id, name in successors:
            self.successors.addItem(name, integration_id)
        self.successors.addItem(self.tr("None for now"), None)
        column = QVBoxLayout(self)
        column.setContentsMargins(AROUND_PAGE, AROUND_PAGE, AROUND_PAGE, AROUND_PAGE)
        column.setSpacing(BETWEEN_GROUPS)
        self.question = _text(question)
        self.question.setFont(emphasised(self.font()))
        column.addWidget(self.question)
        self.effects = _text("\n".join(effects))
        column.addWidget(self.effects)
        if successors:
            form = QFormLayout()
            form.addRow(self.tr("&New default integration"), self.successors)
            column.addLayout(form)
        column.addWidget(self._buttons(act))
        fit_dialog(self)

    def successor(self) -> int | None:
        chosen: int | None = self.successors.currentData()
        return chosen

    def _buttons(self, act: str) -> QDialogButtonBox:
        box = QDialogButtonBox()
        self.act = box.addButton(act, QDialogButtonBox.ButtonRole.AcceptRole)
        self.act.setAutoDefault(False)
        self.cancel = box.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.cancel.setDefault(True)
        self.cancel.setFocus()
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        return box


def _text(text: str) -> QLabel:
    label = QLabel(text, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
    label.setMinimumWidth(label.fontMetrics().averageCharWidth() * 60)
    return label
