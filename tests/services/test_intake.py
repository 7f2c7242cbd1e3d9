"""What intake makes of folders that change under it: sizes, numbers, accounts, and folders to move to."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailint_gui.domain.check import CheckProgress, CheckResult, CheckTally, Stage
from mailint_gui.domain.integration import AfterProcessing, FirstCheck
from mailint_gui.domain.message import (
    Acknowledgement,
    CheapHeaders,
    Identity,
    MessageState,
    QuarantineReason,
    ReceivedMessage,
)
from mailint_gui.domain.problem import ProblemKind
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.services.scope import CancelScope
from mailint_gui.services.taken import Taken
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.fault_proxy import FaultProxy
from tests.servers.mailbox import Mailbox
from tests.servers.scripted_server import ScriptedServer
from tests.services.imap_script import answer, fetched, session
from tests.services.office import Office, balanced, letter, seen_flags, subjects

MB = 1024 * 1024
RECEIVED = ReceivedMessage(
    identity=Identity(1, "INBOX", 1, 1),
    raw=b"",
    size=0,
    sha256="",
    headers=CheapHeaders(),
    received_at=datetime(2026, 1, 1, tzinfo=UTC),
    state=MessageState.RECEIVED,
    reason="",
    acknowledgement=Acknowledgement.NONE,
)


def memory() -> int:
    """Bytes that we and the parser have; the servers of the tests are not ours."""
    ours = [psutil.Process(), *(each for each in psutil.Process().children() if "python" in each.name())]
    return sum(each.memory_info().rss for each in ours)


# Too large


def test_too_large_is_listed_and_left_then_taken_in(any_office: Office, mailbox: Mailbox) -> None:
    office = any_office
    large = letter(2, size=2 * MB)
    mailbox.deliver_many([letter(1), large, letter(3)])
    support = office.receiving(mailbox, largest_message_mb=1)
    outcome = office.check(support)
    assert (outcome.result, outcome.tally.seen, outcome.tally.too_large) == (CheckResult.OK, 3, 1)
    listed = office.rows(MessageState.TOO_LARGE)
    assert [(row.subject, row.uid, row.size) for row in listed] == [("no. 2", "2", len(large))]
    assert seen_flags(mailbox) == [True, False, True]
    assert office.check(support).tally.seen == 0  # listed once
    support = office.change(support, largest_message_mb=3)
    outcome = office.check(support)
    assert (outcome.tally.seen, outcome.tally.filed) == (1, 1)
    assert seen_flags(mailbox) == [True, True, True]
    with office.services.database.read() as unit:
        assert unit.messages.raw(listed[0].id) == large
    assert office.debts(support) == 0


def test_forty_megabytes(office: Office, mailbox: Mailbox) -> None:
    large = letter(1, size=40 * MB)
    mailbox.deliver_many([large, letter(2)])
    support = office.receiving(mailbox)
    outcome = office.check(support)
    assert (outcome.tally.too_large, outcome.tally.filed) == (1, 1)
    support = office.change(support, largest_message_mb=45)
    before = memory()
    assert office.check(support).tally.filed == 1
    assert memory() - before < 500 * MB
    with office.services.database.read() as unit:
        assert unit.messages.raw(1) == large


def test_too_large_and_gone_stays_listed(office: Office, mailbox: Mailbox) -> None:
    mailbox.deliver(letter(1, size=2 * MB))
    support = office.receiving(mailbox, largest_message_mb=1)
    office.check(support)
    with mailbox.session() as imap:
        imap.select()
        imap.store("1", "+FLAGS", "\\Deleted")
        imap.expunge()
    support = office.change(support, largest_message_mb=5)
    outcome = office.check(support)
    assert (outcome.result, outcome.tally.seen, office.states()) == (CheckResult.OK, 0, ["too_large"])


# Numbered anew


def test_numbered_anew_known_new_and_old(any_office: Office, mailbox: Mailbox) -> None:
    office = any_office
    mailbox.deliver_many([letter(1), letter(2)])
    support = office.receiving(mailbox, first_check=FirstCheck.NEW)
    office.check(support)
    _age_baseline(office, support.id, timedelta(hours=-1))  # the two are older by the server's clock, too
    mailbox.deliver_many([letter(3), letter(4)])
    assert office.check(support).tally.filed == 2
    mailbox.deliver(letter(5))
    office.renumber(mailbox)
    outcome = office.check(support)
    assert outcome.tally == CheckTally(seen=2, already_known=2, skipped_existing=3)
    _age_baseline(office, support.id, timedelta(hours=1))
    mailbox.deliver(letter(6))
    office.renumber(mailbox)
    outcome = office.check(support)
    assert outcome.tally == CheckTally(seen=6, already_known=2, filed=4)
    assert office.check(support).tally == CheckTally()


def _age_baseline(office: Office, integration_id: int, by: timedelta) -> None:
    """As if the first check had been ``by`` ago: the server's INTERNALDATEs are of now."""
    with office.services.database.write() as unit:
        cursor = unit.cursors.get(integration_id, "INBOX")
        assert cursor is not None
        unit.cursors.save(replace(cursor, baseline_at=office.services.clock() - by))


