"""Why a command was not carried out, and why a database was not opened; each with what to do."""

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.message import QuarantineReason
from mailint_gui.domain.refusal import Refusal
from mailint_gui.wording.stages import quarantine_words
from mailint_gui.wording.surface import as_argument
from mailint_gui.wording.text import QT_TRANSLATE_NOOP, filled
from mailint_gui.wording.times import minute

translate = QCoreApplication.translate
_R = Refusal

_REFUSALS: dict[Refusal, str] = {
    _R.NO_SUCH_INTEGRATION: QT_TRANSLATE_NOOP(
        "refusals", "There is no integration called “{name}”. “mailint integrations list” shows all."
    ),
    _R.NO_SUCH_MESSAGE: QT_TRANSLATE_NOOP(
        "refusals", "There is no message {id}. “mailint messages list” shows all."
    ),
    _R.FORGOTTEN: QT_TRANSLATE_NOOP(
        "refusals", "Message {id} was removed on {when}, as the account property “Keep messages” says."
    ),
    _R.NO_SUCH_OUTBOX_ITEM: QT_TRANSLATE_NOOP(
        "refusals", "There is no message {id} in the outbox. “mailint outbox list” shows all."
    ),
    _R.NO_SUCH_RECORD: QT_TRANSLATE_NOOP(
        "refusals", "There is no service record {number}. “mailint records list” shows all."
    ),
    _R.NO_SUCH_LOOP_STOP: QT_TRANSLATE_NOOP(
        "refusals", "That loop is not stopped any more: it was released before."
    ),
    _R.NO_INCIDENT: QT_TRANSLATE_NOOP("refusals", "This incident is over: it works again."),
    _R.NOBODY_TO_TELL: QT_TRANSLATE_NOOP(
        "refusals", "Nobody is named to tell. Enter recipients here, or Notification recipients in Settings."
    ),
    _R.NOTHING_SENDS: QT_TRANSLATE_NOOP(
        "refusals", "No integration can send email now. Enable outgoing email of one."
    ),
    _R.NO_SUCH_ATTACHMENT: QT_TRANSLATE_NOOP("refusals", "Message {id} has no such attachment."),
    _R.NOT_CHECKED_DISABLED: QT_TRANSLATE_NOOP(
        "refusals",
        "{name} was not checked: it is disabled. “mailint integrations enable {argument}” enables it.",
    ),
    _R.NOT_CHECKED_DISABLED_BY_ERRORS: QT_TRANSLATE_NOOP(
        "refusals",
        "{name} was not checked: errors disabled it. Mend what is wrong, then run “mailint integrations enable "
        "{argument}”.",
    ),
    _R.NOT_CHECKED_NEEDS_SIGN_IN: QT_TRANSLATE_NOOP(
        "refusals",
        "{name} was not checked: somebody has to sign in first. “mailint integrations sign-in {argument}” does it.",
    ),
    _R.NOT_CHECKED_YET: QT_TRANSLATE_NOOP(
        "refusals", "{name} was not checked yet, so there is nothing to compare. Check it first."
    ),
    _R.NUMBERED_ANEW: QT_TRANSLATE_NOOP(
        "refusals", "The server has numbered the folder of {name} anew. Check it first, then compare."
    ),
    _R.NOT_CHECKED_OFF: QT_TRANSLATE_NOOP("refusals", "{name} was not checked: it takes in no email."),
    _R.CANNOT_SEND_DISABLED: QT_TRANSLATE_NOOP(
        "refusals", "{name} cannot send: it is disabled. “mailint integrations enable {argument}” enables it."
    ),
    _R.CANNOT_SEND_DISABLED_BY_ERRORS: QT_TRANSLATE_NOOP(
        "refusals",
        "{name} cannot send: errors disabled it. Mend what is wrong, then run “mailint integrations enable "
        "{argument}”.",
    ),
    _R.CANNOT_SEND_NEEDS_SIGN_IN: QT_TRANSLATE_NOOP(
        "refusals",
        "{name} cannot send: somebody has to sign in first. “mailint integrations sign-in {argument} --outgoing” does "
        "it.",
    ),
    _R.CANNOT_SEND_OFF: QT_TRANSLATE_NOOP("refusals", "{name} cannot send: outgoing email is off."),
    _R.DIRECTION_OFF: QT_TRANSLATE_NOOP("refusals", "{name} was not tested: {direction} email is off."),
    _R.NOTHING_TO_TEST: QT_TRANSLATE_NOOP(
        "refusals", "{name} was not tested: incoming and outgoing email are both off."
    ),
    _R.TEST_FAILED: QT_TRANSLATE_NOOP("refusals", "{name} stays as it was: its test failed."),
    _R.NOBODY_SIGNS_IN: QT_TRANSLATE_NOOP(
        "refusals",
        "Nobody signs in for {name}: it logs in by itself. “mailint integrations test {argument}” says whether that "
        "works.",
    ),
    _R.SIGN_IN_OFF: QT_TRANSLATE_NOOP("refusals", "Nobody signs in for {name}: {direction} email is off."),
    _R.BROWSER_ELSEWHERE: QT_TRANSLATE_NOOP(
        "refusals",
        "Google gives access to mail only to a browser on the computer that Mailint runs on, and never by a code. "
        "Sign in for {name} there, or use a service account.",
    ),
    _R.CHECK_CANCELLED: QT_TRANSLATE_NOOP("refusals", "The check of {name} was stopped before its end."),
    _R.NOT_QUARANTINED: QT_TRANSLATE_NOOP(
        "refusals", "Message {id} is {state}; only a quarantined message can be tried again."
    ),
    _R.NOT_IGNORED: QT_TRANSLATE_NOOP(
        "refusals",
        "Message {id} is {state}; only what is ignored, already known or without a record can be filed anyway.",
    ),
    _R.CANNOT_DISCARD: QT_TRANSLATE_NOOP(
        "refusals", "Message {id} is {state}; only a quarantined message can be discarded."
    ),
    _R.NOT_READABLE: QT_TRANSLATE_NOOP(
        "refusals", "Message {id} cannot be shown. {why} Its source can still be exported."
    ),
    _R.NO_RAW_MESSAGE: QT_TRANSLATE_NOOP("refusals", "The text of message {id} is not here: it is {state}."),
    _R.RAW_DAMAGED: QT_TRANSLATE_NOOP(
        "refusals",
        "The text of message {id} is damaged in the database. “mailint doctor --verify” looks at all of them.",
    ),
    _R.ASKED_FOR: QT_TRANSLATE_NOOP(
        "refusals", "Message {id} is still on the server. The next check asks for it again."
    ),
    _R.STILL_QUARANTINED: QT_TRANSLATE_NOOP("refusals", "Message {id} could not be read this time either."),
    _R.CANNOT_RETRY: QT_TRANSLATE_NOOP("refusals", "Message {id} is {state} and cannot be sent again."),
    _R.CANNOT_CANCEL: QT_TRANSLATE_NOOP("refusals", "Message {id} is {state} and cannot be cancelled."),
    _R.CANNOT_REPLACE: QT_TRANSLATE_NOOP(
        "refusals",
        "The message of which this is an edited copy is {state} by now. To send this one beside it, copy its text into "
        "a new message.",
    ),
    _R.UNCERTAIN_MEANWHILE: QT_TRANSLATE_NOOP(
        "refusals",
        "The message of which this is an edited copy may have arrived meanwhile: the server did not say. If it has "
        "not, choose “Do not send” for it in the outbox, and send this one then; if it has, discard this one.",
    ),
    _R.NOT_UNCERTAIN: QT_TRANSLATE_NOOP(
        "refusals", "Message {id} is {state}; only of an uncertain one is it asked whether it has arrived."
    ),
    _R.NOT_SENT: QT_TRANSLATE_NOOP("refusals", "Message {id} was not sent now: it is {state}."),
    _R.BODY_NOT_TEXT: QT_TRANSLATE_NOOP(
        "refusals", "The text of the message is not UTF-8. Convert it first."
    ),
    _R.FILE_NOT_READ: QT_TRANSLATE_NOOP("refusals", "{path} could not be read: {detail}."),
    _R.FILE_NOT_WRITTEN: QT_TRANSLATE_NOOP(
        "refusals", "{path} could not be written: {detail}. Choose another folder."
    ),
    _R.OUTPUT_NOT_WRITTEN: QT_TRANSLATE_NOOP("refusals", "The output could not be written: {detail}."),
    _R.PROFILE_IN_USE: QT_TRANSLATE_NOOP(
        "refusals", "Another Mailint is using {path}. Wait until it has ended, or end it."
    ),
    _R.PROFILE_NOT_WRITABLE: QT_TRANSLATE_NOOP("refusals", "{path} cannot be used as a profile: {detail}."),
    _R.PROFILE_NO_FOLDER: QT_TRANSLATE_NOOP(
        "refusals", "{path} is not a folder, so no profile can be there. Name a folder."
    ),
    _R.OTHER_DATABASE: QT_TRANSLATE_NOOP(
        "refusals", "The running Mailint uses another database. End it first, or leave out --database."
    ),
    _R.INSTANCE_LOST: QT_TRANSLATE_NOOP(
        "refusals",
        "The running Mailint ended or stopped answering before this was done. See what was done, then try again.",
    ),
    _R.OTHER_VERSION: QT_TRANSLATE_NOOP(
        "refusals", "The running Mailint is version {theirs}, this one is {ours}. Restart the running one."
    ),
    _R.NO_DISPLAY: QT_TRANSLATE_NOOP(
        "refusals",
        "There is no display to show a window on. Use “mailint --headless” to run without one, or set DISPLAY to"
        " one that answers.",
    ),
    _R.DEMO_UNAVAILABLE: QT_TRANSLATE_NOOP(
        "refusals",
        "The demo’s mail servers could not be started ({detail}). Install the “demo” extra, then try again.",
    ),
    _R.INTERRUPTED: QT_TRANSLATE_NOOP("refusals", "Interrupted."),
    _R.BUG: QT_TRANSLATE_NOOP("refusals", "This failed by a fault of Mailint itself ({detail}). {see_log}"),
}

