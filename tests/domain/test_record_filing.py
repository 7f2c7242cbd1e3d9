"""What filing makes of a record: defaults, the status after a reply, and what rules set."""

from dataclasses import replace

from mailint_gui.domain.filing import FilingSettings
from mailint_gui.domain.loop_limits import exceeded
from mailint_gui.domain.message import ParsedMessage
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.record import RecordDraft
from mailint_gui.domain.record_filing import MAX_SUBJECT, opened, ordered, reopened, replied
from mailint_gui.domain.rule import Action, ActionKind
from mailint_gui.domain.rule_orders import Order, orders
from mailint_gui.domain.rule_verdict import RuleOutcome, RuleTrace, Verdict
from mailint_gui.domain.trail import TrailStep, footprint

PROPERTIES = AccountProperties()
PARSED = ParsedMessage("<1@x>", " no\r\n  paper ", "joe@example.com", (), None, "", ())
DRAFT = RecordDraft(1, "no paper", "joe@example.com", "Waiting", tags=("Printer",))


def test_opened_with_the_defaults() -> None:
    settings = FilingSettings(category="IT", group="Desk")
    filled = opened(3, settings, PROPERTIES, PARSED, linked_to=5)
    assert filled.draft == RecordDraft(
        3, "no paper", "joe@example.com", "New", category="IT", group="Desk", linked_to=5
    )
    assert filled.steps == (
        footprint(TrailStep.RECORD_SET, field="category", value="IT", rule=""),
        footprint(TrailStep.RECORD_SET, field="group", value="Desk", rule=""),
    )


def test_a_subject_has_an_end() -> None:
    endless = replace(PARSED, subject="x" * 100_000)
    assert len(opened(1, FilingSettings(), PROPERTIES, endless).draft.subject) == MAX_SUBJECT


def test_status_after_a_reply() -> None:
    assert replied(DRAFT, FilingSettings()).draft is DRAFT
    assert replied(DRAFT, FilingSettings(status_after_reply="Open")).draft.status == "Open"
    assert reopened(DRAFT, PROPERTIES).draft.status == "Open"


def test_rules_set_and_tag() -> None:
    kinds = {
        ActionKind.ASSIGN_ADMIN: "assignee",
        ActionKind.ASSIGN_GROUP: "group",
        ActionKind.SET_STATUS: "status",
        ActionKind.SET_CATEGORY: "category",
        ActionKind.SET_URGENCY: "urgency",
        ActionKind.SET_IMPACT: "impact",
        ActionKind.SET_PRIORITY: "priority",
    }
    given = [Order(Action(kind, value=f"in no list: {kind}"), "r") for kind in kinds]
    tags = [Order(Action(ActionKind.TAG, value=tag), "r") for tag in ("printer", "paper")]
    others = [Order(Action(ActionKind.IGNORE), "r"), Order(Action(ActionKind.FORWARD), "r")]
    filled = ordered(DRAFT, [*given, *tags, *others])
    for kind, field in kinds.items():
        assert getattr(filled.draft, field) == f"in no list: {kind}"
    assert filled.draft.tags == ("Printer", "paper")
    assert len(filled.steps) == len(kinds) + 2


def test_who_ordered_an_action_is_the_last_rule_that_did() -> None:
    tag, status = Action(ActionKind.TAG, value="t"), Action(ActionKind.SET_STATUS, value="Open")
    first = RuleTrace(1, "first", RuleOutcome.MATCHED, actions=(tag, status))
    second = RuleTrace(2, "second", RuleOutcome.MATCHED, actions=(tag,))
    verdict = Verdict((status, tag), (first, second))
    assert orders(verdict) == (Order(status, "first"), Order(tag, "second"))


def test_a_loop_is_more_than_the_limit() -> None:
    assert exceeded({10: 5, 30: 10, 60: 15}, PROPERTIES) is None
    assert exceeded({10: 6, 30: 11, 60: 16}, PROPERTIES) == 10
    assert exceeded({10: 5, 30: 5, 60: 16}, PROPERTIES) == 60
