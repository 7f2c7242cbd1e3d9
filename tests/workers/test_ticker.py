"""One clock: it ticks, and notices sleep and clocks that were set."""

import time
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from mailint_gui.workers.ticker import SLEPT, TICK_MS, Ticker

TICK = TICK_MS / 1000
HOUR = 3600.0


class Listener:
    def __init__(self) -> None:
        self.ticker = Ticker()
        self.heard: list[tuple[str, float]] = []
        self.monotonic, self.wall = time.monotonic(), time.time()
        self.ticker.tick(self.monotonic, self.wall)
        self.ticker.ticked.connect(lambda now: self.heard.append(("ticked", now)))
        self.ticker.woke.connect(lambda now: self.heard.append(("woke", now)))

    def after(self, monotonic: float, wall: float) -> list[str]:
        """What one tick says after both clocks moved on by these."""
        self.monotonic += monotonic
        self.wall += wall
        self.heard.clear()
        self.ticker.tick(self.monotonic, self.wall)
        assert {now for _what, now in self.heard} == {self.monotonic}
        return [what for what, _now in self.heard]


@pytest.fixture
def listener(qapp: object) -> Iterator[Listener]:
    made = Listener()
    yield made
    made.ticker.stop()


@pytest.mark.parametrize(
    ("monotonic", "wall", "expected"),
    [
        (TICK, TICK, ["ticked"]),
        (0, 0, ["ticked"]),
        (SLEPT, SLEPT, ["ticked"]),  # a slow moment is no sleep
        (TICK, HOUR, ["woke", "ticked"]),  # slept where the monotonic clock stands still meanwhile
        (HOUR, HOUR, ["woke", "ticked"]),  # slept where it runs on
        (HOUR, TICK, ["woke", "ticked"]),
        (SLEPT + TICK + 0.1, SLEPT + TICK + 0.1, ["woke", "ticked"]),
        (TICK, -HOUR, ["ticked"]),  # the clock was set back
        (TICK, -SLEPT, ["ticked"]),
        (TICK, SLEPT / 2, ["ticked"]),  # set forward a little
    ],
)
def test_what_a_tick_says(listener: Listener, monotonic: float, wall: float, expected: list[str]) -> None:
    assert listener.after(monotonic, wall) == expected
    assert listener.after(TICK, TICK) == ["ticked"]


def test_a_clock_that_was_set_back_and_forth_again(listener: Listener) -> None:
    assert listener.after(TICK, -HOUR) == ["ticked"]
    assert listener.after(TICK, HOUR) == ["woke", "ticked"]


def test_it_ticks_by_itself_until_it_is_stopped(listener: Listener, qtbot: QtBot) -> None:
    before = time.monotonic()
    listener.ticker.start()
    qtbot.waitUntil(lambda: len(listener.heard) >= 2, timeout=20_000)
    listener.ticker.stop()
    assert {what for what, _now in listener.heard} == {"ticked"}
    assert all(before <= now <= time.monotonic() for _what, now in listener.heard)
    listener.heard.clear()
    other = Listener()
    other.ticker.start()
    qtbot.waitUntil(lambda: len(other.heard) >= 2, timeout=20_000)
    other.ticker.stop()
    assert listener.heard == []


def test_time_before_the_start_is_no_sleep(listener: Listener, qtbot: QtBot) -> None:
    listener.ticker.tick(listener.monotonic - HOUR, listener.wall - HOUR)
    listener.heard.clear()
    listener.ticker.start()
    with qtbot.waitSignal(listener.ticker.ticked, timeout=20_000):
        pass
    assert "woke" not in {what for what, _now in listener.heard}
