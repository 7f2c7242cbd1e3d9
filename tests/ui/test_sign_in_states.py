"""Every state of a sign-in with every event."""

import itertools

import pytest

from mailint_gui.ui.integration_form.sign_in_states import WAITING, Event, State, after

S, E = State, Event
LEADS = {
    (S.IDLE, E.START): S.STARTING,
    (S.IDLE, E.SOMEBODY): S.SIGNED_IN,
    (S.STARTING, E.PAGE): S.BROWSER,
    (S.STARTING, E.CODE): S.CODE,
    (S.STARTING, E.DONE): S.SIGNED_IN,
    (S.STARTING, E.REFUSED): S.FAILED,
    (S.STARTING, E.CANCELLED): S.IDLE,
    (S.BROWSER, E.DONE): S.SIGNED_IN,
    (S.BROWSER, E.REFUSED): S.FAILED,
    (S.BROWSER, E.CANCELLED): S.IDLE,
    (S.CODE, E.DONE): S.SIGNED_IN,
    (S.CODE, E.REFUSED): S.FAILED,
    (S.CODE, E.CANCELLED): S.IDLE,
    (S.SIGNED_IN, E.START): S.STARTING,
    (S.SIGNED_IN, E.SIGN_OUT): S.SIGNING_OUT,
    (S.SIGNED_IN, E.NOBODY): S.IDLE,
    (S.FAILED, E.START): S.STARTING,
    (S.FAILED, E.NOBODY): S.IDLE,
    (S.FAILED, E.SOMEBODY): S.SIGNED_IN,
    (S.SIGNING_OUT, E.NOBODY): S.IDLE,
    (S.SIGNING_OUT, E.REFUSED): S.FAILED,
}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(State, Event)))
def test_an_event_leads_on_or_changes_nothing(state: State, event: Event) -> None:
    assert after(state, event) is LEADS.get((state, event), state)


def test_whatever_waits_can_be_broken_off() -> None:
    assert {after(state, E.CANCELLED) for state in WAITING} == {S.IDLE}
