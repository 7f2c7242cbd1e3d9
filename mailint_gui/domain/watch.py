"""What is judged by the clock and by what lies there, not by one check: each is told once, until it is over."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mailint_gui.domain.events import (
    CredentialExpiring,
    LoopWasStopped,
    MessagesNotSent,
    MessagesQuarantined,
    NoMailSince,
    NoSuccessSince,
    OutboxStuck,
    WatchEvent,
)
from mailint_gui.domain.expiry import Expiry, days_left, due_warning
from mailint_gui.domain.expiry_mark import told, was_told
from mailint_gui.domain.health import DirectionState, Health, direction_state
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.loop import LoopStop
from mailint_gui.domain.notification import EventKind
from mailint_gui.domain.outbox import OutboxItem, OutboxState
from mailint_gui.domain.problem import Problem, ProblemKind

Marks = Mapping[EventKind, int]
"""What was told already. For rows the highest id; for clocks the moment that the trouble began, in seconds;
of credentials as ``domain.expiry_mark`` has it."""


@dataclass(frozen=True, slots=True)
class Patience:
    outbox_stuck_after: timedelta
    no_check_after: timedelta
    no_mail_after: timedelta


@dataclass(frozen=True, slots=True)
class Watched:
    """One integration as it stands. ``quarantined``: ids of the messages there; ``loops``: those active.

    ``untold``: mail that somebody did not get, or of which nobody knows, since it was last told; oldest first.
    """

    integration: Integration
    health: Health
    quarantined: tuple[int, ...] = ()
    loops: tuple[LoopStop, ...] = ()
    unsent: int = 0
    oldest_unsent_at: datetime | None = None
    untold: tuple[OutboxItem, ...] = ()
    expiries: tuple[Expiry, ...] = ()
    marks: Marks = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Look:
    """``events`` to tell, and the marks after it; ``ended``: ids of outgoing mail of which no more is to be told."""

    events: tuple[WatchEvent, ...]
    marks: Marks
    ended: tuple[int, ...] = ()


def looked(watched: Watched, patience: Patience, began: datetime, now: datetime) -> Look:
    """``began``: when this run did. What was before it is no silence of a mailbox: nobody checked."""
    marks = dict(watched.marks)
    ended = tuple(each for each in watched.untold if not _may_be_found(each, patience, now))
    events = (
        *_stuck(watched, patience, marks, now),
        *_not_sent(ended),
        *_quarantined(watched, marks),
        *_loops(watched, marks),
        *_no_success(watched, patience, marks, began, now),
        *_no_mail(watched, patience, marks, began, now),
        *_expiring(watched, marks, now),
    )
    return Look(events, marks, tuple(each.id for each in ended))


def _stuck(
    watched: Watched, patience: Patience, marks: dict[EventKind, int], now: datetime
) -> Iterator[WatchEvent]:
    since = watched.oldest_unsent_at
    if since is None or now - since < patience.outbox_stuck_after:
        marks.pop(EventKind.OUTBOX_STUCK, None)
        return
    if EventKind.OUTBOX_STUCK not in marks:  # one incident until the outbox moves again, whichever is oldest
        yield OutboxStuck(watched.unsent, since)
    marks[EventKind.OUTBOX_STUCK] = _second(since)


def _may_be_found(item: OutboxItem, patience: Patience, now: datetime) -> bool:
    """Most of what is uncertain is settled soon, by the copy that the server keeps."""
    return item.state is OutboxState.UNCERTAIN and now - item.created_at < patience.outbox_stuck_after


def _not_sent(ended: Sequence[OutboxItem]) -> Iterator[WatchEvent]:
    """What is on its way again, has no event."""
    uncertain = [each for each in ended if each.state is OutboxState.UNCERTAIN]
    unreached = [each for each in ended if each.unreached and each not in uncertain]
    for found in (unreached, uncertain):
        if found:
            latest = found[-1]
            to = tuple(each.address for each in latest.unreached or latest.recipients)
            yield MessagesNotSent(len(found), to, latest.subject, _problem_of(latest, to))


def _problem_of(item: OutboxItem, to: Sequence[str]) -> Problem:
    facts = {"sender": item.sender, "recipient": ", ".join(to)}
    if item.state is OutboxState.UNCERTAIN:
        return Problem(ProblemKind.DELIVERY_UNCERTAIN, facts, item.answer)
    if item.state is not OutboxState.FAILED:  # the others have it, or may get it
        return Problem(ProblemKind.RECIPIENT_REFUSED, facts, item.unreached[0].answer)
    return Problem(item.problem.kind, {**item.problem.facts, **facts}, item.answer)


def _quarantined(watched: Watched, marks: dict[EventKind, int]) -> Iterator[WatchEvent]:
    known = marks.get(EventKind.MESSAGE_QUARANTINED, 0)
    new = [each for each in watched.quarantined if each > known]
    if new:
        marks[EventKind.MESSAGE_QUARANTINED] = max(new)
        yield MessagesQuarantined(len(new))


def _loops(watched: Watched, marks: dict[EventKind, int]) -> Iterator[WatchEvent]:
    known = marks.get(EventKind.LOOP_STOPPED, 0)
    for stop in sorted(watched.loops, key=lambda one: one.id):
        if stop.id > known:
            marks[EventKind.LOOP_STOPPED] = stop.id
            yield LoopWasStopped(stop.sender, stop.count, stop.minutes)


def _no_success(
    watched: Watched, patience: Patience, marks: dict[EventKind, int], began: datetime, now: datetime
) -> Iterator[WatchEvent]:
    """Disabled by errors, and a sign-in that is needed, are told as such; an admin who disabled it knows."""
    succeeded = watched.health.incoming.last_success_at
    quiet_for = now - max(filter(None, (succeeded, began)))
    if not _is_checked(watched) or quiet_for < _longer(patience.no_check_after, watched.integration):
        return
    yield from _once(marks, EventKind.NO_SUCCESSFUL_CHECK, NoSuccessSince(succeeded or began), succeeded)


def _no_mail(
    watched: Watched, patience: Patience, marks: dict[EventKind, int], began: datetime, now: datetime
) -> Iterator[WatchEvent]:
    """Of a mailbox that had mail, and whose checks go well: else something else is told."""
    health = watched.health.incoming
    last = health.last_mail_at
    if last is None or not _is_checked(watched) or health.consecutive_errors:
        return
    succeeded = health.last_success_at
    if succeeded is None or succeeded - last < patience.no_mail_after or succeeded < began:
        return
    yield from _once(marks, EventKind.NO_MAIL, NoMailSince(last), last)


def _expiring(watched: Watched, marks: dict[EventKind, int], now: datetime) -> Iterator[WatchEvent]:
    """At the gravest warning that is due: those before it, missed while nothing ran, are not made up for."""
    for expiry in watched.expiries:
        mark = marks.get(EventKind.CREDENTIAL_EXPIRING, 0)
        warning = due_warning(expiry.on, now)
        if warning is not None and not was_told(mark, expiry, warning):
            marks[EventKind.CREDENTIAL_EXPIRING] = told(mark, expiry, warning)
            yield CredentialExpiring(expiry.kind, expiry.on, days_left(expiry.on, now), expiry.direction)


def _once(
    marks: dict[EventKind, int], kind: EventKind, event: WatchEvent, since: datetime | None
) -> Iterator[WatchEvent]:
    """Once for each moment that it began: no mail and no success after it, no second word."""
    mark = _second(since) if since else 0
    if marks.get(kind) != mark:
        marks[kind] = mark
        yield event


def _is_checked(watched: Watched) -> bool:
    state = direction_state(watched.integration, watched.health, Direction.INCOMING)
    return state is DirectionState.ACTIVE


def _longer(patience: timedelta, integration: Integration) -> timedelta:
    """A mailbox that is checked once a day is not missed after an hour."""
    return max(patience, 3 * integration.incoming.check_every)


def _second(moment: datetime) -> int:
    return int(moment.timestamp())
