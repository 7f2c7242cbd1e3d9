"""Gathers what happens to several integrations within one minute to one notification. Pure: time comes in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.events import CredentialExpiring, IntegrationEvent, Recovered, SignInNeeded
from mailint_gui.domain.problem import DETAIL_LIMIT as _BODY_LIMIT
from mailint_gui.wording.events import event_words
from mailint_gui.wording.text import one_line

translate = QCoreApplication.translate

GATHERED_FOR = timedelta(minutes=1)
_NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification. ``event`` None: it speaks of several. ``replaces``: takes the place of the last."""

    title: str
    body: str
    event: IntegrationEvent | None
    replaces: bool = False


class _Group(Enum):
    """What one summary says of its integrations, the gravest first."""

    FAILING = auto()
    SIGN_IN = auto()
    EXPIRING = auto()
    WELL = auto()


class Collector:
    """The first event is told at once; those of the minute after it join it in one summary."""

    def __init__(self) -> None:
        self._latest: dict[int, IntegrationEvent] = {}
        self._since: datetime | None = None

    def take(self, event: IntegrationEvent, now: datetime) -> Notice:
        joins = self._since is not None and timedelta() <= now - self._since < GATHERED_FOR
        if not joins:
            self._latest.clear()
            self._since = now
        self._latest.pop(event.integration_id, None)
        self._latest[event.integration_id] = event
        if len(self._latest) == 1:
            told = event_words(event)
            return Notice(told.title, told.body[:_BODY_LIMIT], event, joins)
        return Notice(*self._summary(), None, joins)

    def _summary(self) -> tuple[str, str]:
        """The gravest group is the title, its names below; each of the others has a line."""
        groups = {group: self._names_of(group) for group in _Group}
        (first, names), *others = ((group, names) for group, names in groups.items() if names)
        lines = [_line_of(group, len(more)).replace("{names}", _names(more)) for group, more in others]
        return _title_of(first, len(names)), "\n".join([_names(names), *lines])

    def _names_of(self, group: _Group) -> list[str]:
        return [each.integration_name for each in self._latest.values() if _group_of(each) is group]


def _group_of(event: IntegrationEvent) -> _Group:
    match event.event:
        case Recovered():
            return _Group.WELL
        case CredentialExpiring():
            return _Group.EXPIRING
        case SignInNeeded():
            return _Group.SIGN_IN
    return _Group.FAILING


def _title_of(group: _Group, count: int) -> str:
    match group:
        case _Group.FAILING if count == 1:
            return translate("notices", "1 integration has errors")
        case _Group.FAILING:
            return translate("notices", "%n integrations have errors", None, count)
        case _Group.SIGN_IN if count == 1:
            return translate("notices", "1 integration needs a sign-in")
        case _Group.SIGN_IN:
            return translate("notices", "%n integrations need a sign-in", None, count)
        case _Group.EXPIRING if count == 1:
            return translate("notices", "1 integration has something that expires")
        case _Group.EXPIRING:
            return translate("notices", "%n integrations have something that expires", None, count)
    return translate("notices", "%n integrations work again", None, count)


def _line_of(group: _Group, count: int) -> str:
    """Of those that are told beside what is graver."""
    match group:
        case _Group.SIGN_IN if count == 1:
            return translate("notices", "1 needs a sign-in: {names}")
        case _Group.SIGN_IN:
            return translate("notices", "%n need a sign-in: {names}", None, count)
        case _Group.EXPIRING:
            return translate("notices", "Something expires: {names}")
    return translate("notices", "Work again: {names}")


def _names(names: list[str]) -> str:
    shown = ", ".join(one_line(name) for name in names[:_NAMES_SHOWN])
    if len(names) <= _NAMES_SHOWN:
        return shown
    return f"{shown} " + translate("notices", "and %n more", None, len(names) - _NAMES_SHOWN)
