"""Memory of all processes together while mail is taken in, beside what the open profile needed before."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import psutil

from benchmarks.child import child
from benchmarks.letters import large_letter, write_letters
from benchmarks.post_office import PostOffice
from benchmarks.rounds import load
from benchmarks.table import Table, within

MESSAGES = 10_000
LARGE_MB = 40
LOOK_EVERY = 0.05
MOST_MORE, MOST = 150, 500


def run(office: PostOffice, directory: Path) -> Table:
    table = Table(
        "Memory of all processes, MB (PSS)", ("taking in", "before", "peak", "more", "to reach", "")
    )
    ordinary = write_letters(directory / "letters", MESSAGES)
    large = directory / "large"
    large.write_bytes(large_letter(LARGE_MB))
    before, peak = _watched(office, directory / "ordinary", ordinary)
    goal = (f"+ ≤ {MOST_MORE}", within(peak - before, MOST_MORE))
    table.add(
        f"{MESSAGES:,} ordinary messages", f"{before:.0f}", f"{peak:.0f}", f"{peak - before:.0f}", *goal
    )
    before, peak = _watched(office, directory / "one large", [*ordinary[:100], large, *ordinary[100:200]])
    goal = (f"≤ {MOST}", within(peak, MOST))
    name = f"200 and one of {LARGE_MB} MB"
    table.add(name, f"{before:.0f}", f"{peak:.0f}", f"{peak - before:.0f}", *goal)
    table.notes += [
        "before: the profile is open, nothing was checked yet, and the parser process does not run",
        f"a look every {LOOK_EVERY * 1000:.0f} ms; {load()}",
    ]
    return table


def _watched(office: PostOffice, directory: Path, files: list[Path]) -> tuple[float, float]:
    mailbox = office.mailbox(files)
    with child("benchmarks.memory_watch", directory, office, [mailbox], os.environ) as program:
        program.hear()
        process = psutil.Process(program.pid)
        before = _megabytes(process)
        program.say("go")
        peak = _peak(process, program.hear)
    office.drop(mailbox)
    return before, max(before, peak)


def _peak(process: psutil.Process, wait: Callable[[], object]) -> float:
    """The most that was seen until ``wait()`` returned."""
    over = threading.Event()
    seen = [0.0]

    def look() -> None:
        while not over.wait(LOOK_EVERY):
            seen.append(_megabytes(process))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        wait()
    finally:
        over.set()
        looking.join()
    return max(seen)


def _megabytes(process: psutil.Process) -> float:
    """Proportional set size: memory that processes share counts once."""
    total = 0
    for each in [process, *process.children(recursive=True)]:
        try:
            total += each.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total / 1e6
