"""What a job is doing, what a connection test does step by step, and why a message is in quarantine."""

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.check import Stage, TestStage
from mailint_gui.domain.message import QuarantineReason
from mailint_gui.wording.text import QT_TRANSLATE_NOOP, filled
from mailint_gui.wording.times import minute

translate = QCoreApplication.translate

_STAGES: dict[Stage, str] = {
    Stage.WAITING: QT_TRANSLATE_NOOP("stages", "waiting for its turn"),
    Stage.SECRET: QT_TRANSLATE_NOOP("stages", "reading the password"),
    Stage.TOKEN: QT_TRANSLATE_NOOP("stages", "asking the provider for a token"),
    Stage.SIGN_IN: QT_TRANSLATE_NOOP("stages", "waiting for the sign-in"),
    Stage.RESOLVE: QT_TRANSLATE_NOOP("stages", "looking up the server"),
    Stage.CONNECT: QT_TRANSLATE_NOOP("stages", "connecting"),
    Stage.TLS: QT_TRANSLATE_NOOP("stages", "starting encryption"),
    Stage.GREETING: QT_TRANSLATE_NOOP("stages", "waiting for the greeting"),
    Stage.AUTHENTICATE: QT_TRANSLATE_NOOP("stages", "logging in"),
    Stage.SELECT: QT_TRANSLATE_NOOP("stages", "opening the folder"),
    Stage.ACKNOWLEDGE: QT_TRANSLATE_NOOP("stages", "telling the server what was taken in"),
    Stage.SEARCH: QT_TRANSLATE_NOOP("stages", "looking for new messages"),
    Stage.FETCH: QT_TRANSLATE_NOOP("stages", "fetching messages"),
    Stage.STORE: QT_TRANSLATE_NOOP("stages", "storing messages"),
    Stage.FILE: QT_TRANSLATE_NOOP("stages", "filing messages"),
    Stage.SEND: QT_TRANSLATE_NOOP("stages", "sending"),
}


# Short enough for a column of the list.
_BRIEFLY: dict[Stage, str] = {
    Stage.WAITING: QT_TRANSLATE_NOOP("stages", "waiting"),
    Stage.SECRET: QT_TRANSLATE_NOOP("stages", "password"),
    Stage.TOKEN: QT_TRANSLATE_NOOP("stages", "token"),
    Stage.SIGN_IN: QT_TRANSLATE_NOOP("stages", "sign-in"),
    Stage.RESOLVE: QT_TRANSLATE_NOOP("stages", "look-up"),
    Stage.CONNECT: QT_TRANSLATE_NOOP("stages", "connecting"),
    Stage.TLS: QT_TRANSLATE_NOOP("stages", "encryption"),
    Stage.GREETING: QT_TRANSLATE_NOOP("stages", "greeting"),
    Stage.AUTHENTICATE: QT_TRANSLATE_NOOP("stages", "logging in"),
    Stage.SELECT: QT_TRANSLATE_NOOP("stages", "folder"),
    Stage.ACKNOWLEDGE: QT_TRANSLATE_NOOP("stages", "marking"),
    Stage.SEARCH: QT_TRANSLATE_NOOP("stages", "new mail"),
    Stage.FETCH: QT_TRANSLATE_NOOP("stages", "fetching"),
    Stage.STORE: QT_TRANSLATE_NOOP("stages", "storing"),
    Stage.FILE: QT_TRANSLATE_NOOP("stages", "filing"),
    Stage.SEND: QT_TRANSLATE_NOOP("stages", "sending"),
}


def stage_words(stage: Stage) -> str:
    return translate("stages", _STAGES[stage])


_TRACED = frozenset(Stage)


def trace_words(text: str) -> str:
    """A protocol trace, as it was recorded, with words for the stages that began."""
    return "\n".join(_trace_line_words(line) for line in text.split("\n"))


def _trace_line_words(line: str) -> str:
    before, mark, noted = line.partition(" -- ")
    known = noted in _TRACED and not before.strip(" .0123456789")
    return f"{before}{mark}{stage_words(Stage(noted))}" if known else line


def brief_stage_words(stage: Stage) -> str:
    """One or two words, at most 11 characters in English."""
    return translate("stages", _BRIEFLY[stage])


