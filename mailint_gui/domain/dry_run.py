"""Rules tried on messages before they count: on what, and what would be different from today."""

from dataclasses import dataclass
from pathlib import Path

from mailint_gui.domain.message import ParseRefused
from mailint_gui.domain.rule_verdict import Verdict


@dataclass(frozen=True, slots=True)
class StoredMessages:
    """Received messages of the log: these ``ids``, or with none the latest ``limit``."""

    ids: tuple[int, ...] = ()
    limit: int = 50


@dataclass(frozen=True, slots=True)
class MailFiles:
    """Files, and folders of which every ``.eml`` file is taken; judged as if this integration received them."""

    paths: tuple[Path, ...]
    integration_id: int


@dataclass(frozen=True, slots=True)
class LiveMailbox:
    """The latest ``limit`` messages on the server, read so that nothing there changes."""

    integration_id: int
    limit: int = 50


DryRunSource = StoredMessages | MailFiles | LiveMailbox


@dataclass(frozen=True, slots=True)
class DryRunProgress:
    """Messages judged so far, of how many; ``total`` 0: not known yet."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class DryRun:
    """What becomes of one message: ``before`` by the rules as stored, ``after`` by those that are tried.

    ``label`` tells it from the others: its number in the log, the name of its file, its UID.
    ``unread``: why it could not be looked at; both verdicts are empty then.
    """

    label: str
    subject: str
    sender: str
    before: Verdict = Verdict()
    after: Verdict = Verdict()
    unread: ParseRefused | None = None

    @property
    def changed(self) -> bool:
        """Whether something else would be done with it; the order in which it is done counts for nothing."""
        return frozenset(self.before.actions) != frozenset(self.after.actions)
