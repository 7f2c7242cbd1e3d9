"""What is made of foreign text, HTML and pictures before a window lays it out."""

import re
import time

import pytest
from PySide6.QtWidgets import QApplication, QTextBrowser
from pytestqt.qtbot import QtBot

from mailint_gui.domain.message import InlineImage
from mailint_gui.workers.html_layout import MAX_AT_ONCE, layable
from mailint_gui.workers.inline_images import MAX_PIXELS, MAX_SIDE, decoded
from mailint_gui.workers.shown_text import MAX_LINE, MAX_SHOWN, shown_bytes, shown_text
from tests.ui.mail_samples import png

SECONDS = 2.0  # each of these took from ten seconds to hours as it came


def test_text_is_bounded_and_without_controls() -> None:
    shown = shown_text("a\0b\x1b[31m\r\nc\rd\te" + "x" * MAX_SHOWN)
    assert shown.text.startswith("a\ufffdb\ufffd[31m\nc\nd\te")
    assert shown.is_cut
    assert shown.size > MAX_SHOWN


def test_no_line_is_endless() -> None:
    text = "y" * (3 * MAX_LINE + 5)
    lines = shown_text(text).text.split("\n")
    assert [len(line) for line in lines] == [MAX_LINE, MAX_LINE, MAX_LINE, 5]
    assert "".join(lines) == text


@pytest.mark.parametrize("text", ["", "one\ntwo\n", "z" * MAX_LINE, "é" * 10])
def test_short_text_stays_as_it_is(text: str) -> None:
    assert shown_text(text).text == text
    assert not shown_text(text).is_cut


def test_a_source_shows_what_is_no_utf8() -> None:
    assert shown_bytes(b"Subject: \xff\xfe \xc3\xa9\r\n").text == "Subject: \ufffd\ufffd é\n"


HEAVY = {
    "tables in tables": "<table><tbody><tr><td>a</td><td>" * 20 + "x" + "</td></tr></tbody></table>" * 20,
    "wide cells": "<table><tbody>" + '<tr><td colspan="1000">a</td></tr>' * 1000 + "</tbody></table>",
    "high cells": "<table><tbody>" + '<tr><td rowspan="1000">a</td></tr>' * 2000 + "</tbody></table>",
    "huge span": '<table><tbody><tr><td colspan="999999999">a</td></tr></tbody></table>',
}


@pytest.mark.parametrize("name", HEAVY)
def test_what_qt_would_never_finish_is_taken_apart(name: str, qtbot: QtBot) -> None:
    made = layable(HEAVY[name])
    assert made.is_simplified
    assert "<table" not in made.html
    view = QTextBrowser()
    qtbot.addWidget(view)
    view.show()
    before = time.monotonic()
    view.setHtml(made.html)
    QApplication.processEvents()
    assert time.monotonic() - before < SECONDS
    assert "a" in view.toPlainText()


def test_ordinary_tables_stay() -> None:
    newsletter = '<table width="600"><tbody><tr><td colspan="2">a</td></tr></tbody></table>'
    nested = "<table><tbody><tr><td>" * 8 + newsletter * 5 + "</td></tr></tbody></table>" * 8
    assert layable(nested) == layable(nested).__class__(nested)


def test_attributes_that_look_like_tags_do_not_become_any() -> None:
    html = '<td title="> <img src=&quot;http://x.example&quot;>">x</td>'
    made = layable(HEAVY["tables in tables"] + html)
    assert re.search(r"<div>x</div>$", made.html)


def test_a_large_letter_and_an_endless_word_are_asked_about() -> None:
    assert layable("<p>a</p>" * MAX_AT_ONCE).is_large
    assert layable("<p>" + "a" * 20_001 + "</p>").is_large
    assert not layable("<p>" + "a " * 20_001 + "</p>").is_large


def test_pictures_are_decoded_and_made_smaller() -> None:
    made = decoded(
        [InlineImage("a", "image/png", png(40, 30)), InlineImage("b", "image/png", png(4000, 1000))]
    )
    assert (made["a"].width(), made["a"].height()) == (40, 30)
    assert (made["b"].width(), made["b"].height()) == (MAX_SIDE, MAX_SIDE // 4)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
        png()[:50],
        png(1, 1).replace(b"\0\0\0\1\0\0\0\1", (MAX_PIXELS).to_bytes(4, "big") + b"\0\0\0\2"),
    ],
)
def test_what_is_no_picture_or_a_bomb_is_left_out(content: bytes) -> None:
    assert decoded([InlineImage("a", "image/png", content)]) == {}
