"""Between an integration and the values of its fields by dotted path."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.secret import Secret

NOTHING_TYPED = Secret("")


def is_password(path: str) -> bool:
    return path.endswith(".password")


def values_of(integration: Integration, paths: Iterable[str]) -> dict[str, Any]:
    """Each path's value. A password has none: what is stored is never read back."""
    return {path: NOTHING_TYPED if is_password(path) else _value(integration, path) for path in paths}


def _value(integration: Integration, path: str) -> Any:
    value: Any = integration
    for name in path.split("."):
        value = getattr(value, name)
    return value


def with_values(integration: Integration, values: Mapping[str, Any]) -> Integration:
    """The integration with each path's value set; passwords are left to ``TypedPasswords``."""
    parts: dict[str, dict[str, Any]] = {"": {}, "incoming": {}, "outgoing": {}, "filing": {}}
    for path, value in values.items():
        if not is_password(path):
            part, _, name = path.rpartition(".")
            parts[part][name] = value
    return replace(
        integration,
        incoming=replace(integration.incoming, **parts["incoming"]),
        outgoing=replace(integration.outgoing, **parts["outgoing"]),
        filing=replace(integration.filing, **parts["filing"]),
        **parts[""],
    )
