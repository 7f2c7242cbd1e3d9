"""What the store has of one POP3 mailbox: the account that it is, and what it listed so far."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.integration import FirstCheck, Integration
from mailint_gui.domain.message import POP3_FOLDER, Acknowledgement, FolderCursor, Pop3Seen
from mailint_gui.services.same_account import require_same_account
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Pop3Journal:
    """Used by one check. ``known`` is what the store knows of each unique id, also of those that are gone by now.

    While ``rechecking``, the server has numbered its mailbox anew, or it is another one than before: what is not known
    by its unique id is judged by its digest and its age. That stays so until a check has seen all of it.
    """

    def __init__(self, database: Database, clock: Clock, integration: Integration) -> None:
        self._database = database
        self._clock = clock
        self._integration = integration
        self._cursor: FolderCursor | None = None
        self.known: dict[str, Pop3Seen] = {}

    # Opening

    def open(self, listed: Collection[str]) -> bool:
        """Finds the place to go on from. False when this is the first check and only sets the baseline."""
        with self._database.read() as unit:
            cursor = unit.cursors.get(self._integration.id, POP3_FOLDER)
            if cursor is not None:
                self.known = unit.pop3.known(self._integration.id, cursor.generation)
        if cursor is None:
            return self._begin(listed, 0)
        if cursor.user_name != self._user_name:
            return self._begin(listed, cursor.generation + 1)
        self._cursor = cursor
        if cursor.server != self._server:
            self._move(cursor)
            return True
        self._settle(listed)
        self._notice_numbering(listed)
        return True

    def _begin(self, listed: Collection[str], generation: int) -> bool:
        """The first check of this mailbox. What we have from the one before is known by its digest."""
        only_new = self._integration.incoming.first_check is FirstCheck.NEW
        now = self._clock()
        self.known = {}
        with self.write() as unit:
            was_imap = unit.cursors.leave_imap(self._integration.id)
            self._cursor = FolderCursor(
                integration_id=self._integration.id,
                folder=POP3_FOLDER,
                uidvalidity=0,
                last_uid=0,
                baseline_uid=0,
                # The dates of messages have whole seconds
                baseline_at=now.replace(microsecond=0) if only_new else EPOCH,
                generation=generation,
                recheck_until=int(not only_new and (was_imap or generation > 0)),
                server=self._server,
                user_name=self._user_name,
            )
            self._save_anew(unit, self._cursor)
            if only_new:
                self.enter(unit, {uidl: Pop3Seen(None, now) for uidl in listed})
        return not only_new

    def _move(self, cursor: FolderCursor) -> None:
        """The mailbox is on another server, which may use the same unique ids for other messages."""
        self.known = {}
        self._cursor = replace(cursor, server=self._server, generation=cursor.generation + 1, recheck_until=1)
        with self.write() as unit:
            self._save_anew(unit, self._cursor)

    def _save_anew(self, unit: UnitOfWork, cursor: FolderCursor) -> None:
        unit.messages.drop_debts(self._integration.id, POP3_FOLDER)
        unit.pop3.drop_all(self._integration.id)
        unit.cursors.save(cursor)

    def _settle(self, listed: Collection[str]) -> None:
        """Of what the server was told to delete without our hearing that it did: what is gone is deleted."""
        done = [
            uidl
            for uidl, seen in self.known.items()
            if seen.acknowledgement is Acknowledgement.DELETING and uidl not in listed
        ]
        if done:
            with self.write() as unit:
                self.forget(unit, done)

    def _notice_numbering(self, listed: Collection[str]) -> None:
        """Where nothing is left of what was there, and something else is: all of it has other unique ids."""
        limit = self._integration.incoming.largest_message_bytes
        known = [uidl for uidl, seen in self.known.items() if seen.size <= limit]
        if known and listed and not self.rechecking and not any(uidl in listed for uidl in known):
            with self.write() as unit:
                self._set_rechecking(unit, True)

    # The place

    @property
    def cursor(self) -> FolderCursor:
        assert self._cursor is not None  # it is open
        return self._cursor

    @property
    def rechecking(self) -> bool:
        return self.cursor.recheck_until > 0

    @property
    def _server(self) -> str:
        return self._integration.incoming.server.casefold()

    @property
    def _user_name(self) -> str:
        return self._integration.incoming.user_name.casefold()

    # Writing

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """A transaction. Raises Cancelled when the integration means another account by now."""
        with self._database.write() as unit:
            require_same_account(unit, self._integration)
            yield unit

    def enter(self, unit: UnitOfWork, seen: Mapping[str, Pop3Seen]) -> None:
        self.known.update(seen)
        unit.pop3.put(self._integration.id, self.cursor.generation, seen)

    def forget(self, unit: UnitOfWork, uidls: Iterable[str]) -> None:
        """These are gone from the server; what it was owed for them is settled."""
        gone = [(uidl, self.known.pop(uidl)) for uidl in uidls]
        unit.pop3.drop(self._integration.id, self.cursor.generation, (uidl for uidl, _seen in gone))
        self.forgive(unit, (seen for _uidl, seen in gone))

    def forgive(self, unit: UnitOfWork, those: Iterable[Pop3Seen]) -> None:
        in_debt = (seen for seen in those if seen.acknowledgement is not Acknowledgement.NONE)
        unit.messages.clear_debts(seen.message_id for seen in in_debt if seen.message_id is not None)

    def has_seen_all(self, listed: Collection[str]) -> None:
        """What is gone is forgotten, once everything was looked at that it may have turned into.

        Not while nothing is there (a mailbox that is being restored), nor what is larger than is taken in now.
        """
        limit = self._integration.incoming.largest_message_bytes
        gone = [uidl for uidl, seen in self.known.items() if uidl not in listed and seen.size <= limit]
        if listed and (gone or self.rechecking):
            with self.write() as unit:
                self.forget(unit, gone)
                self._set_rechecking(unit, False)

    def _set_rechecking(self, unit: UnitOfWork, rechecking: bool) -> None:
        if rechecking is not self.rechecking:
            self._cursor = replace(self.cursor, recheck_until=int(rechecking))
            unit.cursors.save(self._cursor)
