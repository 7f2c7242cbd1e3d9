"""The state of everything as a JSON file, for other monitors: whole or not at all, written when it changed."""

import json
import logging
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.events import CredentialExpiring
from mailint_gui.domain.health import Condition, DirectionState
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.services.properties import Properties
from mailint_gui.services.statuses import Statuses

_log = logging.getLogger(__name__)

_GRAVITY = {condition: rank for rank, condition in enumerate(Condition)}
_ACT_FROM = _GRAVITY[Condition.FAILING]


class StatusFile:
    def __init__(self, statuses: Statuses, properties: Properties, clock: Clock) -> None:
        self._statuses = statuses
        self._properties = properties
        self._clock = clock
        self._written: tuple[str, dict[str, Any]] | None = None
        self._failed = ""

    def write_if_changed(self) -> None:
        """Raises ProblemError when the store fails; a file that cannot be written is logged, once."""
        path = self._properties.current().status_file
        if not path:
            self._written = None
            return
        content = as_status(self._statuses.all())
        if self._written == (path, content):
            return
        try:
            _write_whole(Path(path), json.dumps({**content, "changed_at": _stamp(self._clock())}, indent=1))
        except OSError as error:
            if self._failed != str(error):
                self._failed = str(error)
                _log.warning("the status file cannot be written: %s", error)
            return
        self._written, self._failed = (path, content), ""


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


def _write_whole(path: Path, text: str) -> None:
    """Readable by all, as monitors run as somebody else; nothing in it is secret. Raises OSError."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