def test_numbered_anew_takes_in_what_came_in_the_second_of_the_first_check(
    office: Office, mailbox: Mailbox
) -> None:
    support = office.receiving(mailbox, first_check=FirstCheck.NEW)
    office.check(support)
    mailbox.deliver(letter(1))
    office.renumber(mailbox)
    assert office.check(support).tally == CheckTally(seen=1, filed=1)


def test_numbered_anew_knows_an_old_message_that_was_moved_in(office: Office, mailbox: Mailbox) -> None:
    """Its INTERNALDATE is older than the first check, and yet it is known."""
    support = office.receiving(mailbox, first_check=FirstCheck.NEW)
    office.check(support)
    with mailbox.session() as imap:
        imap.append("INBOX", "", '"01-Jan-2020 10:00:00 +0000"', letter(1))
    assert office.check(support).tally.filed == 1
    office.renumber(mailbox)
    assert office.check(support).tally == CheckTally(seen=1, already_known=1)


def test_numbered_anew_again_and_again_cut_short(
    office: Office, mailbox: Mailbox, fault_proxy: FaultProxy
) -> None:
    mailbox.deliver_many(letter(number) for number in range(120))
    support = office.receiving(mailbox, port=fault_proxy.port)
    office.check(support)
    mailbox.deliver(letter(500))
    office.renumber(mailbox)
    scope = CancelScope()
    batches = iter(range(9))

    def cut(stage: Stage) -> None:
        if stage is Stage.STORE and next(batches) == 1:
            fault_proxy.cut()

    scope.on_stage = cut
    tally = office.check(support, scope).tally
    tally += office.check(support).tally
    assert (tally.filed, tally.already_known) == (1, 120)
    assert len(office.rows(MessageState.FILED)) == 121


def test_a_restored_folder_gives_out_the_same_numbers_again(any_office: Office, mailbox: Mailbox) -> None:
    """From a backup, with the UIDVALIDITY that it had: what comes then has UIDs that we know of other mail."""
    office = any_office
    mailbox.deliver_many([letter(1), letter(2)])
    support = office.receiving(mailbox)
    office.check(support)
    office.services.sessions.drop_all()
    backup, uidvalidity = mailbox.back_up(), mailbox.uidvalidity()
    mailbox.deliver_many(letter(number) for number in (3, 4, 5))
    assert office.check(support).tally == CheckTally(seen=3, filed=3)
    office.services.sessions.drop_all()
    mailbox.restore(backup)
    mailbox.deliver(letter(6))
    with pytest.raises(RefusedError) as refused:
        office.services.reconcile.reconcile(support.id, CancelScope())
    assert refused.value.refusal is Refusal.NUMBERED_ANEW
    assert office.check(support).tally == CheckTally(seen=3, filed=1, already_known=2)
    assert (mailbox.uidvalidity(), all(seen_flags(mailbox))) == (uidvalidity, True)
    assert subjects(office.rows(MessageState.FILED)) == [f"no. {number}" for number in range(1, 7)]
    assert office.check(support).tally == CheckTally()


def test_an_earlier_numbering_comes_back(office: Office, dovecot: Dovecot, mailbox: Mailbox) -> None:
    """Its UIDs are known, and now they are of other mail."""
    mailbox.deliver_many([letter(1), letter(2)])
    support = office.receiving(mailbox)
    first = mailbox.uidvalidity()
    office.check(support)
    office.renumber(mailbox)
    assert office.check(support).tally.already_known == 2
    with mailbox.session() as imap:
        imap.select()
        imap.store("1", "+FLAGS", "\\Deleted")
        imap.expunge()
    mailbox.deliver(letter(3))
    office.renumber(mailbox)
    dovecot.doveadm("mailbox", "update", "-u", mailbox.address, "--uid-validity", str(first), "INBOX")
    assert office.check(support).tally == CheckTally(seen=2, filed=1, already_known=1)
    assert subjects(office.rows(MessageState.FILED)) == ["no. 1", "no. 2", "no. 3"]


