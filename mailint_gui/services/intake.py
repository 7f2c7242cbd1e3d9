"""Intake: what is new in a folder goes into the store, and only then is the server told.

One transaction a batch: raw bytes, identity, cheap headers, cursor, and the acknowledgement that the server is owed.
A crash between any two steps loses nothing and takes nothing twice; on the next check the debt is paid first.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from mailint_gui.domain.check import CheckTally, Stage
from mailint_gui.domain.clock import Clock
from mailint_gui.domain.integration import FirstCheck, IncomingSettings, Integration
from mailint_gui.domain.message import (
    Acknowledgement,
    FolderCursor,
    Identity,
    MessageState,
    ReceivedMessage,
)
from mailint_gui.domain.problem import ProblemError
from mailint_gui.mail.imap import Fetched, FolderStatus, ImapSession
from mailint_gui.mail.mime.cheap import cheap_headers
from mailint_gui.mail.scope import Cancelled, CancelReason, CancelScope
from mailint_gui.services.acknowledging import OWED, Acknowledging
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Progress = Callable[[Stage, int, int], None]
"""(stage, messages done, messages in all)"""


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
        self._acknowledging = Acknowledging(self._settings, session)
        self._new_digests: set[str] = set()
        self.taken = taken

    def run(self) -> None:
        """Raises ProblemError and Cancelled; ``taken`` holds what was stored until then."""
        self._scope.enter(Stage.SELECT)
        status = self._session.select(self._settings.folder)
        cursor = self._cursor(status)
        if cursor is None:
            return
        self._pay_debts(cursor)
        listed = self._too_large_before(cursor)
        self._take_in_formerly_too_large(cursor, listed)
        self._take_in_new(cursor, status, {uid for _message_id, uid, _size in listed})
        self._write_off_paid()
        if self._acknowledging.unpayable:
            raise ProblemError(self._acknowledging.unpayable)

    @contextmanager
    def _write(self) -> Iterator[UnitOfWork]:
        """A transaction, in which what was paid is cleared, while the integration still means this account.

        Else its numbers would be written over those of the account that an admin has set meanwhile: Cancelled.
        """
        with self._database.write() as unit:
            stored = unit.integrations.get(self._id)
            if stored is None or stored.incoming.account != self._settings.account:
                raise Cancelled(CancelReason.ADMIN)
            unit.messages.clear_debts(self._acknowledging.paid)
            yield unit
        self._acknowledging.paid.clear()

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
        # An INTERNALDATE has whole seconds (RFC 9051 section 9, date-time)
        baseline_at = self._clock().replace(microsecond=0) if only_new else EPOCH
        cursor = FolderCursor(
            integration_id=self._id,
            folder=self._settings.folder,
            uidvalidity=status.uidvalidity,
            last_uid=last_uid,
            baseline_uid=last_uid,
            baseline_at=baseline_at,
        )
        with self._write() as unit:
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
        unlisted = [uid for uid in uids if uid not in listed]
        sizes = self._session.sizes(unlisted) if unlisted else {}
        limit = self._settings.largest_message_bytes
        fitting = [uid for uid in unlisted if sizes.get(uid, 0) <= limit]
        self._list_too_large(cursor, [(uid, sizes[uid]) for uid in unlisted if sizes.get(uid, 0) > limit])
        done, total = 0, len(fitting)
        self._progress(Stage.FETCH, done, total)
        for batch in self._session.fetch(fitting, self._scope, sizes):
            cursor = self._store(cursor, batch)
            done += len(batch)
            self._progress(Stage.FETCH, done, total)
            self._scope.enter(Stage.FETCH)
        if uids and uids[-1] > cursor.last_uid:
            with self._write() as unit:
                unit.cursors.save(replace(cursor, last_uid=uids[-1]))

    def _store(self, cursor: FolderCursor, batch: Sequence[Fetched]) -> FolderCursor:
        self._scope.enter(Stage.STORE)
        received = self._judged(cursor, [(each, self._received(cursor, each)) for each in batch])
        moved_on = replace(cursor, last_uid=max(cursor.last_uid, batch[-1].uid))
        with self._write() as unit:
            ids = unit.messages.add_received(received)
            unit.cursors.save(moved_on)
        new = {each.identity.uid: stored for each, stored in zip(received, ids, strict=True) if stored}
        recognised = {each.identity.uid for each in received if each.state is MessageState.ALREADY_KNOWN}
        arrived = [stored for uid, stored in new.items() if uid not in recognised]
        self.taken.stored += arrived
        self.taken.already_known += len(received) - len(arrived)
        self._tell(new)
        return moved_on

    def _judged(
        self, cursor: FolderCursor, batch: Sequence[tuple[Fetched, ReceivedMessage]]
    ) -> list[ReceivedMessage]:
        """After the folder was numbered anew: what we have is marked, what is unknown and old is left out."""
        judged = {each.sha256 for fetched, each in batch if fetched.uid <= cursor.recheck_until}
        if not judged:
            return [each for _fetched, each in batch]
        with self._database.read() as unit:
            known = unit.messages.known_digests(self._id, judged) - self._new_digests
        kept = []
        for fetched, each in batch:
            if fetched.uid <= cursor.recheck_until:
                if each.sha256 in known:
                    kept.append(replace(each, state=MessageState.ALREADY_KNOWN, raw=None))
                    continue
                if fetched.internal_date and fetched.internal_date < cursor.baseline_at:
                    self.taken.skipped_existing += 1
                    continue
                self._new_digests.add(each.sha256)  # an equal one further on is another new message
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

    # Too large: listed with its headers, left on the server, taken in when the limit is raised

    def _too_large_before(self, cursor: FolderCursor) -> tuple[tuple[int, int, int], ...]:
        with self._database.read() as unit:
            return unit.messages.too_large(self._id, cursor.folder, cursor.uidvalidity)

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
        with self._write() as unit:
            ids = unit.messages.add_received(received)
        self.taken.too_large += sum(each is not None for each in ids)

    def _take_in_formerly_too_large(
        self, cursor: FolderCursor, listed: Sequence[tuple[int, int, int]]
    ) -> None:
        limit = self._settings.largest_message_bytes
        message_ids = {uid: message_id for message_id, uid, size in listed if size <= limit}
        if not message_ids:
            return
        self._scope.enter(Stage.FETCH)
        for batch in self._session.fetch(sorted(message_ids), self._scope):
            stored = {fetched.uid: message_ids[fetched.uid] for fetched in batch}
            with self._write() as unit:
                for fetched in batch:
                    unit.messages.replace_too_large(stored[fetched.uid], self._received(cursor, fetched))
            self.taken.stored += stored.values()
            self._tell(stored)

    # Telling the server

    def _pay_debts(self, cursor: FolderCursor) -> None:
        with self._database.read() as unit:
            debts = unit.messages.debts(self._id, cursor.folder, cursor.uidvalidity)
        if debts:
            self._scope.enter(Stage.ACKNOWLEDGE)
            self._acknowledging.pay(debts)
            self._write_off_paid()

    def _tell(self, stored: dict[int, int]) -> None:
        if stored and OWED[self._settings.after_processing] is not Acknowledgement.NONE:
            self._scope.enter(Stage.ACKNOWLEDGE)
            self._acknowledging.tell(stored)

    def _write_off_paid(self) -> None:
        if self._acknowledging.paid:
            with self._write():
                pass
