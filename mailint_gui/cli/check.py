"""``mailint integrations check``"""

from argparse import Namespace
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mailint_gui.cli import shapes
from mailint_gui.cli.arguments import NAMES
from mailint_gui.cli.checking import check_all
from mailint_gui.cli.context import Context
from mailint_gui.cli.named import require_active, status_named
from mailint_gui.cli.table import table
from mailint_gui.cli.verb import QT_TRANSLATE_NOOP, Argument, Verb
from mailint_gui.cli.words import problem_line, refusal_line
from mailint_gui.domain.check import CheckOutcome, CheckResult
from mailint_gui.domain.health import DirectionState
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.outbox import OutboxPurpose
from mailint_gui.domain.problem import ProblemError
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.status import IntegrationStatus

if TYPE_CHECKING:
    from mailint_gui.services.services import Services

_EITHER = QT_TRANSLATE_NOOP("command_line", "give either names or --all")
_COLUMNS = (
    *("name", "ok", "seen", "filed", "ignored", "quarantined"),
    *("already_known", "too_large", "waiting", "skipped_existing"),
)


def _check(arguments: Namespace, context: Context) -> int:
    with context.access.changing() as services:
        wanted = _to_check(services, arguments)
        able, refused = _able(wanted)
        ended = {status.id: answer for status, answer in check_all(services, able, context.scopes)}
        _send_alerts(services, context)
        _keep_copies(services, context)
    answers = [(status, ended.get(status.id) or refused[status.id]) for status in wanted]
    _print_checks(answers, arguments, context)
    return 0 if all(_is_ok(answer) for _status, answer in answers) else 1


def _to_check(services: "Services", arguments: Namespace) -> list[IntegrationStatus]:
    """Those named, each once, in that order; or all that take email in at present."""
    if not arguments.all:
        found = [status_named(services, name) for name in arguments.names]
        return list({status.id: status for status in found}.values())
    return [
        status
        for status in services.statuses.all()
        if status.state_of(Direction.INCOMING) is DirectionState.ACTIVE
    ]


def _able(wanted: Iterable[IntegrationStatus]) -> tuple[list[IntegrationStatus], dict[int, RefusedError]]:
    able, refused = [], {}
    for status in wanted:
        try:
            require_active(status, Direction.INCOMING)
        except RefusedError as error:
            refused[status.id] = error
        else:
            able.append(status)
    return able, refused


def _is_ok(answer: CheckOutcome | RefusedError) -> bool:
    return isinstance(answer, CheckOutcome) and answer.result is CheckResult.OK


def _print_checks(
    answers: Iterable[tuple[IntegrationStatus, CheckOutcome | RefusedError]],
    arguments: Namespace,
    context: Context,
) -> None:
    shown = []
    for status, answer in answers:
        outcome = answer if isinstance(answer, CheckOutcome) else None
        shown.append(shapes.check(status.name, outcome))
        if isinstance(answer, RefusedError):
            context.complain(refusal_line(answer))
        elif answer.result is CheckResult.CANCELLED:
            context.complain(refusal_line(RefusedError(Refusal.CHECK_CANCELLED, name=status.name)))
        elif answer.problem is not None:
            context.complain(problem_line(answer.problem, status.name, Direction.INCOMING))
    if arguments.json:
        context.print_json(shown)
    elif shown:
        context.print(table(shown, _COLUMNS))


def _send_alerts(services: "Services", context: Context) -> None:
    """What the checks have to tell an admin goes out now: there may be no window that would send it."""
    from mailint_gui.services.scope import Cancelled

    due = [item for item in services.send_mail.due() if item.purpose is OutboxPurpose.MONITORING]
    for item in due:
        with context.scopes.new() as scope:
            try:
                services.send_mail.send(item.id, scope)
            except (ProblemError, Cancelled):  # it stays in the outbox
                return


def _keep_copies(services: "Services", context: Context) -> None:
    """Of what was sent before, in the mailboxes: there may be no window that would do it."""
    from mailint_gui.services.scope import Cancelled

    for integration_id in services.sent_copies.due():
        with context.scopes.new() as scope:
            try:
                services.sent_copies.settle(integration_id, scope)
            except (ProblemError, Cancelled):  # they stay owed
                return


def _judge_check(arguments: Namespace) -> str:
    return "" if bool(arguments.all) != bool(arguments.names) else _EITHER


VERB = Verb(
    ("integrations", "check"),
    QT_TRANSLATE_NOOP("command_line", "check mailboxes now and file what is new"),
    _check,
    changes=True,
    arguments=(
        NAMES,
        Argument(
            ("--all",),
            QT_TRANSLATE_NOOP("command_line", "all that are not disabled"),
            {"action": "store_true"},
        ),
    ),
    judge=_judge_check,
)
