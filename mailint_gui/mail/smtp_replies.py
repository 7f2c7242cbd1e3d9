"""What an SMTP server's refusal means: reply codes (RFC 5321 section 4.2) and enhanced ones (RFC 3463) as a table."""

import re
from dataclasses import dataclass
from enum import StrEnum

from mailint_gui.domain.problem import Problem, ProblemKind

_ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})(?!\d)")


class Phase(StrEnum):
    """What was asked when the server refused."""

    GREETING = "greeting"
    HELLO = "hello"
    STARTTLS = "starttls"
    AUTHENTICATE = "authenticate"
    SENDER = "sender"
    RECIPIENT = "recipient"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Reply:
    """``text`` may have several lines. A ``code`` of -1 stands for an answer that is none."""

    code: int
    text: str

    @property
    def ok(self) -> bool:
        return 200 <= self.code <= 299

    @property
    def enhanced(self) -> str:
        """Such as ``5.7.1``; empty where the server gives none."""
        found = _ENHANCED.match(self.text)
        return ".".join(found.groups()) if found else ""

    def __str__(self) -> str:
        return f"{self.code} {self.text}" if self.code >= 0 else self.text


@dataclass(frozen=True, slots=True)
class _Row:
    """Matches when all that it names does: any of ``codes``, the start of the enhanced code, a word of the text."""

    kind: ProblemKind
    phase: Phase | None = None
    codes: tuple[int, ...] = ()
    enhanced: str = ""
    word: str = ""

    def matches(self, phase: Phase, reply: Reply) -> bool:
        return (
            (self.phase is None or self.phase is phase)
            and (not self.codes or reply.code in self.codes)
            and (not self.enhanced or f"{reply.enhanced}.".startswith(f"{self.enhanced}."))
            and self.word in reply.text.lower()
        )


