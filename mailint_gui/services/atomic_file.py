"""Files that are written whole or not at all: by another name first, beside their own."""

import errno
import glob
import os
import tempfile
from contextlib import suppress
from pathlib import Path

_UNFINISHED = ".tmp"


def write_whole(path: Path, text: str) -> None:
    """Readable by all. Raises OSError."""
    handle, name = tempfile.mkstemp(suffix=_UNFINISHED, prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def remove_unfinished(path: Path) -> None:
    """What was being written when a run of the program was killed. Raises OSError."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*{_UNFINISHED}"):
        left.unlink(missing_ok=True)


def raise_if_unwritable(path: Path) -> None:
    """Tries it with an empty file that goes again. Raises OSError."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    with tempfile.NamedTemporaryFile(suffix=_UNFINISHED, prefix=f".{path.name}.", dir=path.parent):
        pass
