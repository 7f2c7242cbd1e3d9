"""Checks over POP3 on a real Dovecot: what is taken in, deleted and recognised, and what is not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from mailint_gui.domain.check import CheckProgress, CheckResult, CheckTally, Stage
from mailint_gui.domain.integration import AfterProcessing, FirstCheck, Integration, Protocol, Security
from mailint_gui.domain.message import POP3_FOLDER, Acknowledgement, MessageState, Pop3Seen, QuarantineReason
from mailint_gui.domain.problem import ProblemKind
from mailint_gui.mail.pop3 import Pop3Session
from mailint_gui.services.pop3_intake import MOST_REFUSED
from mailint_gui.services.scope import CancelReason, CancelScope
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.fault_proxy import PASS, Fault, FaultProxy
from tests.servers.mailbox import Mailbox
from tests.servers.scripted_server import Line, ScriptedServer
from tests.services.office import Office, impatient, letter, seen_flags, subjects

MB = 1024 * 1024
DELETE = AfterProcessing.DELETE


@pytest.fixture
def fault_proxy(dovecot: Dovecot) -> Iterator[FaultProxy]:
    """In front of the POP3 server."""
    with FaultProxy(dovecot.ports.pop3) as proxy:
        yield proxy


def known(office: Office, support: Integration) -> dict[str, Pop3Seen]:
    """What the store knows of the listing."""
    with office.services.database.read() as unit:
        cursor = unit.cursors.get(support.id, POP3_FOLDER)
        assert cursor is not None
        return unit.pop3.known(support.id, cursor.generation)


def delivered(number: int, at: datetime) -> bytes:
    """A letter as the last server on its way stamped it."""
    trace = f"Received: from a by b\r\n\tfor <c@d.example>; {format_datetime(at)}\r\n"
    return trace.encode() + letter(number)


# What goes well


def test_first_check_takes_only_what_comes_after_it(any_office: Office, mailbox: Mailbox) -> None:
    office = any_office
    mailbox.deliver_many([letter(1), letter(2)])
    support = office.receiving_pop3(mailbox, first_check=FirstCheck.NEW, after_processing=DELETE)
    first = office.check(support)
    assert (first.result, first.tally) == (CheckResult.OK, CheckTally(skipped_existing=2))
    assert first.health.incoming.last_mail_at is None
    mailbox.deliver(letter(3))
    assert office.check(support).tally == CheckTally(seen=1, filed=1)
    assert subjects(office.rows()) == ["no. 3"]
    assert [each.raw for each in mailbox.messages()] == [letter(1), letter(2)]  # never ours to delete
    assert office.check(support).tally == CheckTally()


def test_first_check_of_everything_and_left_there(any_office: Office, mailbox: Mailbox) -> None:
    office = any_office
    raw = [letter(1), letter(2, "grüße"), b"Subject: dots\r\n\r\n..\r\n.\r\n"]
    mailbox.deliver_many(raw)
    support = office.receiving_pop3(mailbox)
    assert office.check(support).tally == CheckTally(seen=3, filed=3)
    rows = office.rows()
    with office.services.database.read() as unit:
        assert [unit.messages.raw(row.id) for row in rows] == raw
    assert {row.uid for row in rows} == known(office, support).keys()
    assert len({row.uid for row in rows}) == 3
    assert seen_flags(mailbox) == [False] * 3 or len(mailbox.messages()) == 3
    assert office.check(support).tally == CheckTally()
    office.restart()
    assert office.check(support).tally == CheckTally()


def test_deleted_once_it_is_stored(any_office: Office, mailbox: Mailbox) -> None:
    office = any_office
    mailbox.deliver_many(letter(number) for number in range(60))
    support = office.receiving_pop3(mailbox, after_processing=DELETE)
    assert office.check(support).tally == CheckTally(seen=60, filed=60)
    assert (mailbox.messages(), known(office, support)) == ([], {})
    mailbox.deliver(letter(7))  # equal to one that is deleted: another alert
    assert office.check(support).tally == CheckTally(seen=1, filed=1)
    assert mailbox.messages() == []


@pytest.mark.parametrize("after", [AfterProcessing.LEAVE, DELETE])
def test_deleted_after_some_days(office: Office, mailbox: Mailbox, after: AfterProcessing) -> None:
    now = office.services.clock()
    mailbox.deliver(letter(1))
    support = office.receiving_pop3(mailbox, after_processing=after, delete_after_days=7)
    office.check(support)
    office.use_clock(lambda: now + timedelta(days=5))
    mailbox.deliver(letter(2))
    assert office.check(support).tally == CheckTally(seen=1, filed=1)
    office.use_clock(lambda: now + timedelta(days=8))
    assert office.check(support).tally == CheckTally()
    assert [each.raw for each in mailbox.messages()] == [letter(2)]
    office.use_clock(lambda: now + timedelta(days=20))
    assert office.check(support).tally == CheckTally()
    assert (mailbox.messages(), known(office, support)) == ([], {})


def test_what_was_left_there_goes_when_an_admin_chooses_to_delete(office: Office, mailbox: Mailbox) -> None:
    mailbox.deliver_many([letter(1), letter(2)])
    support = office.receiving_pop3(mailbox)
    office.check(support)
    support = office.change(support, after_processing=DELETE)
    assert office.check(support).tally == CheckTally()
    assert mailbox.messages() == []


@pytest.mark.parametrize(
    ("security", "port"), [(Security.SSL, "pop3s"), (Security.STARTTLS, "pop3")], ids=["ssl", "starttls"]
)
def test_over_tls(office: Office, mailbox: Mailbox, security: Security, port: str) -> None:
    mailbox.deliver(letter())
    support = office.receiving_pop3(
        mailbox,
        server="localhost",
        security=security,
        port=getattr(mailbox.server.ports, port),
        allow_insecure=False,
    )
    assert office.check(support).tally.filed == 1


def test_what_is_told_while_it_runs(office: Office, mailbox: Mailbox) -> None:
    mailbox.deliver_many(letter(number) for number in range(120))
    support = office.receiving_pop3(mailbox)
    office.check(support)
    progress = [(each.done, each.total) for each in office.of(CheckProgress)]
    assert progress == [(0, 120), (50, 120), (100, 120), (120, 120)]


def test_each_check_has_a_session_of_its_own(
    office: Office, mailbox: Mailbox, fault_proxy: FaultProxy
) -> None:
    """One that is kept would keep the mailbox locked, and see nothing new."""
    support = office.receiving_pop3(mailbox, port=fault_proxy.port)
    for _ in range(3):
        assert office.check(support).result is CheckResult.OK
    fault_proxy.wait_until_idle()
    assert fault_proxy.connections == 3


# Too large


def test_too_large_is_listed_and_left_then_taken_in(any_office: Office, mailbox: Mailbox) -> None:
    office = any_office
    large = letter(2, size=2 * MB)
    mailbox.deliver_many([letter(1), large, letter(3)])
    support = office.receiving_pop3(mailbox, largest_message_mb=1, after_processing=DELETE)
    assert office.check(support).tally == CheckTally(seen=3, filed=2, too_large=1)
    (listed,) = office.rows(MessageState.TOO_LARGE)
    assert (listed.subject, listed.size) == ("no. 2", len(large))
    assert [each.raw for each in mailbox.messages()] == [large]
    assert office.check(support).tally == CheckTally()
    support = office.change(support, largest_message_mb=3)
    assert office.check(support).tally == CheckTally(seen=1, filed=1)
    with office.services.database.read() as unit:
        assert unit.messages.raw(listed.id) == large
    assert mailbox.messages() == []


def test_formerly_too_large_is_recognised_when_numbered_anew(office: Office, mailbox: Mailbox) -> None:
    """It was taken in, the limit was lowered, the mailbox was numbered anew, the limit was raised again."""
    mailbox.deliver(letter(1, size=2 * MB))
    support = office.receiving_pop3(mailbox, largest_message_mb=5)
    office.check(support)
    support = office.change(support, largest_message_mb=1)
    office.renumber(mailbox)
    assert office.check(support).tally == CheckTally(seen=1, too_large=1)
    support = office.change(support, largest_message_mb=5)
    assert office.check(support).tally == CheckTally(seen=1, already_known=1)
    assert sorted(office.states()) == ["already_known", "filed"]
    assert office.check(support).tally == CheckTally()


# The same bytes, other unique ids


def test_two_identical_messages_are_two(any_office: Office, mailbox: Mailbox) -> None:
    office = any_office
    mailbox.deliver_many([letter(1), letter(1)])
    support = office.receiving_pop3(mailbox)
    assert office.check(support).tally.filed == 2
    mailbox.deliver(letter(1))
    assert office.check(support).tally.filed == 1


def test_numbered_anew_known_new_and_old(any_office: Office, mailbox: Mailbox) -> None:
    """Of those that were there before the first check, only the server's stamp tells that they are old."""
    office = any_office
    now = datetime.now(UTC)
    old = [delivered(number, now - timedelta(days=1)) for number in (1, 2)]
    mailbox.deliver_many(old)
    support = office.receiving_pop3(
        mailbox, first_check=FirstCheck.NEW, after_processing=AfterProcessing.LEAVE
    )
    assert office.check(support).tally == CheckTally(skipped_existing=2)
    mailbox.deliver_many([letter(3), letter(4)])
    assert office.check(support).tally.filed == 2
    mailbox.deliver_many([delivered(5, now + timedelta(minutes=1)), letter(6)])
    office.renumber(mailbox)
    assert office.check(support).tally == CheckTally(seen=4, filed=2, already_known=2, skipped_existing=2)
    assert subjects(office.rows(MessageState.FILED)) == ["no. 3", "no. 4", "no. 5", "no. 6"]
    assert office.check(support).tally == CheckTally()
    mailbox.deliver(old[0])  # not numbered anew: under a new unique id it is new
    assert office.check(support).tally == CheckTally(seen=1, filed=1)


