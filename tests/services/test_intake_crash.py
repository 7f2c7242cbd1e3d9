"""Killed at every step of a check: the next one completes it, and each message is there once, and acknowledged."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from mailint_gui.domain.check import CheckResult, CheckTally
from mailint_gui.domain.integration import AfterProcessing, Integration, Protocol
from mailint_gui.domain.message import POP3_FOLDER, MessageRow, MessageState
from mailint_gui.services.scope import CancelScope
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import Mailbox
from tests.services.office import Office, OpenOffice, letter, seen_flags

ROOT = Path(__file__).parents[2]
NO_STEP = 0
UNSURE = 4  # steps by which two checks may differ: what is written once a second

Run = Callable[[Office, Integration, int], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to take mail in. ``anew``: all of it was taken in, and then numbered anew."""

    protocol: Protocol
    after: AfterProcessing
    least_steps: int
    messages: int = 7
    anew: bool = False
    changes: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.protocol}, {self.after}{', anew' if self.anew else ''}"


IMAP, POP3 = Protocol.IMAP, Protocol.POP3
KINDS = (
    Kind(IMAP, AfterProcessing.MARK_READ, 26),
    Kind(IMAP, AfterProcessing.MOVE, 26, changes={"move_to": "Done"}),
    Kind(IMAP, AfterProcessing.DELETE, 26),
    Kind(IMAP, AfterProcessing.MARK_READ, 14, messages=4, anew=True),
    Kind(POP3, AfterProcessing.LEAVE, 21),
    Kind(POP3, AfterProcessing.DELETE, 26),
    Kind(POP3, AfterProcessing.LEAVE, 14, messages=4, anew=True),
)
"""With those below, more than two hundred steps to die at."""


@pytest.fixture(scope="module")
def runner() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        # not by -m: each parser process would import all of it again
        [sys.executable, "-c", "from tests.services.crash_runner import main; main()"],
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
    """Checks in another process that dies at this step: ``killed``, or ``done`` and the steps that it has."""

    def check(office: Office, integration: Integration, step: int) -> str:
        assert runner.stdin is not None
        assert runner.stdout is not None
        profile = office.database_path.parent
        print(profile, integration.id, step, sep="\t", file=runner.stdin, flush=True)
        return runner.stdout.readline().strip()

    return check


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_killed_at_every_step(office: Office, dovecot: Dovecot, run: Run, kind: Kind) -> None:
    """Each step has a mailbox and an integration of its own."""
    dovecot.revive()
    assert killed_at_every_step(office, dovecot, run, kind) >= kind.least_steps


def test_killed_where_messages_are_moved_by_copying(
    office: Office, server_directory: Path, certificates: Certificates, run: Run
) -> None:
    """COPY and EXPUNGE are two commands: killed between them, a copy more is all that may come of it."""
    kind = Kind(IMAP, AfterProcessing.MOVE, 28, messages=5, changes={"move_to": "Done"})
    extra = "imap_capability = IMAP4rev1 UIDPLUS"
    with Dovecot(server_directory / "copying", certificates, extra=extra) as server:
        assert killed_at_every_step(office, server, run, kind, copies=2) >= kind.least_steps


def killed_at_every_step(office: Office, server: Dovecot, run: Run, kind: Kind, copies: int = 1) -> int:
    """Returns how many there are."""
    whole, mailbox = integration(office, server, kind, letters(kind, 0), 0)
    office.services.close()
    ended, count = run(office, whole, NO_STEP).split()
    assert ended == "done"
    office.reopen()
    steps = range(1, int(count) + 1)
    places = [
        (whole, mailbox),
        *(integration(office, server, kind, letters(kind, step), step) for step in steps),
    ]
    office.services.close()
    for step, (support, _mailbox) in enumerate(places[1:], 1):
        ended = run(office, support, step)
        assert ended == "killed" or (ended.startswith("done") and step > int(count) - UNSURE), (
            f"{step}: {ended}"
        )
    office.reopen()
    office.services.filing.file_pending(CancelScope())
    for step, (support, mailbox) in enumerate(places):
        assert office.check(support).result is CheckResult.OK, f"step {step}"
        assert_complete(office, support, mailbox, kind, letters(kind, step), step, copies)
        assert office.check(support).tally == CheckTally(), f"step {step}"
    return int(count)


