"""What an exception of the libraries, or an answer of a server, means: tables lead to one ``ProblemKind``.

What a server says has its tables in ``mailbox_replies`` and ``smtp_replies``.
"""

import errno
import imaplib
import poplib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterable

from mailint_gui.domain.check import Stage
from mailint_gui.domain.problem import Problem, ProblemError
from mailint_gui.domain.problem import ProblemKind as Kind
from mailint_gui.mail.mailbox_replies import Bye, Nonsense, Refusal, imap_kind, pop3_kind
from mailint_gui.mail.smtp_replies import Phase, Reply, problem_of
from mailint_gui.mail.wire import WireError

KNOWN_ERRORS = (
    OSError,
    EOFError,
    imaplib.IMAP4.error,
    poplib.error_proto,
    smtplib.SMTPException,
    WireError,
    UnicodeError,
)
"""What the network and the libraries below raise; anything else is a bug of ours and stays one."""


def diagnose(error: BaseException, stage: Stage, *, hide: Iterable[str] = (), **facts: str) -> Problem:
    """The problem that ``error`` is, with ``stage`` among its facts.

    ``hide``: secrets that a server or a library may have repeated; they are blanked in the detail.
    """
    if isinstance(error, ProblemError):
        return error.problem.about(**facts)
    error = _innermost(error)
    kind = _kind(error, stage)
    return Problem(kind, {**facts, "stage": str(stage)}, _without(_detail(error), hide))


def _innermost(error: BaseException) -> BaseException:
    """imaplib and imapclient wrap what really happened (a reset socket becomes "abort", anything a LoginError)."""
    while isinstance(error, imaplib.IMAP4.error) and not isinstance(error, Refusal | Bye | Nonsense):
        inner = error.__cause__ or error.__context__
        if not isinstance(inner, OSError | EOFError | imaplib.IMAP4.error):
            break
        error = inner
    return error


def _detail(error: BaseException) -> str:
    match error:
        case smtplib.SMTPResponseException():
            return f"{error.smtp_code} {_text(error.smtp_error)}"
        case smtplib.SMTPRecipientsRefused():
            return "; ".join(f"{to}: {code} {_text(why)}" for to, (code, why) in error.recipients.items())
        case TimeoutError() if not error.args:
            return "timed out"
    return str(error) or type(error).__name__


def _text(value: bytes | str) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _without(detail: str, hide: Iterable[str]) -> str:
    for secret in hide:
        if secret:
            detail = detail.replace(secret, "…")
    return detail


# Exceptions


def _kind(error: BaseException, stage: Stage) -> Kind:
    for family, meaning in _BY_CLASS:
        if isinstance(error, family):
            return meaning if isinstance(meaning, Kind) else meaning(error, stage)
    return Kind.UNKNOWN


def _certificate(error: BaseException, _stage: Stage) -> Kind:
    return _VERIFY_CODES.get(getattr(error, "verify_code", 0), Kind.TLS_UNTRUSTED)


_VERIFY_CODES = {
    # OpenSSL: X509_V_ERR_…
    9: Kind.TLS_EXPIRED,  # not yet valid: the same clock, read from the other side
    10: Kind.TLS_EXPIRED,
    62: Kind.TLS_WRONG_HOST,
    64: Kind.TLS_WRONG_HOST,
    # Windows, by way of truststore: CERT_E_EXPIRED, CERT_E_CN_NO_MATCH
    0x800B0101: Kind.TLS_EXPIRED,
    0x800B010F: Kind.TLS_WRONG_HOST,
    # macOS, by way of truststore: errSecCertificateExpired, errSecHostNameMismatch
    -67818: Kind.TLS_EXPIRED,
    -67602: Kind.TLS_WRONG_HOST,
}

_NOT_TLS = re.compile(
    "WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_LAYER_FAILURE|HTTP_REQUEST|UNKNOWN_PROTOCOL"
)


def _tls(error: BaseException, stage: Stage) -> Kind:
    """Once the handshake is done, anything that is no TLS is a connection that is broken."""
    if stage is not Stage.TLS:
        return Kind.CONNECTION_LOST
    return Kind.TLS_NOT_OFFERED if _NOT_TLS.search(str(error)) else Kind.TLS_HANDSHAKE_FAILED


def _end_of_tls(_error: BaseException, stage: Stage) -> Kind:
    return Kind.TLS_HANDSHAKE_FAILED if stage is Stage.TLS else Kind.CONNECTION_LOST


def _resolving(error: BaseException, _stage: Stage) -> Kind:
    temporary = getattr(error, "errno", None) == socket.EAI_AGAIN
    return Kind.OFFLINE if temporary and not has_route() else Kind.RESOLVE_FAILED


def _system(error: BaseException, _stage: Stage) -> Kind:
    number = getattr(error, "errno", None)
    if number in _NO_ROUTE:
        return Kind.UNREACHABLE if has_route() else Kind.OFFLINE
    return _ERRNOS.get(number, Kind.UNKNOWN) if number is not None else Kind.UNKNOWN


