"""Settling what was parsed: a batch of messages, in one transaction, each to its place."""

import logging
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mailint_gui.domain.check import CheckTally
from mailint_gui.domain.clock import Clock
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.loop import LoopStop
from mailint_gui.domain.message import (
    LoggedMessage,
    MessageState,
    ParseRefused,
    QuarantineReason,
)
from mailint_gui.domain.problem import ProblemError, ProblemKind
from mailint_gui.domain.read_message import ReadMessage
from mailint_gui.services.announcements import (
    Announce,
    LoopsChanged,
    MessagesChanged,
    OutboxChanged,
    RecordsChanged,
)
from mailint_gui.services.filing_case import Case, case_of
from mailint_gui.services.filing_turn import Turn
from mailint_gui.services.filing_verdict import Judgement
from mailint_gui.services.filing_writes import FilingWrites
from mailint_gui.services.properties import Properties
from mailint_gui.services.rule_book import RuleBook
from mailint_gui.services.rule_mail import RenderRuleMail, RuleMail
from mailint_gui.store.database import Database
from mailint_gui.store.filing_facts import Twin
from mailint_gui.store.unit_of_work import UnitOfWork

_log = logging.getLogger(__name__)

LONGEST_TRANSACTION = (
    0.03  # seconds after which nothing more is begun in one: mail that rules send takes its time
)

Answer = ReadMessage | ParseRefused
_PLACES = {
    MessageState.FILED: CheckTally(filed=1),
    MessageState.IGNORED: CheckTally(ignored=1),
    MessageState.QUARANTINED: CheckTally(quarantined=1),
    MessageState.ALREADY_KNOWN: CheckTally(already_known=1),
}


@dataclass(slots=True)
class _Changes:
    """What is to be told once it is committed."""

    integrations: set[int] = field(default_factory=set)
    records: set[int] = field(default_factory=set)
    stops: list[LoopStop] = field(default_factory=list)
    outbox: bool = False


