"""The messages window on real services, with a desk in memory between them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from mailint_gui.domain.message import MessageRow
from mailint_gui.ui.messages.window import MessagesWindow
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.ui.window_memory import WindowMemory
from tests.services.office import Office
from tests.ui.desk_double import DeskDouble
from tests.ui.mail_samples import desk_on, fill


@dataclass
class Log:
    """The window, what it stands on, and the messages of ``fill``."""

    window: MessagesWindow
    desk: DeskDouble
    office: Office
    rows: dict[str, MessageRow]
    qtbot: QtBot

    def read(self) -> None:
        """Until nothing is being read any more."""
        self.qtbot.waitUntil(lambda: self.window.listing.is_read and not self.window.listing.is_reading)

    def open(self, row: MessageRow) -> None:
        """Select it, new as it may be, and wait until the viewer shows it."""
        if self.window.model.place_of(row.id) is None:
            self.window.listing.restart()
            self.read()
        self.window.ui.table.select([row.id])
        viewer = self.window.ui.viewer
        self.qtbot.waitUntil(
            lambda: (
                viewer.shown is not None
                and viewer.shown.row.id == row.id
                and viewer.pages.currentWidget() is viewer.message
            )
        )

    def shown(self, column: int) -> list[str]:
        model = self.window.model
        return [model.index(place, column).data().strip() for place in range(model.rowCount())]


OpenLog = Callable[..., Log]


@pytest.fixture
def open_log(office: Office, qtbot: QtBot, tmp_path: Path) -> OpenLog:
    def build(*, filled: bool = True) -> Log:
        rows = fill(office) if filled else {}
        desk = desk_on(office)
        board = StatusBoard(desk, desk)
        memory = WindowMemory(tmp_path / "window.ini")
        window = MessagesWindow(desk, board, office.services.clock, memory)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        desk.setParent(window)
        qtbot.addWidget(window)
        window.show()
        desk.start()
        log = Log(window, desk, office, rows, qtbot)
        log.read()
        return log

    return build


@pytest.fixture
def log(open_log: OpenLog) -> Log:
    return open_log()
