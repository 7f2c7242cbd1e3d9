"""Addresses of a header: the quick way and the standard library's are one."""

import time
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.mail.mime.headers import bare_addresses

PIECES = st.sampled_from([*"ab@<>.\t -é", "=?utf-8?q?x?=", *'"(),:;\\[]', "\n "])

MAILBOXES = st.sampled_from(
    [
        "a@b.example",
        "<c@b.example>",
        "Ann Example <a@b.example>",
        '"Second, Person" <s@b.example>',
        '"a@b.example" <d@b.example>',
        'Ann "the, one" Example <e@b.example>',
        "=?utf-8?b?SsO8cmdlbg==?=\r\n\t<j@b.example>",
        '"with \\" in it" <q@b.example>',
        "f@b.example (a comment, here)",
        "friends: g@b.example, h@b.example;",
        "",
    ]
)


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("a@b.example", "a@b.example"),
        (" Ann Example <a@b.example> ", "a@b.example"),
        ("=?utf-8?q?J=C3=BCrgen?= <j@b.example>", "j@b.example"),
        ("<a@b.example>", "a@b.example"),
        ('"Ann, Example" <a@b.example>', "a@b.example"),
        ("a@b.example (Ann)", "a@b.example"),
    ],
)
def test_one(value: str, address: str) -> None:
    assert bare_addresses([value]) == (address,)


@given(st.lists(st.lists(PIECES, max_size=12).map("".join), max_size=3))
def test_it_reads_what_the_standard_library_reads(values: list[str]) -> None:
    alone = [[address for _, address in getaddresses([value]) if "@" in address] for value in values]
    if all(len(each) == 1 for each in alone) and all("@" in each for each in values):
        whole = [" ".join(address.split()) for [address] in alone]
        assert bare_addresses(values) in {tuple(dict.fromkeys(whole)), bare_addresses_by_the_library(values)}


@given(st.lists(st.lists(MAILBOXES).map(", ".join), max_size=3))
def test_lists_are_read_as_the_standard_library_reads_them(values: list[str]) -> None:
    assert bare_addresses(values) == bare_addresses_by_the_library(values)


@pytest.mark.parametrize(
    "value",
    [
        *('"a' * 50_001, 'a"b"' * 25_000, "a " * 50_000 + "<", "a@b," * 25_000, "a" * 100_000),
        *(" " * 100_000 + "(", "a@b," + "\t" * 50_000 + "a" * 50_000 + "(", "a@b" + " " * 100_000 + "("),
    ],
)
def test_long_ones_take_no_longer_by_the_square(value: str) -> None:
    began = time.process_time()
    bare_addresses([value[: len(value) // 10]])
    short = time.process_time() - began
    began = time.process_time()
    bare_addresses([value])
    assert time.process_time() - began < 40 * short + 0.1


def bare_addresses_by_the_library(values: list[str]) -> tuple[str, ...]:
    found = (" ".join(address.split()) for _, address in getaddresses(values) if "@" in address)
    return tuple(dict.fromkeys(found))
