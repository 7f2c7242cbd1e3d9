"""What the store refuses, and how the errors of a database become a ``Problem``."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.refusal import NotOpenedError

_SQLITE_FULL = 13
_POSTGRESQL_DISK_FULL = "53100"  # PostgreSQL, Appendix A


class StoreRefusal(StrEnum):
    """Why a database is not opened."""

    NEWER = "newer"
    CORRUPT = "corrupt"
    NETWORK_SHARE = "network_share"
    READ_ONLY = "read_only"
    LOCKED = "locked"
    NOT_OPENABLE = "not_openable"
    NEEDS_MIGRATION = "needs_migration"
    IN_USE = "in_use"


class StoreRefusedError(NotOpenedError):
    """The database was not opened, and nothing in it was changed.

    ``facts``, as far as they are known: ``path`` (of a file), ``revision`` (found), ``known`` (the newest
    known here), ``backup`` (newest one, or empty), ``file_system``, ``detail``.
    """

    def __init__(self, reason: StoreRefusal, facts: Mapping[str, str]) -> None:
        super().__init__(f"{reason}: {dict(facts)}")
        self.reason = reason
        self.facts = MappingProxyType(dict(facts))


class NameTakenError(Exception):
    """Another integration has this name, without regard to case."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class MissingRowError(LookupError):
    """There is no row with this id."""


def translate(context: ExceptionContext) -> BaseException | None:
    """Listener of SQLAlchemy's ``handle_error``: trouble of the environment becomes a ProblemError.

    A violated constraint and a wrong statement are bugs, or for the repository to judge: left alone.
    """
    if context.is_pre_ping and context.is_disconnect:
        return None  # nobody used this connection yet: the pool makes a new one
    error = context.sqlalchemy_exception
    if isinstance(error, DBAPIError) and not isinstance(error, IntegrityError | ProgrammingError):
        return ProblemError(problem_of(context.original_exception))
    return None


def problem_of(error: BaseException) -> Problem:
    """Of the driver's own error, whose text (unlike SQLAlchemy's) holds neither statement nor values."""
    full = (
        getattr(error, "sqlite_errorcode", None) == _SQLITE_FULL
        or getattr(error, "sqlstate", None) == _POSTGRESQL_DISK_FULL
    )
    return Problem(ProblemKind.DISK_FULL if full else ProblemKind.STORE_FAILED, detail=str(error))


def closed() -> ProblemError:
    return ProblemError(Problem(ProblemKind.STORE_FAILED, detail="the store is closed"))
