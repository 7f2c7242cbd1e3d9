"""Which record a message belongs to: by the token in its subject, by what it answers, or by both.

A subject is easily made up, and tokens are numbers that anybody can count up to. So the token of a message from a
stranger is not believed (unless the account property says so). A stranger is whoever is not among the record's
correspondents, where our own addresses do not count as such: everybody knows them. Who names, in In-Reply-To or
References, a message of that very record is none: its Message-ID is not in the subject, and known only to who has
the message. By such a reference alone a message joins a record whoever sent it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mailint_gui.domain.filing import RecordMatching
from mailint_gui.domain.properties import ForgedTokens
from mailint_gui.domain.record import Record
from mailint_gui.domain.trail import Footprint, TrailStep, footprint


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that there is. ``correspondents``: bare addresses, case-folded."""

    record: Record
    correspondents: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Claims:
    """What a message says of itself. ``sender``: a bare address. ``numbers``: of the tokens in its subject.

    ``references``: message ids that it names and the records that those are in, the nearest first.
    """

    sender: str
    numbers: tuple[int, ...] = ()
    references: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """``record`` None: it belongs to none. ``steps`` say why."""

    record: Record | None = None
    steps: tuple[Footprint, ...] = ()


def match(
    claims: Claims,
    candidates: Mapping[int, Candidate],
    matching: RecordMatching,
    forged: ForgedTokens,
    own_addresses: frozenset[str] = frozenset(),
) -> Match:
    """``candidates``: those that exist of all numbers claimed. Of several tokens the first one that exists counts."""
    steps: list[Footprint] = []
    if matching is not RecordMatching.REFERENCES:
        for number in claims.numbers:
            if number not in candidates:
                steps.append(footprint(TrailStep.TOKEN_UNKNOWN, record=str(number)))
                continue
            if forged is ForgedTokens.ACCEPT or _is_believed(claims, candidates[number], own_addresses):
                steps.append(footprint(TrailStep.TOKEN, record=str(number)))
                return Match(candidates[number].record, tuple(steps))
            steps.append(footprint(TrailStep.TOKEN_FORGED, record=str(number), sender=claims.sender))
            break
    if matching is not RecordMatching.SUBJECT_TOKEN:
        for message_id, number in claims.references:
            if number in candidates:
                steps.append(footprint(TrailStep.REFERENCE, record=str(number), message_id=message_id))
                return Match(candidates[number].record, tuple(steps))
    return Match(None, tuple(steps))


def _is_believed(claims: Claims, candidate: Candidate, own_addresses: frozenset[str]) -> bool:
    number = candidate.record.number
    if any(referred == number for _message_id, referred in claims.references):
        return True
    sender = claims.sender.casefold()
    return bool(sender) and sender in candidate.correspondents - own_addresses


def is_closed(status: str, closed_statuses: Sequence[str]) -> bool:
    return status.casefold() in {each.casefold() for each in closed_statuses}
