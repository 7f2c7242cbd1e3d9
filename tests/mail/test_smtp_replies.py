"""What providers answer to SMTP commands, as they word it, becomes the problem that an admin can act on."""

import pytest

from mailint_gui.domain.problem import PUT_OFF, Fault
from mailint_gui.domain.problem import ProblemKind as Kind
from mailint_gui.mail.smtp_replies import Phase, Reply, problem_of

UNSUCCESSFUL = "5.7.139 Authentication unsuccessful"
CRITERIA = (
    "the request did not meet the criteria to be authenticated successfully. Contact your administrator."
)
DEFAULTS = "user is locked by your organization's security defaults policy. Contact your administrator."
SEND_AS = (
    "5.2.252 SendAsDenied; support@example.org not allowed to send as sales@example.org; STOREDRV.Submission"
)


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        # Exchange Online
        (
            *(
                535,
                f"{UNSUCCESSFUL}, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/x",
            ),
            Kind.PROTOCOL_DISABLED,
        ),
        (
            *(535, f"{UNSUCCESSFUL}, SmtpClientAuthentication is disabled for the Mailbox."),
            Kind.PROTOCOL_DISABLED,
        ),
        (535, f"{UNSUCCESSFUL}, {DEFAULTS}", Kind.ACCESS_POLICY_DENIED),
        (535, f"{UNSUCCESSFUL}, {CRITERIA}", Kind.ACCESS_POLICY_DENIED),
        (535, f"{UNSUCCESSFUL}, the user credentials were incorrect.", Kind.AUTHENTICATION_FAILED),
        (535, f"{UNSUCCESSFUL}, basic authentication is disabled.", Kind.LOGIN_DISABLED),
        (535, f"{UNSUCCESSFUL}, for a reason of tomorrow.", Kind.POLICY_REFUSED),
        (
            535,
            "5.7.3 Authentication unsuccessful [SN2PR00CA0018.namprd00.prod.outlook.com]",
            Kind.AUTHENTICATION_FAILED,
        ),
        (454, "4.7.0 Too many login attempts, please try again later", Kind.THROTTLED),
        (432, "4.3.2 Concurrent connections limit exceeded", Kind.THROTTLED),
        (421, "4.3.2 The maximum number of concurrent connections has exceeded a limit", Kind.THROTTLED),
        # Google
        (
            535,
            "5.7.8 Username and Password not accepted. 5.7.8 https://support.google.com",
            Kind.AUTHENTICATION_FAILED,
        ),
        (534, "5.7.9 Application-specific password required.", Kind.POLICY_REFUSED),
        (534, "5.7.14 Please log in via your web browser and then try again.", Kind.POLICY_REFUSED),
        (421, "4.7.0 Too many login attempts, please try again later.", Kind.THROTTLED),
    ],
    ids=str,
)
def test_a_refused_log_in(code: int, text: str, kind: Kind) -> None:
    problem = problem_of(Phase.AUTHENTICATE, Reply(code, text), server="smtp.example.org")
    assert (problem.kind, problem.detail) == (kind, f"{code} {text}")
    assert problem.facts == {"server": "smtp.example.org"}


@pytest.mark.parametrize(
    ("phase", "code", "text", "kind"),
    [
        (
            Phase.SENDER,
            550,
            "5.7.60 SMTP; Client does not have permissions to send as this sender",
            Kind.SENDER_REFUSED,
        ),
        (
            Phase.MESSAGE,
            550,
            "5.7.60 SMTP; Client does not have permissions to send as this sender",
            Kind.SENDER_REFUSED,
        ),
        (Phase.MESSAGE, 554, SEND_AS, Kind.SENDER_REFUSED),
        (Phase.MESSAGE, 554, "5.6.0 Corrupt message content", Kind.MESSAGE_REFUSED),
        (Phase.SENDER, 530, "5.7.57 Client not authenticated to send mail.", Kind.RELAY_DENIED),
    ],
    ids=str,
)
def test_a_refused_message(phase: Phase, code: int, text: str, kind: Kind) -> None:
    assert problem_of(phase, Reply(code, text)).kind is kind


