"""One line of work for a parser process: batches of requests, taken up again where a child died.

One child, started when first needed and again after its death. A message that takes too long costs the child
its life; one that two children died of is refused. The rest of a batch goes on in the next child.
"""

import signal
import threading
from collections import deque
from collections.abc import Generator, Iterable
from typing import Generic, TypeVar

from mailint_gui.domain.message import ParseRefused, QuarantineReason
from mailint_gui.mail.mime.child import Answer, Request
from mailint_gui.services.parser_child import ParserChild

# Messages handed over before the first of them is answered, and their bytes: what the child reads while filing waits
# for those who take mail in.
_MAX_AHEAD = 1000
_MAX_AHEAD_BYTES = 32 * 1024 * 1024
_LIVES = 2  # children that one message may cost before it is refused

Key = TypeVar("Key")


class ParserClosedError(Exception):
    """The parser was closed, possibly in the middle of this message; nothing is known about the message."""


class ParserNotStartedError(Exception):
    """The child could not be started; that is this computer's trouble, not the message's."""


class ParserLine:
    """Thread-safe: one batch at a time. ``seconds`` of wall time, ``memory`` bytes a message."""

    def __init__(self, seconds: float, memory: int) -> None:
        self._seconds = seconds
        self._memory = memory
        self._turn = threading.Lock()
        self._state = threading.Lock()  # guards the two below; never held while waiting for the child
        self._child: ParserChild | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        child = self._child
        return child.pid if child else None

    def one(self, request: Request, seconds: float | None = None) -> Answer:
        """Raises ParserClosedError, ParserNotStartedError."""
        return next(answer for _, answer in self.answers([(None, request)], seconds))

    def close(self) -> None:
        """Ends the child and whoever waits for it, within half a second, from any thread; for good."""
        with self._state:
            self._closed = True
            child = self._child
        if child is not None:
            child.kill()

    def answers(
        self, requests: Iterable[tuple[Key, Request]], seconds: float | None = None
    ) -> Generator[tuple[Key, Answer], None, None]:
        """An answer to each, in order, while the next ones are on their way. May be given up half-way.

        ``seconds`` for each, instead of the usual ones. Holds the line until it is used up or closed. Raises
        ParserClosedError, ParserNotStartedError.
        """
        with self._turn:
            batch = _Batch(requests)
            try:
                while batch.fill():
                    answer = self._answer_to_first(batch, seconds or self._seconds)
                    yield batch.drop_first(), answer
            finally:
                if batch.sent:  # answers that nobody waits for must not be taken for later ones
                    self._discard(batch)

    def _answer_to_first(self, batch: "_Batch[Key]", seconds: float) -> Answer:
        exit_code = None
        for _ in range(_LIVES):
            child = self._living_child(batch)
            for request in batch.unsent():
                child.send(request)
            try:
                answer = child.receive(seconds)
            except TimeoutError:
                self._discard(batch)
                return ParseRefused(QuarantineReason.TOO_SLOW, f"not parsed after {seconds:g} s")
            except EOFError:
                self._discard(batch)
                exit_code = child.exit_code
                continue
            if isinstance(answer, ParseRefused) and answer.reason is QuarantineReason.TOO_MUCH_MEMORY:
                self._discard(batch)  # it ends by itself after that
            return answer
        if exit_code == -signal.SIGABRT:  # how the fast reader ends where Python would raise MemoryError
            return ParseRefused(QuarantineReason.TOO_MUCH_MEMORY)
        return ParseRefused(QuarantineReason.PARSER_DIED, f"exit code {exit_code}")

    def _living_child(self, batch: "_Batch[Key]") -> ParserChild:
        with self._state:
            if self._closed:
                raise ParserClosedError
            child = self._child
            if child is not None and (batch.sent or child.alive):  # what one answered before it died counts
                return child
            batch.sent = 0
            try:
                self._child = child = ParserChild(self._memory)
            except OSError as error:
                raise ParserNotStartedError(str(error)) from error
        try:
            child.wait_until_ready()
        except (TimeoutError, EOFError) as error:
            self._discard(batch)
            raise ParserNotStartedError(f"exit code {child.exit_code}") from error
        return child

    def _discard(self, batch: "_Batch[Key]") -> None:
        """Ends the child; all of the batch is to be sent again. Raises ParserClosedError if that is why."""
        batch.sent = 0
        with self._state:
            child, self._child = self._child, None
            closed = self._closed
        if child is not None:
            child.kill()
        if closed:
            raise ParserClosedError


class _Batch(Generic[Key]):
    """Requests that wait for their answers, oldest first; ``sent`` of them are with the child."""

    def __init__(self, requests: Iterable[tuple[Key, Request]]) -> None:
        self._source = iter(requests)
        self._waiting: deque[tuple[Key, Request]] = deque()
        self._bytes = 0
        self.sent = 0

    def fill(self) -> bool:
        """Draws as many as may be on their way at once; at least one. False when there is none left."""
        while len(self._waiting) < _MAX_AHEAD and self._bytes < _MAX_AHEAD_BYTES:
            following = next(self._source, None)
            if following is None:
                break
            self._waiting.append(following)
            self._bytes += len(following[1].raw)
        return bool(self._waiting)

    def unsent(self) -> list[Request]:
        """What the child does not have yet; counts as sent from here on."""
        requests = [request for _, request in self._waiting][self.sent :]
        self.sent = len(self._waiting)
        return requests

    def drop_first(self) -> Key:
        key, request = self._waiting.popleft()
        self._bytes -= len(request.raw)
        self.sent = max(0, self.sent - 1)
        return key
