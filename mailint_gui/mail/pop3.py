"""A session with a POP3 server (RFC 1939, RFC 2449), in the words of a check.

A session holds the mailbox's lock and sees the messages that were there when it began: it is opened for one check and
ended with it, and nothing is deleted before ``quit``.
"""

import re
import socket
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from mailint_gui.domain.check import Stage
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.mail.connect import Endpoint, diagnosed, start_tls
from mailint_gui.mail.diagnosis import diagnose
from mailint_gui.mail.mailbox_replies import Nonsense, Pop3Refusal
from mailint_gui.mail.mailbox_session import MailboxSession
from mailint_gui.mail.network import Network
from mailint_gui.mail.pop3_protocol import Pop3Protocol
from mailint_gui.mail.sasl import Exchange
from mailint_gui.mail.scope import CancelScope
from mailint_gui.mail.uids import batches_by_size

BATCH_MESSAGES = 50  # with PIPELINING as many commands are under way, which is little enough never to block
BATCH_BYTES = 8 * 1024 * 1024
HEADER_BYTES = 64 * 1024  # of a message whose headers alone are wanted
LARGEST = 64 * 1024 * 1024  # bytes of one message: settings allow 50 MB, and servers count in their own ways
SLACK = 1024 * 1024  # beside twice the size that LIST says: some servers count CR LF as one, or guess
GOODBYE_SECONDS = 5.0  # to wait for the answer to a QUIT that has nothing to commit

_NUMBERED = re.compile(rb"(\d{1,10})[ \t]+([\x20-\x7e]{1,500})")

_RETRIEVE = ("RETR", "")
_PEEK = ("TOP", " 2147483647")  # RFC 1939 section 7: more lines than there are give all of it


@dataclass(frozen=True, slots=True)
class FetchedPop3:
    """One message as the server has it. ``size`` is what LIST says, in bytes, which is seldom exact."""

    number: int
    raw: bytes
    size: int


