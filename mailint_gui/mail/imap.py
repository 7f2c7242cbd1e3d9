"""A session with an IMAP server (RFC 3501, RFC 9051), in the words of a check."""

import contextlib
import math
import re
import socket
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from imapclient import imap_utf7  # type: ignore[import-untyped]  # it ships no types

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import Security
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.mail import imap_answers as answers
from mailint_gui.mail.connect import Endpoint, start_tls
from mailint_gui.mail.imap_answers import Fetched, FolderStatus
from mailint_gui.mail.imap_protocol import ImapProtocol, quoted
from mailint_gui.mail.mailbox_replies import Bye, Refusal
from mailint_gui.mail.mailbox_session import MailboxSession
from mailint_gui.mail.network import Network
from mailint_gui.mail.sasl import Exchange
from mailint_gui.mail.scope import CancelScope
from mailint_gui.mail.uids import batches_by_size, uid_sets
from mailint_gui.mail.wire import checked

__all__ = ["Fetched", "FolderStatus", "HungUpError", "ImapSession", "Removal"]

BATCH_MESSAGES = 50
BATCH_BYTES = 8 * 1024 * 1024
HEADER_BYTES = 64 * 1024  # of a message whose headers alone are wanted
SEARCH_WINDOW = 50_000  # UIDs asked for at once in a large folder
MOST_REFUSED = 10  # of a batch of which nothing comes: beyond that it is the server, not the messages
LOG_OUT_SECONDS = 0.5

_OF_A_MESSAGE = {ProblemKind.UNKNOWN, ProblemKind.PROTOCOL_ERROR}
_OWN_MESSAGE_ID = re.compile(r"<[0-9a-f]{32}@[0-9A-Za-z.:\[\]-]{1,255}>")  # as ``mail.compose`` makes them
_SOME_ARE_GONE = "[EXPUNGEISSUED]"  # RFC 5530: somebody else removed some
_CHANGES = ("EXISTS", "EXPUNGE", "VANISHED")
_NOT_SELECTABLE = {"\\noselect", "\\nonexistent"}
_SPECIAL_USE = {"\\all", "\\archive", "\\drafts", "\\flagged", "\\junk", "\\sent", "\\trash"}


class Removal(StrEnum):
    """How messages left the folder."""

    MOVED = "moved"
    EXPUNGED = "expunged"
    MARKED_DELETED = "marked_deleted"  # they are still there: without UIDPLUS nobody else's mail is expunged


class HungUpError(ProblemError):
    """The server ended the session while it was asked for the messages with these ``uids``."""

    def __init__(self, problem: Problem, uids: Collection[int]) -> None:
        super().__init__(problem)
        self.uids = uids


