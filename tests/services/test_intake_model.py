"""Any sequence of what a server, others and the power may do: each message is stored once, and none is left out."""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mailint_gui.domain.integration import (
    AfterProcessing,
    FirstCheck,
    IncomingSettings,
    Integration,
    Protocol,
)
from mailint_gui.domain.message import POP3_FOLDER, Acknowledgement, MessageState, Pop3Seen
from mailint_gui.services.hang_ups import HangUps
from mailint_gui.services.intake import Intake
from mailint_gui.services.pop3_intake import Pop3Intake
from mailint_gui.services.scope import CancelScope
from mailint_gui.services.taken import Taken
from mailint_gui.store.database import Database
from tests.services.office import balanced
from tests.services.server_model import (
    Backup,
    Crash,
    Fuse,
    FusedDatabase,
    ImapModel,
    Letter,
    Pop3Model,
    Server,
)

BEGINNING = datetime(2026, 11, 24, 12, tzinfo=UTC)
IMAP, POP3 = Protocol.IMAP, Protocol.POP3
WAYS = (
    (IMAP, AfterProcessing.MARK_READ),
    (IMAP, AfterProcessing.DELETE),
    (POP3, AfterProcessing.LEAVE),
    (POP3, AfterProcessing.DELETE),
)
STEPS = st.integers(1, 15)
NEW = st.integers(0, 3)  # letters that come before a check: a rule of their own would be left out too often
SETTINGS = settings(  # the same each time, as it says nothing new of a change elsewhere
    max_examples=25, stateful_step_count=25, deadline=None, derandomize=True, database=None
)


def digest(letter: Letter) -> str:
    return sha256(letter.raw).hexdigest()