def test_numbered_anew_and_more_of_the_same(office: Office, mailbox: Mailbox) -> None:
    """One that changes its unique id is the same; as many as are gone and not one more."""
    mailbox.deliver_many([letter(1), letter(2)])
    support = office.receiving_pop3(mailbox)
    office.check(support)
    _again(mailbox, letter(1), times=2)
    assert office.check(support).tally == CheckTally(seen=2, filed=1, already_known=1)
    assert office.check(support).tally == CheckTally()
    assert len(office.rows(MessageState.FILED)) == 3


def test_taken_out_and_moved_back(office: Office, mailbox: Mailbox) -> None:
    mailbox.create_folder("Elsewhere")
    mailbox.deliver_many([letter(1), letter(2)])
    support = office.receiving_pop3(mailbox)
    office.check(support)
    with mailbox.session() as imap:
        imap.select()
        imap.uid("MOVE", "1", "Elsewhere")
        imap.select("Elsewhere")
        imap.uid("MOVE", "1", "INBOX")
    assert office.check(support).tally == CheckTally(seen=1, already_known=1)


def _again(mailbox: Mailbox, raw: bytes, times: int) -> None:
    """The message is removed, and delivered so many times."""
    with mailbox.session() as imap:
        imap.select()
        number = [each.raw for each in mailbox.messages()].index(raw) + 1
        imap.store(str(number), "+FLAGS", "\\Deleted")
        imap.expunge()
    mailbox.deliver_many([raw] * times)


