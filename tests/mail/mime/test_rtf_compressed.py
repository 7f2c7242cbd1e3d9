"""Rich text as Outlook compresses it: the examples of [MS-OXRTFCP], and what is no such text."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.mail.mime.rtf_compressed import RtfBrokenError, decompress
from tests.mail.mime.tnef_streams import compressed, packed

SIMPLE = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
CROSSING = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


def test_the_examples_of_the_specification() -> None:
    assert decompress(SIMPLE) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert decompress(CROSSING) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


def test_what_was_not_compressed() -> None:
    assert decompress(b"\x13\0\0\0\7\0\0\0MELA\0\0\0\0{\\rtf1}beyond") == b"{\\rtf1}"


@given(st.binary(max_size=10_000))
def test_letters_come_back(text: bytes) -> None:
    assert decompress(compressed(text)) == text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        SIMPLE[:15],
        SIMPLE[:-1],
        SIMPLE[:20] + b"X" + SIMPLE[21:],
        SIMPLE[:8] + b"ZIPu" + SIMPLE[12:],
        packed(b"\1\xff\xf0", 9),  # what the dictionary does not have yet
    ],
    ids=["nothing", "part of a header", "cut short", "changed", "another kind", "beyond the dictionary"],
)
def test_what_is_broken_is_refused(data: bytes) -> None:
    with pytest.raises(RtfBrokenError):
        decompress(data)


@given(st.binary(max_size=400))
def test_any_tokens_get_an_answer(contents: bytes) -> None:
    with suppress(RtfBrokenError):
        assert len(decompress(packed(contents, 0))) <= 8.5 * len(contents)


def longest(runs: int) -> bytes:
    """Each run writes 136 letters: all its references reach back by two and repeat them."""
    place, tokens = 207, b""
    for _ in range(runs):
        tokens += b"\xff"
        for _ in range(8):
            tokens += (((place - 2) % 4096) << 4 | 15).to_bytes(2, "big")
            place += 17
    return packed(tokens, 0)


def test_time_is_linear() -> None:
    took = []
    for runs in (2_000, 20_000):
        data = longest(runs)
        started = time.process_time()
        assert len(decompress(data)) == runs * 136
        took.append(time.process_time() - started)
    assert took[1] < 40 * took[0] + 0.1
