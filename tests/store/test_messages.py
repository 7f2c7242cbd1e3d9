from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any

import pytest

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.message import (
    Acknowledgement,
    Debt,
    FolderCursor,
    MessageState,
    ParsedMessage,
    QuarantineReason,
)
from mailint_gui.domain.outbox import OutboxPurpose
from mailint_gui.domain.validation import MAX_FOLDER
from mailint_gui.mail.mime.cheap import cheap_headers
from mailint_gui.mail.mime.parse import parse
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork
from tests.store.samples import LATER, NOW, PARSED, UIDVALIDITY, received, too_large


def test_takes_in_a_batch_with_its_bytes(database: Database, support: Integration) -> None:
    raws = [bytes([number]) * 10 + b"\x00\xff\r\n" for number in range(3)]
    with database.write() as work:
        ids = work.messages.add_received([received(support.id, uid, raw) for uid, raw in enumerate(raws, 1)])
    with database.read() as work:
        assert [work.messages.raw(each or 0) for each in ids] == raws
        row = work.messages.get(ids[0] or 0)
        assert row is not None
        assert (row.integration, row.direction, row.state, row.folder, row.uid) == (
            *("Support", "incoming", "received", "INBOX"),
            "1",
        )
        assert (row.recipients, row.date, row.received_at) == (("b@example.org",), NOW, NOW)
        assert work.messages.raw(99) is None
        assert work.messages.get(99) is None


def test_an_identity_is_taken_in_once(database: Database, support: Integration) -> None:
    with database.write() as work:
        (first,) = work.messages.add_received([received(support.id, 1, b"first")])
    with database.write() as work:
        again, new, doubled = work.messages.add_received(
            [
                received(support.id, 1, b"again"),
                received(support.id, 2, b"new"),
                received(support.id, 2, b"new"),
            ]
        )
    assert (again, doubled) == (None, None)
    assert first
    assert new
    with database.read() as work:
        assert work.messages.raw(first) == b"first"
        assert len(list(work.messages.list())) == 2


def test_a_message_id_longer_than_what_can_be_indexed(database: Database, support: Integration) -> None:
    """As intake and as the parser give it: a stranger must not be able to stop a mailbox."""
    random = Random(1)
    name = "".join(chr(random.randrange(0x4E00, 0x9FFF)) for _ in range(990))
    raw = f"Message-ID: <{name}@x>\r\n\r\nhello".encode()
    parsed = parse(raw)
    assert isinstance(parsed, ParsedMessage)
    with database.write() as work:
        (message_id,) = work.messages.add_received(
            [replace(received(support.id, 1, raw), headers=cheap_headers(raw))]
        )
        work.messages.set_filed(message_id or 0, parsed, NOW)
        (row,) = work.messages.list()
    assert row.message_id.startswith("<" + name[:100])


def test_the_longest_folder_name_can_be_indexed(database: Database, support: Integration) -> None:
    random = Random(1)
    folder = "".join(chr(random.randrange(0x20000, 0x2A000)) for _ in range(MAX_FOLDER))
    one = received(support.id, 1)
    with database.write() as work:
        (message_id,) = work.messages.add_received(
            [replace(one, identity=replace(one.identity, folder=folder))]
        )
    assert message_id


def test_equal_bytes_under_another_uid_are_another_message(database: Database, support: Integration) -> None:
    with database.write() as work:
        ids = work.messages.add_received([received(support.id, 1), received(support.id, 2)])
    assert None not in ids


def test_another_account_may_use_the_same_numbers(database: Database, support: Integration) -> None:
    with database.write() as work:
        work.cursors.save(FolderCursor(support.id, "INBOX", UIDVALIDITY, 1, 0, NOW))
        work.messages.add_received([received(support.id, 1), too_large(support.id, 2)])
        work.cursors.save(FolderCursor(support.id, "INBOX", UIDVALIDITY, 1, 0, NOW, generation=1))
        assert work.messages.debts(support.id, "INBOX", UIDVALIDITY) == ()
        assert work.messages.too_large(support.id, "INBOX", UIDVALIDITY) == ()
        (new,) = work.messages.add_received([received(support.id, 1, generation=1)])
        assert work.messages.debts(support.id, "INBOX", UIDVALIDITY) == (
            Debt(new or 0, 1, Acknowledgement.MARK_READ),
        )