def test_debts_of_the_old_numbers_are_paid_by_the_new_ones(office: Office, mailbox: Mailbox) -> None:
    mailbox.deliver(letter(1))
    support = office.receiving(mailbox, after_processing=AfterProcessing.MOVE, move_to="Done")
    assert office.check(support).problem is not None  # there is no such folder
    assert office.debts(support) == 1
    office.renumber(mailbox)
    mailbox.create_folder("Done")
    assert office.check(support).tally == CheckTally(seen=1, already_known=1)
    assert (mailbox.messages(), len(mailbox.messages("Done"))) == ([], 1)


# The same bytes, the same numbers


def test_two_identical_messages_are_two(any_office: Office, mailbox: Mailbox) -> None:
    office = any_office
    mailbox.deliver_many([letter(1), letter(1)])
    support = office.receiving(mailbox)
    assert office.check(support).tally.filed == 2
    mailbox.deliver(letter(1))
    assert office.check(support).tally.filed == 1


def test_two_identical_new_ones_are_two_after_numbering_anew(office: Office, mailbox: Mailbox) -> None:
    """They come in different batches."""
    support = office.receiving(mailbox)
    office.check(support)
    mailbox.deliver_many([letter(1), *(letter(number) for number in range(10, 70)), letter(1)])
    office.renumber(mailbox)
    assert office.check(support).tally == CheckTally(seen=62, filed=62)


def test_another_account_with_the_same_numbers(office: Office, dovecot: Dovecot, mailbox: Mailbox) -> None:
    other = dovecot.mailbox()
    other.deliver_many([letter(11), letter(12), letter(2)])
    mailbox.deliver_many([letter(1), letter(2)])
    for each in (mailbox, other):
        dovecot.doveadm("mailbox", "update", "-u", each.address, "--uid-validity", "77", "INBOX")
    support = office.receiving(mailbox)
    office.check(support)
    support = office.change(support, user_name=other.address)
    outcome = office.check(support)
    assert outcome.tally == CheckTally(seen=3, filed=2, already_known=1)
    assert subjects(office.rows(MessageState.FILED)) == ["no. 1", "no. 2", "no. 11", "no. 12"]
    assert (len(mailbox.messages()), all(seen_flags(other))) == (2, True)


def test_another_mailbox_begins_with_a_first_check_of_its_own(
    any_office: Office, dovecot: Dovecot, mailbox: Mailbox
) -> None:
    """Not with all that came since the first check of the one before."""
    office = any_office
    other = dovecot.mailbox()
    support = office.receiving(mailbox, first_check=FirstCheck.NEW)
    office.check(support)
    other.deliver_many([letter(11), letter(12)])
    support = office.change(support, user_name=other.address)
    assert office.check(support).tally == CheckTally(skipped_existing=2)
    other.deliver(letter(13))
    assert office.check(support).tally == CheckTally(seen=1, filed=1)
    assert subjects(office.rows()) == ["no. 13"]


def test_a_wrong_user_name_put_right_again_loses_nothing(office: Office, mailbox: Mailbox) -> None:
    mailbox.deliver(letter(1))
    support = office.receiving(mailbox, first_check=FirstCheck.NEW)
    office.check(support)
    support = office.change(support, user_name="nobody@example.org")
    mailbox.deliver(letter(2))
    assert office.check(support).result is CheckResult.FAILED
    support = office.change(support, user_name=mailbox.address.upper())
    support = office.change(support, user_name=mailbox.address)
    assert office.check(support).tally == CheckTally(seen=1, filed=1)


def test_another_server_is_judged_by_digest(office: Office, mailbox: Mailbox) -> None:
    """The same mailbox under another name, as after it was moved."""
    mailbox.deliver(letter(1))
    support = office.receiving(mailbox)
    office.check(support)
    mailbox.deliver(letter(2))
    support = office.change(support, server="localhost")
    assert office.check(support).tally == CheckTally(seen=2, filed=1, already_known=1)


