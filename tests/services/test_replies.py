"""Answers to what is in the log: whom they go to, in which thread and record, with what in them."""

from dataclasses import replace

import pytest

from mailint_gui.domain.draft import AttachedPart
from mailint_gui.domain.integration import Integration
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.reply import ReplyKind
from mailint_gui.domain.typed_recipients import typed_recipients
from mailint_gui.services.scope import CancelScope
from tests.servers.smtp import SmtpServer
from tests.services.incoming import SUPPORT, integration, mail, one
from tests.services.office import Office
from tests.services.test_filing import TOO_DEEP
from tests.services.test_message_log import WITH_FILE


@pytest.fixture
def support(office: Office) -> Integration:
    return integration(office, sends=True)


def test_a_reply(office: Office, support: Integration) -> None:
    raw = mail(
        "printer", message_id="<3@example.com>", References="<1@x> <2@x>", body="It is broken.\n> really?\n"
    )
    row = one(office, support, raw)
    draft = office.services.replies.to_message(row.id, ReplyKind.REPLY, CancelScope())
    assert (draft.integration_id, draft.to, draft.copies) == (support.id, "joe@example.com", "")
    assert draft.subject == f"Re: printer [#{row.record}]"
    assert draft.answers == ("<1@x>", "<2@x>", "<3@example.com>")
    assert draft.record == row.record
    lines = draft.text.splitlines()
    assert lines[:2] == ["", ""]
    assert lines[2].startswith("On 2026-11-23 ")
    assert lines[2].endswith(", joe@example.com wrote:")
    assert lines[3:] == ["> It is broken.", ">> really?"]


def test_the_token_and_the_prefix_stand_once(office: Office, support: Integration) -> None:
    first = one(office, support, mail("printer"))
    answer = one(office, support, mail(f"RE: printer [#{first.record}]"))
    draft = office.services.replies.to_message(answer.id, ReplyKind.REPLY, CancelScope())
    assert draft.subject == f"RE: printer [#{first.record}]"


def test_a_reply_goes_where_the_sender_wants_it(office: Office, support: Integration) -> None:
    row = one(office, support, mail(Reply_To='"Desk, other" <other@example.com>, joe@example.com'))
    draft = office.services.replies.to_message(row.id, ReplyKind.REPLY, CancelScope())
    assert draft.to == '"Desk, other" <other@example.com>, joe@example.com'


def test_reply_all_leaves_ourselves_out(office: Office, support: Integration) -> None:
    integration(office, "Sales", "sales@ours.example")
    to = f"{SUPPORT}, Ann <ann@example.com>, Sales@ours.example"
    row = one(office, support, mail(to=to, Cc="JOE@example.com, bob@example.com"))
    draft = office.services.replies.to_message(row.id, ReplyKind.REPLY_ALL, CancelScope())
    assert (draft.to, draft.copies) == ("joe@example.com", "Ann <ann@example.com>, bob@example.com")


def test_a_forward_has_the_text_and_the_files(office: Office, support: Integration) -> None:
    row = one(office, support, WITH_FILE)
    draft = office.services.replies.to_message(row.id, ReplyKind.FORWARD, CancelScope())
    assert (draft.to, draft.answers) == ("", ())
    assert draft.subject == f"Fwd: two parts [#{row.record}]"
    assert draft.attachments == (AttachedPart(row.id, 0, "plan.pdf", "application/pdf", 4),)
    assert "From: joe@example.com" in draft.text
    assert draft.text.rstrip().endswith("hello")
    sent = office.services.typed_mail.send(0, replace(draft, to="ann@example.com"), CancelScope())
    assert office.services.message_log.attachment(sent.log_id, 0, CancelScope())[1] == b"plan"


def test_who_cannot_send_leaves_it_to_the_default(office: Office, support: Integration) -> None:
    deaf = integration(office, "Inbox only", "inbox@ours.example")
    main = integration(office, "Main", "main@ours.example", sends=True, is_default=True)
    row = one(office, deaf, mail(to="inbox@ours.example"))
    replies = office.services.replies
    assert replies.to_message(row.id, ReplyKind.REPLY, CancelScope()).integration_id == main.id
    assert replies.blank().integration_id == main.id


def test_what_cannot_be_read_cannot_be_answered(office: Office, support: Integration) -> None:
    row = one(office, support, TOO_DEEP)
    with pytest.raises(RefusedError) as refused:
        office.services.replies.to_message(row.id, ReplyKind.REPLY, CancelScope())
    assert refused.value.refusal is Refusal.NOT_READABLE


