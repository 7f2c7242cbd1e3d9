"""Which of the messages under unique ids that are new to us we have under others."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mailint_gui.domain.message import MessageState, ReceivedPop3
from mailint_gui.mail.mime.cheap import delivery_date
from mailint_gui.services.pop3_journal import Pop3Journal
from mailint_gui.store.database import Database


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server gave for a unique id: the message, or what was left there; ``raw`` the whole of it or a part."""

    uidl: str
    raw: bytes
    received: ReceivedPop3


@dataclass(frozen=True, slots=True)
class Judged:
    """``received`` None: older than the first check, and only reported. ``before``: the unique id that it had."""

    uidl: str
    received: ReceivedPop3 | None
    first_seen_at: datetime
    before: str = ""


class Pop3Recognition:
    """Of one pass over a mailbox.

    A message under a new unique id that equals one which is gone, and which we did not delete, is that one: as many
    as are gone, and not one more, as two identical messages are two. After the mailbox was numbered anew or changed,
    everything that this integration took in is recognised, and what is older than the first check is left alone
    (POP3 tells no date of arrival: the topmost Received header does, RFC 5321 section 4.4).
    """

    def __init__(self, database: Database, integration_id: int, journal: Pop3Journal, listed: Iterable[str]):
        self._database = database
        self._id = integration_id
        self._journal = journal
        self._new_digests: set[str] = set()
        self._gone: dict[str, list[str]] = defaultdict(list)
        there = set(listed)
        for uidl, seen in journal.known.items():
            if seen.sha256 and uidl not in there:
                self._gone[seen.sha256].append(uidl)

    def judge(self, answers: Sequence[Answer], now: datetime) -> list[Judged]:
        known = self._known_digests(answers)
        return [self._judged(answer, known, now) for answer in answers]

    def _known_digests(self, answers: Sequence[Answer]) -> frozenset[str]:
        if not self._journal.rechecking:
            return frozenset()
        digests = {answer.received.sha256 for answer in answers} - {""}
        with self._database.read() as unit:
            return unit.messages.known_digests(self._id, digests) - self._new_digests

    def _judged(self, answer: Answer, known: frozenset[str], now: datetime) -> Judged:
        digest = answer.received.sha256
        already = replace(answer.received, state=MessageState.ALREADY_KNOWN, raw=None)
        if self._gone.get(digest):
            before = self._gone[digest].pop()
            return Judged(answer.uidl, already, self._journal.known[before].first_seen_at, before)
        if self._journal.rechecking:
            if digest in known:
                return Judged(answer.uidl, already, now)
            delivered_at = delivery_date(answer.raw)
            if delivered_at and delivered_at < self._journal.cursor.baseline_at:
                return Judged(answer.uidl, None, now)
            self._new_digests.add(digest)  # an equal one further on is another new message
        return Judged(answer.uidl, answer.received, now)
