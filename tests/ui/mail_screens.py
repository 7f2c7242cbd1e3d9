"""Pictures of messages and service records, on real services that run in the process of the pictures."""

import atexit
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QApplication, QWidget

from mailint_gui.services.parsing import ParserProcess
from mailint_gui.ui.banners import Subject
from mailint_gui.ui.loops.dialog import StoppedLoops
from mailint_gui.ui.main_window import MainWindow
from mailint_gui.ui.messages.link_question import LinkQuestion
from mailint_gui.ui.messages.window import MessagesWindow
from mailint_gui.ui.records.window import RecordsWindow
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.ui.window_memory import WindowMemory
from tests.services.incoming import mail, receive
from tests.services.office import Office
from tests.ui.mail_samples import desk_on, fill, integrations, queue_answer

MAIL_SCREENS: dict[str, Callable[[], QWidget]] = {}
_offices: dict[bool, Office] = {}


def screen(name: str) -> Callable[[Callable[[], QWidget]], Callable[[], QWidget]]:
    def register(build: Callable[[], QWidget]) -> Callable[[], QWidget]:
        MAIL_SCREENS[name] = build
        return build

    return register


def office(filled: bool = True) -> Office:
    """One for all pictures of a process."""
    if filled not in _offices:
        parser = ParserProcess()
        made = Office(Path(tempfile.mkdtemp(prefix="mailint-")), parser)
        atexit.register(made.services.close)
        atexit.register(parser.close)
        if filled:
            fill(made)
            queue_answer(made, integrations(made)[0])
        _offices[filled] = made
    return _offices[filled]


def settle(done: Callable[[], object], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "nothing came"
        QApplication.processEvents()
    for _ in range(5):
        QApplication.processEvents()


def log(filled: bool = True) -> MessagesWindow:
    desk = desk_on(office(filled))
    board = StatusBoard(desk, desk)
    memory = WindowMemory(Path(tempfile.mkdtemp()) / "window.ini")
    shown = MessagesWindow(desk, board, office(filled).services.clock, memory)
    desk.setParent(shown)
    shown.resize(1280, 860)
    shown.show()
    desk.start()
    settle(lambda: shown.listing.is_read and not shown.listing.is_reading)
    return shown


def opened(subject: str, tab: str = "text") -> MessagesWindow:
    shown = log()
    row = next(row for row in shown.model.rows() if subject in row.subject)
    shown.ui.table.select([row.id])
    viewer = shown.ui.viewer
    settle(lambda: viewer.shown is not None and viewer.shown.row.id == row.id)
    viewer.tabs.setCurrentWidget(getattr(viewer, tab))
    settle(lambda: tab != "source" or viewer.source.view.toPlainText())
    return shown


@screen("messages")
def messages() -> QWidget:
    return opened("floor 3")


@screen("messages-html")
def messages_html() -> QWidget:
    return opened("floor 3", "html")


@screen("messages-attachments")
def messages_attachments() -> QWidget:
    shown = opened("floor 3", "attachments")
    shown.ui.viewer.head.toggle.setChecked(True)
    return shown


@screen("messages-source")
def messages_source() -> QWidget:
    return opened("floor 3", "source")


@screen("messages-why")
def messages_why() -> QWidget:
    return opened("floor 3", "why")


@screen("messages-why-ignored")
def messages_why_ignored() -> QWidget:
    return opened("Newsletter", "why")


@screen("messages-quarantined")
def messages_quarantined() -> QWidget:
    shown = opened("too many parts")
    shown.ui.action_retry.trigger()
    settle(lambda: not shown.commands.is_busy and not shown.listing.is_reading)
    return shown


@screen("messages-none")
def messages_none() -> QWidget:
    return log(filled=False)


@screen("messages-no-match")
def messages_no_match() -> QWidget:
    shown = log()
    shown.ui.search.setText("submarine")
    settle(lambda: not shown.model.rowCount())
    return shown


@screen("messages-link")
def messages_link() -> QWidget:
    shown = opened("floor 3", "html")
    shown.ui.viewer.html.view.link_clicked.emit(
        QUrl("https://xn--pypal-4ve.example/login?next=https://bank.example")
    )
    QApplication.processEvents()
    found = shown.findChild(LinkQuestion)
    assert found is not None
    return found


def records(number: int = 0, filled: bool = True) -> RecordsWindow:
    desk = desk_on(office(filled))
    board = StatusBoard(desk, desk)
    desk.start()
    shown = RecordsWindow(desk, board, WindowMemory(Path(tempfile.mkdtemp()) / "window.ini"))
    desk.setParent(shown)
    shown.resize(1360, 900)
    shown.show()
    settle(lambda: shown.listing.is_read and not shown.listing.is_reading)
    if number:
        shown.show_record(number)
        detail = shown.ui.detail
        settle(lambda: detail.viewer.shown is not None)
    return shown


@screen("records")
def records_one() -> QWidget:
    return records(1)


@screen("records-refused")
def records_refused() -> QWidget:
    shown = records(1)
    fields = shown.ui.detail.fields
    fields.texts["subject"].setText("x" * 3000)
    fields.texts["subject"].editingFinished.emit()
    settle(lambda: fields.words_of("subject"))
    return shown


@screen("records-none")
def records_none() -> QWidget:
    shown = records(filled=False)
    shown.filters.show_all()
    settle(lambda: not shown.listing.is_reading)
    return shown


def loop_office() -> Office:
    made = office()
    if not made.services.loop_breaker.all():
        owner = integrations(made)[0]
        chain = [
            mail(f"Re: Out of office {number}", "robot@other.example", Auto_Submitted="auto-replied")
            for number in range(7)
        ]
        receive(made, owner, *chain)
    return made


@screen("loops")
def loops() -> QWidget:
    shown = StoppedLoops(desk_on(loop_office()))
    shown.show()
    settle(lambda: shown.chain.topLevelItemCount())
    return shown


@screen("loops-none")
def loops_none() -> QWidget:
    shown = StoppedLoops(desk_on(office(filled=False)))
    shown.show()
    settle(lambda: "nothing" in shown.hint.text())
    return shown


@screen("list-loop-and-quarantine")
def list_loop() -> QWidget:
    made = loop_office()
    desk = desk_on(made)
    shown = MainWindow(Path(tempfile.mkdtemp()) / "window.ini")
    shown.furnish(desk, made.services.clock)
    desk.setParent(shown)
    shown.resize(1560, 800)
    shown.show()
    desk.statuses = {each.id: each for each in made.services.statuses.all()}
    desk.start()
    settle(lambda: shown.banners.shown(Subject.LOOPS))
    shown.list.table.select(*[each.id for each in desk.statuses.values() if each.quarantined_messages])
    return shown