def test_another_account_set_while_a_check_runs(office: Office, dovecot: Dovecot, mailbox: Mailbox) -> None:
    """The check must not write its place in the old account over the new one's."""
    other = dovecot.mailbox()
    mailbox.deliver_many(letter(number) for number in range(120))
    other.deliver_many(letter(number) for number in range(200, 210))
    for each in (mailbox, other):
        dovecot.doveadm("mailbox", "update", "-u", each.address, "--uid-validity", "77", "INBOX")
    support = office.receiving(mailbox)
    scope = CancelScope()
    batches = iter(range(9))

    def switch(stage: Stage) -> None:
        if stage is Stage.STORE and next(batches) == 1:
            office.change(support, user_name=other.address)

    scope.on_stage = switch
    outcome = office.check(support, scope)
    assert (outcome.result, outcome.tally.filed) == (CheckResult.CANCELLED, 50)
    assert office.check(support).tally.filed == 10
    assert subjects(office.rows())[-10:] == [f"no. {number}" for number in range(200, 210)]


def test_deleted_while_a_check_runs(office: Office, mailbox: Mailbox) -> None:
    mailbox.deliver(letter(1))
    support = office.receiving(mailbox)
    scope = CancelScope()
    scope.on_stage = lambda stage: (
        office.services.integrations.delete([support.id]) if stage is Stage.STORE else None
    )
    assert office.check(support, scope).result is CheckResult.CANCELLED
    office.services.integrations.restore([support.id])
    assert office.check(support).tally.filed == 1


# Acknowledgements that cannot be told


def test_folder_to_move_to_is_missing(office: Office, mailbox: Mailbox) -> None:
    mailbox.deliver_many(letter(number) for number in range(60))
    support = office.receiving(mailbox, after_processing=AfterProcessing.MOVE, move_to="Done")
    outcome = office.check(support)
    assert outcome.problem is not None
    assert outcome.problem.kind is ProblemKind.FOLDER_MISSING
    assert outcome.problem.facts["folder"] == "Done"
    assert (outcome.tally.filed, outcome.health.incoming.consecutive_errors) == (60, 1)
    assert office.debts(support) == 60
    outcome = office.check(support)
    assert (outcome.tally.seen, outcome.health.incoming.consecutive_errors) == (0, 2)
    mailbox.create_folder("Done")
    assert office.check(support).result is CheckResult.OK
    assert (len(mailbox.messages("Done")), mailbox.messages(), office.debts(support)) == (60, [], 0)


def test_debts_are_paid_as_the_settings_say_now(office: Office, mailbox: Mailbox) -> None:
    mailbox.deliver(letter())
    support = office.receiving(mailbox, after_processing=AfterProcessing.MOVE, move_to="Done")
    office.check(support)
    support = office.change(support, after_processing=AfterProcessing.MARK_READ, move_to="")
    assert office.check(support).result is CheckResult.OK
    assert (seen_flags(mailbox), office.debts(support)) == ([True], 0)


def test_gone_between_store_and_acknowledgement(office: Office, mailbox: Mailbox) -> None:
    mailbox.deliver_many([letter(1), letter(2)])
    mailbox.create_folder("Done")
    support = office.receiving(mailbox, after_processing=AfterProcessing.MOVE, move_to="Done")
    scope = CancelScope()

    def somebody_deletes(stage: Stage) -> None:
        if stage is Stage.ACKNOWLEDGE and len(mailbox.messages()) == 2:
            with mailbox.session() as imap:
                imap.select()
                imap.store("1", "+FLAGS", "\\Deleted")
                imap.expunge()

    scope.on_stage = somebody_deletes
    outcome = office.check(support, scope)
    assert outcome.tally.filed == 2
    assert (outcome.result, outcome.problem) == (CheckResult.OK, None)
    assert office.check(support).result is CheckResult.OK
    assert (len(mailbox.messages("Done")), office.debts(support)) == (1, 0)


@pytest.mark.parametrize("after", [AfterProcessing.MOVE, AfterProcessing.DELETE])
def test_servers_without_move_and_uidplus_keep_what_others_marked(
    office: Office, server_without_extensions: Dovecot, after: AfterProcessing
) -> None:
    mailbox = server_without_extensions.mailbox()
    mailbox.create_folder("Done")
    mailbox.deliver_many([letter(1), letter(2)])
    with mailbox.session() as imap:
        imap.select()
        imap.store("1", "+FLAGS", "\\Deleted")
    support = office.receiving(
        mailbox, after_processing=after, move_to="Done" if after is AfterProcessing.MOVE else ""
    )
    assert office.check(support).tally.filed == 2
    assert all("\\Deleted" in each.flags for each in mailbox.messages())
    assert len(mailbox.messages()) == 2
    assert len(mailbox.messages("Done")) == (2 if after is AfterProcessing.MOVE else 0)
    assert office.check(support).tally.seen == 0


