"""Sending what an admin typed, to a real far end; and what keeps it from being sent, each at its place."""

import email
import os
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailint_gui.domain.draft import AttachedFile, MailDraft
from mailint_gui.domain.integration import Integration, MessageFormat
from mailint_gui.domain.message import Attachment
from mailint_gui.domain.outbox import NotPossibleError, OutboxPurpose, OutboxState
from mailint_gui.domain.validation import FieldFault, ValidationError
from mailint_gui.services.announcements import MessagesChanged, OutboxChanged
from mailint_gui.services.attached_files import attach
from mailint_gui.services.scope import Cancelled, CancelReason, CancelScope
from tests.servers.smtp import SmtpServer
from tests.servers.smtp_script import END_OF_DATA
from tests.services.office import Office

F = FieldFault


@pytest.fixture
def desk(office: Office, smtp_server: SmtpServer) -> Integration:
    return office.sending(smtp_server, "Desk", signature="The desk", display_name="Help Desk")


@pytest.fixture
def draft(desk: Integration) -> MailDraft:
    return MailDraft(desk.id, to="Joe <joe@example.com>", subject="Printer", text="It prints.")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.txt"
    path.write_bytes(b"first the paper")
    return path


def faults(office: Office, draft: MailDraft) -> dict[str, FieldFault]:
    with pytest.raises(ValidationError) as refused:
        office.services.typed_mail.send(0, draft, CancelScope())
    assert office.services.outbox.all() == ()
    return {error.path: error.fault for error in refused.value.errors}


