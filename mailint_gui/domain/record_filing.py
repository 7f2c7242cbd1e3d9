"""What filing a message makes of a record: how one begins, and what a reply and the rules change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from mailint_gui.domain.filing import FilingSettings
from mailint_gui.domain.message import ParsedMessage
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.record import RecordDraft
from mailint_gui.domain.rule import ActionKind
from mailint_gui.domain.rule_orders import Order
from mailint_gui.domain.trail import Footprint, TrailStep, footprint

MAX_SUBJECT = 1000
FIELD_OF: Mapping[ActionKind, str] = MappingProxyType(
    {
        ActionKind.ASSIGN_ADMIN: "assignee",
        ActionKind.ASSIGN_GROUP: "group",
        ActionKind.SET_STATUS: "status",
        ActionKind.SET_CATEGORY: "category",
        ActionKind.SET_URGENCY: "urgency",
        ActionKind.SET_IMPACT: "impact",
        ActionKind.SET_PRIORITY: "priority",
    }
)
_DEFAULTS = ("category", "urgency", "priority", "assignee", "group")


@dataclass(frozen=True, slots=True)
class Filled:
    """A record as it is to be stored, and why it is so."""

    draft: RecordDraft
    steps: tuple[Footprint, ...] = ()


def opened(
    integration_id: int,
    settings: FilingSettings,
    properties: AccountProperties,
    parsed: ParsedMessage,
    linked_to: int | None = None,
) -> Filled:
    """The new record of a message that belongs to none: the first status of the list, and the defaults."""
    defaults = {name: getattr(settings, name) for name in _DEFAULTS}
    draft = RecordDraft(
        integration_id=integration_id,
        subject=" ".join(parsed.subject.split())[:MAX_SUBJECT],
        requester=parsed.sender,
        status=properties.record_statuses[0],
        linked_to=linked_to,
        **defaults,
    )
    return Filled(draft, tuple(_set(name, value) for name, value in defaults.items() if value))


def replied(draft: RecordDraft, settings: FilingSettings) -> Filled:
    """An open record that a message joins."""
    return _with_status(draft, settings.status_after_reply)


def reopened(draft: RecordDraft, properties: AccountProperties) -> Filled:
    return _with_status(draft, properties.reopened_status)


def _with_status(draft: RecordDraft, status: str) -> Filled:
    if not status:
        return Filled(draft)
    return Filled(replace(draft, status=status), (_set("status", status),))


def ordered(draft: RecordDraft, orders: Iterable[Order]) -> Filled:
    """What rules set and tag. Values need not be in the lists of Settings: those change, and rules stay."""
    steps: list[Footprint] = []
    for order in orders:
        value = order.action.value
        if field := FIELD_OF.get(order.kind):
            draft = replace(draft, **{field: value})  # type: ignore[arg-type]  # all of them are text
            steps.append(_set(field, value, order.rule))
        elif order.kind is ActionKind.TAG:
            draft = _tagged(draft, value)
            steps.append(footprint(TrailStep.TAGGED, tag=value, rule=order.rule))
    return Filled(draft, tuple(steps))


def _tagged(draft: RecordDraft, tag: str) -> RecordDraft:
    known = tag.casefold() in {each.casefold() for each in draft.tags}
    return draft if known else replace(draft, tags=(*draft.tags, tag))


def _set(field: str, value: str, rule: str = "") -> Footprint:
    return footprint(TrailStep.RECORD_SET, field=field, value=value, rule=rule)
