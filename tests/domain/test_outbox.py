"""The outbox' state table: every state with every action."""

from itertools import product

import pytest

from mailint_gui.domain.outbox import NotPossibleError, OutboxAction, OutboxState, next_state

POSSIBLE = """
             claim    accepted  try_later  refused  answer_lost  retry   cancel     bounced  found  arrived  partly
queued       sending  -         -          -        -            -       cancelled  -        -      -        -
sending      -        sent      waiting    failed   uncertain    -       -          -        -      -        -
sent         -        -         -          -        -            -       -          failed   -      -        -
waiting      sending  -         -          -        -            queued  cancelled  -        -      -        -
uncertain    -        -         -          -        -            queued  cancelled  failed   sent   sent     waiting
failed       -        -         -          -        -            queued  cancelled  -        -      -        -
cancelled    -        -         -          -        -            queued  -          -        -      -        -
"""


def table() -> dict[tuple[str, str], str]:
    head, *rows = [line.split() for line in POSSIBLE.strip().splitlines()]
    return {(state, action): cell for state, *cells in rows for action, cell in zip(head, cells, strict=True)}


def test_the_table_names_every_state_and_action() -> None:
    assert set(table()) == set(product(OutboxState, OutboxAction))


@pytest.mark.parametrize(("state", "action"), list(product(OutboxState, OutboxAction)))
def test_each_pair_is_a_transition_or_refused(state: OutboxState, action: OutboxAction) -> None:
    expected = table()[state, action]
    if expected == "-":
        with pytest.raises(NotPossibleError) as caught:
            next_state(state, action)
        assert (caught.value.state, caught.value.action) == (state, action)
    else:
        assert next_state(state, action) == expected


def test_only_a_claim_leads_to_the_wire() -> None:
    """So nothing is sent twice without an admin's retry in between."""
    ways = {pair for pair, after in table().items() if after == OutboxState.SENDING}
    assert {action for _state, action in ways} == {OutboxAction.CLAIM}
    assert {state for state, _action in ways} == {OutboxState.QUEUED, OutboxState.WAITING}


def test_what_is_sent_stays_sent_unless_it_comes_back() -> None:
    after_sent = {action: after for (state, action), after in table().items() if state == OutboxState.SENT}
    assert {action for action, after in after_sent.items() if after != "-"} == {OutboxAction.BOUNCED}
