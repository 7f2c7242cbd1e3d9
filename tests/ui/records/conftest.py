"""The records window on real services, with a desk in memory between them."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from mailint_gui.domain.message import MessageRow
from mailint_gui.services.announcements import RecordsChanged
from mailint_gui.ui.records.window import RecordsWindow
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.ui.window_memory import WindowMemory
from tests.services.office import Office
from tests.ui.desk_double import DeskDouble
from tests.ui.mail_samples import desk_on, fill


@dataclass
class Book:
    window: RecordsWindow
    desk: DeskDouble
    office: Office
    rows: dict[str, MessageRow]
    qtbot: QtBot

    def read(self) -> None:
        self.qtbot.waitUntil(lambda: self.window.listing.is_read and not self.window.listing.is_reading)

    def open(self, number: int) -> None:
        """Show this record, and wait until its newest message is shown."""
        self.window.show_record(number)
        detail = self.window.ui.detail
        self.qtbot.waitUntil(lambda: detail.row is not None and detail.row.number == number)
        viewer = detail.viewer
        wanted = detail.correspondence.current_id()
        self.qtbot.waitUntil(lambda: viewer.shown is not None and viewer.shown.row.id == wanted)

    def numbers(self) -> list[int]:
        return [row.number for row in self.window.model.rows()]

    def tell(self) -> None:
        """What the services announced since the last time."""
        for said in self.office.of(RecordsChanged):
            self.desk.records_changed.emit(said.numbers)
        self.office.announced.clear()


@pytest.fixture
def book(office: Office, qtbot: QtBot, tmp_path: Path) -> Book:
    rows = fill(office)
    desk = desk_on(office)
    board = StatusBoard(desk, desk)
    desk.start()
    window = RecordsWindow(desk, board, WindowMemory(tmp_path / "window.ini"))
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    desk.setParent(window)
    qtbot.addWidget(window)
    window.show()
    made = Book(window, desk, office, rows, qtbot)
    made.read()
    office.announced.clear()
    return made
