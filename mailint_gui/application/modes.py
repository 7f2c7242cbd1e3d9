"""What a command line without a verb starts: the window, the workers alone, or the demo. It builds and ties, no more.

Qt is imported late: whether there is a display is asked before, since Qt would end the process.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from mailint_gui.application.services import build_services
from mailint_gui.domain.clock import system_clock
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.instance.lock import AlreadyRunning, ProfileLock
from mailint_gui.profile import Profile

if TYPE_CHECKING:
    from mailint_gui.demo.process import DemoServers
    from mailint_gui.services.announcements import Announce
    from mailint_gui.services.services import Services
    from mailint_gui.ui.main_window import MainWindow
    from mailint_gui.workers.engine import Pace
    from mailint_gui.workers.live_desk import LiveDesk

FAILED = 1


@dataclass(frozen=True, slots=True)
class _Start:
    """One start: the profile that we hold, and what is special about it."""

    profile: Profile
    lock: ProfileLock
    build: "Callable[[Announce], Services]"
    pace: "Pace | None" = None
    database_url: str | None = None
    demo: bool = False
    at_last: Callable[[], object] = bool

    def make_desk(self) -> "LiveDesk":
        from mailint_gui.workers.live_desk import LiveDesk

        return LiveDesk(self.build, system_clock, self.pace)


def run_window(profile: Profile, database_url: str | None = None) -> int:
    """The window on a profile; the one that is open already comes to the front. -> the exit code."""
    from mailint_gui.application.display import has_display

    if not has_display():
        return _refuse(Refusal.NO_DISPLAY)
    try:
        lock = _take(profile)
    except RefusedError as error:
        return _complain_in_window(error)
    return _window(_own(profile, lock, database_url)) if lock else 0


def run_headless(profile: Profile, database_url: str | None = None) -> int:
    """Workers without a window, until SIGTERM or Ctrl-C. -> the exit code."""
    try:
        lock = _take(profile)
    except RefusedError as error:
        return _complain(_refusal_line(error))
    if lock is None:
        return _refuse(Refusal.PROFILE_IN_USE, path=str(profile.directory))
    return _headless(_own(profile, lock, database_url))


def run_demo() -> int:
    """A throw-away profile with servers of its own: in a window, else one pass in the terminal."""
    from mailint_gui.application.display import has_display
    from mailint_gui.demo.process import DemoServers
    from mailint_gui.demo.profile import DEMO_BACK_OFF, DEMO_INTERVAL
    from mailint_gui.workers.engine import Pace

    with tempfile.TemporaryDirectory(prefix="mailint-demo-", ignore_cleanup_errors=True) as directory:
        profile = Profile(Path(directory))
        servers = DemoServers(profile.directory)
        lock = ProfileLock(profile.lock_path)
        lock.acquire()
        start = _Start(
            profile,
            lock,
            build=lambda announce: _build_demo(profile, servers, announce),
            pace=Pace(DEMO_INTERVAL, DEMO_BACK_OFF),
            demo=True,
            at_last=servers.stop,
        )
        return _window(start) if has_display() else _demo_pass(start)


def _own(profile: Profile, lock: ProfileLock, database_url: str | None) -> _Start:
    def build(announce: "Announce") -> "Services":
        _import_what_listening_needs()
        return build_services(profile, database_url=database_url, announce=announce)

    return _Start(profile, lock, build, database_url=database_url)


def _import_what_listening_needs() -> None:
    """On a worker, so that the window's thread need not when the profile is open."""
    import mailint_gui.cli.serving
    import mailint_gui.instance.server  # noqa: F401  imported for later


def _take(profile: Profile) -> ProfileLock | None:
    """None when the instance that runs was asked to show its window. Raises RefusedError."""
    from mailint_gui.application.host import take_profile
    from mailint_gui.cli.access import unusable

    try:
        return take_profile(profile)
    except AlreadyRunning as error:
        raise RefusedError(Refusal.PROFILE_IN_USE, path=str(profile.directory)) from error
    except OSError as error:
        raise unusable(profile, error) from error


def _window(start: _Start) -> int:
    """An empty window first; what it is about is loaded and made when that is on the screen."""
    from PySide6.QtCore import Qt

    from mailint_gui.application.host import end_process, quit_on_signals
    from mailint_gui.ui.main_window import MainWindow
    from mailint_gui.ui.qt_application import make_application

    qt = make_application(sys.argv[:1])
    window = MainWindow(start.profile.settings_path, start.demo)
    behind: list[_BehindWindow] = []
    window.appeared.connect(
        lambda: behind.append(_BehindWindow(start, window)), Qt.ConnectionType.SingleShotConnection
    )
    window.quit_requested.connect(qt.quit)
    quit_on_signals(qt)
    window.show()
    code = qt.exec()
    clean = behind[0].stop() if behind else True
    return end_process(code, clean, start.at_last)


