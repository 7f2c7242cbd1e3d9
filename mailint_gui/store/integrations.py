"""Integrations with their settings. A deleted one can be restored until purged; its name stays."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from mailint_gui.domain.filing import FilingSettings
from mailint_gui.domain.integration import IncomingSettings, Integration, OutgoingSettings, name_key
from mailint_gui.store.errors import MissingRowError, NameTakenError
from mailint_gui.store.rows import Repository, table_of, upsert, values_of
from mailint_gui.store.schema import (
    Base,
    CursorTable,
    FilingTable,
    HealthTable,
    IncidentMarkTable,
    IncomingTable,
    IntegrationTable,
    NotificationMarkTable,
    OutgoingTable,
    Pop3ListingTable,
    SecretTable,
)

_PRESENT = IntegrationTable.deleted_at.is_(None)
_GENERAL = (
    "name",
    "description",
    "is_default",
    "enabled",
    "responsible_admin",
    "last_modified_by",
    "last_modified_at",
)
_GONE_WITH_A_PURGE: tuple[type[Base], ...] = (
    IncomingTable,
    OutgoingTable,
    FilingTable,
    HealthTable,
    CursorTable,
    Pop3ListingTable,
    SecretTable,
    NotificationMarkTable,
    IncidentMarkTable,
)


class Integrations(Repository):
    __slots__ = ()

    def all(self) -> tuple[Integration, ...]:
        """All that are not deleted, by name."""
        return self._found(_ALL)

    def get(self, integration_id: int) -> Integration | None:
        return next(iter(self._found(_BY_ID, wanted=integration_id)), None)

    def by_name(self, name: str) -> Integration | None:
        """Without regard to case."""
        return next(iter(self._found(_BY_NAME, wanted=name_key(name))), None)

    def add(self, draft: Integration) -> Integration:
        """Stores a new one and returns it with its id. Raises NameTakenError."""
        stored = replace(draft, id=self._insert(draft))
        self._put_settings(stored)
        return stored

    def _insert(self, draft: Integration) -> int:
        statement = insert(IntegrationTable).values(_general(draft)).returning(IntegrationTable.id)
        try:
            return self._connection.execute(statement).scalar_one()
        except IntegrityError as error:
            raise _name_taken(error, draft.name) from error

    def update(self, integration: Integration) -> None:
        """Raises NameTakenError, and MissingRowError for one that is not there or deleted."""
        this = _PRESENT & (IntegrationTable.id == integration.id)
        statement = update(IntegrationTable).where(this).values(_general(integration))
        try:
            found = self._connection.execute(statement).rowcount
        except IntegrityError as error:
            raise _name_taken(error, integration.name) from error
        if not found:
            raise MissingRowError(integration.id)
        self._put_settings(integration)

    def clear_default(self, except_id: int) -> tuple[int, ...]:
        """Takes *default* from every other one; returns the ids that lost it. 0 keeps none."""
        others = IntegrationTable.is_default & (IntegrationTable.id != except_id) & _PRESENT
        statement = update(IntegrationTable).where(others).values(is_default=False)
        return tuple(self._connection.execute(statement.returning(IntegrationTable.id)).scalars())

    def soft_delete(self, ids: Iterable[int], at: datetime) -> None:
        """Hides them and keeps everything: ``restore`` gives all of it back."""
        these = IntegrationTable.id.in_(list(ids)) & _PRESENT
        self._connection.execute(update(IntegrationTable).where(these).values(deleted_at=at))

    def restore(self, ids: Iterable[int]) -> bool:
        """Undoes a deletion. *Default* comes back only where nothing else is; False: another is.

        Raises NameTakenError, and MissingRowError for one that was purged.
        """
        complete = [self._restore(integration_id) for integration_id in ids]
        return all(complete)

    def _restore(self, integration_id: int) -> bool:
        this = IntegrationTable.id == integration_id
        whole = select(table_of(IntegrationTable)).join(
            IncomingTable, IncomingTable.integration_id == IntegrationTable.id
        )
        row = next(self._rows(whole.where(this)), None)
        if row is None:
            raise MissingRowError(integration_id)
        keeps_default = row["is_default"] and not any(one.is_default for one in self.all())
        statement = update(IntegrationTable).where(this).values(deleted_at=None, is_default=keeps_default)
        try:
            self._connection.execute(statement)
        except IntegrityError as error:
            raise _name_taken(error, row["name"]) from error
        return keeps_default or not row["is_default"]

    def purge_deleted(self, before: datetime) -> int:
        """Drops settings, secrets, health and cursors of what was deleted before; returns of how many."""
        old = (
            select(IntegrationTable.id)
            .join(IncomingTable, IncomingTable.integration_id == IntegrationTable.id)
            .where(IntegrationTable.deleted_at < before)
        )
        ids = list(self._connection.execute(old).scalars())
        for table in _GONE_WITH_A_PURGE:
            owner = table_of(table).c.integration_id
            self._connection.execute(delete(table).where(owner.in_(ids)))
        return len(ids)

    def _put_settings(self, integration: Integration) -> None:
        for attribute, (mapped, _kind) in _SETTINGS.items():
            values = values_of(getattr(integration, attribute))
            upsert(self._connection, mapped, [{"integration_id": integration.id, **values}])

    def _found(self, query: Select[Any], **values: Any) -> tuple[Integration, ...]:
        found = [_integration(row) for row in self._rows(query, values)]
        return tuple(sorted(found, key=lambda one: name_key(one.name)))


_SETTINGS: dict[str, tuple[type[Base], type[Any]]] = {
    "incoming": (IncomingTable, IncomingSettings),
    "outgoing": (OutgoingTable, OutgoingSettings),
    "filing": (FilingTable, FilingSettings),
}


def _whole(condition: ColumnElement[bool]) -> Select[Any]:
    """One row an integration, settings laid beside it. Built once for each condition: each check asks."""
    statement = select(*(getattr(IntegrationTable, name) for name in ("id", *_GENERAL)))
    for attribute, (mapped, kind) in _SETTINGS.items():
        columns = table_of(mapped).c
        statement = statement.add_columns(
            *(columns[item.name].label(f"{attribute}_{item.name}") for item in fields(kind))
        ).join(mapped, columns.integration_id == IntegrationTable.id)
    return statement.where(condition)


def _integration(row: Mapping[Any, Any]) -> Integration:
    settings = {
        attribute: kind(**{item.name: _frozen(row[f"{attribute}_{item.name}"]) for item in fields(kind)})
        for attribute, (_mapped, kind) in _SETTINGS.items()
    }
    return Integration(id=row["id"], **{name: row[name] for name in _GENERAL}, **settings)


def _frozen(value: Any) -> Any:
    """A list comes back from JSON; settings are values."""
    return tuple(value) if isinstance(value, list) else value


_ALL = _whole(_PRESENT)
_BY_ID = _whole(_PRESENT & (IntegrationTable.id == bindparam("wanted")))
_BY_NAME = _whole(_PRESENT & (IntegrationTable.name_key == bindparam("wanted")))


def _general(integration: Integration) -> dict[str, Any]:
    values = {name: getattr(integration, name) for name in _GENERAL}
    return values | {"name_key": name_key(integration.name)}


def _name_taken(error: IntegrityError, name: str) -> Exception:
    """NameTakenError, or the error itself when another constraint was violated: a bug."""
    return NameTakenError(name) if "name_key" in str(error.orig) else error
