"""How events are told, what was told already, and what an admin said about incidents."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, select, text

from mailint_gui.domain.incident import IncidentMark
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.notification import Channel, EventKind, NotificationSetting
from mailint_gui.domain.outbox import OF_OURS, OutboxState
from mailint_gui.store import schema
from mailint_gui.store.rows import Repository, picked, table_of, upsert, values_of
from mailint_gui.store.schema import (
    IncidentMarkTable,
    MessageTable,
    NotificationMarkTable,
    NotificationSettingTable,
    OutboxTable,
)

_UNSENT = (OutboxState.QUEUED, OutboxState.WAITING)


class Notifications(Repository):
    __slots__ = ()

    def settings(self) -> dict[EventKind, NotificationSetting]:
        """Those that were set."""
        return {
            row["kind"]: NotificationSetting(
                **picked(NotificationSetting, row)
                | {
                    "channels": frozenset(map(Channel, row["channels"])),
                    "recipients": tuple(row["recipients"]),
                }
            )
            for row in self._rows(select(table_of(NotificationSettingTable)))
        }

    def put_setting(self, kind: EventKind, setting: NotificationSetting) -> None:
        values = {
            **values_of(setting),
            "kind": kind,
            "channels": sorted(setting.channels),
            "recipients": list(setting.recipients),
        }
        upsert(self._connection, NotificationSettingTable, [values])

    # What was told already

    def marks(self) -> dict[int, dict[EventKind, int]]:
        """By integration, as ``domain.watch`` left them."""
        found: dict[int, dict[EventKind, int]] = defaultdict(dict)
        for row in self._rows(select(table_of(NotificationMarkTable))):
            found[row["integration_id"]][row["kind"]] = row["mark"]
        return found

    def set_marks(self, integration_id: int, marks: Mapping[EventKind, int]) -> None:
        """In place of all that it had."""
        own = NotificationMarkTable.integration_id == integration_id
        self._connection.execute(delete(NotificationMarkTable).where(own))
        rows = [
            {"integration_id": integration_id, "kind": kind, "mark": mark} for kind, mark in marks.items()
        ]
        upsert(self._connection, NotificationMarkTable, rows)

    # What there is to tell

    def quarantined(self) -> dict[int, tuple[int, ...]]:
        """By integration, the ids of its messages in quarantine."""
        found: dict[int, list[int]] = defaultdict(list)
        these = select(MessageTable.integration_id, MessageTable.id).where(text(schema.QUARANTINED))
        for owner, message_id in self._connection.execute(these):
            found[owner].append(message_id)
        return {owner: tuple(ids) for owner, ids in found.items()}

    def unsent(self) -> dict[int, tuple[int, datetime]]:
        """By integration, how many wait in the outbox, and since when the oldest; without what we tell and try.

        Nor what is uncertain: it may stay so for long, and would hide that other mail is stuck.
        """
        owner = OutboxTable.integration_id
        waiting = OutboxTable.state.in_(_UNSENT) & OutboxTable.purpose.not_in(OF_OURS)
        counted = select(owner, func.count(), func.min(OutboxTable.created_at)).where(waiting).group_by(owner)
        return {each: (count, oldest) for each, count, oldest in self._connection.execute(counted)}

    # Incidents

    def incident_marks(self) -> dict[tuple[int, Direction], IncidentMark]:
        rows = self._rows(select(table_of(IncidentMarkTable)))
        found = (IncidentMark(**picked(IncidentMark, row)) for row in rows)
        return {(each.integration_id, each.direction): each for each in found}

    def put_incident_mark(self, mark: IncidentMark) -> None:
        """In place of what was said of an earlier incident of this direction."""
        upsert(self._connection, IncidentMarkTable, [values_of(mark)])
