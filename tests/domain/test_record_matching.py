"""Which record a message belongs to, and whose token is believed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.filing import RecordMatching
from mailint_gui.domain.properties import ForgedTokens
from mailint_gui.domain.record import Record, RecordDraft
from mailint_gui.domain.record_matching import Candidate, Claims, is_closed, match
from mailint_gui.domain.trail import TrailStep

NOW = datetime(2026, 11, 23, tzinfo=UTC)
BOTH, TOKEN, REFERENCES = RecordMatching.BOTH, RecordMatching.SUBJECT_TOKEN, RecordMatching.REFERENCES
STRICT, ACCEPT = ForgedTokens.CORRESPONDENTS_ONLY, ForgedTokens.ACCEPT


def candidate(number: int, *correspondents: str) -> tuple[int, Candidate]:
    draft = RecordDraft(1, "s", "joe@example.com", "Open")
    return number, Candidate(Record(number, draft, NOW, NOW), frozenset(correspondents))


KNOWN = dict([candidate(7, "joe@example.com", "support@ours.example"), candidate(8, "ann@example.com")])
OURS = frozenset({"support@ours.example"})


@pytest.mark.parametrize(
    ("claims", "matching", "forged", "record", "steps"),
    [
        (Claims("joe@example.com"), BOTH, STRICT, None, []),
        (Claims("JOE@example.com", (7,)), BOTH, STRICT, 7, [TrailStep.TOKEN]),
        (Claims("joe@example.com", (9, 7)), TOKEN, STRICT, 7, [TrailStep.TOKEN_UNKNOWN, TrailStep.TOKEN]),
        (Claims("joe@example.com", (7,)), REFERENCES, STRICT, None, []),
        (Claims("eve@example.net", (7,)), BOTH, STRICT, None, [TrailStep.TOKEN_FORGED]),
        (Claims("", (7,)), BOTH, STRICT, None, [TrailStep.TOKEN_FORGED]),
        (Claims("support@ours.example", (7,)), BOTH, STRICT, None, [TrailStep.TOKEN_FORGED]),
        (Claims("eve@example.net", (7,)), BOTH, ACCEPT, 7, [TrailStep.TOKEN]),
        (Claims("eve@example.net", (7,), (("<1@x>", 7),)), TOKEN, STRICT, 7, [TrailStep.TOKEN]),
        (Claims("eve@example.net", (7,), (("<1@x>", 8),)), TOKEN, STRICT, None, [TrailStep.TOKEN_FORGED]),
        (
            Claims("eve@example.net", (7,), (("<1@x>", 8),)),
            BOTH,
            STRICT,
            8,
            [TrailStep.TOKEN_FORGED, TrailStep.REFERENCE],
        ),
        (Claims("joe@example.com", (7,), (("<1@x>", 8),)), BOTH, STRICT, 7, [TrailStep.TOKEN]),
        (Claims("eve@example.net", (), (("<1@x>", 9), ("<2@x>", 8))), BOTH, STRICT, 8, [TrailStep.REFERENCE]),
        (Claims("eve@example.net", (), (("<1@x>", 8),)), TOKEN, STRICT, None, []),
        # One forged token is enough: a second guess is not made for the sender
        (Claims("joe@example.com", (8, 7)), TOKEN, STRICT, None, [TrailStep.TOKEN_FORGED]),
    ],
)
def test_match(
    claims: Claims,
    matching: RecordMatching,
    forged: ForgedTokens,
    record: int | None,
    steps: list[TrailStep],
) -> None:
    found = match(claims, KNOWN, matching, forged, OURS)
    assert (found.record.number if found.record else None) == record
    assert [each.step for each in found.steps] == steps


NUMBERS = st.lists(st.sampled_from([7, 8, 9]), max_size=3).map(tuple)
CLAIMS = st.builds(
    Claims,
    st.sampled_from(["joe@example.com", "ann@example.com", "eve@example.net", "support@ours.example", ""]),
    NUMBERS,
    NUMBERS.map(lambda numbers: tuple((f"<{number}@x>", number) for number in numbers)),
)


@given(CLAIMS, st.sampled_from(RecordMatching))
def test_strangers_join_by_what_they_answer_alone(claims: Claims, matching: RecordMatching) -> None:
    found = match(claims, KNOWN, matching, STRICT, OURS).record
    if found is not None:
        known = claims.sender in KNOWN[found.number].correspondents - OURS
        assert known or found.number in [number for _id, number in claims.references]
        assert found.number in KNOWN


def test_closed_whatever_its_case() -> None:
    assert is_closed("closed", ("Closed", "Gone"))
    assert not is_closed("Open", ("Closed",))
    assert not is_closed("Open", ())
