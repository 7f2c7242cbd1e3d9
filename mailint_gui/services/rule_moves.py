"""Moving messages on the server where rules want them: owed when they were filed, paid by the next check."""

import logging
from collections.abc import Iterable

from mailint_gui.domain.integration import AfterProcessing, IncomingSettings
from mailint_gui.domain.message import Debt
from mailint_gui.domain.problem import ProblemError, ProblemKind
from mailint_gui.domain.rule import ActionKind
from mailint_gui.domain.trail import NotDone, Trail, TrailStep, footprint
from mailint_gui.mail.imap import ImapSession
from mailint_gui.store.unit_of_work import UnitOfWork

_log = logging.getLogger(__name__)

# A rule names a folder that is not there, or not ours: that is no error of the mailbox, and asking again is no use.
_GIVEN_UP = frozenset({ProblemKind.FOLDER_MISSING, ProblemKind.POLICY_REFUSED})


class RuleMoves:
    """For one pass over one folder; ``write_off`` clears in the store what was paid or given up until then."""

    def __init__(self, settings: IncomingSettings, session: ImapSession) -> None:
        self._marks_read = settings.after_processing is AfterProcessing.MARK_READ
        self._session = session
        self._over: list[Debt] = []
        self._refused: list[Debt] = []

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing to write off."""
        return not self._over

    def pay(self, debts: Iterable[Debt]) -> None:
        """Those with a folder. Raises ProblemError, Cancelled; a full mailbox is asked again next time."""
        by_folder: dict[str, list[Debt]] = {}
        for each in debts:
            by_folder.setdefault(each.folder, []).append(each)
        for folder, owed in by_folder.items():
            uids = sorted(each.uid for each in owed)
            try:
                if self._marks_read:
                    self._session.mark_seen(uids)
                self._session.move(uids, folder)
            except ProblemError as error:
                if error.problem.kind is ProblemKind.MAILBOX_FULL:
                    _log.warning("%d messages wait to be moved by a rule: the mailbox is full", len(uids))
                    continue
                if error.problem.kind not in _GIVEN_UP:
                    raise
                _log.warning(
                    "a rule moves to %r, where the server does not let it: %s", folder, error.problem.detail
                )
                self._refused += owed
            self._over += owed

    def write_off(self, unit: UnitOfWork) -> None:
        for each in self._over:
            unit.messages.clear_debts([each.message_id], each.folder)
        for each in self._refused:
            _note(unit, each)

    def written_off(self) -> None:
        """What ``write_off`` wrote is committed."""
        self._over.clear()
        self._refused.clear()


def _note(unit: UnitOfWork, debt: Debt) -> None:
    """The trail said that the move is owed; now it says what became of it."""
    trail = unit.trails.get(debt.message_id) or Trail()
    owed = (dict(each.facts) for each in reversed(trail.steps) if each.step is TrailStep.MOVE_OWED)
    step = footprint(
        TrailStep.ACTION_NOT_DONE,
        action=str(ActionKind.MOVE_TO_FOLDER),
        rule=next(owed, {}).get("rule", ""),
        why=str(NotDone.FOLDER_REFUSED),
        detail=debt.folder,
    )
    unit.trails.put(debt.message_id, Trail((*trail.steps, step), trail.rules))