def test_a_mailbox_that_is_empty_for_a_while_and_restored(office: Office, mailbox: Mailbox) -> None:
    mailbox.deliver_many([letter(1), letter(2)])
    support = office.receiving_pop3(mailbox)
    office.check(support)
    saved = [each.raw for each in mailbox.messages()]
    with mailbox.session() as imap:
        imap.select()
        imap.store("1:*", "+FLAGS", "\\Deleted")
        imap.expunge()
    assert office.check(support).tally == CheckTally()
    mailbox.deliver_many([*saved, letter(3)])
    assert office.check(support).tally == CheckTally(seen=3, filed=1, already_known=2)


def test_days_go_on_counting_under_another_unique_id(office: Office, mailbox: Mailbox) -> None:
    now = office.services.clock()
    mailbox.deliver(letter(1))
    support = office.receiving_pop3(mailbox, delete_after_days=7)
    office.check(support)
    office.use_clock(lambda: now + timedelta(days=6))
    office.renumber(mailbox)
    assert office.check(support).tally == CheckTally(seen=1, already_known=1)
    office.use_clock(lambda: now + timedelta(days=8))
    office.check(support)
    assert mailbox.messages() == []


def test_numbered_anew_before_it_was_deleted(
    office: Office, mailbox: Mailbox, fault_proxy: FaultProxy
) -> None:
    """Stored, not deleted as the connection was lost, and then under another unique id: deleted all the same."""
    mailbox.deliver_many([letter(1), letter(2)])
    support = office.receiving_pop3(mailbox, port=fault_proxy.port, after_processing=DELETE)
    scope = CancelScope()
    scope.on_stage = lambda stage: fault_proxy.cut() if stage is Stage.STORE else None
    assert office.check(support, scope).tally.filed == 2
    office.renumber(mailbox)
    mailbox.deliver(letter(3))
    assert office.check(support).tally == CheckTally(seen=3, filed=1, already_known=2)
    assert (mailbox.messages(), known(office, support)) == ([], {})


