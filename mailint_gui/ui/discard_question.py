"""The question before something typed is thrown away; the safe choice is the default."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

translate = QCoreApplication.translate


def ask_to_discard(window: QWidget, discard: Callable[[], object]) -> None:
    """Calls ``discard`` when the admin says so; nothing happens otherwise."""
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(translate("discard", "Discard changes"))
    box.setText(translate("discard", "Discard the changes that are not stored?"))
    throw_away = box.addButton(
        translate("discard", "&Discard changes"), QMessageBox.ButtonRole.DestructiveRole
    )
    keep = box.addButton(translate("discard", "&Keep editing"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    throw_away.clicked.connect(discard)
    box.open()
