"""A profile that runs in this process: its lock, its desk, its socket for verbs; begun and ended in order."""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from mailint_gui.instance.lock import AlreadyRunning, ProfileLock
from mailint_gui.profile import Profile

if TYPE_CHECKING:
    from mailint_gui.instance.server import InstanceServer
    from mailint_gui.workers.live_desk import LiveDesk

_log = logging.getLogger(__name__)

SECONDS_FOR_THREADS = 1.0  # with 0.4 for the socket: two seconds in all, whatever a server does
SECONDS_FOR_STORE = 0.4
PATIENCE = 10.0  # seconds to wait for a verb that has the profile for a moment
LOOK_AT_SIGNALS_MS = 200


def take_profile(profile: Profile) -> ProfileLock | None:
    """The profile's lock; None when an instance has it, whose window came to the front instead.

    Raises AlreadyRunning when whoever has it does not answer, and OSError where no profile can be made.
    """
    profile.create()
    lock = ProfileLock(profile.lock_path)
    until = time.monotonic() + PATIENCE
    while True:
        try:
            lock.acquire()
        except AlreadyRunning:
            from mailint_gui.instance.client import InstanceLost, NotRunning, OtherVersion, raise_window
            from mailint_gui.instance.place import Place

            try:
                raise_window(Place.of_profile(profile.directory))
            except (NotRunning, InstanceLost, OtherVersion):
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
                continue
            return None
        return lock


class Host(QObject):
    """``raise_requested``: a second start asks for the window."""

    raise_requested = Signal()

    def __init__(
        self, profile: Profile, lock: ProfileLock, desk: "LiveDesk", database_url: str | None = None
    ) -> None:
        super().__init__()
        self._profile = profile
        self._lock = lock
        self._desk = desk
        self._database_url = database_url
        self._server: InstanceServer | None = None
        desk.ready.connect(self._listen)

    def _listen(self) -> None:
        """From now on verbs of other processes are done here."""
        from mailint_gui.cli.serving import verb_runner
        from mailint_gui.instance.place import Place
        from mailint_gui.instance.server import InstanceServer

        services = self._desk.services
        assert services is not None  # the desk is ready
        place = Place.of_profile(self._profile.directory)
        runner = verb_runner(services, self._profile, self._database_url)
        self._server = InstanceServer(place, runner, self.raise_requested.emit)
        try:
            self._server.start()
        except OSError as error:
            _log.warning("no socket for verbs of other processes: %s", error)
            self._server = None

    def stop(self) -> bool:
        """Within two seconds, whatever a server does. -> whether everything has really ended."""
        if self._server is not None:
            self._server.close()
        ended = self._desk.stop(SECONDS_FOR_THREADS)
        closed = self._close_store()
        if ended and closed:
            self._lock.release()  # else with the process, together with the threads that still hang
        return ended and closed

    def _close_store(self) -> bool:
        services = self._desk.services
        if services is None:
            return True
        closing = threading.Thread(target=services.close, name="close", daemon=True)
        closing.start()
        closing.join(SECONDS_FOR_STORE)
        return not closing.is_alive()


def quit_on_signals(application: QCoreApplication) -> QTimer:
    """SIGTERM and Ctrl-C end the event loop. Python sees a signal only when it runs, so a timer lets it."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: _end(application))
    timer = QTimer(application)
    timer.timeout.connect(_look)
    timer.start(LOOK_AT_SIGNALS_MS)
    return timer


def _end(application: QCoreApplication) -> None:
    """Windows keep their place; one that would ask about what is not saved does not hold it up."""
    application.quit()
    application.exit()


def _look() -> None:
    """Nothing: that Python runs is all."""


def end_process(code: int, clean: bool, at_last: Callable[[], object] = bool) -> int:
    """-> ``code``, unless a thread still hangs: then the process ends here, since Qt would abort over it."""
    at_last()
    if not clean:
        leave(code)
    return code


def leave(code: int) -> NoReturn:
    """Ends the process now, with everything of ours closed.

    To take Qt's objects down at the interpreter's end, in an order that nobody says, crashes now and then.
    """
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os._exit(code)
