"""What a live session depends on."""

from dataclasses import replace

import pytest

from mailint_gui.domain.integration import IncomingSettings, Integration
from mailint_gui.domain.login import Login, LoginKind
from mailint_gui.domain.secret import Secret
from mailint_gui.mail.connect import Network
from mailint_gui.services.opening import session_key

INTEGRATION = Integration(id=7, incoming=IncomingSettings(server="mail.example.org", user_name="me"))
PASSWORD = Login("me", Secret("canary"))
TOKEN = Login("me", Secret("canary"), LoginKind.ACCESS_TOKEN, identity="me at the provider")


def key(login: Login) -> tuple[object, ...]:
    return session_key(INTEGRATION, login, Network())


def test_a_session_outlives_the_access_token_that_opened_it() -> None:
    assert key(replace(TOKEN, secret=Secret("renewed"))) == key(TOKEN)


@pytest.mark.parametrize(
    "other",
    [
        replace(PASSWORD, secret=Secret("another")),
        replace(PASSWORD, user_name="you"),
        replace(TOKEN, identity="somebody else"),
        replace(TOKEN, user_name="shared"),
        replace(TOKEN, identity=""),
    ],
)
def test_another_log_in_is_another_session(other: Login) -> None:
    assert key(other) not in {key(PASSWORD), key(TOKEN)}


def test_no_secret_is_in_the_key_nor_shown() -> None:
    assert "canary" not in repr([key(PASSWORD), key(TOKEN), PASSWORD, TOKEN])
