"""The server's folder beside the log: a second way to see that nothing was lost. Nothing on the server changes."""

from dataclasses import dataclass

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import AfterProcessing, IncomingSettings, Integration
from mailint_gui.domain.message import POP3_FOLDER, FolderCursor
from mailint_gui.domain.reconciliation import Difference, Reconciliation, Standing
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.mail.imap import ImapSession
from mailint_gui.mail.mime.cheap import cheap_headers
from mailint_gui.mail.pop3 import Pop3Session
from mailint_gui.mail.scope import CancelScope
from mailint_gui.services.live_reading import LiveReading
from mailint_gui.store.database import Database

AT_ONCE = 500  # messages whose headers are asked for to say what they are

_REMOVING = frozenset({AfterProcessing.MOVE, AfterProcessing.DELETE})


@dataclass(frozen=True, slots=True)
class Reconcile:
    database: Database
    live: LiveReading

    def reconcile(self, integration_id: int, scope: CancelScope) -> Reconciliation:
        """Raises RefusedError (NOT_CHECKED_YET among them), ProblemError, Cancelled."""
        with self.live.opened(integration_id, scope) as (integration, session):
            if isinstance(session, Pop3Session):
                return self._pop3(integration, session)
            return self._imap(integration, session, scope)

    def _cursor(self, integration: Integration, folder: str) -> FolderCursor:
        with self.database.read() as unit:
            cursor = unit.cursors.get(integration.id, folder)
        if cursor is None or cursor.user_name != integration.incoming.user_name.casefold():
            raise RefusedError(Refusal.NOT_CHECKED_YET, name=integration.name)
        return cursor

    # IMAP

    def _imap(self, integration: Integration, session: ImapSession, scope: CancelScope) -> Reconciliation:
        settings = integration.incoming
        cursor = self._cursor(integration, settings.folder)
        scope.enter(Stage.SELECT)
        status = session.select(settings.folder, read_only=True)
        if cursor.is_numbered_anew(
            status.uidvalidity, status.told_uidnext
        ):  # the next check recognises what is there by its digest
            raise RefusedError(Refusal.NUMBERED_ANEW, name=integration.name)
        scope.enter(Stage.SEARCH)
        there = session.uids_after(0)
        with self.database.read() as unit:
            ours = unit.reconciling.of_imap(cursor)
        unknown = [uid for uid in there if str(uid) not in ours]
        differences = [
            *_not_here(unknown, cursor, session, scope),
            *self._not_there(ours, {str(uid) for uid in there}, settings),
        ]
        return Reconciliation(
            integration.name, settings.folder, len(there), len(there) - len(unknown), tuple(differences)
        )

    def _not_there(
        self, ours: dict[str, int], there: set[str], settings: IncomingSettings
    ) -> list[Difference]:
        removed = settings.after_processing in _REMOVING
        standing = Standing.REMOVED_AFTER_PROCESSING if removed else Standing.GONE_FROM_SERVER
        gone = {uid: message_id for uid, message_id in ours.items() if uid not in there}
        with self.database.read() as unit:
            subjects = unit.reconciling.subjects(gone.values())
        return [
            Difference(standing, uid, message_id, subjects.get(message_id, ""))
            for uid, message_id in gone.items()
        ]

    # POP3

    def _pop3(self, integration: Integration, session: Pop3Session) -> Reconciliation:
        cursor = self._cursor(integration, POP3_FOLDER)
        there = [uidl for _number, uidl in session.uidls()]
        with self.database.read() as unit:
            known = unit.pop3.known(integration.id, cursor.generation)
        differences = [Difference(Standing.NOT_TAKEN_IN_YET, uidl) for uidl in there if uidl not in known]
        differences += [
            Difference(Standing.BEFORE_FIRST_CHECK, uidl)
            for uidl in there
            if uidl in known and known[uidl].message_id is None
        ]
        matched = len(there) - len(differences)
        ours = {uidl: seen.message_id for uidl, seen in known.items() if seen.message_id is not None}
        differences += self._not_there(ours, set(there), integration.incoming)
        return Reconciliation(integration.name, "", len(there), matched, tuple(differences))


def _not_here(
    unknown: list[int], cursor: FolderCursor, session: ImapSession, scope: CancelScope
) -> list[Difference]:
    """By its number where that says enough, else by when the server received it."""
    found = [
        Difference(Standing.BEFORE_FIRST_CHECK, str(uid)) for uid in unknown if uid <= cursor.baseline_uid
    ]
    found += [Difference(Standing.NOT_TAKEN_IN_YET, str(uid)) for uid in unknown if uid > cursor.last_uid]
    suspects = [uid for uid in unknown if cursor.baseline_uid < uid <= cursor.last_uid]
    scope.enter(Stage.FETCH)
    for start in range(0, len(suspects), AT_ONCE):
        some = suspects[start : start + AT_ONCE]
        heads = session.fetch_headers(some, scope)
        for uid in some:
            head = heads.get(uid)
            old = (
                head is not None
                and head.internal_date is not None
                and head.internal_date < cursor.baseline_at
            )
            standing = Standing.BEFORE_FIRST_CHECK if old else Standing.MISSING_HERE
            found.append(
                Difference(standing, str(uid), None, cheap_headers(head.raw).subject if head else "")
            )
    return found
