"""A profile, with an integration on the real servers where a test wants it."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.in_process import InProcess
from tests.cli.program import Program
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import Mailbox
from tests.servers.smtp import SmtpServer

PASSWORD_VARIABLE = "MAILINT_TEST_PASSWORD"


@pytest.fixture
def program(profile: Path, tmp_path: Path) -> Iterator[InProcess]:
    """The command line in this process; nothing is stored yet."""
    yield InProcess(profile, tmp_path)
    ours = logging.getLogger("mailint_gui")
    for handler in [each for each in ours.handlers if isinstance(each, logging.FileHandler)]:
        ours.removeHandler(handler)  # the next test has a log of its own
        handler.close()


@pytest.fixture
def real_program(profile: Path, tmp_path: Path, mailbox: Mailbox) -> Program:
    """The same profile, and each verb a process. The password of ``mailbox`` is in its environment."""
    found = Program(profile, tmp_path)
    found.environment[PASSWORD_VARIABLE] = mailbox.password
    return found


@pytest.fixture
def import_file(
    tmp_path: Path,
    dovecot: Dovecot,
    mailbox: Mailbox,
    smtp_server: SmtpServer,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """One integration, called Support, in and out, with its password in the environment of this process."""
    monkeypatch.setenv(PASSWORD_VARIABLE, mailbox.password)
    smtp_server.users[mailbox.address] = mailbox.password
    path = tmp_path / "support.toml"
    path.write_text(
        f"""
[[integration]]
name = "Support"
is_default = true
responsible_admin = "admin@example.org"
[integration.incoming]
address = "{mailbox.address}"
server = "{dovecot.host}"
port = {dovecot.ports.imaps}
user_name = "{mailbox.address}"
password_from = "env:{PASSWORD_VARIABLE}"
first_check = "everything"
[integration.outgoing]
server = "{smtp_server.host}"
port = {smtp_server.port}
security = "starttls"
authentication = "same_as_incoming"
"""
    )
    return path


@pytest.fixture
def support(program: InProcess, import_file: Path, certificates: Certificates) -> InProcess:
    """The command line with that integration, trusting the servers' authority."""
    program.done("properties", "set", f"extra_ca_file={certificates.ca}")
    program.done("integrations", "import", str(import_file))
    return program
