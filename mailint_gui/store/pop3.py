"""What POP3 servers listed by unique id (RFC 1939 section 7), and what we have of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, delete, func, select, text, update

from mailint_gui.domain.message import Acknowledgement, Pop3Identity, Pop3Seen
from mailint_gui.store import schema
from mailint_gui.store.rows import Repository, portions, table_of, upsert
from mailint_gui.store.schema import MessageTable, Pop3ListingTable

_IDENTITY = [getattr(MessageTable, field.name) for field in fields(Pop3Identity)]
_KNOWN = (
    select(
        Pop3ListingTable.uidl,
        *(MessageTable.id, Pop3ListingTable.first_seen_at),
        func.coalesce(MessageTable.sha256, ""),
        func.coalesce(MessageTable.acknowledgement, Acknowledgement.NONE),
        *(MessageTable.state, func.coalesce(MessageTable.size, 0)),
    )  # in the order of Pop3Seen's fields: a mailbox may hold ten thousands
    .outerjoin(MessageTable, MessageTable.id == Pop3ListingTable.message_id)
    .where(
        Pop3ListingTable.integration_id == bindparam("owner"),
        Pop3ListingTable.generation == bindparam("of_generation"),
    )
)  # built once: each check asks


class Pop3Listings(Repository):
    """One for each integration; a later ``generation`` is of another account."""

    __slots__ = ()

    def known(self, integration_id: int, generation: int) -> dict[str, Pop3Seen]:
        """By unique id, in no order."""
        of_these = {"owner": integration_id, "of_generation": generation}
        rows: Iterable[tuple[Any, ...]] = self._connection.execute(_KNOWN, of_these)
        return {row[0]: Pop3Seen(*row[1:]) for row in rows}

    def put(self, integration_id: int, generation: int, seen: Mapping[str, Pop3Seen]) -> None:
        """Enters these, or overwrites what was entered; of each only ``message_id`` and ``first_seen_at``."""
        owner = {"integration_id": integration_id, "generation": generation}
        upsert(
            self._connection,
            Pop3ListingTable,
            [
                {**owner, "uidl": uidl, "message_id": each.message_id, "first_seen_at": each.first_seen_at}
                for uidl, each in seen.items()
            ],
        )

    def drop(self, integration_id: int, generation: int, uidls: Iterable[str]) -> None:
        """Forgets that the server listed these."""
        for some in portions(uidls):
            these = delete(table_of(Pop3ListingTable)).where(
                Pop3ListingTable.integration_id == integration_id,
                Pop3ListingTable.generation == generation,
                Pop3ListingTable.uidl.in_(some),
            )
            self._connection.execute(these)

    def drop_all(self, integration_id: int) -> None:
        """Of all its accounts."""
        these = delete(table_of(Pop3ListingTable)).where(Pop3ListingTable.integration_id == integration_id)
        self._connection.execute(these)

    def messages(self, identities: Collection[Pop3Identity]) -> dict[Pop3Identity, int]:
        """The message id of each that was taken in. All of one integration and generation."""
        found: dict[Pop3Identity, int] = {}
        wanted = set(identities)
        for some in portions(identities):
            these = select(MessageTable.id, *_IDENTITY).where(
                text(schema.BY_POP3),
                MessageTable.integration_id == some[0].integration_id,
                MessageTable.generation == some[0].generation,
                MessageTable.uidl.in_([each.uidl for each in some]),
            )
            for message_id, *identity in self._connection.execute(these):
                found[Pop3Identity(*identity)] = message_id
        return {each: message_id for each, message_id in found.items() if each in wanted}

    def set_deleting(self, message_ids: Iterable[int]) -> None:
        """The server is about to be told to delete these."""
        for some in portions(message_ids):
            these = update(MessageTable).where(MessageTable.id.in_(some))
            self._connection.execute(these.values(acknowledgement=Acknowledgement.DELETING))
