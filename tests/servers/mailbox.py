"""One user's mail on the private Dovecot, seen past Mailint: put there by file, looked at by imaplib."""

import contextlib
import imaplib
import itertools
import os
import pwd
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from imapclient import imap_utf7  # type: ignore[import-untyped]  # it ships no types

from tests.servers import dovecot_configuration as configuration

if TYPE_CHECKING:
    from tests.servers.dovecot import Dovecot

imaplib._MAXLINE = 100_000_000  # type: ignore[attr-defined]  # its 1 MB ends a look at a large folder

_serial = itertools.count(1)


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message as the server has it: its UID, its flags such as `\\Seen`, its bytes."""

    uid: int
    flags: frozenset[str]
    raw: bytes


class Mailbox:
    """`address` is user name and address in one. Folder names are plain Unicode, joined by `/`."""

    def __init__(self, server: "Dovecot", address: str, password: str) -> None:
        self.server = server
        self.address = address
        self.password = password
        self._home = server.directory / "mail" / address
        account = pwd.getpwnam(configuration.mail_user())
        self._owner = (account.pw_uid, account.pw_gid)

    # Mail in

    def deliver(self, raw: bytes, folder: str = "INBOX", *, seen: bool = False) -> None:
        """Put `raw`, byte for byte, into `folder`; a client that is in IDLE hears of it."""
        self.deliver_many([raw], folder, seen=seen)

    def deliver_many(self, messages: Iterable[bytes], folder: str = "INBOX", *, seen: bool = False) -> None:
        """The same for many, with UIDs in the order given. The folder is made when it is not there."""
        maildir = self._maildir(folder)
        target, suffix = (maildir / "cur", ":2,S") if seen else (maildir / "new", "")
        for raw in messages:
            # maildir(5): unique, and in the order in which Dovecot gives out UIDs
            name = f"{int(time.time())}.M{next(_serial):09}P{os.getpid()}.test"
            draft = maildir / "tmp" / name
            draft.write_bytes(raw)
            self._give(draft)
            draft.rename(target / (name + suffix))

    # Folders

    def folders(self) -> list[str]:
        with self.session() as imap:
            _, lines = imap.list()
        names = (re.search(rb'"?([^" ][^"]*)"?$', line) for line in lines if isinstance(line, bytes))
        return sorted(_decoded(match[1]) for match in names if match)

    def create_folder(self, folder: str) -> None:
        self.server.doveadm("mailbox", "create", "-u", self.address, folder)

    def rename_folder(self, folder: str, name: str) -> None:
        self.server.doveadm("mailbox", "rename", "-u", self.address, folder, name)

    def delete_folder(self, folder: str) -> None:
        self.server.doveadm("mailbox", "delete", "-u", self.address, folder)

    def change_uidvalidity(self, folder: str = "INBOX") -> None:
        """Give the folder another UIDVALIDITY and its messages new UIDs (RFC 3501, 2.3.1.1).

        POP3's UIDLs change with it. Sessions that have the folder open are ended by the server.
        """
        before = self.uidvalidity(folder)
        maildir = self._maildir(folder)
        (maildir / "dovecot-uidlist").unlink(missing_ok=True)
        for index in maildir.glob("dovecot.index*"):
            index.unlink()
        options = ("-u", self.address, "--uid-validity", str(before + 1))
        self.server.doveadm("mailbox", "update", *options, folder)

    def back_up(self) -> Path:
        """A copy of all there is, with the server's own numbers, for ``restore``."""
        copy = self._home.with_name(f"{self._home.name}.{next(_serial)}")
        shutil.copytree(self._home, copy)
        return copy

    def restore(self, copy: Path) -> None:
        """What came since is gone, and UIDs that were given out are given out again. No session may be open."""
        shutil.rmtree(self._home)
        shutil.copytree(copy, self._home)
        for path in (self._home, *self._home.rglob("*")):
            self._give(path)

    def uidvalidity(self, folder: str = "INBOX") -> int:
        with self.session() as imap:
            _, data = imap.status(_quoted(folder), "(UIDVALIDITY)")
        match = re.search(rb"UIDVALIDITY (\d+)", data[0] or b"")
        assert match, data
        return int(match[1])

    # A look

    def messages(self, folder: str = "INBOX") -> list[StoredMessage]:
        """All messages, by UID; looking leaves flags as they are."""
        with self.session() as imap:
            status, _ = imap.select(_quoted(folder), readonly=True)
            assert status == "OK", f"no folder {folder}"
            _, data = imap.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")
        return [_message(item[0], item[1]) for item in data if isinstance(item, tuple)]

    @contextmanager
    def session(self) -> Iterator[imaplib.IMAP4]:
        """A logged-in plain imaplib client."""
        imap = imaplib.IMAP4(self.server.host, self.server.ports.imap, timeout=20)
        try:
            imap.login(self.address, self.password)
            yield imap
        finally:
            with contextlib.suppress(imaplib.IMAP4.error, OSError):  # the test may have stopped the server
                imap.logout()

    def set_password(self, password: str) -> None:
        """Change it on the server; `password` follows."""
        self.server.set_password(self.address, password)
        self.password = password

    def _maildir(self, folder: str) -> Path:
        maildir = self._home / "Maildir"
        if folder.upper() != "INBOX":
            maildir /= folder
        for part in ("cur", "new", "tmp"):
            if not (maildir / part).is_dir():
                (maildir / part).mkdir(parents=True)
                self._give(self._home, *maildir.relative_to(self._home).parts, part)
        return maildir

    def _give(self, path: Path, *below: str) -> None:
        """Let the mail user own `path`, and each folder on the way `below` it."""
        if os.geteuid() != 0:
            return
        os.chown(path, *self._owner)
        for part in below:
            path /= part
            os.chown(path, *self._owner)


def _message(head: bytes, raw: bytes) -> StoredMessage:
    uid, flags = re.search(rb"UID (\d+)", head), re.search(rb"FLAGS \(([^)]*)\)", head)
    assert uid, head
    assert flags, head
    return StoredMessage(int(uid[1]), frozenset(flags[1].decode().split()), raw)


def _quoted(folder: str) -> str:
    name: bytes = imap_utf7.encode(folder)
    return '"' + name.decode().replace("\\", "\\\\").replace('"', '\\"') + '"'


def _decoded(name: bytes) -> str:
    folder: str = imap_utf7.decode(name)
    return folder
