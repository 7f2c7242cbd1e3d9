"""What is written in mail that rules send."""

import pytest

from mailint_gui.domain.rule import ActionKind
from mailint_gui.domain.rule_mail import RuleMailFacts
from mailint_gui.wording.rule_mails import rule_mail


def told(kind: ActionKind, subject: str = "printer", record: int = 7) -> tuple[str, str]:
    return rule_mail(RuleMailFacts(kind, "Support", "to \\ “IT”", subject, "joe@example.com", record))


def test_each_says_what_it_is_about() -> None:
    assert told(ActionKind.AUTO_REPLY) == ("Re: printer", "")
    subject, body = told(ActionKind.FORWARD)
    assert subject == "Fwd: printer"
    assert body.splitlines() == [
        "The rule “to \\ “IT”” forwards the attached email, which joe@example.com sent to Support.",
        "",
        "Subject: printer",
        "Service record: 7",
    ]
    subject, body = told(ActionKind.NOTIFY, record=0)
    assert subject == "New email from joe@example.com: printer"
    assert "Service record" not in body


@pytest.mark.parametrize("kind", [ActionKind.AUTO_REPLY, ActionKind.FORWARD, ActionKind.NOTIFY])
@pytest.mark.parametrize(
    "subject", ["", "RE: again", "a\r\nBcc: eve@example.net", "x" * 5_000, "שלום \u202e"]
)
def test_any_subject_stays_one_line(kind: ActionKind, subject: str) -> None:
    written, body = told(kind, subject)
    assert written.isprintable()
    assert len(written) < 300
    assert "\r" not in body
    assert not written.startswith("Re: RE:")
