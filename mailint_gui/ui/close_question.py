"""What closing the window means where no tray is there to go on in: asked until the admin has chosen for good."""

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QCheckBox, QMessageBox, QWidget

translate = QCoreApplication.translate


class OnClose(StrEnum):
    QUIT = "quit"
    TO_TRAY = "to_tray"
    MINIMISE = "minimise"
    ASK = "ask"


def ask_how_to_close(window: QWidget, answered: Callable[[OnClose, bool], object]) -> None:
    """Calls ``answered`` with QUIT or MINIMISE, and whether that holds from now on; not when it was cancelled."""
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(translate("close", "Close Mailint"))
    box.setText(translate("close", "Closing stops the checks."))
    box.setInformativeText(translate("close", "Minimised, Mailint goes on checking and sending."))
    again = QCheckBox(translate("close", "Do not &ask again"))
    box.setCheckBox(again)
    minimise = box.addButton(translate("close", "&Minimise"), QMessageBox.ButtonRole.AcceptRole)
    leave = box.addButton(translate("close", "&Quit"), QMessageBox.ButtonRole.DestructiveRole)
    box.setEscapeButton(box.addButton(QMessageBox.StandardButton.Cancel))
    box.setDefaultButton(minimise)
    minimise.clicked.connect(lambda: answered(OnClose.MINIMISE, again.isChecked()))
    leave.clicked.connect(lambda: answered(OnClose.QUIT, again.isChecked()))
    box.open()
