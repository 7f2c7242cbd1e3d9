"""How late the window's frames come while everything is at work, beside the same window idle."""

import os
from pathlib import Path

from benchmarks.child import child
from benchmarks.delay import delayed
from benchmarks.letters import ordinary_letter, write_letters
from benchmarks.post_office import PostOffice
from benchmarks.rounds import load
from benchmarks.table import Table
from tests.servers.display import Display

ROWS = 50
CHECKERS = 16
MESSAGES = 5_000
ROUND_TRIP = 0.040
ALLOWED_MORE, LONGEST = 16, 50


def run(office: PostOffice, directory: Path) -> Table:
    table = Table(
        f"Frame gaps, ms: {ROWS} rows repainted each 16 ms, {CHECKERS} workers checking, {MESSAGES:,} messages",
        ("", "frames", "median", "p99", "p99.9", "longest", "over 50 ms", "to reach", ""),
    )
    display = Display(directory, 1280, 1024)
    display.start()
    try:
        _add(table, "offscreen", office, directory, {"QT_QPA_PLATFORM": "offscreen"})
        _add(table, "X11", office, directory, display.environment)
    finally:
        display.stop()
    table.notes += [
        f"{CHECKERS} workers are in a check all the time, each over a new connection to a server 40 ms away",
        load(),
    ]
    return table


def _add(
    table: Table, platform: str, office: PostOffice, directory: Path, environment: dict[str, str]
) -> None:
    full = office.mailbox(write_letters(directory / "letters", MESSAGES))
    quiet = [office.mailbox(_read(directory), seen=True) for _ in range(ROWS - 1)]
    busy = {"check_concurrency": str(CHECKERS + 1), "connections_per_host": str(CHECKERS + 1)}
    with (
        delayed(office.imaps, ROUND_TRIP) as far,
        child(
            "benchmarks.frame_watch",
            directory / platform,
            office,
            [*quiet, full],
            {**os.environ, **environment},
            str(CHECKERS),
            properties=busy,
            keep_sessions=False,
            other_ports={each.address: far for each in quiet},
        ) as program,
    ):
        found = program.hear()
    office.drop(full)
    idle, loaded = sorted(found["idle"]), sorted(found["loaded"])
    _row(table, f"{platform}: idle", idle, "", "")
    late = _at(loaded, 0.999) - _at(idle, 0.999)
    goals = f"p99.9 + ≤ {ALLOWED_MORE}, none over {LONGEST}"
    good = late <= ALLOWED_MORE and loaded[-1] <= LONGEST
    _row(table, f"{platform}: at work", loaded, goals, "reached" if good else "MISSED")
    table.notes.append(
        f"{platform}: {found['taken_in'] / found['seconds']:.0f} messages/s taken in beside "
        f"{found['checks'] / found['seconds']:.0f} checks/s; p99.9 {late:+.1f} ms"
    )
    if not found["all_filed"]:
        table.notes.append(f"{platform}: cut short, {found['taken_in']} messages taken in by then")
    if found["failed"]:
        table.notes.append(f"{platform}: {len(found['failed'])} checks failed, such as {found['failed'][0]}")


def _read(directory: Path) -> list[Path]:
    folder = directory / "read"
    folder.mkdir(exist_ok=True)
    file = folder / "letter"
    if not file.exists():
        file.write_bytes(ordinary_letter(1))
    return [file]


def _row(table: Table, name: str, gaps: list[float], goal: str, judged: str) -> None:
    figures = [f"{value:.1f}" for value in (_at(gaps, 0.5), _at(gaps, 0.99), _at(gaps, 0.999), gaps[-1])]
    table.add(name, str(len(gaps)), *figures, str(sum(gap > LONGEST for gap in gaps)), goal, judged)


def _at(ascending: list[float], share: float) -> float:
    return ascending[min(len(ascending) - 1, int(len(ascending) * share))]
