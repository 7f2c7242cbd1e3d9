"""Every error of the libraries below has a kind; so has every code that servers answer with."""

import errno
import imaplib
import inspect
import smtplib
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import imapclient.exceptions
import pytest

from mailint_gui.domain.check import Stage
from mailint_gui.domain.problem import Problem, ProblemError
from mailint_gui.domain.problem import ProblemKind as Kind
from mailint_gui.mail import diagnosis
from mailint_gui.mail.diagnosis import KNOWN_ERRORS, diagnose
from mailint_gui.mail.mailbox_replies import Bye, Nonsense, Pop3Refusal, Refusal
from mailint_gui.mail.wire import WireError


def _raised_by(module: ModuleType | type) -> set[type[BaseException]]:
    return {
        value
        for name, value in inspect.getmembers(module, inspect.isclass)
        if not name.startswith("_") and issubclass(value, Exception) and not issubclass(value, Warning)
    }


LIBRARIES = (imaplib, imaplib.IMAP4, imapclient.exceptions, smtplib, ssl, socket)
CLASSES = sorted(
    {error for library in LIBRARIES for error in _raised_by(library) if error is not Exception},
    key=lambda error: f"{error.__module__}.{error.__qualname__}",
)


def _instance(kind: type[BaseException]) -> BaseException:
    if issubclass(kind, smtplib.SMTPSenderRefused):
        return kind(550, b"no", "a@example.org")
    if issubclass(kind, smtplib.SMTPRecipientsRefused):
        return kind({"a@example.org": (550, b"no")})
    if issubclass(kind, smtplib.SMTPResponseException):
        return kind(550, b"no")
    if issubclass(kind, OSError) and not issubclass(kind, TimeoutError):
        return kind(errno.ECONNRESET, "reset")
    return kind("text")


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__qualname__)
@pytest.mark.parametrize("stage", list(Stage))
def test_every_class_of_the_libraries_has_a_kind(kind: type[BaseException], stage: Stage) -> None:
    error = _instance(kind)
    assert isinstance(error, KNOWN_ERRORS)
    assert diagnose(error, stage).kind is not Kind.UNKNOWN


CERTIFICATE_CODES = {
    9: Kind.TLS_EXPIRED,
    10: Kind.TLS_EXPIRED,
    18: Kind.TLS_UNTRUSTED,
    62: Kind.TLS_WRONG_HOST,
    0x800B010F: Kind.TLS_WRONG_HOST,
    -67818: Kind.TLS_EXPIRED,
    0: Kind.TLS_UNTRUSTED,
}


@pytest.mark.parametrize(("code", "kind"), CERTIFICATE_CODES.items())
def test_certificates(code: int, kind: Kind) -> None:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    assert diagnose(error, Stage.TLS).kind is kind


@pytest.mark.parametrize(
    ("error", "stage", "kind"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, ""), Stage.CONNECT, Kind.CONNECTION_REFUSED),
        (OSError(errno.EHOSTUNREACH, ""), Stage.CONNECT, Kind.UNREACHABLE),
        (TimeoutError(), Stage.FETCH, Kind.TIMED_OUT),
        (OSError(errno.ETIMEDOUT, ""), Stage.CONNECT, Kind.TIMED_OUT),
        (ConnectionResetError(errno.ECONNRESET, ""), Stage.FETCH, Kind.CONNECTION_LOST),
        (BrokenPipeError(errno.EPIPE, ""), Stage.FETCH, Kind.CONNECTION_LOST),
        (EOFError("ended"), Stage.FETCH, Kind.CONNECTION_LOST),
        (OSError("nothing that is known"), Stage.FETCH, Kind.UNKNOWN),
        (RuntimeError("nothing that is known"), Stage.FETCH, Kind.UNKNOWN),
        (socket.gaierror(socket.EAI_NONAME, ""), Stage.RESOLVE, Kind.RESOLVE_FAILED),
        (
            ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"),
            Stage.TLS,
            Kind.TLS_NOT_OFFERED,
        ),
        (ssl.SSLError(1, "[SSL: SSLV3_ALERT] alert"), Stage.TLS, Kind.TLS_HANDSHAKE_FAILED),
        (ssl.SSLEOFError(8, "EOF"), Stage.TLS, Kind.TLS_HANDSHAKE_FAILED),
        (ssl.SSLEOFError(8, "EOF"), Stage.FETCH, Kind.CONNECTION_LOST),
        (WireError("the folder name"), Stage.SELECT, Kind.FOLDER_MISSING),
        (WireError("the user name"), Stage.AUTHENTICATE, Kind.AUTHENTICATION_FAILED),
        (Nonsense("?"), Stage.AUTHENTICATE, Kind.PROTOCOL_ERROR),
        (smtplib.SMTPAuthenticationError(535, b"5.7.8 no"), Stage.AUTHENTICATE, Kind.AUTHENTICATION_FAILED),
        (smtplib.SMTPServerDisconnected("gone"), Stage.SEND, Kind.CONNECTION_LOST),
        (smtplib.SMTPDataError(552, b"5.3.4 too big"), Stage.SEND, Kind.MESSAGE_TOO_LARGE),
        (
            smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"5.1.1 unknown")}),
            Stage.SEND,
            Kind.RECIPIENT_REFUSED,
        ),
    ],
    ids=repr,
)
def test_errors(error: BaseException, stage: Stage, kind: Kind) -> None:
    found = diagnose(error, stage, server="s", port="1")
    assert found.kind is kind
    assert found.facts == {"server": "s", "port": "1", "stage": str(stage)}
    assert found.detail


