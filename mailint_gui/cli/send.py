"""``mailint send``"""

from argparse import ArgumentTypeError, Namespace
from typing import TYPE_CHECKING

from mailint_gui.cli.context import Context
from mailint_gui.cli.named import require_active, status_named
from mailint_gui.cli.table import table
from mailint_gui.cli.verb import QT_TRANSLATE_NOOP, Argument, Verb, translated
from mailint_gui.cli.words import problem_line
from mailint_gui.domain.address import is_address
from mailint_gui.domain.check import SendOutcome
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.outbox import OutboxItem, OutboxPurpose, OutboxState
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.status import IntegrationStatus

if TYPE_CHECKING:
    from mailint_gui.services.services import Services

_NO_ADDRESS = QT_TRANSLATE_NOOP("command_line", "not an email address")
_ONE_LINE = QT_TRANSLATE_NOOP("command_line", "no line breaks or control characters")

_OVER_THE_LIMIT = QT_TRANSLATE_NOOP(
    "command_line",
    "It is queued: {name} has sent as many messages as it may in a minute. It goes out by itself after that.",
)


def _send(arguments: Namespace, context: Context) -> int:
    with context.access.changing() as services:
        status = status_named(services, arguments.sender)
        require_active(status, Direction.OUTGOING)
        item = _queued(services, status, arguments, _body(context))
        outcome = None if arguments.queue else _sent(services, item, context)
    state = outcome.state if outcome else str(item.state)
    _print(item.id, state, arguments, context)
    if outcome is None or state == OutboxState.SENT:
        return 0
    if state == OutboxState.QUEUED:
        context.complain(translated(_OVER_THE_LIMIT).replace("{name}", status.name))
        return 0
    if outcome.problem is not None:
        context.complain(problem_line(outcome.problem, status.name, Direction.OUTGOING))
    raise RefusedError(Refusal.NOT_SENT, id=str(item.id), state=state)


def _body(context: Context) -> str:
    """Raises RefusedError."""
    try:
        return context.streams.stdin().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedError(Refusal.BODY_NOT_TEXT) from error


def _queued(services: "Services", status: IntegrationStatus, arguments: Namespace, body: str) -> OutboxItem:
    recipients = list(dict.fromkeys(arguments.recipients))
    return services.outbox.queue(status.integration, OutboxPurpose.TYPED, recipients, arguments.subject, body)


def _sent(services: "Services", item: OutboxItem, context: Context) -> SendOutcome:
    with context.scopes.new() as scope:
        return services.send_mail.send(item.id, scope)


def _print(item_id: int, state: str, arguments: Namespace, context: Context) -> None:
    shape = {"id": item_id, "state": state}
    if arguments.json:
        context.print_json(shape)
    else:
        context.print(table([shape], ("id", "state")))


def _address(text: str) -> str:
    if not is_address(text.strip()):
        raise ArgumentTypeError(f"{translated(_NO_ADDRESS)}: {text!r}")
    return text.strip()


def _line(text: str) -> str:
    if any(char < " " or "\x7f" <= char <= "\x9f" for char in text):
        raise ArgumentTypeError(translated(_ONE_LINE))
    return text


VERBS = (
    Verb(
        ("send",),
        QT_TRANSLATE_NOOP("command_line", "send a message; its text comes on standard input"),
        _send,
        changes=True,
        arguments=(
            Argument(
                ("--from",),
                QT_TRANSLATE_NOOP("command_line", "the integration to send through"),
                {"dest": "sender", "metavar": "NAME", "required": True},
            ),
            Argument(
                ("--to",),
                QT_TRANSLATE_NOOP("command_line", "a recipient; may be repeated"),
                {
                    "dest": "recipients",
                    "metavar": "ADDRESS",
                    "required": True,
                    "action": "append",
                    "type": _address,
                },
            ),
            Argument(
                ("--subject",),
                QT_TRANSLATE_NOOP("command_line", "the subject"),
                {"metavar": "SUBJECT", "required": True, "type": _line},
            ),
            Argument(
                ("--queue",),
                QT_TRANSLATE_NOOP(
                    "command_line", "put it into the outbox, and do not wait for it to be sent"
                ),
                {"action": "store_true"},
            ),
        ),
    ),
)
