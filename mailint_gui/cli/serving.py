"""In the running instance: the verbs that other processes hand over."""

from pathlib import Path
from typing import TYPE_CHECKING

from mailint_gui.cli.access import RunningAccess
from mailint_gui.cli.context import Context
from mailint_gui.cli.parser import HelpAskedError, UsageError, parse
from mailint_gui.cli.perform import BAD_USAGE, perform
from mailint_gui.cli.words import refusal_line
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.instance.server import Caller, RunVerb
from mailint_gui.instance.streams import Streams
from mailint_gui.instance.wire import VerbRequest
from mailint_gui.profile import Profile

if TYPE_CHECKING:
    from mailint_gui.services.services import Services


def verb_runner(services: "Services", profile: Profile, database_url: str | None = None) -> RunVerb:
    """What an ``InstanceServer`` runs. ``database_url``: the one that ``services`` were built with."""

    def run(request: VerbRequest, caller: Caller) -> int:
        context = Context(
            Streams(caller.out, caller.err, caller.stdin),
            Path(request.cwd),
            RunningAccess(services),
            profile.log_path,
        )
        return _run(request, caller, context, database_url)

    return run


def _run(request: VerbRequest, caller: Caller, context: Context, database_url: str | None) -> int:
    from mailint_gui.services.scope import CancelReason

    try:
        asked = parse(request.argv)
    except (UsageError, HelpAskedError) as error:
        context.streams.err(error.text.encode(errors="backslashreplace"))
        return BAD_USAGE
    if asked.verb is None:
        return BAD_USAGE
    if asked.database_url != database_url:
        context.complain(refusal_line(RefusedError(Refusal.OTHER_DATABASE)))
        return 1
    caller.when_gone(lambda: context.scopes.cancel_all(CancelReason.ADMIN))
    return perform(asked.verb, asked.arguments, context)
