"""Reading the file that an argument names."""

from pathlib import Path

from mailint_gui.domain.refusal import Refusal, RefusedError

MAX_FILE = 5_000_000  # bytes of an import file


def read_file(path: Path, name: str) -> bytes:
    """``name`` as it was typed. Raises RefusedError."""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        detail = getattr(error, "strerror", None) or str(error)
        raise RefusedError(Refusal.FILE_NOT_READ, path=name, detail=detail) from error
    if len(text) > MAX_FILE:
        raise RefusedError(Refusal.FILE_NOT_READ, path=name, detail=f"> {MAX_FILE // 1_000_000} MB")
    return text
