"""What can be said of a message before its transaction: who keeps it out, and what the rules order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mailint_gui.domain.filing import AutomaticMail
from mailint_gui.domain.filtering import IgnoreReason, Origin, Sign, classify, ignored_by
from mailint_gui.domain.integration import Integration
from mailint_gui.domain.message import LoggedMessage, ParsedMessage
from mailint_gui.domain.read_message import ReadMessage
from mailint_gui.domain.rule import Rule
from mailint_gui.domain.rule_orders import Order, orders
from mailint_gui.domain.rule_text import shortened
from mailint_gui.domain.rule_verdict import Verdict
from mailint_gui.domain.trail import FilingReason, Footprint, NotDone, TrailStep, footprint
from mailint_gui.services.rules.evaluate import evaluate
from mailint_gui.services.rules.subject import rule_message

MAX_SHOWN = 200  # characters of a header in the trail
_REASON_OF = {
    IgnoreReason.SENDER: FilingReason.IGNORED_SENDER,
    IgnoreReason.SUBJECT: FilingReason.IGNORED_SUBJECT,
}


class Steps:
    """The trail of one message as it grows."""

    def __init__(self) -> None:
        self.all: list[Footprint] = []

    def add(self, step: TrailStep, **facts: str) -> None:
        self.all.append(footprint(step, **facts))

    def done(self, order: Order, detail: str) -> None:
        self.add(TrailStep.ACTION_DONE, action=str(order.kind), rule=order.rule, detail=detail)

    def not_done(self, order: Order, why: NotDone, detail: str = "") -> None:
        facts = {"action": str(order.kind), "rule": order.rule, "why": str(why), "detail": detail}
        self.add(TrailStep.ACTION_NOT_DONE, **facts)


@dataclass(frozen=True, slots=True)
class KeptOut:
    reason: FilingReason
    step: Footprint


@dataclass(frozen=True, slots=True)
class Case:
    """One message with all that does not hang on other messages. ``verdict``: empty where rules were not asked.

    ``goes_on``: it names an earlier message of its own sender, nearer than any of ours.
    """

    logged: LoggedMessage
    parsed: ParsedMessage
    words: str
    integration: Integration
    origin: Origin
    goes_on: bool
    listed: KeptOut | None
    automatic: KeptOut | None
    verdict: Verdict
    orders: tuple[Order, ...]

    @property
    def id(self) -> int:
        return self.logged.id

    @property
    def sender(self) -> str:
        return self.parsed.sender.casefold()


def case_of(
    logged: LoggedMessage,
    read: ReadMessage,
    integrations: Mapping[int, Integration],
    rules: Sequence[Rule],
    own_message_ids: frozenset[str],
    received: frozenset[tuple[str, str]],
) -> Case:
    """What a deleted integration still has to file is filed by default settings.

    ``rules``: for what was not judged yet. ``received``: message ids of earlier mail and its senders, case-folded.
    """
    parsed = read.parsed
    integration = integrations.get(logged.integration_id) or Integration(id=logged.integration_id)
    goes_on = (next(iter(parsed.references), ""), parsed.sender.casefold()) in received
    origin = classify(parsed.headers, own_message_ids, goes_on=goes_on)
    listed = automatic = None
    if not logged.file_anyway:
        listed = _listed(integration, parsed)
        automatic = _automatic(origin)
    verdict = Verdict()
    ends_here = automatic and integration.filing.automatic_mail is not AutomaticMail.ACCEPT
    if not listed and not ends_here:
        verdict = read.verdict or _judged(rules, logged, parsed)
    return Case(
        logged, parsed, read.words, integration, origin, goes_on, listed, automatic, verdict, orders(verdict)
    )


def _judged(rules: Sequence[Rule], logged: LoggedMessage, parsed: ParsedMessage) -> Verdict:
    return evaluate(rules, rule_message(parsed, parsed.headers, logged.size), logged.integration_id)


def _listed(integration: Integration, parsed: ParsedMessage) -> KeptOut | None:
    settings = integration.filing
    found = ignored_by(settings.ignore_senders, settings.ignore_subjects, parsed.sender, parsed.subject)
    if found is None:
        return None
    step = footprint(TrailStep.IGNORE_LIST, reason=str(found.reason), entry=found.entry)
    return KeptOut(_REASON_OF[found.reason], step)


def _automatic(origin: Origin) -> KeptOut | None:
    if not origin.is_reply_or_loop:
        return None
    telling = [each for each in origin.evidence if Origin((each,)).is_reply_or_loop]
    evidence = next((each for each in telling if each.sign is Sign.OWN_MESSAGE), telling[0])
    value = shortened(evidence.value, MAX_SHOWN)
    step = footprint(TrailStep.AUTOMATIC, sign=str(evidence.sign), header=evidence.header, value=value)
    own = evidence.sign is Sign.OWN_MESSAGE
    return KeptOut(FilingReason.OWN_MESSAGE if own else FilingReason.AUTOMATIC_REPLY, step)
