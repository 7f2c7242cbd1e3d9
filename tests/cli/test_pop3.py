"""A POP3 profile by command line: imported, tested, checked, and listed by unique id."""

import hashlib

import pytest

from tests.cli.conftest import PASSWORD_VARIABLE
from tests.cli.in_process import InProcess
from tests.servers.certificates import Certificates
from tests.servers.mailbox import Mailbox

RAW = b"Subject: over POP3\r\n\r\n.\r\nhello\r\n"


def profile(mailbox: Mailbox, *more: str) -> str:
    lines = [
        "[[integration]]",
        'name = "Post"',
        "[integration.incoming]",
        f'address = "{mailbox.address}"',
        'protocol = "pop3"',
        'server = "localhost"',
        f"port = {mailbox.server.ports.pop3s}",
        f'user_name = "{mailbox.address}"',
        f'password_from = "env:{PASSWORD_VARIABLE}"',
        'first_check = "everything"',
        *more,
    ]
    return "\n".join(lines)


@pytest.fixture
def post(
    program: InProcess, mailbox: Mailbox, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> InProcess:
    monkeypatch.setenv(PASSWORD_VARIABLE, mailbox.password)
    program.done("properties", "set", f"extra_ca_file={certificates.ca}")
    return program


def test_what_is_left_there_and_what_is_deleted(post: InProcess, mailbox: Mailbox) -> None:
    mailbox.deliver(RAW)
    post.done("integrations", "import", post.file(profile(mailbox)))
    steps = post.json("integrations", "test", "Post")
    assert [each["step"] for each in steps] == [
        "secret",
        "resolve",
        "connect",
        "tls",
        "authenticate",
        "count",
    ]
    assert all(each["ok"] for each in steps)
    (checked,) = post.json("integrations", "check", "Post")
    assert (checked["ok"], checked["seen"], checked["filed"]) == (True, 1, 1)
    (message,) = post.json("messages", "list")
    assert (message["folder"], message["sha256"]) == ("", hashlib.sha256(RAW).hexdigest())
    assert message["uid"]
    assert post.done("messages", "export", str(message["id"])).out == RAW
    assert len(mailbox.messages()) == 1
    post.done("integrations", "import", post.file(profile(mailbox, 'after_processing = "delete"')))
    assert post.json("integrations", "check", "--all")[0]["seen"] == 0
    assert mailbox.messages() == []
    exported = post.done("integrations", "export", "Post").out.decode()
    assert 'protocol = "pop3"' in exported
    assert 'after_processing = "delete"' in exported


@pytest.mark.parametrize("after", ["mark_read", "move"])
def test_what_pop3_cannot_do_is_refused(post: InProcess, mailbox: Mailbox, after: str) -> None:
    ended = post.run("integrations", "import", post.file(profile(mailbox, f'after_processing = "{after}"')))
    assert ended.code == 1
    assert ["incoming.after_processing" in line for line in ended.lines] == [True]
    assert post.json("integrations", "list") == []
