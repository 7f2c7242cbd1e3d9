"""What ``doctor`` says of each thing it looked at: that it is good, or what to do."""

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.finding import Examined, Finding, FindingKind, FindingState
from mailint_gui.wording.expiry import expiry_words
from mailint_gui.wording.refusals import database_words
from mailint_gui.wording.surface import Surface
from mailint_gui.wording.text import QT_TRANSLATE_NOOP, filled

translate = QCoreApplication.translate
_K = FindingKind

_EXAMINED: dict[Examined, str] = {
    Examined.KEYRING: QT_TRANSLATE_NOOP("doctor", "Keyring"),
    Examined.TRAY: QT_TRANSLATE_NOOP("doctor", "Tray"),
    Examined.DATABASE: QT_TRANSLATE_NOOP("doctor", "Database"),
    Examined.SQLITE: QT_TRANSLATE_NOOP("doctor", "SQLite"),
    Examined.QT: QT_TRANSLATE_NOOP("doctor", "Qt"),
    Examined.SIGN_IN: QT_TRANSLATE_NOOP("doctor", "Sign-in"),
    Examined.TLS_TRUST: QT_TRANSLATE_NOOP("doctor", "TLS trust"),
    Examined.PROXY: QT_TRANSLATE_NOOP("doctor", "Proxy"),
    Examined.CLOCK: QT_TRANSLATE_NOOP("doctor", "Clock"),
    Examined.DISK: QT_TRANSLATE_NOOP("doctor", "Disk"),
    Examined.STATUS_FILE: QT_TRANSLATE_NOOP("doctor", "Status file"),
    Examined.PARSER: QT_TRANSLATE_NOOP("doctor", "Parser"),
    Examined.REFERENCES: QT_TRANSLATE_NOOP("doctor", "References"),
    Examined.EXPIRY: QT_TRANSLATE_NOOP("doctor", "Expiry"),
}

_STATES: dict[FindingState, str] = {
    FindingState.OK: QT_TRANSLATE_NOOP("doctor", "OK"),
    FindingState.WARNING: QT_TRANSLATE_NOOP("doctor", "Warning"),
    FindingState.FAILED: QT_TRANSLATE_NOOP("doctor", "Failed"),
}

