"""Integrations as an import file has them."""

from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import Mailbox
from tests.servers.smtp import SmtpServer

PASSWORD_VARIABLE = "MAILINT_TEST_PASSWORD"


def hanging(name: str, port: int) -> str:
    """On a plain port of this machine that never says a word."""
    return f"""
[[integration]]
name = "{name}"
[integration.incoming]
address = "{name}@example.org"
server = "127.0.0.1"
port = {port}
security = "none"
allow_insecure = true
user_name = "{name}"
password_from = "env:{PASSWORD_VARIABLE}"
check_every = "10s"
"""


def healthy(
    mailbox: Mailbox,
    dovecot: Dovecot,
    smtp_server: SmtpServer,
    password_from: str = f"env:{PASSWORD_VARIABLE}",
) -> str:
    """Called Support, in and out, taking in everything."""
    return f"""
[[integration]]
name = "Support"
is_default = true
[integration.incoming]
address = "{mailbox.address}"
server = "{dovecot.host}"
port = {dovecot.ports.imaps}
user_name = "{mailbox.address}"
password_from = "{password_from}"
first_check = "everything"
check_every = "10s"
[integration.outgoing]
server = "{smtp_server.host}"
port = {smtp_server.port}
security = "starttls"
authentication = "same_as_incoming"
"""
