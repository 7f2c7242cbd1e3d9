"""Mail as typed, until it is sent or discarded."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update

from mailint_gui.domain.draft import Attached, AttachedFile, AttachedPart, MailDraft, StoredDraft
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.store.rows import Repository, picked, table_of, values_of
from mailint_gui.store.schema import DraftTable, OutboxTable

_KINDS: dict[str, type[Attached]] = {"file": AttachedFile, "part": AttachedPart}


class Drafts(Repository):
    __slots__ = ()

    def put(self, draft_id: int, draft: MailDraft, at: datetime, *, is_open: bool = False) -> int:
        """Stores it under its id, or anew where there is none of that id. -> its id."""
        values = {
            **values_of(draft),
            "attachments": [_stored(each) for each in draft.attachments],
            "is_open": is_open,
            "changed_at": at,
        }
        this = update(DraftTable).where(DraftTable.id == draft_id, DraftTable.queued_as.is_(None))
        if self._connection.execute(this.values(values)).rowcount:
            return draft_id
        new = insert(DraftTable).values(values).returning(DraftTable.id)
        return self._connection.execute(new).scalar_one()

    def all(self) -> tuple[StoredDraft, ...]:
        """Those that are not queued, oldest first."""
        return self._where(DraftTable.queued_as.is_(None))

    def left_open(self) -> tuple[StoredDraft, ...]:
        """Of ``all``, those that a window has or had."""
        return self._where(DraftTable.queued_as.is_(None), DraftTable.is_open.is_(True))

    def put_away(self, ids: Iterable[int]) -> None:
        """No window has them any more."""
        these = update(DraftTable).where(DraftTable.id.in_(list(ids)))
        self._connection.execute(these.values(is_open=False))

    def get(self, draft_id: int) -> StoredDraft | None:
        return next(iter(self._where(DraftTable.id == draft_id)), None)

    def of_outbox(self, outbox_id: int) -> StoredDraft | None:
        """What the item was made of."""
        return next(iter(self._where(DraftTable.queued_as == outbox_id)), None)

    def set_queued(self, draft_id: int, outbox_id: int) -> None:
        this = update(DraftTable).where(DraftTable.id == draft_id)
        self._connection.execute(this.values(queued_as=outbox_id))

    def remove(self, draft_id: int) -> None:
        self._connection.execute(delete(DraftTable).where(DraftTable.id == draft_id))

    def remove_of_outbox(self, outbox_id: int) -> None:
        self._connection.execute(delete(DraftTable).where(DraftTable.queued_as == outbox_id))

    def remove_sent(self) -> None:
        """Those whose item is sent: nobody edits them again."""
        sent = select(OutboxTable.id).where(OutboxTable.state == OutboxState.SENT)
        self._connection.execute(delete(DraftTable).where(DraftTable.queued_as.in_(sent)))

    def _where(self, *conditions: ColumnElement[bool]) -> tuple[StoredDraft, ...]:
        found = select(table_of(DraftTable)).where(*conditions).order_by(DraftTable.id)
        return tuple(_draft(row) for row in self._rows(found))


def _stored(attached: Attached) -> dict[str, Any]:
    kind = "file" if isinstance(attached, AttachedFile) else "part"
    return {"kind": kind, **values_of(attached)}


def _attached(stored: Iterable[Mapping[str, Any]]) -> tuple[Attached, ...]:
    return tuple(
        _KINDS[each["kind"]](**{name: value for name, value in each.items() if name != "kind"})
        for each in stored
    )


def _draft(row: Mapping[Any, Any]) -> StoredDraft:
    values = picked(MailDraft, row)
    values |= {"attachments": _attached(row["attachments"]), "answers": tuple(row["answers"])}
    return StoredDraft(row["id"], MailDraft(**values), row["changed_at"], row["is_open"])
