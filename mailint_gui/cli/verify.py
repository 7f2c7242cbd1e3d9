"""``mailint doctor --verify``"""

from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mailint_gui.cli import shapes
from mailint_gui.cli.context import Context
from mailint_gui.domain.verification import Verified

if TYPE_CHECKING:
    from mailint_gui.services.verification import Progress

_WORTH_TELLING = 20_000  # ids; fewer are looked at in a moment
_EVERY = 10  # percent


def verify(arguments: Namespace, context: Context) -> int:
    """1 where there is a flaw."""
    from mailint_gui.services.verification import Verification

    found = Verified()
    with context.access.reading() as services, context.scopes.new() as scope:
        if services is not None:
            for progress in _told(Verification(services.database).verify(), context):
                scope.raise_if_cancelled()
                found = progress.found
    if arguments.json:
        context.print_json(shapes.verified(found))
    else:
        _print(found, context)
    return 1 if found.flaws else 0


def _told(steps: Iterator["Progress"], context: Context) -> Iterator["Progress"]:
    """The same, told of on standard error where it takes a while."""
    from mailint_gui.wording.verification import progress_words

    told = 0
    for progress in steps:
        percent = 100 * progress.done // progress.last
        if progress.last >= _WORTH_TELLING and percent >= told + _EVERY:
            told = percent
            context.complain(progress_words(progress.done, progress.last))
        yield progress


def _print(found: Verified, context: Context) -> None:
    from mailint_gui.wording.verification import flaw_words, summary_words

    context.print(summary_words(found))
    for each in found.flaws:
        context.print(flaw_words(each))
