"""A whole number of which every digit can be typed."""

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QSpinBox, QWidget

_LARGEST = 999_999_999


class NumberBox(QSpinBox):
    """Drops no digit: which numbers are right is for the validation to say. A word for 0 can be typed as well."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, maximum=_LARGEST)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        typed, word = self._typed(text), self.specialValueText().casefold()
        if typed and word.startswith(typed):
            done = typed == word
            state = QValidator.State.Acceptable if done else QValidator.State.Intermediate
            return state, text, position
        return super().validate(text, position)

    def valueFromText(self, text: str) -> int:
        word = self.specialValueText().casefold()
        return self.minimum() if word and self._typed(text) == word else super().valueFromText(text)

    def _typed(self, text: str) -> str:
        return text.removesuffix(self.suffix()).strip().casefold()
