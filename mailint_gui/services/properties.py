"""Account properties as everybody reads them: one value, replaced as a whole."""

import getpass
import threading
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

from mailint_gui.domain.problem import ProblemError
from mailint_gui.domain.properties import AccountProperties, properties_from_text
from mailint_gui.domain.validation import FieldError, FieldFault, ValidationError
from mailint_gui.mail.network import Network
from mailint_gui.mail.tls import client_context
from mailint_gui.services.announcements import Announce, PropertiesChanged
from mailint_gui.services.atomic_file import raise_if_unwritable
from mailint_gui.store.database import Database

_PROFILE_ID = "profile_id"  # beside the account properties, and none of them


class Properties:
    """``overrides`` hold for this process alone and are not stored (the demo's)."""

    def __init__(
        self, database: Database, announce: Announce, overrides: Mapping[str, str] | None = None
    ) -> None:
        self._database = database
        self._announce = announce
        self._overrides = dict(overrides or {})
        self._current: AccountProperties | None = None
        self._setting = threading.Lock()

    def current(self) -> AccountProperties:
        if self._current is None:
            with self._database.read() as unit:
                stored = unit.properties.all()
            self._current = properties_from_text({**stored, **self._overrides})
        return self._current

    def network(self) -> Network:
        """How servers are reached."""
        current = self.current()
        return Network(current.extra_ca_file, current.proxy)

    def set(self, values: Mapping[str, str]) -> AccountProperties:
        """Several at once are judged together. Raises ValidationError; then nothing is changed."""
        with self._setting:
            changed, errors = self._judged(values)
            if errors:
                raise ValidationError(errors)
            texts = changed.as_text()
            with self._database.write() as unit:
                unit.properties.set({name: texts[name] for name in values})
            self._current = changed
        self._announce(PropertiesChanged(changed))
        return changed

    def faults(self, values: Mapping[str, str]) -> tuple[FieldError, ...]:
        """Why ``set`` would refuse them."""
        return self._judged(values)[1]

    def _judged(self, values: Mapping[str, str]) -> tuple[AccountProperties, tuple[FieldError, ...]]:
        changed, errors = self.current().changed(values)
        for name, unusable in (("extra_ca_file", _unusable_ca_file), ("status_file", _unusable_status_file)):
            if path := values.get(name, "").strip():
                errors += tuple(unusable(path))
        return changed, errors

    def admin_name(self) -> str:
        """Who *Last modified by* names: the property, else the account of the operating system."""
        return self.current().admin_name or _account_name()


def _unusable_ca_file(path: str) -> Iterator[FieldError]:
    """Said at once: later every TLS connection would fail for it."""
    try:
        client_context(path)
    except ProblemError as error:
        yield FieldError(
            "extra_ca_file", FieldFault.UNREADABLE, {"value": path, "detail": error.problem.detail}
        )


def _unusable_status_file(path: str) -> Iterator[FieldError]:
    """Said at once: later it would be in the log alone."""
    folder = Path(path).parent
    try:
        if not folder.exists():
            yield FieldError("status_file", FieldFault.NO_FOLDER, {"value": str(folder)})
        else:
            raise_if_unwritable(Path(path))
    except OSError as error:
        facts = {"value": path, "detail": error.strerror or str(error)}
        yield FieldError("status_file", FieldFault.UNWRITABLE, facts)


def profile_id(database: Database, *, read_only: bool) -> str:
    """What the keyring knows this profile by: random, made once, and kept when the directory moves."""
    with database.read() as unit:
        known = unit.properties.all().get(_PROFILE_ID)
    if known is None and not read_only:
        known = uuid.uuid4().hex
        with database.write() as unit:
            unit.properties.set({_PROFILE_ID: known})
    return known or ""


def _account_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no such user in the system's data base, and no variable that names one
        return ""