@pytest.mark.parametrize(
    ("phase", "code", "text", "kind"),
    [
        # Before a message: it concerns them all
        (Phase.GREETING, 450, "4.3.2 not now", Kind.SERVER_BUSY),
        (Phase.HELLO, 450, "4.7.1 not now", Kind.SERVER_BUSY),
        (Phase.STARTTLS, 454, "4.7.0 TLS not available due to local problem", Kind.SERVER_BUSY),
        (Phase.AUTHENTICATE, 454, "4.7.0 Temporary authentication failure", Kind.SERVER_BUSY),
        (Phase.SENDER, 450, "4.7.1 Error: too much mail from 192.0.2.1", Kind.THROTTLED),
        (Phase.SENDER, 452, "4.3.1 Insufficient system storage", Kind.SERVER_BUSY),
        (Phase.SENDER, 450, "4.1.8 <support@example.org>: Domain not found", Kind.SERVER_BUSY),
        # Of a recipient
        (Phase.RECIPIENT, 451, "4.7.1 Greylisted", Kind.RECIPIENT_PUT_OFF),
        (Phase.RECIPIENT, 450, "Greylisted", Kind.RECIPIENT_PUT_OFF),
        (
            *(Phase.RECIPIENT, 450, "4.1.2 <x@typo.example>: Recipient address rejected: Domain not found"),
            Kind.RECIPIENT_PUT_OFF,
        ),
        (Phase.RECIPIENT, 451, "4.3.0 <x@y.example>: Temporary lookup failure", Kind.RECIPIENT_PUT_OFF),
        (Phase.RECIPIENT, 451, "4.4.1 no route to the host", Kind.RECIPIENT_PUT_OFF),
        (Phase.RECIPIENT, 452, "4.5.3 Error: too many recipients", Kind.RECIPIENT_PUT_OFF),
        # Asked for a recipient, but of all
        (Phase.RECIPIENT, 421, "4.7.0 come back later", Kind.SERVER_BUSY),
        (Phase.RECIPIENT, 450, "4.7.1 Error: too many recipients from 192.0.2.1", Kind.THROTTLED),
        (Phase.RECIPIENT, 450, "4.7.25 Client host rejected: cannot find your hostname", Kind.SERVER_BUSY),
        (Phase.RECIPIENT, 450, "4.7.1 Client host rejected: cannot find your hostname", Kind.SERVER_BUSY),
        (Phase.RECIPIENT, 450, "4.7.1 <[10.0.0.1]>: Helo command rejected: Host not found", Kind.SERVER_BUSY),
        (
            *(Phase.RECIPIENT, 450, "4.1.8 <a@b.example>: Sender address rejected: Domain not found"),
            Kind.SERVER_BUSY,
        ),
        (Phase.RECIPIENT, 454, "4.7.1 <x@y.example>: Relay access denied", Kind.SERVER_BUSY),
        # Of a message, or of the system that takes it
        (Phase.MESSAGE, 451, "4.7.1 Service unavailable - try again later", Kind.MESSAGE_PUT_OFF),
        (Phase.MESSAGE, 451, "4.6.0 cannot be converted now", Kind.MESSAGE_PUT_OFF),
        (Phase.MESSAGE, 450, "not now", Kind.MESSAGE_PUT_OFF),
        (Phase.MESSAGE, 452, "4.3.4 too big for now", Kind.MESSAGE_PUT_OFF),
        (Phase.MESSAGE, 451, "4.3.0 Error: queue file write error", Kind.SERVER_BUSY),
        (Phase.MESSAGE, 451, "4.4.2 Timeout", Kind.SERVER_BUSY),
        (Phase.MESSAGE, 452, "insufficient system storage", Kind.SERVER_BUSY),
        (Phase.MESSAGE, 421, "4.7.1 closing", Kind.SERVER_BUSY),
    ],
    ids=str,
)
def test_a_refusal_for_now_is_of_all_mail_or_of_one_alone(
    phase: Phase, code: int, text: str, kind: Kind
) -> None:
    problem = problem_of(phase, Reply(code, text))
    assert problem.kind is kind
    assert (problem.fault is Fault.MESSAGE) == (kind in PUT_OFF)