def test_names_stay_where_the_message_has_them(office: Office, support: Integration) -> None:
    headers = {"Cc": '"Berg, Bo" <bo@example.com>, carl@example.com'}
    row = one(office, support, mail(sender="Anna Berg <anna@example.com>", **headers))
    draft = office.services.replies.to_message(row.id, ReplyKind.REPLY_ALL, CancelScope())
    assert draft.to == "Anna Berg <anna@example.com>"
    assert draft.copies == '"Berg, Bo" <bo@example.com>, carl@example.com'
    assert typed_recipients(draft.copies) == ("bo@example.com", "carl@example.com")
    assert draft.text.splitlines()[2].endswith(", Anna Berg <anna@example.com> wrote:")
    forwarded = office.services.replies.to_message(row.id, ReplyKind.FORWARD, CancelScope())
    lines = forwarded.text.splitlines()
    assert "From: Anna Berg <anna@example.com>" in lines
    assert 'Cc: "Berg, Bo" <bo@example.com>, carl@example.com' in lines


def test_a_record_is_answered_where_it_stands(office: Office, support: Integration) -> None:
    first = one(office, support, mail("printer", message_id="<1@x>"))
    one(office, support, mail(f"Re: printer [#{first.record}]", message_id="<2@x>"))
    assert first.record is not None
    draft = office.services.replies.to_record(first.record, CancelScope())
    assert (draft.to, draft.record, draft.answers) == ("joe@example.com", first.record, ("<2@x>",))
    with pytest.raises(RefusedError) as refused:
        office.services.replies.to_record(999, CancelScope())
    assert refused.value.refusal is Refusal.NO_SUCH_RECORD


def test_a_record_is_answered_to_all_and_forwarded(office: Office, support: Integration) -> None:
    first = one(office, support, mail("printer", to=f"{SUPPORT}, ann@example.com", message_id="<1@x>"))
    assert first.record is not None
    last = one(office, support, mail(f"Re: printer [#{first.record}]", message_id="<2@x>"))
    replies, record = office.services.replies, first.record
    to_all = replies.to_record(record, CancelScope(), ReplyKind.REPLY_ALL, first.id)
    assert (to_all.to, to_all.copies, to_all.answers) == ("joe@example.com", "ann@example.com", ("<1@x>",))
    newest = replies.to_record(record, CancelScope(), ReplyKind.REPLY_ALL)
    assert newest.answers == (last.message_id,)
    handed_on = replies.to_record(record, CancelScope(), ReplyKind.FORWARD, first.id)
    assert (handed_on.to, handed_on.record) == ("", record)
    assert handed_on.subject == f"Fwd: printer [#{record}]"
    other = one(office, support, mail("of another record"))
    assert replies.to_record(record, CancelScope(), ReplyKind.FORWARD, other.id).record == record


def test_a_whole_conversation_stays_in_its_record(
    office: Office, support: Integration, smtp_server: SmtpServer
) -> None:
    desk = office.services.integrations.save(
        replace(support, outgoing=office.outgoing(smtp_server, address=SUPPORT))
    )
    asked = one(office, desk, mail("printer", message_id="<1@example.com>"))
    assert asked.record is not None
    draft = office.services.replies.to_record(asked.record, CancelScope())
    item = office.services.typed_mail.send(0, replace(draft, text="Is it on?\n" + draft.text), CancelScope())
    office.send(item)
    arrived = smtp_server.wait_for_message()
    assert arrived.recipients == ("joe@example.com",)
    assert b"In-Reply-To: <1@example.com>" in arrived.raw
    # The customer's program keeps the thread, but its owner wrote a subject of his own.
    answered = one(office, desk, mail("Now it prints", In_Reply_To=item.message_id))
    assert answered.record == asked.record
    rows = office.services.records.correspondence(asked.record)
    assert [(row.direction, row.subject) for row in rows] == [
        ("incoming", "printer"),
        ("outgoing", f"Re: printer [#{asked.record}]"),
        ("incoming", "Now it prints"),
    ]
    ours = office.services.replies.to_message(rows[1].id, ReplyKind.REPLY_ALL, CancelScope())
    assert (ours.to, ours.copies) == ("joe@example.com", "")  # going on from what we wrote
    assert "joe@example.com" in office.services.drafts.correspondents()
