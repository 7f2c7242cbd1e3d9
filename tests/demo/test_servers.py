"""The real child process, spoken to by the clients that the program uses."""

import smtplib
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import psutil
import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from mailint_gui.demo import process, story
from mailint_gui.demo.endpoints import HOST, DemoEndpoints, DemoFailureReason
from mailint_gui.demo.process import DemoServers, DemoUnavailableError

LIMIT = 20  # seconds, for anything that is waited for

REPORTS_AND_WAITS = """
import sys
from pathlib import Path
from mailint_gui.demo.process import DemoServers
servers = DemoServers(Path(sys.argv[1]))
print(servers.start().imap_port, flush=True)
sys.stdin.read()
"""

HIDES_THE_EXTRA = """
import sys
sys.modules["pymap"] = None
"""


@pytest.fixture(scope="module")
def endpoints(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoEndpoints]:
    with DemoServers(tmp_path_factory.mktemp("demo")) as servers:
        yield servers.start()


def _tls(endpoints: DemoEndpoints) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(endpoints.ca_file))
    context.verify_flags |= ssl.VERIFY_X509_STRICT  # the default from Python 3.13 on
    return context


def _connect(endpoints: DemoEndpoints) -> IMAPClient:
    return IMAPClient(HOST, endpoints.imap_port, ssl_context=_tls(endpoints), timeout=LIMIT)


@contextmanager
def _mailbox(endpoints: DemoEndpoints, address: str) -> Iterator[IMAPClient]:
    with _connect(endpoints) as client:
        client.login(address, story.PASSWORD)
        client.select_folder("INBOX")
        yield client


@contextmanager
def _smtp(endpoints: DemoEndpoints) -> Iterator[smtplib.SMTP_SSL]:
    with smtplib.SMTP_SSL(HOST, endpoints.smtp_port, timeout=LIMIT, context=_tls(endpoints)) as client:
        yield client


def _idle_until(client: IMAPClient, arrived: Callable[[], bool]) -> None:
    """Wait on the server's own notice of a change, not on time."""
    deadline = time.monotonic() + LIMIT
    while not arrived():
        assert time.monotonic() < deadline, "nothing arrived"
        client.idle()
        client.idle_check(timeout=LIMIT)
        client.idle_done()


def _mail(recipient: str, subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = story.SUPPORT, recipient, subject
    message.set_content("It works.\n")
    return message


def _subjects(client: IMAPClient, criteria: list[str | bytes]) -> list[bytes]:
    fetched = client.fetch(client.search(criteria), ["ENVELOPE"])
    return [fetched[uid][b"ENVELOPE"].subject for uid in sorted(fetched)]


def test_mail_keeps_arriving_at_support(endpoints: DemoEndpoints) -> None:
    with _mailbox(endpoints, story.SUPPORT) as client:
        before = client.folder_status("INBOX", ["UIDNEXT"])[b"UIDNEXT"]
        _idle_until(client, lambda: client.folder_status("INBOX", ["UIDNEXT"])[b"UIDNEXT"] > before)


def test_billing_stays_quiet_with_its_old_mail(endpoints: DemoEndpoints) -> None:
    with _mailbox(endpoints, story.BILLING) as client:
        old = [waiting for waiting in story.backlog() if waiting.letter.mailbox == story.BILLING]
        assert len(client.search(["SUBJECT", "invoice"])) == len(old) - 1


def test_a_check_can_fetch_mark_move_and_delete(endpoints: DemoEndpoints) -> None:
    with _mailbox(endpoints, story.ADMIN) as client:
        raw = b"Subject: raw\r\n\r\n\xff\xfe bytes\r\n.\r\n"
        client.append("INBOX", raw)
        client.append("INBOX", raw)
        first, second = client.search()[-2:]
        fetched = client.fetch([first], ["BODY.PEEK[]", "RFC822.SIZE", "FLAGS"])[first]
        assert fetched[b"BODY[]"] == raw
        assert fetched[b"RFC822.SIZE"] == len(raw)
        assert b"\\Seen" not in fetched[b"FLAGS"]
        assert b"\\Seen" in client.add_flags([first], [b"\\Seen"])[first]
        assert client.has_capability("MOVE")
        client.move([first], story.FOLDERS[0])
        assert client.has_capability("UIDPLUS")
        client.delete_messages([second])
        client.uid_expunge([second])
        client.noop()
        assert not {first, second} & set(client.search())
        assert client.folder_status(story.FOLDERS[0], ["MESSAGES"])[b"MESSAGES"] == 1
        assert client.select_folder("INBOX")[b"UIDVALIDITY"] == client.select_folder("INBOX")[b"UIDVALIDITY"]


def test_fifty_quiet_checks(endpoints: DemoEndpoints) -> None:
    for _ in range(50):
        with _mailbox(endpoints, story.OFFSITE) as client:
            assert client.search(["ALL"])
            client.noop()


def test_wrong_password_is_refused(endpoints: DemoEndpoints) -> None:
    with _connect(endpoints) as client, pytest.raises(LoginError, match="AUTHENTICATIONFAILED"):
        client.login(story.SALES, story.WRONG_PASSWORD)
    with _smtp(endpoints) as smtp, pytest.raises(smtplib.SMTPAuthenticationError) as refusal:
        smtp.login(story.SALES, story.WRONG_PASSWORD)
    assert refusal.value.smtp_code == 535


def test_nothing_answers_on_the_refused_port(endpoints: DemoEndpoints) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, endpoints.refused_port), timeout=LIMIT)


