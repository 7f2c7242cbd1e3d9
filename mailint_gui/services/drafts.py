"""Mail as it is typed: kept from moment to moment, so that neither a crash nor a full outbox loses a word."""

from collections.abc import Iterable
from dataclasses import dataclass

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.draft import MailDraft, StoredDraft
from mailint_gui.store.database import Database


@dataclass(frozen=True, slots=True)
class Drafts:
    database: Database
    clock: Clock

    def save(self, draft_id: int, draft: MailDraft, *, is_open: bool = False) -> int:
        """Under ``draft_id``, or a new one where there is none of that id (0: there never was). -> its id."""
        with self.database.write() as unit:
            return unit.drafts.put(draft_id, draft, self.clock(), is_open=is_open)

    def all(self) -> tuple[StoredDraft, ...]:
        """Those that are not queued, oldest first."""
        with self.database.read() as unit:
            return unit.drafts.all()

    def left_open(self) -> tuple[StoredDraft, ...]:
        """At start: those that were being typed when the program ended unexpectedly; until they are put away."""
        with self.database.read() as unit:
            return unit.drafts.left_open()

    def put_away(self, ids: Iterable[int]) -> None:
        with self.database.write() as unit:
            unit.drafts.put_away(ids)

    def discard(self, draft_id: int) -> None:
        with self.database.write() as unit:
            unit.drafts.remove(draft_id)

    def forget_sent(self) -> None:
        """What was made of them is sent: there is nothing left to edit."""
        with self.database.write() as unit:
            unit.drafts.remove_sent()

    def correspondents(self) -> tuple[str, ...]:
        """Addresses for completion, the latest first."""
        with self.database.read() as unit:
            return unit.correspondents.latest()
