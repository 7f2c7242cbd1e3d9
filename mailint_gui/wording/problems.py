"""What happened, to what, and what to do, for every kind of problem."""

from collections.abc import Mapping
from datetime import timedelta

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.oauth import BY_A_PERSON, Provider, SignIn
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.secret import SecretPlace
from mailint_gui.wording.file_templates import UNUSABLE_FILES
from mailint_gui.wording.not_stored import NOT_STORED
from mailint_gui.wording.problem_templates import (
    GIVEN_UP,
    IMPORTED_WITHOUT,
    MISSING,
    NOTHING_IN_VAULT,
    PROBLEMS,
    SILENT_WITHOUT_TLS,
)
from mailint_gui.wording.sign_in_service import NO_TOKEN_IN_TIME, SIGN_IN_SERVICE
from mailint_gui.wording.sign_in_templates import (
    ACCOUNT_NOT_ALLOWED,
    APPLICATION_DENIED,
    DOWN_AT_SIGN_IN,
    NOBODY_CAME,
    SIGN_IN_PROBLEMS,
    THROTTLED_AT_SIGN_IN,
    TOKEN_REVOKED,
    UNKNOWN_AT_GOOGLE,
    UNKNOWN_AT_MICROSOFT,
)
from mailint_gui.wording.stages import stage_words
from mailint_gui.wording.surface import Surface, secret_words, ways
from mailint_gui.wording.text import Words, filled, sentence, unbroken
from mailint_gui.wording.times import duration
from mailint_gui.wording.values import value_words

translate = QCoreApplication.translate


def words(
    problem: Problem,
    subject: str = "",
    direction: Direction | None = None,
    surface: Surface = Surface.WINDOW,
) -> Words:
    """``subject`` names the integration, else the fact ``name`` does; with ``direction`` the remedy names its tab,
    unless the fact ``log_in`` names the one where the log-in is set up."""
    what, remedy = _template(problem)
    name = subject or problem.facts.get("name", "")
    place, secret = _place(problem.facts, direction), problem.facts.get("secret", "")
    at = problem.facts.get("client_secret_at", "")
    facts = {**_facts(problem.facts, name), **ways(surface, name, place, secret, at)}
    return Words(
        filled(translate("problems", what), facts),
        sentence(filled(translate("problems", remedy), facts)),
    )


def detail_words(problem: Problem) -> str:
    """What the server said, or the system, on one line and not cut; empty where nothing did."""
    detail = unbroken(problem.detail)
    return translate("problems", "Details: {detail}").replace("{detail}", detail) if detail else ""


def _template(problem: Problem) -> tuple[str, str]:
    kind, facts = problem.kind, problem.facts
    if found := SIGN_IN_SERVICE.get(facts.get("service", ""), {}).get(kind):
        return found
    for of_kind, name, values, found in _VARIANTS:
        if of_kind is kind and facts.get(name) and (not values or facts[name] in values):
            return found
    if kind in SIGN_IN_PROBLEMS:
        return UNUSABLE_FILES.get((kind, facts.get("fault", "")), SIGN_IN_PROBLEMS[kind])
    return MISSING.get(facts.get("missing", ""), PROBLEMS[kind])


# Of a kind, where a fact is there and, unless any will do, has one of the values.
_VARIANTS: tuple[tuple[ProblemKind, str, frozenset[str], tuple[str, str]], ...] = (
    (ProblemKind.TIMED_OUT, "stage", frozenset({Stage.SIGN_IN}), NOBODY_CAME),
    (ProblemKind.PROVIDER_UNAVAILABLE, "stage", frozenset({Stage.SIGN_IN}), DOWN_AT_SIGN_IN),
    (ProblemKind.THROTTLED, "stage", frozenset({Stage.SIGN_IN}), THROTTLED_AT_SIGN_IN),
    (ProblemKind.THROTTLED, "refused", frozenset(), TOKEN_REVOKED),
    (ProblemKind.UNKNOWN, "provider", frozenset({Provider.MICROSOFT365}), UNKNOWN_AT_MICROSOFT),
    (ProblemKind.UNKNOWN, "provider", frozenset({Provider.GOOGLE}), UNKNOWN_AT_GOOGLE),
    (ProblemKind.TIMED_OUT, "stage", frozenset({Stage.TOKEN}), NO_TOKEN_IN_TIME),
    (ProblemKind.TIMED_OUT, "greeting", frozenset({"in_clear"}), SILENT_WITHOUT_TLS),
    *((kind, "task", frozenset({"store"}), template) for kind, template in NOT_STORED.items()),
    *((kind, "given_up", frozenset[str](), template) for kind, template in GIVEN_UP.items()),
    (ProblemKind.PASSWORD_MISSING, "reference", frozenset({SecretPlace.VAULT}), NOTHING_IN_VAULT),
    (ProblemKind.PASSWORD_MISSING, "key", frozenset(), IMPORTED_WITHOUT),
    (ProblemKind.ACCESS_POLICY_DENIED, "sign_in", frozenset(SignIn) - BY_A_PERSON, APPLICATION_DENIED),
    (ProblemKind.MAILBOX_NOT_ALLOWED, "account", frozenset(), ACCOUNT_NOT_ALLOWED),
)


def _facts(given: Mapping[str, str], name: str) -> dict[str, str]:
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
        "subject": name or translate("problems", "This integration"),
        "subject_within": name or translate("problems", "this integration"),
        "during": _during(facts.get("stage", "")),
        "folder": _quoted(facts.get("folder", "")) or translate("problems", "the folder"),
        "sender": facts.get("sender") or facts.get("address") or translate("problems", "this address"),
        "recipient": facts.get("recipient") or facts.get("address") or translate("problems", "the recipient"),
        "reference": _reference(facts.get("reference", "")),
        "secret": secret_words(facts.get("secret", "")),
        "source": _source(facts.get("reference", "")),
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
    known = {name: facts.get(name) or words for name, words in unsaid.items()}
    return {**known, "lifetime": _lifetime(facts.get("lifetime", ""))}


def _lifetime(seconds: str) -> str:
    if not seconds.isdecimal():
        return translate("problems", "a few minutes")
    return duration(timedelta(seconds=int(seconds)))


def _place(facts: Mapping[str, str], direction: Direction | None) -> Direction | None:
    """Where the log-in is set up, for what is mended there."""
    owner = facts.get("log_in", "")
    return Direction(owner) if owner in set(Direction) else direction


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


def _source(reference: str) -> str:
    """Within a sentence: where the content of a file was read from."""
    place, _, name = reference.partition(":")
    match place:
        case "env":
            text = translate("problems", "the environment variable {name}")
        case "file":
            text = translate("problems", "the file {name}")
        case _:
            return translate("problems", "the file that was chosen")
    return filled(text, {"name": name})
