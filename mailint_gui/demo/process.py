"""The parent's side of the demo's servers."""

from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Self

from mailint_gui.demo.endpoints import DemoEndpoints, DemoFailure, DemoFailureReason
from mailint_gui.domain.refusal import NotOpenedError

_START_LIMIT = 20.0  # seconds; usual is 1
_LEAVE_LIMITS = (1.0, 0.5, 0.3)  # seconds to leave by itself, after terminate, after kill


class DemoUnavailableError(NotOpenedError):
    """The servers could not be started; `failure` says why, the words are the caller's."""

    def __init__(self, failure: DemoFailure) -> None:
        super().__init__(failure.reason, failure.detail)
        self.failure = failure


class DemoServers:
    """The demo's servers in a child process that ends with this one, however this one ends.

    Keep the object as long as the servers are wanted: they end with it, too.
    The child is started by `spawn`: the program's main module must be importable without side effects and,
    frozen, call `multiprocessing.freeze_support()` first.
    """

    def __init__(self, directory: Path) -> None:
        """`directory`: an existing place for the certificate to trust, such as the throw-away profile."""
        self._directory = directory
        self._pipe: Connection | None = None
        self._process: BaseProcess | None = None

    def start(self) -> DemoEndpoints:
        """Start, and wait until all ports listen: about a second, so not for the GUI thread.

        Raises DemoUnavailableError.
        """
        if self._process is not None:
            raise RuntimeError("already started")
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_child, args=(theirs, self._directory), name="mailint-demo", daemon=True
        )
        self._process.start()
        theirs.close()  # so that the end of the child is the end of the pipe
        answer = self._answer(self._pipe)
        if isinstance(answer, DemoEndpoints):
            return answer
        self.stop()
        raise DemoUnavailableError(answer)

    def stop(self) -> None:
        """End the servers, in at most two seconds; again is harmless."""
        pipe, process = self._pipe, self._process
        self._pipe = self._process = None
        if pipe is None or process is None:
            return
        pipe.close()
        for limit, harder in zip(_LEAVE_LIMITS, (process.terminate, process.kill, None), strict=True):
            process.join(limit)
            if process.exitcode is not None:
                process.close()
                return
            if harder is not None:
                harder()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @staticmethod
    def _answer(pipe: Connection) -> DemoEndpoints | DemoFailure:
        if not pipe.poll(_START_LIMIT):
            return DemoFailure(DemoFailureReason.DID_NOT_START, f"no answer within {_START_LIMIT:.0f} s")
        try:
            answer: DemoEndpoints | DemoFailure = pipe.recv()  # our own child sends nothing else
        except EOFError:
            return DemoFailure(DemoFailureReason.DID_NOT_START, "the process ended before it answered")
        return answer


def _child(pipe: Connection, directory: Path) -> None:
    """Runs in the child: only here are the parts of the extra `demo` imported."""
    try:
        from mailint_gui.demo.servers import serve
    except ModuleNotFoundError as error:
        pipe.send(DemoFailure(DemoFailureReason.PARTS_MISSING, str(error)))
        return
    try:
        serve(pipe, directory)
    except OSError as error:  # no port, no room for the certificate
        pipe.send(DemoFailure(DemoFailureReason.DID_NOT_START, str(error)))
