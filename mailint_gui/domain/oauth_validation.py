"""What is wrong with how an integration signs in at its provider."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from mailint_gui.domain.address import is_address, is_host
from mailint_gui.domain.field_error import FieldError, FieldFault
from mailint_gui.domain.oauth import SIGN_INS, OAuthSettings, Provider, SignIn

MAX_TEXT = 2000
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6749 section 3.3: no blank, quote or backslash
_TRIMMED = (
    *("mailbox", "tenant_id", "client_id"),
    *("authority", "authorization_endpoint", "token_endpoint"),
)
# Names in place of a tenant: whoever has a work account, or any Microsoft account, may sign in.
_ANY_TENANT = frozenset({"organizations", "common", "consumers"})


def trimmed_oauth(settings: OAuthSettings) -> OAuthSettings:
    """Without blanks around what was pasted, and with each scope once."""
    texts = {name: getattr(settings, name).strip() for name in _TRIMMED}
    scopes = tuple(dict.fromkeys(filter(None, map(str.strip, settings.scopes))))
    return replace(settings, **texts, scopes=scopes)


def oauth_faults(prefix: str, provider: Provider, settings: OAuthSettings) -> Iterator[FieldError]:
    """Every fault of trimmed settings; paths begin with ``prefix``, the direction."""
    yield from _sign_in(prefix, provider, settings)
    if settings.mailbox and not is_address(settings.mailbox):
        yield FieldError(f"{prefix}.mailbox", FieldFault.BAD_ADDRESS, {"value": settings.mailbox})
    yield from _text(f"{prefix}.tenant_id", settings.tenant_id)
    yield from _text(f"{prefix}.client_id", settings.client_id)
    for scope in settings.scopes:
        yield from _scope(f"{prefix}.scopes", scope)
    for name in ("authority", "authorization_endpoint", "token_endpoint"):
        yield from _url(f"{prefix}.{name}", getattr(settings, name))
    yield from (_microsoft if provider is Provider.MICROSOFT365 else _google)(prefix, settings)


def _sign_in(prefix: str, provider: Provider, settings: OAuthSettings) -> Iterator[FieldError]:
    possible = SIGN_INS[provider]
    if settings.sign_in not in possible:
        facts = {"value": settings.sign_in, "allowed": ", ".join(possible)}
        yield FieldError(f"{prefix}.sign_in", FieldFault.UNKNOWN_VALUE, facts)


def _microsoft(prefix: str, settings: OAuthSettings) -> Iterator[FieldError]:
    """An issuer of one's own (``authority``) names tenants and clients as it likes."""
    yield from _required(f"{prefix}.client_id", settings.client_id)
    if settings.authority:
        return
    yield from _required(f"{prefix}.tenant_id", settings.tenant_id)
    if settings.client_id and not is_guid(settings.client_id):
        yield FieldError(f"{prefix}.client_id", FieldFault.NO_GUID, {"value": settings.client_id})
    if settings.tenant_id and not _is_tenant(settings):
        yield FieldError(f"{prefix}.tenant_id", FieldFault.NO_TENANT, {"value": settings.tenant_id})


def is_guid(text: str) -> bool:
    return bool(_GUID.fullmatch(text))


def _is_tenant(settings: OAuthSettings) -> bool:
    """An app without a user belongs to one tenant, by its id or by one of its domains."""
    tenant = settings.tenant_id
    if tenant.casefold() in _ANY_TENANT:
        return settings.by_a_person
    return is_guid(tenant) or ("." in tenant and is_host(tenant))


def _google(prefix: str, settings: OAuthSettings) -> Iterator[FieldError]:
    if settings.sign_in is SignIn.INTERACTIVE:
        yield from _required(f"{prefix}.client_id", settings.client_id)


def _required(path: str, value: str) -> Iterator[FieldError]:
    if not value:
        yield FieldError(path, FieldFault.REQUIRED)


def _text(path: str, value: str) -> Iterator[FieldError]:
    if len(value) > MAX_TEXT:
        yield FieldError(path, FieldFault.TOO_LONG, {"limit": str(MAX_TEXT)})
    if not value.isprintable():
        yield FieldError(path, FieldFault.CONTROL_CHARACTERS)


def _scope(path: str, value: str) -> Iterator[FieldError]:
    faults = tuple(_text(path, value))
    yield from faults
    if not faults and not _SCOPE.fullmatch(value):
        yield FieldError(path, FieldFault.BAD_SCOPE, {"value": value})


def _url(path: str, value: str) -> Iterator[FieldError]:
    """Secrets go there: nothing but https (RFC 6749 section 3.2)."""
    if not value:
        return
    try:
        parts = urlsplit(value)
        good = parts.scheme == "https" and is_host(parts.hostname or "") and parts.port != 0
    except ValueError:
        good = False
    if not good or not value.isprintable() or " " in value:
        yield FieldError(path, FieldFault.BAD_URL, {"value": value})
