"""Hosts and addresses as people type them, and as nobody should."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailint_gui.domain.address import (
    MAX_ADDRESS,
    MAX_HOST,
    MAX_LABEL,
    domain_of,
    is_address,
    is_host,
    split_addresses,
)

LONGEST_LABEL = "a" * MAX_LABEL
LONGEST_HOST = ".".join([LONGEST_LABEL] * 3 + ["b" * (MAX_HOST - 3 * MAX_LABEL - 3)])
LONE_SURROGATE = b"\xff".decode(errors="surrogateescape")  # as in sys.argv

HOSTS = [
    "localhost",
    "mail.example.org",
    "mail.example.org.",
    "MAIL.EXAMPLE.ORG",
    "xn--bcher-kva.example",
    "bücher.example",
    "почта.рф",
    "例え.テスト",
    "mail_1.example.org",
    "3com.example",
    "192.0.2.1",
    "2001:db8::1",
    "fe80::1%eth0",
    LONGEST_LABEL,
    LONGEST_HOST,
    LONGEST_HOST + ".",
    "ü" * 50,
]
NO_HOSTS = [
    "",
    ".",
    "..",
    ".example.org",
    "mail..example.org",
    "-mail.example.org",
    "mail-.example.org",
    " mail.example.org",
    "mail.example.org ",
    "mail example.org",
    "mail.example.org\n",
    "mail.example.org\r\nX",
    "mail\x00.example.org",
    "mail\u200b.example.org",
    "mail\u202e.example.org",
    "mail\u3000.example.org",
    "mail.example.org:993",
    "https://mail.example.org",
    "mail.example.org/inbox",
    "user@mail.example.org",
    "[2001:db8::1]",
    "2001:db8::zz",
    "1.2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    "192.0.2.1.",
    "a" * (MAX_LABEL + 1),
    "ü" * 60,  # 63 or fewer characters, more once encoded
    LONGEST_HOST + "b",
    LONE_SURROGATE,
]


@pytest.mark.parametrize("text", HOSTS)
def test_hosts(text: str) -> None:
    assert is_host(text)


@pytest.mark.parametrize("text", NO_HOSTS)
def test_what_is_no_host(text: str) -> None:
    assert not is_host(text)


ADDRESSES = [
    "support@example.org",
    "first.last+tag@example.org",
    "o'brien@example.org",
    "a!#$%&'*+/=?^_`{|}~-b@example.org",
    "root@localhost",
    "jörg@bücher.example",
    "почта@почта.рф",
    "a" * 64 + "@example.org",
    "a@" + "b" * 60 + "." + "c" * 60 + "." + "d" * 60 + "." + "e" * 60 + ".example",
]
NO_ADDRESSES = [
    "",
    "@",
    "support",
    "support@",
    "@example.org",
    "a@b@example.org",
    ".a@example.org",
    "a.@example.org",
    "a..b@example.org",
    '"a b"@example.org',
    "Support <support@example.org>",
    "a,b@example.org",
    "a b@example.org",
    " a@example.org",
    "a@example.org ",
    "a@example.org\n",
    "a@example.org\r\nBcc: b@example.org",
    "=?utf-8?q?=0D=0ABcc=3A_b?=@example.org",
    "a=?us-ascii?B?DQpC?=b@example.org",
    "a@exa mple.org",
    "a@-example.org",
    "a\u202e@example.org",
    "a" * 65 + "@example.org",
    "ü" * 33 + "@example.org",  # 66 octets
    "a" * 64 + "@" + LONGEST_HOST,
    LONE_SURROGATE + "@example.org",
    "a@" + LONE_SURROGATE + ".example",
]


@pytest.mark.parametrize("text", ADDRESSES)
def test_addresses(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_is_no_address(text: str) -> None:
    assert not is_address(text)


def test_a_pasted_book_is_refused_at_once() -> None:
    """Encoding one label of 16,000 characters takes more than a minute."""
    book = "".join(chr(0x4E00 + index % 20_000) for index in range(100_000))
    began = time.monotonic()
    assert not is_host(book)
    assert not is_address("a@" + book)
    assert time.monotonic() - began < 5


any_text = st.text() | st.text(st.characters(categories=["Cs", "L", "N"])) | st.text("ab.-@_:%1\u00fc \n")


@given(any_text)
def test_any_text_gets_an_answer(text: str) -> None:
    if is_host(text):
        assert 0 < len(text) <= MAX_HOST + 1
        assert text == text.strip()
        assert not set(text) & set(" \t\r\n\0/@[]")
    if is_address(text):
        assert len(text.encode()) <= MAX_ADDRESS
        assert text.count("@") == 1
        assert is_host(domain_of(text))
        assert split_addresses(f" {text} ;,") == (text,)


@settings(max_examples=40)
@given(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?(\.[a-z]{2,10}){1,3}", fullmatch=True))
def test_every_plain_host_name_is_right(text: str) -> None:
    assert is_host(text)
    assert is_address(f"support@{text}")
    assert is_address(f"first.last@{text.upper()}")


@given(st.ip_addresses())
def test_every_ip_address_is_a_host(address: object) -> None:
    assert is_host(str(address))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        (" , ;\n", ()),
        ("a@b.example", ("a@b.example",)),
        (" a@b.example ; c@d.example,\ne@f.example", ("a@b.example", "c@d.example", "e@f.example")),
        ("c@d.example, a@b.example, c@d.example", ("c@d.example", "a@b.example")),
    ],
)
def test_split_addresses(text: str, expected: tuple[str, ...]) -> None:
    assert split_addresses(text) == expected
