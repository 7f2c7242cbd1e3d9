"""RFC 3461's parameters, as its sections 4 and 10 write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.mail.smtp_dsn import recipient_parameters, sender_parameters, xtext


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ("QQ314159", "QQ314159"),
        ("a+b=c d", "a+2Bb+3Dc+20d"),
        ("ü", "+C3+BC"),
        ("x\r\ny", "x+0D+0Ay"),
        ("", ""),
    ],
)
def test_xtext(value: str, encoded: str) -> None:
    assert xtext(value) == encoded


@given(st.text())
def test_no_value_ends_its_parameter(value: str) -> None:
    assert all(33 <= ord(char) <= 126 and char != "=" for char in xtext(value))


def test_what_is_asked_for() -> None:
    assert sender_parameters("1@x") == ("RET=HDRS", "ENVID=1@x")
    assert sender_parameters("1" * 101) == ("RET=HDRS",)
    assert recipient_parameters("ann+desk@x.example") == (
        "NOTIFY=SUCCESS,DELAY,FAILURE",
        "ORCPT=rfc822;ann+2Bdesk@x.example",
    )
    assert recipient_parameters("jürgen@x.example") == ("NOTIFY=SUCCESS,DELAY,FAILURE",)