_K, _P = ProblemKind, Phase
_FOR_NOW = (450, 451, 452, 454)
_TABLE = (
    _Row(_K.PROTOCOL_ERROR, codes=(-1,)),
    # Providers' waits: Google 4.7.28, Exchange Online 4.3.2 (432) and 5.7.708
    _Row(_K.THROTTLED, enhanced="4.7.28"),
    _Row(_K.THROTTLED, codes=(432,)),
    _Row(_K.THROTTLED, phase=_P.AUTHENTICATE, codes=(421, 454), word="too many"),
    _Row(_K.THROTTLED, codes=(421, 450, 451, 452), word="rate limit"),
    _Row(_K.THROTTLED, codes=(421, 450, 451, 452), word="concurrent connections"),
    _Row(_K.THROTTLED, codes=(450, 451), word="too much mail from"),  # Postfix, by client, as the next one
    _Row(_K.THROTTLED, codes=(450, 451), word="too many recipients from"),
    _Row(_K.SERVER_BUSY, codes=(421,)),
    # Asked for a recipient, Postfix (smtpd_delay_reject) tells of sender and client, which are those of all mail
    _Row(_K.SERVER_BUSY, enhanced="4.1.7"),
    _Row(_K.SERVER_BUSY, enhanced="4.1.8"),
    _Row(_K.SERVER_BUSY, enhanced="4.7.25"),
    _Row(_K.SERVER_BUSY, _P.RECIPIENT, _FOR_NOW, word="sender address rejected"),
    _Row(_K.SERVER_BUSY, _P.RECIPIENT, _FOR_NOW, word="client host rejected"),
    _Row(_K.SERVER_BUSY, _P.RECIPIENT, _FOR_NOW, word="helo command rejected"),
    _Row(_K.SERVER_BUSY, _P.RECIPIENT, _FOR_NOW, word="relay access denied"),
    # Once all of a message is known, RFC 3463 tells trouble of the mail system (x.3) and the network (x.4) from its own
    _Row(_K.MESSAGE_PUT_OFF, _P.MESSAGE, enhanced="4.3.4"),  # too big for the system
    _Row(_K.SERVER_BUSY, _P.MESSAGE, enhanced="4.3"),
    _Row(_K.SERVER_BUSY, _P.MESSAGE, enhanced="4.4"),
    # 5.7.139 of Exchange Online says in words only whether SMTP AUTH is off, a policy forbids, or a password is wrong:
    # https://learn.microsoft.com/en-us/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission
    _Row(_K.PROTOCOL_DISABLED, _P.AUTHENTICATE, (535,), "5.7.139", "smtpclientauthentication is disabled"),
    _Row(_K.ACCESS_POLICY_DENIED, _P.AUTHENTICATE, (535,), "5.7.139", "security defaults"),
    _Row(_K.ACCESS_POLICY_DENIED, _P.AUTHENTICATE, (535,), "5.7.139", "did not meet the criteria"),
    _Row(_K.LOGIN_DISABLED, _P.AUTHENTICATE, (535,), "5.7.139", "basic authentication is disabled"),
    _Row(_K.AUTHENTICATION_FAILED, _P.AUTHENTICATE, (535,), "5.7.139", "credentials were incorrect"),
    _Row(_K.POLICY_REFUSED, phase=_P.AUTHENTICATE, codes=(535,), enhanced="5.7.139"),
    # RFC 4954 sections 4.7.x and 6; Google: 535 5.7.8, 534 5.7.9 (app password) and 5.7.14 (log in by web browser)
    _Row(_K.AUTHENTICATION_FAILED, phase=_P.AUTHENTICATE, codes=(535,)),
    _Row(_K.POLICY_REFUSED, phase=_P.AUTHENTICATE, codes=(534,)),
    _Row(_K.LOGIN_DISABLED, phase=_P.AUTHENTICATE, codes=(500, 502, 503, 504, 530, 538)),
    _Row(_K.AUTHENTICATION_FAILED, phase=_P.AUTHENTICATE, codes=(501, 550, 553, 554)),
    _Row(_K.TLS_NOT_OFFERED, phase=_P.STARTTLS, codes=(500, 501, 502, 503, 504)),
    _Row(_K.POLICY_REFUSED, phase=_P.GREETING, codes=(550, 554)),
    # Size and room
    _Row(_K.MAILBOX_FULL, enhanced="4.2.2"),
    _Row(_K.MAILBOX_FULL, enhanced="5.2.2"),
    _Row(_K.MESSAGE_TOO_LARGE, enhanced="5.3.4"),
    _Row(_K.MESSAGE_TOO_LARGE, enhanced="5.2.3"),
    _Row(_K.MAILBOX_FULL, phase=_P.RECIPIENT, codes=(552,)),
    _Row(_K.MESSAGE_TOO_LARGE, codes=(552,)),
    _Row(_K.SERVER_BUSY, _P.MESSAGE, (452,)),  # RFC 5321 section 4.2.3: insufficient system storage
    # Who may send what to whom
    _Row(_K.RELAY_DENIED, phase=_P.SENDER, codes=(530,)),
    _Row(_K.RELAY_DENIED, phase=_P.RECIPIENT, codes=(530,)),
    _Row(_K.SENDER_REFUSED, phase=_P.SENDER, codes=(501, 550, 551, 553, 554)),
    _Row(_K.SENDER_REFUSED, enhanced="5.7.60"),  # Exchange: not allowed to send as this sender
    _Row(
        _K.SENDER_REFUSED, phase=_P.MESSAGE, word="sendasdenied"
    ),  # the same, after the message: 554 5.2.252
    _Row(_K.SENDER_REFUSED, enhanced="5.1.7"),
    _Row(_K.SENDER_REFUSED, enhanced="5.1.8"),
    _Row(_K.RELAY_DENIED, phase=_P.RECIPIENT, codes=(550, 551, 553, 554), word="relay"),
    _Row(_K.RELAY_DENIED, phase=_P.RECIPIENT, enhanced="5.7.54"),  # Exchange: unable to relay
    _Row(_K.RECIPIENT_REFUSED, phase=_P.RECIPIENT, codes=(501, 550, 551, 553, 554, 556)),
    _Row(_K.MESSAGE_REFUSED, phase=_P.MESSAGE, codes=(501, 550, 551, 553, 554)),
)
_BY_CLASS = {4: _K.SERVER_BUSY, 5: _K.PROTOCOL_ERROR}
# A recipient's is of that one alone, x.3 included: there it means the system that has the mailbox
_BY_CLASS_AND_PHASE = {
    (4, _P.RECIPIENT): _K.RECIPIENT_PUT_OFF,
    (4, _P.MESSAGE): _K.MESSAGE_PUT_OFF,
    (5, _P.SENDER): _K.SENDER_REFUSED,
    (5, _P.RECIPIENT): _K.RECIPIENT_REFUSED,
    (5, _P.MESSAGE): _K.MESSAGE_REFUSED,
}


def problem_of(phase: Phase, reply: Reply, **facts: str) -> Problem:
    """A reply that refuses, or is out of place, as a problem; its words become the detail.

    Its kind says whether it speaks for all mail to this server, or for one recipient or message alone.
    """
    for row in _TABLE:
        if row.matches(phase, reply):
            return Problem(row.kind, facts, str(reply))
    of_class = reply.code // 100
    general = _BY_CLASS.get(of_class, _K.PROTOCOL_ERROR)
    return Problem(_BY_CLASS_AND_PHASE.get((of_class, phase), general), facts, str(reply))
