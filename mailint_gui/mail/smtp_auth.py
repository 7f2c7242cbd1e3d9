"""Logging in to an SMTP server (RFC 4954) by PLAIN, LOGIN or CRAM-MD5, names and passwords in UTF-8."""

import base64
import binascii
import hmac
from collections.abc import Callable, Iterator

from mailint_gui.domain.integration import SaslMechanism
from mailint_gui.domain.login import Login
from mailint_gui.mail.smtp_client import SmtpClient
from mailint_gui.mail.smtp_replies import Reply

# Inside TLS the simplest is the best; in clear, the one that does not tell the password.
_INSIDE_TLS = (SaslMechanism.PLAIN, SaslMechanism.LOGIN, SaslMechanism.CRAM_MD5)
_IN_CLEAR = (SaslMechanism.CRAM_MD5, SaslMechanism.PLAIN, SaslMechanism.LOGIN)
_CANCEL = "*"  # RFC 4954 section 4


def choose(wanted: SaslMechanism, offered: str, is_encrypted: bool) -> SaslMechanism | None:
    """``offered``: the parameters of the server's AUTH extension. None when nothing fits."""
    names = offered.lower().replace("=", " ").split()
    if wanted is not SaslMechanism.AUTOMATIC:
        return wanted if wanted in names else None
    order = _INSIDE_TLS if is_encrypted else _IN_CLEAR
    return next((mechanism for mechanism in order if mechanism in names), None)


def log_in(client: SmtpClient, mechanism: SaslMechanism, login: Login) -> Reply:
    """The server's last word, 235 being yes; should it repeat what it was told, that is blanked."""
    password = login.secret.reveal()
    answers = _ANSWERS[mechanism](login.user_name.encode(), password.encode())
    told = [password]

    def encoded(answer: bytes) -> str:
        told.append(base64.b64encode(answer).decode())
        return told[-1]

    command = mechanism.upper()
    if mechanism is SaslMechanism.PLAIN:
        command += f" {encoded(next(answers)(b''))}"
    reply = client.ask("AUTH", command)
    while reply.code == 334:
        answer = next(answers, None)
        challenge = _decoded(reply.text)
        reply = client.ask(_CANCEL if answer is None or challenge is None else encoded(answer(challenge)))
    return Reply(reply.code, _blanked(reply.text, told))


_Answer = Callable[[bytes], bytes]


def _plain(user: bytes, secret: bytes) -> Iterator[_Answer]:
    """RFC 4616."""
    yield lambda _: b"\0" + user + b"\0" + secret


def _login(user: bytes, secret: bytes) -> Iterator[_Answer]:
    yield lambda _: user
    yield lambda _: secret


def _cram_md5(user: bytes, secret: bytes) -> Iterator[_Answer]:
    """RFC 2195."""
    yield lambda challenge: user + b" " + hmac.new(secret, challenge, "md5").hexdigest().encode()


_ANSWERS = {
    SaslMechanism.PLAIN: _plain,
    SaslMechanism.LOGIN: _login,
    SaslMechanism.CRAM_MD5: _cram_md5,
}


def _decoded(challenge: str) -> bytes | None:
    try:
        return base64.b64decode(challenge.encode("ascii", "replace"))
    except binascii.Error:
        return None


def _blanked(text: str, told: list[str]) -> str:
    for secret in told:
        text = text.replace(secret, "…") if secret else text
    return text
