"""A private Dovecot: IMAP, POP3, LMTP and submission on loopback, with users that tests make and change."""

import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers import dovecot_configuration as configuration
from tests.servers import parts
from tests.servers.addresses import HOST
from tests.servers.certificates import Certificates
from tests.servers.mailbox import Mailbox
from tests.servers.process import Process

PASSWORD = "secret"  # of every user that names no other


class Dovecot:
    """Ports in `ports`, on every one of `addresses`, which shows the certificate or the policy named there.

    A change of a user holds from the next log-in on. IDLE, MOVE and UIDPLUS are on. With `introspection_url`
    mailboxes open to access tokens too, by XOAUTH2 and OAUTHBEARER (see `OidcProvider`). `extra` is text that
    ends the configuration, such as `imap_capability = IMAP4rev1`. Other users must be able to enter
    `directory`.
    """

    host = HOST

    def __init__(
        self,
        directory: Path,
        certificates: Certificates,
        *,
        relay_port: int | None = None,
        introspection_url: str = "",
        extra: str = "",
    ) -> None:
        self.directory = directory
        self.certificates = certificates
        self.ports = configuration.Ports.free()
        self._users: dict[str, dict[str, str]] = {}
        self._names = itertools.count(1)
        directory.mkdir(parents=True, exist_ok=True)
        for folder in ("mail", "run", "state"):
            (directory / folder).mkdir(exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(directory / "mail", configuration.mail_user(), configuration.mail_user())
        self._write_users()
        (directory / "users.conf").write_text(configuration.users_lookup(directory))
        self._file = directory / "dovecot.conf"
        self._file.write_text(
            configuration.text(directory, certificates, self.ports, relay_port, introspection_url, extra)
        )
        # At its end the master may wait six seconds for a process that waits for the log process, gone by then
        command = ["dovecot", "-F", "-c", str(self._file)]
        self._process = Process(command, directory / "dovecot.log", patience=1)

    # Users

    def mailbox(self) -> Mailbox:
        """Add a user with a name of its own and an empty INBOX."""
        return self.add_user(f"user{next(self._names)}@example.org")

    def add_user(self, name: str, password: str = PASSWORD) -> Mailbox:
        self.set_password(name, password)
        return Mailbox(self, name, password)

    def set_password(self, name: str, password: str) -> None:
        """Set it, and unlock the user."""
        self._users[name] = {"password": password}
        self._write_users()

    def lock_user(self, name: str, reason: str) -> None:
        """Refuse even the right password from now on, with `reason` as the server's words."""
        self._users[name] |= {"nologin": "y", "reason": reason}
        self._write_users()

    def remove_user(self, name: str) -> None:
        del self._users[name]
        self._write_users()

    def _write_users(self) -> None:
        # Dovecot's dict file: a line with the key, a line with the value
        draft = self.directory / "users.new"
        lines = (f"shared/passdb/{name}\n{json.dumps(user)}\n" for name, user in self._users.items())
        draft.write_text("".join(lines))
        draft.chmod(0o644)
        draft.replace(self.directory / "users")

    # Life

    def start(self) -> None:
        """Return when it greets; the ports are the same as before."""
        self._process.start()
        self._process.wait_until(self._greets, "it greets")

    def stop(self) -> None:
        """End the server and, like a machine that goes down, all sessions."""
        if self._process.running:
            self.resume()  # a stopped process cannot end
            self._process.signal_group(signal.SIGTERM)  # the master alone takes a second to end the others
        self._process.stop()

    def pause(self) -> None:
        """Stop all its processes in their tracks: the kernel still makes connections, nothing answers."""
        self._process.signal_group(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.signal_group(signal.SIGCONT)

    def revive(self) -> None:
        """Start it if it is stopped, resume it if it is paused."""
        if self._process.running:
            self.resume()
        else:
            self.start()

    def log(self) -> str:
        return (self.directory / "dovecot.log").read_text(errors="replace")

    def doveadm(self, *arguments: str) -> str:
        """Run the server's own tool; return what it prints, raise CalledProcessError when it fails."""
        command = [parts.find("doveadm"), "-c", str(self._file), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def _greets(self) -> bool:
        try:
            with socket.create_connection((self.host, self.ports.imap), timeout=5) as connection:
                return connection.recv(100).startswith(b"* OK")
        except OSError:
            return False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
