"""Messages as they lie on a server, read so that nothing there changes: over a connection of its own.

IMAP: the folder is opened by EXAMINE and read by BODY.PEEK. POP3: read by TOP, and nothing deleted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import Direction, IncomingSettings, Integration, Protocol
from mailint_gui.domain.login import Login
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.mail.imap import ImapSession
from mailint_gui.mail.pop3 import Pop3Session
from mailint_gui.mail.scope import CancelScope
from mailint_gui.services.logins import Logins
from mailint_gui.services.opening import open_imap, open_pop3
from mailint_gui.services.properties import Properties
from mailint_gui.store.database import Database

Reading = Iterator[tuple[str, bytes | None]]


@dataclass(frozen=True, slots=True)
class LiveReading:
    database: Database
    logins: Logins
    properties: Properties

    def latest(self, integration_id: int, limit: int, scope: CancelScope) -> Reading:
        """``(UID or number, raw bytes)``; None, at the end, for what is too large or not handed out.

        The connection lasts until it is used up or closed. Raises RefusedError, ProblemError, Cancelled.
        """
        with self.opened(integration_id, scope) as (integration, session):
            if isinstance(session, Pop3Session):
                yield from _of_pop3(session, integration.incoming, limit, scope)
            else:
                yield from _of_imap(session, integration.incoming, limit, scope)

    @contextmanager
    def opened(
        self, integration_id: int, scope: CancelScope
    ) -> Iterator[tuple[Integration, ImapSession | Pop3Session]]:
        """A session that is logged in. It ends without a QUIT, so that POP3 servers keep no idea of what was read.

        Raises RefusedError, ProblemError, Cancelled.
        """
        with self.database.read() as unit:
            integration = unit.integrations.get(integration_id)
        if integration is None:
            raise RefusedError(Refusal.NO_SUCH_INTEGRATION, name=str(integration_id))
        if not integration.incoming.enabled:
            raise RefusedError(Refusal.NOT_CHECKED_OFF, name=integration.name)
        with self.logins.judging(integration, Direction.INCOMING):
            session = self._session(integration, scope)
        try:
            yield integration, session
        finally:
            session.close()

    def _session(self, integration: Integration, scope: CancelScope) -> ImapSession | Pop3Session:
        login = self.logins.login(integration, Direction.INCOMING, scope)
        assert login is not None
        network = self.properties.network()
        opening = open_pop3 if integration.incoming.protocol is Protocol.POP3 else open_imap

        def opened(login: Login) -> ImapSession | Pop3Session:
            return opening(integration, login, network, scope)

        return self.logins.opened(integration, Direction.INCOMING, scope, login, opened)


def _of_imap(session: ImapSession, settings: IncomingSettings, limit: int, scope: CancelScope) -> Reading:
    scope.enter(Stage.SELECT)
    status = session.select(settings.folder, read_only=True)
    scope.enter(Stage.SEARCH)
    uids = _last_uids(session, status.uidnext, limit)
    sizes = session.sizes(uids) if uids else {}
    fitting = [uid for uid in uids if sizes.get(uid, 0) <= settings.largest_message_bytes]
    unread = set(uids)
    scope.enter(Stage.FETCH)
    for batch in session.fetch(fitting, scope, sizes):
        for each in batch:
            unread.discard(each.uid)
            yield str(each.uid), each.raw
    yield from ((str(uid), None) for uid in sorted(unread))


def _last_uids(session: ImapSession, uidnext: int, limit: int) -> list[int]:
    """Without asking for all of a large folder, unless most of its numbers are unused."""
    span = max(10 * limit, 1000)
    while True:
        before = max(uidnext - 1 - span, 0)
        uids = session.uids_after(before)
        if len(uids) >= limit or before == 0:
            return uids[-limit:]
        span *= 10


def _of_pop3(session: Pop3Session, settings: IncomingSettings, limit: int, scope: CancelScope) -> Reading:
    scope.enter(Stage.SEARCH)
    sizes = session.sizes()
    numbers = sorted(sizes)[-limit:]
    fitting = [number for number in numbers if sizes[number] <= settings.largest_message_bytes]
    unread = set(numbers)
    scope.enter(Stage.FETCH)
    for batch in session.fetch(fitting, scope, sizes, peek=True):
        for each in batch:
            unread.discard(each.number)
            yield str(each.number), each.raw
    yield from ((str(number), None) for number in sorted(unread))
