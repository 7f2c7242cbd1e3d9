"""Sending from the outbox to a real far end: every way an attempt can end, and what follows."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailint_gui.domain.check import SendOutcome, Stage
from mailint_gui.domain.clock import Clock
from mailint_gui.domain.health import Attempt, DirectionState
from mailint_gui.domain.integration import Direction, Integration, OutgoingAuthentication
from mailint_gui.domain.outbox import NotPossibleError, OutboxItem, OutboxPurpose, OutboxState, RecipientState
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import Secret, TypedPasswords
from mailint_gui.domain.validation import ValidationError
from mailint_gui.services.pace import Pace
from mailint_gui.services.scope import Cancelled, CancelReason, CancelScope
from mailint_gui.services.verdict import retry_at
from tests.servers.mailbox import Mailbox
from tests.servers.ports import free_ports
from tests.servers.smtp import SmtpServer
from tests.servers.smtp_script import END_OF_DATA
from tests.servers.wait import LIMIT, until
from tests.services.office import Office, impatient

K = ProblemKind


@pytest.fixture
def desk(office: Office, smtp_server: SmtpServer) -> Integration:
    return office.sending(smtp_server, "Desk")


def errors(office: Office, integration: Integration) -> int:
    return office.services.monitor.health(integration.id).outgoing.consecutive_errors


def fixed(now: datetime) -> Clock:
    return lambda: now


def waits(item: OutboxItem) -> timedelta:
    assert item.next_try_at is not None
    return item.next_try_at - item.created_at


# Sent


def test_sent(any_office: Office, smtp_server: SmtpServer) -> None:
    office = any_office
    desk = office.sending(smtp_server, "Desk")
    outcome, item = office.send(office.queue(desk, "joe@example.com", "ann@example.com", subject="Grüße"))
    assert (outcome.state, outcome.problem, item.attempts) == (OutboxState.SENT, None, 1)
    assert {each.state for each in item.recipients} == {RecipientState.SENT}
    arrived = smtp_server.wait_for_message()
    assert (arrived.sender, arrived.recipients) == (
        "support@example.org",
        ("joe@example.com", "ann@example.com"),
    )
    assert item.message_id.encode() in arrived.raw
    [row] = office.rows()
    assert (row.direction, row.state, row.subject) == (Direction.OUTGOING, "sent", "Grüße")
    assert outcome.health.outgoing.last_mail_at is not None
    assert office.announced[-1] == outcome
    assert office.services.send_mail.due() == ()


def test_what_is_sent_is_not_sent_again(office: Office, desk: Integration, smtp_server: SmtpServer) -> None:
    item = office.queue(desk)
    office.send(item)
    told = len(office.announced)
    outcome, _ = office.send(item)
    assert (outcome.state, len(smtp_server.messages), len(office.announced)) == (OutboxState.SENT, 1, told)


# Refused for now


@pytest.mark.parametrize(
    ("verb", "reply", "kind"),
    [
        ("MAIL", "450 4.7.1 greylisted", K.SERVER_BUSY),
        ("MAIL", "421 4.3.2 going down", K.SERVER_BUSY),
        ("RCPT", "450 4.2.1 later", K.RECIPIENT_PUT_OFF),
        ("RCPT", "452 4.2.2 full", K.MAILBOX_FULL),
        ("DATA", "451 4.3.0 trouble", K.SERVER_BUSY),
        (END_OF_DATA, "451 4.7.0 rate limit", K.THROTTLED),
        (END_OF_DATA, "452 4.3.1 no room", K.SERVER_BUSY),
        (END_OF_DATA, "451 4.7.1 try again", K.MESSAGE_PUT_OFF),
    ],
)
def test_4yz_waits_and_is_tried_again(
    office: Office, desk: Integration, smtp_server: SmtpServer, verb: str, reply: str, kind: ProblemKind
) -> None:
    smtp_server.script.answer(verb, "", reply, times=1)
    outcome, item = office.send(office.queue(desk))
    assert outcome.problem is not None
    assert (outcome.problem.kind, item.state, item.reason) == (kind, OutboxState.WAITING, kind)
    assert timedelta(seconds=55) < waits(item) < timedelta(seconds=75)
    assert office.services.send_mail.due() == ()
    office.services.outbox.retry(item.id)
    assert office.send(item)[0].state == OutboxState.SENT
    assert len(smtp_server.messages) == 1
    assert errors(office, desk) == 0


@pytest.fixture
def no_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """In how long a message waits."""
    monkeypatch.setattr("mailint_gui.services.verdict.SPREAD", 0.0)


@pytest.mark.usefixtures("no_chance")
def test_waits_grow_and_end(office: Office, desk: Integration, smtp_server: SmtpServer) -> None:
    smtp_server.script.answer("MAIL", "", "450 4.7.1 later")
    item = office.queue(desk)
    now = item.created_at
    seen = []
    for _ in range(8):
        office.use_clock(fixed(now))
        item = office.send(item)[1]
        assert item.next_try_at is not None
        seen.append((item.next_try_at - now) // timedelta(minutes=1))
        now = item.next_try_at + timedelta(seconds=10)  # the integration's own rest ends a moment later
        assert [each.id for each in _due_at(office, now)] == [item.id]
    assert seen == [1, 2, 4, 8, 16, 32, 60, 60]
    now += timedelta(days=2)
    office.use_clock(fixed(now))
    outcome, item = office.send(item)
    assert (outcome.state, item.reason) == (OutboxState.FAILED, K.SERVER_BUSY)
    assert [(each.state, each.answer) for each in item.recipients] == [(RecipientState.REFUSED, item.answer)]


def test_an_admin_says_for_how_long_it_is_tried(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    smtp_server.script.answer("MAIL", "", "450 4.7.1 later")
    office.services.properties.set({"send_for": "3h"})
    item = office.queue(desk)
    for hours, state in ((2.9, OutboxState.WAITING), (3.1, OutboxState.FAILED)):
        office.use_clock(fixed(item.created_at + timedelta(hours=hours)))
        assert office.send(item)[0].state == state


def test_what_failed_together_is_not_tried_again_together() -> None:
    now = datetime.now(UTC)
    waits = {retry_at(7, now, lambda chance=chance: chance) - now for chance in (0.0, 0.5, 1.0)}
    assert sorted(waits) == [timedelta(minutes=minutes) for minutes in (60, 66, 72)]


def _due_at(office: Office, now: datetime) -> tuple[OutboxItem, ...]:
    office.use_clock(fixed(now))
    return office.services.send_mail.due()


# Refused for good


@pytest.mark.parametrize(
    ("verb", "reply", "kind", "counts"),
    [
        ("MAIL", "550 5.7.1 not you", K.SENDER_REFUSED, 1),
        ("RCPT", "550 5.1.1 no such user", K.RECIPIENT_REFUSED, 0),
        ("RCPT", "554 5.7.1 relay denied", K.RELAY_DENIED, 1),
        ("DATA", "554 5.7.1 no mail of yours", K.MESSAGE_REFUSED, 0),
        (END_OF_DATA, "554 5.7.1 spam", K.MESSAGE_REFUSED, 0),
        (END_OF_DATA, "552 5.3.4 too big", K.MESSAGE_TOO_LARGE, 0),
    ],
)
def test_5yz_is_final(
    office: Office, desk: Integration, smtp_server: SmtpServer, verb: str, reply: str, kind: str, counts: int
) -> None:
    smtp_server.script.answer(verb, "", reply)
    outcome, item = office.send(office.queue(desk))
    assert (outcome.state, item.reason) == (OutboxState.FAILED, kind)
    assert reply.split()[-1] in item.answer
    assert [each.state for each in item.recipients] == [RecipientState.REFUSED]
    assert item.recipients[0].answer == item.answer
    assert errors(office, desk) == counts
    assert office.services.send_mail.due() == ()
    assert office.services.outbox.retry(item.id).recipients == office.queue(desk).recipients


def test_too_large_for_our_own_limit(office: Office, smtp_server: SmtpServer) -> None:
    desk = office.sending(smtp_server, "Desk", largest_message_mb=1)
    item = office.services.outbox.queue(desk, OutboxPurpose.TYPED, ["a@b.example"], "s", "x" * 2_000_000)
    outcome, _ = office.send(item)
    assert outcome.problem is not None
    assert outcome.problem.kind is K.MESSAGE_TOO_LARGE


# Some recipients


def test_one_refused_for_good_the_other_has_it(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    smtp_server.script.answer("RCPT", "gone@", "550 5.1.1 no such user")
    outcome, item = office.send(office.queue(desk, "joe@example.com", "gone@example.com"))
    assert outcome.state == OutboxState.SENT
    assert [each.state for each in item.recipients] == [RecipientState.SENT, RecipientState.REFUSED]
    assert "no such user" in item.recipients[1].answer
    assert (item.reason, errors(office, desk)) == (K.RECIPIENT_REFUSED, 0)


def test_one_refused_for_now_is_tried_again_alone(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    smtp_server.script.answer("RCPT", "grey@", "450 4.7.1 greylisted", times=1)
    smtp_server.script.answer("RCPT", "gone@", "550 5.1.1 no such user")
    first, item = office.send(office.queue(desk, "joe@example.com", "grey@example.com", "gone@example.com"))
    assert first.state == OutboxState.WAITING
    assert [each.state for each in item.recipients] == [
        RecipientState.SENT,
        RecipientState.QUEUED,
        RecipientState.REFUSED,
    ]
    assert first.health.outgoing.last_mail_at is not None
    assert errors(office, desk) == 0
    second, item = office.send(item)
    assert second.state == OutboxState.SENT
    assert [message.recipients for message in smtp_server.messages] == [
        ("joe@example.com",),
        ("grey@example.com",),
    ]
    assert [each.state for each in item.recipients] == [
        RecipientState.SENT,
        RecipientState.SENT,
        RecipientState.REFUSED,
    ]


def test_once_it_is_given_up_each_has_the_answer_that_is_his(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    for name, reply in (("grey@", "450 4.7.1 greylisted"), ("full@", "452 4.2.2 full")):
        smtp_server.script.answer("RCPT", name, reply)
    item = office.queue(desk, "joe@example.com", "grey@example.com", "full@example.com")
    office.use_clock(fixed(item.created_at + timedelta(days=3)))
    item = office.send(item)[1]
    assert [(each.state, each.answer[:3]) for each in item.recipients] == [
        (RecipientState.SENT, ""),
        (RecipientState.REFUSED, "450"),
        (RecipientState.REFUSED, "452"),
    ]


# Uncertain


def test_a_lost_answer_is_uncertain_and_never_sent_again_by_itself(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    smtp_server.script.cut_before_reply(END_OF_DATA, times=1)
    outcome, item = office.send(office.queue(desk))
    assert (outcome.state, item.reason) == (OutboxState.UNCERTAIN, K.DELIVERY_UNCERTAIN)
    office.restart()
    assert office.services.send_mail.due() == ()
    assert len(smtp_server.messages) == 1


def test_an_answer_that_never_comes_is_uncertain(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    smtp_server.script.never_answer(END_OF_DATA)
    outcome, _ = office.send(office.queue(desk), impatient(Stage.SEND))
    assert outcome.state == OutboxState.UNCERTAIN


def test_killed_while_it_waits_for_the_answer(office: Office, desk: Integration) -> None:
    queued, awaited = office.queue(desk), office.queue(desk)
    with office.services.database.write() as unit:
        for item in (queued, awaited):
            assert unit.outbox.claim(item.id, office.services.clock())
        unit.outbox.mark_answer_awaited(awaited.id, attempts=1)
    office.restart()
    assert [item.state for item in office.services.outbox.all()] == [
        OutboxState.QUEUED,
        OutboxState.UNCERTAIN,
    ]


def test_an_end_that_the_store_did_not_take_is_settled_later(
    office: Office, desk: Integration, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store is busy from the moment at which the far end has the message."""
    smtp_server.script.never_answer(END_OF_DATA)
    monkeypatch.setattr("mailint_gui.store.sqlite.BUSY_TIMEOUT", 0.1)
    item, leave = office.queue(desk), threading.Event()

    def hold() -> None:
        smtp_server.wait_for_message()
        with office.services.database.write():
            leave.wait(LIMIT)

    holder = threading.Thread(target=hold)
    holder.start()
    with pytest.raises(ProblemError) as caught:
        office.send(item, impatient(Stage.SEND, seconds=1.0))
    assert caught.value.problem.kind is K.STORE_FAILED
    leave.set()
    holder.join(LIMIT)
    assert office.services.outbox.all()[0].state is OutboxState.SENDING
    assert office.services.send_mail.due() == ()
    assert office.services.outbox.all()[0].state is OutboxState.UNCERTAIN
    assert len(smtp_server.messages) == 1


