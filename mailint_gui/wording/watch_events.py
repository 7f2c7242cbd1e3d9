"""What is said about events that no single check or send tells."""

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.events import (
    CredentialExpiring,
    LoopWasStopped,
    MessagesNotSent,
    MessagesQuarantined,
    NoMailSince,
    NoSuccessSince,
    OutboxStuck,
    WatchEvent,
)
from mailint_gui.wording.expiry import expiry_title, expiry_words
from mailint_gui.wording.not_sent import not_sent_body, not_sent_title
from mailint_gui.wording.text import filled
from mailint_gui.wording.times import full

translate = QCoreApplication.translate


def watch_title(name: str, event: WatchEvent) -> str:
    """One line."""
    match event:
        case OutboxStuck():
            template = translate("events", "{name}: mail waits in the outbox and is not sent")
        case MessagesNotSent():
            return not_sent_title(name, event)
        case MessagesQuarantined(count):
            template = translate("events", "{name}: a message is in quarantine")
            if count > 1:
                template = translate("events", "{name}: %n messages are in quarantine", None, count)
        case LoopWasStopped():
            template = translate("events", "{name}: a mail loop was stopped")
        case NoSuccessSince():
            template = translate("events", "{name}: no successful check for long")
        case NoMailSince():
            template = translate("events", "{name}: no mail for unusually long")
        case CredentialExpiring():
            return expiry_title(name, event)
    return filled(template, {"name": name})


def watch_body(name: str, event: WatchEvent) -> str:
    match event:
        case OutboxStuck(count, since):
            return _stuck(count, full(since))
        case MessagesNotSent():
            return not_sent_body(name, event)
        case MessagesQuarantined(count):
            return _quarantined(count)
        case LoopWasStopped(sender, count, minutes):
            told = translate(
                "events",
                "Automatic mail of {sender} is ignored: {count} messages in {minutes} minutes. "
                "Release it under Stopped loops when the other side is mended.",
            )
            return filled(told, {"sender": sender, "count": str(count), "minutes": str(minutes)})
        case NoSuccessSince(since):
            told = translate(
                "events",
                "The mailbox was not checked without error since {time}. Look whether checks are paused, and test "
                "the connection.",
            )
            return filled(told, {"time": full(since)})
        case NoMailSince(since):
            told = translate(
                "events",
                "Checks go well, but the last message came {time}. Send a message to this address, and see whether it "
                "arrives.",
            )
            return filled(told, {"time": full(since)})
        case CredentialExpiring():
            return str(expiry_words(name, event))


def _stuck(count: int, since: str) -> str:
    told = translate(
        "events", "One message waits since {time}. The outbox says why, and when it is tried next."
    )
    if count > 1:
        told = translate(
            "events",
            "%n messages wait, the oldest since {time}. The outbox says why, and when they are tried next.",
            None,
            count,
        )
    return filled(told, {"time": since})


def _quarantined(count: int) -> str:
    if count > 1:
        return translate(
            "events",
            "They could not be read, and are kept as they came. Look at them under Messages, and try again or "
            "discard them.",
        )
    return translate(
        "events",
        "It could not be read, and is kept as it came. Look at it under Messages, and try again or discard it.",
    )
