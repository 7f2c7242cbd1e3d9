"""PySide6 keeps its account of references. 6.12.0 did not, and aborted after some thousand calls.

From Python 3.12 on None and True are immortal (PEP 683), and the fault would not show.
"""

import sys
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

CALLS = 200


class Sender(QObject):
    sent = Signal()


def references_lost(call: Callable[[], object]) -> int:
    """How many references to None or True are gone after CALLS calls."""
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(CALLS):
        call()
    return max(before[0] - sys.getrefcount(None), before[1] - sys.getrefcount(True))


def test_calls_do_not_release_what_they_do_not_own(qtbot: QtBot) -> None:
    label, sender = QLabel(), Sender()
    qtbot.addWidget(label)
    calls = [QCoreApplication.processEvents, lambda: label.setText("text"), sender.sent.emit]
    assert [references_lost(call) < CALLS // 2 for call in calls] == [True, True, True]
