"""What only an import can get wrong: keys that do not go together, and files that are of no use."""

from collections.abc import Iterator

from mailint_gui.domain.field_error import FieldError, FieldFault
from mailint_gui.domain.integration import Integration
from mailint_gui.domain.integration_secrets import settings_of
from mailint_gui.domain.secret import SecretPlace
from mailint_gui.mail.auth.unusable import UnusableFileError
from mailint_gui.secrets.references import document_that_is_there
from mailint_gui.services.provisioning_file import Entry
from mailint_gui.services.provisioning_fit import misfit
from mailint_gui.services.provisioning_keys import DOCUMENTS, KEY_OF_SECRET


def misfits(entry: Entry, after: Integration) -> Iterator[FieldError]:
    """Keys that ``after``, what comes of the entry, has no use for."""
    refused = {error.path for error in entry.errors}
    for direction, table in entry.tables.items():
        if not refused.isdisjoint({f"{direction}.authentication", f"{direction}.sign_in"}):
            continue  # nobody can tell what was meant
        settings = settings_of(after, direction)
        for key in table.keys:
            if found := misfit(key, settings):
                fault, allowed = found
                yield FieldError(f"{direction}.{key}", fault, {"value": key, "allowed": allowed})


def unread_authentication(entry: Entry) -> frozenset[str]:
    """The paths that nobody can judge, where what the log-in is to be cannot be read."""
    return frozenset(
        f"{direction}.{name}"
        for direction in entry.tables
        if f"{direction}.authentication" in {error.path for error in entry.errors}
        for name in _BY_AUTHENTICATION
    )


_BY_AUTHENTICATION = ("server", "port", "user_name", "password")


def unusable_files(entry: Entry) -> Iterator[FieldError]:
    """Of those that are there already; the others are looked at when they are needed."""
    for direction, table in entry.tables.items():
        for name, reference in table.secrets.items():
            if name not in DOCUMENTS or reference.place is not SecretPlace.FILE:
                continue
            content = document_that_is_there(reference)
            if content is not None and (fault := fault_of(name, content)):
                yield FieldError(f"{direction}.{KEY_OF_SECRET[name]}", fault)


def fault_of(name: str, content: bytes) -> FieldFault | None:
    """Why ``content`` is of no use as ``name``, certificate or key_file."""
    from mailint_gui.services.sign_in_files import read_file  # late: few imports have one

    try:
        read_file(name, content)
    except UnusableFileError as error:
        return error.fault
    return None
