"""Secrets that others keep: in the environment or in a file. Looked up each time one is needed."""

import os
import stat
import threading
from concurrent.futures import Future

from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import Secret, SecretPlace, SecretReference

LONGEST = 64 * 1024  # bytes
LONGEST_DOCUMENT = 256 * 1024  # bytes
DEADLINE = 10.0  # seconds for a file: one on a network share that is gone never answers


def resolve(reference: SecretReference) -> Secret:
    """The value of ``env:NAME``, or the first line of ``file:PATH`` (UTF-8) without its end.

    Raises ProblemError with PASSWORD_MISSING, the reference among its facts; ValueError for one to the vault.
    """
    match reference.place:
        case SecretPlace.ENVIRONMENT:
            value = _from_environment(reference)
        case SecretPlace.FILE:
            value = _first_line(reference)
        case _:
            raise ValueError(f"not a reference to the environment or to a file: {reference}")
    if not value:
        raise _missing(reference, "it is empty or not set")
    return Secret(value)


def resolve_document(reference: SecretReference) -> bytes:
    """All that ``env:NAME`` or ``file:PATH`` holds: a key or a certificate, as text or not. Raises as ``resolve``."""
    in_environment = reference.place is SecretPlace.ENVIRONMENT
    found = _from_environment(reference).encode() if in_environment else _content(reference)
    if not found:
        raise _missing(reference, "it is empty or not set")
    if len(found) > LONGEST_DOCUMENT:
        raise _missing(reference, f"it is longer than {LONGEST_DOCUMENT} bytes")
    return found


def document_that_is_there(reference: SecretReference) -> bytes | None:
    """All of the file of ``reference``, empty or not; None where none can be read now."""
    try:
        return _content(reference)
    except ProblemError:
        return None


def _from_environment(reference: SecretReference) -> str:
    value = os.environ.get(reference.name, "")
    try:
        value.encode()
    except UnicodeEncodeError:  # bytes that are no text (PEP 383); the error would quote them
        raise _missing(reference, "it is not UTF-8") from None
    return value


def _content(reference: SecretReference) -> bytes:
    """At most a byte more than a document may have."""
    try:
        return _reading(reference.name).result(DEADLINE)
    except TimeoutError:
        raise _missing(reference, f"the file did not answer within {DEADLINE:g} s") from None
    except OSError as error:
        raise _missing(reference, error.strerror or str(error)) from error
    except ValueError:  # a NUL in the path
        raise _missing(reference, "not a path") from None


def _first_line(reference: SecretReference) -> str:
    line, end, _rest = _content(reference).partition(b"\n")
    line += end
    if len(line) > LONGEST:
        raise _missing(reference, f"its first line is longer than {LONGEST} bytes")
    try:
        return line.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:  # its text would quote the bytes
        raise _missing(reference, "its first line is not UTF-8") from None


_under_way: dict[str, Future[bytes]] = {}
_looking = threading.Lock()


def _reading(path: str) -> Future[bytes]:
    """The beginning, read on a daemon thread. Who asks while a read hangs waits for that one, not in another."""
    with _looking:
        line = _under_way.get(path)
        if line is None:
            line = _under_way[path] = Future()
            threading.Thread(target=_read, args=(path, line), name="secret", daemon=True).start()
        return line


def _read(path: str, line: Future[bytes]) -> None:
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError("it is not a regular file")
            found = file.read(LONGEST_DOCUMENT + 1)
    except BaseException as error:  # noqa: BLE001  carried to those who asked
        _done(path)
        line.set_exception(error)
    else:
        _done(path)
        line.set_result(found)


def _done(path: str) -> None:
    """Before the answer is given, so that who asks after it reads anew."""
    with _looking:
        del _under_way[path]


def _without_waiting(path: str, flags: int) -> int:
    """To open a FIFO waits for its other end, but for this flag, which Windows lacks along with FIFOs."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _missing(reference: SecretReference, detail: str) -> ProblemError:
    return ProblemError(Problem(ProblemKind.PASSWORD_MISSING, {"reference": str(reference)}, detail))
