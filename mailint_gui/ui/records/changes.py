"""Changes of records: stored at once, and taken back one after the other."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from mailint_gui.domain.record import RecordRow
from mailint_gui.domain.validation import ValidationError
from mailint_gui.ui.messages.failure import Failure
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.workers.record_desk import RecordDesk

Value = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    number: int
    field: str
    before: Value


class RecordChanges(QObject):
    stored = Signal(object)  # RecordRow, as it is now
    refused = Signal(int, str, object)  # number, field, ValidationError
    failed = Signal(int, object)  # number, Failure of another kind
    can_undo_changed = Signal()

    def __init__(self, desk: RecordDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._calls = PendingCalls(self)
        self._done: list[Change] = []

    @property
    def last(self) -> Change | None:
        """What ``undo`` takes back."""
        return self._done[-1] if self._done else None

    def change(self, row: RecordRow, field: str, value: Value) -> None:
        before: Value = getattr(row, field)
        if value != before:
            self._store(row.number, field, value, Change(row.number, field, before))

    def undo(self) -> None:
        if self._done:
            last = self._done.pop()
            self.can_undo_changed.emit()
            self._store(last.number, last.field, last.before, None)

    def _store(self, number: int, field: str, value: Value, change: Change | None) -> None:
        def stored(row: RecordRow) -> None:
            if change is not None:
                self._done.append(change)
                self.can_undo_changed.emit()
            self.stored.emit(row)

        def failed(failure: Failure) -> None:
            if isinstance(failure, ValidationError):
                self.refused.emit(number, field, failure)
            else:
                self.failed.emit(number, failure)

        self._calls.follow(self._desk.change(number, {field: value}), stored, failed)