# By the reason's value and not by its type, which is the store's own.
_DATABASE: dict[str, str] = {
    "newer": QT_TRANSLATE_NOOP(
        "refusals",
        "The database {path} was written by a newer Mailint (revision {revision}). Update this one, then try again.",
    ),
    "corrupt": QT_TRANSLATE_NOOP(
        "refusals", "The database {path} is damaged and was left as it is. {newest_copy}"
    ),
    "network_share": QT_TRANSLATE_NOOP(
        "refusals",
        "The database {path} is on a network share, which can damage it. Choose a profile on a local disk.",
    ),
    "read_only": QT_TRANSLATE_NOOP(
        "refusals",
        "The database {path} cannot be written to. Check who may write to the file and its folder.",
    ),
    "locked": QT_TRANSLATE_NOOP(
        "refusals", "Another program keeps the database {path} locked. End that program, then try again."
    ),
    "not_openable": QT_TRANSLATE_NOOP("refusals", "The database {path} could not be opened: {detail}."),
    "needs_migration": QT_TRANSLATE_NOOP(
        "refusals", "The database {path} is of an older Mailint and has to be brought up to date first."
    ),
    "in_use": QT_TRANSLATE_NOOP(
        "refusals",
        "Another Mailint is using the database {path}, and two at once are not possible yet. End that one first.",
    ),
}


def refusal_words(refusal: Refusal, facts: Mapping[str, str]) -> str:
    """One or two sentences: what was not done, why, and what to do."""
    path = facts.get("path", "")
    see_log = filled(translate("refusals", "The details are in {path}."), facts) if path else ""
    why = quarantine_words(QuarantineReason(facts["reason"])) if "reason" in facts else ""
    argument = as_argument(facts.get("name", ""))
    when = minute(datetime.fromisoformat(facts["at"])) if "at" in facts else ""
    told = {**facts, "see_log": see_log, "why": why, "argument": argument, "when": when}
    return filled(translate("refusals", _REFUSALS[refusal]), told)


def database_words(reason: str, facts: Mapping[str, str]) -> str:
    """Why a database was not opened. ``reason``: a value of the store's ``StoreRefusal``; ``facts`` as there."""
    backup = facts.get("backup", "")
    newest_copy = (
        filled(translate("refusals", "The newest copy is {backup}."), {"backup": backup})
        if backup
        else translate("refusals", "There is no copy of it.")
    )
    return filled(translate("refusals", _DATABASE[reason]), {**facts, "newest_copy": newest_copy})
