"""From the start of the process to the first paint of the window, beside an empty QMainWindow."""

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.post_office import PostOffice
from benchmarks.rounds import load, medians
from benchmarks.table import Table, ratio, within
from tests.servers.display import Display

ROUNDS = 9
TARGET = 2.0


def run(_office: PostOffice, directory: Path) -> Table:
    table = Table("Start to first paint, on an empty profile", ("", "ms", "× bare window", "to reach", ""))
    _add(table, "offscreen", directory, {"QT_QPA_PLATFORM": "offscreen"})
    display = Display(directory, 1280, 1024)
    display.start()
    try:
        _add(table, "X11", directory, display.environment)
    finally:
        display.stop()
    table.notes.append(f"median of {ROUNDS} alternating rounds; {load()}")
    return table


def _add(table: Table, platform: str, directory: Path, environment: Mapping[str, str]) -> None:
    numbers = itertools.count()

    def start(*arguments: str) -> Callable[[], float]:
        def started() -> float:
            profile = directory / f"{platform}-{next(numbers)}"
            return _seconds([*arguments, str(profile)], environment)

        return started

    contestants = {"a bare PySide6 window": start("bare"), "Mailint": start("mailint")}
    for warm_up in contestants.values():
        warm_up()
    seconds = medians(contestants, ROUNDS)
    bare = seconds["a bare PySide6 window"]
    for name, took in seconds.items():
        goal = (f"≤ {TARGET:g}", within(took / bare, TARGET)) if name == "Mailint" else ("", "")
        table.add(f"{platform}: {name}", f"{took * 1000:.0f}", ratio(took, bare), *goal)


def _seconds(arguments: list[str], environment: Mapping[str, str]) -> float:
    command = [sys.executable, "-m", "benchmarks.paint_watch", *arguments]
    began = time.monotonic()
    ended = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=True
    )
    return float(ended.stdout.split()[-1]) - began
