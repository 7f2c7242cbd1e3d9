"""Copies of what was sent, in the sender's own mailbox; and messages of unknown end, looked for there.

A copy is owed from the transaction that says *sent* until one that says *there*. Before one is put there it is looked
for by its Message-ID: servers that keep copies by themselves, and a run that was killed half-way, put it there before.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from mailint_gui.domain.check import Stage
from mailint_gui.domain.clock import Clock
from mailint_gui.domain.integration import SENT_FOUND_BY_ITSELF, Direction, Integration
from mailint_gui.domain.outbox import NotPossibleError, OutboxAction, OutboxItem, RecipientState
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.sent_copy import SentCopy, has_mailbox, sent_folder
from mailint_gui.mail.imap import FolderStatus, ImapSession
from mailint_gui.mail.scope import CancelScope
from mailint_gui.mail.sessions import SessionCache
from mailint_gui.services.announcements import Announce, OutboxChanged
from mailint_gui.services.in_flight import InFlight
from mailint_gui.services.logins import Logins
from mailint_gui.services.looks import Looks
from mailint_gui.services.opening import open_imap, session_key
from mailint_gui.services.places import Places
from mailint_gui.services.properties import Properties
from mailint_gui.services.verdict import retry_at
from mailint_gui.store.database import Database
from mailint_gui.store.errors import MissingRowError

_log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=10)  # by then a server that keeps copies by itself has done so
_OF_THE_STORE = frozenset({ProblemKind.STORE_FAILED, ProblemKind.DISK_FULL})
_KEEPS_COPIES = "X-GM-EXT-1"  # Gmail: a copy of ours would be a second one


@dataclass(frozen=True, slots=True)
class _Place:
    """The sent folder, open for reading."""

    session: ImapSession
    folder: str
    status: FolderStatus


@dataclass(frozen=True, slots=True)
class SentCopies:
    """The use case with what it needs."""

    database: Database
    logins: Logins
    properties: Properties
    sessions: SessionCache
    in_flight: InFlight
    places: Places
    clock: Clock
    announce: Announce
    looks: Looks = field(default_factory=Looks)

    def of(self, outbox_id: int) -> SentCopy | None:
        with self.database.read() as unit:
            return unit.sent_copies.get(outbox_id)

    def due(self) -> tuple[int, ...]:
        """The ids of integrations in whose mailbox there is something to do now."""
        now = self.clock()
        with self.database.read() as unit:
            wanted = {copy.integration_id for copy in unit.sent_copies.due(now)}
            wanted |= {
                item.integration_id for item in unit.outbox.uncertain() if self.looks.is_due(item.id, now)
            }
            able = {each.id for each in unit.integrations.all() if has_mailbox(each)} if wanted else set()
        return tuple(sorted(wanted & able))

    def settle(self, integration_id: int, scope: CancelScope) -> None:
        """Does that. Trouble with the mailbox puts it off, and is no error of the integration: a check tells of it.

        Raises ProblemError when the store fails, and Cancelled.
        """
        with self.in_flight.claim(_key(integration_id), scope):
            integration, copies, uncertain = self._wanted(integration_id)
            if integration is None or not (copies or uncertain):
                return
            try:
                with self._opened(integration, scope) as place:
                    for item in uncertain:
                        self._look_for(item, place)
                    for copy in copies:
                        self._pay(copy, place)
            except ProblemError as error:
                if error.problem.kind in _OF_THE_STORE:
                    raise
                self._put_off(self._still_owed(copies), error.problem)

    def give_up(self, integration_id: int) -> None:
        """Of one that hangs beyond waking."""
        self.places.take_away(_key(integration_id))
        self.in_flight.take_away(_key(integration_id))

    def _wanted(
        self, integration_id: int
    ) -> tuple[Integration | None, Sequence[SentCopy], Sequence[OutboxItem]]:
        now = self.clock()
        with self.database.read() as unit:
            integration = unit.integrations.get(integration_id)
            if integration is None or not has_mailbox(integration):
                return None, (), ()
            copies = [each for each in unit.sent_copies.due(now) if each.integration_id == integration_id]
            uncertain = [
                item
                for item in unit.outbox.uncertain()
                if item.integration_id == integration_id and self.looks.is_due(item.id, now)
            ]
        for item in uncertain:
            self.looks.note(item.id, now)
        return integration, copies, uncertain

    @contextmanager
    def _opened(self, integration: Integration, scope: CancelScope) -> Iterator[_Place]:
        login = self.logins.login(integration, Direction.INCOMING, scope)
        assert login is not None
        network = self.properties.network()
        key = session_key(integration, login, network)

        def opened() -> ImapSession:
            return self.logins.opened(
                integration,
                Direction.INCOMING,
                scope,
                login,
                lambda login: open_imap(integration, login, network, scope),
            )

        scope.enter(Stage.WAITING)
        with (
            self.logins.judging(integration, Direction.INCOMING),
            self.places.take(_key(integration.id), integration.incoming.server.casefold(), scope),
            self.sessions.borrow(key, opened, scope) as session,
        ):
            wanted = integration.outgoing.sent_folder or SENT_FOUND_BY_ITSELF
            named = wanted != SENT_FOUND_BY_ITSELF
            folder = wanted if named else sent_folder("", session.special_folders(), session.folders())
            if folder is None:
                raise ProblemError(Problem(ProblemKind.FOLDER_MISSING, {"folder": "Sent"}))
            yield _Place(session, folder, session.select(folder, read_only=True))

    def _look_for(self, item: OutboxItem, place: _Place) -> None:
        """What the server keeps a copy of, it had taken. That there is none tells nothing.

        Nor does a copy where some had got it before: it may be of then, and the others have nothing.
        """
        if any(each.state is RecipientState.SENT for each in item.recipients):
            return
        found = place.session.find_own(item.message_id)
        if not found:
            return
        now = self.clock()
        with self.database.write() as unit:
            try:
                unit.outbox.settle(item.id, OutboxAction.PARTLY if item.put_off else OutboxAction.FOUND, now)
            except NotPossibleError:  # an admin chose meanwhile
                return
            unit.sent_copies.owe(item.id, item.integration_id, now, now)
            unit.sent_copies.is_there(item.id, place.folder, place.status.uidvalidity, max(found), now)
        self.announce(OutboxChanged())
        _log.info("send %d through %r: its copy is in the mailbox", item.id, item.integration)

    def _pay(self, copy: SentCopy, place: _Place) -> None:
        """Raises ProblemError for what speaks for the next one too."""
        try:
            at = self._put_there(copy, place)
        except MissingRowError:  # retention was quicker
            self._give_up(copy, Problem(ProblemKind.UNKNOWN, detail="the message is forgotten"))
        except ProblemError as error:
            if not place.session.usable or error.problem.kind in {*_OF_THE_STORE, ProblemKind.FOLDER_MISSING}:
                raise
            self._put_off([copy], error.problem)
        else:
            with self.database.write() as unit:
                unit.sent_copies.is_there(copy.outbox_id, place.folder, *at, self.clock())

    def _put_there(self, copy: SentCopy, place: _Place) -> tuple[int | None, int | None]:
        """UIDVALIDITY and UID, as far as they are known."""
        with self.database.read() as unit:
            item = unit.outbox.get(copy.outbox_id)
            raw = unit.outbox.raw(copy.outbox_id)
        if item is None:
            raise MissingRowError(copy.outbox_id)
        if found := place.session.find_own(item.message_id):
            return place.status.uidvalidity, max(found)
        if _KEEPS_COPIES in place.session.capabilities:
            return None, None
        return place.session.append(place.folder, raw, ("\\Seen",)) or (None, None)

    def _still_owed(self, copies: Sequence[SentCopy]) -> list[SentCopy]:
        with self.database.read() as unit:
            now = [unit.sent_copies.get(each.outbox_id) for each in copies]
        return [before for before, after in zip(copies, now, strict=True) if before == after]

    def _put_off(self, copies: Sequence[SentCopy], problem: Problem) -> None:
        now = self.clock()
        send_for = self.properties.current().send_for
        for copy in copies:
            if now - copy.owed_at > send_for:
                self._give_up(copy, problem)
                continue
            again = retry_at(copy.attempts + 1, now)
            with self.database.write() as unit:
                unit.sent_copies.put_off(copy.outbox_id, problem.kind, problem.detail, again, now)

    def _give_up(self, copy: SentCopy, problem: Problem) -> None:
        with self.database.write() as unit:
            unit.sent_copies.put_off(copy.outbox_id, problem.kind, problem.detail, None, self.clock())
        _log.warning("no copy of send %d is kept: %s", copy.outbox_id, ProblemError(problem))


def _key(integration_id: int) -> tuple[int, str]:
    return integration_id, "sent copies"