def test_numbered_anew_again_and_again_cut_short(
    office: Office, mailbox: Mailbox, fault_proxy: FaultProxy
) -> None:
    mailbox.deliver_many(letter(number) for number in range(120))
    support = office.receiving_pop3(mailbox, port=fault_proxy.port)
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


# Other accounts


def test_another_server_is_judged_by_digest(office: Office, mailbox: Mailbox) -> None:
    """The same mailbox under another name, as after it was moved."""
    mailbox.deliver(letter(1))
    support = office.receiving_pop3(mailbox)
    office.check(support)
    mailbox.deliver(letter(2))
    support = office.change(support, server="localhost")
    assert office.check(support).tally == CheckTally(seen=2, filed=1, already_known=1)
    assert office.check(support).tally == CheckTally()


def test_another_mailbox(office: Office, dovecot: Dovecot, mailbox: Mailbox) -> None:
    other = dovecot.mailbox()
    mailbox.deliver_many([letter(1), letter(2)])
    other.deliver_many([letter(2), letter(3)])
    support = office.receiving_pop3(mailbox)
    office.check(support)
    support = office.change(support, user_name=other.address)
    assert office.check(support).tally == CheckTally(seen=2, filed=1, already_known=1)
    support = office.change(support, user_name=mailbox.address, first_check=FirstCheck.NEW)
    assert office.check(support).tally == CheckTally(skipped_existing=2)
    support = office.change(support, user_name=mailbox.address.upper())
    assert office.check(support).tally == CheckTally()


def test_from_imap_to_pop3_and_back(office: Office, mailbox: Mailbox) -> None:
    """What came in over one protocol is known to the other, and what came in between is not left out."""
    mailbox.deliver(letter(1))
    support = office.receiving(mailbox, "Support")
    imap = support.incoming
    pop3 = replace(
        imap, protocol=Protocol.POP3, port=mailbox.server.ports.pop3, after_processing=AfterProcessing.LEAVE
    )
    assert office.check(support).tally == CheckTally(seen=1, filed=1)
    for number, incoming in enumerate((pop3, imap, pop3), start=2):
        mailbox.deliver(letter(number))
        support = office.services.integrations.save(replace(support, incoming=incoming))
        assert office.check(support).tally == CheckTally(seen=number, filed=1, already_known=number - 1)
        assert office.check(support).tally == CheckTally()


def test_another_account_set_while_a_check_runs(office: Office, dovecot: Dovecot, mailbox: Mailbox) -> None:
    other = dovecot.mailbox()
    mailbox.deliver_many(letter(number) for number in range(120))
    other.deliver_many(letter(number) for number in range(200, 210))
    support = office.receiving_pop3(mailbox, after_processing=DELETE)
    scope = CancelScope()
    batches = iter(range(9))

    def switch(stage: Stage) -> None:
        if stage is Stage.STORE and next(batches) == 1:
            office.change(support, user_name=other.address)

    scope.on_stage = switch
    outcome = office.check(support, scope)
    assert (outcome.result, outcome.tally.filed) == (CheckResult.CANCELLED, 50)
    assert len(mailbox.messages()) == 120
    assert office.check(support).tally.filed == 10


# What is lost on the way


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("after", [0, 1, 60_000])
def test_cut_in_a_message_and_the_next_check_completes(
    office: Office, mailbox: Mailbox, fault_proxy: FaultProxy, after: int, reset: bool
) -> None:
    mailbox.deliver_many(letter(number, size=2_000) for number in range(70))
    support = office.receiving_pop3(mailbox, port=fault_proxy.port, after_processing=DELETE)
    fault_proxy.fault = Fault(cut_after=after, marker=b"Subject: no. 3", reset=reset)
    outcome = office.check(support)
    assert outcome.problem is not None
    assert outcome.problem.kind is ProblemKind.CONNECTION_LOST
    taken = len(office.rows())
    assert taken == outcome.tally.filed < 70
    assert len(mailbox.messages()) == 70
    fault_proxy.fault = PASS
    assert office.check(support).tally == CheckTally(seen=70 - taken, filed=70 - taken)
    assert sorted(subjects(office.rows())) == sorted(f"no. {number}" for number in range(70))
    assert mailbox.messages() == []


