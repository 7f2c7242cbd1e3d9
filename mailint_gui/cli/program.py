"""A verb from the terminal: here, or in the running instance of its profile."""

import os
import sys
from pathlib import Path

from mailint_gui.cli.access import Build, OwnAccess, taken
from mailint_gui.cli.context import Context
from mailint_gui.cli.parser import Request
from mailint_gui.cli.perform import FAILED, perform
from mailint_gui.cli.words import refusal_line
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.instance.client import InstanceLost, NotRunning, OtherVersion, hand_over
from mailint_gui.instance.place import Place
from mailint_gui.instance.streams import Streams
from mailint_gui.instance.wire import VerbRequest
from mailint_gui.profile import Profile
from mailint_gui.wording.language import speak_in_terminal


def run(request: Request, argv: tuple[str, ...], profile: Profile, build: Build, streams: Streams) -> int:
    """-> the exit code. ``request`` is what ``argv`` says."""
    speak_in_terminal()
    access = OwnAccess(profile, request.database_url, build)
    context = Context(streams, _cwd(), access, profile.log_path)
    try:
        return _run(request, argv, profile, context, access)
    except RefusedError as error:
        context.complain(refusal_line(error))
    except KeyboardInterrupt:
        from mailint_gui.services.scope import CancelReason

        context.scopes.cancel_all(CancelReason.ADMIN)
        context.complain(refusal_line(RefusedError(Refusal.INTERRUPTED)))
    except BrokenPipeError:  # whoever read our output has seen enough
        _drop_output()
    return FAILED


def _run(
    request: Request, argv: tuple[str, ...], profile: Profile, context: Context, access: OwnAccess
) -> int:
    verb = request.verb
    assert verb is not None
    if not verb.changes:
        return perform(verb, request.arguments, context)
    answers: list[int] = []

    def handed_over() -> bool:
        code = _hand_over(argv, profile, context)
        answers.extend([] if code is None else [code])
        return code is not None

    with taken(profile, handed_over) as ours:
        if not ours:
            return answers[0]
        context.begin_log()
        own = OwnAccess(profile, request.database_url, access.build, locked=True)
        return perform(verb, request.arguments, context.with_access(own))


def _hand_over(argv: tuple[str, ...], profile: Profile, context: Context) -> int | None:
    """None where there is no instance to hand it to. Raises RefusedError."""
    from mailint_gui import __version__

    request = VerbRequest(argv, str(context.cwd))
    try:
        return hand_over(Place.of_profile(profile.directory), request, context.streams)
    except NotRunning:
        return None
    except InstanceLost as error:
        raise RefusedError(Refusal.INSTANCE_LOST, detail=str(error)) from error
    except OtherVersion as error:
        raise RefusedError(Refusal.OTHER_VERSION, theirs=error.version, ours=__version__) from error


def _cwd() -> Path:
    try:
        return Path.cwd()
    except OSError:  # it was removed
        return Path("/")


def standard_streams() -> Streams:
    """Those of this process, in UTF-8. Without a console (a Windows program has none) nothing is written.

    ``out`` raises BrokenPipeError, and RefusedError where what it writes to takes no more.
    """

    def out(data: bytes) -> None:
        if sys.stdout is None:
            return
        try:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise
        except OSError as error:  # such as a full disk behind a redirection
            _drop_output()
            raise RefusedError(
                Refusal.OUTPUT_NOT_WRITTEN, detail=error.strerror or type(error).__name__
            ) from error

    def err(data: bytes) -> None:
        if sys.stderr is not None:
            sys.stderr.buffer.write(data)
            sys.stderr.buffer.flush()

    def stdin() -> bytes:
        return sys.stdin.buffer.read() if sys.stdin is not None else b""

    return Streams(out, err, stdin)


def _drop_output() -> None:
    """So that the interpreter does not complain at its end about what it cannot write."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
