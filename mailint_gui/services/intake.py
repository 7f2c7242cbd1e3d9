"""Intake: what is new in a folder goes into the store, and only then is the server told.

One transaction a batch: raw bytes, identity, cheap headers, cursor, and the acknowledgement that the server is owed.
A crash between any two steps loses nothing and takes nothing twice; on the next check the debt is paid first.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from mailint_gui.domain.check import CheckTally, Stage
from mailint_gui.domain.clock import Clock
from mailint_gui.domain.integration import AfterProcessing, FirstCheck, IncomingSettings, Integration
from mailint_gui.domain.message import (
    Acknowledgement,
    FolderCursor,
    Identity,
    MessageState,
    ReceivedMessage,
)
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.mail.imap import Fetched, FolderStatus, ImapSession
from mailint_gui.mail.mime.cheap import cheap_headers
from mailint_gui.mail.scope import CancelScope
from mailint_gui.store.database import Database

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Progress = Callable[[Stage, int, int], None]
"""(stage, messages done, messages in all)"""

_ACKNOWLEDGEMENTS = {
    AfterProcessing.MARK_READ: Acknowledgement.MARK_READ,
    AfterProcessing.MOVE: Acknowledgement.MOVE,
    AfterProcessing.DELETE: Acknowledgement.DELETE,
    AfterProcessing.LEAVE: Acknowledgement.NONE,
}


@dataclass(slots=True)
class Taken:
    """What intake did so far; filled as it goes, so that it holds even when the connection is lost half-way."""

    stored: list[int] = field(default_factory=list)
    already_known: int = 0
    too_large: int = 0
    skipped_existing: int = 0

    @property
    def tally(self) -> CheckTally:
        """Before filing: everything stored still waits."""
        waiting = len(self.stored)
        return CheckTally(
            seen=waiting + self.already_known + self.too_large,
            waiting=waiting,
            already_known=self.already_known,
            too_large=self.too_large,
            skipped_existing=self.skipped_existing,
        )


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
    ) -> None:
        self._database = database
        self._clock = clock
        self._id = integration.id
        self._settings: IncomingSettings = integration.incoming
        self._session = session
        self._scope = scope
        self._progress = progress
        self._owed: dict[int, int] = {}
        self._paid: list[int] = []
        self._unpayable: Problem | None = None
        self.taken = taken

    def run(self) -> None:
        """Raises ProblemError and Cancelled; ``taken`` holds what was stored until then."""
        self._scope.enter(Stage.SELECT)
        status = self._session.select(self._settings.folder)
        cursor = self._cursor(status)
        if cursor is None:
            return
        self._pay_debts(cursor)
        self._take_in_formerly_too_large(cursor)
        self._take_in_new(cursor, status)
        self._write_off_paid()
        if self._unpayable:
            raise ProblemError(self._unpayable)

    # Where we are in the folder

    def _cursor(self, status: FolderStatus) -> FolderCursor | None:
        """The cursor to go on from; None when the first check only sets the baseline."""
        with self._database.read() as unit:
            cursor = unit.cursors.get(self._id, self._settings.folder)
        if cursor is None:
            return self._first_cursor(status)
        if cursor.uidvalidity == status.uidvalidity:
            return cursor
        return self._recheck_cursor(cursor, status)

    def _first_cursor(self, status: FolderStatus) -> FolderCursor | None:
        only_new = self._settings.first_check is FirstCheck.NEW
        last_uid = status.uidnext - 1 if only_new else 0
        cursor = FolderCursor(
            integration_id=self._id,
            folder=self._settings.folder,
            uidvalidity=status.uidvalidity,
            last_uid=last_uid,
            baseline_uid=last_uid,
            baseline_at=self._clock() if only_new else EPOCH,
        )
        with self._database.write() as unit:
            unit.cursors.save(cursor)
        if only_new:
            self.taken.skipped_existing = status.exists
            return None
        return cursor

    def _recheck_cursor(self, cursor: FolderCursor, status: FolderStatus) -> FolderCursor:
        """The server numbered the folder anew (RFC 9051 section 2.3.1.1): judge what is there by its digest."""
        anew = replace(
            cursor,
            uidvalidity=status.uidvalidity,
            last_uid=0,
            baseline_uid=0,
            recheck_until=status.uidnext - 1,
        )
        with self._database.write() as unit:
            unit.messages.drop_debts(self._id, cursor.folder)
            unit.cursors.save(anew)
        return anew

    # Taking in

    def _take_in_new(self, cursor: FolderCursor, status: FolderStatus) -> None:
        if status.uidnext <= cursor.last_uid + 1:
            return
        self._scope.enter(Stage.SEARCH)
        uids = self._session.uids_after(cursor.last_uid)
        sizes = self._session.sizes(uids) if uids else {}
        limit = self._settings.largest_message_bytes
        fitting = [uid for uid in uids if sizes.get(uid, 0) <= limit]
        self._list_too_large(cursor, [(uid, sizes[uid]) for uid in uids if sizes.get(uid, 0) > limit])
        done, total = 0, len(fitting)
        self._progress(Stage.FETCH, done, total)
        for batch in self._session.fetch(fitting, self._scope, sizes):
            cursor = self._store(cursor, batch)
            self._acknowledge([fetched.uid for fetched in batch])
            done += len(batch)
            self._progress(Stage.FETCH, done, total)
            self._scope.enter(Stage.FETCH)
        if uids and uids[-1] > cursor.last_uid:
            self._save_cursor(replace(cursor, last_uid=uids[-1]))

    def _store(self, cursor: FolderCursor, batch: Sequence[Fetched]) -> FolderCursor:
        self._scope.enter(Stage.STORE)
        batch = [fetched for fetched in batch if not self._predates_baseline(cursor, fetched)]
        received = [self._received(cursor, fetched) for fetched in batch]
        received = self._recognised(cursor, received)
        moved_on = replace(cursor, last_uid=max([cursor.last_uid, *(each.identity.uid for each in received)]))
        with self._database.write() as unit:
            unit.messages.clear_debts(self._paid)
            ids = unit.messages.add_received(received)
            unit.cursors.save(moved_on)
        self._paid.clear()
        uids = (each.identity.uid for each in received)
        self._owed = {uid: stored for uid, stored in zip(uids, ids, strict=True) if stored is not None}
        for message, stored in zip(received, ids, strict=True):
            if stored is None or message.state is MessageState.ALREADY_KNOWN:
                self.taken.already_known += 1
            else:
                self.taken.stored.append(stored)
        return moved_on

    def _predates_baseline(self, cursor: FolderCursor, fetched: Fetched) -> bool:
        """While judging anew: what is older than the first check and unknown is reported, not filed."""
        if fetched.uid > cursor.recheck_until or fetched.internal_date is None:
            return False
        if fetched.internal_date >= cursor.baseline_at:
            return False
        self.taken.skipped_existing += 1
        return True

    def _recognised(self, cursor: FolderCursor, received: list[ReceivedMessage]) -> list[ReceivedMessage]:
        """While judging anew: marks what we have by its digest, once for each time that we have it."""
        judged = [each for each in received if each.identity.uid <= cursor.recheck_until]
        if not judged:
            return received
        with self._database.read() as unit:
            known = unit.messages.known_digests(self._id, {each.sha256 for each in judged})
        return [
            replace(each, state=MessageState.ALREADY_KNOWN, raw=None)
            if each.identity.uid <= cursor.recheck_until and each.sha256 in known
            else each
            for each in received
        ]

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
            acknowledgement=_ACKNOWLEDGEMENTS[self._settings.after_processing],
        )

    def _identity(self, cursor: FolderCursor, uid: int) -> Identity:
        return Identity(self._id, cursor.folder, cursor.uidvalidity, uid, cursor.generation)

    def _save_cursor(self, cursor: FolderCursor) -> None:
        with self._database.write() as unit:
            unit.cursors.save(cursor)

    # Too large: listed with its headers, left on the server, taken in when the limit is raised

    def _list_too_large(self, cursor: FolderCursor, uids: list[tuple[int, int]]) -> None:
        if not uids:
            return
        heads = self._session.fetch_headers([uid for uid, _size in uids], self._scope)
        received = [
            ReceivedMessage(
                identity=self._identity(cursor, uid),
                raw=None,
                size=size,
                sha256="",
                headers=cheap_headers(heads.get(uid, b"")),
                received_at=self._clock(),
                state=MessageState.TOO_LARGE,
                reason=str(self._settings.largest_message_mb),
                acknowledgement=Acknowledgement.NONE,
            )
            for uid, size in uids
        ]
        with self._database.write() as unit:
            ids = unit.messages.add_received(received)
        self.taken.too_large += sum(each is not None for each in ids)

    def _take_in_formerly_too_large(self, cursor: FolderCursor) -> None:
        with self._database.read() as unit:
            listed = unit.messages.too_large(self._id, cursor.folder, cursor.uidvalidity)
        message_ids = {
            uid: message_id
            for message_id, uid, size in listed
            if size <= self._settings.largest_message_bytes and uid <= cursor.last_uid
        }
        if not message_ids:
            return
        self._scope.enter(Stage.FETCH)
        for batch in self._session.fetch(sorted(message_ids), self._scope):
            with self._database.write() as unit:
                for fetched in batch:
                    message_id = message_ids[fetched.uid]
                    unit.messages.replace_too_large(message_id, self._received(cursor, fetched))
                    self.taken.stored.append(message_id)
            self._owed = {fetched.uid: message_ids[fetched.uid] for fetched in batch}
            self._acknowledge([fetched.uid for fetched in batch])

    # Telling the server

    def _pay_debts(self, cursor: FolderCursor) -> None:
        with self._database.read() as unit:
            debts = unit.messages.debts(self._id, cursor.folder, cursor.uidvalidity)
        if not debts:
            return
        self._scope.enter(Stage.ACKNOWLEDGE)
        for acknowledgement in Acknowledgement:
            owed = [debt for debt in debts if debt.acknowledgement is acknowledgement]
            if owed and acknowledgement is not Acknowledgement.NONE:
                self._tell(acknowledgement, [debt.uid for debt in owed], [debt.message_id for debt in owed])
        self._write_off_paid()

    def _acknowledge(self, uids: list[int]) -> None:
        acknowledgement = _ACKNOWLEDGEMENTS[self._settings.after_processing]
        stored = [uid for uid in uids if uid in self._owed]
        if acknowledgement is Acknowledgement.NONE or not stored:
            return
        self._scope.enter(Stage.ACKNOWLEDGE)
        self._tell(acknowledgement, stored, [self._owed[uid] for uid in stored])

    def _tell(self, acknowledgement: Acknowledgement, uids: list[int], message_ids: list[int]) -> None:
        """What cannot be told now (the folder to move to is gone) stays owed and never stops the intake."""
        try:
            match acknowledgement:
                case Acknowledgement.MARK_READ:
                    self._session.mark_seen(uids)
                case Acknowledgement.MOVE:
                    self._session.move(uids, self._settings.move_to)
                case Acknowledgement.DELETE:
                    self._session.delete(uids)
        except ProblemError as error:
            if error.problem.kind not in _STAYS_OWED:
                raise
            self._unpayable = error.problem
        else:
            self._paid += message_ids

    def _write_off_paid(self) -> None:
        if self._paid:
            with self._database.write() as unit:
                unit.messages.clear_debts(self._paid)
            self._paid.clear()


_STAYS_OWED = frozenset({ProblemKind.FOLDER_MISSING, ProblemKind.POLICY_REFUSED, ProblemKind.MAILBOX_FULL})