_TEST_STAGES: dict[TestStage, str] = {
    TestStage.SECRET: QT_TRANSLATE_NOOP("test", "Read the password"),
    TestStage.TOKEN: QT_TRANSLATE_NOOP("test", "Get a token"),
    TestStage.RESOLVE: QT_TRANSLATE_NOOP("test", "Look up the server"),
    TestStage.CONNECT: QT_TRANSLATE_NOOP("test", "Connect"),
    TestStage.TLS: QT_TRANSLATE_NOOP("test", "Encrypt"),
    TestStage.AUTHENTICATE: QT_TRANSLATE_NOOP("test", "Log in"),
    TestStage.FOLDER: QT_TRANSLATE_NOOP("test", "Open the folder"),
    TestStage.COUNT: QT_TRANSLATE_NOOP("test", "Count the messages"),
    TestStage.SENDER: QT_TRANSLATE_NOOP("test", "Offer the sender address"),
}


def test_stage_words(stage: TestStage) -> str:
    return translate("test", _TEST_STAGES[stage])


def token_words(facts: Mapping[str, str]) -> str:
    """A sentence on a token that was got: whose it is, what it opens, until when. ``facts`` of that step."""
    account = facts.get("account") or translate("test", "the application itself")
    if acts_for := facts.get("acts_for"):
        account = filled(
            translate("test", "the service account, acting for {mailbox}"), {"mailbox": acts_for}
        )
    scopes = ", ".join(scope_name(scope) for scope in facts.get("scopes", "").split())
    told = {
        "account": account,
        "scopes": scopes,
        "until": minute(datetime.fromisoformat(facts["valid_until"])),
    }
    if scopes:
        return filled(
            translate(
                "test", "It is of {account}, for {scopes}, valid until {until}, then renewed by itself."
            ),
            told,
        )
    return filled(translate("test", "It is of {account}, valid until {until}, then renewed by itself."), told)


def failed_as_incoming_words() -> str:
    """Of a step of outgoing email whose fault was told."""
    return translate("test", "The same, as it logs in with the token of incoming email.")


def scope_name(scope: str) -> str:
    """Without the address of the resource: ``IMAP.AccessAsUser.All``, ``mail.google.com``."""
    return scope.rstrip("/").rpartition("/")[2]


_QUARANTINE: dict[QuarantineReason, str] = {
    QuarantineReason.TOO_SLOW: QT_TRANSLATE_NOOP("quarantine", "Reading it took too long."),
    QuarantineReason.TOO_MUCH_MEMORY: QT_TRANSLATE_NOOP("quarantine", "Reading it needed too much memory."),
    QuarantineReason.PARSER_DIED: QT_TRANSLATE_NOOP(
        "quarantine", "The program that reads messages ended unexpectedly on it."
    ),
    QuarantineReason.TOO_MANY_PARTS: QT_TRANSLATE_NOOP("quarantine", "It has too many parts."),
    QuarantineReason.TOO_DEEP: QT_TRANSLATE_NOOP("quarantine", "Its parts are nested too deeply."),
    QuarantineReason.HEADERS_TOO_LARGE: QT_TRANSLATE_NOOP("quarantine", "Its headers are too large."),
    QuarantineReason.TOO_LARGE: QT_TRANSLATE_NOOP("quarantine", "It is too large to be read."),
    QuarantineReason.UNPARSABLE: QT_TRANSLATE_NOOP("quarantine", "It cannot be read as a message."),
    QuarantineReason.RAW_MISSING: QT_TRANSLATE_NOOP(
        "quarantine", "Its raw text is missing from the database."
    ),
    QuarantineReason.RAW_DAMAGED: QT_TRANSLATE_NOOP("quarantine", "Its raw text is damaged in the database."),
    QuarantineReason.NOT_FILED: QT_TRANSLATE_NOOP(
        "quarantine", "It could be read, but not filed. Its details say why."
    ),
    QuarantineReason.NOT_HANDED_OUT: QT_TRANSLATE_NOOP(
        "quarantine", "The server does not hand it out. It is still there."
    ),
}


def quarantine_words(reason: QuarantineReason) -> str:
    return translate("quarantine", _QUARANTINE[reason])
