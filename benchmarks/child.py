"""Mailint in a process of its own, told what to do by lines of JSON and watched from outside meanwhile."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.post_office import PostOffice
from benchmarks.program import Account, Office
from mailint_gui.domain.integration import FirstCheck


@dataclass(frozen=True, slots=True)
class Login:
    address: str
    password: str


class Child:
    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.pid = process.pid

    def say(self, word: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()

    def hear(self) -> Any:
        """The next line. What else it prints (Qt's complaints) goes to standard error."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args} ended with {self._process.wait()}")
        return json.loads(line)


@contextmanager
def child(
    module: str,
    directory: Path,
    office: PostOffice,
    mailboxes: Sequence[Account],
    environment: Mapping[str, str],
    *arguments: str,
    properties: Mapping[str, str] | None = None,
    keep_sessions: bool = True,
    other_ports: Mapping[str, int] | None = None,
) -> Iterator[Child]:
    """``module`` in a new process, with what ``given`` reads there."""
    text = json.dumps(
        {
            "directory": str(directory),
            "accounts": [(each.address, each.password) for each in mailboxes],
            "port": office.imaps,
            "ca_file": str(office.ca_file),
            "properties": dict(properties or {}),
            "keep_sessions": keep_sessions,
            "other_ports": dict(other_ports or {}),
        }
    )
    command = [sys.executable, "-m", module, text, *arguments]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(environment)
    )
    try:
        yield Child(process)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        process.wait(30)


def given() -> Office:
    """In the child: everything in the folder of each is new."""
    values = json.loads(sys.argv[1])
    return Office(
        Path(values["directory"]),
        [Login(*each) for each in values["accounts"]],
        values["port"],
        Path(values["ca_file"]),
        properties=values["properties"],
        keep_sessions=values["keep_sessions"],
        other_ports=values["other_ports"],
        first_check=FirstCheck.EVERYTHING,
    )


def say(value: object) -> None:
    print(json.dumps(value), flush=True)
