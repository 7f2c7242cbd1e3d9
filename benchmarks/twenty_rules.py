"""Twenty rules as a help desk keeps them: most look at every message and match none of ``benchmarks.letters``."""

from mailint_gui.domain.rule import (
    Action,
    ActionKind,
    Condition,
    Field,
    FieldTest,
    Group,
    GroupKind,
    Operator,
    Rule,
)

_OUTAGE = r"\b(outage|not (working|reachable|responding)|(server|site) (is )?down)\b"
_TOPICS = {
    "VPN": "Network",
    "wifi": "Network",
    "password": "Access",
    "locked out": "Access",
    "badge": "Access",
    "printer": "Hardware",
    "laptop": "Hardware",
    "docking station": "Hardware",
    "licence": "Software",
    "installation": "Software",
    "new colleague": "People",
}


def twenty_rules() -> tuple[Rule, ...]:
    """Every message gets to the last one, but for what the first two ignore."""
    rules = (*_kept_out(), *_marked(), *_by_topic(), _everything_else())
    assert len(rules) == 20
    return rules


def _kept_out() -> tuple[Rule, ...]:
    ignore = Action(ActionKind.IGNORE)
    return (
        _rule("Newsletters", [_header("List-Id", Operator.CONTAINS, "news")], ignore, later=False),
        _rule("Spam", [FieldTest(Field.SPAM_MARK, Operator.IS, True)], ignore, later=False),
    )


def _marked() -> tuple[Rule, ...]:
    partners = tuple(f"partner{number}.example" for number in range(100))
    return (
        _rule("Partners", [FieldTest(Field.SENDER, Operator.IN_LIST, partners)], _set("priority", "High")),
        _rule("Outages", [_text(Operator.MATCHES_PATTERN, _OUTAGE)], _set("urgency", "Urgent")),
        _rule(
            "Tickets of others",
            [FieldTest(Field.SUBJECT, Operator.MATCHES_PATTERN, r"\b(INC|REQ)[0-9]{6,}\b")],
            Action(ActionKind.TAG, "elsewhere"),
        ),
        _rule(
            "Invoices",
            [
                FieldTest(Field.SUBJECT, Operator.CONTAINS, "invoice"),
                FieldTest(Field.ATTACHMENT_NAME, Operator.ENDS_WITH, ".pdf"),
            ],
            _set("category", "Billing"),
        ),
        _rule(
            "Pictures",
            [FieldTest(Field.ATTACHMENT_NAME, Operator.IN_LIST, ("screenshot.png", "photo.jpg"))],
            Action(ActionKind.TAG, "picture"),
        ),
        _rule(
            "Large",
            [FieldTest(Field.SIZE, Operator.GREATER_THAN, 1_000_000)],
            Action(ActionKind.TAG, "large"),
        ),
    )


def _by_topic() -> tuple[Rule, ...]:
    return tuple(
        _rule(
            f"About: {word}",
            [FieldTest(Field.SUBJECT, Operator.CONTAINS, word), _text(Operator.CONTAINS, word)],
            _set("category", category),
        )
        for word, category in _TOPICS.items()
    )


def _everything_else() -> Rule:
    written = FieldTest(Field.RECIPIENT, Operator.IS, "desk@example.org")
    return _rule("Everything else", [written], Action(ActionKind.ASSIGN_GROUP, "First line"))


def _rule(name: str, tests: list[Condition], action: Action, *, later: bool = True) -> Rule:
    condition = Group(GroupKind.ANY, tuple(tests))
    return Rule(name=name, condition=condition, actions=(action,), continue_with_later=later)


def _set(field: str, value: str) -> Action:
    return Action(ActionKind(f"set_{field}"), value)


def _text(operator: Operator, value: str) -> FieldTest:
    return FieldTest(Field.BODY, operator, value)


def _header(name: str, operator: Operator, value: str) -> FieldTest:
    return FieldTest(Field.HEADER, operator, value, name)
