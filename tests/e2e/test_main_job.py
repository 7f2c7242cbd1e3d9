"""The main job as a person does it: a real window, a real IMAP server, a real SMTP server, a real keyring."""

from pathlib import Path

import pytest

from tests.e2e.accessibility import AccessibilityBus
from tests.e2e.mailint import CommandLine, Window
from tests.servers import wait
from tests.servers.certificates import Certificates
from tests.servers.desktop import Desktop
from tests.servers.mailbox import Mailbox
from tests.servers.secret_service import SecretService
from tests.servers.smtp import SmtpServer

ADMIN = "admin@example.org"
NEW_PASSWORD = "another horse"
NOTIFY, DISABLE = 2, 4
LONGEST_SILENCE = 1.5  # seconds of the GUI thread; the refusals and waits of the servers are longer


def a_message(number: int) -> bytes:
    text = f"From: anna@example.net\nSubject: Printer {number}\nMessage-ID: <{number}@example.net>\n\nIt burns.\n"
    return text.replace("\n", "\r\n").encode()


@pytest.fixture
def command_line(profile: Path, desktop: Desktop) -> CommandLine:
    return CommandLine(profile, desktop.environment)


def errors(shown: dict[str, object]) -> object:
    return shown["consecutive_incoming_errors"]


def filed(command_line: CommandLine) -> list[str]:
    listed = command_line.json("messages", "list", "--state", "filed")
    return [each["subject"] for each in listed]


def new_integration(window: Window, mailbox: Mailbox, smtp_server: SmtpServer) -> None:
    """Fill in the form by keyboard, and see both connection tests pass."""
    form = "New integration"
    window.keys.press("ctrl+n")
    window.window(form)
    window.type_at(form, "alt+n", "Name", "Support")
    window.type_at(form, "alt+r", "Responsible admin", ADMIN)
    window.keys.press("ctrl+Tab")
    window.find(form, "check box", "Enable incoming email")
    window.type_at(form, "alt+e", "Email address", mailbox.address)
    window.type_at(form, "alt+v", "Server", mailbox.server.host)
    window.type_at(form, "alt+p", "Port", str(mailbox.server.ports.imaps))
    window.type_at(form, "alt+n", "User name", mailbox.address)
    window.type_at(form, "alt+w", "Password", mailbox.password)
    window.keys.press("alt+t")
    window.wait_for_reading(form, "Result of the connection test", "Everything works.")
    window.picture("02-connection-test")
    window.keys.press("ctrl+Tab")
    window.find(form, "check box", "Enable outgoing email")
    window.keys.press("alt+g")
    window.find(form, "text", "SMTP server")
    window.type_at(form, "alt+v", "SMTP server", smtp_server.host)
    window.type_at(form, "alt+p", "Port", str(smtp_server.port))
    window.type_at(form, "alt+n", "User name", mailbox.address)
    window.type_at(form, "alt+w", "Password", mailbox.password)
    window.keys.press("alt+t")
    window.wait_for_reading(form, "Result of the connection test", "Everything works.")
    window.picture("03-outgoing")
    window.keys.press("Return")
    window.wait_for_no_window(form)


def check(window: Window, command_line: CommandLine, expected_errors: int) -> None:
    """F5 on the selected row, and what the counter is then."""
    window.keys.press("F5")
    command_line.wait_for(lambda shown: errors(shown) == expected_errors, f"{expected_errors} errors")


def mend_password(window: Window, desktop: Desktop) -> None:
    """The way that the notification shows: a click on it opens the form."""
    desktop.click_action(desktop.wait_for_notification("disabled"))
    form = "Support"
    window.window(form)
    window.find(form, "check box", "Enable incoming email")  # where the password is
    window.picture("07-disabled")
    window.type_at(form, "alt+w", "Password", NEW_PASSWORD)
    window.keys.press("ctrl+shift+Tab")
    window.find(form, "push button", "Test and re-enable")
    window.keys.press("alt+t")
    window.find(form, "push button", "Disable")
    window.picture("08-re-enabled")
    window.keys.press("Escape")
    window.wait_for_no_window(form)


def test_the_main_job(
    tmp_path: Path,
    profile: Path,
    desktop: Desktop,
    accessibility: AccessibilityBus,
    secret_service: SecretService,
    certificates: Certificates,
    mailbox: Mailbox,
    smtp_server: SmtpServer,
    command_line: CommandLine,
) -> None:
    smtp_server.users[mailbox.address] = mailbox.password
    with Window(tmp_path, desktop, accessibility, "--profile", str(profile)) as window:
        window.find("Mailint", "push button", "New integration")
        window.picture("01-empty")
        command_line.done(
            "properties",
            "set",
            f"extra_ca_file={certificates.ca}",
            f"notify_after_incoming_errors={NOTIFY}",
            f"disable_after_incoming_errors={DISABLE}",
            "disable_grace=0s",
        )
        with window.pulse() as pulse:
            new_integration(window, mailbox, smtp_server)
            first = command_line.wait_for(lambda shown: shown["last_successful_check_at"], "the first check")
            assert first["last_successful_incoming_email_at"] is None

            mailbox.deliver(a_message(1))
            window.keys.press("F5")  # what was made just now is selected
            healthy = command_line.wait_for(
                lambda shown: shown["last_successful_incoming_email_at"], "mail taken in"
            )
            assert healthy["state"] == "active"
            assert errors(healthy) == 0
            assert filed(command_line) == ["Printer 1"]
            assert mailbox.messages()[0].flags == {"\\Seen"}
            window.picture("04-healthy")

            mailbox.set_password(NEW_PASSWORD)
            mailbox.server.doveadm("kick", mailbox.address)  # as servers do when a password changes
            for number in range(1, DISABLE + 1):
                if number == NOTIFY + 1:
                    told = desktop.wait_for_notification("2 errors in a row")
                    assert "password" in told.body
                    window.picture("05-notified")
                check(window, command_line, number)
                assert len(desktop.notifications()) <= (0 if number < NOTIFY else 2)
            disabled = command_line.wait_for(
                lambda shown: shown["incoming_state"] == "disabled_by_errors", "disabled"
            )
            assert disabled["last_incoming_error"]["kind"] == "authentication_failed"
            desktop.wait_for_notification("disabled")
            window.picture("06-disabled")
            assert {smtp_server.wait_for_message().recipients for _ in range(2)} == {(ADMIN,)}

            mailbox.deliver_many([a_message(2), a_message(3)])
            mend_password(window, desktop)
            mended = command_line.wait_for(lambda shown: shown["incoming_state"] == "active", "enabled")
            assert errors(mended) == 0
            wait.until(lambda: len(filed(command_line)) == 3, "what arrived meanwhile")
            recovered = desktop.wait_for_notification("works again")
            window.picture("09-mail-flows")
            check(window, command_line, 0)
            assert [each.summary for each in desktop.notifications()].count(recovered.summary) == 1
        assert pulse.beats > 0
        assert pulse.longest < LONGEST_SILENCE
        assert window.seconds_to_leave(lambda: window.keys.press("ctrl+q")) < 5
