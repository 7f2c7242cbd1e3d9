"""What the disk itself takes to keep mail: each message a file, written and synced, as a maildir has it."""

import os
import time
from collections.abc import Iterable
from pathlib import Path

NAME = "the disk: a file each, synced"


def synced(files: Iterable[Path], directory: Path) -> float:
    """-> seconds for copies of ``files``."""
    contents = [file.read_bytes() for file in files]
    directory.mkdir()
    began = time.perf_counter()
    for number, content in enumerate(contents):
        path = directory / str(number)
        with path.open("wb", buffering=0) as file:
            file.write(content)
            os.fsync(file.fileno())
    return time.perf_counter() - began
