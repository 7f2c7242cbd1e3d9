"""What was imported without a secret waits for it, and for nothing else."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mailint_gui.domain.health import DirectionHealth, ErrorRecord, Health
from mailint_gui.domain.integration import Integration
from mailint_gui.domain.missing_secret import (
    imported_without,
    password_missing,
    secret_given,
    waits_for_secret,
)
from mailint_gui.domain.problem import Problem, ProblemKind

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DISABLED = Integration(enabled=False)


def shown(problem: Problem) -> DirectionHealth:
    return DirectionHealth(consecutive_errors=2, last_error=ErrorRecord(NOW, problem))


@pytest.mark.parametrize(
    ("problem", "secret"),
    [
        (password_missing(disabled=True, secret="key_file", key="key_file"), "key_file"),
        (password_missing(disabled=False, secret="credential", key="client_secret_from"), "credential"),
        (Problem(ProblemKind.PASSWORD_MISSING, {"secret": "password", "reference": "env:PW"}), ""),
        (Problem(ProblemKind.AUTHENTICATION_FAILED, {"secret": "password", "key": "password_from"}), ""),
    ],
    ids=["disabled for it", "disabled by an admin", "at a check", "another problem"],
)
def test_only_what_an_import_did_not_bring_is_over_once_it_is_given(problem: Problem, secret: str) -> None:
    health = shown(problem)
    assert imported_without(health) == secret
    assert secret_given(health) == (replace(health, last_error=None) if secret else health)


def test_only_what_is_disabled_for_that_alone_waits() -> None:
    missing = shown(password_missing(disabled=True, secret="password", key="password_from"))
    wanted_so = shown(password_missing(disabled=False, secret="password", key="password_from"))
    assert waits_for_secret(DISABLED, Health(incoming=missing))
    assert waits_for_secret(DISABLED, Health(outgoing=missing))
    assert not waits_for_secret(Integration(), Health(incoming=missing))
    assert not waits_for_secret(DISABLED, Health(incoming=wanted_so))
    assert not waits_for_secret(DISABLED, Health())
    assert not waits_for_secret(DISABLED, Health(incoming=secret_given(missing)))
