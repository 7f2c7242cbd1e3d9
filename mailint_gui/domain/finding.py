"""What ``doctor`` found out about this computer and this profile."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from mailint_gui.domain.events import CredentialExpiring


class Examined(StrEnum):
    """What is looked at, in this order. The values are part of the command line's contract."""

    KEYRING = "keyring"
    TRAY = "tray"
    DATABASE = "database"
    SQLITE = "sqlite"
    QT = "qt"
    SIGN_IN = "sign_in"
    TLS_TRUST = "tls_trust"
    PROXY = "proxy"
    CLOCK = "clock"
    DISK = "disk"
    STATUS_FILE = "status_file"
    PARSER = "parser"
    REFERENCES = "references"
    EXPIRY = "expiry"


class FindingState(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


class FindingKind(StrEnum):
    """What was found; the state and the words follow from it."""

    KEYRING_READY = "keyring_ready"
    KEYRING_LOCKED = "keyring_locked"
    KEYRING_ABSENT = "keyring_absent"
    KEYRING_FAILED = "keyring_failed"
    KEYRING_WITHOUT_KEY = "keyring_without_key"
    TRAY_THERE = "tray_there"
    TRAY_MISSING = "tray_missing"
    NO_DISPLAY = "no_display"
    DISPLAY_UNUSABLE = "display_unusable"
    DATABASE_GOOD = "database_good"
    DATABASE_NOT_YET = "database_not_yet"
    DATABASE_REFUSED = "database_refused"
    DATABASE_FAILED = "database_failed"
    SQLITE_GOOD = "sqlite_good"
    SQLITE_ONE_WRITER = "sqlite_one_writer"
    QT_GOOD = "qt_good"
    QT_NOT_LOADED = "qt_not_loaded"
    SIGN_IN_LIBRARIES = "sign_in_libraries"
    TLS_TRUST_GOOD = "tls_trust_good"
    TLS_TRUST_FAILED = "tls_trust_failed"
    PROXY_NOT_SET = "proxy_not_set"
    PROXY_ANSWERS = "proxy_answers"
    PROXY_SILENT = "proxy_silent"
    CLOCK_GOOD = "clock_good"
    CLOCK_WRONG = "clock_wrong"
    CLOCK_BEHIND = "clock_behind"
    DISK_GOOD = "disk_good"
    DISK_FULL = "disk_full"
    STATUS_FILE_NOT_SET = "status_file_not_set"
    STATUS_FILE_GOOD = "status_file_good"
    STATUS_FILE_FAILED = "status_file_failed"
    PARSER_GOOD = "parser_good"
    PARSER_FAILED = "parser_failed"
    REFERENCES_GOOD = "references_good"
    VARIABLE_MISSING = "variable_missing"
    FILE_MISSING = "file_missing"
    NOTHING_EXPIRES = "nothing_expires"
    EXPIRING = "expiring"


_K, _S = FindingKind, FindingState
STATES: Mapping[FindingKind, FindingState] = MappingProxyType(
    {
        _K.KEYRING_READY: _S.OK,
        _K.KEYRING_LOCKED: _S.WARNING,
        _K.KEYRING_ABSENT: _S.WARNING,
        _K.KEYRING_FAILED: _S.WARNING,
        _K.KEYRING_WITHOUT_KEY: _S.FAILED,
        _K.TRAY_THERE: _S.OK,
        _K.TRAY_MISSING: _S.WARNING,
        _K.NO_DISPLAY: _S.WARNING,
        _K.DISPLAY_UNUSABLE: _S.WARNING,
        _K.DATABASE_GOOD: _S.OK,
        _K.DATABASE_NOT_YET: _S.OK,
        _K.DATABASE_REFUSED: _S.FAILED,
        _K.DATABASE_FAILED: _S.FAILED,
        _K.SQLITE_GOOD: _S.OK,
        _K.SQLITE_ONE_WRITER: _S.OK,
        _K.QT_GOOD: _S.OK,
        _K.QT_NOT_LOADED: _S.FAILED,
        _K.SIGN_IN_LIBRARIES: _S.OK,
        _K.TLS_TRUST_GOOD: _S.OK,
        _K.TLS_TRUST_FAILED: _S.FAILED,
        _K.PROXY_NOT_SET: _S.OK,
        _K.PROXY_ANSWERS: _S.OK,
        _K.PROXY_SILENT: _S.WARNING,
        _K.CLOCK_GOOD: _S.OK,
        _K.CLOCK_WRONG: _S.FAILED,
        _K.CLOCK_BEHIND: _S.WARNING,
        _K.DISK_GOOD: _S.OK,
        _K.DISK_FULL: _S.FAILED,
        _K.STATUS_FILE_NOT_SET: _S.OK,
        _K.STATUS_FILE_GOOD: _S.OK,
        _K.STATUS_FILE_FAILED: _S.WARNING,
        _K.PARSER_GOOD: _S.OK,
        _K.PARSER_FAILED: _S.FAILED,
        _K.REFERENCES_GOOD: _S.OK,
        _K.VARIABLE_MISSING: _S.WARNING,
        _K.FILE_MISSING: _S.WARNING,
        _K.NOTHING_EXPIRES: _S.OK,
        _K.EXPIRING: _S.WARNING,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """``facts`` fill the words. ``reason`` among them: why a database was not opened. ``expiring``: of ``name``."""

    examined: Examined
    kind: FindingKind
    facts: Mapping[str, str] = field(default_factory=dict)
    expiring: CredentialExpiring | None = None

    @property
    def state(self) -> FindingState:
        return STATES[self.kind]
