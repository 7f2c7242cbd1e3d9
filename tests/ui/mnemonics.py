"""Letters that go with Alt: one for each thing that is shown."""

import re
from collections import Counter
from collections.abc import Iterable

from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget


def repeated_letters(texts: Iterable[str]) -> list[str]:
    letters = Counter(mnemonic for text in texts for mnemonic in re.findall(r"&(\w)", text.lower()))
    return [letter for letter, count in letters.items() if count > 1]


def mnemonic_texts(page: QWidget) -> list[str]:
    """Of what is shown together: another section's letters are another's."""
    labels = [
        label.text()
        for label in page.findChildren(QLabel)
        if label.buddy() is not None and label.isVisibleTo(page)
    ]
    buttons = [button.text() for button in page.findChildren(QAbstractButton) if button.isVisibleTo(page)]
    without = [text for text in labels if "&" not in text]
    assert without == []
    return labels + buttons
