"""What a password field says about the password that is kept; it never shows the password itself."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit

from mailint_gui.domain.secret import SecretPlace, SecretReference
from mailint_gui.ui.plain import plain_tip
from mailint_gui.wording.text import filled
from mailint_gui.wording.values import reference_words

translate = QCoreApplication.translate


def show_stored(widget: QLineEdit, reference: SecretReference) -> None:
    """Tells by the placeholder where the password is; typing one replaces it, blank keeps it."""
    match reference.place:
        case SecretPlace.NONE:
            placeholder, tip = "", ""
        case SecretPlace.VAULT:
            placeholder = translate("passwords", "Stored")
            tip = translate("passwords", "Left blank, the stored password is kept.")
        case _:
            placeholder = reference_words(reference)
            template = translate("passwords", "Taken {place}. A password typed here replaces that.")
            tip = filled(template, {"place": placeholder})
    widget.setPlaceholderText(placeholder)
    widget.setToolTip(plain_tip(tip))
    widget.setAccessibleDescription(f"{placeholder} {tip}".strip())
