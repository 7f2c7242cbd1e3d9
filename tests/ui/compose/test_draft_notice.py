"""What was being typed when the program ended unexpectedly is told of at the next start, until it is looked at."""

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from mailint_gui.domain.draft import MailDraft
from mailint_gui.ui.banners import Banner, Subject
from mailint_gui.ui.main_window import MainWindow
from tests.services.incoming import integration
from tests.services.office import Office
from tests.ui.compose.conftest import Compose
from tests.ui.conftest import OpenWindow
from tests.ui.desk_double import DeskDouble
from tests.ui.mail_samples import desk_on


def started(office: Office, open_window: OpenWindow, qtbot: QtBot) -> tuple[DeskDouble, MainWindow]:
    """The main window of the next run, once it has looked."""
    desk, window = open_window(desk_on(office).statuses.values())
    desk.services = office.services
    qtbot.waitUntil(lambda: not desk.is_busy)
    return desk, window


def banner(window: MainWindow) -> Banner:
    found = window.banners.shown(Subject.DRAFTS)
    assert found is not None
    return found


def press(window: MainWindow, text: str) -> None:
    next(each for each in banner(window).findChildren(QPushButton) if each.text() == text).click()


def left(office: Office, *subjects: str) -> None:
    integration(office, sends=True, is_default=True)
    for subject in subjects:
        office.services.drafts.save(0, MailDraft(subject=subject, text="It prints."), is_open=True)


def test_a_draft_that_was_open_is_told_of_and_opened(
    office: Office, open_window: OpenWindow, qtbot: QtBot
) -> None:
    left(office, "Printer")
    desk, window = started(office, open_window, qtbot)
    assert "Printer" in banner(window).label.text()
    press(window, "Open draft")
    [compose] = window.further.compose.windows
    assert compose.ui.body.toPlainText() == "It prints."
    qtbot.waitUntil(lambda: not desk.is_busy)
    assert window.banners.shown(Subject.DRAFTS) is None
    assert office.services.drafts.left_open() == ()


def test_several_are_opened_together(office: Office, open_window: OpenWindow, qtbot: QtBot) -> None:
    left(office, "Printer", "Scanner")
    _, window = started(office, open_window, qtbot)
    assert banner(window).label.text().startswith("2 messages were being typed")
    press(window, "Open drafts")
    assert len(window.further.compose.windows) == 2


def test_closing_it_leaves_the_draft_where_it_is(
    office: Office, open_window: OpenWindow, qtbot: QtBot
) -> None:
    left(office, "Printer")
    desk, window = started(office, open_window, qtbot)
    press(window, "Close")
    qtbot.waitUntil(lambda: not desk.is_busy)
    assert office.services.drafts.left_open() == ()
    assert [each.draft.subject for each in office.services.drafts.all()] == ["Printer"]


def test_what_was_put_away_is_not_told_of(compose: Compose, open_window: OpenWindow, qtbot: QtBot) -> None:
    compose.type(subject="Printer", body="It prints.")
    compose.window.keeper.save()
    compose.settle()
    assert [each.is_open for each in compose.office.services.drafts.all()] == [True]
    compose.window.save_and_close()
    compose.qtbot.waitUntil(lambda: not compose.window.isVisible())
    assert [each.is_open for each in compose.office.services.drafts.all()] == [False]
    _, window = started(compose.office, open_window, qtbot)
    assert window.banners.shown(Subject.DRAFTS) is None
