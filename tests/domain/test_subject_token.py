"""The token of a record in a subject: found wherever it stands, and nothing else taken for it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.subject_token import record_numbers, token

PATTERN = "[#{id}]"


@pytest.mark.parametrize(
    ("pattern", "subject", "numbers"),
    [
        (PATTERN, "Re: printer [#12]", (12,)),
        (PATTERN, "[#12] printer", (12,)),
        (PATTERN, "AW: Fwd: [#3] and [#4], [#3] again", (3, 4)),
        (PATTERN, "[#999999999999999999]", (999999999999999999,)),
        (PATTERN, "[#1000000000000000000000000000000]", ()),
        (PATTERN, "[#" + "9" * 10_000 + "]", ()),
        (PATTERN, "[#007] [#0]", ()),
        (PATTERN, "[#١٢] [#१२] [#１２]", ()),
        (PATTERN, "[# 12] [#12 ] [#-1] [#1.5] [#]", ()),
        (PATTERN, "[#[#12]]", (12,)),
        (PATTERN, "#12 [12]", ()),
        ("Ticket {id}:", "Re: TICKET  12: lost", (12,)),
        ("Ticket {id}:", "Re: ticket\r\n 12: lost", (12,)),
        ("SR{id}", "sr12abc SR7", (12, 7)),
        ("{id}", "from 12 to 07 or 33", (12, 33)),
        ("{id}#", "12# and 34", (12,)),
        ("1{id}", "112", (12, 2)),
        ("{id}0", "120", (12,)),
        ("Vorgang-Straße {id}", "VORGANG-STRASSE 5", (5,)),
        ("\\{id}$", "what \\9$ costs", (9,)),
    ],
)
def test_found(pattern: str, subject: str, numbers: tuple[int, ...]) -> None:
    assert record_numbers(pattern, subject) == numbers


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=10)


@given(
    TEXTS,
    TEXTS,
    st.integers(1, 10**18 - 1),
    st.text(st.characters(exclude_categories=["Nd", "Cs"]), max_size=20),
)
def test_what_we_write_is_found_again(before: str, after: str, number: int, rest: str) -> None:
    pattern = f"{before.replace('{id}', '')}{{id}}{after.replace('{id}', '')}"
    if pattern.count("{id}") != 1 or after[:1].isnumeric() or before[-1:].isnumeric():
        return  # digits beside it are another number
    assert number in record_numbers(pattern, f"Re: {token(pattern, number)}")
    assert number in record_numbers(PATTERN, f"{rest}{token(PATTERN, number)}{rest}")


@given(st.text(max_size=200))
def test_any_subject_has_an_answer(subject: str) -> None:
    assert all(0 < number < 10**18 for number in record_numbers(PATTERN, subject))


def seconds(pattern: str, subject: str) -> float:
    start = time.perf_counter()
    record_numbers(pattern, subject)
    return time.perf_counter() - start


@pytest.mark.parametrize("pattern", ["1{id}", "{id}", "[#{id}]", "{id}1", "a{id}b"])
@pytest.mark.parametrize("piece", ["1", "[#", "a1", "07 "])
def test_linear(pattern: str, piece: str) -> None:
    few = min(seconds(pattern, piece * 2_000) for _ in range(3))
    many = min(seconds(pattern, piece * 64_000) for _ in range(3))
    assert many < 32 * few * 5 + 0.01