class ImapSession(MailboxSession[ImapProtocol]):
    """One session with an IMAP server."""

    def __init__(self, protocol: ImapProtocol, endpoint: Endpoint) -> None:
        super().__init__(protocol, endpoint)
        self._folder: str | None = None
        self._status: FolderStatus | None = None
        self._current = False
        self._confirmed = False
        self._refused: dict[int, Problem] = {}

    @classmethod
    def _greeted(cls, sock: socket.socket, endpoint: Endpoint, scope: CancelScope) -> ImapProtocol:
        return ImapProtocol(sock, endpoint, scope)

    @classmethod
    def _encrypted(
        cls, protocol: ImapProtocol, endpoint: Endpoint, scope: CancelScope, network: Network
    ) -> socket.socket:
        return _start_tls(protocol, endpoint, scope, network)

    def _mechanisms(self) -> Collection[str]:
        offered = self._protocol.capabilities_now()
        return [each.removeprefix("AUTH=") for each in offered if each.startswith("AUTH=")]

    def _log_in_by_password(self, user_name: str, password: str, plain: Exchange) -> None:
        """By SASL PLAIN or LOGIN."""
        offered = self._protocol.capabilities_now()
        encrypted = self._endpoint.security is not Security.NONE
        ascii_only = user_name.isascii() and password.isascii()
        plain_offered = "AUTH=PLAIN" in offered
        disabled = "LOGINDISABLED" in offered
        if disabled and not (plain_offered and encrypted):
            raise ProblemError(Problem(ProblemKind.LOGIN_DISABLED, detail=" ".join(offered)))
        if plain_offered and (disabled or "SASL-IR" in offered or not ascii_only):
            self._protocol.log_in_by_sasl(plain)
        elif ascii_only:
            self._protocol.log_in_quoted(user_name, password)
        else:
            self._protocol.log_in_by_literals(user_name.encode(), password.encode())

    # Life

    def _wait_within(self, scope: CancelScope) -> None:
        self._protocol.bind(scope, math.inf)
        self._confirmed = False

    def release(self) -> None:
        """No job has it: nothing may cancel it."""
        self._protocol.scope.detach(self._protocol.sock)

    def noop(self, patience: float = math.inf) -> None:
        """Ask for signs of life, and what changed. ``patience``: seconds to wait at most."""
        scope = self._protocol.scope
        self._protocol.bind(scope, patience)
        with self._during(Stage.SELECT):
            self._run("NOOP")
        self._protocol.bind(scope, math.inf)
        self._confirmed = True

    def log_out(self) -> None:
        """Say goodbye without waiting for an answer, and close. Raises nothing."""
        with contextlib.suppress(Exception):
            if self.usable:
                self._protocol.sock.settimeout(LOG_OUT_SECONDS)
                self._protocol.sock.sendall(b"LOGOUT LOGOUT\r\n")
        self.close()

    # Folders

    @property
    def capabilities(self) -> frozenset[str]:
        """In capitals, as they hold after what was done so far. Asks the server when it has not told by itself."""
        with self._during(self._protocol.scope.stage):
            return frozenset(self._protocol.capabilities_now())

    def folders(self) -> tuple[str, ...]:
        """The names of all folders that can be opened, decoded."""
        return tuple(folder.name for folder in self._list() if not folder.attributes & _NOT_SELECTABLE)

    def special_folders(self) -> Mapping[str, str]:
        """Folder names by use (RFC 6154): ``{"sent": "Sent Items"}``."""
        return {
            use.removeprefix("\\"): folder.name
            for folder in self._list()
            for use in folder.attributes & _SPECIAL_USE
        }

    def _list(self) -> list[answers.Folder]:
        with self._during(Stage.SELECT):
            return answers.folders(self._run("LIST", '""', '"*"').get("LIST", []))

    def select(self, folder: str, read_only: bool = False) -> FolderStatus:
        """Open ``folder``. Costs nothing when it is open and NOOP has just told that nothing changed."""
        status = self._status
        if status and self._current and self._confirmed and folder == self._folder and not read_only:
            return status
        with self._during(Stage.SELECT, folder=folder):
            self._folder, self._status, self._current = None, None, False
            name = _mailbox_name(folder)
            answer = dict(self._run("EXAMINE" if read_only else "SELECT", name))
            self._protocol.state = "SELECTED"
            self._status = status = self._with_uidnext(answers.folder_status(answer, read_only))
            self._folder, self._current = folder, not read_only
            return status

    def _with_uidnext(self, status: FolderStatus) -> FolderStatus:
        """Servers that do not tell UIDNEXT are asked for their last UID."""
        if status.uidnext:
            return status
        last = answers.uids(self._fetch_items("*", "(UID)")) if status.exists else []
        return replace(status, uidnext=max(last, default=0) + 1)

    # What is there

    def uids_after(self, last_uid: int) -> list[int]:
        """Every UID above ``last_uid`` that SELECT counted, ascending; no command when there can be none.

        Asked for in windows, so that no answer outgrows a line (RFC 9051 section 6.4.4).
        """
        status = self._selected()
        first, end = last_uid + 1, status.uidnext
        window = SEARCH_WINDOW if status.exists > SEARCH_WINDOW else max(end - first, 1)
        found: set[int] = set()
        while first < end:
            with self._during(Stage.SEARCH):
                uids = self._search(first, min(first + window, end) - 1)
            first += window
            found.update(uid for uid in uids if last_uid < uid < end)
            window = SEARCH_WINDOW if uids else window * 2
        return sorted(found)

    def _search(self, first: int, last: int) -> list[int]:
        return answers.found(self._run("UID", "SEARCH", f"UID {first}:{last}").get("SEARCH", []))

    def sizes(self, uids: Iterable[int]) -> dict[int, int]:
        """Bytes by UID (RFC822.SIZE); a message that is gone is left out."""
        self._selected()
        found: dict[int, int] = {}
        for uid_set in uid_sets(uids):
            with self._during(Stage.SEARCH):
                found.update(answers.sizes(self._fetch_items(uid_set, "(UID RFC822.SIZE)")))
        return found

    def _fetch_items(self, uid_set: str, items: str) -> list[Any]:
        return self._run("UID", "FETCH", uid_set, items).pop("FETCH", [])

    def find_own(self, message_id: str) -> list[int]:
        """The UIDs of what has this Message-ID, one that we made: nobody else's ever goes into a command."""
        self._selected()
        if not _OWN_MESSAGE_ID.fullmatch(message_id):
            return []
        with self._during(Stage.SEARCH):
            answer = self._run("UID", "SEARCH", "HEADER", "Message-ID", quoted(message_id))
            return answers.found(answer.get("SEARCH", []))

    # Fetching

    def fetch(
        self,
        uids: Sequence[int],
        scope: CancelScope | None = None,
        sizes: Mapping[int, int] | None = None,
        alone: Collection[int] = (),
    ) -> Iterator[list[Fetched]]:
        """Messages in batches, by UID: up to 50 and 8 MB, a larger one alone; nothing is marked read.

        A batch is read whole before it is handed out, so other methods may be called between two. ``sizes`` spares
        the question; those in ``alone`` have a batch each. What is gone meanwhile is left out; a message that is
        there and yet not handed out is in ``refused`` when its batch comes, which may be empty. Raises HungUpError.
        """
        scope = scope or self._protocol.scope
        items = "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[])"
        refused = self._refused = {}
        known = self.sizes(uids) if sizes is None else sizes
        for batch in batches_by_size(uids, known, BATCH_MESSAGES, BATCH_BYTES, alone):
            fetched = self._fetch_apart(batch, items, b"BODY[]", refused)
            refused.update(self._left_out(set(batch) - {each.uid for each in fetched} - set(refused)))
            here = [refused[uid] for uid in batch if uid in refused]
            if not fetched and len(here) > MOST_REFUSED:
                raise ProblemError(here[0])
            scope.keep_going()
            if fetched or here:
                yield fetched

    @property
    def refused(self) -> Mapping[int, Problem]:
        """By UID, what the last ``fetch`` left out until now although it is there, and the server's words for why."""
        return MappingProxyType(self._refused)

    def fetch_headers(self, uids: Sequence[int], scope: CancelScope | None = None) -> dict[int, Fetched]:
        """By UID, with the first 64 KB of the headers for ``raw``; what is not handed out is left out.

        Raises HungUpError.
        """
        scope = scope or self._protocol.scope
        items = f"(UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER]<0.{HEADER_BYTES}>)"
        found: dict[int, Fetched] = {}
        for batch in batches_by_size(uids, {}, BATCH_MESSAGES, BATCH_BYTES):
            found.update((each.uid, each) for each in self._fetch_apart(batch, items, b"BODY[HEADER]<0>", {}))
            scope.keep_going()
        return found

    def _fetch_apart(
        self, uids: list[int], items: str, body: bytes, refused: dict[int, Problem]
    ) -> list[Fetched]:
        """What is refused as a whole is asked for by halves, until the message at fault is alone in ``refused``."""
        try:
            return self._fetch(uids, items, body)
        except ProblemError as error:
            if _is_hang_up(error):
                raise HungUpError(error.problem, uids) from error
            gone = _SOME_ARE_GONE in error.problem.detail
            if not isinstance(error.__cause__, Refusal) or not (gone or error.problem.kind in _OF_A_MESSAGE):
                raise
            if len(uids) == 1:
                refused.update({} if gone else {uids[0]: error.problem})
                return []
        half = len(uids) // 2
        halves = (self._fetch_apart(some, items, body, refused) for some in (uids[:half], uids[half:]))
        return [each for found in halves for each in found]

    def _left_out(self, uids: set[int]) -> dict[int, Problem]:
        """Of those that an answer left out without a word, the ones that are still there."""
        facts = {**self._endpoint.facts, "stage": str(Stage.FETCH)}
        problem = Problem(ProblemKind.PROTOCOL_ERROR, facts, "the server left it out of its answer")
        return dict.fromkeys(self.sizes(uids) if uids else (), problem)

    def _fetch(self, uids: list[int], items: str, body: bytes) -> list[Fetched]:
        wanted = set(uids)
        fetched = []
        for uid_set in uid_sets(uids):
            with self._during(Stage.FETCH):
                found = answers.messages(self._fetch_items(uid_set, items), body)
            fetched += [each for each in found if each.uid in wanted]
        return sorted(fetched, key=lambda each: each.uid)

    # Telling the server

    def mark_seen(self, uids: Iterable[int]) -> None:
        self._store_flag(uids, "\\Seen")

    def move(self, uids: Sequence[int], folder: str) -> Removal:
        """Into ``folder``: by MOVE (RFC 6851), else by copying and ``delete``. FOLDER_MISSING when it is not there."""
        self._writable()
        with self._during(Stage.ACKNOWLEDGE, folder=folder):
            name = _mailbox_name(folder)
            can_move = "MOVE" in self._protocol.capabilities_now()
            for uid_set in uid_sets(uids):
                self._run("UID", "MOVE" if can_move else "COPY", uid_set, name)
        return Removal.MOVED if can_move else self.delete(uids)

    def delete(self, uids: Sequence[int]) -> Removal:
        r"""Mark ``\Deleted``, and expunge just these where the server can (UIDPLUS, RFC 4315)."""
        self._store_flag(uids, "\\Deleted")
        with self._during(Stage.ACKNOWLEDGE):
            if "UIDPLUS" not in self._protocol.capabilities_now():
                return Removal.MARKED_DELETED
            for uid_set in uid_sets(uids):
                self._run("UID", "EXPUNGE", uid_set)
        return Removal.EXPUNGED

    def append(self, folder: str, message: bytes, flags: Sequence[str] = ()) -> tuple[int, int] | None:
        """Puts ``message`` into ``folder``. -> its UIDVALIDITY and UID where the server tells (RFC 4315).

        FOLDER_MISSING when the folder is not there.
        """
        with self._during(Stage.ACKNOWLEDGE, folder=folder):
            told = self._protocol.append_message(_mailbox_name(folder), f"({' '.join(flags)})", message)
            return answers.appended(told.get("APPENDUID", []))

    def flags(self, uids: Iterable[int]) -> dict[int, frozenset[str]]:
        """The flags by UID, such as ``\\Seen``."""
        self._selected()
        found: dict[int, frozenset[str]] = {}
        for uid_set in uid_sets(uids):
            with self._during(Stage.SEARCH):
                found.update(answers.flags(self._fetch_items(uid_set, "(UID FLAGS)")))
        return found

    def _store_flag(self, uids: Iterable[int], flag: str) -> None:
        self._writable()
        with self._during(Stage.ACKNOWLEDGE):
            for uid_set in uid_sets(uids):
                self._run("UID", "STORE", uid_set, "+FLAGS.SILENT", f"({flag})")

    def _writable(self) -> None:
        if self._selected().read_only:
            facts = {**self._endpoint.facts, "folder": self._folder or "", "stage": str(Stage.ACKNOWLEDGE)}
            raise ProblemError(Problem(ProblemKind.POLICY_REFUSED, facts, "the folder is read-only"))

    def _selected(self) -> FolderStatus:
        if self._status is None:
            raise RuntimeError("no folder is open")
        return self._status

    # One way to the server

    def _run(self, name: str, *arguments: str) -> dict[str, list[Any]]:
        answer = self._protocol.run(name, *arguments)
        if any(change in answer for change in _CHANGES):
            self._current = False
        return answer


