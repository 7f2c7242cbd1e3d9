"""``mailint messages …``"""

from argparse import Namespace
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mailint_gui.cli import shapes
from mailint_gui.cli.arguments import ID
from mailint_gui.cli.context import Context
from mailint_gui.cli.table import sheet, table
from mailint_gui.cli.verb import QT_TRANSLATE_NOOP, Argument, Verb
from mailint_gui.cli.words import message_why
from mailint_gui.domain.message import MessageRow, MessageState
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.domain.refusal import Refusal, RefusedError

if TYPE_CHECKING:
    from mailint_gui.services.services import Services

_LIST = ("id", "integration", "direction", "state", "from", "subject", "received_at", "record", "reason")
_STATES = sorted(map(str, {*MessageState, *OutboxState}))


def _list(arguments: Namespace, context: Context) -> int:
    def show(rows: Iterable[MessageRow]) -> None:
        if arguments.json:
            context.print_json_list(shapes.message(row) for row in rows)
        else:
            _print_table(rows, context)

    with context.access.reading() as services:
        if services is None:
            show(())
        else:
            services.message_log.read(arguments.integration, arguments.state, show)
    return 0


def _print_table(rows: Iterable[MessageRow], context: Context) -> None:
    text = table((_in_words(row) for row in rows), _LIST, "reason")
    if text:
        context.print(text)


def _in_words(row: MessageRow) -> shapes.Shape:
    """For people: the reason as a sentence, where JSON has its code."""
    return {**shapes.message(row), "reason": message_why(row)}


def _show(arguments: Namespace, context: Context) -> int:
    with context.access.reading() as services:
        row = _existing(services, arguments.id)
    if arguments.json:
        context.print_json(shapes.message(row))
    else:
        context.print(sheet(_in_words(row)))
    return 0


def _existing(services: "Services | None", message_id: int) -> MessageRow:
    if services is None:
        raise RefusedError(Refusal.NO_SUCH_MESSAGE, id=str(message_id))
    return services.message_log.get(message_id)


def _export(arguments: Namespace, context: Context) -> int:
    with context.access.reading() as services:
        if services is None:
            raise RefusedError(Refusal.NO_SUCH_MESSAGE, id=str(arguments.id))
        raw = services.message_log.source(arguments.id)
    context.streams.out(raw)
    return 0


def _retry(arguments: Namespace, context: Context) -> int:
    with context.access.changing() as services, context.scopes.new() as scope:
        row = services.message_log.retry(arguments.id, scope)
    if arguments.json:
        context.print_json(shapes.message(row))
    else:
        context.print(table([_in_words(row)], ("id", "state", "reason"), "reason"))
    if row.state == MessageState.TOO_LARGE:
        raise RefusedError(Refusal.ASKED_FOR, id=str(arguments.id))
    if row.state != MessageState.FILED:
        raise RefusedError(Refusal.STILL_QUARANTINED, id=str(arguments.id))
    return 0


VERBS = (
    Verb(
        ("messages", "list"),
        QT_TRANSLATE_NOOP("command_line", "all messages, in and out, oldest first"),
        _list,
        arguments=(
            Argument(
                ("--integration",),
                QT_TRANSLATE_NOOP("command_line", "only those of this integration"),
                {"metavar": "NAME"},
            ),
            Argument(
                ("--state",),
                QT_TRANSLATE_NOOP("command_line", "only those in this state"),
                {"metavar": "STATE", "choices": _STATES},
            ),
        ),
    ),
    Verb(("messages", "show"), QT_TRANSLATE_NOOP("command_line", "one message"), _show, arguments=(ID,)),
    Verb(
        ("messages", "export"),
        QT_TRANSLATE_NOOP("command_line", "write a message as it came to standard output"),
        _export,
        arguments=(ID,),
        has_json=False,
    ),
    Verb(
        ("messages", "retry"),
        QT_TRANSLATE_NOOP("command_line", "read a quarantined message again"),
        _retry,
        changes=True,
        arguments=(ID,),
    ),
)
