"""An integration that was imported without a secret that it needs: saved, and disabled until it has it."""

from dataclasses import replace

from mailint_gui.domain.health import DirectionHealth, Health
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.problem import Problem, ProblemKind


def password_missing(*, disabled: bool, **facts: str) -> Problem:
    """Of an integration that was imported without a secret; ``disabled``: for that alone.

    ``key``: what gives it in the import file. The kind is one name for all secrets (``secret``).
    """
    return Problem(ProblemKind.PASSWORD_MISSING, {**facts, "disabled": "yes" if disabled else ""})


def imported_without(health: DirectionHealth) -> str:
    """The secret that an import did not bring and that was not given since; empty for none."""
    error = health.last_error
    if error is None or error.problem.kind is not ProblemKind.PASSWORD_MISSING:
        return ""
    return error.problem.facts.get("secret", "") if "key" in error.problem.facts else ""


def waits_for_secret(integration: Integration, health: Health) -> bool:
    """Whether it is disabled for a secret alone that an import did not bring."""
    missing = [health.of(each).last_error for each in Direction if imported_without(health.of(each))]
    return not integration.enabled and any(each and each.problem.facts.get("disabled") for each in missing)


def secret_given(health: DirectionHealth) -> DirectionHealth:
    """After the settings were saved with all the secrets that they need."""
    return replace(health, last_error=None) if imported_without(health) else health
