"""The question before a window with unsaved rules closes; the safe choice is the default."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

translate = QCoreApplication.translate


def ask_to_save(
    window: QWidget,
    save: Callable[[], object],
    discard: Callable[[], object],
    stay: Callable[[], object],
) -> None:
    """Calls what the admin says."""
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(translate("save_rules", "Email rules are not saved"))
    box.setText(translate("save_rules", "Save the changed rules before this window closes?"))
    keep = box.addButton(translate("save_rules", "&Save rules"), QMessageBox.ButtonRole.AcceptRole)
    throw_away = box.addButton(
        translate("save_rules", "&Discard changes"), QMessageBox.ButtonRole.DestructiveRole
    )
    keep_on = box.addButton(translate("save_rules", "&Keep editing"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep_on)
    keep.clicked.connect(save)
    throw_away.clicked.connect(discard)
    keep_on.clicked.connect(stay)
    box.open()
