"""Files that an admin asked for: whole or not at all."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QSaveFile

from mailint_gui.domain.refusal import Refusal, RefusedError


def write_whole(path: Path, content: bytes) -> None:
    """On a worker: a disk may take its time. Raises RefusedError (FILE_NOT_WRITTEN); then what was there is there."""
    write_pieces(path, [content])


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """The same for more than should be in memory at once. Raises also what ``pieces`` raises."""
    file = QSaveFile(str(path))
    written = file.open(QSaveFile.OpenModeFlag.WriteOnly) and all(
        file.write(piece) == len(piece) for piece in pieces
    )
    if not (written and file.commit()):
        raise RefusedError(Refusal.FILE_NOT_WRITTEN, path=str(path), detail=file.errorString())
