"""A message at whose fetch the server ends the session: found out, listed, and passed by."""

import pytest

from mailint_gui.domain.check import CheckResult, CheckTally
from mailint_gui.domain.message import MessageState, QuarantineReason
from mailint_gui.domain.problem import ProblemKind
from mailint_gui.services.hang_ups import MOST_IN_A_ROW, FolderHangUps, HangUps
from mailint_gui.services.scope import CancelScope
from tests.servers.fault_proxy import Fault, FaultProxy
from tests.servers.mailbox import Mailbox
from tests.servers.scripted_server import ScriptedServer
from tests.services.imap_script import answer, fetched, session
from tests.services.office import Office, letter, seen_flags, subjects

MB = 1024 * 1024
POISON = Fault(cut_after=0, marker=b"poison")
LISTED = "is not handed out: the server ended each session that asked for it"


@pytest.mark.expects_log(f"UID 30 of 'INBOX' {LISTED}")
def test_one_at_which_the_server_hangs_up_stops_no_other(
    any_office: Office, mailbox: Mailbox, fault_proxy: FaultProxy
) -> None:
    office = any_office
    mailbox.deliver_many(
        letter(number, body="poison" if number == 30 else "hello") for number in range(1, 71)
    )
    support = office.receiving(mailbox, port=fault_proxy.port)
    fault_proxy.fault = POISON
    lost = [office.check(support) for _ in range(3)]
    assert {outcome.problem and outcome.problem.kind for outcome in lost} == {ProblemKind.CONNECTION_LOST}
    assert [outcome.tally.filed for outcome in lost] == [0, 29, 0]  # in a batch with others, then alone twice
    outcome = office.check(support)
    assert (outcome.result, outcome.tally) == (CheckResult.OK, CheckTally(seen=41, filed=40, quarantined=1))
    (listed,) = office.rows(MessageState.QUARANTINED)
    assert (listed.subject, listed.uid, listed.reason) == ("no. 30", "30", QuarantineReason.NOT_HANDED_OUT)
    assert len(office.rows(MessageState.FILED)) == 69
    assert [number for number, seen in enumerate(seen_flags(mailbox), 1) if not seen] == [30]
    assert office.check(support).tally == CheckTally()
    mailbox.deliver(letter(71))
    assert office.check(support).tally == CheckTally(seen=1, filed=1)
    fault_proxy.fault = Fault()
    assert office.check(support).tally == CheckTally()
    office.services.message_log.retry(listed.id, CancelScope())
    assert office.check(support).tally == CheckTally(seen=1, filed=1)
    assert seen_flags(mailbox) == [True] * 71


def test_a_server_that_was_restarted_costs_no_message(
    office: Office, mailbox: Mailbox, fault_proxy: FaultProxy
) -> None:
    mailbox.deliver_many(letter(number, body="poison") for number in range(1, 4))
    support = office.receiving(mailbox, port=fault_proxy.port)
    for _ in range(2):  # at the three of them, then at the first alone
        fault_proxy.fault = POISON
        assert office.check(support).problem is not None
    fault_proxy.fault = Fault()
    assert office.check(support).tally == CheckTally(seen=3, filed=3)
    assert subjects(office.rows()) == ["no. 1", "no. 2", "no. 3"]


@pytest.mark.expects_log(f"UID 1 of 'INBOX' {LISTED}")
def test_one_that_was_too_large_before_stops_no_other(
    office: Office, mailbox: Mailbox, fault_proxy: FaultProxy
) -> None:
    mailbox.deliver(letter(1, body="poison", size=2 * MB))
    support = office.receiving(mailbox, port=fault_proxy.port, largest_message_mb=1)
    assert office.check(support).tally.too_large == 1
    support = office.change(support, largest_message_mb=3)
    mailbox.deliver(letter(2))
    fault_proxy.fault = POISON
    for _ in range(2):
        assert office.check(support).problem is not None
    assert office.check(support).tally == CheckTally(seen=2, filed=1, quarantined=1)
    assert sorted(office.states()) == [MessageState.FILED, MessageState.QUARANTINED]
    assert office.check(support).tally == CheckTally()


def asking(*rest: str) -> tuple[str, ...]:
    """A folder with the messages 7 and 8, and what comes after their sizes."""
    sizes = (f"{uid - 6} FETCH (UID {uid} RFC822.SIZE 99)" for uid in (7, 8))
    return (*session(1, exists=2), *answer("UID SEARCH", "SEARCH 7 8"), *answer("UID FETCH", *sizes), *rest)


BYE = "S: * BYE Internal error occurred."


@pytest.mark.expects_log(f"UID 7 of 'INBOX' {LISTED}")
def test_its_headers_are_asked_for_once_where_they_end_the_session_too(
    office: Office, mailbox: Mailbox
) -> None:
    scripts = [
        asking("C: UID FETCH 7:8 .*BODY.PEEK..", BYE),
        asking("C: UID FETCH 7 .*BODY.PEEK..", BYE),
        asking("C: UID FETCH 7 .*BODY.PEEK..", BYE),
        asking("C: UID FETCH 7 .*HEADER", BYE),
    ]
    good = fetched(8, "BODY[]", letter().decode())
    with ScriptedServer([]) as server:
        support = office.receiving(mailbox, port=server.port)
        for server.script in scripts:
            problem = office.check(support).problem
            assert problem is not None
            assert problem.kind is ProblemKind.SERVER_BUSY
        server.script = asking(*answer("UID FETCH 8 .*BODY", good), *answer("UID STORE 8"))
        assert office.check(support).tally == CheckTally(seen=2, filed=1, quarantined=1)
        assert server.errors == []
    (listed,) = office.rows(MessageState.QUARANTINED)
    assert (listed.uid, listed.subject, listed.size) == ("7", "", 99)


def test_a_server_that_wants_us_to_come_more_seldom_is_no_suspicion(office: Office, mailbox: Mailbox) -> None:
    with ScriptedServer(
        asking("C: UID FETCH 7:8 .*BODY", "S: * BYE [THROTTLED] bandwidth limit exceeded")
    ) as server:
        support = office.receiving(mailbox, port=server.port)
        for _ in range(4):
            problem = office.check(support).problem
            assert problem is not None
            assert problem.kind is ProblemKind.THROTTLED
        assert server.errors == []


# What is kept in mind


def test_after_many_in_a_row_it_is_the_server() -> None:
    folder = FolderHangUps(())
    uids = range(1, MOST_IN_A_ROW + 5)
    for uid in uids:
        folder.hung_up([uid])
        folder.hung_up([uid])
    given_up = folder.given_up(uids)
    assert given_up == list(uids)[:MOST_IN_A_ROW]
    for uid in given_up:
        folder.listed(uid)
    assert folder.given_up(uids) == []
    folder.handed_out([])
    assert folder.given_up(uids) == []
    folder.handed_out([99])
    assert folder.given_up(uids) == list(uids)[MOST_IN_A_ROW:]


def test_another_folder_begins_anew() -> None:
    hang_ups = HangUps()
    hang_ups.of(1, ("INBOX", 1, 0)).hung_up([7])
    assert hang_ups.of(1, ("INBOX", 1, 0)).suspects == {7}
    assert hang_ups.of(2, ("INBOX", 1, 0)).suspects == set()
    assert hang_ups.of(1, ("INBOX", 2, 0)).suspects == set()
