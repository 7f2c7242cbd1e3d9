"""What the windows know of the integrations right now: one place that listens to the desk, many that look.

Values are taken over at once; those who look are told at most once in ``FLUSH_MS``, however many changes come.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from mailint_gui.domain.check import CheckOutcome, CheckProgress, Stage
from mailint_gui.domain.health import Condition
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.ui.icons import Shape
from mailint_gui.workers.desk import Desk

FLUSH_MS = 100

SHAPES: dict[Condition, Shape] = {
    Condition.OK: Shape.OK,
    Condition.NEVER_CHECKED: Shape.NOT_CHECKED,
    Condition.DISABLED: Shape.DISABLED,
    Condition.EXPIRING: Shape.EXPIRING,
    Condition.FAILING: Shape.FAILING,
    Condition.WAITING: Shape.WAITING,
    Condition.HELD_UP: Shape.FAILING,
    Condition.NEEDS_SIGN_IN: Shape.NEEDS_SIGN_IN,
    Condition.DISABLED_BY_ERRORS: Shape.DISABLED_BY_ERRORS,
}
_OF_A_BATCH = frozenset({Stage.FETCH, Stage.STORE, Stage.ACKNOWLEDGE})
_AT_REST = frozenset({Condition.OK, Condition.NEVER_CHECKED, Condition.WAITING})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What holds for all integrations at the moment."""

    paused: bool = False
    offline: bool = False
    properties: AccountProperties = AccountProperties()

    @property
    def held_up(self) -> bool:
        """No check is made for now."""
        return self.paused or self.offline


class StatusBoard(QObject):
    reset = Signal()
    changed = Signal(object)  # frozenset[int]: integrations that are new, or have a new status or progress
    removed = Signal(object)  # frozenset[int]
    surroundings_changed = Signal(object)  # Surroundings

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._statuses: dict[int, IntegrationStatus] = {}
        self._is_read = False
        self._progress: dict[int, CheckProgress] = {}
        self._changed: set[int] = set()
        self._removed: set[int] = set()
        self._surroundings = Surroundings()
        self._flush_timer = QTimer(self, interval=FLUSH_MS, singleShot=True)
        self._flush_timer.timeout.connect(self.flush)
        desk.statuses_reset.connect(self._take_all)
        desk.status_changed.connect(self._take)
        desk.status_removed.connect(self._remove)
        desk.check_started.connect(self._check_started)
        desk.check_progressed.connect(self._check_progressed)
        desk.check_finished.connect(self._check_finished)
        desk.paused_changed.connect(self._take_paused)
        desk.offline_changed.connect(self._take_offline)
        desk.properties_changed.connect(self._take_properties)

    @property
    def surroundings(self) -> Surroundings:
        return self._surroundings

    @property
    def is_read(self) -> bool:
        """Whether the desk told what there is; before that, nothing here says that there is nothing."""
        return self._is_read

    @property
    def any_running(self) -> bool:
        return bool(self._progress)

    def running(self) -> tuple[int, ...]:
        """The ids of those that are being checked."""
        return tuple(self._progress)

    def ids(self) -> tuple[int, ...]:
        return tuple(self._statuses)

    def statuses(self) -> tuple[IntegrationStatus, ...]:
        return tuple(self._statuses.values())

    def status(self, integration_id: int) -> IntegrationStatus | None:
        return self._statuses.get(integration_id)

    def known(self, ids: Iterable[int]) -> tuple[IntegrationStatus, ...]:
        return tuple(self._statuses[one] for one in ids if one in self._statuses)

    def progress(self, integration_id: int) -> CheckProgress | None:
        """Where its check is; None when none runs."""
        return self._progress.get(integration_id)

    def shape(self, status: IntegrationStatus) -> Shape:
        """The condition, or what lies over it. Paused and offline never hide that something is wrong."""
        if status.id in self._progress:
            return Shape.CHECKING
        if status.condition in _AT_REST:
            if self._surroundings.offline:
                return Shape.OFFLINE
            if self._surroundings.paused:
                return Shape.PAUSED
        return SHAPES[status.condition]

    def flush(self) -> None:
        """Tell now what changed since the last time."""
        self._flush_timer.stop()
        changed, removed = frozenset(self._changed), frozenset(self._removed)
        self._changed.clear()
        self._removed.clear()
        if removed:
            self.removed.emit(removed)
        if changed:
            self.changed.emit(changed)

    def _take_all(self, statuses: tuple[IntegrationStatus, ...]) -> None:
        self._flush_timer.stop()
        self._changed.clear()
        self._removed.clear()
        self._is_read = True
        self._statuses = {status.id: status for status in statuses}
        self._progress = {one: where for one, where in self._progress.items() if one in self._statuses}
        self.reset.emit()

    def _take(self, status: IntegrationStatus) -> None:
        self._statuses[status.id] = status
        self._removed.discard(status.id)
        self._touch(status.id)

    def _remove(self, integration_id: int) -> None:
        self._progress.pop(integration_id, None)
        if self._statuses.pop(integration_id, None) is not None:
            self._changed.discard(integration_id)
            self._removed.add(integration_id)
            self._flush_soon()

    def _check_started(self, integration_id: int) -> None:
        self._check_progressed(CheckProgress(integration_id, Stage.WAITING))

    def _check_progressed(self, progress: CheckProgress) -> None:
        """Stages come and go with each batch of messages; how many are taken in holds on until all are."""
        known = self._progress.get(progress.integration_id)
        if known and not progress.total and progress.stage in _OF_A_BATCH:
            progress = replace(progress, done=known.done, total=known.total)
        self._progress[progress.integration_id] = progress
        self._touch(progress.integration_id)

    def _check_finished(self, outcome: CheckOutcome) -> None:
        self._progress.pop(outcome.integration_id, None)
        self._touch(outcome.integration_id)

    def _touch(self, integration_id: int) -> None:
        if integration_id in self._statuses:
            self._changed.add(integration_id)
            self._flush_soon()

    def _flush_soon(self) -> None:
        if not self._flush_timer.isActive():
            self._flush_timer.start()

    def _take_paused(self, paused: bool) -> None:
        self._surround(Surroundings(paused, self._surroundings.offline, self._surroundings.properties))

    def _take_offline(self, offline: bool) -> None:
        self._surround(Surroundings(self._surroundings.paused, offline, self._surroundings.properties))

    def _take_properties(self, properties: AccountProperties) -> None:
        self._surround(Surroundings(self._surroundings.paused, self._surroundings.offline, properties))

    def _surround(self, surroundings: Surroundings) -> None:
        if surroundings != self._surroundings:
            self._surroundings = surroundings
            self.surroundings_changed.emit(surroundings)
