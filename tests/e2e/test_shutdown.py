"""How the program ends: asked, killed, started twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mailint_gui.instance.place import Place
from tests.e2e.accessibility import AccessibilityBus
from tests.e2e.imports import PASSWORD_VARIABLE, hanging, healthy
from tests.e2e.leftovers import Mark
from tests.e2e.mailint import SECONDS_TO_LEAVE, CommandLine, Program, Window
from tests.servers import wait
from tests.servers.certificates import Certificates
from tests.servers.desktop import Desktop
from tests.servers.dovecot import Dovecot
from tests.servers.fault_proxy import Fault, FaultProxy
from tests.servers.mailbox import Mailbox
from tests.servers.smtp import SmtpServer
from tests.servers.smtp_script import END_OF_DATA

HANGING = 20
TIMES = 10  # for the window, and for the workers alone
MANY = 300


def messages(count: int, first: int = 0) -> list[bytes]:
    heads = (f"From: a@example.net\r\nSubject: {number}\r\n" for number in range(first, first + count))
    return [f"{head}\r\nText.\r\n".encode() for head in heads]


@pytest.fixture
def password(mailbox: Mailbox) -> dict[str, str]:
    return {PASSWORD_VARIABLE: mailbox.password}


@pytest.fixture
def command_line(profile: Path, desktop: Desktop, password: dict[str, str]) -> CommandLine:
    return CommandLine(profile, {**desktop.environment, **password})


@pytest.fixture
def support(
    tmp_path: Path,
    command_line: CommandLine,
    certificates: Certificates,
    dovecot: Dovecot,
    mailbox: Mailbox,
    smtp_server: SmtpServer,
) -> CommandLine:
    """One healthy integration."""
    smtp_server.users[mailbox.address] = mailbox.password
    command_line.done("properties", "set", f"extra_ca_file={certificates.ca}")
    file = tmp_path / "support.toml"
    file.write_text(healthy(mailbox, dovecot, smtp_server))
    command_line.done("integrations", "import", str(file))
    return command_line


@pytest.mark.parametrize("mode", ["window", "headless"])
def test_it_ends_at_once_whatever_hangs(
    mode: str,
    tmp_path: Path,
    profile: Path,
    desktop: Desktop,
    accessibility: AccessibilityBus,
    support: CommandLine,
    mailbox: Mailbox,
    fault_proxy: FaultProxy,
    password: dict[str, str],
) -> None:
    """Twenty checks wait for a server that says nothing, and mail is taken in and parsed meanwhile."""
    fault_proxy.fault = Fault(swallow=True)
    file = tmp_path / "hanging.toml"
    file.write_text("".join(hanging(f"hanging{number}", fault_proxy.port) for number in range(HANGING)))
    support.done("integrations", "import", str(file))
    support.done("properties", "set", "check_concurrency=40", f"connections_per_host={HANGING + 4}")
    mark = Mark()
    environment = {**desktop.environment, **password, **mark.environment}
    words = ("--profile", str(profile))
    slowest = 0.0
    for number in range(TIMES):
        mailbox.deliver_many(messages(MANY, number * MANY))
        program = (
            Window(tmp_path, desktop, accessibility, *words, environment={**password, **mark.environment})
            if mode == "window"
            else Program(tmp_path, environment, *words, "--headless")
        )
        with program:
            wait.until(Path(Place.of_profile(profile).address).exists, "the instance's socket")
            with support.start("integrations", "check", "--all") as all_at_once:
                fault_proxy.wait_for_connections(HANGING * (number + 1))
                wait.until(lambda: len(mark.processes()) > 1, "the parser's process")
                slowest = max(slowest, program.seconds_to_leave())
                mark.wait_for_none()
                all_at_once.kill()  # had it not been handed over yet, it would go on by itself
        fault_proxy.wait_until_idle()
    assert slowest < SECONDS_TO_LEAVE
    listed = support.json("messages", "list")
    assert len(listed) == len({each["uid"] for each in listed})
    broken = [each for each in support.json("integrations", "list") if each["consecutive_incoming_errors"]]
    assert not broken, "being stopped is no error of a mailbox"


def test_a_second_start_brings_the_first_window_back(
    tmp_path: Path, profile: Path, desktop: Desktop, accessibility: AccessibilityBus
) -> None:
    words = ("--profile", str(profile))
    with Window(tmp_path, desktop, accessibility, *words) as first:
        first.window("Mailint")
        first.keys.press("alt+F4")
        first.wait_for_no_window("Mailint")
        with Program(tmp_path, desktop.environment, *words) as second:
            assert second.wait() == 0
        first.window("Mailint")
        assert first.seconds_to_leave() < SECONDS_TO_LEAVE


def test_after_a_kill_nothing_is_lost_and_nothing_done_twice(
    tmp_path: Path,
    profile: Path,
    desktop: Desktop,
    support: CommandLine,
    mailbox: Mailbox,
    smtp_server: SmtpServer,
    password: dict[str, str],
) -> None:
    environment = {**desktop.environment, **password}
    words = ("--profile", str(profile), "--headless")
    smtp_server.script.never_answer(END_OF_DATA, times=1)  # the far end has it, and we cannot know
    mailbox.deliver_many(messages(MANY))
    with Program(tmp_path, environment, *words) as program:
        wait.until(lambda: support.json("messages", "list"), "the first mail taken in")
        support.done(*_a_mail("lost answer"), stdin="text")
        assert smtp_server.wait_for_message().recipients == ("a@example.net",)
        support.done(*_a_mail("still queued"), stdin="text")
        program.kill()
    with Program(tmp_path, environment, *words) as program:
        wait.until(lambda: len(incoming(support, "filed")) == MANY, "all mail filed")
        wait.until(lambda: len(smtp_server.messages) == 2, "the mail that waited")
        states = {each["subject"]: each["state"] for each in support.json("outbox", "list")}
        assert states["lost answer"] == "uncertain"
        assert program.seconds_to_leave() < SECONDS_TO_LEAVE
    assert len(incoming(support)) == MANY
    assert all("\\Seen" in each.flags for each in mailbox.messages())
    assert len(smtp_server.messages) == 2


def incoming(command_line: CommandLine, state: str | None = None) -> list[dict[str, object]]:
    listed = command_line.json("messages", "list", *(["--state", state] if state else []))
    return [each for each in listed if each["direction"] == "incoming"]


def _a_mail(subject: str) -> tuple[str, ...]:
    return ("send", "--from", "Support", "--to", "a@example.net", "--subject", subject, "--queue")


def test_a_window_that_would_ask_does_not_hold_up_a_signal() -> None:
    """As the rules window with unsaved changes, or a form that is half typed."""
    code = """if True:
        import os, signal
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication, QWidget
        from mailint_gui.application.host import quit_on_signals
        class Asking(QWidget):
            def closeEvent(self, event):
                print("asked", flush=True)
                event.ignore()
        application = QApplication([])
        window = Asking()
        window.show()
        quit_on_signals(application)
        QTimer.singleShot(0, lambda: os.kill(os.getpid(), signal.SIGTERM))
        os._exit(application.exec())
    """
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, timeout=wait.LIMIT, check=True
    )
    assert ended.stdout.split() == [b"asked"]
