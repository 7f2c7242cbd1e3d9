"""The viewer: what a message says, shown harmlessly; its source, its attachments, and why it is where it is."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QTextDocument
from PySide6.QtWidgets import QApplication, QFileDialog, QTreeWidgetItem

from mailint_gui.domain.outbox import OutboxPurpose
from mailint_gui.domain.rule_verdict import RuleOutcome
from mailint_gui.services.scope import CancelScope
from mailint_gui.ui.messages.link_question import LinkQuestion
from mailint_gui.ui.messages.viewer import MessageViewer
from mailint_gui.wording.rules import outcome_words
from tests.mail.mime.tnef_streams import PICTURE, WHOLE, winmail
from tests.services.incoming import mail, one, store
from tests.ui.mail_samples import UNREADABLE, integrations, letter_with_everything
from tests.ui.messages.conftest import Log
from tests.ui.palettes import palette

_IMAGE = QTextDocument.ResourceType.ImageResource.value


@pytest.fixture
def viewer(log: Log) -> MessageViewer:
    log.open(log.rows["whole"])
    return log.window.ui.viewer


def test_the_first_lines_say_who_and_what(viewer: MessageViewer) -> None:
    assert viewer.head.subject.text() == "The printer on floor 3 prints blank pages"
    assert viewer.head.writer.text() == "Joe Miller <joe@example.com>"
    assert viewer.head.recipients.text() == "support@ours.example"
    assert not viewer.head.headers.isVisible()
    viewer.head.toggle.click()
    assert viewer.head.headers.isVisible()
    assert "Message-ID: <everything@example.com>" in viewer.head.headers.toPlainText()


def test_copies_have_a_line_of_their_own(log: Log, viewer: MessageViewer) -> None:
    assert not viewer.head.copies.isVisible()
    support = integrations(log.office)[-1]
    log.open(one(log.office, support, mail("copied", Cc="Bo Berg <bo@example.com>")))
    assert "bo@" not in viewer.head.recipients.text()
    assert viewer.head.copies.isVisible()
    assert viewer.head.copies.text() == "Bo Berg <bo@example.com>"


def test_quoted_text_is_one_click_away(viewer: MessageViewer) -> None:
    assert "blank pages only" in viewer.text.view.toPlainText()
    assert "turn it off" not in viewer.text.view.toPlainText()
    viewer.quoted.click()
    assert "turn it off and on" in viewer.text.view.toPlainText()


def test_the_toggle_is_not_there_where_nothing_is_quoted(log: Log, viewer: MessageViewer) -> None:
    log.open(log.rows["order"])
    assert viewer.text.view.toPlainText().strip() == "hello"
    assert not viewer.quoted.isVisible()


def test_html_shows_its_own_pictures(viewer: MessageViewer) -> None:
    viewer.tabs.setCurrentWidget(viewer.html)
    view = viewer.html.view
    assert "prints blank pages only" in view.toPlainText()
    picture = view.loadResource(_IMAGE, QUrl("cid:image-1"))
    assert (picture.width(), picture.height()) == (160, 60)


def test_a_picture_of_one_message_is_not_shown_in_another(log: Log, viewer: MessageViewer) -> None:
    viewer.tabs.setCurrentWidget(viewer.html)
    other = letter_with_everything("<p>another</p><img src='cid:other'>").replace(b"<photo>", b"<none>")
    log.open(one(log.office, integrations(log.office)[0], other.replace(b"everything", b"more")))
    found = viewer.html.view.document().resource(_IMAGE, QUrl("cid:image-1"))
    assert found is None or found.width() == 1


def test_html_is_laid_out_only_when_looked_at(log: Log, viewer: MessageViewer) -> None:
    assert viewer.html.view.document().isEmpty()
    viewer.tabs.setCurrentWidget(viewer.html)
    assert not viewer.html.view.document().isEmpty()
    log.open(log.rows["order"])
    assert not viewer.tabs.isTabEnabled(viewer.tabs.indexOf(viewer.html))


def test_large_html_waits_until_it_is_wanted(log: Log) -> None:
    html = "<p>" + "word " * 40_000 + "</p>"
    log.window.listing.refresh()
    row = one(log.office, integrations(log.office)[0], letter_with_everything(html))
    log.qtbot.waitUntil(lambda: log.window.model.place_of(row.id) is not None)
    log.open(row)
    page = log.window.ui.viewer.html
    log.window.ui.viewer.tabs.setCurrentWidget(page)
    assert page.view.document().isEmpty()
    page.show_large.click()
    assert not page.view.document().isEmpty()


def test_foreign_html_has_a_white_page_in_every_theme(
    viewer: MessageViewer, palette_back: QApplication
) -> None:
    palette_back.setPalette(palette(dark=True))
    colours = viewer.html.view.palette()
    assert colours.base().color().name() == "#ffffff"
    assert colours.text().color().name() == "#1c1c1c"


def test_a_link_names_its_host_and_opens_only_when_told_to(
    viewer: MessageViewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    viewer.tabs.setCurrentWidget(viewer.html)
    viewer.html.view.anchorClicked.emit(QUrl("https://p\u0430ypal.example/x?bank.example"))
    question = viewer.findChild(LinkQuestion)
    assert question is not None
    assert "xn--" in question.host.text()
    assert "xn--" in question.address.toPlainText()
    assert question.host.textFormat() is Qt.TextFormat.PlainText
    assert question.cancel.isDefault()
    assert not opened
    question.open_link.click()
    assert len(opened) == 1


def test_a_link_can_be_copied(viewer: MessageViewer) -> None:
    viewer.html.view.anchorClicked.emit(QUrl("mailto:joe@example.com"))
    question = viewer.findChild(LinkQuestion)
    assert question is not None
    assert not question.open_link.isVisible()
    question.copy.click()
    assert QGuiApplication.clipboard().text() == "mailto:joe@example.com"


def test_the_source_is_read_when_asked_for(log: Log, viewer: MessageViewer) -> None:
    assert viewer.source.view.toPlainText() == ""
    viewer.tabs.setCurrentWidget(viewer.source)
    log.qtbot.waitUntil(lambda: "Content-Type: multipart" in viewer.source.view.toPlainText())


def test_the_source_is_saved_byte_for_byte(log: Log, viewer: MessageViewer, tmp_path: Path) -> None:
    with log.qtbot.waitSignal(viewer.told) as told:
        viewer.save_source_as(tmp_path / "it.eml")
    assert told.args == ["it.eml was saved.", False]
    stored = log.office.services.message_log.source(log.rows["whole"].id)
    assert (tmp_path / "it.eml").read_bytes() == stored


def test_what_cannot_be_written_says_why(log: Log, viewer: MessageViewer, tmp_path: Path) -> None:
    with log.qtbot.waitSignal(viewer.told) as told:
        viewer.save_source_as(tmp_path / "not there" / "it.eml")
    assert told.args is not None
    assert "could not be written" in told.args[0]
    assert told.args[1]


def test_an_attachment_is_saved_under_a_harmless_name(
    log: Log, viewer: MessageViewer, tmp_path: Path
) -> None:
    listed = [item(viewer, place).text(0) for place in range(viewer.attachments.list.topLevelItemCount())]
    assert len(listed) == 3
    place = next(place for place, name in enumerate(listed) if "exe" in name)
    viewer.attachments.list.setCurrentItem(item(viewer, place))
    viewer.attachments.save.click()
    dialog = viewer.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.selectedFiles()[0].rpartition("/")[2] == "evil fdp.exe"
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile("evil fdp.exe")
    with log.qtbot.waitSignal(viewer.told):
        dialog.accept()
    assert (tmp_path / "evil fdp.exe").read_bytes() == b"\0" * 2048


def test_what_is_inside_of_a_winmail_dat_is_saved(log: Log, viewer: MessageViewer, tmp_path: Path) -> None:
    log.open(one(log.office, integrations(log.office)[0], winmail(WHOLE)))
    listed = [item(viewer, place).text(0) for place in range(viewer.attachments.list.topLevelItemCount())]
    assert listed == ["message.rtf", "журнал печати.log", "photo.png"]
    viewer.attachments.list.setCurrentItem(item(viewer, 2))
    viewer.attachments.save.click()
    dialog = viewer.findChild(QFileDialog)
    assert dialog is not None
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile("photo.png")
    with log.qtbot.waitSignal(viewer.told):
        dialog.accept()
    assert (tmp_path / "photo.png").read_bytes() == PICTURE


def test_all_attachments_are_saved_beside_what_is_there(
    log: Log, viewer: MessageViewer, tmp_path: Path
) -> None:
    (tmp_path / "printer.log").write_text("mine")
    with log.qtbot.waitSignal(viewer.told) as told:
        viewer.attachments.save_all_requested.emit(tmp_path)
    assert told.args is not None
    assert told.args[0].startswith("3 files were saved")
    assert (tmp_path / "printer.log").read_text() == "mine"
    assert (tmp_path / "printer (2).log").read_text().startswith("line 1")
    assert (tmp_path / "evil fdp.exe").exists()


def test_why_tells_identity_steps_and_rules(viewer: MessageViewer) -> None:
    viewer.tabs.setCurrentWidget(viewer.why)
    why = viewer.why
    assert why.verdict.text() == "Filed."
    values = {name: label.text() for name, label in why._values.items()}
    assert values["place"] == "Folder INBOX, UID 1, UIDVALIDITY 1"
    assert len(values["digest"]) == 64
    assert values["acknowledged"] == "Yes, or nothing is to be told."
    steps = [why.steps.item(place).text() for place in range(why.steps.count())]
    assert steps[0] == "1. It opened record 1."
    assert "Priority was set to “High” by the rule “Printers”." in steps[-1]
    rule = why.rules.topLevelItem(0)
    assert rule is not None
    assert (rule.text(0), rule.text(1)) == ("Printers", outcome_words(RuleOutcome.MATCHED))
    with_condition = rule.child(0)
    assert with_condition is not None
    assert with_condition.child(0).text(0) == "Subject contains “printer”"


def test_why_leads_to_the_record(log: Log, viewer: MessageViewer) -> None:
    with log.qtbot.waitSignal(log.window.record_requested) as signal:
        viewer.why.open_record.click()
    assert signal.args == [1]


@pytest.mark.parametrize(
    ("purpose", "told"),
    [
        (OutboxPurpose.RULE, "An email rule had it sent."),
        (OutboxPurpose.AUTO_REPLY, "An email rule answered a message."),
        (OutboxPurpose.TYPED, "It was written here"),
    ],
)
def test_why_says_what_had_it_sent(
    log: Log, viewer: MessageViewer, purpose: OutboxPurpose, told: str
) -> None:
    queued = log.office.queue(integrations(log.office)[0], purpose=purpose)
    log.open(log.office.services.message_log.get(queued.log_id))
    assert told in viewer.why.steps.item(0).text()


def test_why_says_what_kept_it_out(log: Log, viewer: MessageViewer) -> None:
    log.open(log.rows["ignored"])
    assert viewer.why.verdict.text() == "Ignored. Its subject is on the list of ignored subjects."
    assert not viewer.why.open_record.isVisible()
    assert "newsletter*" in viewer.why.steps.item(0).text()


def test_a_message_that_cannot_be_read_says_so_and_shows_its_source(log: Log, viewer: MessageViewer) -> None:
    log.open(log.rows["quarantined"])
    assert "cannot be shown" in viewer.text.view.toPlainText()
    assert not viewer.tabs.isTabEnabled(viewer.tabs.indexOf(viewer.attachments))
    viewer.tabs.setCurrentWidget(viewer.source)
    log.qtbot.waitUntil(lambda: viewer.source.view.toPlainText() != "")
    assert viewer.source.view.toPlainText().startswith(UNREADABLE[:22].decode())


def test_whoever_runs_down_the_list_opens_where_it_stops(log: Log) -> None:
    before = sum(name == "open a message" for name, _ in log.desk.requests)
    for place in range(log.window.model.rowCount()):
        log.window.ui.table.selectRow(place)
    log.open(log.rows["whole"])
    assert sum(name == "open a message" for name, _ in log.desk.requests) == before + 1


def test_news_leave_the_reader_in_peace(log: Log, viewer: MessageViewer) -> None:
    """Where the text is scrolled to, and what is marked in it, stays when other mail comes."""
    body = "\n".join(f"line {number}" for number in range(500))
    log.open(one(log.office, integrations(log.office)[0], mail("long", body=body)))
    viewer.text.view.verticalScrollBar().setValue(123)
    before = sum(name == "open a message" for name, _ in log.desk.requests)
    one(log.office, integrations(log.office)[0], mail("other"))
    log.desk.messages_changed.emit(frozenset({1}))
    log.qtbot.waitUntil(lambda: log.window.model.row_at(0).subject == "other")
    log.read()
    assert viewer.text.view.verticalScrollBar().value() == 123
    assert sum(name == "open a message" for name, _ in log.desk.requests) == before


def test_why_follows_what_becomes_of_the_message(log: Log, viewer: MessageViewer) -> None:
    log.open(log.rows["ignored"])
    log.office.services.message_log.file_anyway(log.rows["ignored"].id, CancelScope())
    log.desk.messages_changed.emit(frozenset({1}))
    log.qtbot.waitUntil(lambda: viewer.why.verdict.text() == "Filed.")
    assert viewer.why.open_record.text() == "Open &record 3"


def test_what_the_server_is_owed_is_followed(log: Log, viewer: MessageViewer) -> None:
    [owed] = store(log.office, integrations(log.office)[0], mail("owed"), owed=True)
    log.open(log.office.services.message_log.get(owed))
    assert viewer.why._values["acknowledged"].text() == "Not yet: it is still to be marked as read."
    with log.office.services.database.write() as unit:
        unit.messages.clear_debts([owed])
    log.desk.messages_changed.emit(frozenset({1}))
    log.qtbot.waitUntil(lambda: viewer.why._values["acknowledged"].text().startswith("Yes"))


def test_several_selected_show_none(log: Log, viewer: MessageViewer) -> None:
    log.window.ui.table.selectAll()
    assert viewer.pages.currentWidget() is viewer.quiet
    assert viewer.quiet.text.text() == "6 messages selected"


def test_a_message_without_text_says_so(log: Log, viewer: MessageViewer) -> None:
    log.open(one(log.office, integrations(log.office)[0], mail("empty", body="")))
    assert viewer.text.view.toPlainText() == "This message has no text."


def item(viewer: MessageViewer, place: int) -> QTreeWidgetItem:
    found = viewer.attachments.list.topLevelItem(place)
    assert found is not None
    return found
