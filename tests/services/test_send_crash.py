"""Killed at every step of a burst: each message arrives once, or is left uncertain; nothing is lost or sent twice."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.outbox import OutboxItem, OutboxPurpose, OutboxState
from mailint_gui.services.scope import CancelScope
from tests.servers.smtp import ReceivedMessage, SmtpServer
from tests.services.office import Office

ROOT = Path(__file__).parents[2]
SENT, UNCERTAIN, QUEUED = OutboxState.SENT, OutboxState.UNCERTAIN, OutboxState.QUEUED
UNSURE = 4  # steps by which two runs may differ: the health is written when there is something to write

Run = Callable[[Office, list[OutboxItem], int], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """``size``: bytes of each of the ``messages``."""

    name: str
    messages: int
    least_steps: int
    recipients: tuple[str, ...] = ("joe@example.com",)
    size: int = 100
    pipelining: bool = False

    def __str__(self) -> str:
        return self.name


KINDS = (
    Kind("one after another", 7, 105),
    Kind("at once", 8, 104, pipelining=True),
    Kind("one of three refused", 6, 112, ("joe@example.com", "gone@example.com", "ann@example.com")),
    Kind("large", 5, 86, size=70_000),
    Kind("large, at once", 6, 95, ("joe@example.com", "gone@example.com"), size=70_000, pipelining=True),
)
assert sum(kind.least_steps for kind in KINDS) >= 500


@pytest.fixture(scope="module")
def runner() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", "from tests.services.send_crash_runner import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture
def run(runner: subprocess.Popen[str]) -> Run:
    """Sends in another process that dies at this step: ``killed``, or ``done`` and the steps that it has."""

    def send(office: Office, items: list[OutboxItem], step: int) -> str:
        assert runner.stdin is not None
        assert runner.stdout is not None
        ids = ",".join(str(item.id) for item in items)
        print(office.database_path.parent, ids, step, sep="\t", file=runner.stdin, flush=True)
        return runner.stdout.readline().strip()

    return send


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_killed_at_every_step(office: Office, smtp_server: SmtpServer, run: Run, kind: Kind) -> None:
    smtp_server.pipelining = kind.pipelining
    smtp_server.script.answer("RCPT", "gone@", "550 5.1.1 no such user")
    desk = office.sending(smtp_server, "Desk")
    count = steps_of(office, run, desk, kind)
    assert count >= kind.least_steps
    bursts = [burst(office, desk, kind) for _ in range(count)]
    office.services.close()
    for step, items in enumerate(bursts, 1):
        ended = run(office, items, step)
        assert ended == "killed" or (ended.startswith("done") and step > count - UNSURE), f"{step}: {ended}"
    office.reopen()
    arrived = arrivals(smtp_server, kind)
    for step, items in enumerate(bursts, 1):
        assert_told(office, items, arrived, step)
    while lots := office.services.send_mail.lots():
        for lot in lots:
            office.services.send_mail.send_lot(lot, CancelScope())
    after = arrivals(smtp_server, kind)
    ends = Counter(
        (state_of(office, item), after[item.message_id], item.message_id in arrived)
        for items in bursts
        for item in items
    )
    unsure = {end: times for end, times in ends.items() if end[0] is not SENT}
    assert all(end[:2] == (SENT, 1) for end in ends if end not in unsure)
    assert set(unsure) == {(UNCERTAIN, 0, False), (UNCERTAIN, 1, True)}
    assert sum(unsure.values()) <= count  # the one that it was killed at


def steps_of(office: Office, run: Run, desk: Integration, kind: Kind) -> int:
    items = burst(office, desk, kind)
    office.services.close()
    ended, count = run(office, items, 0).split()
    office.reopen()
    assert ended == "done"
    return int(count)


def burst(office: Office, desk: Integration, kind: Kind) -> list[OutboxItem]:
    body = "x" * kind.size
    lines = "\n".join(body[at : at + 70] for at in range(0, len(body), 70))
    outbox = office.services.outbox
    return [
        outbox.queue(desk, OutboxPurpose.TYPED, kind.recipients, f"no. {number}", lines)
        for number in range(kind.messages)
    ]


def arrivals(server: SmtpServer, kind: Kind) -> Counter[str]:
    """How often each came, by its Message-ID, and to whom it was to come."""
    wanted = tuple(each for each in kind.recipients if not each.startswith("gone@"))
    assert {message.recipients for message in server.messages} == {wanted}
    return Counter(map(message_id, server.messages))


def message_id(message: ReceivedMessage) -> str:
    head = message.raw.partition(b"\r\n\r\n")[0].decode()
    return next(line[12:] for line in head.split("\r\n") if line.startswith("Message-ID: "))


def state_of(office: Office, item: OutboxItem) -> OutboxState:
    found = office.services.outbox.get(item.id)
    assert found is not None
    return found.state


def assert_told(office: Office, items: list[OutboxItem], arrived: Counter[str], step: int) -> None:
    """What the outbox says after the kill is what happened."""
    states = [state_of(office, item) for item in items]
    for item, state in zip(items, states, strict=True):
        came = arrived[item.message_id]
        assert came in {SENT: (1,), UNCERTAIN: (0, 1), QUEUED: (0,)}[state], f"step {step}: {state}, {came}"
    assert states == sorted(states, key=(SENT, UNCERTAIN, QUEUED).index), f"step {step}"
    assert states.count(UNCERTAIN) <= 1, f"step {step}"
