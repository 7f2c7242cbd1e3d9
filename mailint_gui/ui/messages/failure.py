"""Whatever a call may fail with, in words."""

from mailint_gui.domain.problem import Problem
from mailint_gui.domain.refusal import RefusedError
from mailint_gui.domain.validation import ValidationError
from mailint_gui.wording.fields import field_words
from mailint_gui.wording.messages import message_state_words
from mailint_gui.wording.problems import words
from mailint_gui.wording.refusals import refusal_words

Failure = Problem | RefusedError | ValidationError


def failure_words(failure: Failure) -> str:
    match failure:
        case Problem():
            return str(words(failure))
        case RefusedError():
            facts = dict(failure.facts)
            if facts.get("state"):
                facts["state"] = message_state_words(facts["state"]).lower()
            return refusal_words(failure.refusal, facts)
        case ValidationError():
            return " ".join(field_words(error) for error in failure.errors)
