"""Killed at every step of a check: the next one completes it, and each message is there once, and acknowledged."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from mailint_gui.domain.check import CheckResult
from mailint_gui.domain.integration import AfterProcessing, Integration
from mailint_gui.domain.message import MessageState
from mailint_gui.services.scope import CancelScope
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import Mailbox
from tests.services.office import Office, OpenOffice, letter, seen_flags

ROOT = Path(__file__).parents[2]
MOST_STEPS = 100

Run = Callable[[Office, Integration, int], str]


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
    """Checks in another process that dies at this step: ``killed``, or ``done`` when it has fewer."""

    def check(office: Office, integration: Integration, step: int) -> str:
        assert runner.stdin is not None
        assert runner.stdout is not None
        profile = office.database_path.parent
        print(profile, integration.id, step, sep="\t", file=runner.stdin, flush=True)
        return runner.stdout.readline().strip()

    return check


@pytest.mark.parametrize(
    ("after", "count", "least_steps"),
    [(AfterProcessing.MOVE, 60, 24), (AfterProcessing.DELETE, 3, 16)],
    ids=["move, two batches", "delete"],
)
def test_killed_at_every_step(
    open_office: OpenOffice, dovecot: Dovecot, run: Run, after: AfterProcessing, count: int, least_steps: int
) -> None:
    dovecot.revive()
    messages = [letter(number) for number in range(count)]
    messages[1] = messages[0]  # two identical ones are two
    for step in range(1, MOST_STEPS):
        office, mailbox = open_office(), dovecot.mailbox()
        mailbox.deliver_many(messages)
        support = _support(office, mailbox, after)
        office.services.close()
        ended = run(office, support, step)
        assert ended in {"killed", "done"}, f"step {step}: {ended}"
        office.reopen()
        office.services.filing.file_pending(CancelScope())
        assert office.check(support).result is CheckResult.OK, f"step {step}"
        _assert_complete(office, support, mailbox, messages, step)
        office.services.close()
        if ended == "done":
            assert step > least_steps
            return
    pytest.fail(f"more than {MOST_STEPS} steps")


def test_killed_again_and_again(open_office: OpenOffice, dovecot: Dovecot, run: Run) -> None:
    """One mailbox, killed a step later each time, mail arriving in between."""
    dovecot.revive()
    office, mailbox = open_office(), dovecot.mailbox()
    messages: list[bytes] = []
    support = _support(office, mailbox, AfterProcessing.MOVE)
    office.services.close()
    step, ended = 0, "killed"
    while ended == "killed":
        step += 1
        messages.append(letter(step % 7))
        mailbox.deliver(messages[-1])
        ended = run(office, support, step)
    assert ended == "done"
    office.reopen()
    office.services.filing.file_pending(CancelScope())
    assert office.check(support).result is CheckResult.OK
    _assert_complete(office, support, mailbox, messages, step)


def test_killed_where_messages_are_moved_by_copying(
    open_office: OpenOffice, server_directory: Path, certificates: Certificates, run: Run
) -> None:
    """COPY and EXPUNGE are two commands: killed between them, a copy more is all that may come of it."""
    messages = [letter(number) for number in range(3)]
    extra = "imap_capability = IMAP4rev1 UIDPLUS"
    with Dovecot(server_directory / "copying", certificates, extra=extra) as server:
        for step in range(1, MOST_STEPS):
            office, mailbox = open_office(), server.mailbox()
            mailbox.deliver_many(messages)
            support = _support(office, mailbox, AfterProcessing.MOVE)
            office.services.close()
            ended = run(office, support, step)
            assert ended in {"killed", "done"}, f"step {step}: {ended}"
            office.reopen()
            office.services.filing.file_pending(CancelScope())
            assert office.check(support).result is CheckResult.OK, f"step {step}"
            assert [row.state for row in office.rows()] == [MessageState.FILED] * 3, f"step {step}"
            assert (office.debts(support), mailbox.messages()) == (0, []), f"step {step}"
            moved = Counter(each.raw for each in mailbox.messages("Done"))
            assert moved.keys() == set(messages), f"step {step}"
            assert set(moved.values()) <= {1, 2}, f"step {step}"
            office.services.close()
            if ended == "done":
                assert set(moved.values()) == {1}
                return
    pytest.fail(f"more than {MOST_STEPS} steps")


def _support(office: Office, mailbox: Mailbox, after: AfterProcessing) -> Integration:
    if after is not AfterProcessing.MOVE:
        return office.receiving(mailbox, after_processing=after)
    mailbox.deliver_many([], "Done")
    return office.receiving(mailbox, after_processing=after, move_to="Done")


def _assert_complete(
    office: Office, support: Integration, mailbox: Mailbox, messages: list[bytes], step: int
) -> None:
    rows = office.rows()
    assert {row.state for row in rows} == {MessageState.FILED}, f"step {step}"
    stored = sorted(row.sha256 for row in rows)
    assert stored == sorted(sha256(raw).hexdigest() for raw in messages), f"step {step}"
    assert office.debts(support) == 0, f"step {step}"
    match support.incoming.after_processing:
        case AfterProcessing.MARK_READ:
            assert seen_flags(mailbox) == [True] * len(messages), f"step {step}"
        case AfterProcessing.MOVE:
            moved = sorted(each.raw for each in mailbox.messages("Done"))
            assert (moved, mailbox.messages()) == (sorted(messages), []), f"step {step}"
        case AfterProcessing.DELETE:
            assert mailbox.messages() == [], f"step {step}"
