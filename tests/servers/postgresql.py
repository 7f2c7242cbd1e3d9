"""A private PostgreSQL 15: a Unix socket only, no waiting for the disk, a fresh database for whoever asks."""

import getpass
import itertools
import os
import shutil
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from tests.servers import parts
from tests.servers.process import Process

ROLE = "mailint"
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "max_wal_senders": "0",
    "wal_level": "minimal",
}


class PostgreSql:
    """`directory` must be short, for the path of the socket, and other users must be able to enter it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._data = directory / "data"
        self._names = itertools.count(1)
        # the server refuses to run as root; Debian's package brings this account
        self._user = "postgres" if os.geteuid() == 0 else getpass.getuser()
        directory.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(directory, self._user, self._user)
        settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
        self._process = Process(
            ["postgres", "-D", str(self._data), "-k", str(directory), *settings],
            directory.with_suffix(".log"),
            user=self._user,
            stop_signal=signal.SIGINT,  # "fast": ends sessions, does not wait for clients
        )

    def database(self) -> str:
        """Create an empty database; return its SQLAlchemy URL (`postgresql+psycopg://…`)."""
        name = f"test{next(self._names)}"
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return f"postgresql+psycopg://{ROLE}@/{name}?host={self.directory}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(host=str(self.directory), user=ROLE, dbname=database, autocommit=True)

    def start(self) -> None:
        if not self._data.exists():
            self._initialise()
        self._process.start()
        self._process.wait_until(self._answers, "it answers")

    def stop(self) -> None:
        """End all sessions and the server; what is stored stays."""
        self._process.stop()

    def _initialise(self) -> None:
        command = [parts.find("initdb"), "-D", str(self._data), "-U", ROLE, "--auth=trust"]
        command += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        user = self._user if os.geteuid() == 0 else None
        groups: list[str | int] | None = [] if user else None
        subprocess.run(
            command, check=True, capture_output=True, user=user, group=user, extra_groups=groups, cwd="/"
        )

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
