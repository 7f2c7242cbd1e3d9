"""Which secrets an integration has: for each its purpose, the field that refers to it, and when it is needed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mailint_gui.domain.integration import (
    Direction,
    IncomingSettings,
    Integration,
    OutgoingAuthentication,
    OutgoingSettings,
)
from mailint_gui.domain.oauth import Provider, SignIn
from mailint_gui.domain.secret import SecretPurpose, SecretReference


@dataclass(frozen=True, slots=True)
class SecretField:
    """``name``: the attribute that says where the secret is kept, of the direction or of its OAuth settings."""

    purpose: SecretPurpose
    direction: Direction
    name: str
    of_oauth: bool = True

    @property
    def path(self) -> str:
        return f"{self.direction}.{self.name}"

    def reference(self, integration: Integration) -> SecretReference:
        settings = settings_of(integration, self.direction)
        found: SecretReference = getattr(settings.oauth if self.of_oauth else settings, self.name)
        return found

    def referring_to(self, integration: Integration, reference: SecretReference) -> Integration:
        """The same integration with this secret kept at ``reference``."""
        settings = settings_of(integration, self.direction)
        given: dict[str, Any] = {self.name: reference}
        if self.of_oauth:
            given = {"oauth": replace(settings.oauth, **given)}
        changed: dict[str, Any] = {self.direction.value: replace(settings, **given)}
        return replace(integration, **changed)


_P, _D = SecretPurpose, Direction
SECRET_FIELDS = (
    SecretField(_P.INCOMING_PASSWORD, _D.INCOMING, "password", of_oauth=False),
    SecretField(_P.INCOMING_CLIENT_SECRET, _D.INCOMING, "client_secret"),
    SecretField(_P.INCOMING_CERTIFICATE, _D.INCOMING, "certificate"),
    SecretField(_P.INCOMING_KEY_FILE, _D.INCOMING, "key_file"),
    SecretField(_P.OUTGOING_PASSWORD, _D.OUTGOING, "password", of_oauth=False),
    SecretField(_P.OUTGOING_CLIENT_SECRET, _D.OUTGOING, "client_secret"),
    SecretField(_P.OUTGOING_CERTIFICATE, _D.OUTGOING, "certificate"),
    SecretField(_P.OUTGOING_KEY_FILE, _D.OUTGOING, "key_file"),
)
FIELD_OF: Mapping[tuple[Direction, str], SecretField] = {
    (each.direction, each.name): each for each in SECRET_FIELDS
}
TOKENS_OF: Mapping[Direction, SecretPurpose] = {
    Direction.INCOMING: SecretPurpose.INCOMING_TOKENS,
    Direction.OUTGOING: SecretPurpose.OUTGOING_TOKENS,
}
SECRET_NAMES: Mapping[SecretPurpose, str] = {
    **{each.purpose: each.name for each in SECRET_FIELDS},
    **dict.fromkeys(TOKENS_OF.values(), "tokens"),
}
"""What a secret is called in the facts of a problem (``secret``)."""
SECRET_OR_CERTIFICATE = "credential"
"""The same where either would do."""


def settings_of(integration: Integration, direction: Direction) -> IncomingSettings | OutgoingSettings:
    return integration.incoming if direction is Direction.INCOMING else integration.outgoing


def log_in_direction(integration: Integration, direction: Direction) -> Direction:
    """Whose settings ``direction`` logs in with, once *same as incoming* is followed."""
    same = integration.outgoing.authentication is OutgoingAuthentication.SAME_AS_INCOMING
    return Direction.INCOMING if direction is Direction.OUTGOING and same else direction


def directions_that_log_in(integration: Integration) -> tuple[Direction, ...]:
    """Those whose own secrets are used, by themselves or by the other one."""
    incoming, outgoing = integration.incoming, integration.outgoing
    lent = outgoing.enabled and outgoing.authentication is OutgoingAuthentication.SAME_AS_INCOMING
    own = outgoing.enabled and outgoing.authentication is not OutgoingAuthentication.NONE and not lent
    used = ((Direction.INCOMING, incoming.enabled or lent), (Direction.OUTGOING, own))
    return tuple(direction for direction, is_used in used if is_used)


def needed_secrets(integration: Integration) -> Iterator[tuple[SecretField, ...]]:
    """For each log-in the fields of which one must hold a secret."""
    for direction in directions_that_log_in(integration):
        if names := needed_names(settings_of(integration, direction)):
            yield tuple(FIELD_OF[direction, name] for name in names)


def needed_names(settings: IncomingSettings | OutgoingSettings) -> tuple[str, ...]:
    """Of the secrets of which one must be there to log in with ``settings``; empty: it goes without."""
    if settings.provider is None:
        return ("password",)
    return _NEEDED.get((settings.provider, settings.oauth.sign_in), ())


def missing_name(names: Iterable[str]) -> str:
    """What is missing where none of them is there, as ``SECRET_NAMES`` calls it."""
    only, *others = names
    return SECRET_OR_CERTIFICATE if others else only


_NEEDED: Mapping[tuple[Provider, SignIn], tuple[str, ...]] = {
    (Provider.MICROSOFT365, SignIn.APP_ONLY): ("client_secret", "certificate"),
    (Provider.GOOGLE, SignIn.SERVICE_ACCOUNT): ("key_file",),
    (Provider.GOOGLE, SignIn.INTERACTIVE): ("client_secret",),
}


def same_sign_in(before: Integration, after: Integration, direction: Direction) -> bool:
    """Whether tokens got with ``before`` are still those that ``after`` would ask for."""
    return sign_in_of(before, direction) == sign_in_of(after, direction)


def sign_in_of(integration: Integration, direction: Direction) -> tuple[object, ...]:
    """What a sign-in by a person belongs to; empty where nobody signs in."""
    settings = settings_of(integration, direction)
    oauth = settings.oauth
    if settings.provider is None or not oauth.by_a_person:
        return ()
    return (
        *(settings.provider, oauth.tenant_id, oauth.client_id, oauth.cloud),
        *(oauth.authority, oauth.token_endpoint),
    )
