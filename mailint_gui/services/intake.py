"""Intake: what is new in a folder goes into the store, and only then is the server told.

One transaction a batch: raw bytes, identity, cheap headers, cursor, and the acknowledgement that the server is owed.
A crash between any two steps loses nothing and takes nothing twice; on the next check the debt is paid first.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from mailint_gui.domain.check import Stage
from mailint_gui.domain.clock import Clock
from mailint_gui.domain.integration import FirstCheck, IncomingSettings, Integration
from mailint_gui.domain.message import (
    Acknowledgement,
    FolderCursor,
    Identity,
    MessageState,
    QuarantineReason,
    ReceivedMessage,
)
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.mail.imap import Fetched, FolderStatus, HungUpError, ImapSession
from mailint_gui.mail.mime.cheap import cheap_headers
from mailint_gui.mail.scope import CancelScope
from mailint_gui.services.acknowledging import OWED, Acknowledging
from mailint_gui.services.hang_ups import FolderHangUps, HangUps
from mailint_gui.services.rule_moves import RuleMoves
from mailint_gui.services.same_account import require_same_account
from mailint_gui.services.taken import Taken
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork

_log = logging.getLogger(__name__)

_HUNG_UP = Problem(ProblemKind.CONNECTION_LOST, detail="the server ended each session that asked for it")
_Answered = tuple[Fetched, ReceivedMessage]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Progress = Callable[[Stage, int, int], None]
"""(stage, messages done, messages in all)"""


class Intake:
    """One pass over one folder of one integration, over a session that is logged in."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        integration: Integration,
        session: ImapSession,
        scope: CancelScope,
        progress: Progress,
        taken: Taken,
        hang_ups: HangUps,
    ) -> None:
        self._database = database
        self._clock = clock
        self._integration = integration
        self._id = integration.id
        self._settings: IncomingSettings = integration.incoming
        self._session = session
        self._scope = scope
        self._progress = progress
        self._server = integration.incoming.server.casefold()
        self._user_name = integration.incoming.user_name.casefold()
        self._acknowledging = Acknowledging(self._settings, session)
        self._rule_moves = RuleMoves(self._settings, session)
        self._all_hang_ups = hang_ups
        self._hang_ups: FolderHangUps[int] = FolderHangUps(())
        self.taken = taken

    def run(self) -> None:
        """Raises ProblemError and Cancelled; ``taken`` holds what was stored until then."""
        self._scope.enter(Stage.SELECT)
        status = self._session.select(self._settings.folder)
        cursor = self._cursor(status)
        if cursor is None:
            return
        place = (cursor.folder, cursor.uidvalidity, cursor.generation)
        self._hang_ups = self._all_hang_ups.of(self._id, place)
        self._pay_debts(cursor)
        listed = self._too_large_before(cursor)
        self._take_in_formerly_too_large(cursor, listed)
        self._take_in_new(cursor, status, {uid for _message_id, uid, _size in listed})
        self._write_off_paid()
        if self._acknowledging.unpayable:
            raise ProblemError(self._acknowledging.unpayable)

    @contextmanager
    def _write(self) -> Iterator[UnitOfWork]:
        """A transaction, in which what was paid is cleared. Raises Cancelled when another account was set meanwhile."""
        with self._database.write() as unit:
            require_same_account(unit, self._integration)
            unit.messages.clear_debts(self._acknowledging.paid)
            self._rule_moves.write_off(unit)
            yield unit
        self._acknowledging.paid.clear()
        self._rule_moves.written_off()
        self.taken.hand_over()  # the batch before: what this one stored is entered next

    # Where we are in the folder

    def _cursor(self, status: FolderStatus) -> FolderCursor | None:
        """The cursor to go on from; None when the first check only sets the baseline."""
        with self._database.read() as unit:
            cursor = unit.cursors.get(self._id, self._settings.folder)
        if cursor is None:
            return self._first_cursor(status)
        if cursor.user_name != self._user_name:
            return self._first_cursor(status, cursor.generation + 1)
        if cursor.server != self._server or cursor.is_numbered_anew(status.uidvalidity, status.told_uidnext):
            return self._recheck_cursor(cursor, status)
        return cursor

    def _first_cursor(self, status: FolderStatus, generation: int = 0) -> FolderCursor | None:
        """Also of another mailbox (a later ``generation``): what we have from the one before is known by its digest."""
        only_new = self._settings.first_check is FirstCheck.NEW
        last_uid = status.uidnext - 1 if only_new else 0
        # An INTERNALDATE has whole seconds (RFC 9051 section 9, date-time)
        baseline_at = self._clock().replace(microsecond=0) if only_new else EPOCH
        cursor = FolderCursor(
            integration_id=self._id,
            folder=self._settings.folder,
            uidvalidity=status.uidvalidity,
            last_uid=last_uid,
            baseline_uid=last_uid,
            baseline_at=baseline_at,
            generation=generation,
            server=self._server,
            user_name=self._user_name,
        )
        with self._write() as unit:
            was_pop3 = unit.cursors.leave_pop3(self._id)
            if not only_new and (was_pop3 or generation):
                cursor = replace(cursor, recheck_until=status.uidnext - 1)
            unit.messages.drop_debts(self._id, cursor.folder)
            unit.cursors.save(cursor)
        if only_new:
            self.taken.enter(status.exists, (), ())
            return None
        return cursor

    def _recheck_cursor(self, cursor: FolderCursor, status: FolderStatus) -> FolderCursor:
        """The server numbered the folder anew (RFC 9051 section 2.3.1.1): judge what is there by its digest.

        And what comes up to the last UID that we know: a copy of the folder that lags behind has it again.
        """
        _log.info("%r is numbered anew: what is there is judged by its digest", cursor.folder)
        same_numbers = cursor.server == self._server and cursor.uidvalidity == status.uidvalidity
        anew = replace(
            cursor,
            uidvalidity=status.uidvalidity,
            last_uid=0,
            baseline_uid=0,
            generation=cursor.generation + 1,
            recheck_until=max(status.uidnext - 1, cursor.last_uid if same_numbers else 0),
            server=self._server,
        )
        with self._write() as unit:
            unit.messages.drop_debts(self._id, cursor.folder)
            unit.cursors.save(anew)
        return anew

    # Taking in

    def _take_in_new(self, cursor: FolderCursor, status: FolderStatus, listed: set[int]) -> None:
        """``listed``: UIDs that are in the store as too large, and are not looked at here."""
        if status.uidnext <= cursor.last_uid + 1:
            return
        self._scope.enter(Stage.SEARCH)
        uids = self._session.uids_after(cursor.last_uid)
        unlisted = [uid for uid in uids if uid not in listed and not self._hang_ups.is_listed(uid)]
        sizes = self._session.sizes(unlisted) if unlisted else {}
        limit = self._settings.largest_message_bytes
        fitting = [uid for uid in unlisted if sizes.get(uid, 0) <= limit]
        self._list_too_large(cursor, {uid: sizes[uid] for uid in unlisted if sizes.get(uid, 0) > limit})
        given_up = self._list_given_up(cursor, fitting, sizes)
        fitting = [uid for uid in fitting if uid not in given_up]
        cursor = self._fetch_and_store(cursor, fitting, sizes)
        if uids and uids[-1] > cursor.last_uid:
            with self._write() as unit:
                unit.cursors.save(replace(cursor, last_uid=uids[-1]))

    def _fetch_and_store(
        self, cursor: FolderCursor, uids: Sequence[int], sizes: Mapping[int, int]
    ) -> FolderCursor:
        done, total = 0, len(uids)
        if total:
            self.taken.begins()
        self._progress(Stage.FETCH, done, total)
        for batch in self._batches(uids, sizes):
            answered = [(each, self._received(cursor, each)) for each in batch]
            answered += self._not_handed_out(cursor, sizes)
            cursor = self._store(cursor, answered)
            done += len(answered)
            self._progress(Stage.FETCH, done, total)
            self._scope.enter(Stage.FETCH)
        if done < total:
            self.taken.gone += total - done
            _log.info("%d messages were removed by others before they were fetched", total - done)
        return cursor

    def _batches(self, uids: Sequence[int], sizes: Mapping[int, int]) -> Iterator[list[Fetched]]:
        """From the server, each suspect alone. Where it hangs up is kept in mind for the next check."""
        try:
            for batch in self._session.fetch(uids, self._scope, sizes, self._hang_ups.suspects):
                self._hang_ups.handed_out([each.uid for each in batch])
                yield batch
        except HungUpError as error:
            self._hang_ups.hung_up(error.uids)
            raise

    def _store(self, cursor: FolderCursor, answered: Sequence[_Answered]) -> FolderCursor:
        self._scope.enter(Stage.STORE)
        received = self._judged(cursor, answered)
        moved_on = replace(cursor, last_uid=max(cursor.last_uid, *(each.uid for each, _ in answered)))
        with self._write() as unit:
            ids = _added(unit, cursor, received)
            unit.cursors.save(moved_on)
        self.taken.enter(len(answered), received, ids)
        self._tell(_owed(received, ids))
        return moved_on

    def _judged(self, cursor: FolderCursor, batch: Sequence[_Answered]) -> list[ReceivedMessage]:
        """After the folder was numbered anew: what we have is marked, what is unknown and old is left out.

        What stays on the server has no digest: of that, only its age is known.
        """
        if all(fetched.uid > cursor.recheck_until for fetched, _each in batch):
            return [each for _fetched, each in batch]
        digests = {each.sha256 for fetched, each in batch if fetched.uid <= cursor.recheck_until} - {""}
        with self._database.read() as unit:
            known = unit.messages.known_digests(self._id, digests, except_in=cursor)
        kept = []
        for fetched, each in batch:
            if fetched.uid <= cursor.recheck_until:
                if each.sha256 in known:
                    kept.append(replace(each, state=MessageState.ALREADY_KNOWN, raw=None))
                    continue
                if fetched.internal_date and fetched.internal_date < cursor.baseline_at:
                    continue
            kept.append(each)
        return kept

    def _received(self, cursor: FolderCursor, fetched: Fetched) -> ReceivedMessage:
        return ReceivedMessage(
            identity=self._identity(cursor, fetched.uid),
            raw=fetched.raw,
            size=len(fetched.raw),
            sha256=hashlib.sha256(fetched.raw).hexdigest(),
            headers=cheap_headers(fetched.raw),
            received_at=self._clock(),
            state=MessageState.RECEIVED,
            reason="",
            acknowledgement=OWED[self._settings.after_processing],
        )

    def _identity(self, cursor: FolderCursor, uid: int) -> Identity:
        return Identity(self._id, cursor.folder, cursor.uidvalidity, uid, cursor.generation)

    # What stays on the server: listed with its headers

    def _left_there(
        self, cursor: FolderCursor, head: Fetched, state: MessageState, reason: str, detail: str = ""
    ) -> ReceivedMessage:
        return ReceivedMessage(
            identity=self._identity(cursor, head.uid),
            raw=None,
            size=head.size,
            sha256="",
            headers=cheap_headers(head.raw),
            received_at=self._clock(),
            state=state,
            reason=reason,
            acknowledgement=Acknowledgement.NONE,
            detail=detail,
        )

    def _heads(self, sizes: Mapping[int, int]) -> list[Fetched]:
        """One for each, in order of UID; with empty headers where the server does not hand them out."""
        wanted = sorted(sizes.keys() - self._hang_ups.without_headers)
        try:
            heads = self._session.fetch_headers(wanted, self._scope)
        except HungUpError as error:
            self._hang_ups.without_headers.update(error.uids)
            raise
        return [heads.get(uid) or Fetched(uid, b"", sizes[uid], None) for uid in sorted(sizes)]

    def _not_handed_out(self, cursor: FolderCursor, sizes: Mapping[int, int]) -> list[_Answered]:
        """Quarantined, and not asked for again: one message must not stop those behind it."""
        refused = {uid: problem for uid, problem in self._session.refused.items() if uid > cursor.last_uid}
        if not refused:
            return []
        heads = self._heads({uid: sizes.get(uid, 0) for uid in refused})
        return [(head, self._quarantined(cursor, head, refused[head.uid])) for head in heads]

    def _quarantined(self, cursor: FolderCursor, head: Fetched, problem: Problem) -> ReceivedMessage:
        _log.warning("UID %d of %r is not handed out: %s", head.uid, cursor.folder, problem.detail)
        reason = QuarantineReason.NOT_HANDED_OUT
        return self._left_there(cursor, head, MessageState.QUARANTINED, reason, problem.detail)

    def _list_given_up(
        self, cursor: FolderCursor, uids: Sequence[int], sizes: Mapping[int, int]
    ) -> frozenset[int]:
        """Those at which the server hangs up each time. They are in the store before the cursor passes them."""
        given_up = self._hang_ups.given_up(uids)
        for uid in given_up:
            (head,) = self._heads({uid: sizes.get(uid, 0)})
            self._list_left_there(cursor, [(head, self._quarantined(cursor, head, _HUNG_UP))])
            self._hang_ups.listed(uid)
        return frozenset(given_up)

    def _list_left_there(self, cursor: FolderCursor, answered: Sequence[_Answered]) -> None:
        received = self._judged(cursor, answered)
        with self._write() as unit:
            ids = _added(unit, cursor, received)
        self.taken.enter(len(answered), received, ids)

    # Too large: taken in when the limit is raised

    def _too_large_before(self, cursor: FolderCursor) -> tuple[tuple[int, int, int], ...]:
        with self._database.read() as unit:
            return unit.messages.too_large(self._id, cursor.folder, cursor.uidvalidity)

    def _list_too_large(self, cursor: FolderCursor, sizes: Mapping[int, int]) -> None:
        if not sizes:
            return
        reason = str(self._settings.largest_message_mb)
        self._list_left_there(
            cursor,
            [
                (head, self._left_there(cursor, head, MessageState.TOO_LARGE, reason))
                for head in self._heads(sizes)
            ],
        )

    def _take_in_formerly_too_large(
        self, cursor: FolderCursor, listed: Sequence[tuple[int, int, int]]
    ) -> None:
        limit = self._settings.largest_message_bytes
        message_ids = {uid: message_id for message_id, uid, size in listed if size <= limit}
        sizes = {uid: size for _message_id, uid, size in listed if size <= limit}
        if not message_ids:
            return
        self._scope.enter(Stage.FETCH)
        self._hang_ups.ask_again(message_ids)
        for uid in self._hang_ups.given_up(sorted(message_ids)):
            (head,) = self._heads({uid: sizes[uid]})
            self._replace_too_large([self._quarantined(cursor, head, _HUNG_UP)], message_ids)
            self._hang_ups.listed(uid)
        wanted = [uid for uid in sorted(message_ids) if not self._hang_ups.is_listed(uid)]
        for batch in self._batches(wanted, sizes):
            answered = [(each, self._received(cursor, each)) for each in batch]
            self._replace_too_large(self._judged(cursor, answered), message_ids)
        refused = self._session.refused
        if refused:
            heads = self._heads({uid: sizes[uid] for uid in refused})
            self._replace_too_large(
                [self._quarantined(cursor, head, refused[head.uid]) for head in heads], message_ids
            )

    def _replace_too_large(self, received: Sequence[ReceivedMessage], message_ids: Mapping[int, int]) -> None:
        ids = [message_ids[each.identity.uid] for each in received]
        with self._write() as unit:
            for message_id, each in zip(ids, received, strict=True):
                unit.messages.replace_too_large(message_id, each)
        self.taken.enter(len(received), received, ids)
        self._tell(_owed(received, ids))

    # Telling the server

    def _pay_debts(self, cursor: FolderCursor) -> None:
        with self._database.read() as unit:
            debts = unit.messages.debts(self._id, cursor.folder, cursor.uidvalidity)
        if debts:
            self._scope.enter(Stage.ACKNOWLEDGE)
            self._rule_moves.pay(each for each in debts if each.folder)
            self._acknowledging.pay(tuple(each for each in debts if not each.folder))
            self._write_off_paid()

    def _tell(self, stored: dict[int, int]) -> None:
        if stored:
            self._scope.enter(Stage.ACKNOWLEDGE)
            self._acknowledging.tell(stored)

    def _write_off_paid(self) -> None:
        if self._acknowledging.paid or not self._rule_moves.is_settled:
            with self._write():
                pass


def _added(
    unit: UnitOfWork, cursor: FolderCursor, received: Sequence[ReceivedMessage]
) -> tuple[int | None, ...]:
    """An id for each, as ``add_received`` has it. What the server numbered anew is not listed twice as too large."""
    listed = [
        unit.messages.take_over_too_large(each) if each.identity.uid <= cursor.recheck_until else None
        for each in received
    ]
    rest = [each for each, message_id in zip(received, listed, strict=True) if message_id is None]
    added = iter(unit.messages.add_received(rest))
    return tuple(next(added) if message_id is None else message_id for message_id in listed)


def _owed(received: Sequence[ReceivedMessage], ids: Sequence[int | None]) -> dict[int, int]:
    """Message ids by UID, of those that the server is to be told about."""
    return {
        each.identity.uid: message_id
        for each, message_id in zip(received, ids, strict=True)
        if message_id and each.acknowledgement is not Acknowledgement.NONE
    }
