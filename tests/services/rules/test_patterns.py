"""Users' patterns: linear, limited, and refused where the engine is missing."""

import re
import subprocess
import sys
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.validation import FieldFault
from mailint_gui.services.rules import patterns
from mailint_gui.services.rules.patterns import PatternRefused, available, pattern_fault, search


def test_the_engine_is_here() -> None:
    assert available(), "install it: pip install google-re2"


@pytest.mark.parametrize(
    ("pattern", "text", "span"),
    [
        ("b+", "abbc", (1, 3)),
        ("B+", "abbc", (1, 3)),
        ("(?-i)B+", "abbc", None),
        ("É", "cafe\u0301 is not composed, café is", (27, 29)),
        ("cafe\u0301", "un café", (3, 8)),
        (r"\pL{3}", "12 жук", (3, 9)),
        (r"\\", "a\\b", (1, 2)),
        ("^b", "a\nb", None),
        ("(?m)^b", "a\nb", (2, 3)),
        (r"\bday\b", "a day", (2, 5)),
        ("😀", "x😀", (1, 5)),
        ("", "x", (0, 0)),
    ],
)
def test_matches(pattern: str, text: str, span: tuple[int, int] | None) -> None:
    assert search(pattern, text.encode()).span == span


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("(", FieldFault.BAD_PATTERN),
        ("\\", FieldFault.BAD_PATTERN),
        ("[z-a]", FieldFault.BAD_PATTERN),
        (r"(a)\1", FieldFault.BAD_PATTERN),
        ("(?=a)", FieldFault.BAD_PATTERN),
        ("\ud800", FieldFault.BAD_PATTERN),
        ("a{2000}", FieldFault.PATTERN_TOO_LARGE),
        ("((a{100}){100}){100}", FieldFault.PATTERN_TOO_LARGE),
        (r"\pL{900}", FieldFault.PATTERN_TOO_LARGE),
        ("(?:a?b?c?d?){900}" * 20, FieldFault.PATTERN_TOO_LARGE),
        (r"a\b\B{2}|" * 2000, None),
        ("a" * 10_000, None),
        ("é" * 10_000, None),
        ("a\0b", None),
    ],
)
def test_what_is_refused(pattern: str, fault: FieldFault | None, capfd: pytest.CaptureFixture[str]) -> None:
    refusal = pattern_fault(pattern)
    assert (refusal.fault if refusal else None) == fault
    assert capfd.readouterr().err == ""
    if fault:
        with pytest.raises(PatternRefused):
            search(pattern, b"a")


@given(st.text(max_size=30))
def test_any_pattern_is_run_or_refused(pattern: str) -> None:
    if pattern_fault(pattern) is None:
        assert search(pattern, b"some text, ein wenig Text").is_cut is False


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_escaped_text_finds_itself(text: str) -> None:
    escaped = "".join(f"\\x{{{ord(char):x}}}" for char in text)
    assert search(escaped, text.encode()).span == (0, len(text.encode()))


def seconds(pattern: str, text: bytes) -> float:
    def once() -> float:
        start = time.perf_counter()
        search(pattern, text)
        return time.perf_counter() - start

    return min(once() for _ in range(5))


# What each takes a backtracking engine time by the square of the text, or without an end.
CATASTROPHES = ["(a+)+$", "(a|aa)+$", "(a|a?)+$", "(.*a){12}$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y"]


@pytest.mark.parametrize("pattern", CATASTROPHES)
def test_catastrophic_patterns_cost_about_as_much_as_harmless_ones(pattern: str) -> None:
    text = b"a" * 100_000 + b"!"
    harmless = seconds("[b-z]+[0-9]", b"ab" * 50_000)  # it looks at every character too
    assert seconds(pattern, text) < 200 * max(harmless, 1e-4)


def test_the_catastrophes_are_real() -> None:
    """A backtracking engine needs at least 16 times as long for 6 characters more."""
    few, many = (min(_backtracking(count) for _ in range(3)) for count in (14, 20))
    assert many > 16 * few


def _backtracking(count: int) -> float:
    start = time.perf_counter()
    assert re.search("^(a+)+$", "a" * count + "!") is None
    return time.perf_counter() - start


def test_a_large_pattern_sees_as_much_text_as_its_steps_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "MAX_STEPS", 10_000)
    text = b"-" * 5000 + b"needle"
    assert search("needle", b"-" * 500 + b"needle").span == (500, 506)
    assert search("needle", text).is_cut
    assert search("needle", text).span is None
    assert search("-", text) == patterns.Search((0, 1), is_cut=False)


def test_other_threads_run_while_a_pattern_is_searched() -> None:
    """The engine must not hold the interpreter: a pattern is never a window that stands still."""
    text = bytes(97 + (number * number // 7) % 2 for number in range(400_000))
    pattern = "[ab]*a[ab]{150}c"
    turns, longest, done = 0, 0.0, threading.Event()
    worker = threading.Thread(target=lambda: (search(pattern, text), done.set()))
    start = last = time.perf_counter()
    worker.start()
    while not done.is_set():
        now = time.perf_counter()
        longest, last, turns = max(longest, now - last), now, turns + 1
    worker.join()
    assert turns > 10
    assert longest < 0.8 * (last - start)


WITHOUT_ENGINE = """
import sys
sys.modules["re2"] = None  # as where it is not installed: importing it fails
from mailint_gui.domain.rule import *
from mailint_gui.domain.rule_verdict import RuleMessage
from mailint_gui.services.rules.evaluate import evaluate
from mailint_gui.services.rules.patterns import available, pattern_fault
pattern = FieldTest(Field.SUBJECT, Operator.MATCHES_PATTERN, "a")
words = FieldTest(Field.SUBJECT, Operator.CONTAINS, "a")
groups = [(GroupKind.ALL, pattern), (GroupKind.NONE, pattern), (GroupKind.ALL, words)]
rules = [Rule(condition=Group(kind, (test,))) for kind, test in groups]
verdict = evaluate(rules, RuleMessage(subject="a"), 1)
print(available(), pattern_fault("a").fault, *(each.outcome for each in verdict.trace))
"""


def test_without_the_engine_patterns_are_refused_and_the_rest_works() -> None:
    ran = subprocess.run([sys.executable, "-c", WITHOUT_ENGINE], capture_output=True, text=True, timeout=60)
    assert ran.stdout.split() == ["False", "patterns_unavailable", "undecided", "undecided", "matched"], (
        ran.stderr
    )
