"""Integrations as an admin may have them, for tests and pictures. All times hang on ``desk_double.NOW``."""

from dataclasses import replace
from datetime import timedelta

from mailint_gui.domain.events import CredentialExpiring
from mailint_gui.domain.expiry import ExpiryKind, end_of
from mailint_gui.domain.health import DirectionHealth, ErrorRecord, Health
from mailint_gui.domain.integration import (
    Direction,
    IncomingSettings,
    Integration,
    OutgoingAuthentication,
    OutgoingSettings,
)
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.status import IntegrationStatus
from tests.ui.desk_double import NOW, ago

REFUSED = Problem(
    ProblemKind.AUTHENTICATION_FAILED,
    {"server": "mail.example.org", "port": "993", "user_name": "orders"},
    "NO [AUTHENTICATIONFAILED] Authentication failed.",
)
UNREACHABLE = Problem(
    ProblemKind.TIMED_OUT, {"server": "mail.example.net", "port": "993", "stage": "connect"}
)


def integration(number: int, name: str, **changes: object) -> Integration:
    box = name.lower().replace(" ", ".")
    base = Integration(
        id=number,
        name=name,
        incoming=IncomingSettings(
            enabled=True, address=f"{box}@example.org", server="mail.example.org", user_name=box
        ),
        outgoing=OutgoingSettings(enabled=True, server="smtp.example.org", user_name=box),
        last_modified_by="Dana Reyes",
        last_modified_at=ago(days=3),
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # the names and values are the caller's care


def ok(number: int = 1, name: str = "Support", **changes: object) -> IntegrationStatus:
    checked = DirectionHealth(
        last_attempt_at=ago(seconds=40),
        last_success_at=ago(seconds=40),
        last_mail_at=ago(minutes=26),
        next_attempt_at=NOW + timedelta(minutes=2, seconds=5),
    )
    sent = DirectionHealth(
        last_attempt_at=ago(hours=2), last_success_at=ago(hours=2), last_mail_at=ago(hours=2)
    )
    return IntegrationStatus(integration(number, name, **changes), Health(checked, sent))


def failing(number: int = 2, name: str = "Orders", errors: int = 2, **changes: object) -> IntegrationStatus:
    return replace(ok(number, name, **changes), health=Health(_failed(errors, REFUSED), DirectionHealth()))


def disabled_by_errors(
    number: int = 3, name: str = "Facilities desk", **changes: object
) -> IntegrationStatus:
    health = replace(_failed(10, UNREACHABLE), disabled_by_errors_at=ago(hours=1), notified=True)
    return replace(ok(number, name, **changes), health=Health(health, DirectionHealth()))


def needs_sign_in(number: int = 6, name: str = "Customer care", **changes: object) -> IntegrationStatus:
    """Both directions, by the sign-in of incoming."""
    problem = Problem(ProblemKind.SIGN_IN_NEEDED, {"provider": "Microsoft 365"}, "AADSTS700082: expired.")
    error = ErrorRecord(ago(minutes=2), problem)
    health = DirectionHealth(consecutive_errors=1, last_error=error, last_attempt_at=error.at)
    status = ok(number, name, **changes)
    outgoing = replace(status.integration.outgoing, authentication=OutgoingAuthentication.SAME_AS_INCOMING)
    return IntegrationStatus(replace(status.integration, outgoing=outgoing), Health(health, health))


def waiting(number: int = 7, name: str = "Wholesale", **changes: object) -> IntegrationStatus:
    """The provider asked for a minute and a half."""
    problem = Problem(
        ProblemKind.THROTTLED, {"server": "login.microsoftonline.com", "retry_after": "90"}, "HTTP 429"
    )
    error = ErrorRecord(ago(seconds=40), problem)
    status = ok(number, name, **changes)
    incoming = replace(status.health.incoming, last_error=error, last_success_at=ago(minutes=2))
    return replace(status, health=replace(status.health, incoming=incoming))


def never_checked(number: int = 4, name: str = "New starters") -> IntegrationStatus:
    soon = DirectionHealth(next_attempt_at=NOW + timedelta(seconds=20))
    return IntegrationStatus(integration(number, name), Health(soon))


def expiring(
    number: int = 6,
    name: str = "Returns",
    days: int = 6,
    kind: ExpiryKind = ExpiryKind.CLIENT_SECRET,
    direction: Direction = Direction.INCOMING,
) -> IntegrationStatus:
    found = CredentialExpiring(kind, end_of((NOW + timedelta(days=days)).date()), days, direction)
    return replace(ok(number, name), expiring=found)


def disabled(number: int = 5, name: str = "Old help desk") -> IntegrationStatus:
    return ok(number, name, enabled=False)


def three() -> list[IntegrationStatus]:
    return [ok(is_default=True), failing(), disabled_by_errors()]


def many(count: int = 200) -> list[IntegrationStatus]:
    makers = [ok] * 14 + [failing, ok, never_checked, ok, disabled, disabled_by_errors]
    desks = ["Support", "Billing", "Facilities", "People and culture", "Network operations", "Returns"]
    places = ["Lisbon", "Oslo", "Nairobi", "Toronto", "Osaka", "Santiago de Compostela", "Hull"]
    names = [f"{desks[i % 6]} {places[i % 7]} {i + 1}" for i in range(count)]
    return [makers[i * 7 % len(makers)](i + 1, name) for i, name in enumerate(names)]


def _failed(errors: int, problem: Problem) -> DirectionHealth:
    return DirectionHealth(
        consecutive_errors=errors,
        first_error_at=ago(minutes=18),
        last_error=ErrorRecord(ago(minutes=2), problem),
        last_attempt_at=ago(minutes=2),
        last_success_at=ago(minutes=20),
        last_mail_at=ago(hours=3),
        next_attempt_at=NOW + timedelta(minutes=4, seconds=5),
    )
