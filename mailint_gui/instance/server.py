"""The running instance's side: verbs of other processes, each run on a daemon thread of its own."""

import logging
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Client, Connection, Listener, answer_challenge, deliver_challenge
from typing import Protocol

from mailint_gui import __version__
from mailint_gui.instance.place import Place
from mailint_gui.instance.wire import (
    HANDSHAKE_SECONDS,
    RAISE,
    RUN,
    Frame,
    FrameError,
    VerbRequest,
    packed,
    put,
    requested,
    take,
    unpacked,
)

_log = logging.getLogger(__name__)

_BACKLOG = 16
_CLOSE_SECONDS = 0.4
_LOST = (OSError, EOFError, FrameError)


class Caller(Protocol):
    """What a verb that runs here sees of whoever asked for it. Nothing of it raises when the caller is gone."""

    def out(self, data: bytes) -> None: ...

    def err(self, data: bytes) -> None: ...

    def stdin(self) -> bytes:
        """The whole standard input of the caller; it waits for it. Empty when the caller is gone."""

    def when_gone(self, call: Callable[[], None]) -> None:
        """``call`` is called, on another thread, if the caller goes away or this instance ends first."""


RunVerb = Callable[[VerbRequest, Caller], int]
"""-> the exit code"""


class InstanceServer:
    """Listens from ``start`` to ``close``. Only for the holder of the profile's lock."""

    def __init__(self, place: Place, run_verb: RunVerb, on_raise: Callable[[], None]) -> None:
        self._place = place
        self._run_verb = run_verb
        self._on_raise = on_raise
        self._listener: Listener | None = None
        self._key = b""
        self._threads: list[threading.Thread] = []
        self._callers: set[_Connected] = set()
        self._lock = threading.Lock()
        self._closing = False

    def start(self) -> None:
        """Raises OSError where no socket can be made."""
        self._place.clear()
        self._place.make_directory()
        self._listener = Listener(self._place.address, backlog=_BACKLOG)
        self._place.protect()
        self._key = self._place.new_key()  # last: who finds a key finds a listener
        threading.Thread(target=self._listen, name="instance", daemon=True).start()

    def close(self) -> None:
        """Ends all verbs of others, within half a second."""
        with self._lock:
            self._closing = True
            callers, threads = set(self._callers), list(self._threads)
        self._place.key_file.unlink(missing_ok=True)
        for caller in callers:
            caller.end()
        for thread in threads:
            thread.join(_CLOSE_SECONDS / max(1, len(threads)))
        self._stop_listening()
        self._place.clear()

    def _stop_listening(self) -> None:
        listener, self._listener = self._listener, None
        if listener is None:
            return
        with suppress(OSError, EOFError):  # closing does not wake a thread in accept; a caller does
            Client(self._place.address).close()
        listener.close()

    def _listen(self) -> None:
        while (listener := self._listener) is not None:
            try:
                connection = listener.accept()
            except (OSError, EOFError) as error:
                if self._closing:
                    return
                _log.warning("a caller was lost while it connected: %s", error)
                continue
            thread = threading.Thread(target=self._serve, args=(connection,), name="verb", daemon=True)
            with self._lock:
                if self._closing:
                    connection.close()
                    return
                self._threads = [each for each in self._threads if each.is_alive()] + [thread]
            thread.start()

    def _serve(self, connection: "Connection") -> None:
        with connection:
            try:
                hello = self._greeted(connection)
            except _LOST as error:
                _log.info("a caller was turned away: %s", type(error).__name__)
                return
            except Exception as error:  # noqa: BLE001  AuthenticationError is a bare ProcessError
                _log.warning("a caller without the key was turned away: %s", type(error).__name__)
                return
            with suppress(*_LOST):
                self._answer(connection, hello)

    def _greeted(self, connection: "Connection") -> Frame:
        """Each proves the key to the other, before anything is said."""
        deliver_challenge(connection, self._key)
        answer_challenge(connection, self._key)
        if not connection.poll(HANDSHAKE_SECONDS):
            raise FrameError("silent")
        return take(connection)

    def _answer(self, connection: "Connection", hello: Frame) -> None:
        if hello.get("version") != __version__:
            put(connection, {"refused": "version", "version": __version__})
            return
        match hello.get("request"):
            case "raise":
                self._on_raise()
                put(connection, {"exit": 0})
            case "run":
                self._run(connection, requested(hello))
            case _:
                raise FrameError(f"neither {RAISE} nor {RUN}")

    def _run(self, connection: "Connection", request: VerbRequest) -> None:
        caller = _Connected(connection)
        with self._lock:
            self._callers.add(caller)
        listening = threading.Thread(target=caller.listen, name="caller", daemon=True)
        listening.start()
        try:
            caller.exit(self._run_verb(request, caller))
            listening.join(
                HANDSHAKE_SECONDS
            )  # until the caller has closed: nobody reads from a closed descriptor
        finally:
            with self._lock:
                self._callers.discard(caller)


class _Connected:
    """A caller on the other end of a connection."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._sending = threading.Lock()
        self._input: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._gone = threading.Event()
        self._ended = False
        self._when_gone: list[Callable[[], None]] = []

    def out(self, data: bytes) -> None:
        self._put({"out": packed(data)})

    def err(self, data: bytes) -> None:
        self._put({"err": packed(data)})

    def stdin(self) -> bytes:
        if self._gone.is_set():
            return b""
        self._put({"ask": "stdin"})
        return self._input.get()

    def when_gone(self, call: Callable[[], None]) -> None:
        self._when_gone.append(call)
        if self._gone.is_set():
            call()

    def exit(self, code: int) -> None:
        self._ended = True
        self._put({"exit": code})

    def listen(self) -> None:
        """On a thread of its own, until the caller is gone: its standard input, or that it went away."""
        with suppress(*_LOST):
            while True:
                self._input.put(unpacked(take(self._connection).get("stdin")))
        self.end()

    def end(self) -> None:
        """Whatever runs for this caller is to stop."""
        self._gone.set()
        self._input.put(b"")
        if not self._ended:
            for call in self._when_gone:
                call()

    def _put(self, frame: Frame) -> None:
        with self._sending, suppress(OSError):
            put(self._connection, frame)
