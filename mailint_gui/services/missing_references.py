"""Secrets that integrations refer to, and that are not where they should be. Read as for a log-in, and let go."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from mailint_gui.domain.finding import Examined, Finding, FindingKind
from mailint_gui.domain.integration import Integration
from mailint_gui.domain.integration_secrets import SECRET_FIELDS, directions_that_log_in, settings_of
from mailint_gui.domain.problem import Problem, ProblemError
from mailint_gui.domain.secret import SecretPlace, SecretReference
from mailint_gui.secrets.references import resolve, resolve_document

_OUTSIDE = frozenset({SecretPlace.ENVIRONMENT, SecretPlace.FILE})
_DOCUMENTS = frozenset({"certificate", "key_file"})
_AT_ONCE = 16  # a file on a share that is gone takes seconds: so many wait together

_Wanted = tuple[str, SecretReference, bool]


def missing_references(integrations: Iterable[Integration]) -> list[Finding]:
    """What is wrong with a reference of an integration, as far as this process can see."""
    wanted = [each for integration in integrations for each in _wanted(integration)]
    with ThreadPoolExecutor(_AT_ONCE, "reference") as pool:
        problems = pool.map(_problem, wanted)
        return [
            _finding(name, reference, problem)
            for (name, reference, _whole), problem in zip(wanted, problems, strict=True)
            if problem is not None
        ]


def _wanted(integration: Integration) -> Iterator[_Wanted]:
    """Each once: a variable may hold the secret of both directions."""
    used = directions_that_log_in(integration)
    found = (
        (integration.name, field.reference(integration), field.name in _DOCUMENTS)
        for field in SECRET_FIELDS
        if field.direction in used
        and field.of_oauth == (settings_of(integration, field.direction).provider is not None)
    )
    yield from dict.fromkeys(each for each in found if each[1].place in _OUTSIDE)


def _finding(name: str, reference: SecretReference, problem: Problem) -> Finding:
    in_file = reference.place is SecretPlace.FILE
    kind = FindingKind.FILE_MISSING if in_file else FindingKind.VARIABLE_MISSING
    facts = {"name": name, "place": reference.name, "detail": problem.detail}
    return Finding(Examined.REFERENCES, kind, facts)


def _problem(wanted: _Wanted) -> Problem | None:
    _name, reference, whole = wanted
    try:
        if whole:
            resolve_document(reference)
        else:
            resolve(reference)
    except ProblemError as error:
        return error.problem
    return None
