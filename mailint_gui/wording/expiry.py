"""What is said of a credential that ends soon, or has ended."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.events import CredentialExpiring
from mailint_gui.domain.expiry import ExpiryKind, day_of
from mailint_gui.wording.surface import Surface, tab_words, ways
from mailint_gui.wording.text import QT_TRANSLATE_NOOP, Words, filled, one_line

translate = QCoreApplication.translate
_K = ExpiryKind

_NAMES: dict[ExpiryKind, str] = {
    _K.CLIENT_SECRET: QT_TRANSLATE_NOOP("expiry", "client secret"),
    _K.CERTIFICATE: QT_TRANSLATE_NOOP("expiry", "certificate"),
    _K.KEY_FILE: QT_TRANSLATE_NOOP("expiry", "key file"),
    _K.SIGN_IN: QT_TRANSLATE_NOOP("expiry", "sign-in"),
    _K.PASSWORD: QT_TRANSLATE_NOOP("expiry", "password"),
}

# As short as a column of the list.
_STATES: dict[ExpiryKind, tuple[str, str]] = {
    _K.CLIENT_SECRET: (
        QT_TRANSLATE_NOOP("expiry", "Secret expires {when}"),
        QT_TRANSLATE_NOOP("expiry", "Secret has expired"),
    ),
    _K.CERTIFICATE: (
        QT_TRANSLATE_NOOP("expiry", "Certificate expires {when}"),
        QT_TRANSLATE_NOOP("expiry", "Certificate has expired"),
    ),
    _K.KEY_FILE: (
        QT_TRANSLATE_NOOP("expiry", "Key file expires {when}"),
        QT_TRANSLATE_NOOP("expiry", "Key file has expired"),
    ),
    _K.SIGN_IN: (
        QT_TRANSLATE_NOOP("expiry", "Sign-in expires {when}"),
        QT_TRANSLATE_NOOP("expiry", "Sign-in has expired"),
    ),
    _K.PASSWORD: (
        QT_TRANSLATE_NOOP("expiry", "Password expires {when}"),
        QT_TRANSLATE_NOOP("expiry", "Password has expired"),
    ),
}

# While there is time, and once it has expired. A date that was typed may be all that is wrong by then.
_REMEDIES: dict[ExpiryKind, tuple[str, str]] = {
    _K.CLIENT_SECRET: (
        QT_TRANSLATE_NOOP(
            "expiry",
            "Create a new client secret at the provider, and {enter_with_date} {by}.",
        ),
        QT_TRANSLATE_NOOP(
            "expiry",
            "Create a new client secret at the provider, and {enter_with_date}. "
            "If that was done already, correct the date there.",
        ),
    ),
    _K.CERTIFICATE: (
        QT_TRANSLATE_NOOP(
            "expiry",
            "Have a new certificate made, add it to the application at the provider, and choose it {there} {by}.",
        ),
        QT_TRANSLATE_NOOP(
            "expiry",
            "Have a new certificate made, add it to the application at the provider, and choose it {there}.",
        ),
    ),
    _K.KEY_FILE: (
        QT_TRANSLATE_NOOP(
            "expiry",
            "Create a new key of the service account at the provider, and choose its file {there} {by}.",
        ),
        QT_TRANSLATE_NOOP(
            "expiry",
            "Create a new key of the service account at the provider, and choose its file {there}. "
            "If that was done already, correct the date there.",
        ),
    ),
    _K.SIGN_IN: (
        QT_TRANSLATE_NOOP(
            "expiry", "It lasts longer when it is used: test the connection, or {sign_in}, {by}."
        ),
        QT_TRANSLATE_NOOP("expiry", "It was not used for long: {sign_in}."),
    ),
    _K.PASSWORD: (
        QT_TRANSLATE_NOOP(
            "expiry",
            "Set a new password at the mail server, and {enter_with_date} {by}.",
        ),
        QT_TRANSLATE_NOOP(
            "expiry",
            "Set a new password at the mail server, and {enter_with_date}. "
            "If that was done already, correct the date there.",
        ),
    ),
}


def expiry_state(found: CredentialExpiring) -> str:
    """The state of a row: "Secret expires in 6 days"."""
    ahead, over = _STATES[found.kind]
    return filled(translate("expiry", over if found.has_expired else ahead), {"when": _when(found.days)})


def expiry_title(name: str, found: CredentialExpiring) -> str:
    """One line."""
    template = translate("expiry", "{name}: the {credential} expires {when}")
    if found.has_expired:
        template = translate("expiry", "{name}: the {credential} has expired")
    return filled(template, {"name": name, **_facts(found)})


def expiry_words(name: str, found: CredentialExpiring, surface: Surface = Surface.WINDOW) -> Words:
    """``name`` is the integration's."""
    template = translate("expiry", "The {credential} of {name} expires on {day} ({when}).")
    if found.has_expired:
        template = translate("expiry", "The {credential} of {name} expired on {day}.")
    ahead, over = _REMEDIES[found.kind]
    facts = {"name": one_line(name), **_facts(found), **ways(surface, name, found.direction, found.kind)}
    remedy = translate("expiry", over if found.has_expired else ahead)
    return Words(filled(template, facts), filled(remedy, facts))


def also_used_words(names: Sequence[str]) -> str:
    """Of the same application: where else the new one is to be entered."""
    shown, more = names[:_NAMED], len(names) - _NAMED
    told = ", ".join(one_line(name) for name in shown)
    if more > 0:
        template = translate(
            "expiry", "The application is also that of {names} and %n more: renew it there, too.", None, more
        )
    else:
        template = translate("expiry", "The application is also that of {names}: renew it there, too.")
    return filled(template, {"names": told})


_NAMED = 2


def renew_words(found: CredentialExpiring) -> str:
    """What a screen reader says of the button that only says *Renew…*."""
    return filled(translate("expiry", "Renew the {credential} on {tab}"), _facts(found))


def _facts(found: CredentialExpiring) -> dict[str, str]:
    day = day_of(found.on).isoformat()
    before = translate("expiry", "before {day}").replace("{day}", day)
    return {
        "credential": translate("expiry", _NAMES[found.kind]),
        "day": day,
        "when": _when(found.days),
        "by": before if found.days > 0 else _when(found.days),
        "tab": tab_words(found.direction),
    }


def _when(days: int) -> str:
    if days < 1:
        return translate("expiry", "today")
    if days == 1:
        return translate("expiry", "tomorrow")
    return translate("expiry", "in %n days", None, days)
