"""Chores without hurry, a moment at a time: what they have to do may take minutes, and everybody else goes first."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from mailint_gui.services.parsing import ParserClosedError, ParserNotStartedError

_log = logging.getLogger(__name__)

MOMENT = 0.2  # seconds
Chore = Callable[[], Iterable[object]]  # does its work by small steps


class Housekeeping:
    """For one caller at a time. ``once``: chores of the first round alone."""

    def __init__(self, chores: Iterable[Chore], once: Iterable[Chore] = (), moment: float = MOMENT) -> None:
        self._chores = tuple(chores)
        self._once = tuple(once)
        self._moment = moment
        self._under_way: Iterator[object] | None = None

    def go_on(self) -> bool:
        """Works for a moment. -> whether there is more to do in this round; else the next call begins another.

        Raises ProblemError, after which the next call begins anew.
        """
        if self._under_way is None:
            self._under_way = chain.from_iterable(chore() for chore in (*self._chores, *self._once))
        until = time.monotonic() + self._moment
        try:
            for _step in self._under_way:
                if time.monotonic() >= until:
                    return True
        except (ParserClosedError, ParserNotStartedError) as error:
            _log.info("the chores are left until later: %s", error or "the parser is closed")
        except BaseException:
            self._under_way = None
            raise
        else:
            self._once = ()
        self._under_way = None
        return False
