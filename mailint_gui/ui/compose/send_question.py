"""The question before a message goes out that may have been sent too early; the safe choice is the default."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from mailint_gui.domain.draft import MailDraft

translate = QCoreApplication.translate


def ask_to_send_without_subject(window: QWidget, draft: MailDraft, send: Callable[[], object]) -> None:
    """Calls ``send`` when the admin says so; nothing happens otherwise."""
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(translate("compose", "No subject"))
    text = translate("compose", "The message has no subject. Send it all the same?")
    if not draft.text.strip():
        text = translate("compose", "The message has neither subject nor text. Send it all the same?")
    box.setText(text)
    anyway = box.addButton(translate("compose", "&Send without subject"), QMessageBox.ButtonRole.AcceptRole)
    edit = box.addButton(translate("compose", "&Keep editing"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(edit)
    box.setEscapeButton(edit)
    anyway.clicked.connect(lambda: send())
    box.open()
