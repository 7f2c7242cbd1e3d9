"""SASL (RFC 4422) by mechanisms whose client says all in one response: PLAIN, and those of OAuth 2.0 access tokens.

The same for IMAP (RFC 9051 section 6.2.2), POP3 (RFC 5034) and SMTP (RFC 4954). OAUTHBEARER is RFC 7628; XOAUTH2 is
https://developers.google.com/gmail/imap/xoauth2-protocol and, of Microsoft,
https://learn.microsoft.com/en-us/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
"""

import base64
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from mailint_gui.domain.check import Stage
from mailint_gui.domain.login import Login, LoginKind
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.mail.wire import checked, checked_field

_CANCEL = b"*"
_SHORTEST = 12  # characters: what is shorter stands in text that has nothing to do with the secret
_MOST_OF_A_REASON = 500  # characters


@dataclass(frozen=True, slots=True)
class _Bearer:
    """``form`` of the response; ``after_reason`` lets the server go on once it has said why it refuses (base64)."""

    name: str
    form: str
    after_reason: bytes

    def response(self, login: Login) -> str:
        user_name = login.user_name
        if self is _OAUTHBEARER:  # a saslname: RFC 5801 section 4
            user_name = user_name.replace("=", "=3D").replace(",", "=2C")
        return self.form.format(user_name=user_name, token=login.secret.reveal())


# In the order of choice: XOAUTH2 is what the two providers write about, and test.
_XOAUTH2 = _Bearer("XOAUTH2", "user={user_name}\x01auth=Bearer {token}\x01\x01", b"")
_OAUTHBEARER = _Bearer("OAUTHBEARER", "n,a={user_name},\x01auth=Bearer {token}\x01\x01", b"AQ==")
_BEARERS = (_XOAUTH2, _OAUTHBEARER)


class Exchange:
    """One log-in by one ``mechanism``, as seen by the client. All that goes over the line is in base64."""

    def __init__(self, mechanism: str, response: str, after_reason: bytes = _CANCEL) -> None:
        self.mechanism = mechanism
        self.response = base64.b64encode(response.encode())
        self._after_reason = after_reason
        self._answers = self._told()
        self._reason = ""

    def begin(self) -> bytes:
        """The response, for where it goes along with the command."""
        return next(self._answers)

    def answer(self, challenge: str) -> bytes:
        """What a line that goes on (``+``, 334) is to be answered with, without the line's end.

        The first asks for the response if that has not been sent; the next says why the server is going to refuse.
        """
        answer = next(self._answers)
        if answer is not self.response and not self._reason:
            self._reason = _readable(challenge)
        return answer

    def explained(self, words: str) -> str:
        """The server's ``words`` of refusal, with the reason that it gave before."""
        return f"{words} {self._reason}".strip()

    def _told(self) -> Iterator[bytes]:
        yield self.response
        yield self._after_reason
        while True:
            yield _CANCEL


def by_plain(login: Login) -> Exchange:
    """RFC 4616. Raises WireError."""
    checked(login.user_name, "the user name")
    checked(login.secret.reveal(), "the password")
    return Exchange("PLAIN", _plain(login))


def by_token(login: Login, offered: Collection[str]) -> Exchange:
    """With the first of our mechanisms that is in ``offered`` (names in capitals).

    Raises WireError, and ProblemError (LOGIN_DISABLED) when none is.
    """
    bearer = next((each for each in _BEARERS if each.name in offered), None)
    if bearer is None:
        raise not_offered(offered)
    checked_field(login.user_name, "the user name")
    checked_field(login.secret.reveal(), "the access token")
    return Exchange(bearer.name, bearer.response(login), bearer.after_reason)


def not_offered(offered: Collection[str]) -> ProblemError:
    """For a log-in that none of the ``offered`` mechanisms can make."""
    detail = f"for logging in the server offers: {' '.join(offered) or 'nothing'}"
    return ProblemError(Problem(ProblemKind.LOGIN_DISABLED, {"stage": Stage.AUTHENTICATE}, detail))


def to_hide(login: Login) -> tuple[str, ...]:
    """What is to be blanked where a server may repeat what it was told: the secret, and it as SASL sends it."""
    is_token = login.kind is LoginKind.ACCESS_TOKEN
    responses = [each.response(login) for each in _BEARERS] if is_token else [_plain(login)]
    whole = (base64.b64encode(each.encode()).decode() for each in responses)
    secret = login.secret.reveal()
    return (secret, *whole, *_within_base64(secret))


def _plain(login: Login) -> str:
    return f"\0{login.user_name}\0{login.secret.reveal()}"


def _within_base64(secret: str) -> Iterator[str]:
    """As it stands amid other text in base64, but for the characters that it shares with its neighbours."""
    data = secret.encode()
    for skipped in range(3):
        inner = data[skipped : len(data) - (len(data) - skipped) % 3]
        text = base64.b64encode(inner).decode()
        if len(text) >= _SHORTEST:
            yield text


def _readable(challenge: str) -> str:
    """Of JSON as a rule: RFC 7628 section 3.2.2. Untrusted, like any words of a server."""
    try:
        text = base64.b64decode(challenge, validate=True).decode("utf-8", "replace")
    except ValueError:  # no base64, or not even ASCII
        text = challenge
    return " ".join(text.split())[:_MOST_OF_A_REASON]
