"""What can go wrong with a mailbox, a server or our own store, as data.

A ``Problem`` says *which* of a closed list of things happened, and to what. The words for it (what happened,
what to do) belong to ``mailint_gui.wording``, keyed by ``ProblemKind``. A bug of ours is never a ``Problem``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

DETAIL_LIMIT = 2000


class ProblemKind(StrEnum):
    """The closed list of kinds. The values are part of the command line's contract."""

    RESOLVE_FAILED = "resolve_failed"
    CONNECTION_REFUSED = "connection_refused"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    CONNECTION_LOST = "connection_lost"
    TLS_UNTRUSTED = "tls_untrusted"
    TLS_WRONG_HOST = "tls_wrong_host"
    TLS_EXPIRED = "tls_expired"
    TLS_NOT_OFFERED = "tls_not_offered"
    TLS_HANDSHAKE_FAILED = "tls_handshake_failed"
    TLS_PREAUTHENTICATED = "tls_preauthenticated"
    PROTOCOL_ERROR = "protocol_error"
    AUTHENTICATION_FAILED = "authentication_failed"
    LOGIN_DISABLED = "login_disabled"
    ACCOUNT_LOCKED = "account_locked"
    POLICY_REFUSED = "policy_refused"
    PASSWORD_MISSING = "password_missing"
    VAULT_LOCKED = "vault_locked"
    VAULT_ABSENT = "vault_absent"
    VAULT_FAILED = "vault_failed"
    SECRET_LOCKED_HERE = "secret_locked_here"
    SIGN_IN_NEEDED = "sign_in_needed"
    SIGN_IN_REFUSED = "sign_in_refused"
    WRONG_USER_SIGNED_IN = "wrong_user_signed_in"
    CONSENT_MISSING = "consent_missing"
    CLIENT_SECRET_EXPIRED = "client_secret_expired"
    CLIENT_SECRET_WRONG = "client_secret_wrong"
    CERTIFICATE_UNUSABLE = "certificate_unusable"
    CERTIFICATE_REFUSED = "certificate_refused"
    APPLICATION_UNKNOWN = "application_unknown"
    APPLICATION_SETTINGS_WRONG = "application_settings_wrong"
    TENANT_UNKNOWN = "tenant_unknown"
    ACCOUNT_UNKNOWN = "account_unknown"
    SCOPE_MISSING = "scope_missing"
    SCOPE_REFUSED = "scope_refused"
    MAILBOX_NOT_ALLOWED = "mailbox_not_allowed"
    MAILBOX_NOT_LICENSED = "mailbox_not_licensed"
    PROTOCOL_DISABLED = "protocol_disabled"
    TOKENS_NOT_OFFERED = "tokens_not_offered"
    ACCESS_POLICY_DENIED = "access_policy_denied"
    DELEGATION_MISSING = "delegation_missing"
    KEY_FILE_WRONG = "key_file_wrong"
    CLOCK_WRONG = "clock_wrong"
    PROVIDER_UNAVAILABLE = "provider_unavailable"
    FOLDER_MISSING = "folder_missing"
    SERVER_BUSY = "server_busy"
    THROTTLED = "throttled"
    MAILBOX_FULL = "mailbox_full"
    MESSAGE_TOO_LARGE = "message_too_large"
    MESSAGE_REFUSED = "message_refused"
    MESSAGE_PUT_OFF = "message_put_off"
    RECIPIENT_REFUSED = "recipient_refused"
    RECIPIENT_PUT_OFF = "recipient_put_off"
    ADDRESS_NOT_CARRIED = "address_not_carried"
    SENDER_REFUSED = "sender_refused"
    RELAY_DENIED = "relay_denied"
    DELIVERY_UNCERTAIN = "delivery_uncertain"
    STORE_FAILED = "store_failed"
    DISK_FULL = "disk_full"
    OFFLINE = "offline"
    PROXY_UNREACHABLE = "proxy_unreachable"
    PROXY_REFUSED = "proxy_refused"
    UNKNOWN = "unknown"


class Fault(StrEnum):
    """Whose fault a problem is; this decides what counts and whether waiting can mend it (product.md section 3)."""

    CREDENTIALS = "credentials"
    CONFIGURATION = "configuration"
    POLICY = "policy"
    NETWORK = "network"
    SERVER = "server"
    THROTTLED = "throttled"
    MESSAGE = "message"
    OURS = "ours"


