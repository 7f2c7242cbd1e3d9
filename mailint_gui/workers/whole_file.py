"""Files that an admin asked for: whole or not at all."""

from pathlib import Path

from PySide6.QtCore import QSaveFile

from mailint_gui.domain.refusal import Refusal, RefusedError


def write_whole(path: Path, content: bytes) -> None:
    """On a worker: a disk may take its time. Raises RefusedError (FILE_NOT_WRITTEN); then what was there is there."""
    file = QSaveFile(str(path))
    written = file.open(QSaveFile.OpenModeFlag.WriteOnly) and file.write(content) == len(content)
    if not (written and file.commit()):
        raise RefusedError(Refusal.FILE_NOT_WRITTEN, path=str(path), detail=file.errorString())
