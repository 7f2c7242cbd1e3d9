"""A profile of the real program, with an integration on the real servers."""

from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import Mailbox
from tests.servers.smtp import SmtpServer

PASSWORD_VARIABLE = "MAILINT_TEST_PASSWORD"


@pytest.fixture
def program(profile: Path, tmp_path: Path, mailbox: Mailbox) -> Program:
    """Nothing is stored yet. The password of ``mailbox`` is in the environment."""
    found = Program(profile, tmp_path)
    found.environment[PASSWORD_VARIABLE] = mailbox.password
    return found


@pytest.fixture
def import_file(tmp_path: Path, dovecot: Dovecot, mailbox: Mailbox, smtp_server: SmtpServer) -> Path:
    """One integration, called Support, in and out."""
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
def support(program: Program, import_file: Path, certificates: Certificates) -> Program:
    """The program with that integration, trusting the servers' authority."""
    program.done("properties", "set", f"extra_ca_file={certificates.ca}")
    program.done("integrations", "import", str(import_file))
    return program
