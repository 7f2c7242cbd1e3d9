"""The records window: list and filters, fields that are stored at once and taken back, correspondence."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QWidget

from mailint_gui.domain.filing import ClosedRecords
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.reply import ReplyKind
from mailint_gui.ui.banners import Subject
from mailint_gui.ui.records.row import Column
from tests.services.incoming import mail, receive
from tests.ui.mail_samples import integrations
from tests.ui.mnemonics import repeated_letters
from tests.ui.records.conftest import Book


def choose(box: QComboBox, value: str) -> None:
    """As an admin does: by the keyboard or the mouse, which the program can tell from its own setting."""
    place = box.findData(value)
    assert place >= 0
    box.setCurrentIndex(place)
    box.activated.emit(place)


def test_open_records_are_listed_newest_first(book: Book) -> None:
    assert book.numbers() == [2, 1]
    first = [book.window.model.index(1, column).data().strip() for column in Column]
    assert first[:4] == ["1", "The printer on floor 3 prints blank pages", "joe@example.com", "New"]
    assert first[Column.CATEGORY] == "Hardware"
    assert first[Column.MESSAGES] == "2"
    assert book.window.count.text() == "2 records"


def test_filters(book: Book) -> None:
    book.office.services.records.change(2, status="Closed")
    ui = book.window.ui
    book.window.listing.restart()
    book.read()
    assert book.numbers() == [1]
    ui.standing.setCurrentIndex(1)
    book.read()
    assert book.numbers() == [2]
    ui.standing.setCurrentIndex(2)
    book.read()
    assert book.numbers() == [2, 1]
    ui.integration.setCurrentIndex(ui.integration.findText("Support"))
    book.read()
    assert book.numbers() == [1]
    ui.integration.setCurrentIndex(0)
    ui.status.setCurrentIndex(ui.status.findData("Closed"))
    book.read()
    assert book.numbers() == [2]
    ui.status.setCurrentIndex(0)
    ui.search.setText("printer")
    book.qtbot.waitUntil(lambda: book.numbers() == [1])


def test_nothing_found_offers_all(book: Book) -> None:
    book.window.ui.search.setText("submarine")
    book.qtbot.waitUntil(lambda: book.window.ui.empty.isVisible())
    book.window.ui.empty.button.click()
    book.read()
    assert book.numbers() == [2, 1]


def test_a_record_shows_its_correspondence_oldest_first(book: Book) -> None:
    book.open(1)
    detail = book.window.ui.detail
    assert detail.correspondence.topLevelItemCount() == 2
    assert detail.correspondence.current_id() == book.rows["answer"].id
    assert "It works again" in detail.viewer.text.view.toPlainText()
    detail.correspondence.setCurrentItem(detail.correspondence.topLevelItem(0))
    book.qtbot.waitUntil(lambda: "blank pages only" in detail.viewer.text.view.toPlainText())
    assert "turn it off" not in detail.viewer.text.view.toPlainText()


def test_a_field_is_stored_when_it_is_chosen_and_taken_back_by_undo(book: Book) -> None:
    book.open(1)
    fields = book.window.ui.detail.fields
    assert not book.window.ui.action_undo.isEnabled()
    choose(fields.boxes["status"], "Waiting")
    book.qtbot.waitUntil(lambda: book.office.services.records.get(1).status == "Waiting")
    book.qtbot.waitUntil(lambda: book.window.model.index(1, Column.STATUS).data() == "Waiting")
    assert book.window.ui.action_undo.text() == "&Undo change of status of record 1"
    book.window.ui.action_undo.trigger()
    book.qtbot.waitUntil(lambda: book.office.services.records.get(1).status == "New")
    book.qtbot.waitUntil(lambda: fields.boxes["status"].currentData() == "New")
    assert not book.window.ui.action_undo.isEnabled()


def test_the_window_fits_a_small_screen(book: Book) -> None:
    book.open(book.numbers()[0])
    least = book.window.minimumSizeHint()
    assert least.width() <= 1024
    assert least.height() <= 700


def test_the_time_of_the_last_change_is_seen_whole(book: Book) -> None:
    table = book.window.ui.table
    assert table.sizeHintForColumn(Column.CHANGED) <= table.columnWidth(Column.CHANGED)


def test_undo_goes_back_over_several_records(book: Book) -> None:
    book.open(1)
    choose(book.window.ui.detail.fields.boxes["assignee"], "ann")
    book.qtbot.waitUntil(lambda: book.office.services.records.get(1).assignee == "ann")
    book.open(2)
    choose(book.window.ui.detail.fields.boxes["assignee"], "dana")
    book.qtbot.waitUntil(lambda: book.office.services.records.get(2).assignee == "dana")
    for number in (2, 1):
        book.window.ui.action_undo.trigger()
        book.qtbot.waitUntil(lambda number=number: not book.office.services.records.get(number).assignee)


def test_subject_and_tags_are_typed(book: Book) -> None:
    book.open(1)
    texts = book.window.ui.detail.fields.texts
    texts["subject"].setText("Printer of floor 3")
    texts["subject"].editingFinished.emit()
    texts["tags"].setText(" toner, urgent ,")
    texts["tags"].editingFinished.emit()
    book.qtbot.waitUntil(lambda: book.office.services.records.get(1).tags == ("toner", "urgent"))
    assert book.office.services.records.get(1).subject == "Printer of floor 3"


def test_what_is_refused_is_said_beside_its_field(book: Book) -> None:
    book.open(1)
    fields = book.window.ui.detail.fields
    fields.texts["tags"].setText("x" * 300)
    fields.texts["tags"].editingFinished.emit()
    book.qtbot.waitUntil(lambda: fields.words_of("tags") != "")
    assert "characters" in fields.words_of("tags")
    assert book.office.services.records.get(1).tags == ()
    fields.texts["tags"].setText("short")
    fields.texts["tags"].editingFinished.emit()
    book.qtbot.waitUntil(lambda: book.office.services.records.get(1).tags == ("short",))
    book.qtbot.waitUntil(lambda: fields.words_of("tags") == "")


def test_a_store_that_fails_is_told_and_the_field_goes_back(book: Book) -> None:
    book.open(1)
    book.desk.refusals["change a record"] = Problem(ProblemKind.STORE_FAILED, {}, "disk I/O error")
    box = book.window.ui.detail.fields.boxes["status"]
    choose(box, "Open")
    book.qtbot.waitUntil(lambda: book.window.banners.shown(Subject.RESULT) is not None)
    book.qtbot.waitUntil(lambda: box.currentData() == "New")


def test_a_value_that_settings_do_not_list_any_more_stays(book: Book) -> None:
    book.office.services.records.change(1, category="Plumbing")
    book.open(1)
    box = book.window.ui.detail.fields.boxes["category"]
    assert box.currentData() == "Plumbing"
    choose(box, "")
    book.qtbot.waitUntil(lambda: book.office.services.records.get(1).category == "")


def test_the_wheel_changes_no_field(book: Book) -> None:
    book.open(1)
    box = book.window.ui.detail.fields.boxes["status"]
    before = box.currentIndex()
    down = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, down)
    assert box.currentIndex() == before


def test_news_of_a_record_appear(book: Book) -> None:
    book.open(1)
    detail = book.window.ui.detail
    chosen = detail.correspondence.current_id()
    support = next(each for each in integrations(book.office) if each.name == "Support")
    receive(
        book.office, support, mail("Re: [#1] again", "joe@example.com", body="broken again"), mail("new one")
    )
    book.tell()
    book.qtbot.waitUntil(lambda: detail.correspondence.topLevelItemCount() == 3)
    assert detail.correspondence.current_id() == chosen
    book.qtbot.waitUntil(lambda: book.numbers() == [3, 2, 1])


def test_a_linked_record_leads_to_the_one_before(book: Book) -> None:
    support = next(each for each in integrations(book.office) if each.name == "Support")
    filing = replace(support.filing, closed_records=ClosedRecords.LINKED_RECORD)
    book.office.services.integrations.save(replace(support, filing=filing))
    book.office.services.records.change(1, status="Closed")
    receive(book.office, support, mail("Re: [#1] again", "joe@example.com", body="broken again"))
    book.open(3)
    detail = book.window.ui.detail
    assert detail.linked.isVisible()
    detail.linked.click()
    book.qtbot.waitUntil(lambda: detail.row is not None and detail.row.number == 1)
    assert not detail.linked.isVisible()
    detail.following.click()
    book.qtbot.waitUntil(lambda: detail.row is not None and detail.row.number == 3)
    assert not detail.following.isVisible()


def test_a_record_that_the_list_does_not_show_is_shown_all_the_same(book: Book) -> None:
    book.window.ui.search.setText("order")
    book.qtbot.waitUntil(lambda: book.numbers() == [2])
    book.open(1)
    assert book.window.ui.detail.title.text().startswith("Record 1:")


def test_a_record_that_is_not_there_says_so(book: Book) -> None:
    book.window.show_record(99)
    book.qtbot.waitUntil(lambda: "no service record 99" in book.window.ui.detail.quiet.text.text())


@pytest.mark.parametrize("kind", [QComboBox])
def test_every_control_has_a_name(book: Book, kind: type[QWidget]) -> None:
    book.open(1)
    for widget in book.window.findChildren(kind):
        if widget.isVisible():
            assert widget.accessibleName(), widget


def test_foreign_text_is_plain(book: Book) -> None:
    hostile = '<img src="file:///etc/passwd">'
    support = integrations(book.office)[0]
    receive(book.office, support, mail(hostile, "joe@example.com"))
    book.open(3)
    for label in book.window.findChildren(QLabel):
        if hostile in label.text():
            assert label.textFormat() is Qt.TextFormat.PlainText
            assert "<" not in label.toolTip()


def test_a_record_is_answered_to_all_and_forwarded(book: Book) -> None:
    """What is chosen of its correspondence goes with the command."""
    asked: list[tuple[int, ReplyKind, int]] = []
    book.window.reply_requested.connect(lambda *what: asked.append(what))
    answers = [book.window.action(kind.value) for kind in ReplyKind]
    assert not any(each.isEnabled() for each in answers)
    book.open(1)
    for each in answers:
        each.trigger()
    chosen = book.rows["answer"].id
    assert asked == [(1, kind, chosen) for kind in ReplyKind]
    ui = book.window.ui
    assert set(answers) <= set(ui.menu_record.actions()) & set(ui.tool_bar.actions())
    assert all(each.shortcut().toString() for each in answers)
    assert repeated_letters(each.text() for each in ui.menu_record.actions()) == []
