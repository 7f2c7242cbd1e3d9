"""5,000 messages taken in from one mailbox: on the disk and acknowledged, beside mbsync with fsync."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.letters import write_letters
from benchmarks.peers import Mbsync
from benchmarks.post_office import PostOffice
from benchmarks.program import Office, running
from benchmarks.rounds import load, medians
from benchmarks.table import Table, ratio, reached
from mailint_gui.domain.integration import FirstCheck
from tests.servers.mailbox import Mailbox

MESSAGES = 5_000
ROUNDS = 3
TARGET = 0.6


def run(office: PostOffice, directory: Path) -> Table:
    files = write_letters(directory / "letters", MESSAGES)
    megabytes = sum(file.stat().st_size for file in files) / 1e6
    numbers = itertools.count()
    filed: list[float] = []

    @contextmanager
    def mailbox() -> Iterator[tuple[Mailbox, Path]]:
        fresh = office.mailbox(files)
        try:
            yield fresh, directory / f"intake{next(numbers)}"
        finally:
            office.drop(fresh)

    def mbsync(fsync: bool) -> float:
        with mailbox() as (box, place):
            peer = Mbsync(place, [box], office.imaps, office.ca_file, fsync=fsync)
            took = peer.run()
            if peer.taken_in() != MESSAGES:
                raise RuntimeError(f"mbsync took in {peer.taken_in()} of {MESSAGES}")
            return took

    def ours() -> float:
        with mailbox() as (box, place):
            made = Office(place, [box], office.imaps, office.ca_file, first_check=FirstCheck.EVERYTHING)
            with running(made) as program:
                taken_in, all_filed = program.take_in(MESSAGES)
        filed.append(all_filed)
        return taken_in

    seconds = medians(
        {"mbsync, fsync": lambda: mbsync(True), "mbsync, no fsync": lambda: mbsync(False), "Mailint": ours},
        ROUNDS,
    )
    seconds["Mailint, until all is parsed and filed too"] = sorted(filed)[len(filed) // 2]
    table = Table(
        f"Intake of {MESSAGES:,} messages ({megabytes:.0f} MB) from one mailbox, TLS, loopback",
        ("", "messages/s", "MB/s", "× mbsync", "to reach", ""),
    )
    best = seconds["mbsync, fsync"]
    for name, took in seconds.items():
        goal = (f"≥ {TARGET:g}", reached(best / took, TARGET)) if name == "Mailint" else ("", "")
        table.add(name, f"{MESSAGES / took:.0f}", f"{megabytes / took:.1f}", ratio(best, took), *goal)
    table.notes += [
        "one connection each; Mailint's SQLite commits each batch with synchronous=FULL before it marks it read,",
        "mbsync only pulls, and syncs each file",
        f"median of {ROUNDS} alternating rounds, a fresh mailbox each; {load()}",
    ]
    return table
