"""A private Postfix on loopback: a real queue, which takes mail, keeps it on the disk and passes it on."""

import json
import os
import shutil
import socket
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.servers import parts, wait
from tests.servers import postfix_configuration as configuration
from tests.servers.addresses import HOST
from tests.servers.certificates import Certificates
from tests.servers.ports import free_ports
from tests.servers.process import Process

_USER = "postfix"  # Debian's package brings it


class Postfix:
    """Takes mail at ``port`` (STARTTLS, PIPELINING, SIZE, DSN, SMTPUTF8) and passes it on to ``relay``, an address and
    a port. What that one puts off stays in the queue until ``flush``; without one, all does. ``policy_port`` is that
    of a ``Policy``; ``extra`` is text that ends main.cf.

    Nothing of the system's own Postfix is read or changed. Other users must be able to enter ``directory``.
    """

    host = HOST

    def __init__(
        self,
        directory: Path,
        certificates: Certificates,
        *,
        relay: tuple[str, int] | None = None,
        policy_port: int | None = None,
        extra: str = "",
    ) -> None:
        if os.geteuid() != 0:
            raise parts.MissingPartError("Postfix is started by root alone. Run this test as root.")
        (self.port,) = free_ports(1)
        self._directory = directory
        self._etc = directory / "etc"
        for folder in (self._etc, directory / "queue", directory / "data"):
            folder.mkdir(parents=True, exist_ok=True)
        shutil.chown(directory / "data", _USER)
        main = configuration.main(directory, certificates.good, relay, policy_port)
        (self._etc / "main.cf").write_text(main + extra + "\n")
        (self._etc / "master.cf").write_text(configuration.master(self.port))
        (self._etc / "dynamicmaps.cf").touch()
        # Not by postfix(1): its script does not end the master when it is ended itself
        command = [parts.find("master"), "-c", str(self._etc), "-s"]
        self._process = Process(command, directory / "start.log")

    def queue(self) -> list[dict[str, Any]]:
        """What it keeps: ``queue_name``, ``sender``, ``recipients`` … (postqueue(1), JSON)."""
        return [json.loads(line) for line in self._tool("postqueue", "-j").splitlines()]

    def flush(self) -> None:
        """Has it try all that it keeps again."""
        self._tool("postqueue", "-f")

    def wait_for_deferred(self, count: int) -> None:
        def deferred() -> bool:
            return [each["queue_name"] for each in self.queue()] == ["deferred"] * count

        wait.until(deferred, f"{count} messages deferred")

    def empty(self) -> None:
        self._tool("postsuper", "-d", "ALL")

    def log(self) -> str:
        return (self._directory / "postfix.log").read_text(errors="replace")

    def _tool(self, program: str, *arguments: str) -> str:
        command = [parts.find(program), "-c", str(self._etc), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def _greets(self) -> bool:
        try:
            with socket.create_connection((self.host, self.port), timeout=5) as connection:
                return connection.recv(100).startswith(b"220")
        except OSError:
            return False

    def __enter__(self) -> Self:
        self._tool("postfix", "check")  # makes the folders of its queue
        self._process.start()
        self._process.wait_until(self._greets, "it greets")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.stop()
