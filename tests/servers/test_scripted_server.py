import imaplib
import smtplib
import socket

import pytest

from tests.servers.certificates import Certificates
from tests.servers.scripted_server import ScriptedServer


def test_plays_a_tagged_exchange(certificates: Certificates) -> None:
    script = [
        "S: * OK ready",
        r"C: (?P<tag>\S+) CAPABILITY",
        "S: * CAPABILITY IMAP4rev1 STARTTLS",
        "S: {tag} OK done",
        r"C: (?P<tag>\S+) STARTTLS",
        "S: {tag} OK begin",
        "TLS",
        r"C: (?P<tag>\S+) CAPABILITY",
        "S: * CAPABILITY IMAP4rev1",
        "S: {tag} OK done",
        r"C: (?P<tag>\S+) NOOP",
        "S: * BYE going down",
    ]
    with ScriptedServer(script, certificate=certificates.good) as server:
        imap = imaplib.IMAP4("localhost", server.port, timeout=20)
        imap.starttls(certificates.client_context())
        with pytest.raises(imaplib.IMAP4.abort, match="going down"):
            imap.noop()
        imap.shutdown()
        assert not server.errors


def test_notes_what_it_did_not_expect() -> None:
    with ScriptedServer(["S: * PREAUTH hello", r"C: \S+ NOOP"]) as server:
        with _connection(server) as client:
            client.sendall(b"a1 LOGOUT\r\n")
            assert client.makefile("rb").read() == b"* PREAUTH hello\r\n"
        assert server.received == server.errors == ["a1 LOGOUT"]


def test_plays_smtp_to_each_connection() -> None:
    with ScriptedServer(["S: 554 5.3.2 No service here"]) as server:
        for _ in range(2):
            with pytest.raises(smtplib.SMTPConnectError, match="No service"):
                smtplib.SMTP(server.host, server.port, timeout=20)
        assert server.connections == 2


def test_tls_from_the_start(certificates: Certificates) -> None:
    context = certificates.client_context()
    server = ScriptedServer(["S: * BYE busy"], certificate=certificates.good, tls=True)
    with server, pytest.raises(imaplib.IMAP4.error, match="BYE busy"):
        imaplib.IMAP4_SSL("localhost", server.port, ssl_context=context, timeout=20)


def test_resets() -> None:
    with ScriptedServer([b"\xff\xfe", "C: go", "RESET"]) as server, _connection(server) as client:
        assert client.recv(2) == b"\xff\xfe"
        client.sendall(b"go\r\n")
        with pytest.raises(ConnectionResetError):
            client.recv(1)


def test_hangs() -> None:
    with ScriptedServer(["S: * OK", "HANG"]) as server, _connection(server) as client:
        assert client.recv(6) == b"* OK\r\n"
        client.settimeout(0.2)
        with pytest.raises(TimeoutError):
            client.recv(1)


def _connection(server: ScriptedServer) -> socket.socket:
    return socket.create_connection((server.host, server.port), timeout=20)
