"""What is written in mail that a rule sends."""

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.rule import ActionKind
from mailint_gui.domain.rule_mail import RuleMailFacts
from mailint_gui.wording.text import filled, one_line, without_isolates

translate = QCoreApplication.translate


def rule_mail(facts: RuleMailFacts) -> tuple[str, str]:
    """Subject and plain-text body, without what the rule itself says; an answer's body is the rule's alone."""
    subject = one_line(facts.subject)
    match facts.kind:
        case ActionKind.AUTO_REPLY:
            return subject if subject.casefold().startswith("re:") else f"Re: {subject}".strip(), ""
        case ActionKind.FORWARD:
            text = translate(
                "rule mail", "The rule {rule} forwards the attached email, which {sender} sent to {name}."
            )
            return f"Fwd: {subject}".strip(), _body(text, facts)
        case _:
            text = translate(
                "rule mail", "The rule {rule} tells you of an email that {sender} sent to {name}."
            )
            told = without_isolates(
                filled(translate("rule mail", "New email from {sender}"), {"sender": facts.sender})
            )
            return f"{told}: {subject}" if subject else told, _body(text, facts)


def _body(template: str, facts: RuleMailFacts) -> str:
    known = {"rule": f"“{one_line(facts.rule)}”", "sender": facts.sender, "name": facts.integration}
    lines = [filled(template, known), ""]
    lines.append(filled(translate("rule mail", "Subject: {subject}"), {"subject": facts.subject}))
    if facts.record:
        lines.append(
            filled(translate("rule mail", "Service record: {record}"), {"record": str(facts.record)})
        )
    return without_isolates("\n".join(lines)) + "\n"
