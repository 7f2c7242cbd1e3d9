"""Mail that rules send: forwarded, answered, told of. Queued in the transaction that files the message."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailint_gui.domain.automatic_answer import why_not_answered
from mailint_gui.domain.integration import Integration
from mailint_gui.domain.loop_limits import limits
from mailint_gui.domain.outbox import OutboxPurpose
from mailint_gui.domain.problem import ProblemError
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.rule import ActionKind
from mailint_gui.domain.rule_mail import RuleMailFacts
from mailint_gui.domain.rule_orders import Order
from mailint_gui.domain.subject_token import record_numbers, token
from mailint_gui.domain.trail import NotDone
from mailint_gui.mail.compose import Composed, Draft, compose
from mailint_gui.services.filing_case import Case
from mailint_gui.services.outbox import put
from mailint_gui.store.unit_of_work import UnitOfWork

ANSWERED_FOR = timedelta(hours=24)  # one answer for each sender and record
MAIL_ACTIONS = frozenset({ActionKind.FORWARD, ActionKind.AUTO_REPLY, ActionKind.NOTIFY})


RenderRuleMail = Callable[[RuleMailFacts], tuple[str, str]]
"""-> (subject, body), in the catalogue's words; an answer has the rule's own body"""


@dataclass(frozen=True, slots=True)
class Done:
    """``recipients``: who gets it; or ``why`` nobody does."""

    recipients: tuple[str, ...] = ()
    why: NotDone | None = None


class RuleMail:
    """For the messages of one transaction."""

    def __init__(
        self, unit: UnitOfWork, properties: AccountProperties, render: RenderRuleMail, now: datetime
    ) -> None:
        self._unit = unit
        self._properties = properties
        self._render = render
        self._now = now
        self._default: Integration | None = None
        self._knows_default = False
        self._own_addresses: frozenset[str] | None = None
        self.queued = 0

    @property
    def own_addresses(self) -> frozenset[str]:
        if self._own_addresses is None:
            self._own_addresses = self._unit.filing_facts.own_addresses()
        return self._own_addresses

    def send(self, case: Case, order: Order, record: int | None) -> Done:
        sender = case.integration if case.integration.can_send else self._default_sender()
        if sender is None:
            return Done(why=NotDone.NO_SENDER)
        if order.kind is ActionKind.AUTO_REPLY:
            return self._answer(case, order, record, sender)
        recipients = self._recipients(case, order)
        others = tuple(each for each in recipients if each.casefold() != case.sender)
        if not others:
            return Done(why=NotDone.TO_ITS_SENDER if recipients else NotDone.NO_RECIPIENT)
        original = None
        if order.kind is ActionKind.FORWARD:
            original = self._unit.messages.raw(case.id)
        return self._queue(case, order, record, sender, OutboxPurpose.RULE, others, original=original)

    def _recipients(self, case: Case, order: Order) -> Sequence[str]:
        if order.action.recipients or order.kind is not ActionKind.NOTIFY:
            return order.action.recipients
        admin = case.integration.responsible_admin
        return (admin,) if admin else self._properties.notification_recipients

    def _answer(self, case: Case, order: Order, record: int | None, sender: Integration) -> Done:
        to = case.parsed.sender
        if why := why_not_answered(to, case.origin, self.own_addresses):
            return Done(why=why)
        facts = self._unit.filing_facts
        since = self._now - ANSWERED_FOR
        if facts.answers_to(to, since) if record is None else facts.is_answered(record, to, since):
            return Done(why=NotDone.ANSWERED_LATELY)
        # What opens a new record each time, without a sign that a program writes it, is a loop all the same.
        for minutes, limit in limits(self._properties).items():
            if facts.answers_to(to, self._now - timedelta(minutes=minutes)) >= limit:
                return Done(why=NotDone.TOO_MANY_ANSWERS)
        answers = (*reversed(case.parsed.references), case.parsed.message_id)
        return self._queue(case, order, record, sender, OutboxPurpose.AUTO_REPLY, (to,), answers=answers)

    def _queue(
        self,
        case: Case,
        order: Order,
        record: int | None,
        sender: Integration,
        purpose: OutboxPurpose,
        recipients: tuple[str, ...],
        answers: tuple[str, ...] = (),
        original: bytes | None = None,
    ) -> Done:
        subject, body = self._words(case, order, record)
        outgoing = sender.outgoing
        draft = Draft(
            sender=sender.sender_address,
            display_name=outgoing.display_name,
            reply_to=outgoing.reply_to,
            recipients=recipients,
            subject=subject,
            body=body,
            signature=outgoing.signature,
            message_format=outgoing.message_format,
            automatic=True,
            answers=answers,
            original=original,
        )
        try:
            composed: Composed = compose(draft, self._now)
        except ProblemError:
            return Done(why=NotDone.BAD_ADDRESS)
        if len(composed.raw) > outgoing.largest_message_bytes:
            return Done(why=NotDone.TOO_LARGE)
        put(self._unit, sender, purpose, composed, subject, self._now, text=body, record=record)
        self.queued += 1
        return Done(composed.recipients)

    def _words(self, case: Case, order: Order, record: int | None) -> tuple[str, str]:
        """The subject names the record, so that an answer joins it."""
        facts = RuleMailFacts(
            kind=order.kind,
            integration=case.integration.name,
            rule=order.rule,
            subject=case.parsed.subject,
            sender=case.parsed.sender,
            record=record or 0,
        )
        subject, body = self._render(facts)
        subject = order.action.subject or subject
        pattern = self._properties.subject_token
        if record is not None and record not in record_numbers(pattern, subject):
            subject = f"{subject} {token(pattern, record)}"
        return subject, order.action.text or body

    def _default_sender(self) -> Integration | None:
        if not self._knows_default:
            able = (each for each in self._unit.integrations.all() if each.is_default and each.can_send)
            self._default, self._knows_default = next(able, None), True
        return self._default
