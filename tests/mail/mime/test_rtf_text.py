"""The text of rich text: what Outlook and others write, and what nobody should."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.mail.mime.rtf_text import rtf_to_text

LIMIT = 1_000_000


def text(rtf: bytes, limit: int = LIMIT) -> str:
    return rtf_to_text(b"{\\rtf1\\ansi\\ansicpg1252 " + rtf + b"}", limit)


@pytest.mark.parametrize(
    ("rtf", "expected"),
    [
        (rb"one\par two\line three\tab four", "one\ntwo\nthree\tfour"),
        (rb"{\b bold} and {\i\f3 slanted}", "bold and slanted"),
        (rb"\{ \\ \} a\~b", "{ \\ } a\xa0b"),
        (b"a line\r\nthat goes on", "a linethat goes on"),
        (rb"caf\'e9", "café"),
        (rb"\u8364?100 \u-10179?\u-8704?", "€100 \U0001f600"),
        (rb"{\uc2\u20320\'c4\'e3}\u228 a", "你ä"),
        (rb"{\uc0\u228}b", "äb"),
        (rb"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}}\f1\'cf\f0\'e9\plain\'e9", "Пéé"),
        (rb"{\fonttbl{\f1\fcharset128 Gothic;}}{\f1\'93\'fa\'96\'7b}!", "日本!"),
        (rb"{\colortbl;\red0;}{\*\generator Riched20;}{\info{\title secret}}shown", "shown"),
        (rb"{\pict\pngblip 89504e470d0a}after", "after"),
        (rb"{\field{\*\fldinst HYPERLINK x}{\fldrslt here}}", "here"),
        (
            rb"\fromhtml1{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Hello{\*\htmltag84 &nbsp;}\htmlrtf\par}\htmlrtf0",
            "Hello",
        ),
        (rb"\ansicpg99999 a\'e9", "aé"),
        (b"nul\x00 and \\u55357? alone", "nul\ufffd and \ufffd alone"),
        (rb"}}}} still there {{{{", "still there"),
    ],
)
def test_what_is_read(rtf: bytes, expected: str) -> None:
    assert text(rtf) == expected


def test_what_is_no_rich_text_says_nothing() -> None:
    assert (rtf_to_text(b"", 9), rtf_to_text(b"<p>hello</p>", 9)) == ("", "")


def test_no_more_than_is_wanted() -> None:
    assert text(b"x" * 1000, limit=10) == "x" * 10


@given(st.binary())
def test_any_bytes_have_an_answer(rtf: bytes) -> None:
    text(rtf).encode()


@given(
    st.lists(
        st.sampled_from([rb"\u-10000", rb"\'93", b"{", b"}", rb"\*", rb"\uc9", rb"\fonttbl", b"x", rb"\f1 "])
    )
)
def test_any_words_have_an_answer(words: list[bytes]) -> None:
    text(b"".join(words)).encode()


@pytest.mark.parametrize("piece", [b"{", b"{}", rb"\b", rb"\'e9", rb"\u9?", rb"\f1", b"\\", rb"{\*", b"x\n"])
def test_time_is_linear(piece: bytes) -> None:
    """Twenty times as much takes no more than sixty times as long."""

    def taken(count: int) -> float:
        began = time.perf_counter()
        text(piece * count, limit=10**9)
        return time.perf_counter() - began

    few = min(taken(10_000) for _ in range(5))
    assert taken(200_000) < 60 * few
