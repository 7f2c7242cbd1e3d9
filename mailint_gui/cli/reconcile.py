"""``mailint doctor --reconcile NAME``"""

from argparse import Namespace

from mailint_gui.cli import shapes
from mailint_gui.cli.context import Context
from mailint_gui.cli.named import status_named
from mailint_gui.cli.table import cell, table
from mailint_gui.domain.reconciliation import Difference, Reconciliation, Standing
from mailint_gui.domain.refusal import Refusal, RefusedError


def reconcile(arguments: Namespace, context: Context) -> int:
    """1 where something is missing here that should not be."""
    name = arguments.reconcile
    with context.access.reading() as services, context.scopes.new() as scope:
        status = status_named(services, name)
        if services is None:
            raise RefusedError(Refusal.NO_SUCH_INTEGRATION, name=name)
        found = services.reconcile.reconcile(status.id, scope)
    if arguments.json:
        context.print_json(shapes.reconciliation(found))
    else:
        _print(found, context)
    return 0 if found.is_good else 1


def _print(found: Reconciliation, context: Context) -> None:
    from mailint_gui.wording.reconciliation import standing_words, summary_words
    from mailint_gui.wording.text import without_isolates

    context.print(cell(without_isolates(summary_words(found))))
    for standing in Standing:
        if count := found.counts[standing]:
            context.print(f"{count:>8}  {standing_words(standing)}")
    if found.worth_a_look:
        context.print("")
        rows = [_row(each, standing_words(each.standing)) for each in found.worth_a_look]
        context.print(table(rows, ("uid", "message", "subject", "standing")))


def _row(difference: Difference, words: str) -> shapes.Shape:
    return {**shapes.difference(difference), "standing": words}
