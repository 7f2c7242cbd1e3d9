"""What is said of mail that did not get where it was to go, or of which nobody knows that."""

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.events import MessagesNotSent
from mailint_gui.domain.problem import ProblemKind
from mailint_gui.wording.problems import words
from mailint_gui.wording.text import filled, one_line

translate = QCoreApplication.translate


def not_sent_title(name: str, event: MessagesNotSent) -> str:
    """One line."""
    if _is_uncertain(event):
        template = translate("events", "{name}: it is uncertain whether a message was sent")
        if event.count > 1:
            template = translate(
                "events", "{name}: it is uncertain whether %n messages were sent", None, event.count
            )
    else:
        template = translate("events", "{name}: a message did not reach its recipient")
        if event.count > 1:
            template = translate(
                "events", "{name}: %n messages did not reach their recipients", None, event.count
            )
    return filled(template, {"name": name})


def not_sent_body(name: str, event: MessagesNotSent) -> str:
    """Which it was, why, and what to do."""
    why = words(event.problem, name, event.direction)
    then = "" if _is_uncertain(event) else _then()
    return " ".join(filter(None, (_which(event), why.what, why.remedy, then)))


def _which(event: MessagesNotSent) -> str:
    told = translate("events", "The message “{subject}” was for {to}.")
    if event.count > 1:
        told = translate("events", "The latest of them, “{subject}”, was for {to}.")
    subject = event.subject if event.subject.strip() else translate("outbox", "(no subject)")
    return filled(told, {"subject": subject, "to": one_line(", ".join(event.to))})


def _then() -> str:
    return translate("events", "It is kept in the outbox, from where it can be edited and sent again.")


def _is_uncertain(event: MessagesNotSent) -> bool:
    return event.problem.kind is ProblemKind.DELIVERY_UNCERTAIN
