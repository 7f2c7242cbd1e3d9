"""What the SMTP server answers instead of its own answers."""

import threading
from dataclasses import dataclass
from enum import Enum, auto

END_OF_DATA = "."  # stands for the final dot, after which the last answer of a message comes


class Then(Enum):
    """What follows a scripted answer."""

    GO_ON = auto()
    CLOSE = auto()
    HANG = auto()


@dataclass(slots=True)
class Step:
    verb: str
    argument: str
    reply: str | None
    then: Then
    left: int | None  # how often it still holds; None: always

    @property
    def accepts(self) -> bool:
        """Whether a message is kept that met this step at its final dot: no 4yz or 5yz."""
        return self.reply is None or self.reply.startswith("2")


class Script:
    """Steps by verb (`END_OF_DATA` for the final dot); the first that fits a command decides.

    A step fits when `argument` is part of what follows the verb, and its `times` are not used up. A 421
    closes the connection (RFC 5321, 3.8). All methods may be called at any time, from any thread.
    """

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._lock = threading.Lock()

    def answer(self, verb: str, argument: str, reply: str, *, times: int | None = None) -> None:
        """Answer `reply`, such as `450 4.7.1 Greylisted`, and go on."""
        self._add(verb, argument, reply, Then.CLOSE if reply.startswith("421") else Then.GO_ON, times)

    def cut_before_reply(self, verb: str, argument: str = "", *, times: int | None = None) -> None:
        """Close without an answer; a message at `END_OF_DATA` is kept."""
        self._add(verb, argument, None, Then.CLOSE, times)

    def cut_after_reply(
        self, verb: str, argument: str = "", reply: str = "250 2.0.0 OK", *, times: int | None = None
    ) -> None:
        self._add(verb, argument, reply, Then.CLOSE, times)

    def never_answer(self, verb: str, argument: str = "", *, times: int | None = None) -> None:
        """Keep the connection open in silence; a message at `END_OF_DATA` is kept."""
        self._add(verb, argument, None, Then.HANG, times)

    def clear(self) -> None:
        with self._lock:
            self._steps.clear()

    def step_for(self, verb: str, argument: str) -> Step | None:
        with self._lock:
            for step in self._steps:
                if step.verb == verb and step.argument.lower() in argument.lower() and step.left != 0:
                    if step.left is not None:
                        step.left -= 1
                    return step
        return None

    def _add(self, verb: str, argument: str, reply: str | None, then: Then, times: int | None) -> None:
        with self._lock:
            self._steps.append(Step(verb, argument, reply, then, times))
