"""The installed PySide6 keeps its account of references: 6.12.0 did not, and aborted after some thousand calls.

From Python 3.12 on None and True are immortal (PEP 683), and the fault would not show.
"""

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

CALLS = 200


class Sender(QObject):
    sent = Signal()


def references() -> tuple[int, int]:
    return sys.getrefcount(None), sys.getrefcount(True)


@pytest.mark.parametrize(
    "call",
    [QCoreApplication.processEvents, lambda: Sender().sent.emit(), lambda: QLabel().setText("text")],
    ids=["processEvents", "emit", "setText"],
)
def test_calls_do_not_release_what_they_do_not_own(call: Callable[[], None], qtbot: QtBot) -> None:
    before = references()
    for _ in range(CALLS):
        call()
    lost = [then - now for then, now in zip(before, references(), strict=True)]
    assert max(lost) < CALLS // 2
