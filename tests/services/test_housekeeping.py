"""Chores are done a step at a time, for a moment each time."""

from collections.abc import Iterator

import pytest

from mailint_gui.services.housekeeping import Housekeeping
from mailint_gui.services.parsing import ParserClosedError


class Chore:
    """Three steps a round; ``fails`` at the second one of the first round."""

    def __init__(self, fails: BaseException | None = None) -> None:
        self.done: list[int] = []
        self._fails = fails

    def steps(self) -> Iterator[int]:
        for step in range(3):
            if step == 1 and self._fails:
                failure, self._fails = self._fails, None
                raise failure
            self.done.append(step)
            yield step


def test_goes_on_where_it_was() -> None:
    first, second = Chore(), Chore()
    housekeeping = Housekeeping([first.steps, second.steps], moment=0)
    more = [housekeeping.go_on() for _ in range(7)]
    assert more == [True] * 6 + [False]
    assert first.done == second.done == [0, 1, 2]


def test_with_time_enough_a_round_is_done_at_once() -> None:
    always, once = Chore(), Chore()
    housekeeping = Housekeeping([always.steps], once=[once.steps], moment=60)
    assert not housekeeping.go_on()
    assert not housekeeping.go_on()
    assert (len(always.done), len(once.done)) == (6, 3)


def test_a_round_that_failed_begins_anew() -> None:
    chore, once = Chore(RuntimeError("the disk is full")), Chore()
    housekeeping = Housekeeping([chore.steps], once=[once.steps], moment=60)
    with pytest.raises(RuntimeError):
        housekeeping.go_on()
    assert not housekeeping.go_on()
    assert (chore.done, once.done) == ([0, 0, 1, 2], [0, 1, 2])


def test_without_a_parser_it_waits_for_the_next_round() -> None:
    chore = Chore(ParserClosedError())
    housekeeping = Housekeeping([chore.steps], moment=60)
    assert not housekeeping.go_on()
    assert not housekeeping.go_on()
    assert chore.done == [0, 0, 1, 2]


def test_nothing_to_do() -> None:
    assert not Housekeeping([lambda: ()]).go_on()
