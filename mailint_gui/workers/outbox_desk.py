"""What the outbox window asks for."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from mailint_gui.domain.outbox import NotPossibleError, OutboxFilter, OutboxItem
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.services.scope import CancelScope
from mailint_gui.workers.calls import Call
from mailint_gui.workers.desk import Desk, Progress

if TYPE_CHECKING:  # their imports are heavy, and belong to the first job
    from mailint_gui.services.services import Services

Ids = tuple[int, ...]
_Do = Callable[["Services", int], OutboxItem]


class OutboxDesk:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def page(self, wanted: OutboxFilter, before: int | None, limit: int) -> Call:
        """-> tuple[OutboxItem, ...], the newest first, those below ``before``; as of ``send_mail.with_limits``."""

        def run(services: "Services", _scope: CancelScope, _step: Progress) -> tuple[OutboxItem, ...]:
            return services.send_mail.with_limits(services.outbox.page(wanted, before, limit))

        return self._desk.call("read the outbox", run)

    def retry(self, ids: Ids, *, may_repeat: bool) -> Call:
        """-> None. ``failed`` gives a RefusedError for the first that cannot be; the others are done.

        ``may_repeat``: as of ``services.outbox``.
        """
        return self._each(
            "retry",
            ids,
            Refusal.CANNOT_RETRY,
            lambda services, one: services.outbox.retry(one, may_repeat=may_repeat),
        )

    def cancel(self, ids: Ids) -> Call:
        """-> None, as ``retry``."""
        return self._each(
            "cancel", ids, Refusal.CANNOT_CANCEL, lambda services, one: services.outbox.cancel(one)
        )

    def arrived(self, ids: Ids) -> Call:
        """-> None, as ``retry``."""
        return self._each(
            "settle", ids, Refusal.NOT_UNCERTAIN, lambda services, one: services.outbox.arrived(one)
        )

    def _each(self, name: str, ids: Ids, refusal: Refusal, do: _Do) -> Call:
        def run(services: "Services", scope: CancelScope, _step: Progress) -> None:
            refused: list[RefusedError] = []
            for one in ids:
                scope.raise_if_cancelled()
                try:
                    do(services, one)
                except NotPossibleError as error:
                    refused.append(RefusedError(refusal, id=str(one), state=error.state))
            if refused:
                raise refused[0]

        return self._desk.call(f"{name} what is in the outbox", run)
