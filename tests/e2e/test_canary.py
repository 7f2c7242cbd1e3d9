"""Two passwords go through a whole run, one in the vault and one by reference; neither is seen again anywhere."""

import base64
from collections.abc import Iterator
from pathlib import Path

from tests.e2e.accessibility import AccessibilityBus
from tests.e2e.imports import PASSWORD_VARIABLE, healthy
from tests.e2e.leftovers import Mark, command_line_of, environment_of
from tests.e2e.mailint import CommandLine, Window
from tests.servers import wait
from tests.servers.certificates import Certificates
from tests.servers.desktop import Desktop
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import Mailbox
from tests.servers.secret_service import SecretService
from tests.servers.smtp import SmtpServer

IN_VAULT = "canary-in-the-vault-3f9a"
BY_REFERENCE = "canary-by-reference-81c7"
READING = (
    ("integrations", "list", "--json"),
    ("integrations", "show", "Support"),
    ("integrations", "export"),
    ("messages", "list", "--json"),
    ("outbox", "list", "--json"),
    ("properties", "list"),
    ("doctor",),
)


def forms_of(secret: str, user: str) -> Iterator[bytes]:
    """The secret as it is, and as it goes over the wire (RFC 4616, LOGIN) or into a Windows string."""
    yield secret.encode()
    yield secret.encode("utf-16-le")
    yield base64.b64encode(secret.encode())
    yield base64.b64encode(f"\0{user}\0{secret}".encode())


def test_no_password_is_seen_again(
    tmp_path: Path,
    profile: Path,
    desktop: Desktop,
    accessibility: AccessibilityBus,
    secret_service: SecretService,
    certificates: Certificates,
    dovecot: Dovecot,
    mailbox: Mailbox,
    smtp_server: SmtpServer,
) -> None:
    other = dovecot.mailbox()
    mailbox.set_password(IN_VAULT)
    other.set_password(BY_REFERENCE)
    smtp_server.users |= {mailbox.address: IN_VAULT, other.address: BY_REFERENCE}
    mark = Mark()
    reference = {PASSWORD_VARIABLE: BY_REFERENCE}
    command_line = CommandLine(profile, desktop.environment)
    words = ("--profile", str(profile))
    seen: dict[str, bytes] = {}
    with Window(tmp_path, desktop, accessibility, *words, environment=reference | mark.environment) as window:
        window.find("Mailint", "push button", "New integration")
        command_line.done("properties", "set", f"extra_ca_file={certificates.ca}")
        import_one(command_line, tmp_path, healthy(mailbox, dovecot, smtp_server, "stdin"), IN_VAULT)
        second = (
            healthy(other, dovecot, smtp_server).replace('"Support"', '"Sales"').replace("true", "false", 1)
        )
        import_one(command_line, tmp_path, second, "")
        mailbox.deliver(b"Subject: one\r\n\r\nText.\r\n")
        command_line.done("integrations", "check", "--all")
        assert len(command_line.json("messages", "list")) == 1
        for sender in ("Support", "Sales"):
            mail = ("send", "--from", sender, "--to", "a@example.net", "--subject", "s")
            command_line.done(*mail, stdin="text")
        assert {message.user for message in smtp_server.messages} == {mailbox.address, other.address}

        for each in (mailbox, other):
            dovecot.set_password(each.address, "another")
            dovecot.doveadm("kick", each.address)
        window.focus("Mailint")
        window.keys.press("shift+F5")
        wait.until(lambda: errors(command_line) == [1, 1], "a refusal of each")

        children = [pid for pid in mark.processes() if pid != window.pid]
        assert children, "the parser is a process of its own"
        for pid in children:
            # What an admin put into our environment is inherited; what is in the vault must not be there.
            assert IN_VAULT.encode() not in environment_of(pid)
            seen[f"command line of {pid}"] = command_line_of(pid)
        seen["our command line"] = command_line_of(window.pid)
        assert IN_VAULT.encode() not in environment_of(window.pid)
        for verb in READING:
            seen[" ".join(verb)] = command_line.done(*verb).encode()
        shown = window.watcher.showing(window.top())
        seen["what the window shows"] = "\n".join(each.name for each in shown).encode()
        window.seconds_to_leave()
    seen["what it printed"] = window.printed().encode()
    seen |= {file.name: file.read_bytes() for file in profile.rglob("*") if file.is_file()}
    assert {"mailint.sqlite", "mailint.log"} <= seen.keys()
    assert b"Support" in seen["mailint.sqlite"]
    found = [
        (where, form)
        for where, content in seen.items()
        for secret, user in ((IN_VAULT, mailbox.address), (BY_REFERENCE, other.address))
        for form in forms_of(secret, user)
        if form in content
    ]
    assert not found


def import_one(command_line: CommandLine, directory: Path, text: str, stdin: str) -> None:
    file = directory / "import.toml"
    file.write_text(text)
    command_line.done("integrations", "import", str(file), stdin=stdin)


def errors(command_line: CommandLine) -> list[int]:
    listed = command_line.json("integrations", "list")
    return [each["consecutive_incoming_errors"] for each in listed]
