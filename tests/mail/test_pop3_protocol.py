"""Reading answers byte by byte, and what -ERR means."""

import poplib
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import Security
from mailint_gui.domain.problem import ProblemKind as Kind
from mailint_gui.mail import pop3_protocol
from mailint_gui.mail.connect import Endpoint
from mailint_gui.mail.diagnosis import KNOWN_ERRORS, diagnose
from mailint_gui.mail.mailbox_replies import Nonsense, Pop3Refusal
from mailint_gui.mail.pop3_protocol import Pop3Protocol
from mailint_gui.mail.sasl import Exchange
from mailint_gui.mail.scope import CancelScope
from mailint_gui.mail.wire import WireError

LIMIT = 1_000_000


class Peer:
    """The server's end of a connection that is greeted."""

    def __init__(self) -> None:
        ours, self.end = socket.socketpair()
        self.end.sendall(b"+OK ready\r\n")
        endpoint = Endpoint("localhost", 110, Security.NONE)
        scope = CancelScope({Stage.FETCH: 5.0})
        scope.enter(Stage.FETCH)
        self.protocol = Pop3Protocol(ours, endpoint, scope)

    def says(self, text: bytes) -> None:
        self.end.sendall(text)

    def hears(self) -> bytes:
        """All that was sent, once the other side is closed."""
        self.protocol.close()
        return b"".join(iter(lambda: self.end.recv(10_000), b""))

    def close(self) -> None:
        self.protocol.close()
        self.end.close()


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    yield peer
    peer.close()


def stuffed(text: bytes) -> bytes:
    """As a server sends it (RFC 1939 section 3)."""
    return (b"\r\n" + text).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"


LINES = st.lists(st.sampled_from([b".", b"..", b"\r", b"\n", b"\r\n", b"\n.\n", b"\0", b"ab", b"\xff"]))


@given(LINES.map(b"".join), st.integers(1, 9))
def test_every_byte_survives_wherever_it_is_cut(text: bytes, chunk: int) -> None:
    text = text + b"\r\n" if text else text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pop3_protocol, "CHUNK", chunk)
        peer = Peer()
        peer.says(stuffed(text) + b"+OK next\r\n")
        assert peer.protocol.multiline(LIMIT) == text
        peer.protocol.answer()
        peer.close()


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (b"a\nb\n.\nc\r\n.\r\n", b"a\nb\n.\nc\r\n"),  # a bare LF ends no line
        (b".x\r\n.\r\n", b".x\r\n"),  # a server that does not stuff
        (b".\r\n", b""),
        (b"\r\n.\r\n", b"\r\n"),
    ],
)
def test_only_crlf_dot_crlf_ends_an_answer(sent: bytes, text: bytes, peer: Peer) -> None:
    peer.says(sent + b"+OK next\r\n")
    assert peer.protocol.multiline(LIMIT) == text
    peer.protocol.answer()


def test_an_endless_answer_is_cut_off(peer: Peer) -> None:
    peer.says(b"x" * 5000)
    with pytest.raises(Nonsense):
        peer.protocol.multiline(4000)


@given(LINES.map(b"".join), st.integers(1, 9), st.integers(1, 40))
def test_what_is_not_kept_is_still_read(text: bytes, chunk: int, keep: int) -> None:
    text = text + b"\r\n" if text else text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pop3_protocol, "CHUNK", chunk)
        peer = Peer()
        peer.says(stuffed(text) + b"+OK next\r\n")
        assert peer.protocol.multiline(LIMIT, keep=keep) == text[:keep]
        peer.protocol.answer()
        peer.close()


def test_an_endless_status_line_is_cut_off(peer: Peer) -> None:
    peer.says(b"+OK " + b"x" * 10_000)
    with pytest.raises(Nonsense):
        peer.protocol.answer()


def test_the_end_within_an_answer(peer: Peer) -> None:
    peer.says(b"half a line\r\n.")
    peer.end.shutdown(socket.SHUT_WR)
    with pytest.raises(EOFError):
        peer.protocol.multiline(LIMIT)


