"""The way from the main window to composing and the outbox."""

from pytestqt.qtbot import QtBot

from mailint_gui.domain.reply import ReplyKind
from tests.services.incoming import integration, mail, one
from tests.services.office import Office
from tests.ui.conftest import OpenWindow
from tests.ui.mail_samples import desk_on


def test_the_main_window_composes_and_shows_the_outbox(
    office: Office, open_window: OpenWindow, qtbot: QtBot
) -> None:
    integration(office, sends=True, is_default=True)
    desk, window = open_window(desk_on(office).statuses.values())
    desk.services = office.services
    window.ui.action_compose.trigger()
    qtbot.waitUntil(lambda: len(window.further.compose.windows) == 1)
    [compose] = window.further.compose.windows
    compose.ui.subject.setText("Printer")
    window.ui.action_outbox.trigger()
    closed: list[bool] = []
    assert not window.further.close(then=lambda: closed.append(True))
    qtbot.waitUntil(lambda: closed == [True])
    assert window.further.close(then=lambda: None)
    assert [each.draft.subject for each in office.services.drafts.all()] == ["Printer"]


def test_a_message_is_answered_from_the_log(office: Office, open_window: OpenWindow, qtbot: QtBot) -> None:
    row = one(office, integration(office, sends=True, is_default=True), mail("printer"))
    desk, window = open_window(desk_on(office).statuses.values())
    desk.services = office.services
    window.logs.reply_requested.emit(row.id, ReplyKind.REPLY)
    qtbot.waitUntil(lambda: len(window.further.compose.windows) == 1)
    [compose] = window.further.compose.windows
    assert compose.ui.to.text() == "joe@example.com"
    assert compose.ui.subject.text() == f"Re: printer [#{row.record}]"


def test_the_main_window_says_that_it_is_queued(
    office: Office, open_window: OpenWindow, qtbot: QtBot
) -> None:
    integration(office, sends=True, is_default=True)
    desk, window = open_window(desk_on(office).statuses.values())
    desk.services = office.services
    window.ui.action_compose.trigger()
    qtbot.waitUntil(lambda: len(window.further.compose.windows) == 1)
    [compose] = window.further.compose.windows
    compose.ui.to.setText("joe@example.com")
    compose.ui.subject.setText("Printer")
    compose.send()
    qtbot.waitUntil(lambda: "Printer" in window.statusBar().currentMessage())
    assert window.statusBar().currentMessage().startswith("Queued: ")
