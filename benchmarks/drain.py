"""5,000 new messages drained: on the disk and acknowledged, then parsed, judged by twenty rules and filed to records.

Beside mbsync with fsync and getmail6 over IMAP, fetchmail and getmail6 over POP3, and imapclient that keeps nothing.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol as Shape

from benchmarks import disk
from benchmarks.bare_loop import BareLoop
from benchmarks.letters import write_letters
from benchmarks.peers import Fetchmail, Getmail, Mbsync, StalledPeerError
from benchmarks.post_office import PostOffice
from benchmarks.program import Office, running
from benchmarks.rounds import load, medians
from benchmarks.table import Table, ratio, reached
from benchmarks.twenty_rules import twenty_rules
from mailint_gui.domain.integration import FirstCheck, Protocol
from tests.servers.mailbox import Mailbox

MESSAGES = 5_000
MAILBOXES = 50
CONNECTIONS = 8  # at once, where there are many mailboxes
ROUNDS = 3
GETMAIL_PART = 10  # of the messages, one in so many: it takes minutes for all of them
GETMAIL_TRIES = 5
DISK_PART = 5
TAKEN_IN = "Mailint, taken in and acknowledged"
FILED = "Mailint, filed by 20 rules as well"
TARGETS = {TAKEN_IN: 0.8, FILED: 0.6}  # × the best peer
TARGET_GETMAIL = 5.0  # of what is filed as well


class Peer(Shape):
    def run(self) -> float: ...
    def taken_in(self) -> int: ...


@dataclass(frozen=True, slots=True)
class _Run:
    """One way to lay out the mail; ``best`` is the peer that the targets speak of."""

    title: str
    mailboxes: int
    protocol: Protocol
    best: str
    notes: tuple[str, ...]


_STORED = "Mailint commits each batch to SQLite with synchronous=FULL before it tells the server"
_ONE = _Run(
    "from one mailbox, IMAP",
    1,
    Protocol.IMAP,
    "mbsync, fsync",
    (_STORED, "and marks it read; mbsync and getmail6 only pull, and sync each file"),
)
_MANY = _Run(
    f"from {MAILBOXES} mailboxes, IMAP",
    MAILBOXES,
    Protocol.IMAP,
    "mbsync, fsync",
    (
        f"{_STORED}; its pool and imapclient have",
        f"{CONNECTIONS} connections at once, mbsync and getmail6 go from mailbox to mailbox, by their nature",
    ),
)
_POP3 = _Run(
    "from one mailbox, POP3",
    1,
    Protocol.POP3,
    "fetchmail",
    (_STORED, "mail is left on the server; fetchmail writes one file and syncs nothing"),
)


def from_one(office: PostOffice, directory: Path) -> Table:
    return _Drain(office, directory, _ONE).table()


def from_many(office: PostOffice, directory: Path) -> Table:
    return _Drain(office, directory, _MANY).table()


def over_pop3(office: PostOffice, directory: Path) -> Table:
    return _Drain(office, directory, _POP3).table()


class _Drain:
    def __init__(self, office: PostOffice, directory: Path, what: _Run) -> None:
        self._office = office
        self._directory = directory
        self._what = what
        self._port = office.pop3s if what.protocol is Protocol.POP3 else office.imaps
        self._files = write_letters(directory / "letters", MESSAGES)
        self._numbers = itertools.count()
        self._filed: list[float] = []

    def table(self) -> Table:
        seconds = medians(self._contestants(), ROUNDS)
        seconds[FILED] = sorted(self._filed)[len(self._filed) // 2]
        megabytes = sum(file.stat().st_size for file in self._files) / 1e6
        table = Table(
            f"Drain of {MESSAGES:,} messages ({megabytes:.0f} MB) {self._what.title}, TLS, loopback",
            ("", "messages/s", "MB/s", f"× {self._what.best}", "to reach", "", "× getmail6", "to reach", ""),
        )
        for name, took in seconds.items():
            speeds = f"{MESSAGES / took:.0f}", f"{megabytes / took:.1f}"
            best, getmail = seconds[self._what.best], seconds[Getmail.name]
            first = _goal(best, took, TARGETS.get(name))
            second = _goal(getmail, took, TARGET_GETMAIL if name == FILED else None)
            table.add(name, *speeds, *first, *second)
        if disk.NAME in seconds:
            table.notes.append(f"mbsync syncs two files a message; the disk had one in {DISK_PART} of them")
        table.notes += [
            *self._what.notes,
            f"getmail6 had one in {GETMAIL_PART} of messages and mailboxes; runs in which it stood still were repeated",
            f"median of {ROUNDS} alternating rounds, fresh mailboxes each; {load()}",
        ]
        return table

    def _contestants(self) -> dict[str, Callable[[], float]]:
        if self._what.protocol is Protocol.POP3:
            return {
                Fetchmail.name: lambda: self._peer(self._fetchmail),
                Getmail.name: self._getmail,
                TAKEN_IN: self._ours,
            }
        return {
            self._what.best: lambda: self._peer(self._mbsync),
            Getmail.name: self._getmail,
            BareLoop.name: lambda: self._peer(self._bare_loop),
            disk.NAME: self._disk,
            TAKEN_IN: self._ours,
        }

    def _peer(self, made: Callable[[Path, Sequence[Mailbox]], Peer], part: int = 1) -> float:
        """-> seconds for all, where one in ``part`` was taken in."""
        with self._mailboxes(part) as (mailboxes, place):
            peer = made(place, mailboxes)
            took = peer.run()
            _judge(peer.taken_in(), MESSAGES // part)
            return took * part

    def _mbsync(self, place: Path, mailboxes: Sequence[Mailbox]) -> Peer:
        return Mbsync(place, mailboxes, self._port, self._office.ca_file)

    def _getmail(self) -> float:
        def made(place: Path, mailboxes: Sequence[Mailbox]) -> Peer:
            return Getmail(place, mailboxes, self._port, self._office.ca_file, self._what.protocol)

        for _ in range(GETMAIL_TRIES):
            with suppress(StalledPeerError):
                return self._peer(made, GETMAIL_PART)
        raise RuntimeError(f"{Getmail.name} stood still {GETMAIL_TRIES} times")

    def _fetchmail(self, place: Path, mailboxes: Sequence[Mailbox]) -> Peer:
        return Fetchmail(place, mailboxes, self._port, self._office.ca_file, self._what.protocol)

    def _bare_loop(self, _place: Path, mailboxes: Sequence[Mailbox]) -> Peer:
        return BareLoop(mailboxes, self._port, self._office.ca_file, CONNECTIONS)

    def _disk(self) -> float:
        place = self._directory / f"disk{next(self._numbers)}"
        return disk.synced(self._files[: MESSAGES // DISK_PART], place) * DISK_PART

    def _ours(self) -> float:
        limits = {"check_concurrency": str(CONNECTIONS), "connections_per_host": str(CONNECTIONS)}
        with self._mailboxes() as (mailboxes, place):
            made = Office(
                *(place, mailboxes, self._port, self._office.ca_file),
                properties=limits,
                first_check=FirstCheck.EVERYTHING,
                protocol=self._what.protocol,
                rules=twenty_rules(),
            )
            with running(made) as program:
                taken_in, filed = program.take_in(MESSAGES)
                _judge(program.tally.filed, MESSAGES)
        self._filed.append(filed)
        return taken_in

    @contextmanager
    def _mailboxes(self, part: int = 1) -> Iterator[tuple[list[Mailbox], Path]]:
        """Fresh ones, with one in ``part`` of the messages, and a place for what is taken in."""
        files, count = self._files[: MESSAGES // part], max(self._what.mailboxes // part, 1)
        fresh = [self._office.mailbox(files[number::count]) for number in range(count)]
        try:
            yield fresh, self._directory / f"drain{next(self._numbers)}"
        finally:
            for mailbox in fresh:
                self._office.drop(mailbox)


def _judge(count: int, wanted: int) -> None:
    if count != wanted:
        raise RuntimeError(f"{count} messages of {wanted} were taken in")


def _goal(theirs: float, took: float, target: float | None) -> tuple[str, str, str]:
    """The ratio, and what it is to be."""
    if target is None:
        return ratio(theirs, took), "", ""
    return ratio(theirs, took), f"≥ {target:g}", reached(theirs / took, target)
