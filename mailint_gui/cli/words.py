"""The catalogue's words, asked for only when there is something to say: the catalogue brings Qt's translate along."""

from typing import TYPE_CHECKING

from mailint_gui.domain.check import TestStep
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.problem import Problem
from mailint_gui.domain.refusal import RefusedError
from mailint_gui.domain.validation import ValidationError

if TYPE_CHECKING:
    from mailint_gui.services.refusal import StoreRefusedError
    from mailint_gui.wording.text import Words


def problem_words(problem: Problem, name: str = "", direction: Direction | None = None) -> "Words":
    from mailint_gui.wording.problems import words

    return words(problem, name, direction)


def problem_line(problem: Problem, name: str = "", direction: Direction | None = None) -> str:
    return str(problem_words(problem, name, direction))


def step_words(step: TestStep, name: str) -> str:
    """The direction, and what failed or was done."""
    from mailint_gui.wording.stages import test_stage_words
    from mailint_gui.wording.states import direction_name

    ended = (
        test_stage_words(step.stage)
        if step.problem is None
        else problem_line(step.problem, name, step.direction)
    )
    return f"{direction_name(step.direction)}: {ended}"


def validation_lines(error: ValidationError) -> list[str]:
    """A line for each fault, with its integration and its key as written in the file."""
    from mailint_gui.wording.fields import field_words

    lines = []
    for each in error.errors:
        where = ": ".join(part for part in (error.subject, each.path) if part)
        lines.append(f"{where}: {field_words(each)}" if where else field_words(each))
    return lines


def refusal_line(error: RefusedError) -> str:
    from mailint_gui.wording.refusals import refusal_words

    return refusal_words(error.refusal, error.facts)


def database_line(error: "StoreRefusedError") -> str:
    from mailint_gui.wording.refusals import database_words

    return database_words(str(error.reason), error.facts)
