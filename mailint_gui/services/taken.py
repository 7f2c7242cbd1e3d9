"""The books of intake: what the server answered with, and which place the store gave to each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from mailint_gui.domain.check import CheckTally
from mailint_gui.domain.message import MessageState, Received


@dataclass(slots=True)
class Taken:
    """What intake did so far; filled as it goes, so that it holds even when the connection is lost half-way.

    ``begins`` is told before the first message is asked for, ``file`` is given what is stored and waits to be filed.
    ``seen`` counts what the server answered with, the places what the store took. ``gone``: SEARCH told of them, and
    they were not there any more when they were asked for.
    """

    file: Callable[[Sequence[int]], None] = lambda _ids: None
    begins: Callable[[], None] = lambda: None
    seen: int = 0
    stored: list[int] = field(default_factory=list)
    already_known: int = 0
    too_large: int = 0
    quarantined: int = 0
    skipped_existing: int = 0
    gone: int = 0
    handed_over: int = 0

    def enter(self, answered: int, received: Sequence[Received], ids: Sequence[int | None]) -> None:
        """What the server answered with, what was left of it to be stored, and the store's ids (None: was there)."""
        self.seen += answered
        self.skipped_existing += answered - len(received)
        for each, message_id in zip(received, ids, strict=True):
            if message_id is None:
                self.already_known += 1
                continue
            match each.state:
                case MessageState.RECEIVED:
                    self.stored.append(message_id)
                case MessageState.ALREADY_KNOWN:
                    self.already_known += 1
                case MessageState.TOO_LARGE:
                    self.too_large += 1
                case MessageState.QUARANTINED:
                    self.quarantined += 1

    def hand_over(self) -> None:
        """Has filed what is stored by now. The store knows what the server was told of it: rules depend on that."""
        self.file(self.stored[self.handed_over :])
        self.handed_over = len(self.stored)

    @property
    def tally(self) -> CheckTally:
        """Before filing: everything stored still waits."""
        return CheckTally(
            seen=self.seen - self.skipped_existing,
            waiting=len(self.stored),
            already_known=self.already_known,
            too_large=self.too_large,
            quarantined=self.quarantined,
            skipped_existing=self.skipped_existing,
        )
