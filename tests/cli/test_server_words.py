"""What a server said is told where a problem is: nobody can copy details from a terminal."""

import pytest

from tests.cli import contract
from tests.cli.conftest import PASSWORD_VARIABLE
from tests.cli.in_process import InProcess
from tests.servers.scripted_server import ScriptedServer
from tests.servers.smtp import SmtpServer
from tests.services.imap_script import answer

PASSWORD = "a-secret-of-nobody"
ODD = "[X-ODD] the moon is in the wrong house"
BEGIN = [
    "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready",
    *answer("AUTHENTICATE", status="OK [CAPABILITY IMAP4rev1] in"),
]
OF_A_CHECK = [
    *BEGIN,
    *answer(
        "SELECT",
        "3 EXISTS",
        "OK [UIDVALIDITY 1] valid",
        "OK [UIDNEXT 10] next",
        status="OK [READ-WRITE] selected",
    ),
    *answer(".*", status=f"NO {ODD}, \x1b]0;title\x07as said"),
]
AT_LOG_IN = [BEGIN[0], *answer("AUTHENTICATE", status=f"NO {ODD} with {PASSWORD}")]

SETTINGS = """
[[integration]]
name = "Help desk"
[integration.incoming]
address = "support@example.org"
server = "127.0.0.1"
port = {port}
security = "none"
allow_insecure = true
user_name = "support"
password_from = "env:{variable}"
first_check = "everything"
"""

SENDS_NOWHERE = """
[[integration]]
name = "Sender"
[integration.outgoing]
address = "support@example.org"
server = "127.0.0.1"
port = 1
security = "none"
allow_insecure = true
authentication = "none"
"""


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)


def import_from(program: InProcess, server: ScriptedServer) -> None:
    given = SETTINGS.format(port=server.port, variable=PASSWORD_VARIABLE)
    program.done("integrations", "import", program.file(given))


def test_a_check_that_ends_in_something_odd_says_what(program: InProcess) -> None:
    with ScriptedServer(OF_A_CHECK) as server:
        import_from(program, server)
        ended = program.run("integrations", "check", "Help desk", "--json")
    assert (ended.code, len(ended.lines)) == (1, 1)
    error = ended.json[0]["error"]
    assert list(error) == contract.ERROR
    assert error["kind"] == "unknown"
    assert f"Details: NO {ODD}" in error["message"]
    assert ODD not in error["remedy"]
    assert f"Details: NO {ODD}" in ended.lines[0]
    for told in (ended.err, error["message"]):
        assert "\x1b" not in told
        assert "\x07" not in told
    assert program.json("integrations", "show", "Help desk")["last_incoming_error"] == error


def test_what_to_do_stands_beside_the_last_error_and_why_beside_what_waits(program: InProcess) -> None:
    with ScriptedServer(OF_A_CHECK) as server:
        import_from(program, server)
        error = program.run("integrations", "check", "Help desk", "--json").json[0]["error"]
    shown = program.done("integrations", "show", "Help desk").out.decode()
    assert f"{error['message']} {error['remedy']}" in shown
    program.done("integrations", "import", program.file(SENDS_NOWHERE))
    sent = ("send", "--from", "Sender", "--to", "joe@example.com", "--subject", "Hello")
    assert program.run(*sent, stdin=b"Hello").code == 1
    told = program.done("outbox", "list").out.decode().splitlines()[-1]
    assert told.endswith("Sender could not connect: the mail server refused the connection.")
    assert program.json("outbox", "list")[0]["reason"] == "connection_refused"


def test_a_recipient_that_is_put_off_is_named_and_the_next_message_goes_out(
    program: InProcess, smtp_server: SmtpServer
) -> None:
    smtp_server.script.answer("RCPT", "joe@", "451 4.7.1 Greylisted")
    program.done(
        "integrations",
        "import",
        program.file(SENDS_NOWHERE.replace("port = 1", f"port = {smtp_server.port}")),
    )
    words = ("send", "--from", "Sender", "--subject", "Hello", "--to")
    ended = program.run(*words, "joe@example.com", stdin=b"Hello")
    assert ended.code == 1
    assert "put joe@example.com off for now" in ended.lines[0]
    assert "451 4.7.1 Greylisted" in ended.lines[0]
    assert program.run(*words, "ann@example.com", stdin=b"Hello").code == 0
    told = program.done("outbox", "list").out.decode().splitlines()
    assert told[-2].endswith(
        "Sender could not send a message yet: the mail server put joe@example.com off for now."
    )
    assert [each["state"] for each in program.json("outbox", "list")] == ["waiting", "sent"]
    assert program.json("integrations", "show", "Sender")["consecutive_outgoing_errors"] == 0


def test_what_was_sent_but_not_to_all_is_told(program: InProcess, smtp_server: SmtpServer) -> None:
    smtp_server.script.answer("RCPT", "gone@", "550 5.1.1 no such user")
    sends = SENDS_NOWHERE.replace("port = 1", f"port = {smtp_server.port}")
    program.done("integrations", "import", program.file(sends))
    recipients = ("--to", "joe@example.com", "--to", "gone@example.com")
    program.done("send", "--from", "Sender", *recipients, "--subject", "Hello", stdin=b"Hello")
    told = program.done("outbox", "list").out.decode().splitlines()[-1]
    assert "Sent, not to all. Sender could not send a message: " in told
    [item] = program.json("outbox", "list")
    assert item["state"] == "sent"
    assert [each["state"] for each in item["recipients"]] == ["sent", "refused"]


def test_a_test_says_what_the_server_said_without_the_password(program: InProcess) -> None:
    with ScriptedServer(AT_LOG_IN) as server:
        import_from(program, server)
        ended = program.run("integrations", "test", "Help desk")
    assert (ended.code, len(ended.lines)) == (1, 1)
    for told in (ended.err, ended.out.decode()):
        assert f"Details: NO {ODD} with …" in told
        assert PASSWORD not in told
