"""Between an integration and the values of its fields by dotted path."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.integration_secrets import settings_of
from mailint_gui.domain.oauth import Credential, OAuthSettings, Provider
from mailint_gui.domain.secret import Secret

NOTHING_TYPED = Secret("")
_SECRETS = frozenset({"password", "client_secret", "certificate", "key_file", "tokens"})
_OF_OAUTH = frozenset(OAuthSettings.__dataclass_fields__) | {"credential"}
_DIRECTIONS = frozenset(Direction)


def is_secret(path: str) -> bool:
    return path.rpartition(".")[2] in _SECRETS


def values_of(integration: Integration, paths: Iterable[str]) -> dict[str, Any]:
    """Each path's value. A secret has none: what is stored is never read back."""
    return {path: NOTHING_TYPED if is_secret(path) else _value(integration, path) for path in paths}


def _value(integration: Integration, path: str) -> Any:
    """Paths are those of the import file: what a direction says of its sign-in is flat."""
    part, _, name = path.rpartition(".")
    value: Any = getattr(integration, part) if part else integration
    return getattr(value.oauth if part in _DIRECTIONS and name in _OF_OAUTH else value, name)


def with_values(integration: Integration, values: Mapping[str, Any]) -> Integration:
    """The integration with each path's value set; secrets are left to ``TypedPasswords``."""
    parts: dict[str, dict[str, Any]] = {"": {}, "incoming": {}, "outgoing": {}, "filing": {}}
    for path, value in values.items():
        if not is_secret(path):
            part, _, name = path.rpartition(".")
            parts[part][name] = value
    return replace(
        integration,
        incoming=_direction(integration, Direction.INCOMING, parts["incoming"]),
        outgoing=_direction(integration, Direction.OUTGOING, parts["outgoing"]),
        filing=replace(integration.filing, **parts["filing"]),
        **parts[""],
    )


def _direction(integration: Integration, direction: Direction, values: Mapping[str, Any]) -> Any:
    stored = settings_of(integration, direction)
    of_oauth = {name: value for name, value in values.items() if name in _OF_OAUTH}
    own = {name: value for name, value in values.items() if name not in _OF_OAUTH}
    credential: Credential | None = of_oauth.pop("credential", None)
    changed = replace(stored, **own, oauth=replace(stored.oauth, **of_oauth))
    if credential is None or changed.provider is not Provider.MICROSOFT365:
        return changed
    return replace(changed, oauth=changed.oauth.proved_by(credential))
