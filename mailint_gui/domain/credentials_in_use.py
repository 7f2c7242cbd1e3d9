"""Which credentials an integration logs in with, and when each of them ends."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from mailint_gui.domain.expiry import Expiry, ExpiryKind, end_of
from mailint_gui.domain.health import DirectionState, Health, direction_state
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.integration_secrets import (
    FIELD_OF,
    directions_that_log_in,
    log_in_direction,
    settings_of,
)
from mailint_gui.domain.oauth import Provider, SignIn
from mailint_gui.domain.secret import IN_VAULT, NO_SECRET

# How long a refresh token lives that is not used. Microsoft 365: 90 days, each use begins them anew,
# https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens#token-lifetime
# Google: six months, https://developers.google.com/identity/protocols/oauth2#expiration
UNUSED_SIGN_IN_LASTS: Mapping[Provider, timedelta] = MappingProxyType(
    {Provider.MICROSOFT365: timedelta(days=90), Provider.GOOGLE: timedelta(days=180)}
)
_SOON_USED = timedelta(days=1)  # longer than any access token lives, and so than a sign-in that is used rests

Kept = Callable[[ExpiryKind, Direction], datetime | None]
"""What only the secret itself tells: the end of a certificate, and when a sign-in was last used. None: not known."""


def credentials_in_use(integration: Integration) -> Iterator[tuple[ExpiryKind, Direction]]:
    """Those that can end. A credential that both directions share is named once, where its settings are."""
    if not integration.enabled:
        return
    for direction in directions_that_log_in(integration):
        settings = settings_of(integration, direction)
        possible = _PROVED_BY.get((settings.provider, settings.oauth.sign_in), ())
        if settings.provider is None:
            possible = (ExpiryKind.PASSWORD,)
        there = [kind for kind in possible if _is_there(integration, direction, kind)]
        yield from ((kind, direction) for kind in there[:1])
        if settings.provider and settings.oauth.by_a_person:
            yield ExpiryKind.SIGN_IN, direction


# What an application proves itself by, the first that is there; its name is that of the secret's field.
_PROVED_BY: Mapping[tuple[Provider | None, SignIn], tuple[ExpiryKind, ...]] = {
    (Provider.MICROSOFT365, SignIn.APP_ONLY): (ExpiryKind.CERTIFICATE, ExpiryKind.CLIENT_SECRET),
    (Provider.MICROSOFT365, SignIn.INTERACTIVE): (ExpiryKind.CLIENT_SECRET,),
    (Provider.GOOGLE, SignIn.SERVICE_ACCOUNT): (ExpiryKind.KEY_FILE,),
    (Provider.GOOGLE, SignIn.INTERACTIVE): (ExpiryKind.CLIENT_SECRET,),
}


def _is_there(integration: Integration, direction: Direction, kind: ExpiryKind) -> bool:
    return FIELD_OF[direction, kind.value].reference(integration) != NO_SECRET


def expiries(integration: Integration, health: Health, kept: Kept) -> tuple[Expiry, ...]:
    """The end of each credential in use, where it is known."""
    ends = (
        (kind, direction, _end(integration, health, kept, kind, direction))
        for kind, direction in credentials_in_use(integration)
    )
    return tuple(Expiry(kind, direction, on) for kind, direction, on in ends if on is not None)


def _end(
    integration: Integration, health: Health, kept: Kept, kind: ExpiryKind, direction: Direction
) -> datetime | None:
    settings = settings_of(integration, direction)
    match kind:
        case ExpiryKind.CERTIFICATE:
            return kept(kind, direction)
        case ExpiryKind.SIGN_IN:
            used = kept(kind, direction)
            if used is None or settings.provider is None or _is_seen_to(integration, health, direction, used):
                return None
            return used + UNUSED_SIGN_IN_LASTS[settings.provider]
    by_password = kind is ExpiryKind.PASSWORD
    typed = settings.password_expires_on if by_password else settings.oauth.secret_expires_on
    return end_of(typed) if typed else None


def _is_seen_to(integration: Integration, health: Health, owner: Direction, used: datetime) -> bool:
    """Whether a sign-in needs no warning: the next check uses it, or a new one is asked for already."""
    users = [each for each in Direction if log_in_direction(integration, each) is owner]
    states = {each: direction_state(integration, health, each) for each in users}
    if DirectionState.NEEDS_SIGN_IN in states.values():
        return True
    attempted = health.incoming.last_attempt_at
    is_checked = states.get(Direction.INCOMING) is DirectionState.ACTIVE
    return is_checked and (attempted is None or attempted <= used + _SOON_USED)


def also_used_by(
    integration: Integration, kind: ExpiryKind, direction: Direction, others: Iterable[Integration]
) -> tuple[str, ...]:
    """The names of those that prove themselves as the same application, and read what they do it by from a place of
    their own: what is new has to be given to each."""
    application = _application(integration, direction)
    if kind not in _OF_AN_APPLICATION or not application:
        return ()
    here = FIELD_OF[direction, kind.value].reference(integration)
    return tuple(
        other.name
        for other in others
        if other.id != integration.id
        and any(
            used is kind
            and _application(other, owner) == application
            and (here == IN_VAULT or FIELD_OF[owner, kind.value].reference(other) != here)
            for used, owner in credentials_in_use(other)
        )
    )


_OF_AN_APPLICATION = frozenset({ExpiryKind.CLIENT_SECRET, ExpiryKind.CERTIFICATE})


def _application(integration: Integration, direction: Direction) -> tuple[object, ...]:
    """Who it is at its provider; empty where nobody knows."""
    settings = settings_of(integration, direction)
    oauth = settings.oauth
    if settings.provider is None or not oauth.client_id:
        return ()
    where = (oauth.authority,) if oauth.authority else (oauth.cloud, oauth.tenant_id.casefold())
    return (settings.provider, oauth.client_id.casefold(), *where)


def field_path(kind: ExpiryKind, direction: Direction) -> str:
    """Where the next one is entered, as ``FieldError`` names it."""
    return f"{direction}.tokens" if kind is ExpiryKind.SIGN_IN else FIELD_OF[direction, kind.value].path
