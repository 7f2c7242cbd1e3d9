"""Service records as admins see and change them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.message import MessageRow
from mailint_gui.domain.record import RecordDraft, RecordFilter, RecordRow
from mailint_gui.domain.record_validation import CHANGEABLE, trimmed_record, validate_record
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.validation import FieldError, FieldFault, ValidationError
from mailint_gui.services.announcements import Announce, RecordsChanged
from mailint_gui.services.properties import Properties
from mailint_gui.store.database import Database


@dataclass(frozen=True, slots=True)
class RecordBook:
    database: Database
    properties: Properties
    clock: Clock
    announce: Announce

    def page(
        self, wanted: RecordFilter, before: int | None = None, limit: int = 100
    ) -> tuple[RecordRow, ...]:
        """The newest numbers first, those below ``before``. With ``open_only`` closed is what the properties say."""
        if wanted.open_only and not wanted.closed_statuses:
            wanted = replace(wanted, closed_statuses=self.properties.current().closed_statuses)
        with self.database.read() as unit:
            return unit.records.page(wanted, before, limit)

    def get(self, number: int) -> RecordRow:
        """Raises RefusedError."""
        with self.database.read() as unit:
            row = unit.records.row(number)
        if row is None:
            raise RefusedError(Refusal.NO_SUCH_RECORD, number=str(number))
        return row

    def goes_on_in(self, number: int) -> int | None:
        """The newest record that goes on from this one."""
        with self.database.read() as unit:
            following = unit.filing_facts.follow_up(number)
        return following[0] if following else None

    def correspondence(self, number: int) -> tuple[MessageRow, ...]:
        """Its messages both ways, the oldest first. Raises RefusedError."""
        self.get(number)
        with self.database.read() as unit:
            return unit.messages.of_record(number)

    def change(self, number: int, **fields: str | tuple[str, ...]) -> RecordRow:
        """Sets these fields of ``domain.record_validation.CHANGEABLE``, all or nothing.

        Raises ValidationError, RefusedError.
        """
        with self.database.write() as unit:
            record = unit.records.get(number)
            if record is None:
                raise RefusedError(Refusal.NO_SUCH_RECORD, number=str(number))
            draft = _changed(record.draft, fields)
            if draft != record.draft:
                unit.records.update(number, draft, self.clock())
        self.announce(RecordsChanged(frozenset({number})))
        return self.get(number)


def _changed(draft: RecordDraft, fields: Mapping[str, object]) -> RecordDraft:
    """Raises ValidationError."""
    unknown = [
        FieldError(name, FieldFault.UNKNOWN_KEY, {"value": name}) for name in fields.keys() - CHANGEABLE
    ]
    if unknown:
        raise ValidationError(unknown)
    draft = trimmed_record(replace(draft, **fields))  # type: ignore[arg-type]  # names are judged just above
    if errors := validate_record(draft):
        raise ValidationError(errors)
    return draft
