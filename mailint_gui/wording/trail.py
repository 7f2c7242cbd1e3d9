"""Where a message went, and why: each step of its filing and each reason in words."""

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.filtering import Sign
from mailint_gui.domain.rule import ActionKind
from mailint_gui.domain.trail import FilingReason, Footprint, NotDone, TrailStep
from mailint_gui.wording.fields import field_label
from mailint_gui.wording.rules import action_name
from mailint_gui.wording.text import QT_TRANSLATE_NOOP, filled

translate = QCoreApplication.translate
_S, _N = TrailStep, NotDone

_REASONS: dict[FilingReason, str] = {
    FilingReason.IGNORED_SENDER: QT_TRANSLATE_NOOP("trail", "Its sender is on the list of ignored senders."),
    FilingReason.IGNORED_SUBJECT: QT_TRANSLATE_NOOP(
        "trail", "Its subject is on the list of ignored subjects."
    ),
    FilingReason.AUTOMATIC_REPLY: QT_TRANSLATE_NOOP("trail", "A program wrote it, as an automatic reply."),
    FilingReason.OWN_MESSAGE: QT_TRANSLATE_NOOP("trail", "We sent it ourselves, and it came back."),
    FilingReason.LOOP: QT_TRANSLATE_NOOP(
        "trail", "The loop breaker stopped the automatic mail of its sender."
    ),
    FilingReason.RULE: QT_TRANSLATE_NOOP("trail", "An email rule ignores it."),
    FilingReason.DELIVERY_REPORT: QT_TRANSLATE_NOOP("trail", "It reports that mail was not delivered."),
    FilingReason.SAME_MESSAGE: QT_TRANSLATE_NOOP(
        "trail", "The same message came to another mailbox of ours."
    ),
    FilingReason.LOG_ONLY: QT_TRANSLATE_NOOP(
        "trail", "A program wrote it: it is kept in the log, without a record."
    ),
    FilingReason.DISCARDED: QT_TRANSLATE_NOOP("trail", "An admin discarded it."),
}

_STEPS: dict[TrailStep, str] = {
    _S.IGNORE_LIST: QT_TRANSLATE_NOOP("trail", "The entry “{entry}” of the ignore list fits it."),
    _S.AUTOMATIC: QT_TRANSLATE_NOOP("trail", "{sign} {quoted}"),
    _S.LOOP: QT_TRANSLATE_NOOP(
        "trail", "Automatic mail of {address} was stopped: {count} messages in {minutes} minutes."
    ),
    _S.LOOP_RELEASED: QT_TRANSLATE_NOOP("trail", "The stop of automatic mail of {address} was released."),
    _S.DELIVERY_REPORT: QT_TRANSLATE_NOOP(
        "trail", "It reports that our mail {message_id} was not delivered to {recipient}. {answered}"
    ),
    _S.SAME_MESSAGE: QT_TRANSLATE_NOOP(
        "trail", "It is the same as message {message}, which came to {integration}."
    ),
    _S.TOKEN: QT_TRANSLATE_NOOP("trail", "Its subject names record {record}."),
    _S.TOKEN_UNKNOWN: QT_TRANSLATE_NOOP("trail", "Its subject names record {record}, which is not there."),
    _S.TOKEN_FORGED: QT_TRANSLATE_NOOP(
        "trail", "Its subject names record {record}, but {sender} takes no part in it: not believed."
    ),
    _S.REFERENCE: QT_TRANSLATE_NOOP("trail", "It answers {message_id}, which is of record {record}."),
    _S.CLOSED: QT_TRANSLATE_NOOP("trail", "Record {record} was closed, and {linked} goes on from it."),
    _S.RULE_IGNORED: QT_TRANSLATE_NOOP("trail", "The rule “{rule}” ignores it."),
    _S.RECORD_OPENED: QT_TRANSLATE_NOOP("trail", "It opened record {record}."),
    _S.RECORD_JOINED: QT_TRANSLATE_NOOP("trail", "It joined record {record}."),
    _S.RECORD_SET: QT_TRANSLATE_NOOP("trail", "{field} was set to “{value}” {by_rule}."),
    _S.TAGGED: QT_TRANSLATE_NOOP("trail", "The record was tagged “{tag}” {by_rule}."),
    _S.MOVE_OWED: QT_TRANSLATE_NOOP("trail", "It is to be moved to the folder “{folder}” {by_rule}."),
    _S.ACTION_DONE: QT_TRANSLATE_NOOP("trail", "Done {by_rule}: {action} {detail}."),
    _S.ACTION_NOT_DONE: QT_TRANSLATE_NOOP("trail", "Not done {by_rule}: {action} {detail}. {why}"),
    _S.FILED_ANYWAY: QT_TRANSLATE_NOOP("trail", "{admin} had it filed anyway."),
}
_REOPENED = QT_TRANSLATE_NOOP("trail", "Record {record} was closed, and was opened again.")
_REPORT_WITHOUT_RECIPIENT = QT_TRANSLATE_NOOP("trail", "It is a delivery report about our mail {message_id}.")

