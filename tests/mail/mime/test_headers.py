"""Addresses of a header: the quick way and the standard library's are one."""

from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.mail.mime.headers import bare_addresses

PIECES = st.sampled_from([*"ab@<>.\t -é", "=?utf-8?q?x?=", *'"(),:;\\[]', "\n "])


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


def bare_addresses_by_the_library(values: list[str]) -> tuple[str, ...]:
    found = (" ".join(address.split()) for _, address in getaddresses(values) if "@" in address)
    return tuple(dict.fromkeys(found))
