"""The question before a window with an unsent message goes; the safe choice is the default."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

translate = QCoreApplication.translate
Do = Callable[[], object]


def ask_about_unsent(window: QWidget, save: Do, discard: Do, keep: Do) -> None:
    """Calls what the admin chose."""
    box = _box(window, translate("compose", "The message is not sent. Keep it as a draft?"))
    kept = box.addButton(translate("compose", "&Save draft"), QMessageBox.ButtonRole.AcceptRole)
    gone = box.addButton(translate("compose", "&Discard message"), QMessageBox.ButtonRole.DestructiveRole)
    edit = box.addButton(translate("compose", "&Keep editing"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(kept)
    box.setEscapeButton(edit)
    chosen = {kept: save, gone: discard, edit: keep}
    box.buttonClicked.connect(lambda button: chosen[button]())
    box.open()


def ask_to_throw_away(window: QWidget, discard: Do) -> None:
    box = _box(
        window, translate("compose", "Discard this message? Its draft goes too, and cannot be brought back.")
    )
    gone = box.addButton(translate("compose", "&Discard message"), QMessageBox.ButtonRole.DestructiveRole)
    edit = box.addButton(translate("compose", "&Keep editing"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(edit)
    box.setEscapeButton(edit)
    gone.clicked.connect(lambda: discard())
    box.open()


def _box(window: QWidget, text: str) -> QMessageBox:
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(translate("compose", "Message not sent"))
    box.setText(text)
    return box