@pytest.fixture(scope="module")
def server_without_extensions(server_directory: Path, certificates: Certificates) -> Iterator[Dovecot]:
    with Dovecot(server_directory / "plain", certificates, extra="imap_capability = IMAP4rev1") as server:
        yield server


# One that the server does not hand out


NO = "NO [SERVERBUG] it is broken"


@pytest.mark.expects_log("UID 8 of 'INBOX' is not handed out: NO .SERVERBUG. it is broken")
def test_one_that_is_not_handed_out_stops_no_other(any_office: Office, mailbox: Mailbox) -> None:
    office = any_office
    good = letter().decode()
    script = [
        *session(1),
        *answer("UID SEARCH", "SEARCH 7 8 9"),
        *answer("UID FETCH", *(f"{uid - 6} FETCH (UID {uid} RFC822.SIZE 99)" for uid in (7, 8, 9))),
        *answer("UID FETCH 7:9 .*BODY", fetched(7, "BODY[]", good), status=NO),
        *answer("UID FETCH 7 .*BODY", fetched(7, "BODY[]", good)),
        *answer("UID FETCH 8:9 .*BODY", status=NO),
        *answer("UID FETCH 8 .*BODY", status=NO),
        *answer("UID FETCH 9 .*BODY", fetched(9, "BODY[]", good)),
        *answer("UID FETCH 8 .*HEADER", fetched(8, "BODY[HEADER]<0>", "Subject: broken\r\n\r\n")),
        *answer("UID STORE 7,9"),
    ]
    with ScriptedServer(script) as server:
        support = office.receiving(mailbox, port=server.port)
        outcome = office.check(support)
        assert server.errors == []
    assert outcome.problem is None
    assert outcome.tally == CheckTally(seen=3, filed=2, quarantined=1)
    (listed,) = office.rows(MessageState.QUARANTINED)
    assert (listed.subject, listed.uid, listed.reason) == ("broken", "8", QuarantineReason.NOT_HANDED_OUT)
    with office.services.database.read() as unit:
        assert unit.messages.raw(listed.id) is None
        cursor = unit.cursors.get(support.id, "INBOX")
    assert cursor is not None
    assert cursor.last_uid == 9


@pytest.mark.expects_log("UID 7 of 'INBOX' is not handed out")
def test_what_was_not_handed_out_is_asked_for_again(any_office: Office, mailbox: Mailbox) -> None:
    """Not by each check: when an admin says so. It may be refused once more."""
    office = any_office
    refused = [
        *answer("UID FETCH 7 .*BODY", status=NO),
        *answer("UID FETCH 7 .*HEADER", fetched(7, "BODY[HEADER]<0>", "Subject: broken\r\n\r\n")),
    ]
    first = [
        *session(1),
        *answer("UID SEARCH", "SEARCH 7"),
        *answer("UID FETCH", "1 FETCH (UID 7 RFC822.SIZE 99)"),
        *refused,
    ]
    good = [
        *session(1),
        *answer("UID FETCH 7 .*BODY", fetched(7, "BODY[]", letter().decode())),
        *answer("UID STORE 7"),
    ]
    with ScriptedServer(first) as server:
        support = office.receiving(mailbox, port=server.port)
        for script, tally in (
            (first, CheckTally(seen=1, quarantined=1)),
            ([*session(1), *refused], CheckTally(seen=1, quarantined=1)),
            (good, CheckTally(seen=1, filed=1)),
        ):
            server.script = tuple(script)
            assert office.check(support).tally == tally
            assert server.errors == []
            office.services.sessions.drop_all()
            (row,) = office.rows()
            if row.state == MessageState.QUARANTINED:
                again = office.services.message_log.retry(row.id, CancelScope())
                assert (again.state, again.reason) == ("too_large", QuarantineReason.NOT_HANDED_OUT)
    assert (row.state, row.subject, row.record) == ("filed", "no. 1", 1)


