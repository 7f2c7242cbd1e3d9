"""Notifications on their way, and those of a moment ago."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, text, update

from mailint_gui.domain.delivery import Delivery
from mailint_gui.domain.notification import Channel
from mailint_gui.store import schema
from mailint_gui.store.rows import Repository, picked, portions, table_of, values_of
from mailint_gui.store.schema import DeliveryTable

_UNTOLD = text(schema.UNTOLD)


class Deliveries(Repository):
    __slots__ = ()

    def add(self, delivery: Delivery) -> int:
        """-> its id."""
        values = {name: value for name, value in values_of(delivery).items() if name != "id"}
        values["recipients"] = list(delivery.recipients)
        new = insert(DeliveryTable).values(values).returning(DeliveryTable.id)
        return self._connection.execute(new).scalar_one()

    def due(self, channel: Channel, now: datetime) -> tuple[Delivery, ...]:
        """Oldest first."""
        return self._where(DeliveryTable.channel == channel, DeliveryTable.due_at <= now)

    def any_due(self, channel: Channel, now: datetime) -> bool:
        these = (_UNTOLD, DeliveryTable.channel == channel, DeliveryTable.due_at <= now)
        found = select(DeliveryTable.id).where(*these).limit(1)
        return self._connection.execute(found).first() is not None

    def told_since(self, channel: Channel, since: datetime) -> int:
        these = (DeliveryTable.channel == channel, DeliveryTable.told_at >= since)
        return self._connection.execute(select(func.count()).where(*these)).scalar_one()

    def set_told(self, ids: Iterable[int], at: datetime) -> None:
        for some in portions(ids):
            these = update(DeliveryTable).where(DeliveryTable.id.in_(some))
            self._connection.execute(these.values(told_at=at))

    def try_later(self, delivery_id: int, attempts: int, due_at: datetime) -> None:
        this = update(DeliveryTable).where(DeliveryTable.id == delivery_id)
        self._connection.execute(this.values(attempts=attempts, due_at=due_at))

    def hold_until(self, ids: Iterable[int], due_at: datetime) -> None:
        for some in portions(ids):
            self._connection.execute(
                update(DeliveryTable).where(DeliveryTable.id.in_(some)).values(due_at=due_at)
            )

    def forget_told(self, before: datetime) -> None:
        self._connection.execute(delete(DeliveryTable).where(DeliveryTable.told_at < before))

    def _where(self, *conditions: ColumnElement[bool]) -> tuple[Delivery, ...]:
        found = select(table_of(DeliveryTable)).where(_UNTOLD, *conditions).order_by(DeliveryTable.id)
        return tuple(_delivery(row) for row in self._rows(found))


def _delivery(row: Mapping[Any, Any]) -> Delivery:
    return Delivery(**picked(Delivery, {**row, "recipients": tuple(row["recipients"])}))
