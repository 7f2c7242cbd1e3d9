"""Intake over POP3: what is new in the mailbox goes into the store, and only then is anything deleted there.

The listing of unique ids (RFC 1939 section 7) takes the place of IMAP's cursor. One transaction a batch: raw bytes,
identity, cheap headers, the entry in the listing, and the deletion that is owed. Servers may give one unique id to
copies of a message: those are one message, and where a copy comes later, it is not told from the first.
"""

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from mailint_gui.domain.check import Stage
from mailint_gui.domain.clock import Clock
from mailint_gui.domain.integration import Integration
from mailint_gui.domain.message import (
    POP3_FOLDER,
    Acknowledgement,
    MessageState,
    Pop3Identity,
    Pop3Seen,
    QuarantineReason,
    ReceivedPop3,
)
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.mail.mime.cheap import cheap_headers
from mailint_gui.mail.pop3 import FetchedPop3, Pop3Session
from mailint_gui.mail.scope import CancelScope
from mailint_gui.services.hang_ups import FolderHangUps, HangUps
from mailint_gui.services.intake import Progress
from mailint_gui.services.pop3_deleting import Listing, Pop3Deleting, owed
from mailint_gui.services.pop3_journal import Pop3Journal
from mailint_gui.services.pop3_recognition import Answer, Judged, Pop3Recognition
from mailint_gui.services.taken import Taken
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork

_log = logging.getLogger(__name__)

MOST_REFUSED = 10  # of messages of which none is handed out: beyond that it is the server, not the messages

_HUNG_UP = Problem(ProblemKind.CONNECTION_LOST, detail="the server ended each session that asked for it")
_HANG_UPS = {ProblemKind.CONNECTION_LOST, ProblemKind.PROTOCOL_ERROR}
_PASSES = {ProblemKind.SERVER_BUSY, ProblemKind.THROTTLED}


