"""Connections that break at any byte, and servers that answer late: no message is lost, doubled or told wrongly."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailint_gui.domain.check import Stage
from mailint_gui.domain.health import DirectionState, direction_state
from mailint_gui.domain.integration import Direction, Integration, OutgoingAuthentication, Security
from mailint_gui.domain.outbox import OutboxItem, OutboxState
from mailint_gui.domain.problem import ProblemKind
from mailint_gui.services.scope import CancelScope
from tests.servers.certificates import Certificates
from tests.servers.fault_proxy import PASS, Fault, FaultProxy, Side
from tests.servers.smtp import SmtpServer
from tests.services.office import Office, impatient

K = ProblemKind
SENT, WAITING, UNCERTAIN = OutboxState.SENT, OutboxState.WAITING, OutboxState.UNCERTAIN
REGION = {Side.CLIENT: 41, Side.SERVER: 11}  # bytes: shorter than any command, answer or line of a message


@pytest.fixture
def proxy(smtp_server: SmtpServer) -> Iterator[FaultProxy]:
    with FaultProxy(smtp_server.port) as made:
        yield made


def arrived(server: SmtpServer, item: OutboxItem) -> int:
    return sum(item.message_id.encode() in message.raw for message in server.messages)


@pytest.mark.parametrize("pipelining", [False, True], ids=["one by one", "at once"])
@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("sender", Side)
def test_cut_at_every_region(
    office: Office, smtp_server: SmtpServer, proxy: FaultProxy, sender: Side, reset: bool, pipelining: bool
) -> None:
    smtp_server.pipelining = pipelining
    desk = office.sending(smtp_server, "Desk", port=proxy.port)
    ends: Counter[tuple[OutboxState, int]] = Counter()
    cut, whole = 0, False
    while not whole:
        cut += REGION[sender]
        proxy.fault = Fault(cut_after=cut, sender=sender, reset=reset)
        outcome, item = office.send(office.queue(desk))
        whole = outcome.problem is None
        ends[item.state, arrived(smtp_server, item)] += 1
        if item.state is WAITING:
            assert outcome.problem is not None
            assert outcome.problem.kind is K.CONNECTION_LOST
            proxy.fault = PASS
            assert office.send(item)[0].state == SENT
            assert arrived(smtp_server, item) == 1
    assert set(ends) <= {(WAITING, 0), (UNCERTAIN, 0), (UNCERTAIN, 1), (SENT, 1)}
    assert ends.total() > 15
    assert ends[WAITING, 0] > 0
    if sender is Side.SERVER:  # its last answer was on its way
        assert ends[UNCERTAIN, 1] > 0


def test_one_of_three_is_refused_and_the_message_greylisted(office: Office, smtp_server: SmtpServer) -> None:
    """As a server does it: at first 451 for all of it, and a refusal that stands."""
    smtp_server.script.answer("RCPT", "gone@", "550 5.1.1 no such user")
    smtp_server.script.answer(".", "", "451 4.7.1 greylisted, come back", times=1)
    desk = office.sending(smtp_server, "Desk")
    item = office.queue(desk, "joe@example.com", "gone@example.com", "ann@example.com")
    first, item = office.send(item)
    assert (first.state, item.reason) == (WAITING, K.MESSAGE_PUT_OFF)
    assert [each.state for each in item.recipients] == ["queued", "refused", "queued"]
    second, item = office.send(item)
    assert second.state == SENT
    assert [message.recipients for message in smtp_server.messages] == [
        ("joe@example.com", "ann@example.com")
    ]
    assert [each.state for each in item.recipients] == ["sent", "refused", "sent"]


def test_a_password_that_is_refused_after_months(office: Office, smtp_server: SmtpServer) -> None:
    """One try, then nothing until an admin does something or the rest is over; the message waits."""
    smtp_server.users = {"desk": "right"}
    password = office.password("right")
    desk = office.sending(
        smtp_server,
        "Desk",
        authentication=OutgoingAuthentication.PASSWORD,
        user_name="desk",
        password=password,
        security=Security.STARTTLS,
    )
    assert office.send(office.queue(desk))[0].state == SENT
    smtp_server.users = {"desk": "changed"}
    outcome, item = office.send(office.queue(desk))
    assert outcome.problem is not None
    assert (outcome.problem.kind, item.state) == (K.AUTHENTICATION_FAILED, WAITING)
    assert "535" in item.answer
    assert office.services.send_mail.due() == ()
    health = office.services.monitor.health(desk.id)
    assert health.outgoing.consecutive_errors == 1
    assert direction_state(desk, health, Direction.OUTGOING) is DirectionState.ACTIVE


def test_a_certificate_that_changed(office: Office, certificates: Certificates, tmp_path: Path) -> None:
    """One of an authority that nobody here trusts: nothing is said to it, and what waits goes later."""
    server = SmtpServer(certificates)
    other = SmtpServer(Certificates(tmp_path / "others"))
    other.port, other.tls_port = server.port, server.tls_port
    with server:
        desk = office.sending(
            server, "Desk", port=server.tls_port, security=Security.SSL, allow_insecure=False
        )
        assert office.send(office.queue(desk))[0].state == SENT
    with other:
        outcome, item = office.send(office.queue(desk))
    assert outcome.problem is not None
    assert (item.state, outcome.problem.kind) == (WAITING, K.TLS_UNTRUSTED)
    assert outcome.health.outgoing.consecutive_errors == 1
    assert other.messages == []
    with server:
        assert office.send(item)[0].state == SENT
    assert arrived(server, item) == 1


def test_starttls_that_is_stripped_is_refused(
    office: Office, smtp_server: SmtpServer, proxy: FaultProxy
) -> None:
    desk = office.sending(smtp_server, "Desk", port=proxy.port, security=Security.STARTTLS)
    proxy.fault = Fault(replace=(b"250-STARTTLS\r\n", b"250-XXXXXXXX\r\n"))
    outcome, item = office.send(office.queue(desk))
    assert outcome.problem is not None
    assert (outcome.problem.kind, item.state) == (K.TLS_NOT_OFFERED, WAITING)
    assert not smtp_server.messages


@pytest.fixture
def slow(office: Office, smtp_server: SmtpServer, proxy: FaultProxy) -> Integration:
    proxy.fault = Fault(delay=0.15)  # each way
    return office.sending(smtp_server, "Desk", port=proxy.port)


def test_a_slow_server_has_time_for_each_answer(office: Office, slow: Integration) -> None:
    """In all it takes longer than any stage may."""
    outcome, _ = office.send(office.queue(slow), impatient(Stage.SEND, seconds=0.8))
    assert (outcome.state, outcome.problem) == (SENT, None)


def test_a_server_that_is_too_slow_for_one_answer(office: Office, slow: Integration) -> None:
    outcome, item = office.send(office.queue(slow), impatient(Stage.SEND, seconds=0.1))
    assert outcome.problem is not None
    assert (outcome.problem.kind, item.state) == (K.TIMED_OUT, WAITING)
    assert office.send(item, CancelScope())[0].state == SENT
