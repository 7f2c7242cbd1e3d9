"""What happened, to what, and what to do, for every kind of problem."""

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.oauth import Provider
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.wording.problem_templates import MISSING, PROBLEMS
from mailint_gui.wording.sign_in_templates import NOBODY_CAME, SIGN_IN_PROBLEMS
from mailint_gui.wording.stages import stage_words
from mailint_gui.wording.text import Words, filled
from mailint_gui.wording.values import value_words

translate = QCoreApplication.translate


def words(problem: Problem, subject: str = "", direction: Direction | None = None) -> Words:
    """``subject`` names the integration, else the fact ``name`` does; with ``direction`` the remedy names its tab."""
    what, remedy = _template(problem)
    facts = _facts(problem.facts, subject, direction)
    return Words(
        filled(translate("problems", what), facts),
        filled(translate("problems", remedy), facts),
    )


def _template(problem: Problem) -> tuple[str, str]:
    if problem.kind in SIGN_IN_PROBLEMS:
        return SIGN_IN_PROBLEMS[problem.kind]
    if problem.kind is ProblemKind.TIMED_OUT and problem.facts.get("stage") == Stage.SIGN_IN:
        return NOBODY_CAME
    return MISSING.get(problem.facts.get("missing", ""), PROBLEMS[problem.kind])


def _facts(given: Mapping[str, str], subject: str, direction: Direction | None) -> dict[str, str]:
    """What each field of a template says, also where the fact is not known."""
    facts = {name: value for name, value in given.items() if value}
    if facts.get("provider") in set(Provider):
        facts["provider"] = value_words(Provider(facts["provider"]))
    server = facts.get("server") or facts.get("provider") or translate("problems", "the mail server")
    port = facts.get("port", "")
    endpoint = filled(translate("problems", "{server}, port {port}"), {"server": server, "port": port})
    return {
        **facts,
        "server": server,
        "endpoint": endpoint if port else server,
        "subject": subject or facts.get("name") or translate("problems", "This integration"),
        "subject_within": subject or facts.get("name") or translate("problems", "this integration"),
        "during": _during(facts.get("stage", "")),
        "tab": tab_words(direction),
        "folder": _quoted(facts.get("folder", "")) or translate("problems", "the folder"),
        "sender": facts.get("sender") or facts.get("address") or translate("problems", "this address"),
        "recipient": facts.get("recipient") or facts.get("address") or translate("problems", "the recipient"),
        "reference": _reference(facts.get("reference", "")),
        **_sign_in_facts(facts),
    }


def _sign_in_facts(facts: Mapping[str, str]) -> dict[str, str]:
    unsaid = {
        "provider": translate("problems", "the provider"),
        "mailbox": facts.get("user_name") or translate("problems", "the mailbox"),
        "missing": translate("problems", "a permission that is needed"),
        "expected": translate("problems", "the account of this mailbox"),
        "got": translate("problems", "another account"),
    }
    return {name: facts.get(name) or words for name, words in unsaid.items()}


def _quoted(text: str) -> str:
    return f"“{text}”" if text else ""


def _during(stage: str) -> str:
    if stage not in set(Stage):
        return ""
    return filled(translate("problems", "({stage})"), {"stage": stage_words(Stage(stage))})


def _reference(reference: str) -> str:
    place, _, name = reference.partition(":")
    match place:
        case "env":
            text = translate("problems", "(environment variable {name} is not set)")
        case "file":
            text = translate("problems", "(file {name} cannot be read or is empty)")
        case _:
            return ""
    return filled(text, {"name": name})


def tab_words(direction: Direction | None) -> str:
    """Within a sentence: the tab of the form where it is mended; None: either of them."""
    match direction:
        case Direction.INCOMING:
            return translate("problems", "the Incoming email tab")
        case Direction.OUTGOING:
            return translate("problems", "the Outgoing email tab")
    return translate("problems", "the Incoming email or Outgoing email tab")
