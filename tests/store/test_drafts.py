"""Drafts, as typed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mailint_gui.domain.draft import AttachedFile, AttachedPart, MailDraft
from mailint_gui.domain.integration import Integration
from mailint_gui.domain.outbox import OutboxAction, OutboxPurpose
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DRAFT = MailDraft(
    integration_id=3,
    to="ann@example.org, not an address",
    copies="bob@example.org",
    blind_copies=";;",
    subject="Printer",
    text="It prints.",
    rich="<div><b>It</b> prints.</div>",
    attachments=(
        AttachedFile("/tmp/plan.txt", 12, 1_700_000_000_123_456_789),
        AttachedPart(7, 0, "a.pdf", "application/pdf", 99),
    ),
    answers=("<1@x>", "<2@x>"),
    record=12,
    replaces=4,
    report_delivery=True,
)


def test_a_draft_is_kept_as_typed(database: Database) -> None:
    with database.write() as work:
        draft_id = work.drafts.put(0, DRAFT, AT)
    with database.read() as work:
        [stored] = work.drafts.all()
        assert (stored.id, stored.draft, stored.changed_at) == (draft_id, DRAFT, AT)
        assert work.drafts.get(draft_id) == stored
        assert work.drafts.get(draft_id + 1) is None


def test_it_is_changed_in_its_place(database: Database) -> None:
    later = AT + timedelta(seconds=5)
    with database.write() as work:
        first, second = work.drafts.put(0, DRAFT, AT), work.drafts.put(0, MailDraft(), AT)
        assert work.drafts.put(first, replace(DRAFT, subject="Other"), later) == first
        assert [each.draft.subject for each in work.drafts.all()] == ["Other", ""]
        work.drafts.remove(first)
        assert [each.id for each in work.drafts.all()] == [second]
        assert work.drafts.put(first, DRAFT, AT) not in {first, second}  # what is gone is stored anew


def queued(work: UnitOfWork, owner: Integration) -> int:
    return work.outbox.add(
        owner.id,
        purpose=OutboxPurpose.TYPED,
        sender="support@example.org",
        subject="s",
        message_id="<1@x>",
        recipients=["joe@example.com"],
        raw=b"raw",
        at=AT,
    ).id


def test_what_is_queued_is_kept_until_it_is_sent(database: Database, support: Integration) -> None:
    with database.write() as work:
        outbox_id = queued(work, support)
        draft_id = work.drafts.put(0, DRAFT, AT)
        work.drafts.set_queued(draft_id, outbox_id)
        assert work.drafts.all() == ()
        kept = work.drafts.of_outbox(outbox_id)
        assert kept is not None
        assert kept.draft == DRAFT
        assert work.drafts.put(draft_id, MailDraft(), AT) != draft_id  # the window that queued it is too late
        work.drafts.remove_sent()
        assert work.drafts.of_outbox(outbox_id) is not None
        assert work.outbox.claim(outbox_id, AT)
        work.outbox.settle(outbox_id, OutboxAction.ACCEPTED, AT)
        work.drafts.remove_sent()
        assert work.drafts.of_outbox(outbox_id) is None


def test_correspondents_are_those_written_with(database: Database, support: Integration) -> None:
    with database.write() as work:
        assert work.correspondents.latest() == ()
        queued(work, support)
        queued(work, support)
        assert work.correspondents.latest() == ("joe@example.com",)