RFC_5530 = {
    "UNAVAILABLE": Kind.SERVER_BUSY,
    "AUTHENTICATIONFAILED": Kind.AUTHENTICATION_FAILED,
    "AUTHORIZATIONFAILED": Kind.POLICY_REFUSED,
    "EXPIRED": Kind.AUTHENTICATION_FAILED,
    "PRIVACYREQUIRED": Kind.LOGIN_DISABLED,
    "CONTACTADMIN": Kind.ACCOUNT_LOCKED,
    "NOPERM": Kind.POLICY_REFUSED,
    "INUSE": Kind.SERVER_BUSY,
    "EXPUNGEISSUED": Kind.SERVER_BUSY,
    "SERVERBUG": Kind.PROTOCOL_ERROR,
    "CLIENTBUG": Kind.PROTOCOL_ERROR,
    "CANNOT": Kind.FOLDER_MISSING,
    "LIMIT": Kind.THROTTLED,
    "OVERQUOTA": Kind.MAILBOX_FULL,
    "NONEXISTENT": Kind.FOLDER_MISSING,
}


@pytest.mark.parametrize(("code", "kind"), RFC_5530.items())
@pytest.mark.parametrize("stage", [Stage.AUTHENTICATE, Stage.SELECT, Stage.ACKNOWLEDGE])
def test_response_codes_decide_in_every_stage(code: str, kind: Kind, stage: Stage) -> None:
    for form in (code, code.lower()):
        found = diagnose(Refusal("NO", f"[{form}] the server's words"), stage)
        assert found.kind is kind
        assert "the server's words" in found.detail


