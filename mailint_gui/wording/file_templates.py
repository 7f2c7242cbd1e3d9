"""The catalogue for files that an application is to prove itself by, and cannot; ``source``: where it was read from."""

from mailint_gui.domain.field_error import FieldFault
from mailint_gui.domain.problem import ProblemKind
from mailint_gui.wording.text import QT_TRANSLATE_NOOP

_K = ProblemKind

HOLDS_BOTH = QT_TRANSLATE_NOOP(
    "problems",
    "Choose on {tab} a PEM or PFX file that holds the certificate and its private key, or see to it that the place "
    "that it is read from has one.",
)
_NEW_KEY = QT_TRANSLATE_NOOP(
    "problems",
    "Create a new key of the service account at {provider} and choose its JSON file on {tab}, or see to it that the "
    "place that it is read from has it.",
)
UNUSABLE_FILES: dict[tuple[ProblemKind, str], tuple[str, str]] = {
    (_K.CERTIFICATE_UNUSABLE, FieldFault.NO_CERTIFICATE): (
        QT_TRANSLATE_NOOP("problems", "{subject} could not log in: there is no certificate in {source}."),
        HOLDS_BOTH,
    ),
    (_K.CERTIFICATE_UNUSABLE, FieldFault.NO_PRIVATE_KEY): (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: {source} holds the certificate, but not its private key.",
        ),
        HOLDS_BOTH,
    ),
    (_K.CERTIFICATE_UNUSABLE, FieldFault.PRIVATE_KEY_LOCKED): (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not log in: the private key in {source} is protected by a password."
        ),
        QT_TRANSLATE_NOOP(
            "problems", "Choose the file on {tab}, which asks for the password once, or save it without one."
        ),
    ),
    (_K.CERTIFICATE_UNUSABLE, FieldFault.PRIVATE_KEY_UNREADABLE): (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not log in: the private key in {source} cannot be read."
        ),
        HOLDS_BOTH,
    ),
    (_K.CERTIFICATE_UNUSABLE, FieldFault.PRIVATE_KEY_NOT_RSA): (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: the private key in {source} is not one of RSA, the only kind that {provider} "
            "takes.",
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Have a certificate made with an RSA key, add it to the application at {provider}, and choose it on {tab}.",
        ),
    ),
    (_K.CERTIFICATE_UNUSABLE, FieldFault.PRIVATE_KEY_OF_ANOTHER): (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: the private key in {source} belongs to another certificate than the one "
            "beside it.",
        ),
        HOLDS_BOTH,
    ),
    (_K.KEY_FILE_WRONG, FieldFault.NO_KEY_FILE): (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not log in: {source} is not the key file of a service account."
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Choose on {tab} the JSON file that {provider} made for a key of the service account, or see to it that "
            "the place that it is read from has it.",
        ),
    ),
    (_K.KEY_FILE_WRONG, FieldFault.PRIVATE_KEY_LOCKED): (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not log in: the private key in {source} is protected by a password."
        ),
        _NEW_KEY,
    ),
    (_K.KEY_FILE_WRONG, FieldFault.PRIVATE_KEY_UNREADABLE): (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not log in: the private key in {source} cannot be read."
        ),
        _NEW_KEY,
    ),
    (_K.KEY_FILE_WRONG, FieldFault.PRIVATE_KEY_NOT_RSA): (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: the private key in {source} is not one of RSA, the only kind that {provider} "
            "takes.",
        ),
        _NEW_KEY,
    ),
}
"""What is wrong with a file that an application proves itself by, by the fact ``fault``."""
