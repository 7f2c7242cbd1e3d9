"""A folder on the server beside what we have of it: what is on one side only, and why."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Standing(StrEnum):
    """Why something is on one side only."""

    BEFORE_FIRST_CHECK = "before_first_check"  # it was there already, and only new mail is taken in
    NOT_TAKEN_IN_YET = "not_taken_in_yet"  # newer than the last check
    REMOVED_AFTER_PROCESSING = "removed_after_processing"  # moved or deleted, as the settings say
    GONE_FROM_SERVER = "gone_from_server"  # somebody else removed it; it is kept here
    MISSING_HERE = "missing_here"  # it should have been taken in: a fault of the program


_EXPECTED = frozenset(Standing) - {Standing.MISSING_HERE, Standing.GONE_FROM_SERVER}


@dataclass(frozen=True, slots=True)
class Difference:
    """``uid``: UID, or the unique id of POP3. ``message``: its number in the log; None where it is not there."""

    standing: Standing
    uid: str
    message: int | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """``on_server``: messages in the folder, of which ``matched`` are in the log. ``folder`` is empty for POP3."""

    name: str
    folder: str
    on_server: int
    matched: int
    differences: tuple[Difference, ...] = ()

    @property
    def counts(self) -> Mapping[Standing, int]:
        """Of every standing, 0 included."""
        found = Counter(each.standing for each in self.differences)
        return MappingProxyType({standing: found[standing] for standing in Standing})

    @property
    def worth_a_look(self) -> tuple[Difference, ...]:
        """Those that do not follow from the settings."""
        return tuple(each for each in self.differences if each.standing not in _EXPECTED)

    @property
    def is_good(self) -> bool:
        """Nothing that should be here is missing."""
        return not self.counts[Standing.MISSING_HERE]
