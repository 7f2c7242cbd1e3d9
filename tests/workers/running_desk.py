"""A ``LiveDesk`` on real services, and everything that it and its calls said."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QThread
from pytestqt.qtbot import QtBot

from mailint_gui.application import build_services
from mailint_gui.domain.clock import system_clock
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.profile import Profile
from mailint_gui.services.announcements import Announce
from mailint_gui.services.parsing import ParserProcess
from mailint_gui.services.services import Services
from mailint_gui.workers.calls import Call
from mailint_gui.workers.checking import Checking
from mailint_gui.workers.engine import Engine, Pace
from mailint_gui.workers.live_desk import LiveDesk
from tests.services.office import Office

LIMIT = 20_000  # milliseconds; reached only when something is broken
RARELY = timedelta(hours=1)  # each integration is checked when the desk starts, and then when it is asked for
SIGNALS = (
    "statuses_reset",
    "status_changed",
    "status_removed",
    "check_started",
    "check_progressed",
    "check_finished",
    "batch_progressed",
    "send_finished",
    "event_happened",
    "paused_changed",
    "offline_changed",
    "vault_changed",
    "properties_changed",
    "rules_changed",
    "trouble",
    "ready",
    "start_failed",
    "crashed",
)


class Asked:
    """A call, and what it told: the progress, how it ended, and with what."""

    def __init__(self, call: Call, qtbot: QtBot) -> None:
        self.call = call
        self.progress: list[Any] = []
        self.ends: list[str] = []
        self.value: Any = None
        self._qtbot = qtbot
        call.progressed.connect(self._on_progress)
        for name in ("succeeded", "failed"):
            getattr(call, name).connect(lambda value, name=name: self._on_end(name, value))
        call.cancelled.connect(lambda: self._on_end("cancelled", None))
        call.finished.connect(lambda: self._on_end("finished", self.value))

    def _on_progress(self, value: object) -> None:
        assert on_gui_thread()
        self.progress.append(value)

    def _on_end(self, name: str, value: object) -> None:
        assert on_gui_thread()
        self.ends.append(name)
        self.value = value

    @property
    def ended(self) -> bool:
        return "finished" in self.ends

    def wait(self) -> "Asked":
        self._qtbot.waitUntil(lambda: self.ended, timeout=LIMIT)
        return self

    def result(self) -> Any:
        assert self.wait().ends == ["succeeded", "finished"], (self.ends, self.value)
        return self.value

    def failure(self) -> Any:
        assert self.wait().ends == ["failed", "finished"], (self.ends, self.value)
        return self.value


class RunningDesk:
    """``office`` fills the profile before ``start``; ``said`` grows from then on."""

    def __init__(self, qtbot: QtBot, directory: Path, parser: ParserProcess) -> None:
        self.qtbot = qtbot
        self.office = Office(directory, parser)
        self.said: list[tuple[str, Any]] = []
        self.adjust: Callable[[Services], Services] = lambda services: services
        self.may_open = threading.Event()
        self.may_open.set()
        self._profile = Profile(directory / "profile")
        self._parser = parser
        self._desk: LiveDesk | None = None
        self._built: Services | None = None

    # Life

    def make(self, interval: timedelta = RARELY, *, back_off: bool = True) -> LiveDesk:
        """The desk, not started; from here on the profile is its own."""
        self.office.services.close()
        self._desk = LiveDesk(self._build, system_clock, Pace(interval, back_off))
        for name in SIGNALS:
            getattr(self._desk, name).connect(lambda *values, name=name: self._heard(name, values))
        return self._desk

    def start(self, interval: timedelta = RARELY, *, back_off: bool = True) -> LiveDesk:
        """A desk that is ready."""
        desk = self.make(interval, back_off=back_off)
        desk.start()
        self.wait("ready")
        return desk

    def _build(self, announce: Announce) -> Services:
        assert self.may_open.wait(LIMIT / 1000)
        built = build_services(self._profile, announce=announce)
        filing = built.filing.with_parser(self._parser)
        check_mail = replace(built.check_mail, filing=filing)
        self._built = self.adjust(replace(built, filing=filing, check_mail=check_mail))
        return self._built

    def _heard(self, name: str, values: tuple[object, ...]) -> None:
        assert on_gui_thread()
        self.said.append((name, values[0] if values else None))

    def stop(self, seconds: float) -> tuple[bool, float]:
        """-> whether all ended, and the seconds that it took."""
        before = time.monotonic()
        ended = self.desk.stop(seconds)
        return ended, time.monotonic() - before

    def close(self) -> None:
        self.may_open.set()
        if self._desk is not None:
            assert self._desk.stop(LIMIT / 1000)
        if self._built is not None:
            self._built.close()
        self.office.services.close()
        assert self.of("crashed") == []

    @property
    def desk(self) -> LiveDesk:
        assert self._desk is not None
        return self._desk

    @property
    def engine(self) -> Engine:
        return self.desk._engine

    @property
    def checking(self) -> Checking:
        assert self.engine.checking is not None
        return self.engine.checking

    @property
    def services(self) -> Services:
        assert self._built is not None
        return self._built

    # What it said

    def of(self, *names: str) -> list[Any]:
        return [value for name, value in self.said if name in names]

    def wait(self, name: str, count: int = 1) -> Any:
        """-> the value of the signal that came as the ``count``-th of its name."""
        self.until(lambda: len(self.of(name)) >= count)
        return self.of(name)[count - 1]

    def until(self, look: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(look()), timeout=LIMIT)

    def asked(self, call: Call) -> Asked:
        return Asked(call, self.qtbot)

    def status(self, integration_id: int) -> IntegrationStatus:
        status = self.desk._book.get(integration_id)
        assert status is not None
        return status

    def checked(self, ids: Iterable[int], times: int = 1) -> None:
        """Returns when each of these was checked so often, and the schedule knows when the next is due."""
        wanted = tuple(ids)
        self.until(
            lambda: all(self.checks_of(each) >= times and each not in self.checking._jobs for each in wanted)
        )

    def checks_of(self, integration_id: int) -> int:
        return len([each for each in self.of("check_finished") if each.integration_id == integration_id])

    def sleep_and_wake(self) -> None:
        """As after an hour in which only the wall clock went on."""
        self.engine._ticker.tick(time.monotonic(), time.time() + 3600)


def on_gui_thread() -> bool:
    application = QCoreApplication.instance()
    assert application is not None
    return bool(QThread.currentThread() == application.thread())
