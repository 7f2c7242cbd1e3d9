"""The messages window: list, search, paging, news, and what is done about a message."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import MessageState
from mailint_gui.domain.outbox import OutboxAction, OutboxRecipient, RecipientState
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.services.announcements import MessagesChanged
from mailint_gui.ui.banners import Subject
from mailint_gui.ui.confirm_dialog import ConfirmDialog
from mailint_gui.ui.messages.filter_row import Period
from mailint_gui.ui.messages.row import Column
from mailint_gui.ui.rules.dry_run import DryRunDialog
from mailint_gui.ui.screen_room import Contents
from tests.services.incoming import mail, receive
from tests.ui.mail_samples import integrations, queue_answer
from tests.ui.messages.conftest import Log, OpenLog
from tests.ui.mnemonics import repeated_letters
from tests.ui.palettes import palette

WIDE = 100  # rows of one page


def tell(log: Log) -> None:
    """What the services announced since."""
    for said in log.office.of(MessagesChanged):
        log.desk.messages_changed.emit(said.integration_ids)


def many(log: Log, count: int) -> None:
    support = integrations(log.office)[-1]
    receive(log.office, support, *(mail(f"no. {number}", f"p{number}@x.example") for number in range(count)))


def test_the_log_is_listed_newest_first(log: Log) -> None:
    assert log.shown(Column.SUBJECT) == [
        "Out of office",
        "Re: [#1] blank pages",
        "Order 4711",
        "too many parts",
        "Newsletter of the week",
        "The printer on floor 3 prints blank pages",
    ]
    assert log.shown(Column.STATE) == ["Ignored", "Filed", "Filed", "Quarantined", "Ignored", "Filed"]
    assert log.shown(Column.RECORD) == ["", "1", "2", "", "", "1"]
    assert log.window.count.text() == "6 messages"


def test_what_goes_out_is_listed_too(log: Log) -> None:
    queue_answer(log.office, integrations(log.office)[0])
    tell(log)
    log.qtbot.waitUntil(lambda: log.window.model.rowCount() == 7)
    first = [log.window.model.index(0, column).data() for column in Column]
    assert first[Column.STATE] == "Queued"
    assert first[Column.WAY] == "Out"
    assert first[Column.CORRESPONDENT] == "to joe@example.com"


def test_what_was_sent_but_not_to_all_is_told(log: Log) -> None:
    queue_answer(log.office, integrations(log.office)[0])
    [item] = log.office.services.outbox.all()
    recipients = (
        OutboxRecipient("joe@example.com", RecipientState.SENT),
        OutboxRecipient("gone@example.com", RecipientState.REFUSED, "550 no such user"),
    )
    with log.office.services.database.write() as unit:
        assert unit.outbox.claim(item.id, item.created_at)
        unit.outbox.settle(item.id, OutboxAction.ACCEPTED, item.created_at, recipients=recipients)
    tell(log)
    log.qtbot.waitUntil(lambda: log.window.model.rowCount() == 7)
    assert log.shown(Column.STATE)[0] == "Sent, not to all"


def test_the_reason_stands_in_the_tool_tip_of_the_state(log: Log) -> None:
    place = log.window.model.place_of(log.rows["ignored"].id)
    assert place is not None
    tip = log.window.model.index(place, Column.STATE).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "Its subject is on the list of ignored subjects."


@pytest.mark.parametrize(
    ("box", "choice", "subjects"),
    [
        ("state", MessageState.QUARANTINED, ["too many parts"]),
        ("direction", Direction.OUTGOING, []),
        ("integration", "Orders", ["Out of office", "Order 4711"]),
    ],
)
def test_filters_narrow_the_list(log: Log, box: str, choice: str, subjects: list[str]) -> None:
    chooser = getattr(log.window.ui, box)
    place = chooser.findText(choice) if box == "integration" else chooser.findData(str(choice))
    assert place > 0
    chooser.setCurrentIndex(place)
    log.read()
    assert log.shown(Column.SUBJECT) == subjects


def test_a_direction_is_asked_for_as_what_it_is(log: Log) -> None:
    """A text that is equal to it has a plan of its own in the store, which reads the whole log."""
    box = log.window.ui.direction
    for direction in Direction:
        box.setCurrentIndex(box.findData(str(direction)))
        assert log.window.filters.wanted().direction is direction
    box.setCurrentIndex(0)
    assert log.window.filters.wanted().direction is None


def test_the_time_is_of_whole_local_days(log: Log) -> None:
    box = log.window.ui.period
    for period in (Period.TODAY, Period.WEEK, Period.MONTH):
        box.setCurrentIndex(box.findData(period))
        wanted = log.window.filters.wanted()
        assert wanted.since is not None
        assert wanted.since.astimezone().strftime("%H:%M:%S") == "00:00:00"
        assert wanted.until is None
    box.setCurrentIndex(box.findData(Period.RANGE))
    assert log.window.ui.since.isVisible()
    day = log.window.ui.until.date()
    log.window.ui.since.setDate(day.addDays(1))  # the wrong way round is understood
    wanted = log.window.filters.wanted()
    assert wanted.since is not None
    assert wanted.until is not None
    assert (wanted.until - wanted.since).days in {1, 2}
    assert wanted.until.astimezone().strftime("%H:%M") == "00:00"


def test_search_waits_for_the_last_letter_and_takes_the_last_answer(log: Log) -> None:
    before = sum(name == "read the message log" for name, _ in log.desk.requests)
    log.qtbot.keyClicks(log.window.ui.search, "order")
    log.qtbot.waitUntil(lambda: log.shown(Column.SUBJECT) == ["Order 4711"])
    after = sum(name == "read the message log" for name, _ in log.desk.requests)
    assert after == before + 1


def test_an_answer_that_comes_late_is_not_shown(log: Log) -> None:
    """Two questions, asked one after the other before any answer."""
    log.window.ui.search.setText("order")
    log.window.filters.changed.emit()
    log.window.ui.search.setText("newsletter")
    log.window.filters.changed.emit()
    log.read()
    assert log.shown(Column.SUBJECT) == ["Newsletter of the week"]


def test_nothing_found_offers_all_again(log: Log) -> None:
    log.window.ui.search.setText("submarine")
    log.qtbot.waitUntil(lambda: log.window.ui.empty.isVisible())
    assert log.window.ui.empty.text.text() == "No message matches."
    log.window.ui.empty.button.click()
    log.read()
    assert log.window.model.rowCount() == 6
    assert log.window.ui.search.text() == ""


def test_an_empty_log_says_what_will_be_here(open_log: OpenLog) -> None:
    log = open_log(filled=False)
    assert log.window.ui.empty.isVisible()
    assert "listed here" in log.window.ui.empty.text.text()
    assert not log.window.ui.empty.button.isVisible()
    assert log.window.ui.integration.currentText() == "All integrations"


def test_a_refusal_of_the_store_is_told(log: Log) -> None:
    log.desk.refusals["read the message log"] = Problem(ProblemKind.STORE_FAILED, {}, "disk I/O error")
    log.window.ui.action_refresh.trigger()
    log.qtbot.waitUntil(lambda: log.window.banners.shown(Subject.RESULT) is not None)
    assert log.window.model.rowCount() == 6


def test_more_is_read_as_the_list_is_scrolled(log: Log) -> None:
    many(log, 250)
    log.window.listing.restart()
    log.read()
    assert log.window.model.rowCount() == WIDE
    assert "as you scroll" in log.window.count.text()
    bar = log.window.ui.table.verticalScrollBar()
    while not log.window.listing.at_end:
        before = log.window.model.rowCount()
        bar.setValue(bar.maximum())
        log.qtbot.waitUntil(lambda before=before: log.window.model.rowCount() > before)
    assert log.window.model.rowCount() == 256
    ids = [row.id for row in log.window.model.rows()]
    assert ids == sorted(ids, reverse=True)


def test_news_keep_the_selection_and_the_place(log: Log) -> None:
    many(log, 250)
    log.window.listing.restart()
    log.read()
    table = log.window.ui.table
    chosen = log.window.model.key_at(60)
    table.select([chosen])
    table.scrollTo(log.window.model.index(60, 0))
    top = log.window.model.key_at(table.rowAt(0))
    support = integrations(log.office)[-1]
    receive(log.office, support, mail("brand new"), mail("newer still"))
    tell(log)
    log.qtbot.waitUntil(lambda: log.shown(Column.SUBJECT)[:2] == ["newer still", "brand new"])
    assert table.selected_keys() == (chosen,)
    log.qtbot.waitUntil(lambda: log.window.model.key_at(table.rowAt(0)) == top)


def test_home_and_end_are_those_of_the_list(log: Log) -> None:
    table = log.window.ui.table
    ids = [row.id for row in log.window.model.rows()]
    table.setFocus()
    log.qtbot.keyClick(table, Qt.Key.Key_End)
    assert table.selected_keys() == (ids[-1],)
    log.qtbot.keyClick(table, Qt.Key.Key_Home)
    assert table.selected_keys() == (ids[0],)


def test_times_and_sizes_are_seen_whole(log: Log) -> None:
    table = log.window.ui.table
    for column in (Column.TIME, Column.SIZE):
        assert table.sizeHintForColumn(column) <= table.columnWidth(column)


def test_the_list_keeps_its_height_whichever_message_is_shown(log: Log) -> None:
    log.window.resize(1000, 600)
    viewer, heights = log.window.ui.viewer, set()
    for row in log.window.model.rows():
        log.window.ui.table.select([row.id])
        log.qtbot.waitUntil(lambda row=row: viewer.shown is not None and viewer.shown.row.id == row.id)
        viewer.tabs.setCurrentWidget(viewer.why)
        QApplication.processEvents()
        heights.add(log.window.ui.table.height())
    assert len(heights) == 1


@pytest.mark.parametrize("count", [99, 100, 250, 450])
def test_however_many_come_at_once_none_is_missing(log: Log, count: int) -> None:
    log.open(log.rows["order"])
    many(log, count)
    tell(log)
    newest = f"no. {count - 1}"
    log.qtbot.waitUntil(lambda: log.shown(Column.SUBJECT)[0] == newest)
    log.read()
    while not log.window.listing.at_end:
        log.window.listing.more()
        log.read()
    assert log.shown(Column.SUBJECT)[:count] == [f"no. {number}" for number in reversed(range(count))]
    assert log.window.model.rowCount() == count + 6


def test_at_the_top_news_are_seen_at_once(log: Log) -> None:
    many(log, 120)
    log.window.listing.restart()
    log.read()
    receive(log.office, integrations(log.office)[-1], mail("brand new"))
    tell(log)
    log.qtbot.waitUntil(lambda: log.shown(Column.SUBJECT)[0] == "brand new")
    assert log.window.ui.table.rowAt(0) == 0


def test_file_anyway_opens_a_record(log: Log) -> None:
    log.open(log.rows["ignored"])
    log.window.ui.action_file_anyway.trigger()
    log.qtbot.waitUntil(lambda: "Filed to record 3." in words_of(log.window))
    place = log.window.model.place_of(log.rows["ignored"].id)
    assert place is not None
    assert log.window.model.row_at(place).state == MessageState.FILED
    assert not log.window.ui.action_file_anyway.isEnabled()


def test_a_retry_that_does_not_help_says_why(log: Log) -> None:
    log.open(log.rows["quarantined"])
    log.window.ui.action_retry.trigger()
    log.qtbot.waitUntil(lambda: "It is still quarantined. Its headers are too large." in words_of(log.window))


def test_what_was_done_names_its_message_when_another_is_read(log: Log) -> None:
    log.open(log.rows["quarantined"])
    log.window.ui.action_retry.trigger()
    log.qtbot.waitUntil(lambda: "still quarantined" in words_of(log.window))
    log.open(log.rows["ignored"])
    banner = log.window.banners.shown(Subject.RESULT)
    assert banner is not None
    assert banner.label.text().startswith(f"{log.rows['quarantined'].subject or '(no subject)'}: ")


def test_discard_asks_and_says_what_is_kept(log: Log) -> None:
    log.open(log.rows["quarantined"])
    log.window.ui.action_discard.trigger()
    dialog = log.window.findChild(ConfirmDialog)
    assert dialog is not None
    assert dialog.question.text() == f"Discard “{log.rows['quarantined'].subject or '(no subject)'}”?"
    assert "It stays in the log as ignored, with its source" in dialog.effects.text()
    assert dialog.cancel.isDefault()
    dialog.act.click()
    log.qtbot.waitUntil(lambda: "Discarded" in words_of(log.window))
    row = log.office.services.message_log.get(log.rows["quarantined"].id)
    assert (row.state, row.reason) == ("ignored", "discarded")
    assert log.office.services.message_log.source(row.id)


def test_what_is_told_takes_room_and_makes_nothing_scroll(log: Log) -> None:
    log.open(log.rows["quarantined"])
    log.window.commands.told.emit("Told.", False)
    log.window.resize(1280, 640)
    QApplication.processEvents()
    assert log.window.banners.shown(Subject.RESULT) is not None
    [contents] = log.window.findChildren(Contents)
    assert contents.verticalScrollBar().maximum() == 0


def test_discard_that_is_thought_better_of_changes_nothing(log: Log) -> None:
    log.open(log.rows["quarantined"])
    log.window.ui.action_discard.trigger()
    dialog = log.window.findChild(ConfirmDialog)
    assert dialog is not None
    dialog.cancel.click()
    assert log.office.services.message_log.get(log.rows["quarantined"].id).state == "quarantined"


def test_several_are_filed_one_after_the_other(log: Log) -> None:
    log.window.ui.table.select([log.rows["ignored"].id, log.rows["auto"].id])
    assert log.window.ui.action_file_anyway.isEnabled()
    log.window.ui.action_file_anyway.trigger()
    log.qtbot.waitUntil(lambda: "2 of 2 messages were filed to records." in words_of(log.window))


def test_what_cannot_be_done_is_not_offered(log: Log) -> None:
    enabled = {
        name: [
            key
            for key, row in log.rows.items()
            if (log.window.ui.table.select([row.id]), log.window.action(name).isEnabled())[1]
        ]
        for name in ("file_anyway", "retry", "discard", "record")
    }
    assert enabled == {
        "file_anyway": ["ignored", "auto"],
        "retry": ["quarantined"],
        "discard": ["quarantined"],
        "record": ["whole", "order", "answer"],
    }


def test_the_record_is_asked_for(log: Log) -> None:
    log.open(log.rows["answer"])
    with log.qtbot.waitSignal(log.window.record_requested) as signal:
        log.window.ui.action_record.trigger()
    assert signal.args == [1]


def test_rules_are_tried_on_the_selected_messages(log: Log) -> None:
    log.window.ui.table.select([log.rows["whole"].id, log.rows["order"].id])
    log.window.ui.action_try_rules.trigger()
    log.qtbot.waitUntil(lambda: log.window.findChild(DryRunDialog) is not None)
    dialog = log.window.findChild(DryRunDialog)
    assert dialog is not None
    dialog.run()
    log.qtbot.waitUntil(lambda: dialog.ui.table.rows.rowCount() == 2)
    dialog.close()


def test_it_opens_filtered(log: Log) -> None:
    support = next(each for each in integrations(log.office) if each.name == "Support")
    log.window.show_only(support.id, MessageState.QUARANTINED)
    log.read()
    assert log.shown(Column.SUBJECT) == ["too many parts"]
    assert log.window.ui.integration.currentText() == "Support"
    assert log.window.ui.state.currentText() == "Quarantined"


def test_the_place_is_remembered(log: Log, open_log: OpenLog) -> None:
    log.window.resize(log.window.width(), 655)
    log.window.close()
    again = open_log(filled=False)
    assert again.window.height() == 655


def test_everything_has_a_name_and_can_be_reached_by_keyboard(log: Log) -> None:
    log.open(log.rows["whole"])
    for tab in range(log.window.ui.viewer.tabs.count()):
        log.window.ui.viewer.tabs.setCurrentIndex(tab)
        for widget in log.window.findChildren(QWidget):
            if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                name = widget.accessibleName() or getattr(widget, "text", str)() or ""
                is_inner = widget.objectName().startswith("qt_") or isinstance(widget, QLabel)
                kind = type(widget).__name__
                assert name or is_inner or kind in {"QTabBar", "QTabWidget", "QLineEdit"}, (kind, widget)


def words_of(window: QWidget) -> str:
    QApplication.processEvents()
    return " ".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def test_a_theme_change_draws_the_shapes_anew(log: Log, palette_back: QApplication) -> None:
    before = log.window.model.index(0, 0).data(Qt.ItemDataRole.DecorationRole).pixmap(16).toImage()
    palette_back.setPalette(palette(dark=True))
    QApplication.processEvents()
    after = log.window.model.index(0, 0).data(Qt.ItemDataRole.DecorationRole).pixmap(16).toImage()
    assert before != after


def test_foreign_text_is_never_markup(open_log: OpenLog, qtbot: QtBot) -> None:
    log = open_log()
    hostile = '<img src="file:///etc/passwd"><b>x</b>'
    receive(log.office, integrations(log.office)[-1], mail(hostile, '"<i>&" <h@x.example>', body=hostile))
    log.window.listing.restart()
    log.read()
    row = log.window.model.row_at(0)
    assert row.subject == hostile
    log.open(row)
    for label in log.window.findChildren(QLabel):
        if hostile in label.text():
            assert label.textFormat() is Qt.TextFormat.PlainText
            assert not {"<", ">"} & set(label.toolTip())
    tip = log.window.model.index(0, Column.SUBJECT).data(Qt.ItemDataRole.ToolTipRole)
    assert not {"<", ">"} & set(tip)


def test_each_answer_has_a_key_and_a_letter(log: Log) -> None:
    ui = log.window.ui
    for each in (ui.action_reply, ui.action_reply_all, ui.action_forward):
        assert each.shortcut().toString()
        assert "&" in each.text()
    for menu in (ui.menu_message, ui.menu_view):
        assert repeated_letters(each.text() for each in menu.actions()) == []
