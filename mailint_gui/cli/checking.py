"""Several checks at once, within the limits that hold for all checks."""

import queue
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mailint_gui.cli.scopes import Scopes
from mailint_gui.domain.check import CheckOutcome
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.status import IntegrationStatus

if TYPE_CHECKING:
    from mailint_gui.services.services import Services

Ended = tuple[IntegrationStatus, CheckOutcome | RefusedError]
_Answer = tuple[int, CheckOutcome | BaseException]


def check_all(services: "Services", wanted: Sequence[IntegrationStatus], scopes: Scopes) -> list[Ended]:
    """Checks these and waits until what they took in is filed; in the order given.

    Raises what a bug raises, once all have ended.
    """
    from mailint_gui.services.schedule import Entry, Limits, Schedule
    from mailint_gui.services.scope import CancelReason

    properties = services.properties.current()
    schedule = Schedule(Limits(properties.check_concurrency, properties.connections_per_host))
    schedule.set_entries(
        [Entry(each.id, each.integration.incoming.server.casefold(), 1.0) for each in wanted], 0.0
    )
    by_id = {each.id: each for each in wanted}
    schedule.ask(by_id, 0.0)
    answers: queue.SimpleQueue[_Answer] = queue.SimpleQueue()
    ended: dict[int, CheckOutcome | BaseException] = {}
    try:
        while len(ended) < len(by_id):
            for each in schedule.take_due(0.0):
                _begin(_job(services, by_id[each], scopes, answers))
            done, answer = answers.get()
            ended[done] = answer
            schedule.remove(done)  # it is checked once
            schedule.finished(done, 0.0)
    except KeyboardInterrupt:  # before the services are closed over them
        scopes.cancel_all(CancelReason.ADMIN)
        raise
    return [(status, _told(ended[status.id])) for status in by_id.values()]


def _begin(job: Callable[[], None]) -> None:
    threading.Thread(target=job, name="check", daemon=True).start()


def _job(
    services: "Services",
    status: IntegrationStatus,
    scopes: Scopes,
    answers: "queue.SimpleQueue[_Answer]",
) -> Callable[[], None]:
    def run() -> None:
        try:
            answer: CheckOutcome | BaseException = _check(services, status, scopes)
        except BaseException as error:  # noqa: BLE001  raised again on the thread that waits
            answer = error
        answers.put((status.id, answer))

    return run


def _check(services: "Services", status: IntegrationStatus, scopes: Scopes) -> CheckOutcome:
    from mailint_gui.services.scope import Cancelled

    with scopes.new() as scope:
        try:
            return services.check_mail.check(status.id, scope)
        except Cancelled as error:
            raise RefusedError(Refusal.CHECK_CANCELLED, name=status.name) from error


def _told(answer: CheckOutcome | BaseException) -> CheckOutcome | RefusedError:
    if isinstance(answer, CheckOutcome | RefusedError):
        return answer
    raise answer
