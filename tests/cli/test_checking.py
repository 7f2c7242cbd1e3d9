"""Several checks at once, stages that hang, and what a verb does in the end."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from mailint_gui.cli.scopes import Scopes
from mailint_gui.domain.check import Stage
from mailint_gui.domain.problem import ProblemError, ProblemKind
from mailint_gui.profile import Profile
from mailint_gui.services.scope import Cancelled, CancelReason
from tests.cli.conftest import PASSWORD_VARIABLE
from tests.cli.in_process import InProcess
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

LIMIT = 20.0
MANY = 12


def entry(name: str, host: str, port: int, user: str) -> str:
    return f"""
[[integration]]
name = "{name}"
[integration.incoming]
address = "{user}"
server = "{host}"
port = {port}
user_name = "{user}"
password_from = "env:{PASSWORD_VARIABLE}"
first_check = "everything"
"""


@pytest.fixture
def many(
    program: InProcess, dovecot: Dovecot, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> InProcess:
    """Twelve mailboxes with one message each; Box 00 is on a port where nobody listens."""
    boxes = [dovecot.mailbox() for _ in range(MANY)]
    monkeypatch.setenv(PASSWORD_VARIABLE, boxes[0].password)
    for box in boxes:
        box.deliver(b"Subject: x\r\n\r\n")
    ports = [1, *[dovecot.ports.imaps] * (MANY - 1)]
    entries = [
        entry(f"Box {index:02}", dovecot.host, port, box.address)
        for index, (box, port) in enumerate(zip(boxes, ports, strict=True))
    ]
    program.done("properties", "set", f"extra_ca_file={certificates.ca}")
    program.done("integrations", "import", program.file("".join(entries)))
    return program


def test_all_are_checked_whatever_one_of_them_does(many: InProcess) -> None:
    ended = many.run("integrations", "check", "--all", "--json")
    assert ended.code == 1
    assert [each["name"] for each in ended.json] == [f"Box {index:02}" for index in range(MANY)]
    assert [each["ok"] for each in ended.json] == [False, *[True] * (MANY - 1)]
    assert ended.json[0]["error"]["kind"] == "connection_refused"
    assert sum(each["filed"] + each["already_known"] for each in ended.json) == MANY - 1
    assert len(ended.lines) == 1


def test_those_named_are_checked_in_that_order_and_once(many: InProcess) -> None:
    checked = many.json("integrations", "check", "box 03", "Box 02", "BOX 03")
    assert [each["name"] for each in checked] == ["Box 03", "Box 02"]


def test_an_error_at_the_threshold_is_mailed_before_the_verb_ends(
    support: InProcess, dovecot: Dovecot, smtp_server: SmtpServer
) -> None:
    support.done("properties", "set", "notify_after_incoming_errors=1")
    change = '[[integration]]\nname = "Failing"\nresponsible_admin = "boss@example.net"\n'
    failing = entry("Failing", dovecot.host, 1, "x@example.org").replace(
        '[[integration]]\nname = "Failing"\n', change
    )
    support.done("integrations", "import", support.file(failing))
    assert support.run("integrations", "check", "Failing").code == 1
    message = smtp_server.wait_for_message()
    assert message.recipients == ("boss@example.net",)
    assert b"Failing" in message.raw


def test_a_quarantined_message_is_read_again(many: InProcess) -> None:
    many.done("integrations", "check", "Box 01")
    (message,) = many.json("messages", "list")
    refused = many.run("messages", "retry", str(message["id"]))
    assert (refused.code, len(refused.lines)) == (1, 1)
    with closing(sqlite3.connect(Profile(many.profile).database_path)) as connection:
        connection.execute("UPDATE message SET state = 'quarantined', reason = 'parser_died'")
        connection.commit()
    assert many.json("messages", "list", "--state", "quarantined")[0]["reason"] == "parser_died"
    assert many.json("messages", "retry", str(message["id"]))["state"] == "filed"


def test_a_stage_that_hangs_is_ended() -> None:
    scopes = Scopes(dict.fromkeys(Stage, 0.2))
    woken = threading.Event()
    with scopes.new() as scope:
        scope.enter(Stage.SEARCH)
        with scope.waking(woken.set):
            assert woken.wait(LIMIT)
        with pytest.raises(ProblemError) as caught:
            scope.raise_if_cancelled()
    assert caught.value.problem.kind is ProblemKind.TIMED_OUT
    assert caught.value.problem.facts["stage"] == Stage.SEARCH


def test_after_all_are_cancelled_none_begins() -> None:
    scopes = Scopes()
    with scopes.new() as first:
        scopes.cancel_all(CancelReason.ADMIN)
        with pytest.raises(Cancelled):
            first.raise_if_cancelled()
    with scopes.new() as second, pytest.raises(Cancelled):
        second.raise_if_cancelled()


def test_a_file_that_is_too_large_is_not_read(program: InProcess, tmp_path: Path) -> None:
    (tmp_path / "large.toml").write_bytes(b"#" * 6_000_000)
    ended = program.run("integrations", "import", "large.toml")
    assert (ended.code, len(ended.lines)) == (1, 1)