def test_a_fault_of_the_program_leaves_the_row_waiting(office: Office, desk: Integration) -> None:
    def stumble(entered: Stage) -> None:
        if entered is Stage.SEND:
            raise ZeroDivisionError

    item = office.queue(desk)
    with pytest.raises(ZeroDivisionError):
        office.send(item, CancelScope(on_stage=stumble))
    [row] = office.services.outbox.all()
    assert (row.state, errors(office, desk)) == (OutboxState.WAITING, 0)
    assert timedelta(seconds=55) < waits(row) < timedelta(seconds=75)
    assert office.send(item)[0].state == OutboxState.SENT


def test_a_row_without_a_sender_is_taken_up_by_the_next_look(office: Office, desk: Integration) -> None:
    lost, awaited = office.queue(desk), office.queue(desk)
    with office.services.database.write() as unit:
        for item in (lost, awaited):
            unit.outbox.claim(item.id, office.services.clock())
        unit.outbox.mark_answer_awaited(awaited.id, attempts=1)
    assert [item.id for item in office.services.send_mail.due()] == [lost.id]
    assert [item.state for item in office.services.outbox.all()] == [
        OutboxState.QUEUED,
        OutboxState.UNCERTAIN,
    ]


# Given up


@contextmanager
def hanging(office: Office, item: OutboxItem) -> Iterator[None]:
    """A thread that sends and hears nothing, until the block ends."""
    scope = CancelScope()
    thread = threading.Thread(target=office.services.send_mail.send, args=(item.id, scope))
    thread.start()
    until(lambda: scope.stage is Stage.SEND, "a connection that is ready to send")
    try:
        yield
    finally:
        scope.cancel(CancelReason.OVERDUE)
        thread.join(LIMIT)
        assert not thread.is_alive()