_NO_ROUTE = {errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}
_ERRNOS = {
    errno.ECONNREFUSED: Kind.CONNECTION_REFUSED,
    errno.EHOSTUNREACH: Kind.UNREACHABLE,
    errno.EHOSTDOWN: Kind.UNREACHABLE,
    errno.EACCES: Kind.UNREACHABLE,  # a firewall of this computer
    errno.EPERM: Kind.UNREACHABLE,
    errno.ETIMEDOUT: Kind.TIMED_OUT,
    errno.ECONNRESET: Kind.CONNECTION_LOST,
    errno.ECONNABORTED: Kind.CONNECTION_LOST,
    errno.ENETRESET: Kind.CONNECTION_LOST,
    errno.EPIPE: Kind.CONNECTION_LOST,
    errno.ENOTCONN: Kind.CONNECTION_LOST,
    errno.ESHUTDOWN: Kind.CONNECTION_LOST,
    errno.EBADF: Kind.CONNECTION_LOST,
}


def has_route() -> bool:
    """Whether this computer has a way to the outside at all. Sends nothing: addresses of RFC 5737 and RFC 3849."""
    for family, address in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((address, 9))
        except OSError:
            continue
        return True
    return False


def _name(_error: BaseException, stage: Stage) -> Kind:
    return Kind.RESOLVE_FAILED if stage is Stage.RESOLVE else Kind.PROTOCOL_ERROR


# What never reached the wire


def _argument(_error: BaseException, stage: Stage) -> Kind:
    return _ARGUMENT_AT.get(stage, Kind.PROTOCOL_ERROR)


_ARGUMENT_AT = {  # whose value was typed, as a rule
    Stage.AUTHENTICATE: Kind.AUTHENTICATION_FAILED,
    Stage.SELECT: Kind.FOLDER_MISSING,
    Stage.ACKNOWLEDGE: Kind.FOLDER_MISSING,
}

# SMTP


def _smtp(error: BaseException, stage: Stage) -> Kind:
    assert isinstance(error, smtplib.SMTPResponseException)
    return _reply(_phase(error, stage), error.smtp_code, error.smtp_error)


def _recipients(error: BaseException, _stage: Stage) -> Kind:
    assert isinstance(error, smtplib.SMTPRecipientsRefused)
    kinds = [_reply(Phase.RECIPIENT, code, text) for code, text in error.recipients.values()]
    return kinds[0] if kinds else Kind.RECIPIENT_REFUSED


def _phase(error: BaseException, stage: Stage) -> Phase:
    for family, phase in _PHASES:
        if isinstance(error, family):
            return phase
    return Phase.AUTHENTICATE if stage is Stage.AUTHENTICATE else Phase.MESSAGE


_PHASES: tuple[tuple[type[BaseException], Phase], ...] = (
    (smtplib.SMTPAuthenticationError, Phase.AUTHENTICATE),
    (smtplib.SMTPConnectError, Phase.GREETING),
    (smtplib.SMTPHeloError, Phase.HELLO),
    (smtplib.SMTPSenderRefused, Phase.SENDER),
)


def _reply(phase: Phase, code: int, text: bytes | str) -> Kind:
    return problem_of(phase, Reply(code, _text(text))).kind


_Meaning = Kind | Callable[[BaseException, Stage], Kind]
# The first family that an error belongs to decides, so the narrow ones stand before the wide.
_BY_CLASS: tuple[tuple[type[BaseException], _Meaning], ...] = (
    (ssl.SSLCertVerificationError, _certificate),
    (ssl.SSLEOFError, _end_of_tls),
    (ssl.SSLZeroReturnError, _end_of_tls),
    (ssl.SSLSyscallError, _end_of_tls),
    (ssl.SSLWantReadError, Kind.TIMED_OUT),
    (ssl.SSLWantWriteError, Kind.TIMED_OUT),
    (TimeoutError, Kind.TIMED_OUT),
    (ssl.SSLError, _tls),
    (socket.gaierror, _resolving),
    (socket.herror, Kind.RESOLVE_FAILED),
    (smtplib.SMTPRecipientsRefused, _recipients),
    (smtplib.SMTPResponseException, _smtp),
    (smtplib.SMTPServerDisconnected, Kind.CONNECTION_LOST),
    (smtplib.SMTPNotSupportedError, Kind.PROTOCOL_ERROR),
    (smtplib.SMTPException, Kind.PROTOCOL_ERROR),
    (ConnectionRefusedError, Kind.CONNECTION_REFUSED),
    (ConnectionError, Kind.CONNECTION_LOST),
    (EOFError, Kind.CONNECTION_LOST),
    (OSError, _system),
    (imaplib.IMAP4.error, imap_kind),
    (poplib.error_proto, pop3_kind),
    (WireError, _argument),
    (UnicodeError, _name),
)
