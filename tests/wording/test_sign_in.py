"""What is said of a sign-in by a person."""

from datetime import UTC, datetime, timedelta

from mailint_gui.domain.oauth import SignInStatus
from mailint_gui.wording.sign_in import signed_in_words, time_left_words
from mailint_gui.wording.times import minute

NOW = datetime(2026, 11, 23, 14, 20, tzinfo=UTC)


def test_who_for_what_and_until_when() -> None:
    scopes = (
        "openid",
        "https://outlook.office365.com/SMTP.Send",
        "https://outlook.office.com/IMAP.AccessAsUser.All",
    )
    status = SignInStatus("dana@example.org", scopes, NOW, NOW, NOW + timedelta(hours=1))
    assert signed_in_words(status).splitlines() == [
        "Signed in as dana@example.org.",
        "For SMTP.Send, IMAP.AccessAsUser.All.",
        f"Token valid until {minute(NOW + timedelta(hours=1))}, then renewed by itself.",
    ]


def test_another_account_than_the_mailboxs() -> None:
    status = SignInStatus("dana@example.org", (), NOW, NOW, None)
    assert signed_in_words(status, "Dana@example.org", is_new=True) == "Signed in as dana@example.org."
    assert signed_in_words(status, "desk@example.org") == (
        "Signed in as dana@example.org, for the mailbox desk@example.org."
    )
    assert signed_in_words(status, "desk@example.org", is_new=True) == (
        "Signed in as dana@example.org; the mailbox is desk@example.org: right only if that account may open it."
    )


def test_what_is_not_known_is_not_said() -> None:
    status = SignInStatus("", (), NOW, NOW, None)
    assert signed_in_words(status) == "Signed in."


def test_time_that_is_left_never_goes_below_nothing() -> None:
    assert "14:05" in time_left_words(timedelta(minutes=14, seconds=5))
    assert "0:00" in time_left_words(timedelta(seconds=-3))