def test_debts_are_kept_until_paid(database: Database, support: Integration) -> None:
    with database.write() as work:
        second, first, _free = work.messages.add_received(
            [
                received(support.id, 20, acknowledgement=Acknowledgement.MOVE),
                received(support.id, 3),
                received(support.id, 4, acknowledgement=Acknowledgement.NONE),
            ]
        )
        assert first
        assert second
        owed = (Debt(first, 3, Acknowledgement.MARK_READ), Debt(second, 20, Acknowledgement.MOVE))
        assert work.messages.debts(support.id, "INBOX", UIDVALIDITY) == owed
        assert work.messages.debts(support.id, "INBOX", UIDVALIDITY - 1) == ()
        assert work.messages.debts(support.id, "Other", UIDVALIDITY) == ()
        work.messages.clear_debts([first])
        assert work.messages.debts(support.id, "INBOX", UIDVALIDITY) == owed[1:]
        work.messages.drop_debts(support.id, "INBOX")
        assert work.messages.debts(support.id, "INBOX", UIDVALIDITY) == ()


def test_more_debts_than_one_statement_takes(database: Database, support: Integration) -> None:
    with database.write() as work:
        ids = work.messages.add_received([received(support.id, uid, b"x") for uid in range(1, 2502)])
        work.messages.clear_debts(each for each in ids if each)
        assert work.messages.debts(support.id, "INBOX", UIDVALIDITY) == ()


def test_what_was_too_large_is_taken_in_under_its_id(database: Database, support: Integration) -> None:
    with database.write() as work:
        (message_id,) = work.messages.add_received([too_large(support.id, 7)])
        assert message_id
        assert work.messages.raw(message_id) is None
        assert work.messages.too_large(support.id, "INBOX", UIDVALIDITY) == ((message_id, 7, 40_000_000),)
        work.messages.replace_too_large(message_id, received(support.id, 7, b"at last"))
        work.messages.replace_too_large(message_id, received(support.id, 7, b"never twice"))
        assert work.messages.raw(message_id) == b"at last"
        assert work.messages.too_large(support.id, "INBOX", UIDVALIDITY) == ()
        assert work.messages.unfiled(10) == ((message_id, support.id),)
        assert len(work.messages.debts(support.id, "INBOX", UIDVALIDITY)) == 1


def test_filing_goes_from_received_to_one_end(database: Database, support: Integration) -> None:
    with database.write() as work:
        first, second = work.messages.add_received([received(support.id, 1), received(support.id, 2)])
        assert first
        assert second
        assert work.messages.unfiled(1) == ((first, support.id),)
        assert work.messages.unfiled_counts() == {support.id: 2}
        work.messages.set_filed(first, PARSED, LATER)
        work.messages.set_quarantined(second, QuarantineReason.TOO_DEEP, "1200 parts")
        assert work.messages.unfiled(10) == ()
        assert work.messages.unfiled_counts() == {}
        assert work.messages.quarantined_counts() == {support.id: 1}
        filed, quarantined = work.messages.list()
        assert (filed.state, filed.subject, filed.sender) == ("filed", PARSED.subject, PARSED.sender)
        assert (filed.recipients, filed.attachments) == (PARSED.recipients, PARSED.attachments)
        assert (filed.message_id, filed.date) == (PARSED.message_id, PARSED.date)
        assert (quarantined.state, quarantined.reason) == ("quarantined", "too_deep")
        work.messages.set_received(second)
        assert work.messages.unfiled(10) == ((second, support.id),)
        assert work.messages.quarantined_counts() == {}


def test_what_has_its_end_is_not_filed_again(database: Database, support: Integration) -> None:
    with database.write() as work:
        (message_id,) = work.messages.add_received([received(support.id, 1)])
        assert message_id
        assert work.messages.set_filed(message_id, PARSED, LATER)
        before = work.messages.get(message_id)
        assert not work.messages.set_filed(message_id, replace(PARSED, subject="again"), LATER)
        assert not work.messages.set_quarantined(message_id, QuarantineReason.TOO_DEEP, "1200 parts")
        assert work.messages.get(message_id) == before


def test_knows_digests_of_the_same_integration(database: Database, support: Integration) -> None:
    known, unknown = received(support.id, 1, b"known"), received(support.id, 1, b"unknown")
    with database.write() as work:
        other = work.integrations.add(Integration(name="Sales"))
        work.messages.add_received([known])
        digests = {known.sha256, unknown.sha256}
        assert work.messages.known_digests(support.id, digests) == {known.sha256}
        assert work.messages.known_digests(other.id, digests) == frozenset()


