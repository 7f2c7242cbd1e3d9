"""A profile: the one directory that holds data, settings and log together."""

import errno
import os
from dataclasses import dataclass
from pathlib import Path

from platformdirs import PlatformDirs

_PLATFORM = PlatformDirs("Mailint", appauthor=False, roaming=False)


@dataclass(frozen=True, slots=True)
class Profile:
    directory: Path

    @classmethod
    def default(cls) -> "Profile":
        return cls(Path(_PLATFORM.user_data_path))

    @property
    def database_path(self) -> Path:
        return self.directory / "mailint.sqlite"

    @property
    def lock_path(self) -> Path:
        return self.directory / "mailint.lock"

    @property
    def log_path(self) -> Path:
        return self.directory / "mailint.log"

    @property
    def settings_path(self) -> Path:
        """Window places and the like; nothing of the integrations."""
        return self.directory / "window.ini"

    def require_folder(self) -> None:
        """Raises NotADirectoryError, which names the file, where the directory is one or would lie in one."""
        there = next(filter(Path.exists, (self.directory, *self.directory.parents)))
        if not there.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(there))

    def create(self) -> None:
        """Makes the directory, readable by this user only. Raises OSError."""
        self.require_folder()
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
