"""``mailint records …``"""

from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mailint_gui.cli import shapes
from mailint_gui.cli.arguments import row_id
from mailint_gui.cli.context import Context
from mailint_gui.cli.table import sheet, table
from mailint_gui.cli.verb import QT_TRANSLATE_NOOP, Argument, Verb
from mailint_gui.domain.record import RecordFilter, RecordRow
from mailint_gui.domain.refusal import Refusal, RefusedError

if TYPE_CHECKING:
    from mailint_gui.services.services import Services

_LIST = ("number", "status", "subject", "requester", "assignee", "group", "messages", "changed_at")
_CORRESPONDENCE = ("id", "direction", "state", "from", "subject", "received_at")
_PAGE = 500


def _all(services: "Services") -> Iterator[RecordRow]:
    """The newest first."""
    before: int | None = None
    while page := services.records.page(RecordFilter(), before, _PAGE):
        yield from page
        before = page[-1].number


def _list(arguments: Namespace, context: Context) -> int:
    with context.access.reading() as services:
        rows = [shapes.record(row) for row in _all(services)] if services else []
    rows.reverse()
    if arguments.json:
        context.print_json(rows)
    elif rows:
        context.print(table(rows, _LIST))
    return 0


def _show(arguments: Namespace, context: Context) -> int:
    with context.access.reading() as services:
        if services is None:
            raise RefusedError(Refusal.NO_SUCH_RECORD, number=str(arguments.number))
        shape = shapes.record(services.records.get(arguments.number))
        messages = [shapes.message(row) for row in services.records.correspondence(arguments.number)]
    if arguments.json:
        context.print_json({**shape, "correspondence": messages})
        return 0
    context.print(sheet(shape))
    if messages:
        context.print("")
        context.print(table(messages, _CORRESPONDENCE))
    return 0


_NUMBER = Argument(
    ("number",),
    QT_TRANSLATE_NOOP("command_line", "number of a record"),
    {"metavar": "NUMBER", "type": row_id},
)

VERBS = (
    Verb(("records", "list"), QT_TRANSLATE_NOOP("command_line", "all service records, oldest first"), _list),
    Verb(
        ("records", "show"),
        QT_TRANSLATE_NOOP("command_line", "one record and its messages"),
        _show,
        arguments=(_NUMBER,),
    ),
)
