"""Every value of the domain comes back as it went in, on both databases."""

from dataclasses import fields, replace
from datetime import UTC, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailint_gui.domain.health import DirectionHealth, ErrorRecord
from mailint_gui.domain.integration import Direction, IncomingSettings, Integration, OutgoingSettings
from mailint_gui.domain.oauth import OAuthSettings
from mailint_gui.domain.problem import Problem
from mailint_gui.domain.secret import SecretPlace, SecretReference
from mailint_gui.store.database import Database

# The database outlives an example, which overwrites what the one before it left.
same_database = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
times = st.datetimes(timezones=st.just(UTC))
numbers = st.integers(-(2**63), 2**63 - 1)
references = st.one_of(
    st.just(SecretReference()),
    st.just(SecretReference(SecretPlace.VAULT)),
    st.builds(
        SecretReference, st.sampled_from([SecretPlace.ENVIRONMENT, SecretPlace.FILE]), texts.filter(bool)
    ),
)
BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    str: texts,
    int: numbers,
    timedelta: st.integers(0, 10**9).map(lambda seconds: timedelta(seconds=seconds)),
    SecretReference: references,
}


def settings_of(kind: type[Any]) -> st.SearchStrategy[Any]:
    return st.builds(
        kind, **{field.name: BY_TYPE.get(field.type, st.from_type(field.type)) for field in fields(kind)}
    )


BY_TYPE[tuple[str, ...]] = st.lists(texts, max_size=3).map(tuple)
BY_TYPE[OAuthSettings] = settings_of(OAuthSettings)

integrations = st.builds(
    Integration,
    incoming=settings_of(IncomingSettings),
    outgoing=settings_of(OutgoingSettings),
    name=texts,
    description=texts,
    is_default=st.booleans(),
    enabled=st.booleans(),
    responsible_admin=texts,
    last_modified_by=texts,
    last_modified_at=st.none() | times,
)
problems = st.builds(Problem, facts=st.dictionaries(texts, texts, max_size=4), detail=texts)
healths = st.builds(
    DirectionHealth,
    consecutive_errors=numbers,
    first_error_at=st.none() | times,
    last_error=st.none() | st.builds(ErrorRecord, times, problems),
    last_attempt_at=st.none() | times,
    last_success_at=st.none() | times,
    last_mail_at=st.none() | times,
    next_attempt_at=st.none() | times,
    notified=st.booleans(),
    incident_since=st.none() | times,
    disabled_by_errors_at=st.none() | times,
)


@same_database
@given(draft=integrations)
def test_integration(database: Database, support: Integration, draft: Integration) -> None:
    changed = replace(draft, id=support.id)
    with database.write() as work:
        work.integrations.update(changed)
    with database.read() as work:
        assert work.integrations.get(support.id) == changed


@same_database
@given(health=healths, direction=st.sampled_from(Direction))
def test_health(
    database: Database, support: Integration, health: DirectionHealth, direction: Direction
) -> None:
    with database.write() as work:
        work.health.save(support.id, direction, health)
    with database.read() as work:
        assert work.health.get(support.id).of(direction) == health


@same_database
@given(values=st.dictionaries(texts, texts, max_size=3))
def test_properties(database: Database, values: dict[str, str]) -> None:
    with database.write() as work:
        work.properties.set(values)
        assert values.items() <= work.properties.all().items()
