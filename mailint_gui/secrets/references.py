"""Secrets that others keep: in the environment or in a file. Looked up each time one is needed."""

import os
from pathlib import Path

from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import Secret, SecretPlace, SecretReference

LONGEST = 64 * 1024  # bytes


def resolve(reference: SecretReference) -> Secret:
    """The value of ``env:NAME``, or the first line of ``file:PATH`` (UTF-8) without its end.

    Raises ProblemError with PASSWORD_MISSING, the reference among its facts; ValueError for one to the vault.
    """
    match reference.place:
        case SecretPlace.ENVIRONMENT:
            value = os.environ.get(reference.name, "")
        case SecretPlace.FILE:
            value = _first_line(reference)
        case _:
            raise ValueError(f"not a reference to the environment or to a file: {reference}")
    if not value:
        raise _missing(reference, "it is empty or not set")
    return Secret(value)


def _first_line(reference: SecretReference) -> str:
    try:
        with Path(reference.name).open("rb") as file:
            line = file.readline(LONGEST + 1)
    except OSError as error:
        raise _missing(reference, error.strerror or type(error).__name__) from error
    except ValueError:  # a NUL in the path
        raise _missing(reference, "not a path") from None
    if len(line) > LONGEST:
        raise _missing(reference, f"its first line is longer than {LONGEST} bytes")
    try:
        return line.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:  # its text would quote the bytes
        raise _missing(reference, "its first line is not UTF-8") from None


def _missing(reference: SecretReference, detail: str) -> ProblemError:
    return ProblemError(Problem(ProblemKind.PASSWORD_MISSING, {"reference": str(reference)}, detail))
