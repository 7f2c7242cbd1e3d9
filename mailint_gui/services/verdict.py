"""What the end of an attempt to send means for the row in the outbox."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mailint_gui.domain.outbox import OutboxAction, OutboxItem, OutboxPurpose, OutboxRecipient, RecipientState
from mailint_gui.domain.problem import Fault, Problem, ProblemKind
from mailint_gui.mail.smtp import SendResult

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
SPREAD = 0.2  # of a wait, added by chance: what failed together is not tried again together

_PERMANENT = frozenset(
    {
        ProblemKind.MESSAGE_TOO_LARGE,
        ProblemKind.MESSAGE_REFUSED,
        ProblemKind.RECIPIENT_REFUSED,
        ProblemKind.ADDRESS_NOT_CARRIED,
        ProblemKind.SENDER_REFUSED,
        ProblemKind.RELAY_DENIED,
        ProblemKind.POLICY_REFUSED,
    }
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """``sent``: somebody got it. ``problem`` None with TRY_LATER: it was cancelled.

    ``recipients`` None: as they were. ``unheard``: its sender hangs, and the row alone knows how far it came.
    ``at_once``: what ended it was the end of the program; the next run need not wait.
    """

    action: OutboxAction
    problem: Problem | None = None
    recipients: tuple[OutboxRecipient, ...] | None = None
    sent: bool = False
    unheard: bool = False
    at_once: bool = False


CANCELLED = Verdict(OutboxAction.TRY_LATER)
INTERRUPTED = Verdict(OutboxAction.TRY_LATER, at_once=True)
UNHEARD = Verdict(OutboxAction.TRY_LATER, unheard=True)


def failed(problem: Problem) -> Verdict:
    """Of a message that nobody got."""
    if problem.kind is ProblemKind.DELIVERY_UNCERTAIN:
        return Verdict(OutboxAction.ANSWER_LOST, problem)
    permanent = problem.kind in _PERMANENT
    return Verdict(OutboxAction.REFUSED if permanent else OutboxAction.TRY_LATER, problem)


def judged(item: OutboxItem, result: SendResult) -> Verdict:
    """Each refusal stays with its recipient. Whoever was refused for now is tried again, alone."""
    recipients = tuple(_after(each, result) for each in item.recipients)
    refusals = tuple(result.refused.values())
    for_now = min((each for each in refusals if each.kind not in _PERMANENT), key=_of_one_alone, default=None)
    problem = for_now or next(iter(refusals), None)
    sent = bool(result.accepted)
    if for_now:
        return Verdict(OutboxAction.TRY_LATER, problem, recipients, sent)
    anybody = any(each.state is RecipientState.SENT for each in recipients)
    return Verdict(OutboxAction.ACCEPTED if anybody else OutboxAction.REFUSED, problem, recipients, sent)


def _of_one_alone(problem: Problem) -> bool:
    """What speaks for all comes before it."""
    return problem.fault is Fault.MESSAGE


def while_awaited(item: OutboxItem, refused: Mapping[str, Problem]) -> tuple[OutboxRecipient, ...]:
    """Recipients that the answers before the message change: who waits has the server's words if it put them off."""
    waiting = [each for each in item.recipients if each.state is RecipientState.QUEUED]
    after = [
        _after(each, SendResult((), refused)) if each.address in refused else replace(each, answer="")
        for each in waiting
    ]
    return tuple(new for old, new in zip(waiting, after, strict=True) if new != old)


def _after(recipient: OutboxRecipient, result: SendResult) -> OutboxRecipient:
    if problem := result.refused.get(recipient.address):
        state = RecipientState.REFUSED if problem.kind in _PERMANENT else RecipientState.QUEUED
        return OutboxRecipient(recipient.address, state, problem.detail)
    if recipient.address in result.accepted:
        return OutboxRecipient(recipient.address, RecipientState.SENT)
    return recipient


def retry_at(attempts: int, now: datetime, jitter: Callable[[], float] = random.random) -> datetime:
    """When to try again after ``attempts`` tries: a minute, doubling, at most an hour, and some more by chance.

    ``jitter``: from 0 to 1.
    """
    doublings = min(max(attempts - 1, 0), 10)
    return now + min(FIRST_RETRY * (1 << doublings), LONGEST_RETRY) * (1 + SPREAD * jitter())


def gives_up(item: OutboxItem, now: datetime, send_for: timedelta) -> bool:
    """A test answers at once; everything else is tried for so long."""
    return item.purpose is OutboxPurpose.TEST or now - (item.tried_from or item.created_at) > send_for
