"""What is wrong with a field, as data; the words are in ``wording``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class FieldFault(StrEnum):
    """Why a field is refused; the words are in ``wording``."""

    REQUIRED = "required"
    TOO_LONG = "too_long"
    CONTROL_CHARACTERS = "control_characters"
    BAD_ADDRESS = "bad_address"
    BAD_HOST = "bad_host"
    BAD_URL = "bad_url"
    NO_GUID = "no_guid"
    NO_TENANT = "no_tenant"
    NO_CERTIFICATE = "no_certificate"
    NO_PRIVATE_KEY = "no_private_key"
    PRIVATE_KEY_LOCKED = "private_key_locked"
    PRIVATE_KEY_UNREADABLE = "private_key_unreadable"
    PRIVATE_KEY_NOT_RSA = "private_key_not_rsa"
    PRIVATE_KEY_OF_ANOTHER = "private_key_of_another"
    NO_KEY_FILE = "no_key_file"
    OTHER_CREDENTIAL = "other_credential"
    SECRET_OR_CERTIFICATE = "secret_or_certificate"
    BAD_DATE = "bad_date"
    BAD_SCOPE = "bad_scope"
    OUT_OF_RANGE = "out_of_range"
    NOT_UNIQUE = "not_unique"
    INSECURE_NEEDS_CONSENT = "insecure_needs_consent"
    TWO_DEFAULTS = "two_defaults"
    UNKNOWN_KEY = "unknown_key"
    OTHER_AUTHENTICATION = "other_authentication"
    OTHER_SIGN_IN = "other_sign_in"
    UNKNOWN_VALUE = "unknown_value"
    WRONG_TYPE = "wrong_type"
    BAD_DURATION = "bad_duration"
    BAD_REFERENCE = "bad_reference"
    SAME_AS_FOLDER = "same_as_folder"
    MECHANISM_WITHOUT_PASSWORD = "mechanism_without_password"
    NOTHING_INCOMING = "nothing_incoming"
    BELOW_NOTIFY = "below_notify"
    NOT_SUPPORTED_YET = "not_supported_yet"
    UNREADABLE = "unreadable"
    UNWRITABLE = "unwritable"
    NO_FOLDER = "no_folder"
    UNSTORABLE_CHARACTER = "unstorable_character"
    UNKNOWN_INTEGRATION = "unknown_integration"
    EMPTY_GROUP = "empty_group"
    TOO_MANY = "too_many"
    TOO_DEEP = "too_deep"
    BAD_PATTERN = "bad_pattern"
    PATTERN_TOO_LARGE = "pattern_too_large"
    PATTERNS_UNAVAILABLE = "patterns_unavailable"
    CANNOT_SEND = "cannot_send"
    FILE_VANISHED = "file_vanished"
    FILE_CHANGED = "file_changed"
    FILE_UNREADABLE = "file_unreadable"
    MESSAGE_TOO_LARGE = "message_too_large"


@dataclass(frozen=True, slots=True)
class FieldError:
    """``path`` is dotted as in the import file: ``name``, ``incoming.port``, ``outgoing.address``."""

    path: str
    fault: FieldFault
    facts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    def __reduce__(self) -> tuple[type["FieldError"], tuple[str, FieldFault, dict[str, str]]]:
        return FieldError, (self.path, self.fault, dict(self.facts))


class ValidationError(Exception):
    """Nothing was stored; ``errors`` lists every fault. ``subject`` names the integration where there are several."""

    def __init__(self, errors: Iterable[FieldError], subject: str = "") -> None:
        self.errors = tuple(errors)
        self.subject = subject
        super().__init__("; ".join(f"{error.path}: {error.fault}" for error in self.errors))
