"""The outbox: what is to be sent, as a state table."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailint_gui.domain.problem import WAITED_FOR, Problem, ProblemKind


class OutboxState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    WAITING = "waiting"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RecipientState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    REFUSED = "refused"


class OutboxAction(StrEnum):
    """What happens to an item; with its state this is the whole table."""

    CLAIM = "claim"
    ACCEPTED = "accepted"
    TRY_LATER = "try_later"
    REFUSED = "refused"
    ANSWER_LOST = "answer_lost"
    RETRY = "retry"
    CANCEL = "cancel"
    BOUNCED = "bounced"  # reports came that nobody got it
    FOUND = "found"  # the server had taken it: it keeps a copy
    ARRIVED = "arrived"  # an admin knows that it got there
    PARTLY = "partly"  # either, but the server had put some recipients off


_S, _A = OutboxState, OutboxAction
TRANSITIONS: dict[tuple[OutboxState, OutboxAction], OutboxState] = {
    (_S.QUEUED, _A.CLAIM): _S.SENDING,
    (_S.WAITING, _A.CLAIM): _S.SENDING,
    (_S.SENDING, _A.ACCEPTED): _S.SENT,
    (_S.SENDING, _A.TRY_LATER): _S.WAITING,
    (_S.SENDING, _A.REFUSED): _S.FAILED,
    (_S.SENDING, _A.ANSWER_LOST): _S.UNCERTAIN,
    (_S.WAITING, _A.RETRY): _S.QUEUED,
    (_S.FAILED, _A.RETRY): _S.QUEUED,
    (_S.UNCERTAIN, _A.FOUND): _S.SENT,
    (_S.UNCERTAIN, _A.ARRIVED): _S.SENT,
    (_S.UNCERTAIN, _A.PARTLY): _S.WAITING,
    (_S.UNCERTAIN, _A.RETRY): _S.QUEUED,
    (_S.CANCELLED, _A.RETRY): _S.QUEUED,
    (_S.QUEUED, _A.CANCEL): _S.CANCELLED,
    (_S.WAITING, _A.CANCEL): _S.CANCELLED,
    (_S.FAILED, _A.CANCEL): _S.CANCELLED,
    (_S.UNCERTAIN, _A.CANCEL): _S.CANCELLED,
    (_S.SENT, _A.BOUNCED): _S.FAILED,
    (_S.UNCERTAIN, _A.BOUNCED): _S.FAILED,
}


class NotPossibleError(Exception):
    """This action does not go with the state the item is in."""

    def __init__(self, state: OutboxState, action: OutboxAction) -> None:
        super().__init__(f"{action} is not possible while {state}")
        self.state = state
        self.action = action


def next_state(state: OutboxState, action: OutboxAction) -> OutboxState:
    """Raises NotPossibleError."""
    try:
        return TRANSITIONS[state, action]
    except KeyError:
        raise NotPossibleError(state, action) from None


class OutboxPurpose(StrEnum):
    """Why a message is sent. Mail about a failing integration never leads to mail about its own failure."""

    TYPED = "typed"
    TEST = "test"
    MONITORING = "monitoring"
    RULE = "rule"  # a rule forwards a message, or tells of it
    AUTO_REPLY = "auto_reply"  # a rule answers a message


OF_OURS = frozenset({OutboxPurpose.MONITORING, OutboxPurpose.TEST})
"""What we tell and try: whatever becomes of it is no event of its own."""


@dataclass(frozen=True, slots=True)
class OutboxRecipient:
    address: str
    state: RecipientState = RecipientState.QUEUED
    answer: str = ""


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One queued message without its bytes. ``reason`` is a problem kind or empty; ``answer`` the server's words.

    ``next_try_at`` of one that is queued: when the limit of a minute lets sending go on, where that keeps it.
    ``log_id``: of its message in the log. ``tried_from``: since when an admin has it tried again.
    ``report_delivery``: as of ``MailDraft``.
    """

    id: int
    integration_id: int
    integration: str
    purpose: OutboxPurpose
    state: OutboxState
    message_id: str
    sender: str
    subject: str
    recipients: tuple[OutboxRecipient, ...]
    attempts: int
    next_try_at: datetime | None
    reason: str
    answer: str
    created_at: datetime
    log_id: int = 0
    tried_from: datetime | None = None
    report_delivery: bool = False

    @property
    def partly_sent(self) -> bool:
        """Sent, but not to all: the server, or a report that came later, refused the others."""
        refused = any(each.state is RecipientState.REFUSED for each in self.recipients)
        return self.state is OutboxState.SENT and refused

    @property
    def unreached(self) -> tuple[OutboxRecipient, ...]:
        """Those who do not get it, unless an admin does something."""
        if self.state is OutboxState.FAILED:
            return tuple(each for each in self.recipients if each.state is not RecipientState.SENT)
        return tuple(each for each in self.recipients if each.state is RecipientState.REFUSED)

    @property
    def problem(self) -> Problem:
        """Why it waits or failed, where there is a ``reason``.

        The fact ``recipient`` names those of whom the server spoke; ``given_up`` is there once what was only
        waited for is tried no more.
        """
        kind = ProblemKind(self.reason) if self.reason in set(ProblemKind) else ProblemKind.UNKNOWN
        spoken_of = [each.address for each in self.recipients if self.answer and each.answer == self.answer]
        facts = {"sender": self.sender, "recipient": ", ".join(spoken_of)}
        if self.state is OutboxState.FAILED and kind in WAITED_FOR:
            facts["given_up"] = "yes"
        return Problem(kind, facts, self.answer)

    @property
    def put_off(self) -> bool:
        """Whether the server refused somebody for now; its words are that recipient's ``answer``."""
        return any(each.state is RecipientState.QUEUED and each.answer for each in self.recipients)


@dataclass(frozen=True, slots=True)
class OutboxFilter:
    """``states`` empty: all. ``or_partly_sent``: beside them what was sent, but not to all."""

    states: frozenset[OutboxState] = frozenset()
    or_partly_sent: bool = False
