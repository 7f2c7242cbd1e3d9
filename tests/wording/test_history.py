"""The words of the history: each part of the books is named, and what does not balance is told."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from mailint_gui.domain.check import CheckResult, CheckTally
from mailint_gui.domain.history import HistoryRow
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.wording.history import (
    books_words,
    difference_words,
    happened_words,
    mail_words,
    result_words,
    skipped_words,
    took_words,
    what_words,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def row(direction: Direction, result: str, problem: Problem | None = None) -> HistoryRow:
    return HistoryRow(direction, 1, 1, "Support", result, NOON, NOON, problem=problem)


def test_every_result_has_words() -> None:
    checks = [result_words(row(Direction.INCOMING, each)) for each in CheckResult]
    sends = [result_words(row(Direction.OUTGOING, each)) for each in OutboxState]
    assert all([*checks, *sends])
    assert len(set(checks)) == len(checks)
    plain = [row(each, "ok") for each in Direction]
    assert len({what_words(each) for each in (*plain, replace(plain[0], is_traced=True))}) == 3


def test_a_problem_is_told_with_whose_it_is() -> None:
    told = happened_words(row(Direction.INCOMING, "failed", Problem(ProblemKind.TIMED_OUT, {"stage": "tls"})))
    assert told.what.startswith("Support")
    assert told.remedy
    assert str(happened_words(row(Direction.OUTGOING, "sent"))) == "Sent"


def test_the_books_name_every_place() -> None:
    places = [item.name for item in fields(CheckTally) if item.name not in {"seen", "skipped_existing"}]
    for number, name in enumerate(places, 1):
        words = books_words(CheckTally(**{name: 40 + number}))
        assert f"{40 + number} " in words
        assert words.count("+") == len(places) - 1
        assert f"{40 + number} " in mail_words(CheckTally(**{name: 40 + number}))
    assert mail_words(CheckTally(seen=3, filed=2, ignored=1)) == "3 seen: 2 filed, 1 ignored"
    assert mail_words(CheckTally(skipped_existing=3)) == ""


@pytest.mark.parametrize(
    ("tally", "expected"),
    [
        (CheckTally(seen=2, filed=2), ""),
        (CheckTally(seen=3, filed=1), "of what was seen, 2 has no place"),
        (CheckTally(seen=1, filed=2), "1 more has a place"),
    ],
)
def test_a_difference_is_named(tally: CheckTally, expected: str) -> None:
    assert expected in difference_words(tally)
    assert bool(difference_words(tally)) is bool(expected)


def test_what_was_there_before_is_told() -> None:
    assert skipped_words(CheckTally()) == ""
    assert "12" in skipped_words(CheckTally(skipped_existing=12))


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0.0 s"), (1.26, "1.3 s"), (75, "1 min 15 s"), (-1, "0.0 s")]
)
def test_tenths_of_a_second_below_a_minute(seconds: float, text: str) -> None:
    assert took_words(timedelta(seconds=seconds)) == text
