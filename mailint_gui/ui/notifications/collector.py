"""Gathers what happens to several integrations within one minute to one notification. Pure: time comes in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.events import IntegrationEvent, Recovered
from mailint_gui.domain.problem import DETAIL_LIMIT as _BODY_LIMIT
from mailint_gui.wording.events import event_words
from mailint_gui.wording.text import one_line

translate = QCoreApplication.translate

GATHERED_FOR = timedelta(minutes=1)
_NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification. ``integration_id`` None: it speaks of several. ``replaces``: takes the place of the last."""

    title: str
    body: str
    integration_id: int | None
    replaces: bool = False


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
            return Notice(told.title, told.body[:_BODY_LIMIT], event.integration_id, joins)
        return Notice(*self._summary(), None, joins)

    def _summary(self) -> tuple[str, str]:
        events = list(self._latest.values())
        failing = [event.integration_name for event in events if not isinstance(event.event, Recovered)]
        well = [event.integration_name for event in events if isinstance(event.event, Recovered)]
        if not failing:
            return translate("notices", "%n integrations work again", None, len(well)), _names(well)
        title = translate("notices", "1 integration has errors")
        if len(failing) > 1:
            title = translate("notices", "%n integrations have errors", None, len(failing))
        again = translate("notices", "Work again: {names}").replace("{names}", _names(well))
        return title, "\n".join([_names(failing), again] if well else [_names(failing)])


def _names(names: list[str]) -> str:
    shown = ", ".join(one_line(name) for name in names[:_NAMES_SHOWN])
    if len(names) <= _NAMES_SHOWN:
        return shown
    return f"{shown} " + translate("notices", "and %n more", None, len(names) - _NAMES_SHOWN)