class Pop3Session(MailboxSession[Pop3Protocol]):
    """One session with a POP3 server. Messages are named by their number in it, from 1.

    An error that leaves it unusable closes the connection: the server then forgets deletions (RFC 1939 section 6).
    """

    def __init__(self, protocol: Pop3Protocol, endpoint: Endpoint) -> None:
        super().__init__(protocol, endpoint)
        self._deleted = False
        self._refused: dict[int, Problem] = {}

    @classmethod
    def _greeted(cls, sock: socket.socket, endpoint: Endpoint, scope: CancelScope) -> Pop3Protocol:
        return Pop3Protocol(sock, endpoint, scope)

    @classmethod
    def _encrypted(
        cls, protocol: Pop3Protocol, endpoint: Endpoint, scope: CancelScope, network: Network
    ) -> socket.socket:
        _offer_of_tls(protocol)
        sock = start_tls(protocol.sock, endpoint, scope, network)
        protocol.use(sock, scope)
        return sock

    def _mechanisms(self) -> Collection[str]:
        return self._protocol.capabilities().get("SASL", ())

    def _log_in_by_password(self, user_name: str, password: str, plain: Exchange) -> None:
        """By USER and PASS; by SASL PLAIN what these cannot carry, or where they are not offered."""
        simple = user_name.isascii() and password.isascii() and " " not in user_name
        if not simple and "PLAIN" in self._mechanisms():
            self._protocol.log_in_by_sasl(plain)
            return
        try:
            self._protocol.user(user_name)
        except Pop3Refusal as error:
            self._without_user(plain, error)
        else:
            self._protocol.pass_(password)

    def _without_user(self, plain: Exchange, refusal: Pop3Refusal) -> None:
        """USER was refused: because nobody may log in like that, or because of whom it named."""
        if diagnose(refusal, Stage.AUTHENTICATE).kind is not ProblemKind.AUTHENTICATION_FAILED:
            raise refusal
        try:
            offered = self._protocol.capabilities()
        except (OSError, EOFError):  # it hung up after its answer
            raise refusal from None
        if not offered or "USER" in offered:
            raise refusal
        if "PLAIN" not in self._mechanisms():
            raise ProblemError(Problem(ProblemKind.LOGIN_DISABLED, detail=str(refusal)))
        self._protocol.log_in_by_sasl(plain)

    # Life

    def _wait_within(self, scope: CancelScope) -> None:
        self._protocol.bind(scope)

    def quit(self) -> None:
        """Commit the deletions and close. It waits for the server's word, and raises when that is not +OK.

        A connection lost here leaves open what was deleted: the next session's UIDLs tell. Where nothing was deleted
        there is nothing to lose, and no problem of the server's is raised.
        """
        if not self._deleted:
            self._protocol.wait_at_most(GOODBYE_SECONDS)
        try:
            with self._during(Stage.ACKNOWLEDGE):
                self._protocol.quit()
        except ProblemError:
            if self._deleted:
                raise
        finally:
            self.close()

    # What is there

    @property
    def capabilities(self) -> frozenset[str]:
        """Names in capitals (RFC 2449 section 6); empty where the server does not tell."""
        with self._during(self._protocol.scope.stage):
            return frozenset(self._protocol.capabilities())

    def uidls(self) -> tuple[tuple[int, str], ...]:
        """Number and unique id of each message, in the server's order (RFC 1939 section 7).

        Ids are 1 to 500 printable ASCII characters, and equal where a server gives copies one id. Raises ProblemError
        (PROTOCOL_ERROR with the fact ``missing``: ``UIDL``) where the server does not know them.
        """
        with self._during(Stage.SEARCH):
            try:
                lines = self._protocol.listing("UIDL")
            except Pop3Refusal as error:
                if "UIDL" in self._protocol.capabilities() or error.text.startswith("["):
                    raise
                facts = {"missing": "UIDL", "stage": str(Stage.SEARCH)}
                raise ProblemError(Problem(ProblemKind.PROTOCOL_ERROR, facts, str(error))) from None
            return tuple((number, uidl.decode("ascii")) for number, uidl in _by_number(lines).items())

    def sizes(self) -> dict[int, int]:
        """Bytes by number (LIST), of every message."""
        with self._during(Stage.SEARCH):
            lines = self._protocol.listing("LIST")
            return {number: _size(words) for number, words in _by_number(lines).items()}

    # Fetching

    @property
    def refused(self) -> Mapping[int, Problem]:
        """By number, what the last ``fetch`` left out, and the server's words or MESSAGE_TOO_LARGE for why."""
        return MappingProxyType(self._refused)

    def fetch(
        self,
        numbers: Sequence[int],
        scope: CancelScope | None = None,
        sizes: Mapping[int, int] | None = None,
        *,
        peek: bool = False,
    ) -> Iterator[list[FetchedPop3]]:
        """Messages in batches: up to 50 and 8 MB, a larger one alone. Bytes are as the server sent them.

        A batch is read whole before it is handed out, so other methods may be called between two; one that breaks off
        is handed out as far as it came before the error is raised. ``sizes`` spares the question. A message that the
        server does not hand out, or of more than 64 MB, is in ``refused`` instead. Raises ProblemError (PROTOCOL_ERROR
        with the fact ``message``, its number) for one that is far longer than LIST said. ``peek``: by TOP, since RETR
        marks a message read on servers that keep such a mark.
        """
        if scope:
            self.bind(scope)
        self._refused = {}
        known = self.sizes() if sizes is None else sizes
        wanted = [number for number in numbers if self._may_fetch(number, known)]
        for batch in batches_by_size(wanted, known, BATCH_MESSAGES, BATCH_BYTES):
            fetched: list[FetchedPop3] = []
            problem: ProblemError | None = None
            try:
                self._fetch(_PEEK if peek else _RETRIEVE, batch, known, fetched)
            except ProblemError as error:
                problem = error
            if fetched:
                yield fetched
            if problem:
                raise problem

    def _may_fetch(self, number: int, sizes: Mapping[int, int]) -> bool:
        size = sizes.get(number, 0)
        if size > LARGEST:
            facts = {**self._endpoint.facts, "message": str(number), "stage": str(Stage.FETCH)}
            self._refused[number] = Problem(ProblemKind.MESSAGE_TOO_LARGE, facts, f"{size} bytes")
        return size <= LARGEST

    def _fetch(
        self,
        how: tuple[str, str],
        batch: list[int],
        sizes: Mapping[int, int],
        fetched: list[FetchedPop3],
    ) -> None:
        verb, argument = how
        with self._during(Stage.FETCH):
            for number, refusal in self._ask(verb, batch, argument):
                facts = {**self._endpoint.facts, "message": str(number)}
                if refusal:
                    self._refused[number] = diagnose(refusal, Stage.FETCH, **facts)
                    continue
                with diagnosed(self._protocol.scope, **facts):
                    raw = self._protocol.multiline(min(2 * sizes.get(number, LARGEST) + SLACK, LARGEST))
                fetched.append(FetchedPop3(number, raw, sizes.get(number, len(raw))))
                self._protocol.scope.keep_going()

    def fetch_headers(self, number: int) -> bytes | None:
        """The first 64 KB of the headers (TOP); None where the server does not hand them out."""
        with self._during(Stage.FETCH):
            for _, refusal in self._ask("TOP", [number], " 0"):
                if not refusal:  # some servers send the whole message
                    return self._protocol.multiline(LARGEST, keep=HEADER_BYTES)
        return None

    # Telling the server

    def delete(self, numbers: Iterable[int]) -> None:
        """Mark for deletion, which ``quit`` commits. After a refusal the others are marked all the same."""
        numbers = list(numbers)
        first: Pop3Refusal | None = None
        with self._during(Stage.ACKNOWLEDGE):
            for start in range(0, len(numbers), BATCH_MESSAGES):
                for _, refusal in self._ask("DELE", numbers[start : start + BATCH_MESSAGES]):
                    self._deleted = self._deleted or refusal is None
                    first = first or refusal
                self._protocol.scope.keep_going()
            if first:
                raise first

    # One way to the server

    def _ask(
        self, verb: str, numbers: list[int], argument: str = ""
    ) -> Iterator[tuple[int, Pop3Refusal | None]]:
        """Each number once its status line is read; what follows that must be read before the next is asked for."""
        at_once = len(numbers) > 1 and "PIPELINING" in self._protocol.capabilities()
        window = len(numbers) if at_once else 1
        for start in range(0, len(numbers), window):
            part = numbers[start : start + window]
            self._protocol.send([f"{verb} {number:d}{argument}" for number in part])
            for number in part:
                refusal: Pop3Refusal | None = None
                try:
                    self._protocol.answer()
                except Pop3Refusal as error:
                    refusal = error
                yield number, refusal

    def _out_of_step(self) -> None:
        self.close()


def _offer_of_tls(protocol: Pop3Protocol) -> None:
    """STLS (RFC 2595 section 4) up to the handshake."""
    offered = protocol.capabilities()
    if "STLS" not in offered:
        raise ProblemError(Problem(ProblemKind.TLS_NOT_OFFERED, detail=" ".join(offered)))
    try:
        protocol.run("STLS")
    except Pop3Refusal as error:
        raise ProblemError(Problem(ProblemKind.TLS_NOT_OFFERED, detail=str(error))) from None


def _by_number(lines: list[bytes]) -> dict[int, bytes]:
    """What follows the number of each line. Raises Nonsense."""
    found = {}
    for line in lines:
        match = _NUMBERED.fullmatch(line.rstrip())
        if not match or int(match[1]) in found:
            raise Nonsense(f"no line of a listing: {line.decode('utf-8', 'replace')}")
        found[int(match[1])] = match[2]
    return found


def _size(words: bytes) -> int:
    """RFC 1939 section 5: the size may be followed by more."""
    size = words.split()[0]
    if not size.isdigit() or len(size) > 15:
        raise Nonsense(f"no size of a message: {words.decode('ascii')}")
    return int(size)