@pytest.mark.parametrize("done", [True, False], ids=["deleted", "not deleted"])
def test_answer_to_quit_is_lost(
    office: Office, mailbox: Mailbox, fault_proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch, done: bool
) -> None:
    """The next listing tells; an equal message that came meanwhile is another one."""
    mailbox.deliver_many([letter(1), letter(2)])
    support = office.receiving_pop3(mailbox, port=fault_proxy.port, after_processing=DELETE)
    end = Pop3Session.quit

    def lost(session: Pop3Session) -> None:
        if done:
            end(session)
        fault_proxy.cut()
        end(session)

    monkeypatch.setattr(Pop3Session, "quit", lost)
    outcome = office.check(support)
    assert outcome.problem is not None
    assert outcome.problem.kind is ProblemKind.CONNECTION_LOST
    assert outcome.tally.filed == 2
    monkeypatch.undo()
    assert len(mailbox.messages()) == (0 if done else 2)
    assert {each.acknowledgement for each in known(office, support).values()} == {Acknowledgement.DELETING}
    mailbox.deliver(letter(1))
    assert office.check(support).tally == CheckTally(seen=1, filed=1)
    assert (mailbox.messages(), known(office, support)) == ([], {})
    with office.services.database.read() as unit:
        assert unit.messages.unfiled(9) == ()
    assert len(office.rows(MessageState.FILED)) == 3


def test_cancelled_deletes_nothing(office: Office, mailbox: Mailbox) -> None:
    mailbox.deliver_many(letter(number) for number in range(60))
    support = office.receiving_pop3(mailbox, after_processing=DELETE)
    scope = CancelScope()
    scope.on_stage = lambda stage: scope.cancel(CancelReason.ADMIN) if stage is Stage.ACKNOWLEDGE else None
    outcome = office.check(support, scope)
    filed = outcome.tally.filed  # while the rest was still fetched
    assert outcome.result is CheckResult.CANCELLED
    assert outcome.tally == CheckTally(seen=60, filed=filed, waiting=60 - filed)
    assert len(mailbox.messages()) == 60
    assert office.check(support).tally == CheckTally()
    assert (mailbox.messages(), known(office, support)) == ([], {})


def test_black_hole(office: Office, mailbox: Mailbox, fault_proxy: FaultProxy) -> None:
    fault_proxy.fault = Fault(swallow=True)
    support = office.receiving_pop3(mailbox, port=fault_proxy.port)
    outcome = office.check(support, impatient())
    assert outcome.problem is not None
    assert outcome.problem.kind is ProblemKind.TIMED_OUT


def test_debts_are_paid_as_the_settings_say_now(
    office: Office, mailbox: Mailbox, fault_proxy: FaultProxy
) -> None:
    mailbox.deliver(letter())
    support = office.receiving_pop3(mailbox, port=fault_proxy.port, after_processing=DELETE)
    scope = CancelScope()
    scope.on_stage = lambda stage: fault_proxy.cut() if stage is Stage.STORE else None
    office.check(support, scope)
    support = office.change(support, after_processing=AfterProcessing.LEAVE)
    assert office.check(support).result is CheckResult.OK
    assert len(mailbox.messages()) == 1
    assert {each.acknowledgement for each in known(office, support).values()} == {Acknowledgement.NONE}


def test_unique_ids_of_another_kind(
    office: Office, server_directory: Path, certificates: Certificates
) -> None:
    """A server that is set up anew gives other unique ids: by MD5 of the headers, then by UID."""
    directory = server_directory / "formats"
    with Dovecot(directory, certificates, extra="pop3_uidl_format = %g") as server:
        mailbox = server.mailbox()
        mailbox.deliver_many([letter(1), letter(2)])
        support = office.receiving_pop3(mailbox)
        assert office.check(support).tally == CheckTally(seen=2, filed=2)
        before = set(known(office, support))
        file = directory / "dovecot.conf"
        file.write_text(file.read_text().replace("pop3_uidl_format = %g", "pop3_uidl_format = %v-%u"))
        server.stop()
        server.start()
        mailbox.deliver(letter(3))
        assert office.check(support).tally == CheckTally(seen=3, filed=1, already_known=2)
        assert not before & set(known(office, support))