@pytest.mark.expects_log("UID 9 of 'INBOX' is not handed out: the server left it out")
def test_left_out_without_a_word_is_looked_for(office: Office, mailbox: Mailbox) -> None:
    """Of two that the answer leaves out, one is gone and one is there."""
    script = [
        *session(1),
        *answer("UID SEARCH", "SEARCH 7 8 9"),
        *answer("UID FETCH", *(f"{uid - 6} FETCH (UID {uid} RFC822.SIZE 99)" for uid in (7, 8, 9))),
        *answer("UID FETCH 7:9 .*BODY", fetched(7, "BODY[]", letter().decode())),
        *answer("UID FETCH 8:9 .*SIZE", "3 FETCH (UID 9 RFC822.SIZE 99)"),
        *answer("UID FETCH 9 .*HEADER", status=NO),
        *answer("UID STORE 7"),
    ]
    with ScriptedServer(script) as server:
        outcome = office.check(office.receiving(mailbox, port=server.port))
        assert server.errors == []
    assert outcome.tally == CheckTally(seen=2, filed=1, quarantined=1)
    assert [row.uid for row in office.rows(MessageState.QUARANTINED)] == ["9"]


def test_too_large_and_older_than_the_first_check_is_not_listed_when_numbered_anew(
    office: Office, mailbox: Mailbox
) -> None:
    def script(uidvalidity: int, *rest: str) -> list[str]:
        return [*session(uidvalidity, exists=2), *rest]

    large = "RFC822.SIZE 3000000"
    head = "Subject: x\r\n\r\n"
    again = [
        *answer("UID SEARCH", "SEARCH 7 8"),
        *answer("UID FETCH", f"1 FETCH (UID 7 {large})", f"2 FETCH (UID 8 {large})"),
        *answer(
            "UID FETCH 7:8 .*HEADER",
            fetched(7, "BODY[HEADER]<0>", head, "01-Jan-2020 10:00:00 +0000"),
            fetched(8, "BODY[HEADER]<0>", head, "01-Jan-2999 10:00:00 +0000"),
        ),
    ]
    with ScriptedServer(script(1)) as server:
        support = office.receiving(
            mailbox, port=server.port, first_check=FirstCheck.NEW, largest_message_mb=1
        )
        assert office.check(support).tally == CheckTally(skipped_existing=2)
        server.script = tuple(script(2, *again))
        office.services.sessions.drop_all()
        assert office.check(support).tally == CheckTally(seen=1, too_large=1, skipped_existing=1)
        assert server.errors == []
    assert [row.uid for row in office.rows(MessageState.TOO_LARGE)] == ["8"]


def test_formerly_too_large_is_recognised_when_numbered_anew(office: Office, mailbox: Mailbox) -> None:
    """It was taken in, the limit was lowered, the folder was numbered anew, the limit was raised again."""
    mailbox.deliver(letter(1, size=2 * MB))
    support = office.receiving(mailbox, largest_message_mb=5)
    assert office.check(support).tally.filed == 1
    support = office.change(support, largest_message_mb=1)
    office.renumber(mailbox)
    assert office.check(support).tally == CheckTally(seen=1, too_large=1)
    support = office.change(support, largest_message_mb=5)
    assert office.check(support).tally == CheckTally(seen=1, already_known=1)
    assert sorted(office.states()) == ["already_known", "filed"]
    assert office.check(support).tally == CheckTally()


@pytest.mark.parametrize("raised_meanwhile", [False, True])
def test_too_large_is_listed_once_however_often_it_is_numbered_anew(
    any_office: Office, mailbox: Mailbox, raised_meanwhile: bool
) -> None:
    """Two of them are alike; the limit is raised after the renumbering was seen, or before."""
    office = any_office
    mailbox.deliver_many([letter(1, size=2 * MB), letter(2, size=2 * MB), letter(1, size=2 * MB)])
    support = office.receiving(mailbox, largest_message_mb=1)
    assert office.check(support).tally.too_large == 3
    listed = [row.id for row in office.rows()]
    office.renumber(mailbox)
    if not raised_meanwhile:
        assert office.check(support).tally == CheckTally(seen=3, too_large=3)
        assert [(row.id, row.state) for row in office.rows()] == [(each, "too_large") for each in listed]
    support = office.change(support, largest_message_mb=5)
    assert office.check(support).tally == CheckTally(seen=3, filed=3)
    assert [(row.id, row.state) for row in office.rows()] == [(each, "filed") for each in listed]
    assert seen_flags(mailbox) == [True, True, True]
    assert office.check(support).tally == CheckTally()


