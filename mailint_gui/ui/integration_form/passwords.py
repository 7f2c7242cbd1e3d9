"""What the field of a secret says about the one that is kept; it never shows the secret itself."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit

from mailint_gui.domain.integration import Direction
from mailint_gui.domain.problem import ProblemKind
from mailint_gui.domain.secret import NO_SECRET, SecretPlace, SecretReference
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.ui.integration_form.secret_file import SecretFile
from mailint_gui.ui.plain import plain_tip
from mailint_gui.wording.text import filled
from mailint_gui.wording.values import reference_words

translate = QCoreApplication.translate

_LOST = frozenset({ProblemKind.PASSWORD_MISSING, ProblemKind.SECRET_LOCKED_HERE})


class StoredPassword:
    """Tells by the placeholder where the secret is; entering one replaces it, blank keeps it."""

    def __init__(self, field: QLineEdit | SecretFile) -> None:
        self._field = field
        self._reference = NO_SECRET
        self._lost = False

    def show(self, reference: SecretReference) -> None:
        self._reference = reference
        self._tell()

    def show_lost(self, lost: bool) -> None:
        """``lost``: one is stored, and it cannot be used here."""
        self._lost = lost
        self._tell()

    def _tell(self) -> None:
        placeholder, tip = _words(self._reference, self._lost)
        self._field.setPlaceholderText(placeholder)
        self._field.setToolTip(plain_tip(tip))
        self._field.setAccessibleDescription(f"{placeholder} {tip}".strip())


def is_lost(status: IntegrationStatus, direction: Direction) -> bool:
    """Whether the last attempt had no password to use, and nothing was typed since."""
    error, modified = status.health.of(direction).standing_error, status.integration.last_modified_at
    if error is None or error.problem.kind not in _LOST:
        return False
    return modified is None or modified <= error.at


def _words(reference: SecretReference, lost: bool) -> tuple[str, str]:
    """Placeholder and tool tip."""
    match reference.place:
        case SecretPlace.NONE:
            return "", ""
        case SecretPlace.VAULT if lost:
            tip = translate("passwords", "What was entered cannot be used any more.")
            return translate("passwords", "Enter it again"), tip
        case SecretPlace.VAULT:
            tip = translate("passwords", "Left blank, what is stored is kept.")
            return translate("passwords", "Stored"), tip
    place = reference_words(reference)
    template = translate("passwords", "Taken {place}. What is entered here replaces that.")
    return place, filled(template, {"place": place})
