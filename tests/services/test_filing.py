"""Filing: from the stored rows to a verdict, whatever the parser does."""

import threading
from pathlib import Path

import pytest

from mailint_gui.domain.check import CheckTally, Stage
from mailint_gui.domain.message import MessageState
from mailint_gui.domain.record import RecordFilter
from mailint_gui.services import settlement
from mailint_gui.services.announcements import MessagesChanged
from mailint_gui.services.parsing import ParserProcess
from mailint_gui.services.scope import CancelReason, CancelScope
from tests.servers.mailbox import Mailbox
from tests.servers.wait import LIMIT
from tests.services.office import Office, balanced, letter

TOO_DEEP = (
    b"From: a@b.example\r\nSubject: deep\r\n"
    + b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(300))
    + b"Content-Type: text/plain\r\n\r\nx\r\n"
)


def receive(office: Office, mailbox: Mailbox, messages: list[bytes]) -> list[int]:
    """Takes them in and leaves them unfiled: the check is cancelled once they are stored."""
    mailbox.deliver_many(messages)
    support = office.receiving(mailbox)
    scope = CancelScope()
    scope.on_stage = lambda stage: scope.cancel(CancelReason.ADMIN) if stage is Stage.STORE else None
    office.check(support, scope)
    assert office.states() == [MessageState.RECEIVED] * len(messages)
    return [row.id for row in office.rows()]


def test_one_bad_message_does_not_stop_the_next(office: Office, mailbox: Mailbox) -> None:
    mailbox.deliver_many([letter(1), TOO_DEEP, letter(3)])
    outcome = office.check(office.receiving(mailbox))
    assert outcome.problem is None
    assert outcome.tally == CheckTally(seen=3, filed=2, quarantined=1)
    [bad] = office.rows(MessageState.QUARANTINED)
    assert bad.reason != ""
    with office.services.database.read() as unit:
        assert unit.messages.raw(bad.id) == TOO_DEEP
    assert outcome.health.incoming.consecutive_errors == 0


def test_odd_messages_all_get_a_place(office: Office, mailbox: Mailbox) -> None:
    odd = [
        b"",
        b"\r\n",
        b"no headers at all",
        b"\x00" * 50,
        b"Subject: " + b"\xff" * 300 + b"\r\n\r\n",
        b":\r\n:\r\n",
    ]
    mailbox.deliver_many(odd)
    outcome = office.check(office.receiving(mailbox))
    assert outcome.problem is None
    assert outcome.tally.seen == outcome.tally.filed + outcome.tally.quarantined


def test_pending_is_filed_after_a_restart(any_office: Office, mailbox: Mailbox) -> None:
    office = any_office
    receive(office, mailbox, [letter(number) for number in range(40)])
    office.restart()
    [tally] = office.services.filing.file_pending(CancelScope()).values()
    assert tally == CheckTally(filed=40)
    assert office.services.filing.file_pending(CancelScope()) == {}


def test_filed_by_two_at_once_has_one_place(any_office: Office, mailbox: Mailbox) -> None:
    """A check and what files the leftovers of an earlier run see the same rows."""
    office = any_office
    ids = receive(office, mailbox, [letter(1), TOO_DEEP, letter(3)])
    together = threading.Barrier(2)
    tallies: list[CheckTally] = []

    def file() -> None:
        together.wait(LIMIT)
        tallies.append(office.services.filing.file(ids, CancelScope()).tally)

    threads = [threading.Thread(target=file) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    assert tallies == [CheckTally(filed=2, quarantined=1)] * 2
    assert office.states() == ["filed", "quarantined", "filed"]
    assert len(office.services.records.page(RecordFilter())) == 2


def test_cancelled_in_between_leaves_the_rest_waiting(office: Office, mailbox: Mailbox) -> None:
    ids = receive(office, mailbox, [letter(number) for number in range(40)])
    scope = CancelScope()
    scope.cancel(CancelReason.SHUTDOWN)
    filed = office.services.filing.file(ids, scope)
    assert (filed.tally, filed.problem) == (CheckTally(waiting=40), None)
    office.services.filing.file_left_waiting(CancelScope())
    assert set(office.states()) == {"filed"}


def test_a_closed_parser_leaves_all_waiting(office: Office, mailbox: Mailbox) -> None:
    ids = receive(office, mailbox, [letter(1)])
    closed = ParserProcess()
    closed.close()
    filing = office.services.filing.with_parser(closed)
    assert filing.file(ids, CancelScope()).tally == CheckTally(waiting=1)
    assert filing.file_pending(CancelScope()) != {}  # and it ends
    assert office.states() == ["received"]


@pytest.mark.expects_log("the parser does not start")
def test_a_parser_that_does_not_start_is_no_error_of_the_mail(
    office: Office, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ids = receive(office, mailbox, [letter(1)])
    monkeypatch.setattr("multiprocessing.spawn._python_exe", str(tmp_path / "nothing").encode())
    parser = ParserProcess()
    filing = office.services.filing.with_parser(parser)
    filed = filing.file(ids, CancelScope())
    parser.close()
    assert (filed.tally, filed.problem) == (CheckTally(waiting=1), None)
    monkeypatch.undo()
    assert office.services.filing.file(ids, CancelScope()).tally == CheckTally(filed=1)


def test_a_message_without_its_bytes_is_quarantined(office: Office, mailbox: Mailbox) -> None:
    [first, second] = receive(office, mailbox, [letter(1), letter(2)])
    with office.services.database.write() as unit:
        unit.messages._connection.exec_driver_sql(f"DELETE FROM raw_message WHERE message_id = {first}")
    filed = office.services.filing.file([first, second], CancelScope())
    assert filed.tally == CheckTally(filed=1, quarantined=1)
    assert [row.reason for row in office.rows(MessageState.QUARANTINED)] == ["raw_missing"]


def test_the_store_fails_while_filing(office: Office, mailbox: Mailbox) -> None:
    ids = receive(office, mailbox, [letter(1)])
    office.services.monitor.flush()
    office.services.database.close()
    filed = office.services.filing.file(ids, CancelScope())
    assert filed.problem is not None
    assert filed.tally == CheckTally(waiting=1)
    assert balanced(CheckTally(seen=1) + filed.tally)


def test_what_takes_long_is_filed_in_several_transactions(
    any_office: Office, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that nobody who has something to write waits for the mail that rules send."""
    office = any_office
    ids = receive(office, mailbox, [letter(1), TOO_DEEP, letter(3), letter(3), letter(5)])
    monkeypatch.setattr(settlement, "LONGEST_TRANSACTION", 0)
    office.announced.clear()
    filed = office.services.filing.file(ids, CancelScope())
    assert filed.tally == CheckTally(filed=4, quarantined=1)
    assert len(office.of(MessagesChanged)) == 5
    assert [row.record for row in office.rows()] == [1, None, 2, 3, 4]