def test_a_client_that_does_not_know_the_authority_distrusts_the_servers(endpoints: DemoEndpoints) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        IMAPClient(HOST, endpoints.imap_port, ssl_context=ssl.create_default_context(), timeout=LIMIT)


@pytest.mark.parametrize(
    ("recipient", "mailbox", "subject"),
    [
        (story.BILLING, story.BILLING, "To a mailbox of the demo"),
        ("Billing@Demo.Example", story.BILLING, "In other case"),
        ("a@far.example", story.ELSEWHERE, "To the rest of the world"),
    ],
)
def test_sent_mail_is_delivered(endpoints: DemoEndpoints, recipient: str, mailbox: str, subject: str) -> None:
    with _smtp(endpoints) as smtp:
        smtp.login(story.SUPPORT, story.PASSWORD)
        assert smtp.send_message(_mail(recipient, subject)) == {}
    with _mailbox(endpoints, mailbox) as client:
        assert _subjects(client, ["SUBJECT", subject]) == [subject.encode()]


def test_no_mail_without_log_in_nor_to_an_unknown_mailbox(endpoints: DemoEndpoints) -> None:
    with _smtp(endpoints) as smtp:
        smtp.ehlo()
        assert smtp.docmd("MAIL", f"FROM:<{story.SUPPORT}>")[0] == 530
        smtp.login(story.SUPPORT, story.PASSWORD)
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
            smtp.send_message(_mail(f"nobody@{story.DOMAIN}", "Lost"))
    assert refusal.value.recipients[f"nobody@{story.DOMAIN}"][0] == 550


def test_stop_ends_the_child_within_two_seconds_and_again_is_harmless(tmp_path: Path) -> None:
    assert sum(process._LEAVE_LIMITS) < 2
    servers = DemoServers(tmp_path)
    endpoints = servers.start()
    with _mailbox(endpoints, story.SUPPORT) as client:
        client.idle()  # an open connection must not hold it
        assert servers._process is not None
        child = psutil.Process(servers._process.pid)
        servers.stop()
        assert not child.is_running()
        client.shutdown()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, endpoints.imap_port), timeout=LIMIT)
    servers.stop()


def test_the_servers_die_with_their_parent(tmp_path: Path) -> None:
    command = [sys.executable, "-c", REPORTS_AND_WAITS, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        port = int(parent.stdout.readline())
        children = psutil.Process(parent.pid).children(recursive=True)
        assert children
        socket.create_connection((HOST, port), timeout=LIMIT).close()
        parent.kill()
    _, alive = psutil.wait_procs(children, timeout=LIMIT)
    assert not alive


def test_a_place_that_is_not_there_is_a_failure_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(DemoUnavailableError) as caught:
        DemoServers(tmp_path / "missing").start()
    assert caught.value.failure.reason is DemoFailureReason.DID_NOT_START
    assert "missing" in caught.value.failure.detail


def test_without_the_extra_the_reason_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text(HIDES_THE_EXTRA)  # Python's own hook, in the child only
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(DemoUnavailableError) as caught:
        DemoServers(tmp_path).start()
    assert caught.value.failure.reason is DemoFailureReason.PARTS_MISSING
    assert "pymap" in caught.value.failure.detail
