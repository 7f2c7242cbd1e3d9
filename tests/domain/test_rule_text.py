"""The forms that texts are compared in."""

import sys
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain import rule_text
from mailint_gui.domain.rule_text import fold, nfc, shortened


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("caf\u00e9", "CAFE\u0301"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("\u1e9b\u0323", "\u1e69"),
        ("Å", "\u212b"),
        ("한글", unicodedata.normalize("NFD", "한글")),
        ("\u1fb3", "\u03b1\u0345"),
        ("\u1fb4", "\u03b1\u0345\u0301"),
    ],
)
def test_the_same_to_a_reader_is_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("e", "é"), ("ı", "i"), ("1", "l"), ("😀", "😁")])
def test_what_differs_beyond_case_stays_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text(max_size=100))
def test_writing_of_accents_makes_no_difference(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert nfc(text) == unicodedata.normalize("NFC", text)


@given(st.text(alphabet="aé e\u0301ж한", min_size=100, max_size=2000))
def test_long_text_is_normalised_as_a_whole(text: str) -> None:
    spaced = " ".join(text)  # an ASCII character now and then, as people write
    assert nfc(spaced) == unicodedata.normalize("NFC", spaced)
    assert fold(spaced) == unicodedata.normalize("NFC", unicodedata.normalize("NFD", spaced).casefold())


def test_what_is_passed_by_as_composed_is_composed() -> None:
    every = [chr(code) for code in range(sys.maxunicode + 1)]
    passed = [char for char in every if not rule_text._MAY_COMPOSE.search(char)]
    assert len(passed) > 30_000
    assert all(unicodedata.is_normalized("NFC", char) for char in passed)
    parts = (unicodedata.decomposition(char).split() for char in every)
    seconds_of_pairs = {chr(int(pair[1], 16)) for pair in parts if len(pair) == 2 and "<" not in pair[0]}
    assert not seconds_of_pairs & set(passed)
    assert not any(map(unicodedata.combining, passed))


def seconds(text: str) -> float:
    start = time.perf_counter()
    fold(text)
    return time.perf_counter() - start


def canonical(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def test_every_character_folds_canonically() -> None:
    every = [chr(code) for code in range(sys.maxunicode + 1)]
    assert [char for char in every if fold(char) != canonical(char)] == []


@given(st.text(alphabet="aÅé \u0345\u0301\u0323\u1fb3\u01f0\u0130\u03b0\u03acαιΣǅ한Ⱥ", max_size=30))
def test_marks_after_what_folds_to_several_make_no_difference(text: str) -> None:
    assert fold(text) == canonical(text)


def test_runs_of_marks_take_linear_time() -> None:
    marks = "\u0301\u0316" * 1000
    short, long = min(seconds(marks) for _ in range(3)), min(seconds(marks * 32) for _ in range(3))
    assert long < 32 * short * 5  # by the square it would be 32 * 32


@pytest.mark.parametrize(("text", "expected"), [("", ""), ("abcd", "abcd"), ("abcde", "abc…")])
def test_shortened(text: str, expected: str) -> None:
    assert shortened(text, 4) == expected
