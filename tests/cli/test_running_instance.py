"""Beside an instance that runs: changes are handed to it, and reading goes past it."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mailint_gui.cli import access
from mailint_gui.instance.lock import ProfileLock
from mailint_gui.instance.place import Place
from mailint_gui.profile import Profile
from tests.cli.conftest import PASSWORD_VARIABLE
from tests.cli.in_process import InProcess
from tests.cli.program import LIMIT, Program
from tests.servers.certificates import Certificates
from tests.servers.mailbox import Mailbox
from tests.servers.smtp import SmtpServer
from tests.servers.wait import until

ONE_A_MINUTE = """
[[integration]]
name = "Desk"
[integration.outgoing]
address = "support@example.org"
server = "127.0.0.1"
port = PORT
security = "none"
allow_insecure = true
authentication = "none"
messages_per_minute = 1
"""


@contextmanager
def headless(program: Program) -> Iterator["subprocess.Popen[bytes]"]:
    """A real ``mailint --headless`` that listens."""
    process = program.start("--headless")
    try:
        place = Place.of_profile(program.profile)
        until(lambda: place.key() is not None or process.poll() is not None, "the instance listens")
        assert process.poll() is None, process.communicate()
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_change_is_done_by_the_instance_that_runs(
    program: InProcess,
    real_program: Program,
    import_file: Path,
    certificates: Certificates,
    mailbox: Mailbox,
    smtp_server: SmtpServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program.done("properties", "set", f"extra_ca_file={certificates.ca}")
    monkeypatch.delenv(PASSWORD_VARIABLE)  # only the instance knows the password
    monkeypatch.chdir(import_file.parent)  # relative to the caller, not to the instance
    with headless(real_program) as instance:
        done = program.json("integrations", "import", import_file.name)
        assert [each["result"] for each in done] == ["created"]
        mailbox.deliver(b"Subject: beside\r\n\r\nx\r\n")
        program.json("integrations", "check", "Support")
        assert [each["subject"] for each in program.json("messages", "list")] == ["beside"]
        sent = program.json(
            "send", "--from", "Support", "--to", "a@example.net", "--subject", "s", stdin=b"hello"
        )
        assert sent["state"] == "sent"
        assert b"hello" in smtp_server.wait_for_message().raw
        refused = program.run("integrations", "disable", "Nobody")
        assert (refused.code, len(refused.lines)) == (1, 1)
        assert program.run("--database", "postgresql:///other", "outbox", "retry", "1").code == 1

        instance.send_signal(signal.SIGTERM)
        assert instance.wait(LIMIT) == 0
    assert program.json("integrations", "list")[0]["last_check_at"] is not None


def test_what_is_over_the_limit_of_a_minute_is_queued_and_no_failure(
    program: InProcess, real_program: Program, smtp_server: SmtpServer
) -> None:
    program.done("integrations", "import", program.file(ONE_A_MINUTE.replace("PORT", str(smtp_server.port))))
    words = ("send", "--from", "Desk", "--to", "joe@example.com", "--subject", "s", "--json")
    with headless(real_program):
        first, second = (program.run(*words, stdin=b"hello") for _ in range(2))
    assert (first.code, first.json["state"], first.lines) == (0, "sent", [])
    assert (second.code, second.json["state"]) == (0, "queued")
    assert second.lines == [
        "It is queued: Desk has sent as many messages as it may in a minute. It goes out by itself after that."
    ]


def test_a_second_instance_gives_way(program: InProcess, real_program: Program) -> None:
    with headless(real_program):
        second = real_program.run("--headless")
        assert second.code in {0, 1}
        assert program.json("properties", "list")


def test_reading_goes_past_whoever_has_the_lock(program: InProcess) -> None:
    program.done("properties", "set", "disable_grace=5m")
    with ProfileLock(Profile(program.profile).lock_path):
        assert program.json("properties", "list")["disable_grace"] == "5m"


def test_a_verb_waits_for_another_one_that_has_the_profile(program: InProcess) -> None:
    lock = ProfileLock(Profile(program.profile).lock_path)
    lock.acquire()
    later = threading.Timer(0.5, lock.release)
    later.start()
    program.done("properties", "set", "disable_grace=5m")
    later.join()


def test_a_profile_that_stays_taken_is_said_so(program: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "PATIENCE", 0.2)
    with ProfileLock(Profile(program.profile).lock_path):
        ended = program.run("properties", "set", "disable_grace=5m")
    assert (ended.code, len(ended.lines)) == (1, 1)
    assert str(program.profile) in ended.err


def test_ctrl_c_ends_a_check_with_one_line(
    program: InProcess, real_program: Program, support: InProcess, mailbox: Mailbox
) -> None:
    mailbox.server.pause()
    try:
        process = real_program.start("integrations", "check", "Support", start_new_session=True)
        lock = ProfileLock(Profile(program.profile).lock_path)
        until(lambda: _is_taken(lock), "the verb has the profile")
        until(lambda: b"check" in _threads(process.pid), "the check is under way")
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=LIMIT)
    finally:
        mailbox.server.resume()
    assert (process.returncode, out) == (1, b"")
    assert len(err.splitlines()) == 1, err.decode()


def _is_taken(lock: ProfileLock) -> bool:
    try:
        with lock:
            return False
    except access.AlreadyRunning:
        return True


def _threads(pid: int) -> bytes:
    """Whether more than the first thread is there: Linux names them all alike before Python 3.14."""
    tasks = len(list(Path(f"/proc/{pid}/task").iterdir())) if Path(f"/proc/{pid}").exists() else 0
    return b"check" if tasks > 2 else b""


def test_a_reader_that_had_enough_is_no_error_to_tell(real_program: Program) -> None:
    process = real_program.start("properties", "list")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.wait(LIMIT)
