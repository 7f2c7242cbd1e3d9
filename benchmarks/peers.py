"""The peers, as their manuals set them up for this: fetchmail(1) and mbsync(1), of Debian's packages."""

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from tests.servers.mailbox import Mailbox

SERVER = "localhost"


class MissingPeerError(RuntimeError):
    """The text is the line that installs it."""


class Fetchmail:
    """One process a pass; mailbox after mailbox, as it always does. What it takes in goes to one file."""

    name = "fetchmail"

    def __init__(self, directory: Path, mailboxes: Sequence[Mailbox], port: int, ca_file: Path) -> None:
        self._home = _made(directory)
        self._program = _find("fetchmail", "fetchmail")
        lines = ["set no syslog", "set postmaster root", f"poll {SERVER} protocol imap port {port}"]
        lines += (
            f'  user "{each.address}" password "{each.password}" is root here ssl sslcertck '
            f'sslcertfile "{ca_file}" keep bsmtp "{directory}/mail"'
            for each in mailboxes
        )
        _write_private(directory / "fetchmailrc", "\n".join([*lines, ""]))

    def run(self) -> float:
        rc, pid_file = self._home / "fetchmailrc", self._home / "pid"
        command = [self._program, "-f", str(rc), "--pidfile", str(pid_file), "-s"]
        return _seconds(command, self._home, good=(0, 1))  # 1: there was no mail


class Mbsync:
    """One process a pass, channel after channel. ``fsync`` as its manual recommends, and has as default."""

    name = "mbsync"

    def __init__(
        self, directory: Path, mailboxes: Sequence[Mailbox], port: int, ca_file: Path, *, fsync: bool = True
    ) -> None:
        self._home = _made(directory)
        self._program = _find("mbsync", "isync")
        channels = [_channel(number, each, directory, port, ca_file) for number, each in enumerate(mailboxes)]
        group = ["Group all", *(f"Channel c{number}" for number in range(len(mailboxes))), ""]
        text = "\n".join([f"FSync {'yes' if fsync else 'no'}", "", *channels, *group])
        _write_private(directory / "mbsyncrc", text)

    def run(self) -> float:
        return _seconds([self._program, "-q", "-c", str(self._home / "mbsyncrc"), "all"], self._home)

    def taken_in(self) -> int:
        return sum(1 for part in ("cur", "new") for _ in self._home.glob(f"mail*/{part}/*"))


def _channel(number: int, mailbox: Mailbox, directory: Path, port: int, ca_file: Path) -> str:
    return f"""IMAPAccount a{number}
Host {SERVER}
Port {port}
User {mailbox.address}
Pass {mailbox.password}
SSLType IMAPS
SystemCertificates no
CertificateFile {ca_file}

IMAPStore far{number}
Account a{number}

MaildirStore near{number}
Inbox {directory}/mail{number}

Channel c{number}
Far :far{number}:
Near :near{number}:
Patterns INBOX
Create Near
Sync Pull
SyncState *
"""


def _made(directory: Path) -> Path:
    directory.mkdir(parents=True)
    return directory


def _write_private(path: Path, text: str) -> None:
    """Both refuse a file with passwords that others may read."""
    path.touch(0o600)
    path.write_text(text)


def _find(program: str, package: str) -> str:
    path = shutil.which(program)
    if path is None:
        line = f"apt-get install -y --no-install-recommends {package}"
        raise MissingPeerError(f"{program} is not installed. Install it with:\n    {line}")
    return path


def _seconds(command: Sequence[str], home: Path, good: Sequence[int] = (0,)) -> float:
    """The start of the process included: it is a hundredth of a pass."""
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    began = time.perf_counter()
    ended = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    took = time.perf_counter() - began
    if ended.returncode not in good:
        raise RuntimeError(f"{Path(command[0]).name} ended with {ended.returncode}:\n{ended.stderr[-2000:]}")
    return took
