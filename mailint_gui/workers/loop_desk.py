"""What the page of stopped loops asks for."""

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailint_gui.domain.loop import LoopStop
from mailint_gui.domain.message import MessageRow
from mailint_gui.domain.refusal import RefusedError
from mailint_gui.services.scope import CancelScope
from mailint_gui.workers.calls import Call
from mailint_gui.workers.desk import Desk, Progress

if TYPE_CHECKING:  # their imports are heavy, and belong to the first job
    from mailint_gui.services.services import Services

MOST_STOPS = 200  # released ones too, the newest
MOST_MESSAGES = 50  # of one chain


@dataclass(frozen=True, slots=True)
class Chain:
    """``messages``: those of the stop that the log still has, the newest first, at most ``MOST_MESSAGES``."""

    stop: LoopStop
    messages: tuple[MessageRow, ...]


class LoopDesk:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def active(self) -> Call:
        """-> tuple[LoopStop, ...]: what is stopped now."""
        return self._desk.call(
            "read stopped loops", lambda services, _scope, _step: services.loop_breaker.active()
        )

    def all(self) -> Call:
        """-> tuple[LoopStop, ...]: the newest first, released ones too."""
        return self._desk.call(
            "read all loops", lambda services, _scope, _step: services.loop_breaker.all(MOST_STOPS)
        )

    def chain(self, stop: LoopStop) -> Call:
        """-> Chain."""

        def run(services: "Services", scope: CancelScope, _step: Progress) -> Chain:
            rows = []
            for message_id in sorted(stop.messages, reverse=True)[:MOST_MESSAGES]:
                scope.raise_if_cancelled()
                with suppress(RefusedError):  # it is forgotten
                    rows.append(services.message_log.get(message_id))
            return Chain(stop, tuple(rows))

        return self._desk.call("read a chain", run)

    def release(self, stop_id: int) -> Call:
        """-> LoopStop."""
        return self._desk.call(
            "release a loop", lambda services, _scope, _step: services.loop_breaker.release(stop_id)
        )
