"""Checks in processes of their own that kill themselves, as the power fails, at one of their steps.

A step is after each command that left for the server, and before and after each commit of the store.
Standard input: lines of profile, integration id and number of the step to die at. Each is answered by ``killed``,
or by ``done`` and the number of steps when there are fewer. Each check is done in a fork, but with 0 for the step in
the forks' parent: what is imported late and the statements that are compiled are then there for all of them.
Messages are fetched two at a time, so that a few make many steps.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from mailint_gui.application import build_services
from mailint_gui.mail import imap, pop3
from mailint_gui.mail.imap_protocol import ImapProtocol
from mailint_gui.mail.pop3_protocol import Pop3Protocol
from mailint_gui.profile import Profile
from mailint_gui.services.scope import CancelScope
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork

BATCH_MESSAGES = 2

Job = Callable[..., int]
"""Called with the words of a line; returns the number of steps that there are."""


class Steps:
    def __init__(self) -> None:
        self.last = 0
        self.count = 0
        self.counting = False

    def step(self) -> None:
        if self.counting:
            self.count += 1
            if self.count == self.last:
                os.kill(os.getpid(), signal.SIGKILL)


STEPS = Steps()


def count_commits() -> None:
    write = Database.write

    @contextmanager
    def counted(self: Database) -> Iterator[UnitOfWork]:
        with write(self) as unit:
            yield unit
            STEPS.step()  # all is written, nothing is committed
        STEPS.step()

    Database.write = counted  # type: ignore[method-assign]  # to die there is what this program is for


def count_commands(protocol: Any, name: str) -> None:
    """``protocol`` is a class, ``name`` the method by which everything leaves."""
    send = getattr(protocol, name)

    def counted(self: Any, data: Any) -> None:
        send(self, data)
        STEPS.step()  # the server has it, and nobody here knows what it does

    setattr(protocol, name, counted)


def share_compiled_statements() -> None:
    """Between all databases that are opened: compiling is a third of the time of a check."""
    build = Database.__init__
    shared: list[Any] = []

    def built(self: Database, readers: Engine, writer: Engine | None, **options: Any) -> None:
        build(self, readers, writer, **options)
        for engine in filter(None, (readers, writer)):
            shared.append(engine._compiled_cache)
            engine._compiled_cache = shared[0]

    Database.__init__ = built  # type: ignore[assignment,method-assign]


def check(profile: str, integration_id: str, last: str) -> int:
    """Returns the number of steps that there are."""
    services = build_services(Profile(Path(profile)))
    services.prepare()
    STEPS.last, STEPS.count, STEPS.counting = int(last), 0, True
    services.check_mail.check(int(integration_id), CancelScope())
    STEPS.counting = False
    services.close()
    return STEPS.count


def in_a_fork(arguments: list[str], job: Job) -> str:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, str(job(*arguments)).encode())
            os._exit(0)
        except BaseException:  # noqa: BLE001  nothing may go on in the copy of this program
            traceback.print_exc()
            os._exit(1)
    os.close(writer)
    _, status = os.waitpid(child, 0)
    count = os.read(reader, 20).decode()
    os.close(reader)
    if os.WIFSIGNALED(status):
        return "killed" if os.WTERMSIG(status) == signal.SIGKILL else "crashed"
    return "failed" if os.WEXITSTATUS(status) else f"done {count}"


def serve(job: Job) -> None:
    """The lines of standard input; the number of the step is the last word of each."""
    count_commits()
    share_compiled_statements()
    for line in sys.stdin:
        arguments = line.rstrip("\n").split("\t")
        ended = in_a_fork(arguments, job) if arguments[-1] != "0" else f"done {job(*arguments)}"
        print(ended, flush=True)


def main() -> None:
    imap.BATCH_MESSAGES = pop3.BATCH_MESSAGES = BATCH_MESSAGES
    count_commands(ImapProtocol, "send")
    count_commands(Pop3Protocol, "_write")
    serve(check)
