"""The verdict on one message, in the transaction that files it: step by step, each step in its trail.

The same message in another mailbox, reports of failed deliveries, ignore lists, loops, automatic mail, rules that
ignore it; what passes all of them joins its record, or opens one.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from mailint_gui.domain.filing import AutomaticMail
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.loop import LoopStop
from mailint_gui.domain.message import FiledMessage, MessageState
from mailint_gui.domain.properties import OneMessageInManyMailboxes
from mailint_gui.domain.record_filing import FIELD_OF
from mailint_gui.domain.rule import ActionKind
from mailint_gui.domain.rule_verdict import RuleOutcome, RuleTrace
from mailint_gui.domain.trail import FilingReason, Footprint, NotDone, Trail, TrailStep
from mailint_gui.services.filing_case import Case, Steps
from mailint_gui.services.filing_record import RecordFiling
from mailint_gui.services.filing_turn import Turn
from mailint_gui.services.loop_breaker import stopped
from mailint_gui.services.rule_actions import act

_OF_RECORD = frozenset({*FIELD_OF, ActionKind.TAG})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message ends."""

    state: MessageState
    reason: str = ""
    record: int | None = None
    rules_asked: bool = False


class Judgement:
    """Of one message. Once it is filed, ``stop`` and ``bounced`` say what else it brought about."""

    def __init__(self, turn: Turn, case: Case) -> None:
        self._turn = turn
        self._unit = turn.unit
        self._case = case
        self._anyway = case.logged.file_anyway
        self._steps = Steps()
        self._records = RecordFiling(turn, case, self._steps)
        self._earlier: tuple[Footprint, ...] = ()
        self._twin: int | None = None  # the record of the same message of another mailbox
        self._automatic = False
        self.stop: LoopStop | None = None
        self.bounced = False

    def file(self) -> Place:
        """Decides and writes."""
        if self._anyway:
            earlier = self._unit.trails.get(self._case.id)
            self._earlier = earlier.steps if earlier else ()
            self._steps.add(TrailStep.FILED_ANYWAY, admin=self._turn.admin)
        keepers: tuple[Callable[[], Place | None], ...] = (
            self._same_message,
            self._delivery_report,
            self._listed,
            self._loop,
            self._automatic_mail,
            self._ignored_by_rule,
        )
        place = next((found for keeper in keepers if (found := keeper())), None) or self._filed()
        self._write(place)
        return place

    def _write(self, place: Place) -> None:
        case = self._case
        rules = tuple(map(_kept, case.verdict.trace)) if place.rules_asked else ()
        filed = FiledMessage(
            case.id, case.parsed, case.words, place.state, place.reason, place.record, self._automatic
        )
        self._turn.writes.add(filed, Trail((*self._earlier, *self._steps.all), rules))

    def _same_message(self) -> Place | None:
        """One that has no record there says nothing about here."""
        twin = None if self._anyway else self._turn.twins.get(self._case.id)
        if twin is None:
            return None
        self._twin = twin.record
        many = self._turn.properties.one_message_in_many_mailboxes
        if many is OneMessageInManyMailboxes.ONE_PER_MAILBOX:
            return None
        self._steps.add(TrailStep.SAME_MESSAGE, message=str(twin.id), integration=twin.integration)
        if many is OneMessageInManyMailboxes.LINKED:
            return None
        return Place(MessageState.ALREADY_KNOWN, FilingReason.SAME_MESSAGE, self._twin)

    def _delivery_report(self) -> Place | None:
        """RFC 3464: the mail that it speaks of has failed, and the report belongs to that mail's record."""
        report = self._case.parsed.report
        if report is None or not report.message_id or self._anyway:
            return None
        known = self._unit.messages.by_message_ids([report.message_id])
        sent = next((each for each in known if each.direction is Direction.OUTGOING), None)
        if sent is None:
            return None
        for each in report.failed:
            facts = {"recipient": each.address, "status": each.status, "answer": each.answer}
            self._steps.add(TrailStep.DELIVERY_REPORT, message_id=report.message_id, **facts)
            failed = self._unit.outbox.fail_delivered(
                report.message_id, each.address, each.answer, self._turn.now
            )
            self.bounced |= failed is not None
        if not report.failed:
            self._steps.add(TrailStep.DELIVERY_REPORT, message_id=report.message_id)
        if sent.record is None or self._turn.writes.record(sent.record) is None:
            return Place(MessageState.IGNORED, FilingReason.DELIVERY_REPORT)
        self._turn.writes.touch_record(sent.record)
        self._steps.add(TrailStep.RECORD_JOINED, record=str(sent.record))
        return Place(MessageState.FILED, record=sent.record)

    def _listed(self) -> Place | None:
        listed = self._case.listed
        if listed is None:
            return None
        self._steps.all.append(listed.step)
        return Place(MessageState.IGNORED, listed.reason)

    def _loop(self) -> Place | None:
        case = self._case
        if self._anyway or not case.sender or case.parsed.report or not case.origin.evidence:
            return None
        if not case.origin.is_reply_or_loop and (case.goes_on or self._records.match.record is None):
            return None  # an alert that opens a record, or goes on from one, answers nobody
        self._automatic = True
        self._turn.writes.before_counting_automatic()
        found = stopped(
            *(self._unit, case.logged, case.parsed.date, case.sender),
            *(self._turn.properties, self._turn.now),
        )
        if found is None:
            return None
        stop = found.stop
        if found.is_new:
            self.stop = stop
        self._steps.add(TrailStep.LOOP, address=stop.sender, count=str(stop.count), minutes=str(stop.minutes))
        return Place(MessageState.IGNORED, FilingReason.LOOP)

    def _automatic_mail(self) -> Place | None:
        automatic = self._case.automatic
        if automatic is None:
            return None
        self._steps.all.append(automatic.step)
        match self._case.integration.filing.automatic_mail:
            case AutomaticMail.IGNORE:
                return Place(MessageState.IGNORED, automatic.reason)
            case AutomaticMail.LOG_ONLY:
                return Place(MessageState.FILED, FilingReason.LOG_ONLY)
        return None

    def _ignored_by_rule(self) -> Place | None:
        """Without a record, but moved, forwarded and answered as rules say."""
        ignoring = next((each for each in self._case.orders if each.kind is ActionKind.IGNORE), None)
        if ignoring is None:
            return None
        if self._anyway:
            self._steps.not_done(ignoring, NotDone.FILED_ANYWAY)
            return None
        self._steps.add(TrailStep.RULE_IGNORED, rule=ignoring.rule)
        for order in self._case.orders:
            if order.kind in _OF_RECORD:
                self._steps.not_done(order, NotDone.NO_RECORD)
        act(self._turn, self._case, self._steps, None, self._earlier)
        return Place(MessageState.IGNORED, FilingReason.RULE, rules_asked=True)

    def _filed(self) -> Place:
        found = self._records.match
        self._steps.all += found.steps
        if found.record and found.record.number == self._twin:
            return Place(MessageState.ALREADY_KNOWN, FilingReason.SAME_MESSAGE, self._twin)
        linked = self._turn.properties.one_message_in_many_mailboxes is OneMessageInManyMailboxes.LINKED
        number = self._records.file(self._twin if linked else None)
        act(self._turn, self._case, self._steps, number, self._earlier)
        return Place(MessageState.FILED, record=number, rules_asked=True)


def _kept(trace: RuleTrace) -> RuleTrace:
    """Why a rule did not match is what a dry run tells: kept for each message, it would be three times its size."""
    if trace.condition is None or trace.outcome is not RuleOutcome.NOT_MATCHED:
        return trace
    return replace(trace, condition=None)
