"""The server of all benchmarks: the tests' private Dovecot, with mailboxes that are filled by hard links."""

import os
import pwd
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.letters import ordinary_letter
from tests.servers import dovecot_configuration as configuration
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import Mailbox


class PostOffice:
    """``directory`` is on a disk, since durability is part of what is measured."""

    def __init__(self, directory: Path, certificates: Certificates, introspection_url: str) -> None:
        self.directory = directory
        self.certificates = certificates
        self.server = Dovecot(directory / "server", certificates, introspection_url=introspection_url)
        account = pwd.getpwnam(configuration.mail_user())
        self._owner = (account.pw_uid, account.pw_gid)

    @property
    def imaps(self) -> int:
        return self.server.ports.imaps

    @property
    def pop3s(self) -> int:
        return self.server.ports.pop3s

    @property
    def ca_file(self) -> Path:
        return self.certificates.ca

    def mailbox(self, files: Sequence[Path], *, seen: bool = False) -> Mailbox:
        """A new one with these messages. The server has looked at them, so that nobody waits for its index."""
        mailbox = self.server.mailbox()
        home = self._home(mailbox)
        maildir = home / "Maildir"
        for part in ("cur", "new", "tmp"):
            (maildir / part).mkdir(parents=True)
        target, suffix = (maildir / "cur", ":2,S") if seen else (maildir / "new", "")
        for number, file in enumerate(files):
            size = file.stat().st_size  # S and W: maildir's size with LF, and with CRLF
            os.link(file, target / f"{1_700_000_000 + number}.M{number}P1.bench,S={size},W={size}{suffix}")
        self._give(home)
        self.server.doveadm("index", "-u", mailbox.address, "INBOX")
        return mailbox

    def read_mailboxes(self, letters: Path, count: int, messages: int) -> list[Mailbox]:
        """So many, with so many read messages each; ``letters`` is where these are written."""
        letters.mkdir()
        files = [letters / f"{number:06}" for number in range(messages)]
        for number, file in enumerate(files):
            file.write_bytes(ordinary_letter(number))
        return [self.mailbox(files, seen=True) for _ in range(count)]

    def drop(self, mailbox: Mailbox) -> None:
        shutil.rmtree(self._home(mailbox), ignore_errors=True)

    def _home(self, mailbox: Mailbox) -> Path:
        return self.directory / "server" / "mail" / mailbox.address

    def _give(self, home: Path) -> None:
        if os.geteuid() != 0:
            return
        for path in (home, *home.rglob("*")):
            os.chown(path, *self._owner)


@contextmanager
def post_office(
    directory: Path, certificates: Certificates | None = None, introspection_url: str = ""
) -> Iterator[PostOffice]:
    """``introspection_url``: of who knows the access tokens that open its mailboxes as well."""
    certificates = certificates or Certificates(directory / "certificates")
    office = PostOffice(directory, certificates, introspection_url)
    with office.server:
        yield office
