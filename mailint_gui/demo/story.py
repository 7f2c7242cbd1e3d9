"""What happens in the demo: its mailboxes, the mail that waits in them and the mail that arrives. No I/O.

People, companies and mail are invented; their domains are reserved (RFC 2606, RFC 6761).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, count, cycle, repeat

from mailint_gui.demo.letters import (
    BILLING_MAIL,
    PEOPLE,
    REQUESTS,
    SALES_MAIL,
    SUPPORT_MAIL,
    Letter,
    Request,
)

DOMAIN = "demo.example"
SUPPORT = f"support@{DOMAIN}"  # healthy, mail keeps arriving
BILLING = f"billing@{DOMAIN}"  # healthy and quiet
SALES = f"sales@{DOMAIN}"  # healthy, but the profile has a wrong password
OFFSITE = f"offsite@{DOMAIN}"  # healthy, but the profile names a port that refuses
ADMIN = f"admin@{DOMAIN}"  # monitoring mail ends here
ELSEWHERE = f"elsewhere@{DOMAIN}"  # the rest of the world: mail to all other domains ends here
MAILBOXES = (SUPPORT, BILLING, SALES, OFFSITE, ADMIN, ELSEWHERE)
FOLDERS = ("Done",)  # beside INBOX, in each mailbox

PASSWORD = "demo"  # shown to the admin, who is invited to mend Sales with it
WRONG_PASSWORD = "mistyped"  # on purpose

_WAITING = ((SUPPORT, SUPPORT_MAIL), (BILLING, BILLING_MAIL), (SALES, SALES_MAIL), (OFFSITE, SALES_MAIL[:1]))
_LIVELY = repeat(timedelta(seconds=3), 12)
_CALM = repeat(timedelta(seconds=20))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that lies in its mailbox when the demo begins, `age` old."""

    age: timedelta
    letter: Letter


@dataclass(frozen=True, slots=True)
class Arrival:
    """A letter that arrives `pause` after the one before it."""

    pause: timedelta
    letter: Letter


def backlog() -> tuple[Waiting, ...]:
    """The mail from before the demo, oldest first in each mailbox."""
    numbers = count(1)
    return tuple(
        Waiting(timedelta(hours=3 * (len(requests) - index)), letter)
        for mailbox, requests in _WAITING
        for index, letter in enumerate(_letters(mailbox, numbers, requests))
    )


def arrivals() -> Iterator[Arrival]:
    """The mail of the demo, without end: lively for half a minute, then calm. All of it goes to Support."""
    letters = _letters(SUPPORT, count(len(backlog()) + 1), cycle(REQUESTS))
    for pause, letter in zip(chain(_LIVELY, _CALM), letters, strict=False):
        yield Arrival(pause, letter)


def _letters(
    mailbox: str, numbers: Iterator[int], requests: Iterator[Request] | tuple[Request, ...]
) -> Iterator[Letter]:
    people = cycle(PEOPLE)
    previous: Letter | None = None
    for request in requests:
        if request.answers_previous and previous is not None:
            letter = Letter(next(numbers), mailbox, previous.sender, request, answers=previous)
        else:
            letter = Letter(next(numbers), mailbox, next(people), request)
        yield letter
        previous = letter
