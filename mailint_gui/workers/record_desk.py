"""What the screens of service records ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailint_gui.domain.message import MessageRow
from mailint_gui.domain.record import RecordFilter, RecordRow
from mailint_gui.services.scope import CancelScope
from mailint_gui.workers.calls import Call
from mailint_gui.workers.desk import Desk, Progress

if TYPE_CHECKING:  # their imports are heavy, and belong to the first job
    from mailint_gui.services.services import Services

Fields = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class OpenedRecord:
    """``messages``: both ways, the oldest first. ``goes_on_in``: the newest record that is linked to this one."""

    row: RecordRow
    messages: tuple[MessageRow, ...]
    goes_on_in: int | None = None


class RecordDesk:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def page(self, wanted: RecordFilter, before: int | None, limit: int) -> Call:
        """-> tuple[RecordRow, ...], the newest numbers first, those below ``before``."""

        def run(services: "Services", _scope: CancelScope, _step: Progress) -> tuple[RecordRow, ...]:
            return services.records.page(wanted, before, limit)

        return self._desk.call("read records", run)

    def open(self, number: int) -> Call:
        """-> OpenedRecord."""

        def run(services: "Services", _scope: CancelScope, _step: Progress) -> OpenedRecord:
            book = services.records
            return OpenedRecord(book.get(number), book.correspondence(number), book.goes_on_in(number))

        return self._desk.call("open a record", run)

    def change(self, number: int, fields: Fields) -> Call:
        """-> RecordRow. ``failed`` gives a ValidationError with the names of fields as paths."""
        wanted = dict(fields)

        def run(services: "Services", _scope: CancelScope, _step: Progress) -> RecordRow:
            return services.records.change(number, **wanted)

        return self._desk.call("change a record", run)
