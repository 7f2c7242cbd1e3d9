"""Facts that run from right to left, in sentences that run from left to right, and the other way round."""

import pytest

from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.wording.problems import words
from mailint_gui.wording.text import filled, isolated, one_line, without_isolates


@pytest.mark.parametrize("name", ["دعم", "תמיכה", "Desk דסק", "\u0660\u0661"])
def test_a_fact_that_runs_from_right_to_left_is_isolated(name: str) -> None:
    text = filled("{name} could not log in.", {"name": name})
    assert text == f"\u2068{name}\u2069 could not log in."
    assert without_isolates(text) == f"{name} could not log in."


@pytest.mark.parametrize("name", ["", "Support", "Zürich", "支持", "mail.example.org:993"])
def test_other_facts_stay_as_they_are(name: str) -> None:
    assert isolated(name) == name


def test_marks_of_a_fact_itself_are_no_marks_of_ours() -> None:
    assert filled("{name}.", {"name": "\u2067\u202eSupport\u2069\u2069"}) == "Support."
    assert one_line(isolated("דסק")) == "דסק"


def test_a_fact_within_a_fact_is_isolated_once() -> None:
    told = words(Problem(ProblemKind.CONNECTION_REFUSED, {"server": "שרת", "port": "993"}), "Support")
    assert told.what.count("\u2068") == told.what.count("\u2069") == 1