# What no real server does


def playing(messages: dict[str, int], *rest: Line) -> list[Line]:
    """Logged in, with these unique ids and sizes, then ``rest``."""
    uidls = [f"S: {number} {uidl}" for number, uidl in enumerate(messages, 1)]
    sizes = [f"S: {number} {size}" for number, size in enumerate(messages.values(), 1)]
    return [
        *("S: +OK ready", "C: ^USER", "S: +OK", "C: ^PASS", "S: +OK in"),
        *("C: ^UIDL$", "S: +OK", *(line.removesuffix("*") for line in uidls), "S: ."),
        *(["C: ^LIST$", "S: +OK", *sizes, "S: ."] if rest else []),
        *rest,
        *("C: ^QUIT$", "S: +OK"),
    ]


NO_PIPELINING: list[Line] = ["C: ^CAPA$", "S: -ERR"]
TEXT = letter().decode().rstrip("\r\n")


def retr(number: int, text: str = TEXT) -> list[Line]:
    return [f"C: ^RETR {number}$", "S: +OK", f"S: {text}", "S: ."]


def test_a_server_without_unique_ids(office: Office, mailbox: Mailbox) -> None:
    script = [*playing({})[:5], "C: ^UIDL$", "S: -ERR what?", "C: ^CAPA$", "S: +OK", "S: TOP", "S: ."]
    with ScriptedServer(script) as server:
        outcome = office.check(office.receiving_pop3(mailbox, port=server.port))
        assert server.errors == []
    assert outcome.problem is not None
    assert (outcome.problem.kind, outcome.problem.facts["missing"]) == (ProblemKind.PROTOCOL_ERROR, "UIDL")


@pytest.mark.expects_log("'b' is not handed out: -ERR it is broken")
def test_one_that_is_not_handed_out_stops_no_other(any_office: Office, mailbox: Mailbox) -> None:
    office = any_office
    script = playing(
        {"a": 90, "b": 90, "c": 90},
        *NO_PIPELINING,
        *(*retr(1), "C: ^RETR 2$", "S: -ERR it is broken", *retr(3)),
        *("C: ^TOP 2 0$", "S: +OK", "S: Subject: broken", "S: ", "S: ."),
        *("C: ^DELE 1$", "S: +OK", "C: ^DELE 3$", "S: +OK"),
    )
    with ScriptedServer(script) as server:
        support = office.receiving_pop3(mailbox, port=server.port, after_processing=DELETE)
        assert office.check(support).tally == CheckTally(seen=3, filed=2, quarantined=1)
        assert server.errors == []
        (listed,) = office.rows(MessageState.QUARANTINED)
        assert (listed.subject, listed.uid, listed.reason) == ("broken", "b", QuarantineReason.NOT_HANDED_OUT)
        server.script = tuple(playing({"b": 90}))
        assert office.check(support).tally == CheckTally()
        assert server.errors == []
        office.services.message_log.retry(listed.id, CancelScope())
        server.script = tuple(playing({"b": 90}, *retr(1), "C: ^DELE 1$", "S: +OK"))
        assert office.check(support).tally == CheckTally(seen=1, filed=1)
        assert server.errors == []
        assert office.rows(MessageState.QUARANTINED) == []


def test_a_server_that_hands_out_nothing_is_at_fault_and_no_message(office: Office, mailbox: Mailbox) -> None:
    count = MOST_REFUSED + 1
    refusals = [line for n in range(1, count + 1) for line in (f"C: ^RETR {n}$", "S: -ERR no")]
    script = playing({f"m{n}": 90 for n in range(count)}, *NO_PIPELINING, *refusals)[:-2]
    with ScriptedServer(script) as server:
        outcome = office.check(office.receiving_pop3(mailbox, port=server.port))
        assert server.errors == []
    assert (outcome.problem is not None, office.rows()) == (True, [])


def test_one_that_is_busy_is_asked_for_again(office: Office, mailbox: Mailbox) -> None:
    script = playing({"a": 90, "b": 90}, *NO_PIPELINING, "C: ^RETR 1$", "S: -ERR [SYS/TEMP] later", *retr(2))
    with ScriptedServer(script) as server:
        support = office.receiving_pop3(mailbox, port=server.port)
        outcome = office.check(support)
        assert server.errors == []
        assert outcome.problem is not None
        assert (outcome.problem.kind, outcome.tally.filed) == (ProblemKind.SERVER_BUSY, 1)
        server.script = tuple(playing({"a": 90, "b": 90}, *retr(1)))
        assert office.check(support).tally == CheckTally(seen=1, filed=1)
        assert server.errors == []


