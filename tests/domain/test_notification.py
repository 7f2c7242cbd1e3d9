from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.notification import DEFAULTS, EventKind, complete, kind_of, setting_faults
from mailint_gui.domain.notification_sample import sample_event
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.validation import FieldFault
from mailint_gui.domain.webhook import is_webhook_url, signature, webhook_place

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
WELL = DEFAULTS[EventKind.DISABLED]


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_has_a_default_and_a_sample_of_its_own(kind: EventKind) -> None:
    assert kind_of(sample_event(kind, None, AT)) is kind
    assert setting_faults(kind, complete({})[kind]) == ()


def test_what_is_wrong_is_said_at_its_place() -> None:
    kind = EventKind.DISABLED
    wrong = replace(WELL, recipients=("ann",), subject="{nam}\nBcc: x", body="{")
    assert [(each.path, each.fault) for each in setting_faults(kind, wrong)] == [
        ("disabled.recipients", FieldFault.BAD_ADDRESS),
        ("disabled.subject", FieldFault.UNKNOWN_VALUE),
        ("disabled.body", FieldFault.UNKNOWN_VALUE),
        ("disabled.subject", FieldFault.CONTROL_CHARACTERS),
    ]


@pytest.mark.parametrize(
    ("url", "host", "port", "target", "authority"),
    [
        ("https://chat.example/hook", "chat.example", 443, "/hook", "chat.example"),
        ("https://chat.example:8443?a=b", "chat.example", 8443, "/?a=b", "chat.example:8443"),
        ("http://127.0.0.1:9/x", "127.0.0.1", 9, "/x", "127.0.0.1:9"),
        ("http://[::1]/x", "::1", 80, "/x", "[::1]"),
    ],
)
def test_the_parts_of_a_webhook(url: str, host: str, port: int, target: str, authority: str) -> None:
    place = webhook_place(url)
    assert (place.host, place.port, place.target, place.authority) == (host, port, target, authority)


@pytest.mark.parametrize(
    "url",
    [
        "http://chat.example/",
        "ftp://x.example",
        "https://",
        "https://a:b@x.example/",
        "https://x y",
        "https://x:99999/",
    ],
)
def test_other_places_are_refused(url: str) -> None:
    assert not is_webhook_url(url)
    _, errors = AccountProperties().changed({"webhook_url": url})
    assert [each.fault for each in errors] == [FieldFault.UNKNOWN_VALUE]


@given(st.text())
def test_no_text_breaks_the_reading_of_a_url_or_adds_a_header(text: str) -> None:
    try:
        place = webhook_place("https://x.example/" + text)
    except ValueError:
        return
    assert not any(char in place.target + place.authority for char in " \r\n")


def test_the_signature_is_that_of_the_standard() -> None:
    """RFC 4231, test case 2."""
    assert signature("Jefe", b"what do ya want for nothing?") == (
        "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
