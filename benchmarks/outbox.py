"""Queued messages sent through one integration, each state durable, beside a bare smtplib loop over one connection."""

import itertools
import smtplib
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.delay import delayed
from benchmarks.letters import letter
from benchmarks.peers import SERVER
from benchmarks.post_office import PostOffice
from benchmarks.program import Heard, Office, Program, running
from benchmarks.rounds import load, medians
from benchmarks.table import Table, ratio, reached
from mailint_gui.domain.integration import (
    Integration,
    OutgoingAuthentication,
    OutgoingSettings,
    Security,
)
from mailint_gui.domain.outbox import OutboxPurpose, OutboxState
from mailint_gui.services.announcements import OutboxChanged
from tests.servers.postfix import Postfix

MESSAGES, FAR_MESSAGES = 1_000, 100
ROUNDS = 3
ROUND_TRIP = 0.04  # seconds
TARGET = 0.6
SENDER, RECIPIENT = "support@example.org", "joe@example.com"
FLOOR, QUICK_FLOOR, OURS = "smtplib", "smtplib with TCP_NODELAY", "Mailint"

# What Postfix has taken, it has on its disk; no more of it, so that its own sending takes nothing from either side.
_HOLD = "smtpd_recipient_restrictions = check_recipient_access static:HOLD, permit_mynetworks, reject"


def run(office: PostOffice, directory: Path) -> Table:
    letters = [letter(number) for number in range(MESSAGES)]
    table = Table(
        f"Outbox of {MESSAGES:,} messages ({sum(map(len, letters)) / 1e6:.0f} MB) to one Postfix, STARTTLS",
        ("", "messages/s", f"× {FLOOR}", "to reach", "", f"× {QUICK_FLOOR}"),
    )
    with Postfix(office.directory / "postfix", office.certificates, extra=_HOLD) as far_end:
        _add(table, "loopback", office, far_end, far_end.port, letters, directory / "near")
        with delayed(far_end.port, ROUND_TRIP) as port:
            _add(table, "40 ms away", office, far_end, port, letters[:FAR_MESSAGES], directory / "far")
    table.notes += [
        "Mailint marks each message before its final dot and writes down how it ended, with synchronous=FULL;",
        "the loops keep nothing, over one connection. Postfix syncs each message before it answers",
        f"{FLOOR} leaves Nagle's algorithm on: the end of a message waits for an acknowledgement that is held back",
        f"median of {ROUNDS} alternating rounds, far away {FAR_MESSAGES} messages; {load()}",
    ]
    return table


def _add(
    table: Table,
    where: str,
    office: PostOffice,
    far_end: Postfix,
    port: int,
    letters: Sequence[bytes],
    directory: Path,
) -> None:
    numbers = itertools.count()

    def floor(no_delay: bool) -> float:
        with _counted(far_end, len(letters)):
            return _loop(office, port, letters, no_delay)

    def ours() -> float:
        place = directory / f"outbox{next(numbers)}"
        with _counted(far_end, len(letters)), _outbox(office, place, port) as program:
            return _drained(program, letters)

    contestants = {FLOOR: lambda: floor(False), QUICK_FLOOR: lambda: floor(True), OURS: ours}
    seconds = medians(contestants, ROUNDS)
    for name, took in seconds.items():
        best = seconds[FLOOR]
        goal = (f"≥ {TARGET:g}", reached(best / took, TARGET)) if name == OURS else ("", "")
        speed = f"{len(letters) / took:.0f}"
        table.add(f"{where}: {name}", speed, ratio(best, took), *goal, ratio(seconds[QUICK_FLOOR], took))


@contextmanager
def _counted(far_end: Postfix, wanted: int) -> Iterator[None]:
    """Each message arrives once."""
    yield
    arrived = len(far_end.queue())
    far_end.empty()
    if arrived != wanted:
        raise RuntimeError(f"{arrived} messages of {wanted} arrived")


def _loop(office: PostOffice, port: int, letters: Sequence[bytes], no_delay: bool) -> float:
    began = time.perf_counter()
    with smtplib.SMTP(SERVER, port) as client:
        if no_delay and client.sock is not None:
            client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.starttls(context=office.certificates.client_context())
        for raw in letters:
            client.sendmail(SENDER, [RECIPIENT], raw)
    return time.perf_counter() - began


@contextmanager
def _outbox(office: PostOffice, directory: Path, port: int) -> Iterator[Program]:
    desk = Integration(
        name="Desk",
        outgoing=OutgoingSettings(
            enabled=True,
            address=SENDER,
            server=SERVER,
            port=port,
            security=Security.STARTTLS,
            authentication=OutgoingAuthentication.NONE,
        ),
    )
    with running(Office(directory, [], port, office.ca_file, others=[desk])) as program:
        yield program


def _drained(program: Program, letters: Sequence[bytes]) -> float:
    """-> seconds from the announcement that all are queued until the end of each is written down."""
    services = program.services
    now = datetime.now(UTC)
    with services.database.write() as unit:
        for raw in letters:
            unit.outbox.add(
                program.ids[0],
                purpose=OutboxPurpose.TYPED,
                sender=SENDER,
                subject="A letter",
                message_id="",
                recipients=[RECIPIENT],
                raw=raw,
                at=now,
            )
    sent = Heard(program.desk.send_finished)
    began = time.perf_counter()
    services.send_mail.endings.announce(OutboxChanged())
    sent.wait(lambda heard: len(heard) >= len(letters))
    took = time.perf_counter() - began
    ends = {outcome.state for (outcome,) in sent.heard}
    if len(sent.heard) != len(letters) or ends != {OutboxState.SENT}:
        raise RuntimeError(f"{len(sent.heard)} messages ended, as {ends}")
    return took
