"""The catalogue's words, asked for only when there is something to say: the catalogue brings Qt's translate along.

Without the marks that isolate right-to-left facts: those are for windows, and no program expects them.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from mailint_gui.domain.check import TestStage, TestStep
from mailint_gui.domain.events import CredentialExpiring
from mailint_gui.domain.finding import Finding
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import MessageRow, MessageState
from mailint_gui.domain.oauth import DeviceCode, SignInStatus
from mailint_gui.domain.outbox import OutboxItem
from mailint_gui.domain.problem import Problem
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.refusal import RefusedError
from mailint_gui.domain.rule import Action, Rule
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.domain.validation import ValidationError

if TYPE_CHECKING:
    from mailint_gui.services.refusal import StoreRefusedError
    from mailint_gui.wording.text import Words


def problem_words(problem: Problem, name: str = "", direction: Direction | None = None) -> "Words":
    """What happened, with what the server said of it; and what to do, by verbs."""
    from mailint_gui.wording.problems import detail_words, words
    from mailint_gui.wording.surface import Surface
    from mailint_gui.wording.text import Words, without_isolates

    told = words(problem, name, direction, Surface.TERMINAL)
    what = f"{told.what} {detail_words(problem)}".strip()
    return Words(without_isolates(what), without_isolates(told.remedy))


def problem_line(problem: Problem, name: str = "", direction: Direction | None = None) -> str:
    """What happened, what to do, and at its end what the server said: nobody copies details from a terminal."""
    from mailint_gui.wording.problems import detail_words, words
    from mailint_gui.wording.surface import Surface
    from mailint_gui.wording.text import without_isolates

    told = words(problem, name, direction, Surface.TERMINAL)
    return without_isolates(f"{told} {detail_words(problem)}".strip())


def expiry_line(name: str, found: CredentialExpiring) -> str:
    """That a credential ends or has ended, and what to do."""
    from mailint_gui.wording.expiry import expiry_words
    from mailint_gui.wording.surface import Surface
    from mailint_gui.wording.text import without_isolates

    return without_isolates(str(expiry_words(name, found, Surface.TERMINAL)))


def step_words(step: TestStep, name: str, *, told_before: bool) -> str:
    """The direction, and what failed or was done."""
    from mailint_gui.wording.stages import failed_as_incoming_words
    from mailint_gui.wording.states import direction_name

    if told_before:
        return f"{direction_name(step.direction)}: {failed_as_incoming_words()}"
    ended = _passed(step) if step.problem is None else problem_line(step.problem, name, step.direction)
    return f"{direction_name(step.direction)}: {ended}"


def _passed(step: TestStep) -> str:
    from mailint_gui.wording.stages import test_stage_words, token_words
    from mailint_gui.wording.text import without_isolates

    words = test_stage_words(step.stage)
    if step.stage is not TestStage.TOKEN:
        return words
    return f"{words}. {without_isolates(token_words(dict(step.facts)))}"


def code_line(code: DeviceCode, name: str) -> str:
    """Where to sign in, and with which code."""
    from mailint_gui.wording.sign_in_terminal import code_words
    from mailint_gui.wording.text import without_isolates

    return without_isolates(code_words(code, name))


def why(item: OutboxItem) -> str:
    """Why a message waits, or was not sent to all; empty where there is no reason."""
    if not item.reason and not item.partly_sent:
        return ""
    from mailint_gui.wording.outbox import outbox_reason_words, outbox_state_words
    from mailint_gui.wording.text import without_isolates

    reason = without_isolates(outbox_reason_words(item).what)
    return f"{outbox_state_words(item.state, True)}. {reason}".strip() if item.partly_sent else reason


def message_why(row: MessageRow) -> str:
    """Why a message is where it is; empty where nothing is to be said."""
    if not row.reason and row.state in {MessageState.FILED, MessageState.RECEIVED}:
        return ""
    from mailint_gui.wording.messages import reason_words
    from mailint_gui.wording.text import without_isolates

    return without_isolates(reason_words(row))


def page_line(name: str) -> str:
    """That the page whose address follows is to be opened on this computer."""
    from mailint_gui.wording.sign_in_terminal import page_words
    from mailint_gui.wording.text import without_isolates

    return without_isolates(page_words(name))


def signed_in_lines(status: SignInStatus, *, who: bool = True) -> str:
    """Who signed in, unless that was told, for what and until when, a line each: as the form shows it."""
    from mailint_gui.wording.sign_in import opens_words, signed_in_words
    from mailint_gui.wording.text import without_isolates

    return without_isolates(signed_in_words(status) if who else opens_words(status))


def other_account_line(account: str, mailbox: str) -> str:
    """That somebody signed in whose mailbox it may not be."""
    from mailint_gui.wording.sign_in import other_account_words
    from mailint_gui.wording.text import without_isolates

    return without_isolates(other_account_words(account, mailbox))


def validation_lines(error: ValidationError) -> list[str]:
    """A line for each fault, with its integration and its key as written in the file."""
    from mailint_gui.wording.fields import field_words
    from mailint_gui.wording.text import without_isolates

    lines = []
    for each in error.errors:
        where = ": ".join(part for part in (error.subject, each.path) if part)
        told = without_isolates(field_words(each))
        lines.append(f"{where}: {told}" if where else told)
    return lines


def rule_fault_lines(error: ValidationError) -> list[str]:
    """A line for each fault in a file of rules, with its rule and its key."""
    from mailint_gui.wording.rule_faults import rule_fault_words
    from mailint_gui.wording.text import without_isolates

    return [
        ": ".join(
            part for part in (error.subject, each.path, without_isolates(rule_fault_words(each))) if part
        )
        for each in error.errors
    ]


def rule_line(rule: Rule, names: Mapping[int, str]) -> str:
    """The whole rule in words, without its name."""
    from mailint_gui.wording.rules import rule_words
    from mailint_gui.wording.text import without_isolates

    return without_isolates(rule_words(rule, names))


def actions_line(actions: Iterable[Action]) -> str:
    from mailint_gui.wording.rules import actions_words
    from mailint_gui.wording.text import without_isolates

    return without_isolates(actions_words(actions))


def refusal_line(error: RefusedError) -> str:
    from mailint_gui.wording.refusals import refusal_words
    from mailint_gui.wording.text import without_isolates

    return without_isolates(refusal_words(error.refusal, error.facts))


def database_line(error: "StoreRefusedError") -> str:
    from mailint_gui.wording.refusals import database_words
    from mailint_gui.wording.text import without_isolates

    return without_isolates(database_words(str(error.reason), error.facts))


def state_words(status: IntegrationStatus, properties: AccountProperties) -> str:
    """How an integration fares, as in the window's list."""
    from mailint_gui.wording.states import condition_words

    return condition_words(status, properties)


def mute_default_line(name: str) -> str:
    """What the form warns of: the default cannot send."""
    from mailint_gui.wording.states import mute_default_words
    from mailint_gui.wording.text import without_isolates

    return without_isolates(mute_default_words(name))


def finding_line(finding: Finding) -> str:
    from mailint_gui.wording.findings import finding_words
    from mailint_gui.wording.text import without_isolates

    return without_isolates(finding_words(finding))