def test_a_look_leaves_alone_what_is_being_sent(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    smtp_server.script.never_answer(END_OF_DATA)
    with hanging(office, office.queue(desk)):
        smtp_server.wait_for_message()
        assert office.services.send_mail.due() == ()
        assert office.services.outbox.all()[0].state is OutboxState.SENDING


def test_a_send_that_hangs_is_given_up_and_no_longer_in_the_way(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    smtp_server.script.never_answer("MAIL")
    item = office.queue(desk)
    with hanging(office, item):
        office.services.send_mail.give_up(desk.id, Problem(K.TIMED_OUT))
        [row] = office.services.outbox.all()
        assert (row.state, row.reason, errors(office, desk)) == (OutboxState.WAITING, K.TIMED_OUT, 1)
        smtp_server.script.clear()
        assert office.send(item)[0].state == OutboxState.SENT
        told = len(office.announced)
    assert len(office.announced) == told
    assert (office.services.outbox.all()[0].state, errors(office, desk)) == (OutboxState.SENT, 0)
    assert len(smtp_server.messages) == 1


def test_given_up_while_the_answer_is_awaited_is_uncertain(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    smtp_server.script.never_answer(END_OF_DATA)
    with hanging(office, office.queue(desk)):
        smtp_server.wait_for_message()
        office.services.send_mail.give_up(desk.id, Problem(K.TIMED_OUT))
        [row] = office.services.outbox.all()
        assert (row.state, row.reason) == (OutboxState.UNCERTAIN, K.DELIVERY_UNCERTAIN)
    assert office.services.outbox.all() == (row,)
    assert office.services.send_mail.due() == ()


def test_nothing_to_give_up(office: Office, desk: Integration) -> None:
    item = office.queue(desk)
    office.services.send_mail.give_up(desk.id, Problem(K.TIMED_OUT))
    assert office.services.outbox.all() == (item,)
    assert errors(office, desk) == 0


# After an error


@pytest.mark.usefixtures("no_chance")
def test_one_failure_speaks_for_all_that_is_queued(office: Office, smtp_server: SmtpServer) -> None:
    desk = office.sending(smtp_server, "Desk", port=free_ports(1)[0])
    other = office.sending(smtp_server, "Other")
    first, *_others = [office.queue(desk) for _ in range(3)]
    fine = office.queue(other)
    office.send(first)
    assert [item.id for item in office.services.send_mail.due()] == [fine.id]
    failed_at = office.services.monitor.health(desk.id).outgoing.last_attempt_at
    assert failed_at is not None
    assert len(_due_at(office, failed_at + timedelta(seconds=59))) == 1
    assert len(_due_at(office, failed_at + timedelta(seconds=61))) == 4
    assert len(_due_at(office, failed_at - timedelta(hours=1))) == 3  # the clock was set back


def test_the_rest_grows_with_the_errors_and_ends_when_an_admin_changes_something(
    office: Office, smtp_server: SmtpServer
) -> None:
    desk = office.sending(smtp_server, "Desk", port=free_ports(1)[0])
    for _ in range(3):
        office.send(office.queue(desk))
    office.queue(desk)
    failed_at = office.services.monitor.health(desk.id).outgoing.last_attempt_at
    assert failed_at is not None
    assert _due_at(office, failed_at + timedelta(minutes=4, seconds=-1)) == ()
    assert _due_at(office, failed_at + timedelta(minutes=4, seconds=1)) != ()
    office.services.integrations.save(desk)
    assert [item.state for item in _due_at(office, failed_at + timedelta(seconds=1))] == [OutboxState.QUEUED]


def test_a_wait_that_a_provider_asked_for_holds_for_all(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    smtp_server.script.answer(END_OF_DATA, "", "451 4.7.0 rate limit", times=1)
    office.send(office.queue(desk))
    item = office.queue(desk)
    assert errors(office, desk) == 0
    assert _due_at(office, item.created_at + timedelta(minutes=7)) == ()
    assert len(_due_at(office, item.created_at + timedelta(minutes=9))) == 2


def test_a_wait_that_is_named_is_what_is_waited(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    named = Attempt(Problem(K.THROTTLED, {"retry_after": "90"}))
    health, _told = office.services.monitor.record(desk, Direction.OUTGOING, named)
    asked_at = health.outgoing.last_attempt_at
    assert asked_at is not None
    office.queue(desk)
    assert _due_at(office, asked_at + timedelta(seconds=89)) == ()
    assert len(_due_at(office, asked_at + timedelta(seconds=91))) == 1


# Cancelled, offline, disabled


@pytest.mark.parametrize(("reason", "due"), [(CancelReason.SHUTDOWN, True), (CancelReason.ADMIN, False)])
def test_cancelled_goes_back_to_waiting_and_the_end_of_the_program_costs_no_time(
    office: Office, desk: Integration, smtp_server: SmtpServer, reason: CancelReason, due: bool
) -> None:
    scope = CancelScope()
    scope.on_stage = lambda stage: scope.cancel(reason) if stage is Stage.SEND else None
    outcome, item = office.send(office.queue(desk), scope)
    assert (outcome.state, outcome.problem, errors(office, desk)) == (OutboxState.WAITING, None, 0)
    assert smtp_server.messages == []
    assert [each.id for each in office.services.send_mail.due()] == ([item.id] if due else [])
    assert office.send(item)[0].state == OutboxState.SENT


def test_refused_connection_waits_and_counts(office: Office, smtp_server: SmtpServer) -> None:
    desk = office.sending(smtp_server, "Desk", port=free_ports(1)[0])
    outcome, item = office.send(office.queue(desk))
    assert (outcome.state, item.reason) == (OutboxState.WAITING, K.CONNECTION_REFUSED)
    assert errors(office, desk) == 1


def both(office: Office, mailbox: Mailbox, server: SmtpServer) -> Integration:
    office.services.properties.set(
        {f"{what}_after_{direction}_errors": "2" for what in ("notify", "disable") for direction in Direction}
        | {"disable_grace": "0s"}
    )
    return office.services.integrations.save(
        Integration(name="Both", incoming=office.incoming(mailbox), outgoing=office.outgoing(server))
    )


def states(office: Office, integration: Integration) -> list[DirectionState]:
    [status] = office.services.statuses.of([integration.id])
    return [status.state_of(direction) for direction in (Direction.INCOMING, Direction.OUTGOING)]


def test_outgoing_disabled_by_errors_leaves_incoming_on(
    office: Office, mailbox: Mailbox, smtp_server: SmtpServer
) -> None:
    integration = both(office, mailbox, smtp_server)
    smtp_server.script.answer("MAIL", "", "550 5.7.1 not you")
    for _ in range(2):
        office.send(office.queue(integration))
    assert states(office, integration) == [DirectionState.ACTIVE, DirectionState.DISABLED_BY_ERRORS]
    assert office.check(integration).problem is None
    office.queue(integration)
    assert office.services.send_mail.due() == ()  # it waits for whoever mends it
    smtp_server.script.clear()
    office.services.enabling.enable(integration.id, CancelScope(), lambda _step: None)
    [item] = office.services.send_mail.due()
    assert office.send(item)[0].state == OutboxState.SENT


def test_incoming_disabled_by_errors_leaves_outgoing_on(
    office: Office, mailbox: Mailbox, smtp_server: SmtpServer
) -> None:
    integration = both(office, mailbox, smtp_server)
    mailbox.set_password("another")
    for _ in range(2):
        office.check(integration)
    assert states(office, integration) == [DirectionState.DISABLED_BY_ERRORS, DirectionState.ACTIVE]
    assert office.send(office.queue(integration))[0].state == OutboxState.SENT


def test_nothing_is_due_while_the_disk_is_full(
    office: Office, desk: Integration, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.queue(desk)
    monkeypatch.setattr("mailint_gui.store.database.LEAST_FREE_SPACE", 1 << 60)
    assert office.services.send_mail.due() == ()
    monkeypatch.undo()
    assert len(office.services.send_mail.due()) == 1


# Messages a minute


def test_messages_a_minute(office: Office, smtp_server: SmtpServer) -> None:
    desk = office.sending(smtp_server, "Desk", messages_per_minute=2)
    other = office.sending(smtp_server, "Other")
    items = [office.queue(desk) for _ in range(3)]
    items += [office.queue(other) for _ in range(3)]
    now = office.services.clock() + timedelta(seconds=1)
    due = [item.id for item in _due_at(office, now)]
    assert due == [each.id for each in (*items[:2], *items[3:])]
    assert [office.send(item)[0].state for item in items[:3]] == ["sent", "sent", "queued"]
    assert [item.id for item in _due_at(office, now + timedelta(seconds=59))] == [
        each.id for each in items[3:]
    ]
    assert items[2].id in [item.id for item in _due_at(office, now + timedelta(seconds=60))]
    assert office.send(items[2])[0].state == OutboxState.SENT


def test_a_test_email_is_never_held_back(office: Office, smtp_server: SmtpServer) -> None:
    desk = office.sending(smtp_server, "Desk", messages_per_minute=1)
    office.send(office.queue(desk))
    assert send_test(office, desk).state == OutboxState.SENT


def test_pace_outlives_a_clock_set_back(office: Office) -> None:
    pace, now = Pace(), office.services.clock()
    pace.note(1, now)
    assert (pace.left(1, 1, now), pace.left(1, 0, now), pace.left(2, 1, now)) == (0, None, 1)
    assert pace.left(1, 1, now - timedelta(hours=1)) == 1


def test_pace_remembers_what_was_sent_since_somebody_looked_at_the_clock(office: Office) -> None:
    pace, looked_at = Pace(), office.services.clock()
    pace.note(1, sent_at := looked_at + timedelta(milliseconds=50))
    assert pace.left(1, 1, looked_at) == 0
    assert pace.left(1, 1, sent_at) == 0


def test_when_pace_lets_the_next_one_go() -> None:
    pace, now = Pace(), datetime(2026, 11, 24, 12, tzinfo=UTC)
    for seconds in (0, 10, 20):
        pace.note(1, now + timedelta(seconds=seconds))
    later = now + timedelta(seconds=30)
    goes_on = {limit: pace.goes_on_at(1, limit, later) for limit in (0, 1, 2, 3, 4)}
    seconds_later = [at and (at - now).seconds for at in goes_on.values()]
    assert seconds_later == [None, 80, 70, 60, None]
    for limit in (3, 2, 1):
        at = goes_on[limit]
        assert at is not None
        assert pace.left(1, limit, at) == 1


def test_what_the_limit_keeps_queued_says_when_it_goes_on(office: Office, smtp_server: SmtpServer) -> None:
    desk = office.sending(smtp_server, "Desk", messages_per_minute=1)
    other = office.sending(smtp_server, "Other")
    now = office.services.clock()
    office.use_clock(fixed(now))
    office.send(office.queue(desk))
    office.queue(desk)
    office.queue(other)

    def times() -> list[datetime | None]:
        send_mail, outbox = office.services.send_mail, office.services.outbox
        return [item.next_try_at for item in send_mail.with_limits(outbox.all())]

    assert times() == [None, now + timedelta(minutes=1), None]
    office.use_clock(fixed(now + timedelta(minutes=1)))
    assert times() == [None, None, None]
    office.use_clock(fixed(now))
    office.services.integrations.save(replace(desk, enabled=False))
    assert times() == [None, None, None]  # it has a graver reason


# Test email


def send_test(
    office: Office, draft: Integration, scope: CancelScope | None = None, **typed: Secret
) -> SendOutcome:
    return office.services.test_email.send(
        draft, "joe@example.com", TypedPasswords(**typed), scope or CancelScope()
    )


def test_test_email_of_what_is_stored(office: Office, desk: Integration, smtp_server: SmtpServer) -> None:
    assert send_test(office, desk).state == OutboxState.SENT
    assert smtp_server.wait_for_message().recipients == ("joe@example.com",)
    assert office.services.monitor.health(desk.id).outgoing.last_mail_at is not None


def test_test_email_answers_at_once(office: Office, desk: Integration, smtp_server: SmtpServer) -> None:
    smtp_server.script.answer("MAIL", "", "450 4.7.1 later")
    outcome = send_test(office, desk)
    assert outcome.problem is not None
    assert (outcome.state, outcome.problem.kind) == (OutboxState.FAILED, K.SERVER_BUSY)
    assert errors(office, desk) == 1


def test_cancelled_test_email_is_not_sent_later(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    scope = CancelScope()
    scope.on_stage = lambda stage: scope.cancel(CancelReason.ADMIN) if stage is Stage.SEND else None
    assert send_test(office, desk, scope).state == OutboxState.FAILED
    assert (office.services.send_mail.due(), smtp_server.messages) == ((), [])


def test_test_email_of_typed_settings_leaves_health_alone(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    before = office.services.monitor.health(desk.id)
    smtp_server.users["desk"] = "right"
    password = OutgoingAuthentication.PASSWORD
    typed = replace(desk, outgoing=replace(desk.outgoing, authentication=password, user_name="desk"))
    assert send_test(office, typed, outgoing=Secret("right")).state == OutboxState.SENT
    assert smtp_server.wait_for_message().user == "desk"
    outcome = send_test(office, typed, outgoing=Secret("wrong"))
    assert outcome.problem is not None
    assert (outcome.state, outcome.problem.kind) == (OutboxState.FAILED, K.AUTHENTICATION_FAILED)
    assert office.services.monitor.health(desk.id) == before


def test_test_email_before_anything_is_stored(office: Office, smtp_server: SmtpServer) -> None:
    draft = Integration(name="Typed", outgoing=office.outgoing(smtp_server))
    assert send_test(office, draft).state == OutboxState.SENT
    assert len(smtp_server.messages) == 1
    assert (office.services.outbox.all(), office.rows()) == ((), [])
    smtp_server.script.answer("MAIL", "", "450 4.7.1 later")
    assert send_test(office, draft).state == OutboxState.FAILED


def test_test_email_is_judged_first(office: Office, desk: Integration) -> None:
    wrong = replace(desk, outgoing=replace(desk.outgoing, enabled=False, server=""))
    with pytest.raises(ValidationError) as caught:
        office.services.test_email.send(wrong, "nobody", TypedPasswords(), CancelScope())
    assert {error.path for error in caught.value.errors} == {"outgoing.server", "recipient"}


def test_the_password_is_nowhere(
    office: Office, smtp_server: SmtpServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1, "mailint_gui")
    smtp_server.users["desk"] = "another"
    desk = office.sending(
        smtp_server,
        "Desk",
        authentication=OutgoingAuthentication.PASSWORD,
        user_name="desk",
        password=office.password("canary-out"),
    )
    assert office.send(office.queue(desk))[1].reason == K.AUTHENTICATION_FAILED
    files = b"".join(path.read_bytes() for path in office.database_path.parent.iterdir() if path.is_file())
    shown = [files.decode("latin-1"), caplog.text, repr(office.announced)]
    assert not [each for each in shown if "canary" in each]


def test_a_test_email_is_left_to_whoever_asked_for_it(office: Office, desk: Integration) -> None:
    """The background sender would send it with the stored settings."""
    item = office.queue(desk, purpose=OutboxPurpose.TEST)
    assert office.services.send_mail.due() == ()
    with pytest.raises(NotPossibleError):
        office.services.outbox.retry(item.id)
    office.restart()
    assert [each.state for each in office.services.outbox.all()] == [OutboxState.FAILED]
    with pytest.raises(NotPossibleError):
        office.services.outbox.retry(item.id)


def test_a_test_email_that_was_stopped_before_its_turn_is_cancelled(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    smtp_server.script.never_answer("MAIL")
    with hanging(office, office.queue(desk)):
        scope = CancelScope()
        scope.cancel(CancelReason.ADMIN)
        with pytest.raises(Cancelled):
            send_test(office, desk, scope)
    assert [each.state for each in office.services.outbox.all()] == [
        OutboxState.WAITING,
        OutboxState.CANCELLED,
    ]
