"""Queued messages sent through one integration, each state durable, beside a bare smtplib loop over one connection."""

import itertools
import smtplib
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

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

MESSAGES = 1_000
ROUNDS = 3
TARGET = 0.6
SENDER, RECIPIENT = "support@example.org", "joe@example.com"
OURS, FLOOR = "Mailint", "smtplib, one connection"
AT_ITS_BEST = "smtplib, with TCP_NODELAY"

# What Postfix has taken, it has on its disk; no more of it, so that its own sending takes nothing from either side.
_HOLD = "smtpd_recipient_restrictions = check_recipient_access static:HOLD, permit_mynetworks, reject"


def run(office: PostOffice, directory: Path) -> Table:
    letters = [letter(number) for number in range(MESSAGES)]
    numbers = itertools.count()
    with Postfix(office.directory / "postfix", office.certificates, extra=_HOLD) as far_end:

        def floor(no_delay: bool) -> float:
            with _counted(far_end):
                return _loop(office, far_end, letters, no_delay)

        def ours() -> float:
            with _counted(far_end), _outbox(office, directory / f"outbox{next(numbers)}", far_end) as program:
                return _drained(program, letters)

        contestants = {FLOOR: lambda: floor(False), AT_ITS_BEST: lambda: floor(True), OURS: ours}
        seconds = medians(contestants, ROUNDS)
    megabytes = sum(map(len, letters)) / 1e6
    table = Table(
        f"Outbox of {MESSAGES:,} messages ({megabytes:.0f} MB) to one Postfix, STARTTLS, loopback",
        ("", "messages/s", f"× {FLOOR}", "to reach", "", f"× {AT_ITS_BEST}"),
    )
    for name, took in seconds.items():
        best = seconds[FLOOR]
        goal = (f"≥ {TARGET:g}", reached(best / took, TARGET)) if name == OURS else ("", "")
        table.add(name, f"{MESSAGES / took:.0f}", ratio(best, took), *goal, ratio(seconds[AT_ITS_BEST], took))
    table.notes += [
        "Mailint marks each message before its final dot and writes down how it ended, with synchronous=FULL;",
        "the loops keep nothing. Postfix syncs each message before it answers",
        "smtplib leaves Nagle's algorithm on: the end of a message waits for an acknowledgement that is held back",
        f"median of {ROUNDS} alternating rounds; {load()}",
    ]
    return table


@contextmanager
def _counted(far_end: Postfix) -> Iterator[None]:
    """Each message arrives once."""
    yield
    arrived = len(far_end.queue())
    far_end.empty()
    if arrived != MESSAGES:
        raise RuntimeError(f"{arrived} messages of {MESSAGES} arrived")


def _loop(office: PostOffice, far_end: Postfix, letters: Sequence[bytes], no_delay: bool) -> float:
    began = time.perf_counter()
    with smtplib.SMTP(SERVER, far_end.port) as client:
        if no_delay and client.sock is not None:
            client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.starttls(context=office.certificates.client_context())
        for raw in letters:
            client.sendmail(SENDER, [RECIPIENT], raw)
    return time.perf_counter() - began


@contextmanager
def _outbox(office: PostOffice, directory: Path, far_end: Postfix) -> Iterator[Program]:
    desk = Integration(
        name="Desk",
        outgoing=OutgoingSettings(
            enabled=True,
            address=SENDER,
            server=SERVER,
            port=far_end.port,
            security=Security.STARTTLS,
            authentication=OutgoingAuthentication.NONE,
        ),
    )
    with running(Office(directory, [], far_end.port, office.ca_file, others=[desk])) as program:
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
    services.send_mail.announce(OutboxChanged())
    sent.wait(lambda heard: len(heard) >= len(letters))
    took = time.perf_counter() - began
    ends = {outcome.state for (outcome,) in sent.heard}
    if len(sent.heard) != len(letters) or ends != {OutboxState.SENT}:
        raise RuntimeError(f"{len(sent.heard)} messages ended, as {ends}")
    return took