class AnyMailbox(RuleBasedStateMachine):
    """``delivered`` counts by digest what ever was there; the rest is told apart by what is known for certain.

    Of copies the number is certain only while nobody but us touches the mailbox: where all of it, or one of them, gets
    another number, a copy may be taken for the one that is known (architecture.md, step 4).
    """

    database: Database
    way: tuple[Protocol, AfterProcessing]
    names = iter(range(10**9))

    @initialize(first=st.sampled_from(FirstCheck))
    def begin(self, first: FirstCheck) -> None:
        protocol, after = self.way
        incoming = IncomingSettings(
            enabled=True, protocol=protocol, after_processing=after, first_check=first, user_name="me"
        )
        with self.database.write() as unit:
            self.support = unit.integrations.add(
                Integration(name=f"Box {next(self.names)}", incoming=incoming)
            )
        self.server = Server(BEGINNING)
        self.hang_ups = HangUps()
        self.delivered: Counter[str] = Counter()
        self.ever: list[Letter] = []
        self.baseline: set[Letter] | None = None if first is FirstCheck.NEW else set()
        self.copied: set[str] = set()
        self.touched = False
        self.backup: Backup | None = None
        self.twice: Counter[str] = Counter()  # what may be stored more often, see ``_note_unanswered``
        self.unsure: set[str] = set()  # baseline or not: that is not to be told any more

    # What happens at the server

    def deliver(self, count: int) -> None:
        for _ in range(count):
            self._note_delivered(self.server.deliver())

    def _note_delivered(self, letter: Letter) -> None:
        self.delivered[digest(letter)] += 1
        self.ever.append(letter)

    @precondition(lambda self: self.ever)
    @rule(data=st.data())
    def deliver_a_copy(self, data: st.DataObject) -> None:
        original = data.draw(st.sampled_from(self.ever))
        letter = self.server.deliver(copy_of=original)
        self.copied.add(digest(letter))
        self._note_delivered(letter)
        self._note_unsure(original)  # its stamp is that of the first

    @precondition(lambda self: self.server.letters)
    @rule(data=st.data())
    def others_delete(self, data: st.DataObject) -> None:
        self.server.letters.remove(data.draw(st.sampled_from(self.server.letters)))
        self.touched = True

    @rule(new=NEW)
    def renumber(self, new: int) -> None:
        self.deliver(new)
        self._note_unanswered()
        self.server.renumber()
        self.touched = True

    @precondition(lambda self: not self.pop3)
    @rule()
    def back_up(self) -> None:
        self.backup = self.server.back_up()

    @precondition(lambda self: not self.pop3 and self.backup)
    @rule()
    def restore(self) -> None:
        """Seen by a check before UIDNEXT is where it was: after that nothing tells."""
        assert self.backup
        self.server.restore(self.backup)
        self.touched = True
        self._run(Fuse())

    @precondition(lambda self: self.pop3 and self.server.letters)
    @rule(data=st.data())
    def renumber_one(self, data: st.DataObject) -> None:
        """Under IMAP it is a new message then."""
        letter = data.draw(st.sampled_from(self.server.letters))
        self._note_unanswered()
        self.server.renumber_one(letter)
        self.touched = True
        self._note_unsure(letter)

    def _note_unsure(self, letter: Letter) -> None:
        if self.pop3 and (self.baseline is None or letter in self.baseline):
            self.unsure.add(digest(letter))

    def _note_unanswered(self) -> None:
        """A deletion that the server was told to make, whose answer was lost, and which left no trace either."""
        if self.pop3:
            known = self._known().values()
            self.twice.update(
                each.sha256 for each in known if each.acknowledgement is Acknowledgement.DELETING
            )

    # Checks

    @rule(new=NEW)
    def check(self, new: int) -> None:
        self.deliver(new)
        there = list(self.server.letters)
        taken = self._run(Fuse())
        theirs = self.baseline or set()
        wanted = [each for each in there if each not in theirs and digest(each) not in self.unsure]
        stored = self._stored()
        for letter in wanted:
            assert stored[digest(letter)] >= 1
        if not self.touched:
            assert stored == self.delivered - Counter(map(digest, theirs))
        self._assert_acknowledged(wanted)
        again = self._run(Fuse())
        assert (again.seen, again.stored) == (0, [])
        assert taken.seen <= len(there)

    @rule(new=NEW, steps=STEPS)
    def crash(self, new: int, steps: int) -> None:
        self.deliver(new)
        with suppress(Crash):
            self._run(Fuse(steps))

    def _run(self, fuse: Fuse) -> Taken:
        self.server.now += timedelta(minutes=1)
        there = set(self.server.letters)
        taken = Taken()
        model, intake = (Pop3Model, Pop3Intake) if self.pop3 else (ImapModel, Intake)
        session = cast(Any, model(self.server, fuse))
        database = cast(Any, FusedDatabase(self.database, fuse))
        try:
            intake(
                *(database, self.server.clock, self.support, session, CancelScope()),
                *(lambda *_: None, taken, self.hang_ups),
            ).run()
        finally:
            assert balanced(taken.tally)
            if self.baseline is None and self._has_begun():
                self.baseline = there
        return taken

    # What the store has

    @property
    def pop3(self) -> bool:
        return self.support.incoming.protocol is POP3

    @property
    def folder(self) -> str:
        return POP3_FOLDER if self.pop3 else self.support.incoming.folder

    def _has_begun(self) -> bool:
        with self.database.read() as unit:
            return unit.cursors.get(self.support.id, self.folder) is not None

    def _known(self) -> dict[str, Pop3Seen]:
        with self.database.read() as unit:
            return unit.pop3.known(self.support.id, 0)

    def _stored(self) -> Counter[str]:
        with self.database.read() as unit:
            rows = list(unit.messages.list(self.support.name))
            raws = {row.id: unit.messages.raw(row.id) for row in rows}
        new = [row for row in rows if row.state == MessageState.RECEIVED]
        assert all(sha256(raws[row.id] or b"").hexdigest() == row.sha256 for row in new)
        return Counter(row.sha256 for row in new)

    def _assert_acknowledged(self, wanted: list[Letter]) -> None:
        left = self.server.letters
        match self.support.incoming.after_processing:
            case AfterProcessing.MARK_READ:
                assert all(letter.seen for letter in wanted)
            case AfterProcessing.DELETE:
                assert not set(left) & set(wanted)
            case AfterProcessing.LEAVE:
                assert set(wanted) <= set(left)
        with self.database.read() as unit:
            cursor = unit.cursors.get(self.support.id, self.folder)
            assert cursor is not None
            assert unit.messages.debts(self.support.id, self.folder, cursor.uidvalidity) == ()
        assert not any(seen.acknowledgement for seen in self._known().values())

    @invariant()
    def nothing_is_stored_twice(self) -> None:
        if not hasattr(self, "support"):
            return
        before = Counter(map(digest, self.baseline or ()))
        for each, times in self._stored().items():
            allowed = self.delivered[each] + self.twice[each]
            if each not in self.unsure and each not in self.copied:
                allowed -= before[each]
            assert times <= allowed


@pytest.mark.parametrize("way", WAYS, ids="-".join)
def test_any_mailbox(tmp_path: Path, blank: Path, way: tuple[Protocol, AfterProcessing]) -> None:
    """Examples share a database, and each has an integration of its own."""
    path = tmp_path / "mailint.sqlite"
    path.write_bytes(blank.read_bytes())
    AnyMailbox.database, AnyMailbox.way = Database.open(path), way
    try:
        run_state_machine_as_test(  # type: ignore[no-untyped-call]
            AnyMailbox, settings=SETTINGS
        )
    finally:
        AnyMailbox.database.close()
