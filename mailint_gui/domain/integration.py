"""An integration: one mail profile, for one address in, out, or both."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from mailint_gui.domain.filing import FilingSettings
from mailint_gui.domain.oauth import NO_OAUTH, OAuthSettings, Provider
from mailint_gui.domain.secret import NO_SECRET, SecretReference
from mailint_gui.domain.size import MB

MIN_CHECK_EVERY = timedelta(seconds=10)
MAX_CHECK_EVERY = timedelta(hours=24)
LARGEST_MESSAGE_MB = 50
SENT_FOUND_BY_ITSELF = "\\Sent"  # for the name of a folder: whichever is for sent mail (RFC 6154)


class Direction(StrEnum):
    INCOMING = "incoming"
    OUTGOING = "outgoing"


class Protocol(StrEnum):
    IMAP = "imap"
    POP3 = "pop3"


class Security(StrEnum):
    SSL = "ssl"
    STARTTLS = "starttls"
    NONE = "none"


class IncomingAuthentication(StrEnum):
    PASSWORD = "password"
    MICROSOFT365 = "microsoft365"
    GOOGLE = "google"


class OutgoingAuthentication(StrEnum):
    PASSWORD = "password"
    MICROSOFT365 = "microsoft365"
    GOOGLE = "google"
    SAME_AS_INCOMING = "same_as_incoming"
    NONE = "none"


class SaslMechanism(StrEnum):
    AUTOMATIC = "automatic"
    PLAIN = "plain"
    LOGIN = "login"
    CRAM_MD5 = "cram-md5"


class FirstCheck(StrEnum):
    NEW = "new"
    EVERYTHING = "everything"


class AfterProcessing(StrEnum):
    MARK_READ = "mark_read"
    MOVE = "move"
    DELETE = "delete"
    LEAVE = "leave"


class MessageFormat(StrEnum):
    HTML = "html"
    PLAIN = "plain"


DEFAULT_PORTS: dict[tuple[Protocol, Security], int] = {
    (Protocol.IMAP, Security.SSL): 993,
    (Protocol.IMAP, Security.STARTTLS): 143,
    (Protocol.IMAP, Security.NONE): 143,
    (Protocol.POP3, Security.SSL): 995,
    (Protocol.POP3, Security.STARTTLS): 110,
    (Protocol.POP3, Security.NONE): 110,
}
AFTER_PROCESSING: dict[Protocol, tuple[AfterProcessing, ...]] = {  # the first is the default
    Protocol.IMAP: (AfterProcessing.MARK_READ, AfterProcessing.MOVE, AfterProcessing.DELETE),
    Protocol.POP3: (AfterProcessing.LEAVE, AfterProcessing.DELETE),
}
DEFAULT_SMTP_PORTS: dict[Security, int] = {Security.SSL: 465, Security.STARTTLS: 587, Security.NONE: 25}


_PROVIDERS: dict[str, Provider] = {provider.value: provider for provider in Provider}


@dataclass(frozen=True, slots=True)
class IncomingSettings:
    """How mail is taken in. ``enabled`` off means that this direction is *off*, not that it failed.

    POP3 knows neither ``folder``, ``push`` nor ``move_to``. With it, ``delete_after_days`` 0 is: at once (DELETE), or
    never (LEAVE); any other number deletes after that many days.
    """

    enabled: bool = False
    address: str = ""
    protocol: Protocol = Protocol.IMAP
    authentication: IncomingAuthentication = IncomingAuthentication.PASSWORD
    server: str = ""
    port: int = 993
    security: Security = Security.SSL
    allow_insecure: bool = False
    user_name: str = ""
    password: SecretReference = NO_SECRET
    password_expires_on: date | None = None
    folder: str = "INBOX"
    check_every: timedelta = timedelta(minutes=2)
    push: bool = True
    first_check: FirstCheck = FirstCheck.NEW
    after_processing: AfterProcessing = AfterProcessing.MARK_READ
    move_to: str = ""
    delete_after_days: int = 0
    largest_message_mb: int = 25
    oauth: OAuthSettings = NO_OAUTH

    @property
    def largest_message_bytes(self) -> int:
        return self.largest_message_mb * MB

    @property
    def provider(self) -> Provider | None:
        """Who gives the access tokens; None for a log-in by password."""
        return _PROVIDERS.get(self.authentication)

    @property
    def log_in_as(self) -> str:
        """Whose mailbox the server shall open."""
        return self.user_name if self.provider is None else self.oauth.mailbox or self.address

    @property
    def account(self) -> tuple[str, str, Protocol]:
        """What makes it the same mailbox: in another one the same numbers stand for other mail."""
        return self.server.casefold(), self.log_in_as, self.protocol


@dataclass(frozen=True, slots=True)
class OutgoingSettings:
    """How mail is sent. ``address`` empty means: the incoming one.

    ``sent_folder`` of the incoming IMAP mailbox gets a copy of each message: none where empty, see also
    SENT_FOUND_BY_ITSELF.
    """

    enabled: bool = False
    address: str = ""
    display_name: str = ""
    reply_to: str = ""
    authentication: OutgoingAuthentication = OutgoingAuthentication.PASSWORD
    sasl_mechanism: SaslMechanism = SaslMechanism.AUTOMATIC
    server: str = ""
    port: int = 587
    security: Security = Security.STARTTLS
    allow_insecure: bool = False
    user_name: str = ""
    password: SecretReference = NO_SECRET
    password_expires_on: date | None = None
    message_format: MessageFormat = MessageFormat.HTML
    signature: str = ""
    messages_per_minute: int = 0  # 0: no limit
    largest_message_mb: int = 25
    sent_folder: str = ""
    oauth: OAuthSettings = NO_OAUTH

    @property
    def largest_message_bytes(self) -> int:
        return self.largest_message_mb * MB

    @property
    def provider(self) -> Provider | None:
        """Who gives the access tokens of its own; None also where those of incoming serve."""
        return _PROVIDERS.get(self.authentication)


@dataclass(frozen=True, slots=True)
class Integration:
    """One integration as stored. ``id`` 0: not stored yet."""

    id: int = 0
    name: str = ""
    description: str = ""
    is_default: bool = False
    enabled: bool = True
    responsible_admin: str = ""
    incoming: IncomingSettings = field(default_factory=IncomingSettings)
    outgoing: OutgoingSettings = field(default_factory=OutgoingSettings)
    filing: FilingSettings = field(default_factory=FilingSettings)
    last_modified_by: str = ""
    last_modified_at: datetime | None = None

    @property
    def address(self) -> str:
        """The one address to show: where mail comes in, else where it goes out from."""
        return self.incoming.address or self.outgoing.address

    @property
    def sender_address(self) -> str:
        return self.outgoing.address or self.incoming.address

    @property
    def can_send(self) -> bool:
        return self.enabled and self.outgoing.enabled


def name_key(name: str) -> str:
    """What two names are compared by: names are unique without regard to case and surrounding space."""
    return " ".join(name.split()).casefold()
