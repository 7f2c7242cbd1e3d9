"""Which processes a program has left, or has now: every one that inherited its mark."""

import os
import secrets
from pathlib import Path

from tests.servers import wait

_NAME = "MAILINT_TEST_MARK"


class Mark:
    """Give `environment` to a program; whatever it starts can be found by it."""

    def __init__(self) -> None:
        self._value = secrets.token_hex(8)

    @property
    def environment(self) -> dict[str, str]:
        return {_NAME: self._value}

    def processes(self) -> list[int]:
        """Ids of those that run now. One that has ended but was not waited for has no environment."""
        wanted = f"{_NAME}={self._value}".encode()
        return [pid for pid in _all() if wanted in environment_of(pid)]

    def wait_for_none(self) -> None:
        def gone() -> bool:
            return not self.processes()

        try:
            wait.until(gone, "the end of all processes", 2.0)
        except TimeoutError as error:
            left = [command_line_of(pid) for pid in self.processes()]
            raise AssertionError(f"left behind: {left}") from error


def environment_of(pid: int) -> bytes:
    return _read(pid, "environ")


def command_line_of(pid: int) -> bytes:
    return _read(pid, "cmdline")


def _all() -> list[int]:
    return [
        int(each.name)
        for each in Path("/proc").iterdir()
        if each.name.isdigit() and each.name != str(os.getpid())
    ]


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:  # it ended meanwhile, or is not ours
        return b""
