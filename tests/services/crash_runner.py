"""Checks in processes of their own that kill themselves, as the power fails, at one of their steps.

A step is after each command that left for the server, and before and after each commit of the store.
Standard input: lines of profile, integration id and number of the step to die at. Each is answered by ``killed``,
or by ``done`` when there are fewer steps. Importing is done once, each check in a fork.
"""

import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mailint_gui.application import build_services
from mailint_gui.mail.imap_protocol import ImapProtocol
from mailint_gui.profile import Profile
from mailint_gui.services.scope import CancelScope
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork


class Steps:
    def __init__(self, last: int) -> None:
        self._last = last
        self._count = 0
        self.counting = False

    def step(self) -> None:
        if self.counting:
            self._count += 1
            if self._count == self._last:
                os.kill(os.getpid(), signal.SIGKILL)


def count_commits(steps: Steps) -> None:
    write = Database.write

    @contextmanager
    def counted(self: Database) -> Iterator[UnitOfWork]:
        with write(self) as unit:
            yield unit
            steps.step()  # all is written, nothing is committed
        steps.step()

    Database.write = counted  # type: ignore[method-assign]  # to die there is what this program is for


def count_commands(steps: Steps) -> None:
    send = ImapProtocol.send

    def counted(self: ImapProtocol, data: Any) -> None:
        send(self, data)
        steps.step()  # the server has it, and nobody here knows what it does

    ImapProtocol.send = counted  # type: ignore[method-assign]  # as above


def check(profile: str, integration_id: str, last: str) -> None:
    steps = Steps(int(last))
    count_commits(steps)
    count_commands(steps)
    services = build_services(Profile(Path(profile)))
    services.prepare()
    steps.counting = True
    services.check_mail.check(int(integration_id), CancelScope())
    steps.counting = False
    services.close()


def in_a_fork(arguments: list[str]) -> str:
    child = os.fork()
    if child == 0:
        try:
            check(*arguments)
            os._exit(0)
        except BaseException:  # noqa: BLE001  nothing may go on in the copy of this program
            traceback.print_exc()
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "killed" if os.WTERMSIG(status) == signal.SIGKILL else "crashed"
    return "failed" if os.WEXITSTATUS(status) else "done"


def main() -> None:
    with TemporaryDirectory() as directory:  # what is imported late is imported here, and not in each fork
        build_services(Profile(Path(directory))).close()
    for line in sys.stdin:
        print(in_a_fork(line.rstrip("\n").split("\t")), flush=True)
