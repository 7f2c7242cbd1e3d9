"""What a remedy tells people to do, in words of the place where they read it: tabs and buttons, or verbs to type."""

import os
import shlex
from collections.abc import Mapping
from enum import Enum, auto

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.integration import Direction
from mailint_gui.wording.text import QT_TRANSLATE_NOOP, filled, one_line, without_isolates

translate = QCoreApplication.translate


class Surface(Enum):
    """Notifications and mail speak as the window does, to which they bring people."""

    WINDOW = auto()
    TERMINAL = auto()


# By the field of a remedy's template. None of them begins with a capital: they may stand within a sentence.
_WAYS: Mapping[Surface, Mapping[str, str]] = {
    Surface.WINDOW: {
        "there": QT_TRANSLATE_NOOP("problems", "on {tab}"),
        "there_outgoing": QT_TRANSLATE_NOOP("problems", "on the Outgoing email tab"),
        "sign_in": QT_TRANSLATE_NOOP("problems", "choose Sign in on {tab}"),
        "test": QT_TRANSLATE_NOOP("problems", "choose Test connection on {tab}"),
        "supply": QT_TRANSLATE_NOOP(
            "problems",
            "{enter_secret} and enable it; or add {line} to {table} in the import file, and import that again",
        ),
        "supply_instead": QT_TRANSLATE_NOOP(
            "problems",
            "enter it on {tab} and enable the integration; or name another place by {key} in {table}",
        ),
        "enter_with_date": QT_TRANSLATE_NOOP("problems", "enter it with its date on {tab}"),
        "try_again": QT_TRANSLATE_NOOP("problems", "choose Try again"),
        "name_authority": QT_TRANSLATE_NOOP("problems", "name its file in Settings, Network"),
        "proxy_setting": QT_TRANSLATE_NOOP("problems", "the proxy in the settings"),
        "without_keyring": QT_TRANSLATE_NOOP("problems", "go on for this run only and enter it again"),
        "settle": QT_TRANSLATE_NOOP("problems", "say in the outbox that it has arrived, or send it again"),
    },
    Surface.TERMINAL: {
        "there": QT_TRANSLATE_NOOP("problems", "in {table} of its import file"),
        "there_outgoing": QT_TRANSLATE_NOOP("problems", "in [integration.outgoing] of its import file"),
        "sign_in": QT_TRANSLATE_NOOP("problems", "run “mailint integrations sign-in {arguments}”"),
        "test": QT_TRANSLATE_NOOP("problems", "run “mailint integrations test {arguments}”"),
        "supply": QT_TRANSLATE_NOOP(
            "problems", "add {line} to {table} in the import file, and import that again"
        ),
        "supply_instead": QT_TRANSLATE_NOOP(
            "problems",
            'write "stdin" in its place, or env:NAME or file:PATH, as {key} in {table} of the import file, and import '
            "that again",
        ),
        "enter_with_date": QT_TRANSLATE_NOOP(
            "problems",
            "put it where {key} says, and its date into {date_key}, in {table} of its import file",
        ),
        "try_again": QT_TRANSLATE_NOOP("problems", "try again"),
        "name_authority": QT_TRANSLATE_NOOP(
            "problems", "name its file by “mailint properties set extra_ca_file=FILE”"
        ),
        "proxy_setting": QT_TRANSLATE_NOOP(
            "problems", "the proxy (“mailint properties set proxy=http://HOST:PORT”)"
        ),
        "without_keyring": QT_TRANSLATE_NOOP(
            "problems", "refer to where it is ({key}, with env:NAME or file:PATH)"
        ),
        "settle": QT_TRANSLATE_NOOP(
            "problems", "run “mailint outbox arrived ID”, or “mailint outbox retry ID” to send it again"
        ),
    },
}