_K, _F = ProblemKind, Fault
FAULTS: Mapping[ProblemKind, Fault] = MappingProxyType(
    {
        _K.RESOLVE_FAILED: _F.NETWORK,
        _K.CONNECTION_REFUSED: _F.NETWORK,
        _K.UNREACHABLE: _F.NETWORK,
        _K.TIMED_OUT: _F.NETWORK,
        _K.CONNECTION_LOST: _F.NETWORK,
        _K.TLS_UNTRUSTED: _F.CONFIGURATION,
        _K.TLS_WRONG_HOST: _F.CONFIGURATION,
        _K.TLS_EXPIRED: _F.CONFIGURATION,
        _K.TLS_NOT_OFFERED: _F.CONFIGURATION,
        _K.TLS_HANDSHAKE_FAILED: _F.NETWORK,
        _K.TLS_PREAUTHENTICATED: _F.CONFIGURATION,
        _K.PROTOCOL_ERROR: _F.SERVER,
        _K.AUTHENTICATION_FAILED: _F.CREDENTIALS,
        _K.LOGIN_DISABLED: _F.POLICY,
        _K.ACCOUNT_LOCKED: _F.POLICY,
        _K.POLICY_REFUSED: _F.POLICY,
        _K.PASSWORD_MISSING: _F.CREDENTIALS,
        _K.VAULT_LOCKED: _F.OURS,
        _K.VAULT_ABSENT: _F.OURS,
        _K.VAULT_FAILED: _F.OURS,
        _K.SECRET_LOCKED_HERE: _F.OURS,
        _K.SIGN_IN_NEEDED: _F.CREDENTIALS,
        _K.SIGN_IN_REFUSED: _F.CREDENTIALS,
        _K.WRONG_USER_SIGNED_IN: _F.CREDENTIALS,
        _K.CONSENT_MISSING: _F.POLICY,
        _K.CLIENT_SECRET_EXPIRED: _F.CREDENTIALS,
        _K.CLIENT_SECRET_WRONG: _F.CREDENTIALS,
        _K.CERTIFICATE_UNUSABLE: _F.CREDENTIALS,
        _K.CERTIFICATE_REFUSED: _F.CREDENTIALS,
        _K.APPLICATION_UNKNOWN: _F.CONFIGURATION,
        _K.APPLICATION_SETTINGS_WRONG: _F.CONFIGURATION,
        _K.TENANT_UNKNOWN: _F.CONFIGURATION,
        _K.ACCOUNT_UNKNOWN: _F.CONFIGURATION,
        _K.SCOPE_MISSING: _F.POLICY,
        _K.SCOPE_REFUSED: _F.CONFIGURATION,
        _K.MAILBOX_NOT_ALLOWED: _F.POLICY,
        _K.MAILBOX_NOT_LICENSED: _F.POLICY,
        _K.PROTOCOL_DISABLED: _F.POLICY,
        _K.TOKENS_NOT_OFFERED: _F.CONFIGURATION,
        _K.ACCESS_POLICY_DENIED: _F.POLICY,
        _K.DELEGATION_MISSING: _F.POLICY,
        _K.KEY_FILE_WRONG: _F.CONFIGURATION,
        _K.CLOCK_WRONG: _F.OURS,
        _K.PROVIDER_UNAVAILABLE: _F.SERVER,
        _K.FOLDER_MISSING: _F.CONFIGURATION,
        _K.SERVER_BUSY: _F.SERVER,
        _K.THROTTLED: _F.THROTTLED,
        _K.MAILBOX_FULL: _F.MESSAGE,
        _K.MESSAGE_TOO_LARGE: _F.MESSAGE,
        _K.MESSAGE_REFUSED: _F.MESSAGE,
        _K.MESSAGE_PUT_OFF: _F.MESSAGE,
        _K.RECIPIENT_REFUSED: _F.MESSAGE,
        _K.RECIPIENT_PUT_OFF: _F.MESSAGE,
        _K.ADDRESS_NOT_CARRIED: _F.MESSAGE,
        _K.SENDER_REFUSED: _F.CONFIGURATION,
        _K.RELAY_DENIED: _F.CONFIGURATION,
        _K.DELIVERY_UNCERTAIN: _F.NETWORK,
        _K.STORE_FAILED: _F.OURS,
        _K.DISK_FULL: _F.OURS,
        _K.OFFLINE: _F.OURS,
        _K.PROXY_UNREACHABLE: _F.NETWORK,
        _K.PROXY_REFUSED: _F.CONFIGURATION,
        _K.UNKNOWN: _F.SERVER,
    }
)