class Pop3Intake:
    """One pass over the mailbox of one integration, over a session that is logged in."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        integration: Integration,
        session: Pop3Session,
        scope: CancelScope,
        progress: Progress,
        taken: Taken,
        hang_ups: HangUps,
    ) -> None:
        self._database = database
        self._clock = clock
        self._id = integration.id
        self._settings = integration.incoming
        self._session = session
        self._scope = scope
        self._progress = progress
        self._journal = Pop3Journal(database, clock, integration)
        self._deleting = Pop3Deleting(clock, self._settings, session, self._journal)
        self._all_hang_ups = hang_ups
        self._listing: Listing = {}
        self._sizes: Mapping[int, int] = {}
        self._left_for_later: Problem | None = None
        self.taken = taken

    def run(self) -> None:
        """Ends the session as well. Raises ProblemError and Cancelled; ``taken`` holds what was stored until then."""
        uidls = self._session.uidls()
        self._listing = _by_uidl(uidls)
        if not self._journal.open(self._listing):
            self.taken.enter(len(uidls), (), ())
            self._session.quit()
            return
        self._hang_ups: FolderHangUps[str] = self._all_hang_ups.of(
            self._id, (POP3_FOLDER, self._journal.cursor.generation)
        )
        self._recognition = Pop3Recognition(self._database, self._id, self._journal, self._listing)
        formerly = self._formerly_too_large()
        new = [uidl for uidl in self._listing if uidl not in self._journal.known]
        if formerly or new:
            self._take_in(new, formerly)
        if self._left_for_later is None:
            self._journal.has_seen_all(self._listing)
        self._deleting.end_session(self._listing)
        if self._left_for_later:
            raise ProblemError(self._left_for_later)

    # What to ask for

    def _formerly_too_large(self) -> dict[str, int]:
        """Message ids by unique id, of what was left there and is taken in now that the limit is raised."""
        limit = self._settings.largest_message_bytes
        return {
            uidl: seen.message_id
            for uidl, seen in self._journal.known.items()
            if seen.state is MessageState.TOO_LARGE and seen.message_id is not None
            if seen.size <= limit and uidl in self._listing
        }

    def _take_in(self, new: Sequence[str], formerly: Mapping[str, int]) -> None:
        self._sizes = self._session.sizes()
        limit = self._settings.largest_message_bytes
        for uidl in new:
            if self._size(uidl) > limit:
                reason = str(self._settings.largest_message_mb)
                self._list_left_there(uidl, MessageState.TOO_LARGE, reason)
        self._hang_ups.ask_again(formerly)
        wanted = [*formerly, *(uidl for uidl in new if self._size(uidl) <= limit)]
        for uidl in self._hang_ups.given_up(wanted):
            self._list_not_handed_out(uidl, _HUNG_UP, formerly)
            self._hang_ups.listed(uidl)
        wanted = [uidl for uidl in wanted if not self._hang_ups.is_listed(uidl)]
        if wanted:
            self._fetch_and_store(wanted, formerly)

    def _size(self, uidl: str) -> int:
        """In bytes, of the largest that has it."""
        return max(self._sizes.get(number, 0) for number in self._listing[uidl])

    # Fetching

    def _fetch_and_store(self, wanted: Sequence[str], formerly: Mapping[str, int]) -> None:
        uidl_of = {number: uidl for uidl in wanted for number in self._listing[uidl]}
        done = 0
        if uidl_of:
            self.taken.begins()
        self._progress(Stage.FETCH, done, len(uidl_of))
        for batch in self._batches(uidl_of):
            self._store([self._fetched(uidl_of[each.number], each) for each in batch], formerly)
            done += len(batch)
            self._progress(Stage.FETCH, done, len(uidl_of))
        self._note_refused({uidl_of[n]: why for n, why in self._session.refused.items()}, done, formerly)

    def _batches(self, uidl_of: Mapping[int, str]) -> Iterator[list[FetchedPop3]]:
        """From the server. Answers come in order, so the first that is missing is the one at which it hung up."""
        handed_out: set[int] = set()
        try:
            for batch in self._session.fetch(list(uidl_of), self._scope, self._sizes):
                handed_out.update(each.number for each in batch)
                self._hang_ups.handed_out([uidl_of[each.number] for each in batch])
                yield batch
        except ProblemError as error:
            answered = handed_out | self._session.refused.keys()
            asked_for = next((uidl for number, uidl in uidl_of.items() if number not in answered), None)
            if asked_for is not None and error.problem.kind in _HANG_UPS:
                self._hang_ups.hung_up([asked_for])
            raise

    def _note_refused(
        self, refused: Mapping[str, Problem], handed_out: int, formerly: Mapping[str, int]
    ) -> None:
        """One message must not stop those behind it, and a server that is busy is no fault of the message."""
        if len(refused) > MOST_REFUSED and not handed_out:
            raise ProblemError(next(iter(refused.values())))
        for uidl, problem in refused.items():
            if problem.kind in _PASSES:
                self._left_for_later = problem
            else:
                self._list_not_handed_out(uidl, problem, formerly)

    def _fetched(self, uidl: str, fetched: FetchedPop3) -> Answer:
        sha256 = hashlib.sha256(fetched.raw).hexdigest()
        received = ReceivedPop3(
            identity=self._identity(uidl, sha256),
            raw=fetched.raw,
            size=len(fetched.raw),
            sha256=sha256,
            headers=cheap_headers(fetched.raw),
            received_at=self._clock(),
            state=MessageState.RECEIVED,
            reason="",
            acknowledgement=owed(self._settings),
        )
        return Answer(uidl, fetched.raw, received)

    def _identity(self, uidl: str, sha256: str) -> Pop3Identity:
        return Pop3Identity(self._id, uidl, sha256, self._journal.cursor.generation)

    # What stays on the server: listed with its headers

    def _list_left_there(
        self,
        uidl: str,
        state: MessageState,
        reason: str,
        detail: str = "",
        formerly: Mapping[str, int] | None = None,
    ) -> None:
        head = self._head(uidl)
        received = ReceivedPop3(
            identity=self._identity(uidl, ""),
            raw=None,
            size=self._size(uidl),
            sha256="",
            headers=cheap_headers(head),
            received_at=self._clock(),
            state=state,
            reason=reason,
            acknowledgement=Acknowledgement.NONE,
            detail=detail,
        )
        self._store([Answer(uidl, head, received)], formerly or {})

    def _list_not_handed_out(self, uidl: str, problem: Problem, formerly: Mapping[str, int]) -> None:
        _log.warning("%r is not handed out: %s", uidl, problem.detail)
        reason = QuarantineReason.NOT_HANDED_OUT
        self._list_left_there(uidl, MessageState.QUARANTINED, reason, problem.detail, formerly)

    def _head(self, uidl: str) -> bytes:
        """Empty where the server does not hand it out, or hung up at it before."""
        if uidl in self._hang_ups.without_headers:
            return b""
        try:
            return self._session.fetch_headers(self._listing[uidl][0]) or b""
        except ProblemError as error:
            if error.problem.kind in _HANG_UPS:
                self._hang_ups.without_headers.add(uidl)
            raise

    # Storing

    def _store(self, answers: Sequence[Answer], formerly: Mapping[str, int]) -> None:
        """``formerly``: message ids of those that are in the log already, as too large."""
        self._scope.enter(Stage.STORE)
        judged = self._recognition.judge(answers, self._clock())
        with self._journal.write() as unit:
            places = unit.pop3.messages([each.received.identity for each in judged if each.received])
            received = [_known_if(each, places, formerly) for each in judged if each.received]
            ids = self._added(unit, received, formerly)
            for each, message_id in zip(received, ids, strict=True):
                if message_id is not None:
                    places.setdefault(each.identity, message_id)
            self._journal.forget(unit, [each.before for each in judged if each.before])
            self._journal.enter(unit, {each.uidl: _seen(each, places) for each in judged})
        self.taken.enter(len(judged), received, ids)
        self.taken.hand_over()

    def _added(
        self, unit: UnitOfWork, received: Sequence[ReceivedPop3], formerly: Mapping[str, int]
    ) -> list[int | None]:
        """The id of each, None where its identity was there."""
        new = [each for each in received if each.identity.uidl not in formerly]
        added = iter(unit.messages.add_received_pop3(new))
        for each in received:
            if each.identity.uidl in formerly:
                unit.messages.replace_too_large(formerly[each.identity.uidl], each)
        return [formerly.get(each.identity.uidl) or next(added) for each in received]


def _by_uidl(uidls: Sequence[tuple[int, str]]) -> dict[str, tuple[int, ...]]:
    listing: dict[str, tuple[int, ...]] = {}
    for number, uidl in uidls:
        listing[uidl] = (*listing.get(uidl, ()), number)
    return listing


def _known_if(
    judged: Judged, places: Mapping[Pop3Identity, int], formerly: Mapping[str, int]
) -> ReceivedPop3:
    """It may have been taken in and left there as too large since then: the log has the message that it is."""
    each = judged.received
    assert each is not None
    there, large = places.get(each.identity), formerly.get(each.identity.uidl)
    if large is None or there in {None, large}:
        return each
    identity = replace(each.identity, sha256="")
    return replace(each, raw=None, sha256="", identity=identity, state=MessageState.ALREADY_KNOWN)


def _seen(judged: Judged, places: Mapping[Pop3Identity, int]) -> Pop3Seen:
    each = judged.received
    if each is None:
        return Pop3Seen(None, judged.first_seen_at)
    return Pop3Seen(
        places[each.identity],
        judged.first_seen_at,
        each.sha256,
        each.acknowledgement,
        each.state,
        each.size,
    )
