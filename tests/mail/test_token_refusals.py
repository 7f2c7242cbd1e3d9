"""A server that refuses a token says the same as to a wrong password; it means something else."""

import pytest

from mailint_gui.domain.check import Stage
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.problem import ProblemKind as Kind
from mailint_gui.mail.diagnosis import diagnose
from mailint_gui.mail.mailbox_replies import Pop3Refusal, Refusal
from mailint_gui.mail.smtp_replies import Phase, Reply, problem_of
from mailint_gui.mail.token_refusals import ROWS, after_token
from mailint_gui.wording.problems import words

FACTS = {"server": "outlook.office365.com", "user_name": "support@example.org"}


def imap(status: str, text: str, stage: Stage = Stage.AUTHENTICATE) -> Problem:
    return diagnose(Refusal(status, text), stage, **FACTS)


def pop3(text: str) -> Problem:
    return diagnose(Pop3Refusal(text), Stage.AUTHENTICATE, **FACTS)


def smtp(code: int, text: str) -> Problem:
    return problem_of(Phase.AUTHENTICATE, Reply(code, text), **FACTS)


GOOGLE_REASON = '{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}'
SCOPE_REASON = '{"status":"insufficient_scope","scope":"mail"}'


@pytest.mark.parametrize(
    ("refused", "kind"),
    [
        (imap("NO", "AUTHENTICATE failed."), Kind.MAILBOX_NOT_ALLOWED),
        (imap("BAD", "User is authenticated but not connected.", Stage.SELECT), Kind.MAILBOX_NOT_ALLOWED),
        (imap("NO", f"[AUTHENTICATIONFAILED] Invalid credentials {GOOGLE_REASON}"), Kind.MAILBOX_NOT_ALLOWED),
        (imap("NO", "[AUTHORIZATIONFAILED] not this mailbox"), Kind.MAILBOX_NOT_ALLOWED),
        (imap("NO", f"[AUTHENTICATIONFAILED] no {SCOPE_REASON}"), Kind.SCOPE_MISSING),
        (pop3("Authentication failure: unknown user name or bad password."), Kind.MAILBOX_NOT_ALLOWED),
        (smtp(535, "5.7.3 Authentication unsuccessful"), Kind.MAILBOX_NOT_ALLOWED),
        (
            smtp(535, "5.7.139 Authentication unsuccessful, basic authentication is disabled."),
            Kind.PROTOCOL_DISABLED,
        ),
        # what says enough stays
        (imap("NO", "[ALERT] Your account is not enabled for IMAP use."), Kind.PROTOCOL_DISABLED),
        (imap("NO", "[UNAVAILABLE] later"), Kind.SERVER_BUSY),
        (imap("NO", "[ALERT] Too many simultaneous connections. (Failure)"), Kind.THROTTLED),
        (imap("NO", "no such folder", Stage.SELECT), Kind.FOLDER_MISSING),
        (
            smtp(
                535,
                "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
            ),
            Kind.PROTOCOL_DISABLED,
        ),
        (smtp(454, "4.7.0 Temporary authentication failure"), Kind.SERVER_BUSY),
    ],
    ids=str,
)
def test_a_refused_token(refused: Problem, kind: Kind) -> None:
    understood = after_token(refused)
    assert understood == Problem(kind, refused.facts, refused.detail)
    assert after_token(understood) == understood
    assert words(understood, "Support").what.startswith("Support ")


@pytest.mark.parametrize(("taken_for", "phrase", "kind"), ROWS)
def test_each_row_decides(taken_for: ProblemKind | None, phrase: str, kind: Kind) -> None:
    assert after_token(Problem(taken_for or Kind.UNKNOWN, {}, f"NO {phrase.upper()}.")).kind is kind


def test_the_mailbox_is_named() -> None:
    told = words(after_token(imap("NO", "AUTHENTICATE failed.")), "Support")
    assert (
        told.what
        == "Support has a token, but outlook.office365.com does not open support@example.org with it."
    )
