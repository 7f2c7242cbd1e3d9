"""The peers, as their manuals set them up for this: fetchmail(1), mbsync(1), getmail(1), of Debian's packages."""

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from mailint_gui.domain.integration import Protocol
from tests.servers import dovecot_configuration as configuration
from tests.servers.mailbox import Mailbox

SERVER = "localhost"


class MissingPeerError(RuntimeError):
    """The text is the line that installs it."""


class StalledPeerError(RuntimeError):
    """It stood still by a fault of its own: what it took says nothing."""


class Fetchmail:
    """One process a pass; mailbox after mailbox, as it always does. What it takes in goes to one file, unsynced."""

    name = "fetchmail"

    def __init__(
        self,
        directory: Path,
        mailboxes: Sequence[Mailbox],
        port: int,
        ca_file: Path,
        protocol: Protocol = Protocol.IMAP,
    ) -> None:
        self._home = _made(directory)
        self._program = _find("fetchmail", "fetchmail")
        uidl = " uidl" if protocol is Protocol.POP3 else ""  # to know what it has, where mail is left there
        poll = f"poll {SERVER} protocol {protocol} port {port}{uidl}"
        lines = ["set no syslog", "set postmaster root", f'set idfile "{directory}/ids"', poll]
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

    def taken_in(self) -> int:
        with (self._home / "mail").open("rb") as file:
            return sum(line.startswith(b"MAIL FROM:") for line in file)


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
        return _in_maildirs(self._home)


class Getmail:
    """One pass over all mailboxes, with a process for each message, whose file is synced.

    It loses the end of such a process when that is quicker than it looks (6.18 forks before it listens), and then
    stands still for ``timeout``: ``run`` raises StalledPeerError.
    """

    name = "getmail6"

    def __init__(
        self,
        directory: Path,
        mailboxes: Sequence[Mailbox],
        port: int,
        ca_file: Path,
        protocol: Protocol = Protocol.IMAP,
    ) -> None:
        self._home = _made(directory)
        self._program = _find("getmail", "getmail6")
        self._mailboxes = len(mailboxes)
        for number, mailbox in enumerate(mailboxes):
            maildir = directory / f"mail{number}"
            for path in (maildir, *(maildir / part for part in ("cur", "new", "tmp"))):
                path.mkdir()
                if os.geteuid() == 0:
                    shutil.chown(path, configuration.mail_user(), configuration.mail_group())
            text = _getmail_file(mailbox, maildir, port, ca_file, protocol)
            _write_private(directory / f"rc{number}", text)

    def run(self) -> float:
        files = [part for number in range(self._mailboxes) for part in ("-r", f"rc{number}")]
        try:
            return _seconds([self._program, "--getmaildir", str(self._home), *files], self._home)
        except RuntimeError as error:
            if "timed out" in str(error):
                raise StalledPeerError(str(error)) from error
            raise

    def taken_in(self) -> int:
        return _in_maildirs(self._home)


def _getmail_file(mailbox: Mailbox, maildir: Path, port: int, ca_file: Path, protocol: Protocol) -> str:
    kind = {Protocol.IMAP: "SimpleIMAPSSLRetriever", Protocol.POP3: "SimplePOP3SSLRetriever"}[protocol]
    return f"""[retriever]
type = {kind}
server = {SERVER}
port = {port}
username = {mailbox.address}
password = {mailbox.password}
ca_certs = {ca_file}
timeout = 10

[destination]
type = Maildir
path = {maildir}/
user = {configuration.mail_user()}

[options]
read_all = false
delete = false
verbose = 0
"""


def _in_maildirs(home: Path) -> int:
    return sum(1 for part in ("cur", "new") for _ in home.glob(f"mail*/{part}/*"))


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
