"""How one check went: its stages, its tally and its outcome; and the steps of a connection test."""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from mailint_gui.domain.events import IntegrationEvent
from mailint_gui.domain.health import Health
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.problem import Problem


class Stage(StrEnum):
    """Where a job is. Each has its own deadline; a watchdog names the one a job hangs in."""

    WAITING = "waiting"
    SECRET = "secret"
    TOKEN = "token"
    SIGN_IN = "sign_in"
    RESOLVE = "resolve"
    CONNECT = "connect"
    TLS = "tls"
    GREETING = "greeting"
    AUTHENTICATE = "authenticate"
    SELECT = "select"
    ACKNOWLEDGE = "acknowledge"
    SEARCH = "search"
    FETCH = "fetch"
    STORE = "store"
    FILE = "file"  # all is taken in, and the server is not needed any more
    SEND = "send"


@dataclass(frozen=True, slots=True)
class CheckTally:
    """The books of one check: ``seen`` is the sum of all the others but ``skipped_existing``."""

    seen: int = 0
    filed: int = 0
    ignored: int = 0
    quarantined: int = 0
    already_known: int = 0
    too_large: int = 0
    waiting: int = 0
    skipped_existing: int = 0

    def __add__(self, other: "CheckTally") -> "CheckTally":
        return CheckTally(*(getattr(self, item.name) + getattr(other, item.name) for item in fields(self)))

    @property
    def difference(self) -> int:
        """Messages that were seen and have no place (or the reverse): 0 when the books balance."""
        places = (
            self.filed,
            self.ignored,
            self.quarantined,
            self.already_known,
            self.too_large,
            self.waiting,
        )
        return self.seen - sum(places)

    @property
    def taken_in(self) -> int:
        """Messages that really arrived."""
        return self.filed + self.ignored + self.quarantined + self.waiting


class CheckResult(StrEnum):
    OK = "ok"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """What one check did; the one value that refreshes list, form and tray."""

    integration_id: int
    integration_name: str
    result: CheckResult
    started_at: datetime
    finished_at: datetime
    tally: CheckTally = CheckTally()
    problem: Problem | None = None
    health: Health = Health()
    events: tuple[IntegrationEvent, ...] = ()
    next_check_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """What one attempt to send did."""

    outbox_id: int
    integration_id: int
    integration_name: str
    state: str
    finished_at: datetime
    problem: Problem | None = None
    health: Health = Health()
    events: tuple[IntegrationEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckProgress:
    """Where a running check is: ``done`` of ``total`` messages (0 of 0 before anything is known to be new)."""

    integration_id: int
    stage: Stage
    done: int = 0
    total: int = 0


class TestStage(StrEnum):
    """The steps of a connection test, in order; ``TOKEN`` only with OAuth 2.0, ``COUNT`` only for incoming."""

    SECRET = "secret"
    TOKEN = "token"
    RESOLVE = "resolve"
    CONNECT = "connect"
    TLS = "tls"
    AUTHENTICATE = "authenticate"
    FOLDER = "open_folder"
    COUNT = "count"
    SENDER = "sender"

    __test__ = False


@dataclass(frozen=True, slots=True)
class TestStep:
    """One step of a connection test. ``ms`` whole milliseconds; ``facts`` fill the words of a success."""

    __test__ = False

    direction: Direction
    stage: TestStage
    ms: int
    problem: Problem | None = None
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def ok(self) -> bool:
        return self.problem is None
