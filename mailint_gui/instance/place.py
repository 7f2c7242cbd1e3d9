"""Where the running instance of a profile is found: the address of its socket, and the key that opens it."""

import errno
import hashlib
import os
import secrets
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SUN_PATH_LIMIT = 100  # bytes: macOS allows 104 with the closing NUL, Linux 108
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Place:
    """``address`` as ``multiprocessing.connection`` wants it."""

    address: str
    key_file: Path

    @classmethod
    def of_profile(cls, directory: Path) -> "Place":
        """``directory``: the profile's. In there, if the path is not too long for a Unix socket."""
        directory = directory.absolute()
        key_file = directory / "instance.key"
        digest = hashlib.blake2b(os.fsencode(directory), digest_size=12).hexdigest()
        if sys.platform == "win32":
            return cls(rf"\\.\pipe\mailint-{digest}", key_file)
        path = directory / "mailint.socket"
        if len(os.fsencode(path)) > SUN_PATH_LIMIT:
            path = _short_directory() / digest
        return cls(str(path), key_file)

    def key(self) -> bytes | None:
        """None where no instance has left one."""
        try:
            return self.key_file.read_bytes()
        except OSError:
            return None

    def new_key(self) -> bytes:
        """A fresh one for this run, which only this user can read."""
        key = secrets.token_bytes(KEY_BYTES)
        draft = self.key_file.with_suffix(".new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
        draft.replace(self.key_file)
        return key

    def make_directory(self) -> None:
        """For the socket. Raises PermissionError where somebody else has made the short one."""
        if sys.platform == "win32":
            return
        directory = Path(self.address).parent
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if directory != self.key_file.parent and directory.stat().st_uid != os.getuid():
            raise PermissionError(errno.EPERM, "it belongs to another user", str(directory))

    def protect(self) -> None:
        """Of the socket, once it is there."""
        if sys.platform != "win32":
            Path(self.address).chmod(0o600)

    def clear(self) -> None:
        """Removes what an earlier run left. Only for the holder of the profile's lock."""
        with suppress(OSError):
            self.key_file.unlink()
        if sys.platform != "win32":
            with suppress(OSError):
                Path(self.address).unlink()


def _short_directory() -> Path:
    """One of this user alone, for a profile whose own path is too long."""
    base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    directory = Path(base) / f"mailint-{_user()}"
    if len(os.fsencode(directory)) > SUN_PATH_LIMIT - 26:
        directory = Path("/tmp") / f"mailint-{_user()}"  # noqa: S108  see make_directory
    return directory


def _user() -> int:
    return os.getuid() if sys.platform != "win32" else 0
