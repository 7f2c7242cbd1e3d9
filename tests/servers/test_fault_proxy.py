import imaplib
import socket
import time

import pytest

from tests.servers.fault_proxy import PASS, Fault, FaultProxy, Side
from tests.servers.mailbox import Mailbox
from tests.servers.ports import black_hole, refusing_port
from tests.servers.scripted_server import ScriptedServer

BIG = b"Subject: big\r\n\r\n" + b"x" * 5000 + b"\r\n"


def connect(proxy: FaultProxy, timeout: float = 20) -> imaplib.IMAP4:
    return imaplib.IMAP4(proxy.host, proxy.port, timeout=timeout)


def test_passes(fault_proxy: FaultProxy, mailbox: Mailbox) -> None:
    with connect(fault_proxy) as imap:
        assert imap.login(mailbox.address, mailbox.password)[0] == "OK"
        assert fault_proxy.open_connections == 1
    fault_proxy.wait_until_idle()
    assert fault_proxy.connections == 1


def test_cuts_in_a_literal(fault_proxy: FaultProxy, mailbox: Mailbox) -> None:
    mailbox.deliver(BIG)
    fault_proxy.fault = Fault(marker=b"{%d}\r\n" % len(BIG), cut_after=100)
    imap = connect(fault_proxy)
    imap.login(mailbox.address, mailbox.password)
    imap.select()
    with pytest.raises(imaplib.IMAP4.abort):
        imap.uid("FETCH", "1", "(BODY.PEEK[])")
    fault_proxy.fault = PASS
    with connect(fault_proxy) as again:
        again.login(mailbox.address, mailbox.password)
        again.select()
        assert again.uid("FETCH", "1", "(BODY.PEEK[])")[1][0][1] == BIG


@pytest.mark.parametrize("after", [0, 1, 50, 4096, 70000])
def test_cuts_after_exactly_so_many_bytes(after: int) -> None:
    with ScriptedServer([b"y" * 100_000]) as server, FaultProxy(server.port) as proxy:
        proxy.fault = Fault(cut_after=after)
        with socket.create_connection((proxy.host, proxy.port), timeout=20) as client:
            assert len(_read_all(client)) == after


def test_cuts_what_the_client_sends() -> None:
    with ScriptedServer(["C: ^hel$", "C: never"]) as server, FaultProxy(server.port) as proxy:
        proxy.fault = Fault(cut_after=3, sender=Side.CLIENT)
        with socket.create_connection((proxy.host, proxy.port), timeout=20) as client:
            client.sendall(b"hello\r\n")
            assert client.recv(1) == b""
        server.wait_for_line("^hel$")


def test_resets(fault_proxy: FaultProxy) -> None:
    fault_proxy.fault = Fault(cut_after=5, reset=True)
    with pytest.raises(ConnectionResetError):
        _all_from(fault_proxy)  # the RST may be there before connect() has looked


def test_cuts_now(fault_proxy: FaultProxy) -> None:
    with socket.create_connection((fault_proxy.host, fault_proxy.port), timeout=20) as client:
        assert client.recv(4) == b"* OK"
        fault_proxy.cut()
        _read_all(client)
    fault_proxy.wait_until_idle()


def test_swallows(fault_proxy: FaultProxy) -> None:
    fault_proxy.fault = Fault(swallow=True)
    with pytest.raises(TimeoutError):
        connect(fault_proxy, timeout=0.2)


def test_delays_each_way(fault_proxy: FaultProxy) -> None:
    with connect(fault_proxy) as imap:
        fault_proxy.fault = Fault(delay=0.1)
        start = time.monotonic()
        imap.noop()
        assert time.monotonic() - start >= 0.2
        fault_proxy.fault = PASS


def test_drips() -> None:
    with ScriptedServer([b"z" * 1000]) as server, FaultProxy(server.port) as proxy:
        proxy.fault = Fault(rate=5000)
        start = time.monotonic()
        with socket.create_connection((proxy.host, proxy.port), timeout=20) as client:
            assert len(_read_all(client)) == 1000
        assert time.monotonic() - start >= 0.15


def test_garbles_and_replaces() -> None:
    with ScriptedServer([b"STARTTLS ok"]) as server, FaultProxy(server.port) as proxy:
        proxy.fault = Fault(replace=(b"STARTTLS", b"XXXXXXXX"), garble_after=9)
        with socket.create_connection((proxy.host, proxy.port), timeout=20) as client:
            assert _read_all(client) == b"XXXXXXXX " + bytes(byte ^ 0xFF for byte in b"ok")


def test_garbled_only_after_the_marker() -> None:
    with ScriptedServer([b"plain MARK ok"]) as server, FaultProxy(server.port) as proxy:
        proxy.fault = Fault(marker=b"MARK", garble_after=1)
        with socket.create_connection((proxy.host, proxy.port), timeout=20) as client:
            assert _read_all(client) == b"plain MARK " + bytes(byte ^ 0xFF for byte in b"ok")


def test_refusing_port() -> None:
    with refusing_port() as port, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=20)


def test_black_hole() -> None:
    with black_hole() as port, pytest.raises(TimeoutError):
        imaplib.IMAP4("127.0.0.1", port, timeout=0.2)


def _all_from(proxy: FaultProxy) -> bytes:
    with socket.create_connection((proxy.host, proxy.port), timeout=20) as client:
        return _read_all(client)


def _read_all(client: socket.socket) -> bytes:
    data = b""
    while part := client.recv(65536):
        data += part
    return data