def test_too_large_and_gone_stays_listed_when_numbered_anew(office: Office, mailbox: Mailbox) -> None:
    mailbox.deliver(letter(1, size=2 * MB))
    support = office.receiving(mailbox, largest_message_mb=1)
    office.check(support)
    with mailbox.session() as imap:
        imap.select()
        imap.store("1", "+FLAGS", "\\Deleted")
        imap.expunge()
    mailbox.deliver(letter(2, size=2 * MB))
    office.renumber(mailbox)
    assert office.check(support).tally == CheckTally(seen=1, too_large=1)
    assert [row.subject for row in office.rows(MessageState.TOO_LARGE)] == ["no. 1", "no. 2"]


# Many


def test_thousands_at_once(office: Office, mailbox: Mailbox) -> None:
    """10,000 behave the same and take half a minute."""
    count = int(os.environ.get("MAILINT_TEST_MESSAGES", "1500"))
    mailbox.deliver_many(letter(number, size=2_000) for number in range(count))
    support = office.receiving(mailbox)
    before = memory()
    peak = [before]
    scope = CancelScope()
    scope.on_stage = lambda _stage: peak.append(memory())
    outcome = office.check(support, scope)
    assert outcome.tally == CheckTally(seen=count, filed=count)
    progress = [(each.done, each.total) for each in office.of(CheckProgress)]
    assert progress[0] == (0, count)
    assert progress[-1] == (count, count)
    assert progress == sorted(progress)
    assert max(*peak, memory()) - before < 150 * MB
    assert office.services.monitor.health(support.id).incoming.consecutive_errors == 0


# The books


PLACES = {
    MessageState.RECEIVED: "waiting",
    MessageState.ALREADY_KNOWN: "already_known",
    MessageState.TOO_LARGE: "too_large",
    MessageState.QUARANTINED: "quarantined",
}


@given(
    answers=st.lists(
        st.tuples(st.lists(st.tuples(st.sampled_from(list(PLACES)), st.booleans())), st.integers(0, 9))
    )
)
def test_books_balance_before_filing(
    answers: list[tuple[list[tuple[MessageState, bool]], int]],
) -> None:
    """Whatever the store made of what it was given (its state, and whether it was new), and what was left out."""
    taken = Taken()
    expected: Counter[str] = Counter()
    for batch, skipped in answers:
        received = [replace(RECEIVED, state=state) for state, _new in batch]
        ids = [number if new else None for number, (_state, new) in enumerate(batch, 1)]
        taken.enter(len(batch) + skipped, received, ids)
        expected.update(PLACES[state] if new else "already_known" for state, new in batch)
    assert balanced(taken.tally)
    assert {place: getattr(taken.tally, place) for place in PLACES.values()} == {
        place: expected[place] for place in PLACES.values()
    }
    assert taken.tally.skipped_existing == sum(skipped for _batch, skipped in answers)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rounds=st.lists(
        st.tuples(
            st.lists(st.sampled_from([letter(1), letter(2), letter(3), letter(9, size=2 * MB)]), max_size=4),
            st.booleans(),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_whatever_comes_is_accounted_for(
    office: Office, dovecot: Dovecot, rounds: list[tuple[list[bytes], bool]]
) -> None:
    """Equal ones, large ones, a folder numbered anew in between: each is in the log and no place counts twice."""
    office.services.properties.set({"one_message_in_many_mailboxes": "one_per_mailbox"})
    mailbox = dovecot.mailbox()
    support = office.receiving(mailbox, mailbox.address, largest_message_mb=1)
    delivered = 0
    for messages, anew in rounds:
        mailbox.deliver_many(messages)
        small = [each for each in messages if len(each) < MB]
        delivered += len(small)
        if anew:
            office.renumber(mailbox)
        outcome = office.check(support)
        assert outcome.result is CheckResult.OK
        if not anew:
            assert outcome.tally.filed == len(small)
    with office.services.database.read() as unit:
        rows = list(unit.messages.list(support.name))
    filed = [row for row in rows if row.state == MessageState.FILED]
    assert len({row.sha256 for row in filed}) == len({row.sha256 for row in rows if row.sha256})
    assert len(filed) <= delivered
    assert all(seen_flags(mailbox)[n] for n, each in enumerate(mailbox.messages()) if len(each.raw) < MB)
