"""What ends soon of what an integration logs in with, in plain words, with a button to the field of the new one."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from mailint_gui.domain.credentials_in_use import field_path
from mailint_gui.domain.events import CredentialExpiring
from mailint_gui.ui.plain import wrapped_label
from mailint_gui.ui.theme import TIGHT, emphasised
from mailint_gui.wording.expiry import also_used_words, expiry_words, renew_words


class ExpiryCard(QFrame):
    renewal_requested = Signal(str)  # path of the field

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = ""
        self.what, self.remedy = wrapped_label(), wrapped_label()
        self.renew = QPushButton(self.tr("Renew…"), autoDefault=False)
        self.renew.clicked.connect(lambda: self.renewal_requested.emit(self._path))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self.what)
        column.addWidget(self.remedy)
        column.addWidget(self.renew, 0, Qt.AlignmentFlag.AlignLeft)
        self._dress()
        self.hide()

    def show_expiring(
        self, name: str, found: CredentialExpiring | None, also_used_by: Sequence[str] = ()
    ) -> None:
        """None: nothing ends soon, and nothing is shown. ``also_used_by``: those that need the new one as well."""
        self.setVisible(found is not None)
        if found is None:
            return
        told = expiry_words(name, found)
        self.what.setText(told.what)
        also = also_used_words(also_used_by) if also_used_by else ""
        self.remedy.setText(f"{told.remedy} {also}".strip())
        self.renew.setAccessibleName(renew_words(found))
        self._path = field_path(found.kind, found.direction)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._dress()

    def _dress(self) -> None:
        self.what.setFont(emphasised(self.font()))