# DATABASE_REFUSED has the words of the refusal itself, EXPIRING those of what expires.
_FINDINGS: dict[FindingKind, str] = {
    _K.KEYRING_READY: QT_TRANSLATE_NOOP("doctor", "The system keyring answers."),
    _K.KEYRING_LOCKED: QT_TRANSLATE_NOOP(
        "doctor",
        "The system keyring is locked or does not answer. Unlock it, or use env: and file: references.",
    ),
    _K.KEYRING_ABSENT: QT_TRANSLATE_NOOP(
        "doctor",
        "There is no system keyring, so passwords cannot be kept. Start one, or use env: and file: references.",
    ),
    _K.KEYRING_FAILED: QT_TRANSLATE_NOOP(
        "doctor", "The system keyring reported an error. Check it, or use env: and file: references."
    ),
    _K.KEYRING_WITHOUT_KEY: QT_TRANSLATE_NOOP(
        "doctor",
        "The system keyring does not hold the key of this profile's passwords. Restore it, or enter them again.",
    ),
    _K.TRAY_THERE: QT_TRANSLATE_NOOP("doctor", "This desktop has a tray."),
    _K.TRAY_MISSING: QT_TRANSLATE_NOOP(
        "doctor",
        "This desktop has no tray; notifications are shown in the window. Add a tray to the desktop.",
    ),
    _K.NO_DISPLAY: QT_TRANSLATE_NOOP(
        "doctor", "There is no display here. Use “mailint --headless”, or start Mailint on a desktop."
    ),
    _K.DISPLAY_UNUSABLE: QT_TRANSLATE_NOOP(
        "doctor", "No window can be opened on this display. Check it, or use “mailint --headless”."
    ),
    _K.DATABASE_GOOD: QT_TRANSLATE_NOOP("doctor", "It opens and can be read."),
    _K.DATABASE_NOT_YET: QT_TRANSLATE_NOOP("doctor", "There is none yet; it is made when it is needed."),
    _K.DATABASE_FAILED: QT_TRANSLATE_NOOP("doctor", "It could not be read: {detail}."),
    _K.SQLITE_GOOD: QT_TRANSLATE_NOOP("doctor", "Version {version}."),
    _K.SQLITE_ONE_WRITER: QT_TRANSLATE_NOOP(
        "doctor",
        "Version {version}. Mailint writes to its database with one connection, as versions before {good} need;"
        " let no other program write to it.",
    ),
    _K.QT_GOOD: QT_TRANSLATE_NOOP("doctor", "Version {version}."),
    _K.QT_NOT_LOADED: QT_TRANSLATE_NOOP(
        "doctor", "Qt could not be loaded: {detail}. Install the system libraries that the README lists."
    ),
    _K.SIGN_IN_LIBRARIES: QT_TRANSLATE_NOOP("doctor", "By {libraries}."),
    _K.TLS_TRUST_GOOD: QT_TRANSLATE_NOOP("doctor", "The certificates of this system can be read."),
    _K.TLS_TRUST_FAILED: QT_TRANSLATE_NOOP(
        "doctor",
        "The certificates to trust could not be read{file}. Check the property extra_ca_file, and the system's own.",
    ),
    _K.PROXY_NOT_SET: QT_TRANSLATE_NOOP("doctor", "None is set: servers are reached directly."),
    _K.PROXY_ANSWERS: QT_TRANSLATE_NOOP("doctor", "The proxy {proxy} answers."),
    _K.PROXY_SILENT: QT_TRANSLATE_NOOP(
        "doctor",
        "The proxy {proxy} does not answer ({detail}), so no server is reached. Start it, or name another by"
        " “mailint properties set proxy=http://HOST:PORT”; “proxy=” is none.",
    ),
    _K.CLOCK_GOOD: QT_TRANSLATE_NOOP("doctor", "It is {now} here ({zone})."),
    _K.CLOCK_WRONG: QT_TRANSLATE_NOOP(
        "doctor", "The clock says {now}, which cannot be. Set it: certificates and passwords depend on it."
    ),
    _K.CLOCK_BEHIND: QT_TRANSLATE_NOOP(
        "doctor", "The clock says {now}, and yet a check was made at {last}. Set the clock."
    ),
    _K.DISK_GOOD: QT_TRANSLATE_NOOP("doctor", "{free} MB are free."),
    _K.DISK_FULL: QT_TRANSLATE_NOOP(
        "doctor", "Only {free} MB are free, so no mail is taken in. Make room on the disk of {path}."
    ),
    _K.STATUS_FILE_NOT_SET: QT_TRANSLATE_NOOP("doctor", "None is set, so none is written."),
    _K.STATUS_FILE_GOOD: QT_TRANSLATE_NOOP("doctor", "{path} can be written."),
    _K.STATUS_FILE_FAILED: QT_TRANSLATE_NOOP(
        "doctor",
        "{path} cannot be written ({detail}), so other monitors see no change. Mend that, or name another by"
        " “mailint properties set status_file=PATH”; “status_file=” is none.",
    ),
    _K.PARSER_GOOD: QT_TRANSLATE_NOOP("doctor", "The process that reads messages starts and answers."),
    _K.PARSER_FAILED: QT_TRANSLATE_NOOP(
        "doctor", "The process that reads messages did not answer: {detail}. Install Mailint anew."
    ),
    _K.REFERENCES_GOOD: QT_TRANSLATE_NOOP(
        "doctor", "What integrations log in with from variables and files is there."
    ),
    _K.VARIABLE_MISSING: QT_TRANSLATE_NOOP(
        "doctor",
        "{name} logs in with the environment variable {place}, which this process cannot read ({detail})."
        " Set it wherever Mailint is started.",
    ),
    _K.FILE_MISSING: QT_TRANSLATE_NOOP(
        "doctor",
        "{name} logs in with the file {place}, which cannot be read ({detail})."
        " Put it there, and let whoever runs Mailint read it.",
    ),
    _K.NOTHING_EXPIRES: QT_TRANSLATE_NOOP(
        "doctor",
        "As far as it is known here, nothing that integrations log in with expires within {days} days.",
    ),
}


def examined_name(examined: Examined) -> str:
    return translate("doctor", _EXAMINED[examined])


def finding_state_name(state: FindingState) -> str:
    return translate("doctor", _STATES[state])


def finding_words(finding: Finding) -> str:
    """One or two sentences: how it is, and what to do where it is not good."""
    facts = dict(finding.facts)
    if finding.kind is FindingKind.DATABASE_REFUSED:
        return database_words(facts.get("reason", ""), facts)
    if finding.kind is FindingKind.EXPIRING:
        assert finding.expiring is not None
        return str(expiry_words(facts.get("name", ""), finding.expiring, Surface.TERMINAL))
    if facts.get("ca_file"):
        facts["file"] = f" ({facts['ca_file']})"
    return filled(translate("doctor", _FINDINGS[finding.kind]), facts)
