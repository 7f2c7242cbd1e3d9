"""Typing a message: kept all the while, judged at its places, sent once."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QMessageBox

from mailint_gui.domain.draft import MailDraft
from mailint_gui.domain.integration import Integration, MessageFormat
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.ui.banners import Subject
from tests.servers.smtp import SmtpServer
from tests.services.incoming import integration
from tests.services.office import Office
from tests.ui.compose.conftest import Compose, OpenCompose


def message_box(compose: Compose) -> QMessageBox:
    found = compose.window.findChild(QMessageBox)
    assert found is not None
    return found


def press(compose: Compose, text: str) -> None:
    box = message_box(compose)
    button = next(each for each in box.buttons() if each.text().replace("&", "") == text)
    button.click()
    compose.settle()


def mark(compose: Compose, name: str) -> str:
    widget = getattr(compose.window.ui, f"{name}_mark")
    return widget.text.text() if widget.isVisible() else ""


def told(compose: Compose) -> str:
    banner = compose.window.banners.shown(Subject.RESULT)
    return banner.label.text() if banner else ""


def test_what_is_typed_is_queued_once(compose: Compose, sender: Integration) -> None:
    compose.type(to="joe@example.com", subject="Printer", body="It prints.")
    assert compose.window.windowTitle() == "Printer"
    compose.window.ui.action_send.trigger()
    compose.window.ui.action_send.trigger()
    compose.settle()
    assert not compose.window.isVisible()
    [item] = compose.office.services.outbox.all()
    assert (item.state, item.subject, item.integration_id) == (OutboxState.QUEUED, "Printer", sender.id)
    assert b"The desk" in compose.office.services.message_log.source(item.log_id)
    assert compose.office.services.drafts.all() == ()


def test_faults_stand_beside_their_fields(compose: Compose) -> None:
    compose.type(to="joe@example.com, joe", subject="Printer", body="It prints.")
    compose.send()
    assert "“joe” is not an email address" in mark(compose, "to")
    assert mark(compose, "copies") == ""
    assert "not sent" in told(compose)
    assert compose.window.ui.body.toPlainText() == "It prints."
    assert compose.window.focusWidget() is compose.window.ui.to
    compose.type(to="")
    compose.send()
    assert mark(compose, "to") == "Enter at least one recipient."
    compose.type(to="joe@example.com")
    compose.send()
    assert len(compose.office.services.outbox.all()) == 1


def answer(compose: Compose, text: str) -> str:
    """-> what was asked."""
    [box] = [each for each in compose.window.findChildren(QMessageBox) if each.isVisible()]
    next(each for each in box.buttons() if each.text().replace("&", "") == text).click()
    return box.text()


def test_without_a_subject_it_asks_once(compose: Compose) -> None:
    compose.send()
    assert mark(compose, "to")  # nothing is asked of what cannot be sent
    compose.type(to="joe@example.com")
    compose.send()
    assert "neither subject nor text" in answer(compose, "Keep editing")
    compose.settle()
    assert compose.office.services.outbox.all() == ()
    compose.desk.refusals = {"queue a message": Problem(ProblemKind.DISK_FULL)}
    compose.type(body="It prints.")
    compose.send()
    assert "no subject" in answer(compose, "Send without subject")
    compose.settle()
    assert "stays here" in told(compose)
    compose.desk.refusals = {}
    compose.send()
    assert not compose.window.isVisible()
    assert len(compose.office.services.outbox.all()) == 1


def test_drafts_are_kept_while_typing(compose: Compose, open_compose: OpenCompose) -> None:
    compose.type(to="joe", subject="Printer", body="It pr")
    compose.qtbot.waitUntil(lambda: bool(compose.office.services.drafts.all()))
    compose.type(body="It prints.")
    compose.window.keeper.save()
    compose.settle()
    [stored] = compose.office.services.drafts.all()
    assert (stored.draft.to, stored.draft.subject, stored.draft.text) == ("joe", "Printer", "It prints.")
    again = open_compose(stored.draft, stored.id)
    assert again.window.ui.to.text() == "joe"
    assert again.window.ui.body.toPlainText() == "It prints."
    again.window.close()
    assert not again.window.isVisible()  # nothing was typed in it: nothing is asked


def test_what_nobody_typed_is_not_kept(compose: Compose) -> None:
    compose.window.keeper.save()
    compose.window.close()
    compose.settle()
    assert not compose.window.isVisible()
    assert compose.office.services.drafts.all() == ()


def test_a_full_disk_keeps_the_window_and_the_text(compose: Compose) -> None:
    full = Problem(ProblemKind.DISK_FULL)
    compose.desk.refusals = {"queue a message": full, "save a draft": full}
    compose.type(to="joe@example.com", subject="Printer", body="It prints.")
    compose.send()
    assert compose.window.isVisible()
    assert "stays here" in told(compose)
    assert compose.window.ui.body.toPlainText() == "It prints."
    assert compose.window.ui.central.isEnabled()
    compose.window.save_and_close()
    compose.settle()
    assert compose.window.isVisible()
    assert "still here" in told(compose)
    compose.desk.refusals = {}
    compose.send()
    assert len(compose.office.services.outbox.all()) == 1


def test_closing_asks_about_what_is_typed(compose: Compose) -> None:
    compose.type(body="It prints.")
    compose.window.close()
    assert compose.window.isVisible()
    press(compose, "Keep editing")
    assert compose.window.isVisible()


def test_closing_can_keep_it(compose: Compose) -> None:
    compose.type(body="It prints.")
    compose.window.close()
    press(compose, "Save draft")
    compose.qtbot.waitUntil(lambda: not compose.window.isVisible())
    [stored] = compose.office.services.drafts.all()
    assert stored.draft.text == "It prints."


def test_discarding_asks_and_takes_the_draft_along(compose: Compose) -> None:
    compose.type(body="It prints.")
    compose.window.keeper.save()
    compose.settle()
    compose.window.ui.action_discard.trigger()
    default = message_box(compose).defaultButton()
    assert default is not None
    assert default.text() == "&Keep editing"
    press(compose, "Discard message")
    assert not compose.window.isVisible()
    assert compose.office.services.drafts.all() == ()


def test_files_are_attached_judged_and_taken_off(compose: Compose, tmp_path: Path) -> None:
    plan, film = tmp_path / "plan.txt", tmp_path / "film.mp4"
    plan.write_bytes(b"x" * 1000)
    film.write_bytes(b"x" * 2_000_000)
    compose.window.attach((plan, film, tmp_path / "none"))
    compose.settle()
    shown = compose.window.ui.attachments
    assert [shown.list.topLevelItem(row).text(0) for row in range(2)] == ["plan.txt", "film.mp4"]
    assert "at most 1 MB" in shown.sum.text()
    assert "is not there any more" in told(compose)
    compose.type(to="joe@example.com", subject="Printer")
    compose.send()
    assert "at most 1 MB" in told(compose)
    shown.list.topLevelItem(1).setSelected(True)
    shown.remove.click()
    assert "Take attachments off" not in shown.sum.text()
    plan.unlink()
    compose.send()
    assert "is not there any more" in shown.list.topLevelItem(0).text(1)
    plan.write_bytes(b"x" * 1000)
    compose.window.attach((plan,))  # anew, in its place
    compose.settle()
    assert shown.list.topLevelItemCount() == 1
    compose.send()
    [item] = compose.office.services.outbox.all()
    assert compose.office.services.message_log.get(item.log_id).attachments[0].name == "plan.txt"


def test_what_the_server_would_not_take_is_said_before_sending(
    office: Office, smtp_server: SmtpServer, open_compose: OpenCompose, tmp_path: Path
) -> None:
    smtp_server.size_limit = 25 << 20
    desk = office.sending(smtp_server, "Desk", largest_message_mb=50)
    film = tmp_path / "film.mp4"
    with film.open("wb") as file:
        file.truncate(60 << 20)
    compose = open_compose(MailDraft(desk.id, to="joe@example.com", subject="Film"))
    compose.window.attach((film,))
    shown = compose.window.ui.attachments.sum
    compose.qtbot.waitUntil(lambda: "at most 25 MB can be sent" in shown.text())
    assert "About 82" in shown.text()
    compose.send()
    assert "at most 25 MB" in told(compose)
    assert office.services.outbox.all() == ()


def test_formatting_is_sent_and_kept(compose: Compose, open_compose: OpenCompose) -> None:
    compose.type(to="joe@example.com", body="one\ntwo  spaces\nthree <b>")
    body = compose.window.ui.body
    body.moveCursor(QTextCursor.MoveOperation.Start)
    body.moveCursor(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    compose.window.ui.action_bold.trigger()
    body.moveCursor(QTextCursor.MoveOperation.End)
    compose.window.ui.action_bullets.trigger()
    rich = "<div><b>one</b></div>\n<div>two&nbsp; spaces</div>\n<ul><li>three &lt;b&gt;</li></ul>"
    assert (body.rich(), body.text()) == (rich, "one\ntwo  spaces\n- three <b>")
    again = open_compose(compose.window.fields.read())
    assert (again.window.ui.body.rich(), again.window.ui.body.text()) == (rich, body.text())
    assert again.window.ui.action_bold.isChecked()
    again.window.close()
    body.selectAll()
    compose.window.ui.action_plain.trigger()
    assert (body.rich(), body.text()) == ("", "one\ntwo  spaces\nthree <b>")


def test_what_is_pasted_is_reduced_to_what_can_be_typed(compose: Compose) -> None:
    pasted = QMimeData()
    pasted.setHtml(
        "<p style='color:red' onclick=x()>seen <b>bold</b></p><img src='http://t.example/x.png'><script>x</script>"
        "<a href='javascript:x()'>bad</a> <a href='https://good.example/'>good</a>"
    )
    compose.window.ui.body.insertFromMimeData(pasted)
    rich = compose.window.ui.body.rich()
    assert "<b>bold</b>" in rich
    assert 'href="https://good.example/"' in rich
    assert not any(word in rich for word in ("style", "img", "script", "onclick"))
    assert "good <https://good.example/>" in compose.window.ui.body.text()


def test_dropped_files_are_attached(compose: Compose, tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_bytes(b"plan")
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(plan))])
    compose.window.ui.body.insertFromMimeData(dropped)
    compose.settle()
    assert compose.window.ui.attachments.list.topLevelItemCount() == 1
    assert compose.window.ui.body.toPlainText() == ""


def test_senders_by_name_the_default_first(office: Office, open_compose: OpenCompose) -> None:
    integration(office, "Archive", "archive@ours.example", sends=True)
    off = integration(office, "Broken", "broken@ours.example", sends=True)
    integration(office, "Inbox only", "inbox@ours.example")
    office.services.integrations.disable([off.id])
    box = open_compose().window.ui.integration
    texts = [box.itemText(place) for place in range(box.count())]
    assert texts == [
        "Support <support@ours.example>",
        "Archive <archive@ours.example>",
        "Broken <broken@ours.example> – Disabled",
    ]
    assert [bool(box.model().index(place, 0).flags() & Qt.ItemFlag.ItemIsEnabled) for place in range(3)] == [
        True, True, False,
    ]  # fmt: skip


def test_a_sender_of_plain_text_offers_no_formatting(
    office: Office, sender: Integration, open_compose: OpenCompose
) -> None:
    outgoing = replace(sender.outgoing, message_format=MessageFormat.PLAIN)
    office.services.integrations.save(replace(sender, outgoing=outgoing))
    window = open_compose().window
    assert not window.ui.action_bold.isEnabled()
    assert "The desk" in window.ui.signature.text()


def test_correspondents_complete_an_address(compose: Compose, open_compose: OpenCompose) -> None:
    compose.type(to="joe.miller@example.com", subject="Printer")
    compose.send()
    again = open_compose()
    edit = again.window.ui.to
    again.qtbot.keyClicks(edit, "ann@example.com, mill")
    assert edit.completions.currentCompletion() == "joe.miller@example.com"
    again.qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert edit.text() == "ann@example.com, joe.miller@example.com, "


@pytest.mark.parametrize("name", ["integration", "to", "copies", "blind_copies", "subject", "body"])
def test_each_field_has_a_name(compose: Compose, name: str) -> None:
    assert getattr(compose.window.ui, name).accessibleName()


def test_a_delivery_report_is_asked_for(compose: Compose, open_compose: OpenCompose) -> None:
    compose.type(to="joe@example.com", subject="Printer")
    compose.window.ui.action_report_delivery.trigger()
    again = open_compose(compose.window.fields.read())
    assert again.window.ui.action_report_delivery.isChecked()
    again.window.close()
    compose.send()
    [item] = compose.office.services.outbox.all()
    assert item.report_delivery


def test_a_reply_shows_its_fields(open_compose: OpenCompose, sender: Integration) -> None:
    draft = MailDraft(sender.id, "joe@example.com", "ann@example.com", text="\n\n> old", record=3)
    compose = open_compose(draft)
    assert compose.window.focusWidget() is compose.window.ui.body
    assert compose.window.ui.body.textCursor().position() == 0
    assert compose.window.fields.read() == draft
