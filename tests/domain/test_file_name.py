"""File names made from what a message calls its attachments."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.file_name import MAX_BYTES, free_name, safe_file_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\system32\\evil.dll", "evil.dll"),
        ("a:b|c?.txt", "a_b_c_.txt"),
        ("invoice\u202efdp.exe", "invoice fdp.exe"),
        ("two\r\nlines\0.txt", "two lines .txt"),
        (".bashrc", "bashrc"),
        ("dots... ", "dots"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("Angebot für Müller.pdf", "Angebot für Müller.pdf"),
        ("报价单.xlsx", "报价单.xlsx"),
        ("", "attachment"),
        ("/", "attachment"),
        ("....", "attachment"),
        ("\u200b", "attachment"),
    ],
)
def test_safe_names(name: str, safe: str) -> None:
    assert safe_file_name(name) == safe


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_file_name("ä" * 500 + ".pdf")
    assert name.endswith(".pdf")
    assert len(name.encode()) <= MAX_BYTES


@given(st.text(max_size=400))
def test_every_name_is_safe(name: str) -> None:
    safe = safe_file_name(name)
    assert safe
    assert safe not in {".", ".."}
    assert len(safe.encode()) <= MAX_BYTES + len("_")
    assert not set(safe) & set('/\\<>:"|?*')
    assert all(unicodedata.category(char)[0] != "C" for char in safe)
    assert safe == safe.strip(". ")
    assert safe_file_name(safe) == safe


@pytest.mark.parametrize(
    ("name", "taken", "free"),
    [
        ("a.txt", set(), "a.txt"),
        ("A.TXT", {"a.txt"}, "A (2).TXT"),
        ("a.txt", {"a.txt", "a (2).txt"}, "a (3).txt"),
        ("readme", {"readme"}, "readme (2)"),
        (".x", {".x"}, ".x (2)"),
    ],
)
def test_free_names(name: str, taken: set[str], free: str) -> None:
    assert free_name(name, frozenset(taken)) == free
