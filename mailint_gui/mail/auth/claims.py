"""What a token says about itself (RFC 7519). It is read to tell early what is missing, never to trust anything."""

import base64
import binascii
import json
from typing import Any

_GRANTS = ("roles", "scp", "scope")


def claims_of(token: str) -> dict[str, Any]:
    """Empty for an opaque token, as Google's are."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(base64.urlsafe_b64decode(padded))
    except (binascii.Error, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


def grants_of(token: str) -> frozenset[str]:
    """Roles of an application, scopes of a person (https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference)."""
    claims = claims_of(token)
    found: set[str] = set()
    for name in _GRANTS:
        value = claims.get(name)
        if isinstance(value, str):
            found.update(value.split())
        elif isinstance(value, list):
            found.update(str(each) for each in value)
    return frozenset(found)


def is_of_an_application(token: str) -> bool:
    """Whether it says so, by ``idtyp`` or, where it has none, by naming no ``scp``: then all its roles are named."""
    claims = claims_of(token)
    return bool(claims) and (claims.get("idtyp") == "app" or "scp" not in claims)


def account_of(token: str) -> str:
    """The name that somebody signs in with, from an id token; empty where there is none."""
    claims = claims_of(token)
    return next(
        (str(claims[name]) for name in ("preferred_username", "email", "upn") if claims.get(name)), ""
    )