def test_copies_under_one_unique_id_are_one_message(office: Office, mailbox: Mailbox) -> None:
    """RFC 1939 section 7 lets a server do so: the second is known by its digest, and both are deleted."""
    script = playing(
        {"a": 90, "a*": 90},
        *(*NO_PIPELINING, *retr(1), *retr(2)),
        *("C: ^DELE 1$", "S: +OK", "C: ^DELE 2$", "S: +OK"),
    )
    with ScriptedServer(script) as server:
        support = office.receiving_pop3(mailbox, port=server.port, after_processing=DELETE)
        assert office.check(support).tally == CheckTally(seen=2, filed=1, already_known=1)
        assert server.errors == []


def test_a_unique_id_that_comes_back(office: Office, mailbox: Mailbox) -> None:
    """With the same message (a mailbox that was restored), or with another one."""
    dele: list[Line] = ["C: ^DELE 1$", "S: +OK"]
    with ScriptedServer(playing({"a": 90}, *retr(1), *dele)) as server:
        support = office.receiving_pop3(mailbox, port=server.port, after_processing=DELETE)
        assert office.check(support).tally == CheckTally(seen=1, filed=1)
        assert office.check(support).tally == CheckTally(seen=1, already_known=1)
        server.script = tuple(playing({"a": 90}, *retr(1, "Subject: another\r\n"), *dele))
        assert office.check(support).tally == CheckTally(seen=1, filed=1)
        assert server.errors == []
    assert office.states() == ["filed", "filed"]


def test_what_is_not_deleted_stays_owed(office: Office, mailbox: Mailbox) -> None:
    refused = playing({"a": 90}, *retr(1), "C: ^DELE 1$", "S: -ERR not now")
    with ScriptedServer(refused) as server:
        support = office.receiving_pop3(mailbox, port=server.port, after_processing=DELETE)
        outcome = office.check(support)
        assert outcome.problem is not None
        assert outcome.tally.filed == 1
        server.script = (*playing({"a": 90})[:-2], "C: ^DELE 1$", "S: +OK", "C: ^QUIT$", "S: +OK")
        assert office.check(support).tally == CheckTally()
        assert known(office, support) == {}
        assert server.errors == []


@pytest.mark.expects_log("is not handed out: the server ended each session that asked for it")
def test_one_at_which_the_server_hangs_up_stops_no_other(
    office: Office, mailbox: Mailbox, fault_proxy: FaultProxy
) -> None:
    mailbox.deliver_many(
        letter(number, body="poison" if number == 30 else "hello") for number in range(1, 71)
    )
    support = office.receiving_pop3(mailbox, port=fault_proxy.port)
    fault_proxy.fault = Fault(cut_after=0, marker=b"poison")
    lost = [office.check(support) for _ in range(2)]
    assert {each.problem and each.problem.kind for each in lost} == {ProblemKind.CONNECTION_LOST}
    assert office.check(support).result is CheckResult.OK
    assert (len(office.rows(MessageState.FILED)), office.states().count("quarantined")) == (69, 1)
    assert [row.subject for row in office.rows(MessageState.QUARANTINED)] == ["no. 30"]
    assert office.check(support).tally == CheckTally()


def test_answers_of_log_in_that_are_no_fault_of_the_password(office: Office, mailbox: Mailbox) -> None:
    for answer, kind in (
        ("[IN-USE] locked", ProblemKind.SERVER_BUSY),
        ("[LOGIN-DELAY] wait", ProblemKind.THROTTLED),
        ("[SYS/TEMP] later", ProblemKind.SERVER_BUSY),
        ("[AUTH] no", ProblemKind.AUTHENTICATION_FAILED),
    ):
        with ScriptedServer(
            ["S: +OK ready", "C: ^USER", "S: +OK", "C: ^PASS", f"S: -ERR {answer}"]
        ) as server:
            support = office.receiving_pop3(mailbox, answer, port=server.port)
            outcome = office.check(support)
            assert outcome.problem is not None
            assert outcome.problem.kind is kind