def letters(kind: Kind, step: int) -> list[bytes]:
    """Those of one mailbox, and of no other."""
    messages = [letter(100 * step + number) for number in range(kind.messages)]
    messages[1] = messages[0]  # two identical ones are two
    return messages


def integration(
    office: Office, server: Dovecot, kind: Kind, messages: list[bytes], step: int
) -> tuple[Integration, Mailbox]:
    """With the messages in its mailbox."""
    mailbox = server.mailbox()
    mailbox.deliver_many(messages)
    if kind.after is AfterProcessing.MOVE:
        mailbox.deliver_many([], "Done")
    receiving = office.receiving if kind.protocol is IMAP else office.receiving_pop3
    support = receiving(mailbox, f"Step {step}", after_processing=kind.after, **kind.changes)
    if kind.anew:
        assert office.check(support).tally.filed == len(messages)
        office.renumber(mailbox)
    return support, mailbox


def assert_complete(
    office: Office,
    support: Integration,
    mailbox: Mailbox,
    kind: Kind,
    messages: list[bytes],
    step: int,
    copies: int = 1,
) -> None:
    rows = rows_of(office, support)
    taken_in = [row for row in rows if row.state == MessageState.FILED]
    known = [row for row in rows if row.state != MessageState.FILED]
    digests = sorted(sha256(raw).hexdigest() for raw in messages)
    assert sorted(row.sha256 for row in taken_in) == digests, f"step {step}"
    assert {row.state for row in known} <= {MessageState.ALREADY_KNOWN}, f"step {step}"
    assert sorted(row.sha256 for row in known) == (digests if kind.anew else []), f"step {step}"
    assert debts(office, support) == 0, f"step {step}"
    left = mailbox.messages()
    match kind.after:
        case AfterProcessing.MARK_READ:
            assert seen_flags(mailbox) == [True] * len(messages), f"step {step}"
        case AfterProcessing.LEAVE:
            assert [each.raw for each in left] == messages, f"step {step}"
        case AfterProcessing.DELETE:
            assert left == [], f"step {step}"
        case AfterProcessing.MOVE:
            moved = Counter(each.raw for each in mailbox.messages("Done"))
            wanted = Counter(messages)
            assert left == [], f"step {step}"
            assert moved.keys() == wanted.keys(), f"step {step}"
            assert all(wanted[raw] <= times <= copies * wanted[raw] for raw, times in moved.items()), (
                f"step {step}"
            )


def rows_of(office: Office, support: Integration) -> list[MessageRow]:
    with office.services.database.read() as unit:
        return list(unit.messages.list(support.name))


def debts(office: Office, support: Integration) -> int:
    if support.incoming.protocol is IMAP:
        return office.debts(support)
    with office.services.database.read() as unit:
        cursor = unit.cursors.get(support.id, POP3_FOLDER)
        assert cursor is not None
        known = unit.pop3.known(support.id, cursor.generation)
    return sum(bool(seen.acknowledgement) for seen in known.values())


@pytest.mark.parametrize("kind", [KINDS[1], KINDS[5]], ids=str)
def test_killed_again_and_again(open_office: OpenOffice, dovecot: Dovecot, run: Run, kind: Kind) -> None:
    """One mailbox, killed a step later each time, mail arriving in between."""
    dovecot.revive()
    office = open_office()
    messages: list[bytes] = []
    support, mailbox = integration(office, dovecot, kind, messages, 0)
    office.services.close()
    step, ended = 0, "killed"
    while ended == "killed":
        step += 1
        messages.append(letter(step % 7))
        mailbox.deliver(messages[-1])
        ended = run(office, support, step)
    assert ended.startswith("done")
    assert step > 12
    office.reopen()
    office.services.filing.file_pending(CancelScope())
    assert office.check(support).result is CheckResult.OK
    assert_complete(office, support, mailbox, kind, messages, step)
