"""One child process in a group of its own, that never outlives the program which started it."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers import parts, wait


class Process:
    """A server that stays in the foreground; its output goes to `log`.

    Ended with `stop_signal` on exit, and by the kernel when the thread that started it dies (prctl(2),
    PR_SET_PDEATHSIG): start it on the main thread. `user` is a login name to run as, when we are root.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        log: Path,
        *,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        patience: float = wait.LIMIT,
        stdin: bytes | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        command = [parts.find("setpriv"), "--pdeathsig", stop_signal.name.removeprefix("SIG")]
        if user is not None and os.geteuid() == 0:
            command += ["--reuid", user, "--regid", user, "--init-groups"]
        self._command = [*command, "--", parts.find(arguments[0]), *arguments[1:]]
        self._log = log
        self._environment = environment
        self._stop_signal = stop_signal
        self._patience = patience
        self._stdin = stdin
        self._pass_fds = pass_fds
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        return Path(self._command[self._command.index("--") + 1]).name

    @property
    def pid(self) -> int:
        assert self._process is not None, f"{self.name} was not started"
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL if self._stdin is None else subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=self._environment,
                pass_fds=self._pass_fds,
                start_new_session=True,
            )
        if self._stdin is not None:
            assert self._process.stdin is not None
            self._process.stdin.write(self._stdin)
            self._process.stdin.close()

    def wait_until(self, ready: Callable[[], object], what: str) -> None:
        """Wait for `ready()`; raise RuntimeError with the end of the log when it never comes."""

        def look() -> bool:
            if not self.running:
                raise RuntimeError(f"{self.name} ended before {what}:\n{self.log_tail()}")
            return bool(ready())

        try:
            wait.until(look, what)
        except TimeoutError as error:
            raise RuntimeError(f"{self.name}: {error}\n{self.log_tail()}") from error

    def log_tail(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines() if self._log.exists() else []
        return "\n".join(lines[-15:])

    def signal_group(self, number: signal.Signals) -> None:
        os.killpg(self.pid, number)

    def stop(self) -> None:
        """Ask, wait for `patience` seconds, then kill what is left of the group."""
        if self._process is None:
            return
        if self.running:
            self._process.send_signal(self._stop_signal)
            try:
                self._process.wait(self._patience)
            except subprocess.TimeoutExpired:
                self.signal_group(signal.SIGKILL)
                self._process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
