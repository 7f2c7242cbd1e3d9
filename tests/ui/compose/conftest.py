"""The compose window on real services, with a desk in memory between them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from mailint_gui.domain.draft import MailDraft
from mailint_gui.domain.integration import Integration
from mailint_gui.ui.compose.window import ComposeWindow
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.ui.window_memory import WindowMemory
from mailint_gui.workers.compose_desk import ComposeDesk
from tests.services.incoming import integration
from tests.services.office import Office
from tests.ui.desk_double import DeskDouble
from tests.ui.mail_samples import desk_on


@dataclass
class Compose:
    window: ComposeWindow
    desk: DeskDouble
    office: Office
    qtbot: QtBot

    def type(self, **fields: str) -> None:
        """``to``, ``copies``, ``blind_copies``, ``subject``, ``body``."""
        for name, text in fields.items():
            widget = getattr(self.window.ui, name)
            if name == "body":
                widget.setPlainText(text)
            else:
                widget.setText(text)

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.desk.is_busy)

    def send(self) -> None:
        self.window.ui.action_send.trigger()
        self.settle()


OpenCompose = Callable[..., Compose]


@pytest.fixture
def sender(office: Office) -> Integration:
    stored = integration(office, sends=True, is_default=True)
    outgoing = replace(stored.outgoing, signature="The desk", largest_message_mb=1)
    return office.services.integrations.save(replace(stored, outgoing=outgoing))


@pytest.fixture
def open_compose(office: Office, sender: Integration, qtbot: QtBot, tmp_path: Path) -> OpenCompose:
    def build(draft: MailDraft | None = None, draft_id: int = 0) -> Compose:
        desk = desk_on(office)
        board = StatusBoard(desk, desk)
        desk.start()
        memory = WindowMemory(tmp_path / "window.ini")
        window = ComposeWindow(
            ComposeDesk(desk), board, memory, draft or office.services.replies.blank(), draft_id
        )
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        desk.setParent(window)
        qtbot.addWidget(window, before_close_func=_give_up)
        window.show()
        compose = Compose(window, desk, office, qtbot)
        compose.settle()
        return compose

    return build


def _give_up(window: ComposeWindow) -> None:
    """Nobody is there to answer whether to keep it."""
    window._is_over = True


@pytest.fixture
def compose(open_compose: OpenCompose) -> Compose:
    return open_compose()
