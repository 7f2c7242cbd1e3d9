"""Where a sign-in by a person is: the states, and what leads from one to another."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    IDLE = "idle"  # nobody is signed in
    STARTING = "starting"  # the provider is asked for the page or the code
    BROWSER = "browser"  # somebody signs in there
    CODE = "code"  # somebody types the code somewhere
    SIGNED_IN = "signed_in"
    FAILED = "failed"
    SIGNING_OUT = "signing_out"


class Event(StrEnum):
    START = "start"
    PAGE = "page"
    CODE = "code"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    SIGN_OUT = "sign_out"
    NOBODY = "nobody"  # what is known now: no sign-in, or one
    SOMEBODY = "somebody"


WAITING = frozenset({State.STARTING, State.BROWSER, State.CODE})

_S, _E = State, Event
_ENDS = {_E.DONE: _S.SIGNED_IN, _E.REFUSED: _S.FAILED}
_KNOWN = {_E.NOBODY: _S.IDLE, _E.SOMEBODY: _S.SIGNED_IN}
_NEXT: Mapping[State, Mapping[Event, State]] = MappingProxyType(
    {
        _S.IDLE: {_E.START: _S.STARTING, **_KNOWN},
        _S.STARTING: {_E.PAGE: _S.BROWSER, _E.CODE: _S.CODE, _E.CANCELLED: _S.IDLE, **_ENDS},
        _S.BROWSER: {_E.CANCELLED: _S.IDLE, **_ENDS},
        _S.CODE: {_E.CANCELLED: _S.IDLE, **_ENDS},
        _S.SIGNED_IN: {_E.START: _S.STARTING, _E.SIGN_OUT: _S.SIGNING_OUT, **_KNOWN},
        _S.FAILED: {_E.START: _S.STARTING, **_KNOWN},
        _S.SIGNING_OUT: {_E.NOBODY: _S.IDLE, _E.REFUSED: _S.FAILED},
    }
)


def after(state: State, event: Event) -> State:
    """An event that means nothing in a state, as an answer that comes too late, leaves it as it is."""
    return _NEXT[state].get(event, state)
