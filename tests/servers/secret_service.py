"""gnome-keyring as the Secret Service of a private session bus."""

import os
import signal
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import keyring
import secretstorage
from keyring.backends.SecretService import Keyring
from secretstorage.exceptions import SecretStorageException

from tests.servers.process import Process
from tests.servers.session_bus import SessionBus
from tests.servers.wait import LIMIT

PASSWORD = b"keyring password"
_UNLOCK = 1  # operation of the control socket


class SecretService:
    """Unlocked at the start. A program run with `environment` finds it; so do we inside `in_process`."""

    def __init__(self, bus: SessionBus) -> None:
        self.bus = bus
        self._control = bus.directory / "keyring"
        options = ["--foreground", "--unlock", "--components=secrets", f"--control-directory={self._control}"]
        self._process = Process(
            ["gnome-keyring-daemon", *options],
            bus.directory / "keyring.log",
            environment=self.environment,
            stdin=PASSWORD,
        )

    @property
    def environment(self) -> dict[str, str]:
        return self.bus.environment

    @contextmanager
    def in_process(self) -> Iterator[None]:
        """Let this process's `keyring` use it."""
        with on_bus(self.bus):
            before = keyring.get_keyring()
            keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]  # keyring leaves it so
            try:
                yield
            finally:
                keyring.set_keyring(before)

    def lock(self) -> None:
        with self._collection() as collection:
            collection.lock()

    def unlock(self) -> None:
        """Give the daemon the password through its control socket, as logging in does; nobody is asked."""
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(LIMIT)
            control.connect(str(self._control / "control"))
            # gnome-keyring's pam/gkr-pam-client.c: a byte that carries our credentials; then length of all,
            # operation, length of the password, password; the answer is length and result, 0 for done
            control.sendall(b"\0")
            control.sendall(struct.pack("!III", 12 + len(PASSWORD), _UNLOCK, len(PASSWORD)) + PASSWORD)
            _, result = struct.unpack("!II", control.recv(8, socket.MSG_WAITALL))
        if result != 0:
            raise RuntimeError(f"the keyring was not unlocked: result {result}")

    def pause(self) -> None:
        """Let every call wait until `resume`: a keyring that is slow, or asks somebody who is not there."""
        self._process.signal_group(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.signal_group(signal.SIGCONT)

    @property
    def locked(self) -> bool:
        with self._collection() as collection:
            return bool(collection.is_locked())

    def clear(self) -> None:
        """Delete every secret, whatever state the last test left; unlocked afterwards."""
        self.resume()
        if self.locked:
            self.unlock()
        with self._collection() as collection:
            for item in list(collection.get_all_items()):
                item.delete()

    def start(self) -> None:
        self._process.start()
        self._process.wait_until(self._answers, "its collection is there")

    def stop(self) -> None:
        self._process.stop()

    @contextmanager
    def _collection(self) -> Iterator[secretstorage.Collection]:
        with on_bus(self.bus):
            connection = secretstorage.dbus_init()
        try:
            yield secretstorage.get_default_collection(connection)
        finally:
            connection.close()

    def _answers(self) -> bool:
        try:
            with self._collection():
                return True
        except SecretStorageException:
            return False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


@contextmanager
def on_bus(bus: SessionBus) -> Iterator[None]:
    """Let this process take `bus` for its session bus."""
    before = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = bus.address
    try:
        yield
    finally:
        if before is None:
            del os.environ["DBUS_SESSION_BUS_ADDRESS"]
        else:
            os.environ["DBUS_SESSION_BUS_ADDRESS"] = before
