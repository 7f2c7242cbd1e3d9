"""How an integration signs in at its provider, as one column: JSON of what differs from the defaults."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from mailint_gui.domain.oauth import NO_OAUTH, Cloud, OAuthSettings, SignIn
from mailint_gui.domain.secret import SecretReference

_FROM_JSON: Mapping[str, Callable[[Any], Any]] = {
    "sign_in": SignIn,
    "cloud": Cloud,
    "client_secret": SecretReference.parse,
    "certificate": SecretReference.parse,
    "key_file": SecretReference.parse,
    "secret_expires_on": date.fromisoformat,
    "scopes": tuple,
}
_NOTHING = "{}"


class OAuthJson(TypeDecorator[OAuthSettings]):
    impl = Text
    cache_ok = True

    def process_bind_param(self, value: OAuthSettings | None, dialect: Dialect) -> str:
        if value is None or value == NO_OAUTH:
            return _NOTHING
        return json.dumps(_written(value), separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> OAuthSettings:
        if value is None or value == _NOTHING:
            return NO_OAUTH  # a check of a mailbox with a password pays nothing for this column
        read = json.loads(value)
        return OAuthSettings(**{name: _FROM_JSON.get(name, str)(given) for name, given in read.items()})


def _written(settings: OAuthSettings) -> dict[str, Any]:
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    return {
        name: list(value) if isinstance(value, tuple) else str(value)
        for name, value in values.items()
        if value != getattr(NO_OAUTH, name)
    }
