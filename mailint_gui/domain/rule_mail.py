"""Mail that a rule sends: what its words may tell."""

from dataclasses import dataclass

from mailint_gui.domain.rule import ActionKind


@dataclass(frozen=True, slots=True)
class RuleMailFacts:
    """``kind``: FORWARD, AUTO_REPLY or NOTIFY. ``subject`` and ``sender`` are the message's. ``record`` 0: none."""

    kind: ActionKind
    integration: str
    rule: str
    subject: str
    sender: str
    record: int
