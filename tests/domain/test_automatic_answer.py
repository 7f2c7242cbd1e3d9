"""Whom a rule never answers."""

import pytest

from mailint_gui.domain.automatic_answer import why_not_answered
from mailint_gui.domain.filtering import Evidence, Origin, Sign
from mailint_gui.domain.trail import NotDone

OURS = frozenset({"support@ours.example"})


@pytest.mark.parametrize(
    ("sender", "why"),
    [
        ("joe@example.com", None),
        ("replyto@example.com", None),
        ("bouncer@example.com", NotDone.NO_REPLY_ADDRESS),  # too much is better than a loop
        ("requester@example.com", None),
        ("no_reply.7@example.com", NotDone.NO_REPLY_ADDRESS),
        ("notifications-noreply@example.com", NotDone.NO_REPLY_ADDRESS),
        ("DoNotReply@example.com", NotDone.NO_REPLY_ADDRESS),
        ("mailer-daemon@example.com", NotDone.NO_REPLY_ADDRESS),
        ("Postmaster@example.com", NotDone.NO_REPLY_ADDRESS),
        ("owner-list@example.com", NotDone.NO_REPLY_ADDRESS),
        ("list-request@example.com", NotDone.NO_REPLY_ADDRESS),
        ("list-bounces@example.com", NotDone.NO_REPLY_ADDRESS),
        ("SUPPORT@ours.example", NotDone.OWN_ADDRESS),
        ("", NotDone.BAD_ADDRESS),
        ("no address", NotDone.BAD_ADDRESS),
        ("a@b@c", NotDone.BAD_ADDRESS),
    ],
)
def test_by_the_address(sender: str, why: NotDone | None) -> None:
    assert why_not_answered(sender, Origin(), OURS) is why


@pytest.mark.parametrize("sign", Sign)
def test_any_sign_of_a_program_forbids_it(sign: Sign) -> None:
    origin = Origin((Evidence(sign, "X", "y"),))
    assert why_not_answered("joe@example.com", origin, OURS) is NotDone.AUTOMATIC_MAIL
