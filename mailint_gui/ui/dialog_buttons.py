"""The buttons of a form leave the focus in the field where the admin is."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QPushButton


def leave_focus(buttons: QDialogButtonBox) -> None:
    """A click or a mnemonic does not take the focus; the Tab key still comes by."""
    for button in buttons.buttons():
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)


def enable(button: QPushButton, enabled: bool) -> None:
    """One that has the focus hands it to Cancel beside it: Qt would go on to the first field."""
    box = button.parent()
    if not enabled and button.isEnabled() and button.window().focusWidget() is button:
        assert isinstance(box, QDialogButtonBox)
        box.button(QDialogButtonBox.StandardButton.Cancel).setFocus()
    button.setEnabled(enabled)
