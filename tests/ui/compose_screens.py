"""Pictures of the compose window and the outbox, on real services that run in the process of the pictures."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QMessageBox, QWidget

from mailint_gui.domain.draft import MailDraft
from mailint_gui.domain.integration import Integration
from mailint_gui.domain.message_filter import MessageFilter
from mailint_gui.domain.outbox import OutboxAction, OutboxRecipient, RecipientState
from mailint_gui.domain.problem import ProblemKind
from mailint_gui.domain.reply import ReplyKind
from mailint_gui.services.scope import CancelScope
from mailint_gui.ui.compose.compose_windows import ComposeWindows
from mailint_gui.ui.compose.window import ComposeWindow
from mailint_gui.ui.outbox.window import OutboxWindow
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.ui.window_memory import WindowMemory
from mailint_gui.workers.compose_desk import ComposeDesk
from tests.services.incoming import integration
from tests.services.office import Office
from tests.ui.desk_double import NOW
from tests.ui.mail_samples import desk_on
from tests.ui.mail_screens import office, settle

COMPOSE_SCREENS: dict[str, Callable[[], QWidget]] = {}
_senders: list[Integration] = []
_items: list[str] = []


def screen(name: str) -> Callable[[Callable[[], QWidget]], Callable[[], QWidget]]:
    def register(build: Callable[[], QWidget]) -> Callable[[], QWidget]:
        COMPOSE_SCREENS[name] = build
        return build

    return register


def with_senders() -> Office:
    made = office()
    if not _senders:
        desk = integration(made, "Help desk", "desk@ours.example", sends=True, is_default=True)
        signed = replace(desk.outgoing, signature="Ann Example\nHelp desk, floor 2", largest_message_mb=5)
        _senders.append(made.services.integrations.save(replace(desk, outgoing=signed)))
        off = integration(made, "Old desk", "old@ours.example", sends=True)
        made.services.integrations.disable([off.id])
    return made


def window(draft: MailDraft) -> ComposeWindow:
    desk = desk_on(with_senders())
    board = StatusBoard(desk, desk)
    desk.start()
    memory = WindowMemory(Path(tempfile.mkdtemp()) / "window.ini")
    shown = ComposeWindow(ComposeDesk(desk), board, memory, draft)
    desk.setParent(shown)
    shown.show()
    settle(lambda: not desk.is_busy)
    return shown


def reply() -> MailDraft:
    services = with_senders().services
    row = next(row for row in services.message_log.page(MessageFilter()) if "floor 3" in row.subject)
    return services.replies.to_message(row.id, ReplyKind.REPLY_ALL, CancelScope())


@screen("compose")
def compose() -> QWidget:
    return window(with_senders().services.replies.blank())


@screen("compose-reply")
def compose_reply() -> QWidget:
    shown = window(reply())
    body = shown.ui.body
    body.insertPlainText("Hello Joe,\n\nplease try:\nthe cable\nthe paper\n")
    for line in (3, 4):
        body.setTextCursor(QTextCursor(body.document().findBlockByNumber(line)))
        shown.action("bullets").trigger()
    body.setTextCursor(QTextCursor(body.document().findBlockByNumber(0)))
    files = []
    for name, size in (("manual of the printer.pdf", 800_000), ("Grundriß Etage 3.png", 90_000)):
        path = Path(tempfile.mkdtemp()) / name
        path.write_bytes(b"x" * size)
        files.append(path)
    shown.attach(tuple(files))
    settle(lambda: len(shown.fields.attached) == 2)
    return shown


@screen("compose-refused")
def compose_refused() -> QWidget:
    path = Path(tempfile.mkdtemp()) / "film of the printer.mp4"
    path.write_bytes(b"x" * 300_000)
    shown = window(replace(reply(), to="joe@example.com, bob@", copies="nobody", subject="The printer"))
    shown.attach((path,))
    settle(lambda: bool(shown.fields.attached))
    path.unlink()
    shown.send()
    settle(lambda: shown.ui.to_mark.isVisible())
    return shown


@screen("compose-close")
def compose_close() -> QWidget:
    shown = window(with_senders().services.replies.blank())
    shown.ui.body.setPlainText("Hello")
    shown.close()
    found = shown.findChild(QMessageBox)
    assert found is not None
    return found


def outbox_item(made: Office, subject: str, action: OutboxAction, **said: object) -> None:
    item = made.queue(_senders[0], "joe@example.com", "ann@example.net", subject=subject)
    with made.services.database.write() as unit:
        unit.outbox.claim(item.id, NOW)
        unit.outbox.settle(item.id, action, NOW, **said)  # type: ignore[arg-type]  # by name


def outbox(filled: bool = True) -> OutboxWindow:
    made = with_senders() if filled else office(filled=False)
    if filled and not _items:
        refused = [
            OutboxRecipient("joe@example.com", RecipientState.REFUSED, "550 5.1.1 no such user here"),
            OutboxRecipient("ann@example.net", RecipientState.REFUSED, "550 5.7.1 not from you"),
        ]
        late = {"reason": ProblemKind.SERVER_BUSY, "answer": "451 4.7.1 greylisted", "next_try_at": NOW}
        outbox_item(made, "The printer", OutboxAction.TRY_LATER, **late)
        outbox_item(made, "Your order", OutboxAction.ANSWER_LOST, reason=ProblemKind.DELIVERY_UNCERTAIN)
        failed = {"reason": ProblemKind.RECIPIENT_REFUSED, "answer": "550 5.1.1 no such user here"}
        outbox_item(made, "Welcome", OutboxAction.REFUSED, recipients=refused, **failed)
        to_one = [
            OutboxRecipient("joe@example.com", RecipientState.SENT),
            replace(refused[0], address="ann@example.net"),
        ]
        outbox_item(made, "The new opening hours", OutboxAction.ACCEPTED, recipients=to_one, **failed)
        _items.append("made")
    desk = desk_on(made)
    board = StatusBoard(desk, desk)
    desk.start()
    memory = WindowMemory(Path(tempfile.mkdtemp()) / "window.ini")
    over = QWidget()
    shown = OutboxWindow(desk, ComposeWindows(desk, board, memory, over), memory)
    desk.setParent(shown)
    over.setParent(shown)
    over.hide()
    shown.show()
    settle(lambda: shown.listing.is_read and not shown.listing.is_reading)
    return shown


@screen("outbox")
def outbox_failed() -> QWidget:
    shown = outbox()
    shown.ui.table.select([shown.model.key_at(1)])
    return shown


@screen("outbox-partly-sent")
def outbox_partly_sent() -> QWidget:
    shown = outbox()
    shown.ui.table.select([shown.model.key_at(0)])
    return shown


@screen("outbox-uncertain")
def outbox_uncertain() -> QWidget:
    shown = outbox()
    shown.ui.table.select([shown.model.key_at(2)])
    return shown


@screen("outbox-question")
def outbox_question() -> QWidget:
    shown = outbox_uncertain()
    assert isinstance(shown, OutboxWindow)
    shown.action("retry").trigger()
    found = shown.findChild(QMessageBox)
    assert found is not None
    return found


@screen("outbox-none")
def outbox_none() -> QWidget:
    return outbox(filled=False)