class _BehindWindow:
    """The profile, its workers and all that the window shows of them."""

    def __init__(self, start: _Start, window: "MainWindow") -> None:
        from mailint_gui import log
        from mailint_gui.application.host import Host
        from mailint_gui.ui.crash_reporter import CrashReporter
        from mailint_gui.ui.shell import Shell

        crashes = CrashReporter(window, log.begin(start.profile.log_path).text)
        desk = start.make_desk()
        self._host = Host(start.profile, start.lock, desk, start.database_url)
        self._shell = Shell(desk, window)
        desk.crashed.connect(crashes.show)
        desk.start_failed.connect(lambda error: crashes.show_start_failure(_start_failure_words(error)))
        if not start.demo:  # the demo never touches a keyring
            desk.ready.connect(desk.open_vault_if_used)
        self._host.raise_requested.connect(window.show_up)
        self._shell.demo_requested.connect(_start_demo)
        self._shell.show()
        desk.start()

    def stop(self) -> bool:
        """-> whether everything has really ended."""
        clean = self._host.stop()
        self._shell.close()
        return clean


def _headless(start: _Start) -> int:
    from PySide6.QtCore import QCoreApplication

    from mailint_gui import log
    from mailint_gui.application.host import Host, end_process, quit_on_signals
    from mailint_gui.wording.language import use_system_language

    log.begin(start.profile.log_path, to_standard_error=True)
    qt = QCoreApplication(sys.argv[:1])
    use_system_language(qt)
    desk = start.make_desk()
    host = Host(start.profile, start.lock, desk, start.database_url)
    desk.start_failed.connect(lambda error: qt.exit(_complain(_start_failure_words(error))))
    quit_on_signals(qt)
    desk.start()
    return end_process(qt.exec(), host.stop())


def _demo_pass(start: _Start) -> int:
    from PySide6.QtCore import QCoreApplication

    from mailint_gui import log
    from mailint_gui.application.host import Host, end_process, quit_on_signals
    from mailint_gui.cli.demo_pass import DemoPass
    from mailint_gui.wording.language import use_system_language

    log.begin(start.profile.log_path)
    qt = QCoreApplication(sys.argv[:1])
    use_system_language(qt)
    desk = start.make_desk()
    host = Host(start.profile, start.lock, desk)
    demo_pass = DemoPass(desk)
    demo_pass.ended.connect(qt.exit)
    desk.start_failed.connect(lambda error: demo_pass.fail(_start_failure_words(error)))
    quit_on_signals(qt)
    desk.start()
    return end_process(qt.exec(), host.stop(), start.at_last)


def _build_demo(profile: Profile, servers: "DemoServers", announce: "Announce") -> "Services":
    """Set up by the same imports as everybody's integrations and rules."""
    from mailint_gui.demo.profile import demo_integrations, demo_properties
    from mailint_gui.demo.rules import DEMO_RULES
    from mailint_gui.services.provisioning import Provisioning

    endpoints = servers.start()
    text, environment = demo_integrations(endpoints)
    os.environ.update(environment)
    services = build_services(profile, announce=announce, overrides=demo_properties(endpoints))
    services.vault.open_for_this_run()
    provisioning = Provisioning(services.database, services.integrations, services.monitor, services.clock)
    provisioning.import_file(text.encode(), profile.directory)
    services.rule_book.import_text(DEMO_RULES.encode())
    return services


def _start_demo() -> None:
    """In a process of its own: it has a profile of its own."""
    from PySide6.QtCore import QProcess

    program = [] if getattr(sys, "frozen", False) else ["-m", "mailint_gui"]
    QProcess.startDetached(sys.executable, [*program, "--demo"])


def _start_failure_words(error: BaseException) -> str:
    """Why the profile could not be opened, in the catalogue's words."""
    from mailint_gui.demo.process import DemoUnavailableError
    from mailint_gui.domain.problem import ProblemError
    from mailint_gui.services.refusal import StoreRefusedError
    from mailint_gui.wording.problems import words
    from mailint_gui.wording.refusals import database_words, refusal_words

    match error:
        case StoreRefusedError():
            return database_words(str(error.reason), error.facts)
        case ProblemError():
            return str(words(error.problem))
        case DemoUnavailableError():
            facts = {"detail": error.failure.detail}
            return refusal_words(Refusal.DEMO_UNAVAILABLE, facts)
    return refusal_words(Refusal.BUG, {"detail": type(error).__name__, "path": ""})


def _refuse(refusal: Refusal, **facts: str) -> int:
    return _complain(_refusal_line(RefusedError(refusal, **facts)))


def _refusal_line(error: RefusedError) -> str:
    from mailint_gui.cli.words import refusal_line
    from mailint_gui.wording.language import speak_in_terminal

    speak_in_terminal()
    return refusal_line(error)


def _complain_in_window(error: RefusedError) -> int:
    """Whoever starts from an icon sees no terminal."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QMessageBox

    from mailint_gui.ui.qt_application import make_application

    _application = make_application(sys.argv[:1])
    line = _refusal_line(error)
    box = QMessageBox(QMessageBox.Icon.Critical, "Mailint", line, QMessageBox.StandardButton.Close)
    box.setTextFormat(Qt.TextFormat.PlainText)
    _complain(line)
    box.exec()
    return FAILED


def _complain(line: str) -> int:
    print(line, file=sys.stderr)  # noqa: T201  a start that failed speaks to the terminal
    return FAILED


def leave(code: int) -> NoReturn:
    """Ends the process after one of the modes."""
    from mailint_gui.application import host

    host.leave(code)