@pytest.mark.parametrize(
    ("error", "stage", "kind"),
    [
        (Refusal("NO", "go away"), Stage.AUTHENTICATE, Kind.AUTHENTICATION_FAILED),
        (Refusal("NO", "go away"), Stage.SELECT, Kind.FOLDER_MISSING),
        (Refusal("NO", "go away"), Stage.FETCH, Kind.UNKNOWN),
        (Refusal("BAD", "what?"), Stage.FETCH, Kind.PROTOCOL_ERROR),
        (Bye("see you"), Stage.GREETING, Kind.SERVER_BUSY),
        (Bye("[UNAVAILABLE] later"), Stage.FETCH, Kind.SERVER_BUSY),
        (Bye("idle for too long"), Stage.FETCH, Kind.CONNECTION_LOST),
        # as providers say it
        (
            Refusal("NO", "[ALERT] Too many simultaneous connections. (Failure)"),
            Stage.AUTHENTICATE,
            Kind.THROTTLED,
        ),
        (Refusal("BAD", "Request is throttled. Suggested Backoff Time: 3"), Stage.SELECT, Kind.THROTTLED),
        (
            Refusal("NO", "[ALERT] Application-specific password required"),
            Stage.AUTHENTICATE,
            Kind.POLICY_REFUSED,
        ),
        (Refusal("BAD", "User is authenticated but not connected."), Stage.SELECT, Kind.SERVER_BUSY),
        (Refusal("BAD", "Command Error. 12"), Stage.AUTHENTICATE, Kind.PROTOCOL_ERROR),
        (Refusal("NO", "AUTHENTICATE failed."), Stage.AUTHENTICATE, Kind.AUTHENTICATION_FAILED),
        (
            Refusal("NO", "[AUTHENTICATIONFAILED] Invalid credentials (Failure)"),
            Stage.AUTHENTICATE,
            Kind.AUTHENTICATION_FAILED,
        ),
        (
            Refusal("NO", "[ALERT] Please log in via your web browser: https://support.google.com (Failure)"),
            Stage.AUTHENTICATE,
            Kind.POLICY_REFUSED,
        ),
        (Refusal("NO", "[ALERT] Web login required. (Failure)"), Stage.AUTHENTICATE, Kind.POLICY_REFUSED),
        (
            Refusal(
                "NO", "[ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings"
            ),
            Stage.AUTHENTICATE,
            Kind.PROTOCOL_DISABLED,
        ),
        (
            Refusal(
                "NO", "[ALERT] IMAP access is disabled for your domain. Please contact your administrator"
            ),
            Stage.AUTHENTICATE,
            Kind.PROTOCOL_DISABLED,
        ),
        (
            Pop3Refusal(
                "[SYS/PERM] Your account is not enabled for POP access. Please visit your Gmail settings"
            ),
            Stage.AUTHENTICATE,
            Kind.PROTOCOL_DISABLED,
        ),
        (Pop3Refusal("[AUTH] Web login required: https://x"), Stage.AUTHENTICATE, Kind.POLICY_REFUSED),
        (Refusal("NO", "Server Unavailable. 15"), Stage.AUTHENTICATE, Kind.SERVER_BUSY),
        (Refusal("NO", "LOGIN Temporary server error"), Stage.AUTHENTICATE, Kind.SERVER_BUSY),
        (Refusal("NO", "Too many login attempts, slow down"), Stage.AUTHENTICATE, Kind.THROTTLED),
        (Refusal("NO", "Internal error, try again later"), Stage.SELECT, Kind.SERVER_BUSY),
        (Refusal("NO", "[NONEXISTENT] no mailbox Temporary"), Stage.SELECT, Kind.FOLDER_MISSING),
        (Pop3Refusal("[AUTH] temporary@example.org: no"), Stage.AUTHENTICATE, Kind.AUTHENTICATION_FAILED),
        (Pop3Refusal("Temporary failure"), Stage.AUTHENTICATE, Kind.SERVER_BUSY),
    ],
    ids=repr,
)
def test_answers_of_imap(error: BaseException, stage: Stage, kind: Kind) -> None:
    assert diagnose(error, stage).kind is kind


def test_what_imaplib_wraps_is_looked_into() -> None:
    try:
        try:
            raise ConnectionResetError(errno.ECONNRESET, "reset by peer")
        except OSError as inner:
            raise imaplib.IMAP4.abort(f"socket error: {inner}")  # noqa: B904  imaplib does it so
    except imaplib.IMAP4.abort as error:
        wrapped = imapclient.exceptions.LoginError(str(error))
        wrapped.__context__ = error
    assert diagnose(wrapped, Stage.AUTHENTICATE).kind is Kind.CONNECTION_LOST


def test_a_problem_stays_one() -> None:
    error = ProblemError(Problem(Kind.DISK_FULL, {"server": "first"}))
    assert diagnose(error, Stage.STORE, server="second", port="1").facts == {"server": "first", "port": "1"}


def test_secrets_are_blanked() -> None:
    found = diagnose(
        Refusal("BAD", "unknown command LOGIN me hunter2"), Stage.AUTHENTICATE, hide=("hunter2", "")
    )
    assert "hunter2" not in found.detail
    assert "LOGIN me …" in found.detail


OFFLINE = """
import errno, socket
from mailint_gui.domain.check import Stage
from mailint_gui.mail.diagnosis import diagnose
print(diagnose(OSError(errno.ENETUNREACH, ""), Stage.CONNECT).kind)
print(diagnose(socket.gaierror(socket.EAI_AGAIN, ""), Stage.RESOLVE).kind)
print(diagnose(socket.gaierror(socket.EAI_NONAME, ""), Stage.RESOLVE).kind)
"""


def test_without_any_route_this_computer_is_offline() -> None:
    """In a network namespace of its own, which has none."""
    command = ["unshare", "--user", "--map-root-user", "--net", sys.executable, "-c", OFFLINE]
    root = Path(diagnosis.__file__).parents[2]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert done.stdout.split() == ["offline", "offline", "resolve_failed"], done.stderr