@pytest.mark.parametrize("bad", ["1\r\nDELE 2", "1\nDELE 2", "1\rDELE 2", "1\0"])
def test_every_way_out_is_gated(bad: str, peer: Peer) -> None:
    """Those that poplib brings too."""
    protocol = peer.protocol
    ways = (protocol.user, protocol.pass_, protocol.dele, protocol.uidl, protocol.retr, protocol.rpop)
    for way in ways:
        with pytest.raises(WireError):
            way(bad)
    with pytest.raises(WireError):
        protocol.send(["DELE 1", f"DELE {bad}"])
    with pytest.raises(WireError):
        protocol.log_in_by_sasl(Exchange(bad, "response"))
    protocol.send(["NOOP"])
    assert peer.hears() == b"NOOP\r\n"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            b"+OK list\r\nsasl plain Login\r\n\r\nPIPELINING\r\n.\r\n",
            {"SASL": ("PLAIN", "LOGIN"), "PIPELINING": ()},
        ),
        (b"+OK\r\n\xff\xfe 1\r\n.\r\n", {"\ufffd\ufffd": ("1",)}),
        (b"-ERR what?\r\n", {}),
    ],
)
def test_capabilities(answer: bytes, expected: dict[str, tuple[str, ...]], peer: Peer) -> None:
    peer.says(answer)
    assert peer.protocol.capabilities() == expected
    assert peer.protocol.capabilities() == expected  # asked once
    assert peer.hears() == b"CAPA\r\n"


# What -ERR means


@pytest.mark.parametrize("stage", [Stage.GREETING, Stage.AUTHENTICATE, Stage.SEARCH, Stage.FETCH])
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        # RFC 2449 section 8, RFC 3206
        ("[IN-USE] Do you have another session?", Kind.SERVER_BUSY),
        ("[LOGIN-DELAY] minimum time between mail checks", Kind.THROTTLED),
        ("[SYS/TEMP] the directory is down", Kind.SERVER_BUSY),
        ("[sys/temp/disk] later", Kind.SERVER_BUSY),
        ("[SYS/PERM] not for you", Kind.POLICY_REFUSED),
        ("[AUTH] no", Kind.AUTHENTICATION_FAILED),
        # as servers and providers say it
        ("[AUTH] Plaintext authentication disallowed on non-secure connections.", Kind.LOGIN_DISABLED),
        ("[AUTH] Application-specific password required", Kind.POLICY_REFUSED),
        ("[SYS/PERM] Account is locked", Kind.ACCOUNT_LOCKED),
        ("maildrop already locked", Kind.SERVER_BUSY),
        ("Unable to lock maildrop", Kind.SERVER_BUSY),
        ("/var/mail/.me.pop lock busy!  Is another session active?", Kind.SERVER_BUSY),
        ("Too many connections from your address", Kind.THROTTLED),
    ],
)
def test_refusals(text: str, kind: Kind, stage: Stage) -> None:
    problem = diagnose(Pop3Refusal(text), stage)
    assert problem.kind is kind
    assert problem.detail == f"-ERR {text}"


@pytest.mark.parametrize(
    ("stage", "kind"),
    [
        (Stage.GREETING, Kind.SERVER_BUSY),
        (Stage.AUTHENTICATE, Kind.AUTHENTICATION_FAILED),
        (Stage.FETCH, Kind.UNKNOWN),
    ],
)
@pytest.mark.parametrize("text", ["no", "", "[NEW-CODE] no", "what is [IN-USE]?"])
def test_refusals_without_a_code_that_is_known(text: str, stage: Stage, kind: Kind) -> None:
    assert diagnose(Pop3Refusal(text), stage).kind is kind


@pytest.mark.parametrize("stage", list(Stage))
def test_the_librarys_own_error_has_a_kind(stage: Stage) -> None:
    error = poplib.error_proto("line too long")
    assert isinstance(error, KNOWN_ERRORS)
    assert diagnose(error, stage).kind is Kind.PROTOCOL_ERROR


def test_the_lock_of_a_mailbox_is_no_error_of_the_credentials() -> None:
    problem = diagnose(Pop3Refusal("[IN-USE] locked by another session"), Stage.AUTHENTICATE)
    assert problem.transient
