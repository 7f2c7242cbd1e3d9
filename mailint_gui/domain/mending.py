"""Where in the form a problem is mended."""

from collections.abc import Mapping

from mailint_gui.domain.credentials_in_use import field_path
from mailint_gui.domain.events import (
    CredentialExpiring,
    DisabledByErrors,
    ErrorsReached,
    HealthEvent,
    SignInNeeded,
    WatchEvent,
)
from mailint_gui.domain.health import Health
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.integration_secrets import log_in_direction, settings_of
from mailint_gui.domain.oauth import Provider
from mailint_gui.domain.problem import Problem, ProblemKind

_K = ProblemKind
_OF_A_SECRET = frozenset({_K.AUTHENTICATION_FAILED, _K.PASSWORD_MISSING, _K.SECRET_LOCKED_HERE})
_OF_LOG_IN: Mapping[ProblemKind, str] = {
    _K.SIGN_IN_NEEDED: "tokens",
    _K.SIGN_IN_REFUSED: "tokens",
    _K.WRONG_USER_SIGNED_IN: "tokens",
    _K.APPLICATION_SETTINGS_WRONG: "sign_in",
    _K.APPLICATION_UNKNOWN: "client_id",
    _K.TENANT_UNKNOWN: "tenant_id",
    _K.CLIENT_SECRET_EXPIRED: "client_secret",
    _K.CLIENT_SECRET_WRONG: "client_secret",
    _K.CERTIFICATE_REFUSED: "certificate",
    _K.KEY_FILE_WRONG: "key_file",
    _K.ACCOUNT_UNKNOWN: "mailbox",
    _K.MAILBOX_NOT_ALLOWED: "mailbox",
    _K.MAILBOX_NOT_LICENSED: "mailbox",
    _K.SCOPE_REFUSED: "scopes",
}
_OF_THE_WAY: Mapping[ProblemKind, str] = {
    _K.RESOLVE_FAILED: "server",
    _K.CONNECTION_REFUSED: "server",
    _K.TIMED_OUT: "server",
    _K.TLS_WRONG_HOST: "server",
    _K.TOKENS_NOT_OFFERED: "server",
    _K.TLS_NOT_OFFERED: "security",
    _K.TLS_PREAUTHENTICATED: "security",
    _K.LOGIN_DISABLED: "security",
    _K.TLS_HANDSHAKE_FAILED: "port",
    _K.PROTOCOL_ERROR: "port",
    _K.FOLDER_MISSING: "folder",
    _K.SENDER_REFUSED: "address",
    _K.RELAY_DENIED: "authentication",
}


def place_to_mend(integration: Integration, direction: Direction, problem: Problem) -> str:
    """The path of a field, as ``FieldError`` names it, or the direction alone: its tab.

    Which fields the form shows depends on other fields; one that is not shown stands for its tab.
    """
    owner = log_in_direction(integration, direction)
    if problem.kind in _OF_A_SECRET:
        return f"{owner}.{_secret(integration, owner)}"
    if problem.kind in _OF_LOG_IN:
        return f"{owner}.{_OF_LOG_IN[problem.kind]}"
    field = _OF_THE_WAY.get(problem.kind)
    return f"{direction}.{field}" if field else str(direction)


def place_of_event(integration: Integration, event: HealthEvent | WatchEvent) -> str:
    """Of what is told about an integration, as ``place_to_mend`` names it."""
    match event:
        case ErrorsReached() | DisabledByErrors() | SignInNeeded():
            return place_to_mend(integration, event.direction, event.problem)
        case CredentialExpiring():
            return field_path(event.kind, event.direction)
    return str(event.direction)


def place_of_trouble(integration: Integration, health: Health) -> str:
    """What mends the first direction whose last error still stands; the general tab where none does."""
    for direction in Direction:
        if error := health.of(direction).standing_error:
            return place_to_mend(integration, direction, error.problem)
    return "general"


def tab_of(place: str) -> Direction:
    return Direction(place.partition(".")[0])


def _secret(integration: Integration, owner: Direction) -> str:
    settings = settings_of(integration, owner)
    if settings.provider is None:
        return "password"
    if settings.oauth.by_a_person:
        return "tokens"
    return "client_secret" if settings.provider is Provider.MICROSOFT365 else "key_file"
