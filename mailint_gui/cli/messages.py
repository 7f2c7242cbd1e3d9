"""``mailint messages …``"""

from argparse import Namespace
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from mailint_gui.cli import shapes
from mailint_gui.cli.arguments import ID
from mailint_gui.cli.context import Context
from mailint_gui.cli.table import sheet, table
from mailint_gui.cli.verb import QT_TRANSLATE_NOOP, Argument, Verb
from mailint_gui.domain.message import MessageRow, MessageState
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.domain.refusal import Refusal, RefusedError

if TYPE_CHECKING:
    from mailint_gui.services.services import Services

_LIST = ("id", "integration", "direction", "state", "from", "subject", "received_at")
_STATES = sorted(map(str, {*MessageState, *OutboxState}))


def _list(arguments: Namespace, context: Context) -> int:
    def show(rows: Iterable[MessageRow]) -> None:
        found = (shapes.message(row) for row in rows)
        if arguments.json:
            context.print_json_list(found)
        else:
            _print_table(found, context)

    with context.access.reading() as services:
        if services is None:
            show(())
        else:
            services.message_log.read(arguments.integration, arguments.state, show)
    return 0


def _print_table(found: Iterator[shapes.Shape], context: Context) -> None:
    text = table(found, _LIST)
    if text:
        context.print(text)


def _show(arguments: Namespace, context: Context) -> int:
    with context.access.reading() as services:
        row = _existing(services, arguments.id)
    shape = shapes.message(row)
    if arguments.json:
        context.print_json(shape)
    else:
        context.print(sheet(shape))
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
    shape = shapes.message(row)
    if arguments.json:
        context.print_json(shape)
    else:
        context.print(table([shape], ("id", "state", "reason")))
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
