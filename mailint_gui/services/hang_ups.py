"""Messages at whose fetch a server hung up: which they may be, so that one that ends each session stops no other.

Kept in memory, by folder: it takes a few checks of one run to find the message out.
"""

import threading
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Uid = TypeVar("Uid", int, str)
"""Over IMAP a UID, over POP3 a unique id."""

Place = tuple[object, ...]
"""What a UID holds for: the folder with its UIDVALIDITY, of one account."""

TIMES_ALONE = 2  # once may be a server that is restarted
MOST_IN_A_ROW = 10  # given up without one that was handed out between: beyond that it is the server


@dataclass(slots=True)
class FolderHangUps(Generic[Uid]):
    """What is known of one folder; used by one check at a time."""

    place: Place
    suspects: set[Uid] = field(default_factory=set)
    """UIDs that were asked for when the server hung up: each is asked for alone."""
    without_headers: set[Uid] = field(default_factory=set)
    """UIDs at whose headers it hung up, which are not asked for again."""
    _times: Counter[Uid] = field(default_factory=Counter)
    _listed: set[Uid] = field(default_factory=set)
    _in_a_row: int = 0

    def hung_up(self, uids: Collection[Uid]) -> None:
        """At the fetch of one of these."""
        self.suspects.update(uids)
        if len(uids) == 1:
            self._times.update(uids)

    def handed_out(self, uids: Collection[Uid]) -> None:
        if uids:
            self.suspects.difference_update(uids)
            self._in_a_row = 0

    def given_up(self, uids: Iterable[Uid]) -> list[Uid]:
        """Of these, the ones that ended the session alone, and are to be listed as not handed out."""
        found = [uid for uid in uids if self._times[uid] >= TIMES_ALONE and uid not in self._listed]
        return found[: max(0, MOST_IN_A_ROW - self._in_a_row)]

    def listed(self, uid: Uid) -> None:
        """It is in the store, and is not to be asked for again."""
        self._listed.add(uid)
        self._in_a_row += 1

    def ask_again(self, uids: Iterable[Uid]) -> None:
        """An admin wants those that were listed to be asked for once more."""
        for uid in self._listed.intersection(uids):
            self._listed.discard(uid)
            self.without_headers.discard(uid)
            del self._times[uid]
            self.suspects.add(uid)

    def is_listed(self, uid: Uid) -> bool:
        return uid in self._listed


class HangUps:
    """Of all folders that are checked: one of each integration. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folders: dict[int, FolderHangUps[Any]] = {}

    def of(self, integration_id: int, place: Place) -> FolderHangUps[Any]:
        """Nothing is known of another folder, nor after its messages were numbered anew."""
        with self._lock:
            known = self._folders.get(integration_id)
            if known is None or known.place != place:
                known = self._folders[integration_id] = FolderHangUps(place)
            return known
