"""The question before something typed is thrown away; the safe choice is the default."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

translate = QCoreApplication.translate


_NAME = "discard_question"


def ask_to_discard(window: QWidget, discard: Callable[[], object], keep_on: Callable[[], object]) -> None:
    """Calls what the admin says. A window that asks already comes to the front."""
    asking = window.findChild(QMessageBox, _NAME, Qt.FindChildOption.FindDirectChildrenOnly)
    if asking is not None and asking.isVisible():
        asking.raise_()
        return
    box = QMessageBox(window)
    box.setObjectName(_NAME)
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
    keep.clicked.connect(keep_on)
    box.open()
