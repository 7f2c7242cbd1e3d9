"""Repetitions in turn: each contestant once a round, so that a busy moment of the machine meets them all."""

import os
import statistics
from collections.abc import Callable, Mapping

Contestants = Mapping[str, Callable[[], float]]


def medians(contestants: Contestants, rounds: int) -> dict[str, float]:
    """The median of what each returned. Every other round goes backwards."""
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds):
        names = list(contestants)
        for name in names if number % 2 == 0 else reversed(names):
            os.sync()
            found[name].append(contestants[name]())
    return {name: statistics.median(values) for name, values in found.items()}


def load() -> str:
    """How busy the machine was, for the reader to judge the figures by."""
    one, five, _ = os.getloadavg()
    return f"load {one:.1f} (1 min), {five:.1f} (5 min) on {os.cpu_count()} cores"
