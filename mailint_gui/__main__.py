"""``mailint`` and ``python -m mailint_gui``: what is asked for, and who does it."""

import gc
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """-> the exit code: 0 done, 1 something failed, 2 bad usage."""
    if getattr(sys, "frozen", False):
        import multiprocessing

        multiprocessing.freeze_support()
    try:
        return _run(tuple(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:  # before the event loop ran, or after it ended
        return 1


def _run(words: tuple[str, ...]) -> int:
    from mailint_gui.cli.plain_start import plain_start

    start = plain_start(words)
    if start is None:
        return _run_parsed(words)
    from mailint_gui.application import modes
    from mailint_gui.cli.terminal import end_at_once_on_ctrl_c, keep_the_terminal_clean
    from mailint_gui.profile import Profile

    keep_the_terminal_clean()
    end_at_once_on_ctrl_c()
    profile = Profile(start.directory) if start.directory is not None else Profile.default()
    modes.leave(modes.run_window(profile))


def _run_parsed(words: tuple[str, ...]) -> int:
    from mailint_gui import __version__
    from mailint_gui.cli.parser import HelpAskedError, Mode, UsageError, parse
    from mailint_gui.cli.program import run, standard_streams
    from mailint_gui.cli.terminal import end_at_once_on_ctrl_c, keep_the_terminal_clean
    from mailint_gui.profile import Profile

    streams = standard_streams()
    try:
        request = parse(words)
    except UsageError as error:
        streams.err(error.text.encode(errors="backslashreplace"))
        return 2
    except HelpAskedError as asked:
        streams.out(asked.text.encode())
        return 0
    if request.mode is Mode.VERSION:
        streams.out(f"mailint {__version__}\n".encode())
        return 0
    profile = Profile(request.directory) if request.directory is not None else Profile.default()
    keep_the_terminal_clean()
    if request.mode is not Mode.VERB:
        end_at_once_on_ctrl_c()
        from mailint_gui.application import modes

        match request.mode:
            case Mode.WINDOW:
                code = modes.run_window(profile, request.database_url)
            case Mode.HEADLESS:
                code = modes.run_headless(profile, request.database_url)
            case Mode.DEMO:
                code = modes.run_demo()
        modes.leave(code)
    from mailint_gui.application import build_services

    code = run(request, words, profile, build_services, streams)
    gc.freeze()  # else the interpreter's last collection looks through all that was loaded: tenths of a second
    return code


if __name__ == "__main__":
    sys.exit(main())
