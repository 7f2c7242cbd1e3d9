"""The JSON shapes of the command line's contract. Their keys and values do not change without a migration note."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mailint_gui.cli.words import problem_words, step_words
from mailint_gui.domain.check import CheckOutcome, CheckResult, CheckTally, TestStep
from mailint_gui.domain.health import ErrorRecord
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import MessageRow
from mailint_gui.domain.oauth import SignInStatus
from mailint_gui.domain.outbox import OutboxItem
from mailint_gui.domain.reconciliation import Difference, Reconciliation
from mailint_gui.domain.record import RecordRow
from mailint_gui.domain.rule import Rule
from mailint_gui.domain.rule_verdict import ConditionTrace, GroupTrace, RuleTrace
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.domain.verification import Verified
from mailint_gui.services.rules.rules_shape import write_action, write_condition, write_rule

if TYPE_CHECKING:
    from mailint_gui.services.provisioning import Imported

Shape = dict[str, Any]


def moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def error(record: ErrorRecord | None, name: str, direction: Direction) -> Shape | None:
    if record is None:
        return None
    words = problem_words(record.problem, name, direction)
    return {
        "at": moment(record.at),
        "kind": str(record.problem.kind),
        "message": words.what,
        "remedy": words.remedy,
    }


def integration(status: IntegrationStatus) -> Shape:
    given, incoming, outgoing = status.integration, status.health.incoming, status.health.outgoing
    return {
        "name": given.name,
        "description": given.description,
        "is_default": given.is_default,
        "enabled": given.enabled,
        "state": str(status.state),
        "incoming_state": str(status.state_of(Direction.INCOMING)),
        "outgoing_state": str(status.state_of(Direction.OUTGOING)),
        "address": given.address,
        "responsible_admin": given.responsible_admin,
        "last_modified_by": given.last_modified_by,
        "last_modified_at": moment(given.last_modified_at),
        "last_successful_incoming_email_at": moment(incoming.last_mail_at),
        "last_successful_outgoing_email_at": moment(outgoing.last_mail_at),
        "last_check_at": moment(incoming.last_attempt_at),
        "last_successful_check_at": moment(incoming.last_success_at),
        "next_check_at": moment(status.next_check_at),
        "last_incoming_error": error(incoming.last_error, given.name, Direction.INCOMING),
        "last_outgoing_error": error(outgoing.last_error, given.name, Direction.OUTGOING),
        "consecutive_incoming_errors": incoming.consecutive_errors,
        "consecutive_outgoing_errors": outgoing.consecutive_errors,
    }


def imported(done: "Imported") -> Shape:
    """``missing_secrets``: why it is disabled, and what to do."""
    told = {each.direction: problem_words(each.problem, done.name, each.direction) for each in done.missing}
    return {
        "name": done.name,
        "result": str(done.result),
        "enabled": done.enabled,
        "missing_passwords": list(told),
        "missing_secrets": [
            {
                "direction": each.direction,
                "kind": str(each.problem.kind),
                "secret": each.problem.facts["secret"],
                "message": told[each.direction].what,
                "remedy": told[each.direction].remedy,
            }
            for each in done.missing
        ],
    }


def message(row: MessageRow) -> Shape:
    return {
        "id": row.id,
        "integration": row.integration,
        "direction": row.direction,
        "state": row.state,
        "reason": row.reason,
        "folder": row.folder,
        "uid": row.uid,
        "message_id": row.message_id,
        "subject": row.subject,
        "from": row.sender,
        "to": list(row.recipients),
        "date": moment(row.date),
        "received_at": moment(row.received_at),
        "size": row.size,
        "sha256": row.sha256,
        "record": row.record,
        "attachments": [asdict(each) for each in row.attachments],
    }


def record(row: RecordRow) -> Shape:
    return {
        **asdict(row),
        "tags": list(row.tags),
        "created_at": moment(row.created_at),
        "changed_at": moment(row.changed_at),
    }


def rule(given: Rule, position: int, names: Mapping[int, str]) -> Shape:
    """As in the file of rules; ``position`` is counted from 1. ``names`` of integrations by id."""
    return {"position": position, **write_rule(given, names)}


def rule_trace(trace: RuleTrace) -> Shape:
    return {
        "name": trace.name,
        "outcome": str(trace.outcome),
        "condition": _condition_trace(trace.condition) if trace.condition else None,
        "actions": [write_action(each) for each in trace.actions],
    }


def _condition_trace(trace: ConditionTrace) -> Shape:
    """``result`` null: it could not be run here."""
    if isinstance(trace, GroupTrace):
        members = [_condition_trace(each) for each in trace.members]
        return {"group": str(trace.kind), "result": trace.result, "members": members}
    return {**write_condition(trace.test), "result": trace.result, "found": list(trace.found)}


def reconciliation(found: Reconciliation) -> Shape:
    return {
        "name": found.name,
        "folder": found.folder,
        "on_server": found.on_server,
        "matched": found.matched,
        "counts": {str(standing): count for standing, count in found.counts.items()},
        "differences": [difference(each) for each in found.differences],
    }


def difference(given: Difference) -> Shape:
    return {
        "standing": str(given.standing),
        "uid": given.uid,
        "message": given.message,
        "subject": given.subject,
    }


def verified(found: Verified) -> Shape:
    return {
        "messages": found.messages,
        "size": found.size,
        "flaws": [{"message": each.message_id, "flaw": str(each.flaw)} for each in found.flaws],
    }


def outbox_item(item: OutboxItem) -> Shape:
    return {
        "id": item.id,
        "integration": item.integration,
        "state": str(item.state),
        "message_id": item.message_id,
        "subject": item.subject,
        "recipients": [{"address": each.address, "state": str(each.state)} for each in item.recipients],
        "attempts": item.attempts,
        "next_try_at": moment(item.next_try_at),
        "reason": item.reason,
    }


def check(name: str, outcome: CheckOutcome | None) -> Shape:
    """``outcome`` None: it was not checked at all."""
    tally = outcome.tally if outcome else CheckTally()
    record = ErrorRecord(outcome.finished_at, outcome.problem) if outcome and outcome.problem else None
    return {
        "name": name,
        "ok": outcome is not None and outcome.result is CheckResult.OK,
        **{item.name: getattr(tally, item.name) for item in fields(CheckTally)},
        "error": error(record, name, Direction.INCOMING),
    }


def sign_in(name: str, status: SignInStatus) -> Shape:
    return {
        "name": name,
        "account": status.account,
        "scopes": list(status.scopes),
        "valid_until": moment(status.valid_until),
    }


def step(tested: TestStep, name: str, *, told_before: bool) -> Shape:
    """``told_before``: its problem is that of incoming, whose log-in it uses."""
    return {
        "step": str(tested.stage),
        "ok": tested.ok,
        "ms": tested.ms,
        "message": step_words(tested, name, told_before=told_before),
    }
