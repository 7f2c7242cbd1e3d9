"""Recipients as people type and paste them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.address import is_address
from mailint_gui.domain.draft import MailDraft
from mailint_gui.domain.typed_recipients import MAX_RECIPIENTS, recipient_errors, typed_recipients
from mailint_gui.domain.validation import FieldFault


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        (" , ;\n", ()),
        ("ann@example.org", ("ann@example.org",)),
        ("a@x.example;b@x.example\r\nc@x.example,", ("a@x.example", "b@x.example", "c@x.example")),
        ("Ann Example <ann@example.org>, ann@example.org", ("ann@example.org",)),
        ('"Example, Ann" < ann@example.org >, bob@example.org', ("ann@example.org", "bob@example.org")),
        ("Ann <>", ("",)),
        ('"never closed, ann@example.org', ('"never closed', "ann@example.org")),
    ],
)  # fmt: skip
def test_entries(text: str, found: tuple[str, ...]) -> None:
    assert typed_recipients(text) == found


def test_faults_stand_at_their_entry() -> None:
    draft = MailDraft(to="ann@example.org, bob", blind_copies="Ann <>")
    assert [(each.path, each.fault) for each in recipient_errors(draft)] == [
        ("to[2]", FieldFault.BAD_ADDRESS),
        ("blind_copies[1]", FieldFault.BAD_ADDRESS),
    ]
    [none] = recipient_errors(MailDraft(to=" , "))
    assert (none.path, none.fault) == ("to", FieldFault.REQUIRED)
    many = ",".join(f"a{number}@example.org" for number in range(MAX_RECIPIENTS + 1))
    [too_many] = recipient_errors(MailDraft(copies=many))
    assert (too_many.path, too_many.fault) == ("to", FieldFault.TOO_MANY)


@given(st.text())
def test_what_is_not_refused_is_addresses(text: str) -> None:
    if not recipient_errors(MailDraft(to=text)):
        assert all(map(is_address, typed_recipients(text)))
