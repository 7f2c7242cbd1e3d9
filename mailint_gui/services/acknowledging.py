"""Telling the server about what is stored: the debts of intake, and how they are paid."""

import logging
from collections.abc import Mapping

from mailint_gui.domain.integration import AfterProcessing, IncomingSettings
from mailint_gui.domain.message import Acknowledgement, Debt
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.mail.imap import ImapSession, Removal

_log = logging.getLogger(__name__)

OWED: Mapping[AfterProcessing, Acknowledgement] = {
    AfterProcessing.MARK_READ: Acknowledgement.MARK_READ,
    AfterProcessing.MOVE: Acknowledgement.MOVE,
    AfterProcessing.DELETE: Acknowledgement.DELETE,
    AfterProcessing.LEAVE: Acknowledgement.NONE,
}
_STAYS_OWED = frozenset({ProblemKind.FOLDER_MISSING, ProblemKind.POLICY_REFUSED, ProblemKind.MAILBOX_FULL})
_SOME_ARE_GONE = (
    "[EXPUNGEISSUED]"  # RFC 5530: somebody else removed some; the next check tells of those that are left
)


class Acknowledging:
    """For one pass over one folder. Every debt is paid as the settings of now say, also one made under older ones.

    ``paid`` are ids of messages that the store still has in debt; whoever writes next clears them.
    ``unpayable`` is why the server could not be told (the folder to move to is gone): no reason to stop intake.
    """

    def __init__(self, settings: IncomingSettings, session: ImapSession) -> None:
        self._settings = settings
        self._session = session
        self.paid: list[int] = []
        self.unpayable: Problem | None = None

    def pay(self, debts: tuple[Debt, ...]) -> None:
        """What an earlier check left owed. Raises ProblemError, Cancelled."""
        self.tell({debt.uid: debt.message_id for debt in debts})

    def tell(self, stored: Mapping[int, int]) -> None:
        """Acknowledges these (UID: message id). Raises ProblemError, Cancelled."""
        if not stored or self.unpayable:
            return
        try:
            self._acknowledge(sorted(stored))
        except ProblemError as error:
            if _SOME_ARE_GONE in error.problem.detail:
                return
            if error.problem.kind not in _STAYS_OWED:
                raise
            self.unpayable = error.problem
        else:
            self.paid += stored.values()

    def _acknowledge(self, uids: list[int]) -> None:
        removal: Removal | None = None
        match OWED[self._settings.after_processing]:
            case Acknowledgement.MARK_READ:
                self._session.mark_seen(uids)
            case Acknowledgement.MOVE:
                removal = self._session.move(uids, self._settings.move_to)
            case Acknowledgement.DELETE:
                removal = self._session.delete(uids)
        if removal is Removal.MARKED_DELETED:
            _log.info("%d messages are marked deleted and still there: the server has no UIDPLUS", len(uids))