_NOT_DONE: dict[NotDone, str] = {
    _N.NO_RECORD: QT_TRANSLATE_NOOP("trail", "The message has no record."),
    _N.FILED_ANYWAY: QT_TRANSLATE_NOOP("trail", "An admin decided otherwise."),
    _N.DONE_BEFORE: QT_TRANSLATE_NOOP("trail", "It was done when the message was filed before."),
    _N.ALREADY_MOVED: QT_TRANSLATE_NOOP("trail", "The message was moved already, after processing."),
    _N.ALREADY_DELETED: QT_TRANSLATE_NOOP("trail", "The message was deleted from the server already."),
    _N.NO_FOLDERS: QT_TRANSLATE_NOOP("trail", "POP3 has no folders."),
    _N.SAME_FOLDER: QT_TRANSLATE_NOOP("trail", "The message is in that folder already."),
    _N.FOLDER_REFUSED: QT_TRANSLATE_NOOP("trail", "The server does not take it into that folder."),
    _N.NO_SENDER: QT_TRANSLATE_NOOP("trail", "Neither this integration nor the default one can send."),
    _N.NO_RECIPIENT: QT_TRANSLATE_NOOP("trail", "There is nobody to send it to."),
    _N.BAD_ADDRESS: QT_TRANSLATE_NOOP("trail", "That is no address that mail can be sent to."),
    _N.TO_ITS_SENDER: QT_TRANSLATE_NOOP("trail", "Who wrote the message is not sent it again."),
    _N.AUTOMATIC_MAIL: QT_TRANSLATE_NOOP("trail", "What a program wrote is not answered."),
    _N.NO_REPLY_ADDRESS: QT_TRANSLATE_NOOP("trail", "The message has no address to answer to."),
    _N.OWN_ADDRESS: QT_TRANSLATE_NOOP("trail", "It would go to an address of ours."),
    _N.ANSWERED_LATELY: QT_TRANSLATE_NOOP("trail", "The sender had an automatic answer within a day."),
    _N.TOO_MANY_ANSWERS: QT_TRANSLATE_NOOP("trail", "The sender had too many automatic answers lately."),
    _N.TOO_LARGE: QT_TRANSLATE_NOOP("trail", "It is too large for the integration that would send it."),
}

_SIGNS: dict[Sign, str] = {
    Sign.OWN_MESSAGE: QT_TRANSLATE_NOOP("trail", "It bears the number of a mail that we sent."),
    Sign.AUTO_REPLIED: QT_TRANSLATE_NOOP("trail", "It says that it is an automatic reply."),
    Sign.AUTO_GENERATED: QT_TRANSLATE_NOOP("trail", "It says that a program made it."),
    Sign.NULL_SENDER: QT_TRANSLATE_NOOP("trail", "It names no sender to return it to."),
    Sign.BULK: QT_TRANSLATE_NOOP("trail", "It says that it was sent to very many."),
    Sign.MAILING_LIST: QT_TRANSLATE_NOOP("trail", "It came over a mailing list."),
    Sign.REPLY_UNWANTED: QT_TRANSLATE_NOOP("trail", "It asks not to be answered."),
}


def filing_reason_words(reason: FilingReason) -> str:
    """One sentence: why it is ignored, already known, or without a record."""
    return translate("trail", _REASONS[reason])


def not_done_words(why: NotDone) -> str:
    return translate("trail", _NOT_DONE[why])


def step_words(step: Footprint) -> str:
    """One step of a trail in a sentence or two, on one line."""
    facts = dict(step.facts)
    template = _STEPS[step.step]
    if step.step is TrailStep.CLOSED and facts.get("reopened"):
        template = _REOPENED
    if step.step is TrailStep.DELIVERY_REPORT and not facts.get("recipient"):
        template = _REPORT_WITHOUT_RECIPIENT
    return filled(translate("trail", template), _facts(facts))


def trail_words(steps: Iterable[Footprint]) -> tuple[str, ...]:
    return tuple(map(step_words, steps))


def _facts(facts: dict[str, str]) -> dict[str, str]:
    shown = dict(facts)
    rule, answer = facts.get("rule", ""), facts.get("answer", "")
    shown["by_rule"] = filled(translate("trail", "by the rule “{rule}”"), {"rule": rule}) if rule else ""
    shown["answered"] = filled(translate("trail", "The server said: “{answer}”."), facts) if answer else ""
    if facts.get("header"):
        shown["quoted"] = filled(translate("trail", "Its header is: “{header}: {value}”."), facts)
    if facts.get("detail"):
        shown["detail"] = f"({facts['detail']})"
    if facts.get("sign") in set(Sign):
        shown["sign"] = translate("trail", _SIGNS[Sign(facts["sign"])])
    if facts.get("why") in set(NotDone):
        shown["why"] = not_done_words(NotDone(facts["why"]))
    if facts.get("action") in set(ActionKind):
        shown["action"] = action_name(ActionKind(facts["action"]))
    if facts.get("field"):
        shown["field"] = field_label(facts["field"])
    return shown