@dataclass(frozen=True, slots=True)
class Settlement:
    """``render``: the words of mail that rules send."""

    database: Database
    properties: Properties
    rule_book: RuleBook
    render: RenderRuleMail
    clock: Clock
    announce: Announce

    def settle(self, answers: Sequence[tuple[int, Answer]]) -> CheckTally:
        """A place for each, by this verdict or by that of whoever filed it meanwhile. Raises ProblemError.

        All are of one integration: what another one has is looked up for all of them at once. Where that fails, each
        is settled alone, so that what cannot be filed stops no other.
        """
        try:
            return self._together(answers)
        except Exception as error:
            if _is_disk_full(error):
                raise
            _log.info("%d messages are filed one by one after %s", len(answers), type(error).__name__)
        return sum((self._alone(*each) for each in answers), CheckTally())

    def _alone(self, message_id: int, answer: Answer) -> CheckTally:
        """Kept in quarantine when it cannot be filed. That the store keeps it there shows whose fault it is."""
        try:
            return self._together([(message_id, answer)])
        except Exception as error:
            if _is_disk_full(error):
                raise
            why = error
        detail = why.problem.detail if isinstance(why, ProblemError) else type(why).__name__
        with self.database.write() as unit:
            unit.messages.set_quarantined(message_id, QuarantineReason.NOT_FILED, detail)
            owners = {each.integration_id for each in unit.filing_facts.of([message_id]).values()}
        _log.error("message %d cannot be filed", message_id, exc_info=why)
        self.announce(MessagesChanged(frozenset(owners)))
        return CheckTally(quarantined=1)

    def _together(self, answers: Sequence[tuple[int, Answer]]) -> CheckTally:
        """In as few transactions as let others write in between, too."""
        cases = self._cases(answers)
        tally, left = CheckTally(), deque(answers)
        while left:
            tally += self._in_one_transaction(left, cases)
        return tally

    def _in_one_transaction(self, left: deque[tuple[int, Answer]], cases: Mapping[int, Case]) -> CheckTally:
        """Those that it settles are taken from ``left``: all, unless it takes long."""
        changes = _Changes()
        places: list[MessageState] = []
        with self.database.write() as unit:
            end = time.monotonic() + LONGEST_TRANSACTION
            waiting = unit.filing_facts.of([message_id for message_id, _answer in left], locked=True)
            turn = self._turn(unit, [cases[each] for each in waiting if each in cases])
            while left and (not places or time.monotonic() < end):
                message_id, answer = left.popleft()
                case = cases.get(message_id)
                places.append(self._settled(turn, waiting[message_id], case, answer, changes))
            turn.writes.write()
            changes.outbox |= turn.mail.queued > 0
        self._tell(changes)
        return sum((_PLACES[place] for place in places), CheckTally())

    def _turn(self, unit: UnitOfWork, cases: Sequence[Case]) -> Turn:
        now, properties = self.clock(), self.properties.current()
        return Turn(
            unit=unit,
            writes=FilingWrites(unit, now),
            twins=_twins(unit, cases),
            properties=properties,
            mail=RuleMail(unit, properties, self.render, now),
            now=now,
            admin=self.properties.admin_name(),
        )

    def _cases(self, answers: Sequence[tuple[int, Answer]]) -> dict[int, Case]:
        """Rules that were not judged yet are before the transaction: nobody else can write while it lasts."""
        read = {message_id: each for message_id, each in answers if isinstance(each, ReadMessage)}
        parsed = [each.parsed for each in read.values()]
        rules = self.rule_book.stored()
        with self.database.read() as unit:
            logged = unit.filing_facts.of(read)
            owners = {each.integration_id for each in logged.values()}
            integrations = {each: found for each in owners if (found := unit.integrations.get(each))}
            own_ids = unit.messages.own_message_ids([each.message_id for each in parsed])
            named = unit.messages.by_message_ids(each.references[0] for each in parsed if each.references)
        received = frozenset(
            (each.message_id, each.sender.casefold())
            for each in named
            if each.direction is Direction.INCOMING
        )
        return {
            each: case_of(logged[each], read[each], integrations, rules, own_ids, received) for each in logged
        }

    def _settled(
        self, turn: Turn, logged: LoggedMessage, case: Case | None, answer: Answer, changes: _Changes
    ) -> MessageState:
        if logged.state is not MessageState.RECEIVED:
            assert logged.state is not None  # of an outgoing message alone
            return logged.state
        changes.integrations.add(logged.integration_id)
        if isinstance(answer, ParseRefused):
            turn.unit.messages.set_quarantined(logged.id, answer.reason, answer.detail)
            return MessageState.QUARANTINED
        assert case is not None  # whatever was parsed has one
        judgement = Judgement(turn, case)
        place = judgement.file()
        if place.record is not None:
            changes.records.add(place.record)
        if judgement.stop:
            changes.stops.append(judgement.stop)
        changes.outbox |= judgement.bounced
        return place.state

    def _tell(self, changes: _Changes) -> None:
        if changes.integrations:
            self.announce(MessagesChanged(frozenset(changes.integrations)))
        if changes.records:
            self.announce(RecordsChanged(frozenset(changes.records)))
        if changes.stops:
            self.announce(LoopsChanged(tuple(changes.stops)))
        if changes.outbox:
            self.announce(OutboxChanged())


def _is_disk_full(error: Exception) -> bool:
    return isinstance(error, ProblemError) and error.problem.kind is ProblemKind.DISK_FULL


def _twins(unit: UnitOfWork, cases: Sequence[Case]) -> dict[int, Twin]:
    """By message id, the same mail in another mailbox of ours; without a Message-ID the bytes decide."""
    if not cases:
        return {}
    owner = cases[0].logged.integration_id
    named = {each.id: each.parsed.content_digest for each in cases}
    nameless = {each.id: each.logged.sha256 for each in cases if not each.parsed.content_digest}
    by_mail = unit.filing_facts.same_mail(named.values(), owner)
    by_bytes = unit.filing_facts.same_bytes(nameless.values(), owner) if nameless else {}
    found = {message_id: by_mail.get(digest) for message_id, digest in named.items() if digest}
    found |= {message_id: by_bytes.get(digest) for message_id, digest in nameless.items()}
    return {message_id: twin for message_id, twin in found.items() if twin}
