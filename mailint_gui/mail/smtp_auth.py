"""Logging in to an SMTP server (RFC 4954): by password with PLAIN, LOGIN or CRAM-MD5, or by access token.

Names and passwords are in UTF-8.
"""

import base64
import binascii
import hmac
from collections.abc import Callable, Collection, Iterable, Iterator

from mailint_gui.domain.integration import SaslMechanism
from mailint_gui.domain.login import Login
from mailint_gui.mail.sasl import by_token, not_offered, to_hide
from mailint_gui.mail.smtp_client import SmtpClient
from mailint_gui.mail.smtp_replies import Reply

# Inside TLS the simplest is the best; in clear, the one that does not tell the password.
_INSIDE_TLS = (SaslMechanism.PLAIN, SaslMechanism.LOGIN, SaslMechanism.CRAM_MD5)
_IN_CLEAR = (SaslMechanism.CRAM_MD5, SaslMechanism.PLAIN, SaslMechanism.LOGIN)
_CANCEL = "*"  # RFC 4954 section 4
# A response that makes AUTH longer goes on a line of its own, where 12288 octets may stand (RFC 4954 section 4).
_LONGEST_COMMAND = 512  # octets: RFC 5321 section 4.5.3.1.4


def log_in_by_password(client: SmtpClient, login: Login, wanted: SaslMechanism, is_encrypted: bool) -> Reply:
    """The server's last word, 235 being yes; should it repeat what it was told, that is blanked.

    Raises ProblemError (LOGIN_DISABLED) where nothing that it offers will do.
    """
    offered = _offered(client)
    mechanism = _chosen(wanted, offered, is_encrypted)
    if mechanism is None:
        raise not_offered(offered)
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


def log_in_by_token(client: SmtpClient, login: Login) -> Reply:
    """Likewise, with the reason why the token was refused. Raises WireError, and ProblemError (LOGIN_DISABLED)."""
    exchange = by_token(login, _offered(client))
    command = exchange.mechanism
    if len(f"AUTH {command} \r\n") + len(exchange.response) <= _LONGEST_COMMAND:
        command += f" {exchange.begin().decode()}"
    reply = client.ask("AUTH", command)
    while reply.code == 334:
        reply = client.ask(exchange.answer(reply.text).decode())
    return Reply(reply.code, _blanked(exchange.explained(reply.text), to_hide(login)))


def _offered(client: SmtpClient) -> list[str]:
    """The parameters of the AUTH extension, in capitals."""
    return client.esmtp_features.get("auth", "").upper().replace("=", " ").split()


def _chosen(wanted: SaslMechanism, offered: Collection[str], is_encrypted: bool) -> SaslMechanism | None:
    if wanted is not SaslMechanism.AUTOMATIC:
        return wanted if wanted.upper() in offered else None
    order = _INSIDE_TLS if is_encrypted else _IN_CLEAR
    return next((mechanism for mechanism in order if mechanism.upper() in offered), None)


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


def _blanked(text: str, told: Iterable[str]) -> str:
    for secret in told:
        text = text.replace(secret, "…") if secret else text
    return text