def test_knows_no_digests_of_one_numbering(database: Database, support: Integration) -> None:
    """That of the cursor: what is equal under it came twice."""
    this = received(support.id, 1, b"same")
    place = this.identity
    cursor = FolderCursor(support.id, place.folder, place.uidvalidity, 1, 0, LATER, place.generation)
    with database.write() as work:
        work.messages.add_received([this])

        def known(**changes: Any) -> bool:
            elsewhere = replace(cursor, **changes)
            return bool(work.messages.known_digests(support.id, [this.sha256], except_in=elsewhere))

        assert not known()
        assert known(generation=place.generation + 1)
        assert known(uidvalidity=place.uidvalidity + 1)
        assert known(folder="Other")


@pytest.fixture
def log(database: Database, support: Integration) -> list[int]:
    """Two messages of Support, one of Sales and one that Support is to send; their ids."""
    with database.write() as work:
        sales = work.integrations.add(Integration(name="Sales"))
        ids = work.messages.add_received(
            [received(support.id, 1), received(sales.id, 1), received(support.id, 2)]
        )
        work.messages.set_filed(ids[0] or 0, PARSED, NOW)
        _queue(work, support.id)
        return [row.id for row in work.messages.list()]


def _queue(work: UnitOfWork, integration_id: int) -> None:
    work.outbox.add(
        integration_id,
        purpose=OutboxPurpose.TEST,
        sender="a@example.org",
        subject="A test",
        message_id="<3@example.org>",
        recipients=["b@example.org"],
        raw=b"raw",
        at=NOW,
    )


def test_lists_by_integration_state_and_place(database: Database, log: list[int]) -> None:
    first, second, third, sent = log
    with database.read() as work:

        def listed(*arguments: str | None, after_id: int = 0, limit: int | None = None) -> list[int]:
            return [row.id for row in work.messages.list(*arguments, after_id=after_id, limit=limit)]

        assert listed("support") == [first, third, sent]
        assert listed(None, "received") == [second, third]
        assert listed(None, "queued") == [sent]
        assert listed("Support", "filed") == [first]
        assert listed(after_id=first, limit=2) == [second, third]
        assert listed("Nobody") == []
        assert listed(None, "no such state") == []


def test_an_outgoing_message_shows_the_state_of_the_outbox(database: Database, log: list[int]) -> None:
    with database.read() as work:
        row = work.messages.get(log[-1])
        assert row is not None
        assert (row.direction, row.state, row.uid, row.folder) == ("outgoing", "queued", "", "")
        assert (row.recipients, row.size) == (("b@example.org",), 3)
        assert work.messages.raw(log[-1]) == b"raw"
        assert row.id not in dict(work.messages.unfiled(10))


def test_an_id_is_never_given_out_twice(database: Database, support: Integration) -> None:
    with database.write() as work:
        work.messages.add_received([received(support.id, uid) for uid in (1, 2)])
    with database.write() as work:
        work.messages.add_received([received(support.id, 2), received(support.id, 3)])
    with database.write() as work:
        work.messages.add_received([received(support.id, 4)])
        ids = [row.id for row in work.messages.list()]
    assert ids == sorted(set(ids))


HOSTILE = "nul \x00, lone surrogate \ud800, right-to-left \u202e, emoji \U0001f600"


def test_hostile_text_is_stored(database: Database, support: Integration) -> None:
    parsed = replace(PARSED, subject=HOSTILE, recipients=(HOSTILE,), defects=(HOSTILE,))
    with database.write() as work:
        (message_id,) = work.messages.add_received([received(support.id, 1, subject=HOSTILE)])
        work.messages.set_filed(message_id or 0, parsed, NOW)
    with database.read() as work:
        (row,) = work.messages.list()
        assert row.subject == HOSTILE.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
        assert row.recipients == (HOSTILE,)


@pytest.mark.parametrize(
    ("date", "stored"),
    [
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))), None),
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=12))), None),
        (datetime.min.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)),
        (datetime.max.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
        (datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1))), datetime(2025, 12, 31, 23, tzinfo=UTC)),
        (None, None),
    ],
)
def test_any_date_of_a_header_is_stored(
    database: Database, support: Integration, date: datetime | None, stored: datetime | None
) -> None:
    with database.write() as work:
        work.messages.add_received([received(support.id, 1, date=date)])
        (row,) = work.messages.list()
    assert row.date == stored


def test_state_of_what_is_known_already(database: Database, support: Integration) -> None:
    known = replace(received(support.id, 1), state=MessageState.ALREADY_KNOWN, raw=None)
    with database.write() as work:
        (message_id,) = work.messages.add_received([known])
        assert work.messages.unfiled(10) == ()
        assert [row.state for row in work.messages.list()] == ["already_known"]
        assert work.messages.raw(message_id or 0) is None