def _start_tls(
    protocol: ImapProtocol, endpoint: Endpoint, scope: CancelScope, network: Network
) -> socket.socket:
    """STARTTLS (RFC 9051 section 6.2.1). Everything that was told before is forgotten, capabilities too."""
    offered = protocol.capabilities_now()
    if "STARTTLS" not in offered:
        raise ProblemError(Problem(ProblemKind.TLS_NOT_OFFERED, detail=" ".join(offered)))
    try:
        protocol.run("STARTTLS")
    except Refusal as error:
        raise ProblemError(Problem(ProblemKind.TLS_NOT_OFFERED, detail=str(error))) from None
    sock = start_tls(protocol.sock, endpoint, scope, network)
    try:
        protocol.use(sock, scope)
        protocol.capabilities = ()
        scope.enter(Stage.GREETING)
        protocol.capabilities_now()
    except BaseException:
        scope.detach(sock)
        sock.close()
        raise
    return sock


def _is_hang_up(error: ProblemError) -> bool:
    """Whether the server ended the session, and not because it wants us to come more seldom."""
    kind = error.problem.kind
    bye = isinstance(error.__cause__, Bye) and kind is not ProblemKind.THROTTLED
    return bye or kind is ProblemKind.CONNECTION_LOST


def _mailbox_name(folder: str) -> str:
    """Quoted, in modified UTF-7 (RFC 3501 section 5.1.3). Raises WireError."""
    encoded: bytes = imap_utf7.encode(checked(folder, "the folder name"))
    return quoted(encoded.decode("ascii"))
