"""The catalogue for files that an application is to prove itself by, and cannot; ``source``: where it was read from."""

from mailint_gui.domain.field_error import FieldFault
from mailint_gui.domain.problem import ProblemKind
from mailint_gui.wording.text import QT_TRANSLATE_NOOP

_F = FieldFault
_CERTIFICATE, _KEY_FILE = ProblemKind.CERTIFICATE_UNUSABLE, ProblemKind.KEY_FILE_WRONG

_FLAWS: dict[FieldFault, str] = {
    _F.NO_CERTIFICATE: QT_TRANSLATE_NOOP(
        "problems", "{subject} could not log in: there is no certificate in {source}."
    ),
    _F.NO_PRIVATE_KEY: QT_TRANSLATE_NOOP(
        "problems", "{subject} could not log in: {source} holds the certificate, but not its private key."
    ),
    _F.PRIVATE_KEY_LOCKED: QT_TRANSLATE_NOOP(
        "problems", "{subject} could not log in: the private key in {source} is protected by a password."
    ),
    _F.PRIVATE_KEY_UNREADABLE: QT_TRANSLATE_NOOP(
        "problems", "{subject} could not log in: the private key in {source} cannot be read."
    ),
    _F.PRIVATE_KEY_NOT_RSA: QT_TRANSLATE_NOOP(
        "problems",
        "{subject} could not log in: the private key in {source} is not one of RSA, the only kind that {provider} "
        "takes.",
    ),
    _F.PRIVATE_KEY_OF_ANOTHER: QT_TRANSLATE_NOOP(
        "problems",
        "{subject} could not log in: the private key in {source} belongs to another certificate than the one beside "
        "it.",
    ),
    _F.NO_KEY_FILE: QT_TRANSLATE_NOOP(
        "problems", "{subject} could not log in: {source} is not the key file of a service account."
    ),
}
HOLDS_BOTH = QT_TRANSLATE_NOOP(
    "problems",
    "Choose {there} a PEM or PFX file that holds the certificate and its private key, or see to it that the place "
    "that it is read from has one.",
)
_NEW_KEY = QT_TRANSLATE_NOOP(
    "problems",
    "Create a new key of the service account at {provider} and choose its JSON file {there}, or see to it that the "
    "place that it is read from has it.",
)
_MENDED_BY: dict[tuple[ProblemKind, FieldFault], str] = {
    (_CERTIFICATE, _F.NO_CERTIFICATE): HOLDS_BOTH,
    (_CERTIFICATE, _F.NO_PRIVATE_KEY): HOLDS_BOTH,
    (_CERTIFICATE, _F.PRIVATE_KEY_LOCKED): QT_TRANSLATE_NOOP(
        "problems", "Choose the file {there}, which asks for the password once, or save it without one."
    ),
    (_CERTIFICATE, _F.PRIVATE_KEY_UNREADABLE): HOLDS_BOTH,
    (_CERTIFICATE, _F.PRIVATE_KEY_NOT_RSA): QT_TRANSLATE_NOOP(
        "problems",
        "Have a certificate made with an RSA key, add it to the application at {provider}, and choose it {there}.",
    ),
    (_CERTIFICATE, _F.PRIVATE_KEY_OF_ANOTHER): HOLDS_BOTH,
    (_KEY_FILE, _F.NO_KEY_FILE): QT_TRANSLATE_NOOP(
        "problems",
        "Choose {there} the JSON file that {provider} made for a key of the service account, or see to it that the "
        "place that it is read from has it.",
    ),
    (_KEY_FILE, _F.PRIVATE_KEY_LOCKED): _NEW_KEY,
    (_KEY_FILE, _F.PRIVATE_KEY_UNREADABLE): _NEW_KEY,
    (_KEY_FILE, _F.PRIVATE_KEY_NOT_RSA): _NEW_KEY,
}
UNUSABLE_FILES: dict[tuple[ProblemKind, str], tuple[str, str]] = {
    (kind, fault): (_FLAWS[fault], remedy) for (kind, fault), remedy in _MENDED_BY.items()
}
"""By the kind and its fact ``fault``."""
