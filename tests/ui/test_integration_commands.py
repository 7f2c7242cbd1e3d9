"""What the window's commands ask and tell, over a desk in memory."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from mailint_gui.ui.confirm_dialog import ConfirmDialog
from mailint_gui.ui.integration_commands import IntegrationCommands
from mailint_gui.ui.status_board import StatusBoard
from tests.ui.desk_double import DeskDouble
from tests.ui.samples import ok


class Commanded:
    """Three integrations that can send; the first is the default."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.desk = DeskDouble()
        self.window = QWidget()
        qtbot.addWidget(self.window)
        board = StatusBoard(self.desk, self.window)
        self.commands = IntegrationCommands(self.desk, board, self.window)
        self.noticed: list[str] = []
        self.commands.noticed.connect(self.noticed.append)
        for number in (1, 2, 3):
            integration = replace(ok().integration, id=number, name=f"no. {number}", is_default=number == 1)
            self.desk.statuses[number] = replace(ok(), integration=integration)
        self.desk.start()
        self.window.show()

    def delete(self, integration_id: int, successor: int) -> None:
        self.commands.delete((integration_id,))
        self.qtbot.waitUntil(lambda: bool(self.window.findChildren(ConfirmDialog)))
        [dialog] = self.window.findChildren(ConfirmDialog)
        dialog.successors.setCurrentIndex(dialog.successors.findData(successor))
        with self.qtbot.waitSignal(self.commands.deleted):
            dialog.act.click()

    def undo(self) -> None:
        with self.qtbot.waitSignal(self.commands.restored):
            self.commands.undo()

    def default(self) -> list[int]:
        return [one for one, status in self.desk.statuses.items() if status.integration.is_default]


@pytest.fixture
def commanded(qtbot: QtBot) -> Commanded:
    return Commanded(qtbot)


def test_undoing_takes_the_default_back_from_the_successor(commanded: Commanded) -> None:
    commanded.delete(1, successor=2)
    assert commanded.default() == [2]
    commanded.undo()
    assert (commanded.default(), commanded.noticed) == ([1], [])


def test_undoing_says_who_became_the_default_meanwhile(commanded: Commanded) -> None:
    commanded.delete(1, successor=2)
    commanded.desk._make_default(3)
    commanded.undo()
    assert commanded.default() == [3]
    [notice] = commanded.noticed
    assert notice.startswith("The default integration is no. 3, which was chosen meanwhile")