OF_THE_LOG_IN = frozenset(
    {
        *(kind for kind, fault in FAULTS.items() if fault is Fault.CREDENTIALS),
        *(_K.SECRET_LOCKED_HERE, _K.KEY_FILE_WRONG, _K.CONSENT_MISSING, _K.ACCESS_POLICY_DENIED),
        *(_K.APPLICATION_UNKNOWN, _K.APPLICATION_SETTINGS_WRONG, _K.TENANT_UNKNOWN, _K.ACCOUNT_UNKNOWN),
        *(_K.SCOPE_MISSING, _K.SCOPE_REFUSED, _K.DELEGATION_MISSING),
        *(_K.MAILBOX_NOT_ALLOWED, _K.MAILBOX_NOT_LICENSED),
    }
)
"""What is mended where the log-in is set up, which may be in the settings of the other direction (fact ``log_in``)."""

PUT_OFF = frozenset({_K.MESSAGE_PUT_OFF, _K.RECIPIENT_PUT_OFF})
"""Of one message alone, for now: it is tried again."""
WAITED_FOR = PUT_OFF | {_K.SERVER_BUSY, _K.THROTTLED}
"""What nothing but waiting is done about, until a message has been tried for too long."""

_NEVER_COUNTS = frozenset({Fault.OURS, Fault.THROTTLED, Fault.MESSAGE})
_WAITING_CANNOT_MEND = frozenset({Fault.CREDENTIALS, Fault.CONFIGURATION, Fault.POLICY, Fault.MESSAGE})


class Service(StrEnum):
    """What ``server`` is, where it is not the mail server: the fact ``service``."""

    SIGN_IN = "sign_in"  # of the provider
    NOT_SIGN_IN = "not_sign_in"  # something else answered in its place


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong.

    ``facts`` fill the named fields of the words (``server``, ``port``, ``folder``, ``user_name``, ``stage``,
    ``provider``, ``mailbox``, ``secret`` …), or choose among them (``service``, ``sign_in``); ``detail`` is the
    technical text, often the server's own, untrusted and never with a secret in it.
    """

    kind: ProblemKind
    facts: Mapping[str, str] = field(default_factory=dict)
    detail: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))
        object.__setattr__(self, "detail", self.detail[:DETAIL_LIMIT])

    def __reduce__(self) -> tuple[type["Problem"], tuple[ProblemKind, dict[str, str], str]]:
        return Problem, (self.kind, dict(self.facts), self.detail)

    def __hash__(self) -> int:
        return hash((self.kind, tuple(sorted(self.facts.items())), self.detail))

    @property
    def fault(self) -> Fault:
        return FAULTS[self.kind]

    @property
    def counts(self) -> bool:
        """Whether this is an error of the integration at all, or of this computer, one message or a provider's wait."""
        return self.fault not in _NEVER_COUNTS

    @property
    def transient(self) -> bool:
        """Whether waiting may mend it. Credentials, configuration and policy need an admin."""
        return self.fault not in _WAITING_CANNOT_MEND

    @property
    def wait_asked_for(self) -> int:
        """Seconds that a provider asked us to wait (its Retry-After); 0: none, or not said how many."""
        seconds = self.facts.get("retry_after", "")
        return int(seconds) if seconds.isascii() and seconds.isdecimal() else 0

    def about(self, **facts: str) -> "Problem":
        """The same problem with more facts; facts that are there already win."""
        return Problem(self.kind, {**facts, **self.facts}, self.detail)


class ProblemError(Exception):
    """Carries a ``Problem`` up to the place that records it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.kind}: {problem.detail}" if problem.detail else str(problem.kind))
        self.problem = problem
