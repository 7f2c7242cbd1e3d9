"""The outbox on real threads, to a real far end."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from pytestqt.qtbot import QtBot

from mailint_gui.application import build_services
from mailint_gui.domain.integration import Integration, OutgoingAuthentication, OutgoingSettings, Security
from mailint_gui.domain.outbox import OutboxItem, OutboxPurpose, OutboxState
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.profile import Profile
from mailint_gui.services import transmitting
from mailint_gui.services.services import Services
from mailint_gui.workers import pool as pool_module
from mailint_gui.workers.pool import WorkerPool
from mailint_gui.workers.sending import Sending
from tests.servers import addresses
from tests.servers.certificates import Certificates
from tests.servers.smtp import SmtpServer
from tests.servers.wait import LIMIT

LIMIT_MS = int(LIMIT * 1000)


@pytest.fixture
def services(tmp_path: Path, certificates: Certificates) -> Iterator[Services]:
    profile = Profile(tmp_path / "profile")
    profile.create()
    built = build_services(profile)
    built.properties.set({"extra_ca_file": str(certificates.ca)})
    yield built
    built.close()


@pytest.fixture
def pool(qtbot: QtBot) -> Iterator[WorkerPool]:
    made = WorkerPool("send", 2)
    yield made
    made.begin_stop()
    assert made.join(time.monotonic() + LIMIT)


@pytest.fixture
def looks(qtbot: QtBot) -> Iterator[WorkerPool]:
    made = WorkerPool("outbox", 1)
    yield made
    made.begin_stop()
    assert made.join(time.monotonic() + LIMIT)


@pytest.fixture
def sending(services: Services, pool: WorkerPool, looks: WorkerPool) -> Sending:
    return Sending(pool, looks, services.send_mail, services.properties)


def outgoing(server: SmtpServer, security: Security = Security.STARTTLS) -> OutgoingSettings:
    return OutgoingSettings(
        enabled=True,
        address="support@example.org",
        authentication=OutgoingAuthentication.NONE,
        server=addresses.HOST,
        port=server.port,
        security=security,
    )


@pytest.fixture
def desk(services: Services, smtp_server: SmtpServer) -> Integration:
    return services.integrations.save(Integration(name="Desk", outgoing=outgoing(smtp_server)))


def queue(services: Services, integration: Integration) -> OutboxItem:
    return services.outbox.queue(integration, OutboxPurpose.TYPED, ["joe@example.com"], "s", "hello")


def states(services: Services) -> list[OutboxState]:
    return [item.state for item in services.outbox.all()]


def test_what_is_queued_is_sent(
    services: Services, sending: Sending, desk: Integration, smtp_server: SmtpServer, qtbot: QtBot
) -> None:
    for _ in range(3):
        queue(services, desk)
    sending.look()
    qtbot.waitUntil(lambda: states(services) == [OutboxState.SENT] * 3, timeout=LIMIT_MS)
    assert len(smtp_server.messages) == 3


def test_one_failure_is_one_connection(
    services: Services, sending: Sending, desk: Integration, smtp_server: SmtpServer, qtbot: QtBot
) -> None:
    """However much is queued, and however often it is looked at."""
    smtp_server.script.answer("MAIL", "", "550 5.7.1 not you")
    for _ in range(5):
        queue(services, desk)
    connections = smtp_server.connections
    for _ in range(3):
        sending.look()
        qtbot.waitUntil(lambda: not (sending._looking or sending._busy), timeout=LIMIT_MS)
    assert states(services) == [OutboxState.FAILED] + [OutboxState.QUEUED] * 4
    assert smtp_server.connections == connections + 1


@pytest.mark.expects_log("hangs in")
@pytest.mark.expects_log("its thread is given up")
def test_a_send_that_nothing_wakes_is_given_up(
    services: Services,
    sending: Sending,
    pool: WorkerPool,
    desk: Integration,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As in a call of the system that never returns, where no socket is: nothing of ours is left that hangs so."""
    hangs, over = threading.Event(), threading.Event()

    def connect(*_arguments: object) -> NoReturn:
        hangs.set()
        over.wait(LIMIT)
        raise ProblemError(Problem(ProblemKind.CONNECTION_LOST))

    monkeypatch.setattr(transmitting, "open_outgoing", connect)
    monkeypatch.setattr(pool_module, "GIVE_UP_AFTER", 0.1)
    queue(services, desk)
    sending.look()
    qtbot.waitUntil(hangs.is_set, timeout=LIMIT_MS)
    assert states(services) == [OutboxState.SENDING]
    [job] = [worker.job for worker in pool._workers if worker.job]
    job.scope._deadline = 0.0  # its time is up
    qtbot.waitUntil(lambda: not sending._busy, timeout=LIMIT_MS)
    [row] = services.outbox.all()
    assert (row.state, row.reason) == (OutboxState.WAITING, ProblemKind.TIMED_OUT)
    assert services.monitor.health(desk.id).outgoing.consecutive_errors == 1
    over.set()  # it wakes, and nobody listens
    for worker in pool._given_up:
        assert worker.wait(LIMIT_MS)
    assert services.outbox.all() == (row,)