def test_what_is_typed_arrives(office: Office, draft: MailDraft, smtp_server: SmtpServer, plan: Path) -> None:
    draft = replace(
        draft,
        copies="ann@example.com; bob@example.com",
        blind_copies="boss@example.com",
        rich="<div><b>It</b> prints.</div>",
        attachments=(attach(plan),),
    )
    draft_id = office.services.drafts.save(0, draft)
    item = office.services.typed_mail.send(draft_id, draft, CancelScope())
    assert office.services.drafts.all() == ()
    outcome, item = office.send(item)
    assert outcome.state is OutboxState.SENT
    arrived = smtp_server.wait_for_message()
    assert arrived.recipients == ("joe@example.com", "ann@example.com", "bob@example.com", "boss@example.com")
    message = email.message_from_bytes(arrived.raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert (message["To"], message["Cc"], message["Bcc"]) == (
        "joe@example.com", "ann@example.com, bob@example.com", None,
    )  # fmt: skip
    assert message["From"] == "Help Desk <support@example.org>"
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert plain.get_content().splitlines() == ["It prints.", "", "-- ", "The desk"]
    assert "<b>It</b>" in rich.get_content()
    [attached] = message.iter_attachments()
    assert (attached.get_filename(), attached.get_payload(decode=True)) == ("plan.txt", b"first the paper")
    [row] = office.rows()
    assert row.attachments == (Attachment("plan.txt", "", 15),)
    assert office.of(OutboxChanged)
    assert office.of(MessagesChanged) == [MessagesChanged(frozenset({draft.integration_id}))]
    office.restart()
    with office.services.database.read() as unit:
        assert unit.drafts.of_outbox(item.id) is None  # sent: nobody edits it again


def test_recipients_are_judged_one_by_one(office: Office, draft: MailDraft) -> None:
    typed = replace(draft, to='"Doe, Jane" <jane@example.com>, joe', copies="x@, ann@example.com")
    assert faults(office, typed) == {"to[2]": F.BAD_ADDRESS, "copies[1]": F.BAD_ADDRESS}
    assert faults(office, replace(draft, to=" ;,")) == {"to": F.REQUIRED}
    assert faults(office, replace(draft, to=f"joe@{'ａ' * 60}.{'é' * 60}.example")) == {
        "to[1]": F.BAD_ADDRESS
    }


def test_a_sender_that_cannot_send(office: Office, desk: Integration, draft: MailDraft) -> None:
    assert faults(office, replace(draft, integration_id=0, to="")) == {
        "integration": F.REQUIRED,
        "to": F.REQUIRED,
    }
    office.services.integrations.disable([desk.id])
    assert faults(office, draft) == {"integration": F.CANNOT_SEND}


def test_a_file_that_vanished_or_changed(office: Office, draft: MailDraft, plan: Path) -> None:
    attached = replace(draft, attachments=(attach(plan),))
    plan.write_bytes(b"first the inks!")  # as long as before
    os.utime(plan, ns=(0, attach(plan).changed_ns + 1))
    assert faults(office, attached) == {"attachments[1]": F.FILE_CHANGED}
    plan.unlink()
    assert faults(office, attached) == {"attachments[1]": F.FILE_VANISHED}
    plan.mkdir()
    assert faults(office, attached) == {"attachments[1]": F.FILE_UNREADABLE}
    with pytest.raises(ValidationError):
        attach(plan)
    with pytest.raises(ValidationError):
        attach(plan / "nothing")


def test_what_is_too_large_is_not_even_read(office: Office, desk: Integration, draft: MailDraft) -> None:
    huge = AttachedFile("/nowhere/film.mp4", 60 << 20, 0)
    assert faults(office, replace(draft, attachments=(huge,))) == {"attachments": F.MESSAGE_TOO_LARGE}


def test_what_the_server_would_not_take_is_said_before_it_is_queued(
    office: Office, desk: Integration, draft: MailDraft, smtp_server: SmtpServer, plan: Path
) -> None:
    smtp_server.size_limit = 20_000
    with plan.open("wb") as file:
        file.truncate(60 << 20)
    assert office.services.size_limits.known(desk) == 25 << 20
    office.send(office.queue(desk))  # whoever speaks to the server learns it
    smtp_server.wait_for_message()
    assert office.services.size_limits.known(desk) == 20_000
    with pytest.raises(ValidationError) as refused:
        office.services.typed_mail.send(0, replace(draft, attachments=(attach(plan),)), CancelScope())
    [error] = refused.value.errors
    assert (error.path, error.fault) == ("attachments", F.MESSAGE_TOO_LARGE)
    assert len(office.services.outbox.all()) == 1


def test_the_server_is_asked_what_it_takes(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    sizes, before = office.services.size_limits, smtp_server.connections
    smtp_server.size_limit = 20_000
    assert [sizes.ask(desk, CancelScope()) for _ in range(2)] == [20_000, 20_000]
    assert smtp_server.connections == before + 1
    smaller = replace(desk, outgoing=replace(desk.outgoing, port=1))  # where nobody answers
    assert sizes.ask(smaller, CancelScope()) == 25 << 20


def test_a_draft_that_is_not_sent_stays(office: Office, draft: MailDraft) -> None:
    unsendable = replace(draft, to="joe")
    draft_id = office.services.drafts.save(0, unsendable)
    with pytest.raises(ValidationError):
        office.services.typed_mail.send(draft_id, unsendable, CancelScope())
    office.restart()
    [stored] = office.services.drafts.all()
    assert (stored.id, stored.draft) == (draft_id, unsendable)
    office.services.drafts.discard(draft_id)
    assert office.services.drafts.all() == ()


def test_cancelled_before_it_is_queued(office: Office, draft: MailDraft) -> None:
    scope = CancelScope()
    scope.cancel(CancelReason.ADMIN)
    with pytest.raises(Cancelled):
        office.services.typed_mail.send(0, draft, scope)
    assert office.services.outbox.all() == ()


def test_edited_and_sent_again(office: Office, draft: MailDraft, smtp_server: SmtpServer, plan: Path) -> None:
    draft = replace(draft, attachments=(attach(plan),))
    first = office.services.typed_mail.send(0, draft, CancelScope())
    again = office.services.replies.again(first, CancelScope())
    assert again == replace(draft, replaces=first.id)
    second = office.services.typed_mail.send(0, replace(again, to="ann@example.com"), CancelScope())
    states = {item.id: item.state for item in office.services.outbox.all()}
    assert states == {first.id: OutboxState.CANCELLED, second.id: OutboxState.QUEUED}
    office.send(second)
    assert smtp_server.wait_for_message().recipients == ("ann@example.com",)
    with pytest.raises(NotPossibleError):  # it went out: nothing takes its place any more
        office.services.typed_mail.send(0, replace(draft, replaces=second.id), CancelScope())
    assert len(office.services.outbox.all()) == 2


def test_edited_again_for_those_who_did_not_get_it(
    office: Office, draft: MailDraft, smtp_server: SmtpServer
) -> None:
    smtp_server.script.answer("RCPT", "grey@", "450 4.7.1 greylisted")
    draft = replace(draft, to="Joe <joe@example.com>, Grey <grey@example.com>", copies="grey@example.org")
    item = office.send(office.services.typed_mail.send(0, draft, CancelScope()))[1]
    assert item.state is OutboxState.WAITING
    again = office.services.replies.again(item, CancelScope())
    assert again == replace(draft, to="grey@example.com", replaces=item.id)


def test_sent_to_some_it_is_edited_for_whom_it_was_refused(
    office: Office, draft: MailDraft, smtp_server: SmtpServer
) -> None:
    smtp_server.script.answer("RCPT", "gone@", "550 5.1.1 no such user")
    draft = replace(draft, to="joe@example.com, gone@example.com")
    item = office.send(office.services.typed_mail.send(0, draft, CancelScope()))[1]
    assert (item.state, item.partly_sent) == (OutboxState.SENT, True)
    for forget in (lambda: None, office.services.drafts.forget_sent):
        forget()
        again = office.services.replies.again(item, CancelScope())
        assert (again.to, again.copies, again.blind_copies) == ("gone@example.com", "", "")
        assert again.replaces is None
    second = office.services.typed_mail.send(0, replace(again, to="ann@example.com"), CancelScope())
    assert office.send(second)[1].state is OutboxState.SENT
    assert [each.recipients for each in smtp_server.messages] == [("joe@example.com",), ("ann@example.com",)]


def test_what_became_uncertain_while_it_was_edited_is_not_sent_again(
    office: Office, draft: MailDraft, smtp_server: SmtpServer
) -> None:
    smtp_server.script.answer("MAIL", "", "451 4.3.0 later", times=1)
    smtp_server.script.cut_before_reply(END_OF_DATA, times=1)
    item = office.send(office.services.typed_mail.send(0, draft, CancelScope()))[1]
    assert item.state is OutboxState.WAITING
    again = office.services.replies.again(item, CancelScope())
    assert office.send(item)[1].state is OutboxState.UNCERTAIN
    with pytest.raises(NotPossibleError):
        office.services.typed_mail.send(0, again, CancelScope())
    assert [each.state for each in office.services.outbox.all()] == [OutboxState.UNCERTAIN]


def test_without_a_draft_what_was_sent_is_read(office: Office, desk: Integration) -> None:
    item = office.queue(desk, "joe@example.com", subject="From a script")
    again = office.services.replies.again(item, CancelScope())
    assert (again.to, again.copies, again.blind_copies) == ("joe@example.com", "", "")
    assert (again.subject, again.replaces) == ("From a script", item.id)
    assert again.text.startswith("hello")


@pytest.mark.parametrize("message_format", MessageFormat)
@pytest.mark.parametrize(
    "signature", ["The desk", "\n\nThe desk  \r\n\r\nMondays to Fridays\n\n", "  Das Büro\t"]
)
def test_the_signature_stands_once_under_what_is_edited_again(
    office: Office, smtp_server: SmtpServer, signature: str, message_format: MessageFormat
) -> None:
    """Of what was sent by ``mailint send`` there is no draft."""
    desk = office.sending(smtp_server, "Desk", signature=signature, message_format=message_format)
    item = office.services.outbox.queue(desk, OutboxPurpose.TYPED, ["joe@example.com"], "s", "It prints.\n\n")
    again = office.services.replies.again(item, CancelScope())
    assert again.text == "It prints."
    for one in (item, office.services.typed_mail.send(0, again, CancelScope())):
        shown = office.services.message_log.view(one.log_id, CancelScope())
        assert shown.text.count("\n--") == 1
