"""The state of everything as a JSON file, for other monitors: whole or not at all."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.events import CredentialExpiring
from mailint_gui.domain.health import Condition, DirectionState
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.services.atomic_file import remove_unfinished, write_whole
from mailint_gui.services.properties import Properties
from mailint_gui.services.statuses import Statuses

_log = logging.getLogger(__name__)

_GRAVITY = {condition: rank for rank, condition in enumerate(Condition)}
_ACT_FROM = _GRAVITY[Condition.FAILING]


WRITTEN_EVERY = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class _Written:
    path: str
    content: dict[str, Any]
    changed_at: datetime
    written_at: datetime

    def text(self, *, running: bool) -> str:
        times = {"changed_at": _stamp(self.changed_at), "written_at": _stamp(self.written_at)}
        return json.dumps({**self.content, **times, "running": running}, indent=1)


class StatusFile:
    """Beside what ``as_status`` says, the file has ``changed_at``, ``written_at`` and ``running``.

    ``written_at`` is never much older than ``WRITTEN_EVERY`` while the program runs: where it is, the program hangs or
    was killed. ``running`` is false once it ended in order, or writes to another file.
    """

    def __init__(self, statuses: Statuses, properties: Properties, clock: Clock) -> None:
        self._statuses = statuses
        self._properties = properties
        self._clock = clock
        self._last: _Written | None = None
        self._failed = ""

    def write_if_due(self) -> None:
        """Raises ProblemError when the store fails; a file that cannot be written is logged, once."""
        path = self._properties.current().status_file
        if self._last and self._last.path != path:
            self.end()
        if not path:
            return
        content, now, last = as_status(self._statuses.all()), self._clock(), self._last
        is_same = last is not None and last.content == content
        if last and is_same and timedelta() <= now - last.written_at < WRITTEN_EVERY:
            return
        changed_at = last.changed_at if last and is_same else now
        new = _Written(path, content, changed_at, written_at=now)
        if self._write(new, running=True):
            self._last = new

    def end(self) -> None:
        """Says that nothing more is written; nothing where no file is."""
        last, self._last = self._last, None
        if last:
            self._write(replace(last, written_at=self._clock()), running=False)

    def _write(self, new: _Written, *, running: bool) -> bool:
        path = Path(new.path)
        try:
            if self._last is None:
                remove_unfinished(path)
            write_whole(
                path, new.text(running=running)
            )  # monitors run as somebody else; nothing in it is secret
        except OSError as error:
            if self._failed != str(error):
                self._failed = str(error)
                _log.warning("the status file cannot be written: %s", error)
            return False
        self._failed = ""
        return True


def as_status(statuses: Sequence[IntegrationStatus]) -> dict[str, Any]:
    """``state``: the worst of all (``domain.health.Condition``); ``ok`` false as soon as somebody must act."""
    worst = max((each.condition for each in statuses), key=_GRAVITY.__getitem__, default=Condition.OK)
    return {
        "program": "Mailint",
        "ok": _GRAVITY[worst] < _ACT_FROM,
        "state": worst.value,
        "integrations": [_one(each) for each in statuses],
    }


def _one(status: IntegrationStatus) -> dict[str, Any]:
    return {
        "name": status.name,
        "state": status.condition.value,
        **{
            direction.value: {
                "state": status.state_of(direction).value,
                "consecutive_errors": status.health.of(direction).consecutive_errors,
            }
            for direction in Direction
            if status.state_of(direction) is not DirectionState.OFF
        },
        "quarantined": status.quarantined_messages,
        "expiring": _ending(status.expiring) if status.expiring else None,
    }


def _ending(found: CredentialExpiring) -> dict[str, Any]:
    """``days`` is negative once it has expired."""
    return {
        "what": found.kind.value,
        "direction": found.direction.value,
        "at": _stamp(found.on),
        "days": found.days,
    }


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
