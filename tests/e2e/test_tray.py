"""The tray of a real panel: the icon, closing to it, coming back from it; and a desktop that has none."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.accessibility import AccessibilityBus
from tests.e2e.imports import PASSWORD_VARIABLE, healthy
from tests.e2e.mailint import SECONDS_TO_LEAVE, CommandLine, Window
from tests.servers import wait
from tests.servers.certificates import Certificates
from tests.servers.desktop import Desktop
from tests.servers.display import Place
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import Mailbox
from tests.servers.process import Process
from tests.servers.session_bus import SessionBus
from tests.servers.smtp import SmtpServer

LARGEST_ICON = 48  # pixels
LAST_ENTRY = 12  # pixels from the lower edge of the menu to Quit


@pytest.fixture
def support(
    tmp_path: Path,
    profile: Path,
    desktop: Desktop,
    certificates: Certificates,
    dovecot: Dovecot,
    mailbox: Mailbox,
    smtp_server: SmtpServer,
) -> CommandLine:
    command_line = CommandLine(profile, {**desktop.environment, PASSWORD_VARIABLE: mailbox.password})
    smtp_server.users[mailbox.address] = mailbox.password
    command_line.done("properties", "set", f"extra_ca_file={certificates.ca}")
    file = tmp_path / "support.toml"
    file.write_text(healthy(mailbox, dovecot, smtp_server))
    command_line.done("integrations", "import", str(file))
    return command_line


def icon_in_tray(window: Window) -> tuple[int, int]:
    """Where to click on it, once the panel has it."""

    def look() -> list[tuple[int, int]]:
        found = window.keys.windows_of("mailint")
        return [
            (each.x + each.width // 2, each.y + each.height // 2)
            for each in found
            if 8 < each.width <= LARGEST_ICON and each.y > 0
        ]

    return wait.until(look, "an icon in the tray")[0]


def tray_menu(window: Window) -> Place:
    def look() -> list[Place]:
        return [each for each in window.keys.windows_of("mailint") if LARGEST_ICON < each.width < 400]

    return wait.until(look, "the menu of the tray")[0]


def test_closed_to_the_tray_it_goes_on_checking_and_says_so_once(
    tmp_path: Path,
    profile: Path,
    desktop: Desktop,
    accessibility: AccessibilityBus,
    support: CommandLine,
    mailbox: Mailbox,
) -> None:
    password = {PASSWORD_VARIABLE: mailbox.password}
    words = ("--profile", str(profile))
    with Window(tmp_path, desktop, accessibility, *words, environment=password) as window:
        window.find_text("Mailint", "Support")
        icon = icon_in_tray(window)
        for _ in range(2):
            window.focus("Mailint")
            window.keys.press("alt+F4")
            window.wait_for_no_window("Mailint")
            desktop.wait_for_notification("still running")
            window.keys.click(*icon)
            window.window("Mailint")
        assert [each.summary for each in desktop.notifications()] == ["Mailint is still running"]

        window.focus("Mailint")
        window.keys.press("alt+F4")
        window.wait_for_no_window("Mailint")
        mailbox.deliver(b"Subject: meanwhile\r\n\r\nText.\r\n")
        wait.until(lambda: support.json("messages", "list", "--state", "filed"), "a check without a window")

        window.keys.click(*icon, button=3)
        menu = tray_menu(window)
        window.picture("tray-menu")
        last_entry = (menu.x + menu.width // 2, menu.y + menu.height - LAST_ENTRY)
        assert window.seconds_to_leave(lambda: window.keys.click(*last_entry)) < SECONDS_TO_LEAVE


@pytest.fixture
def bare_desktop(empty_bus: SessionBus) -> Iterator[Desktop]:
    """A display with a window manager: no panel, no notifications."""
    desktop = Desktop(empty_bus)
    with ExitStack() as running:
        running.enter_context(desktop.display)
        environment = os.environ | desktop.environment
        openbox = Process(["openbox"], empty_bus.directory / "openbox.log", environment=environment)
        running.enter_context(openbox)
        openbox.wait_until(desktop.display.has_window_manager, "it manages windows")
        yield desktop


def test_without_a_tray_the_status_bar_says_so_and_closing_asks(
    tmp_path: Path, profile: Path, bare_desktop: Desktop, accessibility: AccessibilityBus
) -> None:
    with Window(tmp_path, bare_desktop, accessibility, "--profile", str(profile)) as window:
        status_bar = window.find_text("Mailint", "This desktop has no tray")
        assert status_bar.showing
        window.find("Mailint", "push button", "Try with demo data")  # the profile is read, and empty
        window.picture("no-tray")
        window.focus("Mailint")
        window.keys.press("alt+F4")
        window.find("Close Mailint", "push button", "Quit")
        window.picture("closing")
        window.seconds_to_leave(lambda: window.keys.press("alt+q"))
