"""Logging: a file in the profile, standard error where asked for, a ring of lines for *Copy diagnostics*.

No code of ours logs a secret; the filter is the second line, against one that a library or a server repeats.
"""

import collections
import io
import logging
import logging.handlers
import os
import re
import time
from pathlib import Path

RING_SIZE = 500
FILE_BYTES = 2_000_000
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_BLANK = r"\1\2 …"
_SECRET = re.compile(
    r"""(?x)
    ( \b (?: AUTHENTICATE \s+ [A-Z0-9-]+ | AUTH \s+ [A-Z0-9-]+ | LOGIN \s+ \S+ | PASS
           | (?i: password | passwd | secret | token | authorization | bearer ) ["']? \s* [=:] )
    ) \s+ .* | ( \b (?i: password | passwd | secret | token | authorization ) ["']? [=:] ) \S+
    """
)


def redacted(text: str) -> str:
    """The text without what stands where a password or a token would."""
    return _SECRET.sub(_BLANK, text)


class RedactingFormatter(logging.Formatter):
    """Formats first and blanks then, so that arguments and tracebacks are covered too. Times are UTC."""

    @staticmethod
    def converter(seconds: float | None) -> time.struct_time:
        return time.gmtime(seconds)

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


class Ring(logging.Handler):
    """The last lines, for a report that a person copies."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: collections.deque[str] = collections.deque(maxlen=RING_SIZE)

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))

    def text(self) -> str:
        return "\n".join(self._lines)


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """Readable by this user only, also after it was begun anew."""

    def _open(self) -> io.TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return io.TextIOWrapper(io.FileIO(descriptor, "a"), encoding="utf-8", write_through=True)


def begin(file: Path | None, *, to_standard_error: bool = False) -> Ring:
    """Sets the program's logging up. A file that cannot be written costs the file, not the program."""
    root = logging.getLogger("mailint_gui")
    root.setLevel(logging.INFO)
    ring = Ring()
    handlers: list[logging.Handler] = [ring]
    if to_standard_error:
        handlers.append(logging.StreamHandler())
    if file is not None:
        try:
            handlers.append(_PrivateFile(file, maxBytes=FILE_BYTES, backupCount=2))
        except OSError as error:
            ring.handle(
                root.makeRecord(root.name, logging.WARNING, __file__, 0, "no log file: %s", (error,), None)
            )
    for handler in handlers:
        handler.setFormatter(RedactingFormatter(_FORMAT))
        root.addHandler(handler)
    return ring
