"""A mailbox of a server in memory, and sessions with it: for what no real server does quickly enough.

Everything that leaves for the server and every commit of the store burns a ``Fuse``, which may end the check there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import count
from typing import Any

from mailint_gui.domain.problem import Problem
from mailint_gui.mail.imap import Fetched, Removal
from mailint_gui.mail.imap_answers import FolderStatus
from mailint_gui.mail.pop3 import FetchedPop3
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork

AT_ONCE = 2  # messages in a batch

_serial = count(1)


class Crash(BaseException):
    """The power fails."""


class Fuse:
    """Burns through after so many steps; with 0 never."""

    def __init__(self, steps: int = 0) -> None:
        self._left = steps

    def burn(self) -> None:
        self._left -= 1
        if self._left == 0:
            raise Crash


class FusedDatabase:
    """A database whose commits burn the fuse, before and after."""

    def __init__(self, database: Database, fuse: Fuse) -> None:
        self._fuse = fuse
        self._database = database
        self.read = database.read

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        with self._database.write() as unit:
            yield unit
            self._fuse.burn()
        self._fuse.burn()


@dataclass(slots=True, eq=False)
class Letter:
    """One message on the server; copies have equal ``raw``."""

    raw: bytes
    arrived: datetime
    uid: int
    seen: bool = False


Backup = tuple[int, int, list[tuple[Letter, int]]]
"""UIDVALIDITY, UIDNEXT, the letters and their UIDs."""


@dataclass(slots=True)
class Server:
    """One mailbox. ``now`` is its clock and ours."""

    now: datetime
    uidvalidity: int = 1
    letters: list[Letter] = field(default_factory=list)
    _next: int = 1

    def clock(self) -> datetime:
        return self.now

    def deliver(self, copy_of: Letter | None = None) -> Letter:
        self.now += timedelta(minutes=1)
        stamp = f"Received: from a by b; {format_datetime(self.now)}\r\nSubject: no. {next(_serial)}\r\n\r\n"
        letter = Letter(copy_of.raw if copy_of else stamp.encode(), self.now, self._take_uid())
        self.letters.append(letter)
        return letter

    def renumber(self) -> None:
        """UIDVALIDITY and all UIDs; with them the unique ids of POP3."""
        self.uidvalidity += 1
        self._next = 1
        for letter in self.letters:
            letter.uid = self._take_uid()

    def back_up(self) -> "Backup":
        return self.uidvalidity, self._next, [(letter, letter.uid) for letter in self.letters]

    def restore(self, backup: "Backup") -> None:
        """With the numbers of then, which are given out again."""
        self.uidvalidity, self._next, letters = backup
        for letter, uid in letters:
            letter.uid = uid
        self.letters = [letter for letter, _uid in letters]

    def renumber_one(self, letter: Letter) -> None:
        """As when it is moved out and back."""
        letter.uid = self._take_uid()
        self.letters.remove(letter)
        self.letters.append(letter)

    def uidl(self, letter: Letter) -> str:
        return f"{self.uidvalidity}.{letter.uid}"

    @property
    def uidnext(self) -> int:
        return self._next

    def _take_uid(self) -> int:
        self._next += 1
        return self._next - 1


class ImapModel:
    """What ``Intake`` asks of a session."""

    refused: Mapping[int, Problem] = {}

    def __init__(self, server: Server, fuse: Fuse) -> None:
        self._server = server
        self._fuse = fuse

    def select(self, _folder: str) -> FolderStatus:
        there = len(self._server.letters)
        uidvalidity, uidnext = self._server.uidvalidity, self._server.uidnext
        return FolderStatus(uidvalidity, uidnext, there, frozenset(), False, uidnext)

    def uids_after(self, last_uid: int) -> list[int]:
        return sorted(letter.uid for letter in self._server.letters if letter.uid > last_uid)

    def sizes(self, uids: Iterable[int]) -> dict[int, int]:
        return {uid: len(letter.raw) for uid, letter in self._those(uids).items()}

    def fetch(self, uids: Sequence[int], *_others: Any) -> Iterator[list[Fetched]]:
        those = list(self._those(uids).items())
        for start in range(0, len(those), AT_ONCE):
            self._fuse.burn()
            yield [
                Fetched(uid, letter.raw, len(letter.raw), letter.arrived)
                for uid, letter in those[start : start + AT_ONCE]
            ]

    def mark_seen(self, uids: Iterable[int]) -> None:
        self._fuse.burn()
        for letter in self._those(uids).values():
            letter.seen = True
        self._fuse.burn()

    def delete(self, uids: Sequence[int]) -> Removal:
        self._fuse.burn()
        for letter in self._those(uids).values():
            self._server.letters.remove(letter)
        self._fuse.burn()
        return Removal.EXPUNGED

    def _those(self, uids: Iterable[int]) -> dict[int, Letter]:
        wanted = set(uids)
        return {letter.uid: letter for letter in self._server.letters if letter.uid in wanted}


class Pop3Model:
    """What ``Pop3Intake`` asks of a session: it sees what was there when it began, and deletes at its end."""

    refused: Mapping[int, Problem] = {}

    def __init__(self, server: Server, fuse: Fuse) -> None:
        self._server = server
        self._fuse = fuse
        self._letters = dict(enumerate(server.letters, 1))
        self._deleted: list[Letter] = []
        self.usable = True

    def uidls(self) -> tuple[tuple[int, str], ...]:
        return tuple((number, self._server.uidl(letter)) for number, letter in self._letters.items())

    def sizes(self) -> dict[int, int]:
        return {number: len(letter.raw) for number, letter in self._letters.items()}

    def fetch(self, numbers: Sequence[int], *_others: Any) -> Iterator[list[FetchedPop3]]:
        for start in range(0, len(numbers), AT_ONCE):
            self._fuse.burn()
            some = [(number, self._letters[number].raw) for number in numbers[start : start + AT_ONCE]]
            yield [FetchedPop3(number, raw, len(raw)) for number, raw in some]

    def delete(self, numbers: Iterable[int]) -> None:
        self._fuse.burn()
        self._deleted += [self._letters[number] for number in numbers]

    def quit(self) -> None:
        self._fuse.burn()
        for letter in self._deleted:
            self._server.letters.remove(letter)
        self._fuse.burn()