_PASSWORD = "password"
# By the fact ``secret``: what it is called within a sentence, and how it is given to the program.
_SECRETS: Mapping[str, str] = {
    _PASSWORD: QT_TRANSLATE_NOOP("problems", "password"),
    "client_secret": QT_TRANSLATE_NOOP("problems", "client secret"),
    "certificate": QT_TRANSLATE_NOOP("problems", "certificate"),
    "key_file": QT_TRANSLATE_NOOP("problems", "key file"),
    "tokens": QT_TRANSLATE_NOOP("problems", "sign-in"),
    "credential": QT_TRANSLATE_NOOP("problems", "client secret or certificate"),
}
_GIVEN: Mapping[Surface, Mapping[str, str]] = {
    Surface.WINDOW: {
        _PASSWORD: QT_TRANSLATE_NOOP("problems", "enter the password on {tab}"),
        "client_secret": QT_TRANSLATE_NOOP("problems", "enter the client secret on {tab}"),
        "certificate": QT_TRANSLATE_NOOP("problems", "choose the certificate on {tab}"),
        "key_file": QT_TRANSLATE_NOOP("problems", "choose the key file on {tab}"),
        "credential": QT_TRANSLATE_NOOP(
            "problems", "enter the client secret, or choose a certificate, on {tab}"
        ),
    },
    Surface.TERMINAL: dict.fromkeys(
        (_PASSWORD, "client_secret", "certificate", "key_file", "credential"),
        QT_TRANSLATE_NOOP("problems", "say where the {secret} is, by {key} in {table} of its import file"),
    ),
}
_CLIENT_SECRET: Mapping[Surface, Mapping[str, str]] = {
    Surface.WINDOW: {"": QT_TRANSLATE_NOOP("problems", "enter its value on {tab}")},
    Surface.TERMINAL: {
        "env": QT_TRANSLATE_NOOP("problems", "put its value into the environment variable {at}"),
        "file": QT_TRANSLATE_NOOP("problems", "put its value into the file {at}"),
        "": QT_TRANSLATE_NOOP(
            "problems",
            'write client_secret_from = "stdin" in {table} of the import file, and import that again with its value on '
            "standard input",
        ),
    },
}
"""By the place of its reference, where that matters: how a new value is given to the program."""
_BY_A_PERSON: Mapping[Surface, Mapping[str, str]] = {
    Surface.WINDOW: {
        "enter_secret": _WAYS[Surface.WINDOW]["sign_in"],
        "without_keyring": QT_TRANSLATE_NOOP("problems", "go on for this run only and sign in again"),
    },
    Surface.TERMINAL: {
        "enter_secret": _WAYS[Surface.TERMINAL]["sign_in"],
        "without_keyring": QT_TRANSLATE_NOOP(
            "problems", "set up a sign-in without a person, whose secret may lie in a variable or a file"
        ),
    },
}
"""In their place where nothing is typed."""
_KEYS: Mapping[str, str] = {
    "client_secret": "client_secret_from",
    "certificate": "certificate_from",
    "key_file": "key_file",
    "credential": "client_secret_from",
}
_LINES: Mapping[str, str] = {
    "key_file": 'key_file = "NAME.json"'
}  # of the import file; all others as a variable


def secret_words(secret: str) -> str:
    """What it is called within a sentence; a password where nothing is said of it."""
    return translate("problems", _SECRETS.get(secret, _SECRETS[_PASSWORD]))


def ways(
    surface: Surface,
    name: str,
    direction: Direction | None,
    secret: str = "",
    client_secret_at: str = "",
) -> dict[str, str]:
    """``name``: the integration's, where it is known; ``direction``: where it is mended, None for either.

    ``secret``: which one it is about, as ``domain.integration_secrets`` calls it. ``client_secret_at``: its reference.
    """
    key = _KEYS.get(secret, "password_from")
    place, _, at = client_secret_at.partition(":")
    facts = {
        "secret": secret_words(secret),
        "key": key,
        "date_key": "password_expires_on" if key == "password_from" else "secret_expires_on",
        "line": _LINES.get(key, f'{key} = "env:NAME"'),
        "tab": tab_words(direction),
        "table": f"[integration.{direction}]" if direction else "[integration]",
        "arguments": _arguments(name, direction),
        "at": at,
    }
    given = _GIVEN[surface]
    templates = {**_WAYS[surface], "enter_secret": given.get(secret, given[_PASSWORD])}
    kept = _CLIENT_SECRET[surface]
    templates["give_client_secret"] = kept.get(place, kept[""])
    if secret == "tokens":
        templates |= _BY_A_PERSON[surface]
    facts["enter_secret"] = filled(translate("problems", templates["enter_secret"]), facts)
    found = {field: filled(translate("problems", way), facts) for field, way in templates.items()}
    return {field: without_isolates(way) for field, way in found.items()}  # the sentence isolates each whole


def tab_words(direction: Direction | None) -> str:
    """Within a sentence: the tab of the form where it is mended; None: either of them."""
    match direction:
        case Direction.INCOMING:
            return translate("problems", "the Incoming email tab")
        case Direction.OUTGOING:
            return translate("problems", "the Outgoing email tab")
    return translate("problems", "the Incoming email or Outgoing email tab")


def as_argument(name: str) -> str:
    """The name of an integration as it is typed; without one, what stands for it in the help."""
    word = one_line(name) or "NAME"
    if os.name != "nt":
        return shlex.quote(word)
    from subprocess import list2cmdline  # late: nobody else needs it here

    return list2cmdline([word])


def _arguments(name: str, direction: Direction | None) -> str:
    """Of a verb that begins with incoming where neither is asked for."""
    given = as_argument(name)
    return f"{given} --outgoing" if direction is Direction.OUTGOING else given
