"""The import file: TOML text to entries of typed values, with every fault in it; and integrations to TOML text."""

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from mailint_gui.domain.filing import FilingSettings
from mailint_gui.domain.integration import Direction, IncomingSettings, Integration, OutgoingSettings
from mailint_gui.domain.oauth import OAuthSettings
from mailint_gui.domain.secret import IN_VAULT, NO_SECRET, SecretPlace, SecretReference
from mailint_gui.domain.validation import FieldError, FieldFault, ValidationError
from mailint_gui.services.provisioning_fit import misfit
from mailint_gui.services.provisioning_keys import (
    FILING,
    GENERAL,
    INCOMING,
    KEY_FILE,
    KEY_OF_SECRET,
    OAUTH,
    OUTGOING,
    SECRETS,
    Key,
    KeyRefused,
    Written,
)

FROM_STDIN = "stdin"
FILING_TABLE = "filing"
_DIRECTIONS: Mapping[Direction, Mapping[str, Key]] = {
    Direction.INCOMING: INCOMING,
    Direction.OUTGOING: OUTGOING,
}


class ProvisioningError(Exception):
    """Nothing was changed. ``refused``: the faults of each integration of the file, in its order."""

    def __init__(self, refused: Iterable[ValidationError]) -> None:
        self.refused = tuple(refused)
        super().__init__("; ".join(str(each) for each in self.refused))


@dataclass(frozen=True, slots=True)
class Table:
    """One direction of an entry: the keys that were given, by attribute name. ``secrets``: where they are kept."""

    values: Mapping[str, Any]
    oauth: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, SecretReference] = field(default_factory=dict)
    from_stdin: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """As written in the file."""
        return (*self.values, *self.oauth, *(KEY_OF_SECRET[name] for name in self.references))

    @property
    def references(self) -> Mapping[str, SecretReference]:
        """Where each secret will be kept, by attribute name."""
        return {**self.secrets, **dict.fromkeys(self.from_stdin, IN_VAULT)}


