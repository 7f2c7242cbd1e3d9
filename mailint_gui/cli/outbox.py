"""``mailint outbox …``"""

from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from mailint_gui.cli import shapes
from mailint_gui.cli.arguments import ID
from mailint_gui.cli.context import Context
from mailint_gui.cli.table import table
from mailint_gui.cli.verb import QT_TRANSLATE_NOOP, Verb, translated
from mailint_gui.cli.words import why
from mailint_gui.domain.outbox import NotPossibleError, OutboxItem, OutboxState
from mailint_gui.domain.refusal import Refusal, RefusedError

if TYPE_CHECKING:
    from mailint_gui.services.services import Services

Change = Callable[[int], OutboxItem]
_MAY_ARRIVE_TWICE = QT_TRANSLATE_NOOP(
    "command_line", "Message {id} may have arrived already, and may now arrive a second time."
)
_LIST = ("id", "integration", "state", "recipients", "subject", "attempts", "next_try_at", "reason")


def _list(arguments: Namespace, context: Context) -> int:
    with context.access.reading() as services:
        items = services.outbox.all() if services else ()
    if arguments.json:
        context.print_json([shapes.outbox_item(item) for item in items])
    elif items:
        context.print(
            table([{**shapes.outbox_item(item), "reason": why(item)} for item in items], _LIST, "reason")
        )
    return 0


def _retry(arguments: Namespace, context: Context) -> int:
    def change(services: "Services") -> "Change":
        item = services.outbox.get(arguments.id)
        if item and item.state is OutboxState.UNCERTAIN:
            context.complain(translated(_MAY_ARRIVE_TWICE).replace("{id}", str(item.id)))
        return services.outbox.retry

    return _change(arguments, context, change, Refusal.CANNOT_RETRY)


def _arrived(arguments: Namespace, context: Context) -> int:
    return _change(arguments, context, lambda services: services.outbox.arrived, Refusal.NOT_UNCERTAIN)


def _cancel(arguments: Namespace, context: Context) -> int:
    return _change(arguments, context, lambda services: services.outbox.cancel, Refusal.CANNOT_CANCEL)


def _change(
    arguments: Namespace,
    context: Context,
    change: "Callable[[Services], Change]",
    otherwise: Refusal,
) -> int:
    with context.access.changing() as services:
        try:
            item = change(services)(arguments.id)
        except NotPossibleError as error:
            raise RefusedError(otherwise, id=str(arguments.id), state=error.state) from error
        except LookupError as error:
            raise RefusedError(Refusal.NO_SUCH_OUTBOX_ITEM, id=str(arguments.id)) from error
    shape = shapes.outbox_item(item)
    if arguments.json:
        context.print_json(shape)
    else:
        context.print(table([shape], ("id", "state")))
    return 0


VERBS = (
    Verb(("outbox", "list"), QT_TRANSLATE_NOOP("command_line", "all that was sent or is to be sent"), _list),
    Verb(
        ("outbox", "retry"),
        QT_TRANSLATE_NOOP("command_line", "put a message back into the queue"),
        _retry,
        changes=True,
        arguments=(ID,),
    ),
    Verb(
        ("outbox", "arrived"),
        QT_TRANSLATE_NOOP("command_line", "count an uncertain message as sent"),
        _arrived,
        changes=True,
        arguments=(ID,),
    ),
    Verb(
        ("outbox", "cancel"),
        QT_TRANSLATE_NOOP("command_line", "do not send a message that waits"),
        _cancel,
        changes=True,
        arguments=(ID,),
    ),
)
