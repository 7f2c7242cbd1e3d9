"""Mailint itself without a window: the profile, services, worker pool and schedule that ``--headless`` runs."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from typing import Protocol as Shape

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer, SignalInstance

from benchmarks.peers import SERVER
from mailint_gui.application import build_services
from mailint_gui.domain.check import CheckProgress, CheckResult, CheckTally
from mailint_gui.domain.clock import system_clock
from mailint_gui.domain.integration import (
    AFTER_PROCESSING,
    FirstCheck,
    IncomingSettings,
    Integration,
    Protocol,
    Security,
)
from mailint_gui.domain.rule import Rule
from mailint_gui.domain.secret import IN_VAULT, Secret, TypedPasswords
from mailint_gui.mail.sessions import SessionCache
from mailint_gui.profile import Profile
from mailint_gui.services.announcements import Announce
from mailint_gui.services.services import Services
from mailint_gui.workers.live_desk import LiveDesk

LARGEST_MB = 50


class Account(Shape):
    """A mailbox, as far as a client knows it."""

    @property
    def address(self) -> str: ...
    @property
    def password(self) -> str: ...


class Office:
    """How a profile is made that checks ``mailboxes``; it is opened by ``build``, on a worker of the program."""

    def __init__(
        self,
        directory: Path,
        mailboxes: Sequence[Account],
        port: int,
        ca_file: Path,
        *,
        properties: Mapping[str, str] | None = None,
        keep_sessions: bool = True,
        first_check: FirstCheck = FirstCheck.NEW,
        other_ports: Mapping[str, int] | None = None,
        protocol: Protocol = Protocol.IMAP,
        rules: Sequence[Rule] = (),
        others: Sequence[Integration] = (),
    ) -> None:
        """``other_ports``: by address, where not ``port``. Without ``keep_sessions`` each check logs in anew.

        ``others``: integrations beside those of the mailboxes, which need no password.
        """
        self.profile = Profile(directory)
        self._mailboxes = mailboxes
        self._port = port
        self._properties = {"extra_ca_file": str(ca_file), **(properties or {})}
        self._keep_sessions = keep_sessions
        self._first_check = first_check
        self._other_ports = other_ports or {}
        self._protocol = protocol
        self._rules = rules
        self._others = others

    def build(self, announce: Announce) -> Services:
        self.profile.create()
        services = build_services(self.profile, announce=announce, overrides=self._properties)
        services.vault.open_for_this_run()
        for number, mailbox in enumerate(self._mailboxes):
            services.integrations.save(self.integration(number, mailbox), self.typed(mailbox))
        for integration in self._others:
            services.integrations.save(integration)
        if self._rules:
            services.rule_book.save(self._rules)
        if self._keep_sessions:
            return services
        sessions = SessionCache(max_sessions=0)
        check_mail = replace(services.check_mail, sessions=sessions)
        return replace(services, sessions=sessions, check_mail=check_mail)

    def integration(self, number: int, mailbox: Account) -> Integration:
        incoming = IncomingSettings(
            enabled=True,
            address=mailbox.address,
            protocol=self._protocol,
            after_processing=AFTER_PROCESSING[self._protocol][0],
            server=SERVER,
            port=self._other_ports.get(mailbox.address, self._port),
            security=Security.SSL,
            user_name=mailbox.address,
            password=IN_VAULT,
            first_check=self._first_check,
            largest_message_mb=LARGEST_MB,
        )
        return Integration(name=f"Mailbox {number}", incoming=incoming)

    def typed(self, mailbox: Account) -> TypedPasswords:
        return TypedPasswords(incoming=Secret(mailbox.password))


class Program:
    """Its desk, ready once started, with its schedule paused: only what a benchmark asks for is checked."""

    def __init__(self, office: Office) -> None:
        self._application = QCoreApplication.instance() or QCoreApplication([])
        self.desk = LiveDesk(office.build, system_clock)
        self.ids: list[int] = []
        self.tally = CheckTally()  # of the last checks, all together
        self.desk.statuses_reset.connect(lambda all_: self.ids.extend(each.id for each in all_))
        self._ready = Heard(self.desk.ready, self.desk.start_failed)

    def start(self) -> None:
        self.desk.set_paused(True)
        self.desk.start()
        self._ready.wait(lambda heard: bool(heard))
        if not self.ids and self._ready.heard[0]:
            raise RuntimeError(f"the profile did not open: {self._ready.heard[0]}")

    @property
    def services(self) -> Services:
        services = self.desk.services
        assert services is not None  # it is ready
        return services

    def check(self, ids: Collection[int] | None = None) -> float:
        """*Check now*; -> seconds until all outcomes are there and health is stored."""
        wanted = set(self.ids if ids is None else ids)
        finished = Heard(self.desk.check_finished)
        began = time.perf_counter()
        self.desk.check_now(wanted)
        finished.wait(lambda heard: wanted <= {each.integration_id for (each,) in heard})
        if not wanted <= {each.integration_id for (each,) in finished.heard}:
            raise RuntimeError("the checks did not end")
        self.services.monitor.flush()
        took = time.perf_counter() - began
        self.tally = sum((each.tally for (each,) in finished.heard), CheckTally())
        failed = [each for (each,) in finished.heard if each.result is not CheckResult.OK]
        if failed:
            raise RuntimeError(str(failed[0]))
        return took

    def take_in(self, count: int) -> tuple[float, float]:
        """-> seconds until ``count`` messages were stored and acknowledged, and until they were filed too."""
        progress: list[float] = []
        done: dict[int, int] = {}

        def watch(value: CheckProgress) -> None:
            before = done.get(value.integration_id, 0)
            done[value.integration_id] = max(before, value.done)  # a stage begins with 0
            if sum(done.values()) >= count and not progress:
                progress.append(time.perf_counter())

        self.desk.check_progressed.connect(watch)
        began = time.perf_counter()
        filed = self.check()
        self.desk.check_progressed.disconnect(watch)
        if not progress:
            raise RuntimeError(f"{count} messages were expected")
        return progress[0] - began, filed

    def stop(self) -> None:
        self.desk.stop(5.0)
        self.services.close()
        self._application.processEvents()


class Heard:
    """What signals said, from now on."""

    def __init__(self, *signals: SignalInstance) -> None:
        self.heard: list[tuple[Any, ...]] = []
        self._loop = QEventLoop()
        self._enough: Callable[[list[tuple[Any, ...]]], bool] = bool
        for signal in signals:
            signal.connect(self._hear)

    def _hear(self, *values: Any) -> None:
        self.heard.append(values or (None,))
        if self._enough(self.heard):
            self._loop.quit()

    def wait(self, enough: Callable[[list[tuple[Any, ...]]], bool], limit: float = 600.0) -> None:
        """At most ``limit`` seconds."""
        self._enough = enough
        if enough(self.heard):
            return
        QTimer.singleShot(round(limit * 1000), self._loop, self._loop.quit)
        self._loop.exec()


def aside(work: Callable[[], float]) -> float:
    """What ``work()`` returns, done on another thread: programs that run here go on, and do not think they slept."""
    loop = QEventLoop()
    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(work)
        looking = QTimer()
        looking.timeout.connect(lambda: loop.quit() if done.done() else None)
        looking.start(50)
        loop.exec()
        return done.result()


@contextmanager
def running(office: Office) -> Iterator[Program]:
    program = Program(office)
    program.start()
    try:
        yield program
    finally:
        program.stop()
