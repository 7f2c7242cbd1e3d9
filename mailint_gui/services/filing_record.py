"""Filing a message to a record: the one that it belongs to, one that goes on from it, or a new one."""

from collections.abc import Iterable
from functools import cached_property

from mailint_gui.domain.filing import ClosedRecords, RecordMatching
from mailint_gui.domain.record import Record
from mailint_gui.domain.record_filing import Filled, opened, ordered, reopened, replied
from mailint_gui.domain.record_matching import Candidate, Claims, Match, is_closed, match
from mailint_gui.domain.subject_token import record_numbers
from mailint_gui.domain.trail import TrailStep
from mailint_gui.services.filing_case import Case, Steps
from mailint_gui.services.filing_turn import Turn

MOST_REFERENCES = 100  # message ids of one message that are looked up, the nearest first
_MOST_FOLLOW_UPS = 20  # closed records, each going on from the one before


class RecordFiling:
    """Of one message; writes to its ``steps``."""

    def __init__(self, turn: Turn, case: Case, steps: Steps) -> None:
        self._turn = turn
        self._unit = turn.unit
        self._case = case
        self._steps = steps
        self._settings = case.integration.filing

    @cached_property
    def match(self) -> Match:
        """Looks only; nothing is changed and nothing written to the trail."""
        case, properties = self._case, self._turn.properties
        matching = self._settings.record_matching
        numbers: tuple[int, ...] = ()
        if matching is not RecordMatching.REFERENCES:
            numbers = record_numbers(properties.subject_token, case.parsed.subject)
        references = self._references()
        claimed = {*numbers, *(number for _message_id, number in references)}
        if not claimed:
            return Match()
        claims = Claims(case.sender, numbers, references)
        own = self._turn.mail.own_addresses if numbers else frozenset()
        return match(claims, self._candidates(claimed, numbers), matching, properties.forged_tokens, own)

    def _references(self) -> tuple[tuple[str, int], ...]:
        """The nearest first. What several mailboxes of ours have is taken as that of this mailbox."""
        wanted = self._case.parsed.references[:MOST_REFERENCES]
        if not wanted:
            return ()
        self._turn.writes.before_asking_for(wanted)
        known: dict[str, int] = {}
        for each in self._unit.messages.by_message_ids(wanted):
            if each.record is not None:
                known.setdefault(each.message_id, each.record)
        known |= self._unit.filing_facts.records_here(self._case.logged.integration_id, known)
        return tuple((message_id, known[message_id]) for message_id in wanted if message_id in known)

    def _candidates(self, claimed: Iterable[int], tokens: Iterable[int]) -> dict[int, Candidate]:
        """Correspondents are asked for where a token has to be believed."""
        found = {}
        for number in claimed:
            if record := self._turn.writes.record(number):
                found[number] = Candidate(
                    record, self._correspondents(number) if number in tokens else frozenset()
                )
        return found

    def _correspondents(self, number: int) -> frozenset[str]:
        self._turn.writes.before_asking_in(number)
        return self._unit.records.correspondents(number)

    def file(self, link_to: int | None = None) -> int:
        """-> the number of its record. ``link_to``: where a new one goes on from."""
        if self.match.record is None:
            return self._open(link_to)
        record = self._last_follow_up(self.match.record)
        if not self._is_closed(record):
            return self._join(record, replied(record.draft, self._settings))
        if self._settings.closed_records is ClosedRecords.REOPEN:
            self._steps.add(TrailStep.CLOSED, record=str(record.number), reopened="yes")
            return self._join(record, reopened(record.draft, self._turn.properties))
        return self._open(record.number, goes_on=True)

    def _last_follow_up(self, record: Record) -> Record:
        """Answers to a closed record that was gone on from name the old one: they belong to what goes on."""
        for _ in range(_MOST_FOLLOW_UPS):
            found = None
            if self._is_closed(record) and self._settings.closed_records is ClosedRecords.LINKED_RECORD:
                self._turn.writes.before_asking_what_goes_on_from(record.number)
                found = self._unit.filing_facts.follow_up(record.number)
            following = self._turn.writes.record(found[0]) if found else None
            if following is None:
                break
            self._steps.add(TrailStep.CLOSED, record=str(record.number), linked=str(following.number))
            record = following
        return record

    def _is_closed(self, record: Record) -> bool:
        return is_closed(record.draft.status, self._turn.properties.closed_statuses)

    def _join(self, record: Record, filled: Filled) -> int:
        number = record.number
        self._steps.add(TrailStep.RECORD_JOINED, record=str(number))
        by_rules = ordered(filled.draft, self._case.orders)
        self._steps.all += (*filled.steps, *by_rules.steps)
        if by_rules.draft == record.draft:
            self._turn.writes.touch_record(number)
        else:
            self._turn.writes.change_record(number, by_rules.draft)
        return number

    def _open(self, link_to: int | None, *, goes_on: bool = False) -> int:
        case = self._case
        filled = opened(
            case.logged.integration_id, self._settings, self._turn.properties, case.parsed, link_to
        )
        by_rules = ordered(filled.draft, case.orders)
        number = self._turn.writes.open_record(by_rules.draft)
        if goes_on:
            self._steps.add(TrailStep.CLOSED, record=str(link_to), linked=str(number))
        self._steps.add(TrailStep.RECORD_OPENED, record=str(number))
        self._steps.all += (*filled.steps, *by_rules.steps)
        return number