@dataclass(slots=True)
class Entry:
    """One ``[[integration]]`` of the file. A table that was not given is not in ``tables``."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    tables: dict[Direction, Table] = field(default_factory=dict)
    filing: Mapping[str, Any] = field(default_factory=dict)
    errors: list[FieldError] = field(default_factory=list)

    @property
    def from_stdin(self) -> bool:
        return any(table.from_stdin for table in self.tables.values())


def read_entries(text: bytes, directory: Path) -> list[Entry]:
    """``directory``: what ``file:PATH`` is relative to. Raises ProvisioningError where the file as a whole is wrong;
    what is wrong within an entry is in its ``errors``."""
    document = _document(text)
    errors = [
        FieldError(key, FieldFault.UNKNOWN_KEY, {"value": key}) for key in document if key != "integration"
    ]
    items = document.get("integration", [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        errors.append(FieldError("integration", FieldFault.WRONG_TYPE, {"expected": "[[integration]]"}))
    if errors:
        raise ProvisioningError([ValidationError(errors)])
    entries = [_entry(item, directory) for item in items]
    _refuse_second_stdin(entries)
    return entries


def _document(text: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(text.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        where = "UTF-8"
    except RecursionError:
        where = "TOML"
    except ValueError as error:  # TOMLDecodeError, and int() of more digits than it takes
        where = str(error)
    unreadable = FieldError("", FieldFault.UNREADABLE, {"where": f" ({where})"})
    raise ProvisioningError([ValidationError([unreadable])])


def _entry(item: Mapping[str, object], directory: Path) -> Entry:
    name = item.get("name")
    entry = Entry(" ".join(name.split()) if isinstance(name, str) else "")
    general = {key: value for key, value in item.items() if key not in {*Direction, FILING_TABLE}}
    entry.values = _values(general, GENERAL, "", entry.errors)
    if "name" not in item:
        entry.errors.append(FieldError("name", FieldFault.REQUIRED))
    for direction, keys in _DIRECTIONS.items():
        table = _sub_table(item, direction, entry.errors)
        if table is not None:
            entry.tables[direction] = _table(table, direction, keys, directory, entry.errors)
    filing = _sub_table(item, FILING_TABLE, entry.errors)
    entry.filing = _values(filing or {}, FILING, f"{FILING_TABLE}.", entry.errors)
    return entry


def _sub_table(
    item: Mapping[str, object], name: str, errors: list[FieldError]
) -> Mapping[str, object] | None:
    table = item.get(name)
    if table is None or isinstance(table, dict):
        return table
    errors.append(FieldError(str(name), FieldFault.WRONG_TYPE, {"expected": f"[integration.{name}]"}))
    return None


def _table(
    item: Mapping[str, object],
    direction: Direction,
    keys: Mapping[str, Key],
    directory: Path,
    errors: list[FieldError],
) -> Table:
    prefix = f"{direction}."
    plain = {key: value for key, value in item.items() if key not in SECRETS}
    values = _values(plain, {**keys, **OAUTH}, prefix, errors)
    secrets: dict[str, SecretReference] = {}
    from_stdin = []
    for key, attribute in SECRETS.items():
        if key not in item:
            continue
        if item[key] == FROM_STDIN:
            from_stdin.append(attribute)
            continue
        try:
            secrets[attribute] = _reference(item[key], directory, is_path=key == KEY_FILE)
        except ValueError:
            errors.append(FieldError(f"{prefix}{key}", FieldFault.BAD_REFERENCE))
    return Table(
        {name: value for name, value in values.items() if name in keys},
        {name: value for name, value in values.items() if name in OAUTH},
        secrets,
        tuple(from_stdin),
    )


def _values(
    given: Mapping[str, object], keys: Mapping[str, Key], prefix: str, errors: list[FieldError]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in keys:
            errors.append(FieldError(f"{prefix}{name}", FieldFault.UNKNOWN_KEY, {"value": name}))
            continue
        try:
            values[name] = keys[name].read(value)
        except KeyRefused as refused:
            errors.append(FieldError(f"{prefix}{name}", refused.fault, refused.facts))
    return values


def _reference(source: object, directory: Path, *, is_path: bool) -> SecretReference:
    """``is_path``: a text without a place before it is the path of a file. Raises ValueError."""
    if not isinstance(source, str) or any(char < " " or char == "\x7f" for char in source):
        raise ValueError(source)
    try:
        reference = SecretReference.parse(source)
    except ValueError:
        if not is_path:
            raise
        reference = SecretReference(SecretPlace.FILE, source)
    if reference == NO_SECRET:
        raise ValueError(source)
    if reference.place is SecretPlace.FILE:
        return SecretReference(SecretPlace.FILE, os.path.normpath(directory.absolute() / reference.name))
    return reference


def _refuse_second_stdin(entries: Iterable[Entry]) -> None:
    """There is one standard input."""
    users = [
        (entry, f"{direction}.{KEY_OF_SECRET[attribute]}")
        for entry in entries
        for direction, table in entry.tables.items()
        for attribute in table.from_stdin
    ]
    for entry, path in users[1:]:
        entry.errors.append(FieldError(path, FieldFault.BAD_REFERENCE))


def write_entries(integrations: Iterable[Integration]) -> str:
    """An import file that changes nothing where it came from. No secret is in it."""
    import tomli_w  # only export needs it

    items = [_item(each) for each in integrations]
    return tomli_w.dumps({"integration": items}) if items else ""


def _item(integration: Integration) -> dict[str, Any]:
    item: dict[str, Any] = _written(integration, GENERAL)
    if integration.incoming != IncomingSettings():
        item[Direction.INCOMING] = _written(integration.incoming, INCOMING)
    if integration.outgoing != OutgoingSettings():
        item[Direction.OUTGOING] = _written(integration.outgoing, OUTGOING)
    if integration.filing != FilingSettings():
        item[FILING_TABLE] = _written(integration.filing, FILING)
    return item


_Settings = Integration | IncomingSettings | OutgoingSettings | FilingSettings


def _written(values: _Settings, keys: Mapping[str, Key]) -> dict[str, Written]:
    """What belongs to the log-in that is chosen; what was typed for another one stays where it is."""
    pairs = _pairs(values, keys)
    if not isinstance(values, IncomingSettings | OutgoingSettings):
        return dict(pairs)
    return {key: written for key, written in pairs if misfit(key, values) is None}


def _pairs(values: _Settings | OAuthSettings, keys: Mapping[str, Key]) -> Iterator[tuple[str, Written]]:
    for item in fields(values):
        value = getattr(values, item.name)
        if item.name in keys:
            yield item.name, keys[item.name].write(value)
        elif isinstance(value, SecretReference) and value != NO_SECRET:
            key = KEY_OF_SECRET[item.name]
            is_path = key == KEY_FILE and value.place is SecretPlace.FILE
            yield key, value.name if is_path else str(value)
        elif isinstance(value, OAuthSettings):
            yield from _pairs(value, OAUTH)
