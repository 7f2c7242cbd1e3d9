"""How a verb comes by the services: those of the running instance, or its own, built for it alone."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.instance.lock import AlreadyRunning, ProfileLock
from mailint_gui.profile import Profile

if TYPE_CHECKING:
    from mailint_gui.services.services import Services

PATIENCE = 30.0  # seconds to wait for another verb that has the profile
_LOOK_EVERY = 0.1


class Build(Protocol):
    """``application.build_services``."""

    def __call__(self, profile: Profile, *, database_url: str | None, read_only: bool) -> "Services": ...


@dataclass(frozen=True, slots=True)
class RunningAccess:
    """The services of this process, which go on when the verb is done."""

    services: "Services"

    @contextmanager
    def reading(self) -> "Iterator[Services | None]":
        yield self.services

    @contextmanager
    def changing(self) -> "Iterator[Services]":
        yield self.services


@dataclass(frozen=True, slots=True)
class OwnAccess:
    """Services built for one verb. Changing takes the profile's lock unless ``locked`` says that we hold it."""

    profile: Profile
    database_url: str | None
    build: Build
    locked: bool = False
    on_change: Callable[[], object] = bool  # called once the profile is ours to write

    @contextmanager
    def reading(self) -> "Iterator[Services | None]":
        if self.database_url is None and not self._has_database():
            yield None
            return
        services = self._opened_for_reading()
        try:
            yield services
        finally:
            services.close()

    @contextmanager
    def changing(self) -> "Iterator[Services]":
        with self._lock():
            self.on_change()
            services = self.build(self.profile, database_url=self.database_url, read_only=False)
            try:
                services.prepare()
                yield services
            finally:
                services.close()

    def _has_database(self) -> bool:
        try:
            self.profile.require_folder()
            return self.profile.database_path.exists()
        except OSError as error:
            raise unusable(self.profile, error) from error

    def _opened_for_reading(self) -> "Services":
        """An older schema is brought up to date first, by whoever holds the lock."""
        from mailint_gui.services.refusal import StoreRefusal, StoreRefusedError

        try:
            return self.build(self.profile, database_url=self.database_url, read_only=True)
        except StoreRefusedError as error:
            if error.reason is not StoreRefusal.NEEDS_MIGRATION:
                raise
        with self.changing():
            pass
        return self.build(self.profile, database_url=self.database_url, read_only=True)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        if self.locked:
            yield
            return
        with taken(self.profile):
            yield


@contextmanager
def taken(profile: Profile, otherwise: Callable[[], bool] = bool) -> Iterator[bool]:
    """Holds the profile's lock, waiting for it a while. Gives False, without the lock, once ``otherwise`` is true.

    Raises RefusedError.
    """
    lock = ProfileLock(profile.lock_path)
    until = time.monotonic() + PATIENCE
    while not otherwise():
        try:
            profile.create()
            lock.acquire()
        except AlreadyRunning as error:
            if time.monotonic() > until:
                raise RefusedError(Refusal.PROFILE_IN_USE, path=str(profile.directory)) from error
            time.sleep(_LOOK_EVERY)
            continue
        except OSError as error:
            raise unusable(profile, error) from error
        try:
            yield True
        finally:
            lock.release()
        return
    yield False


def unusable(profile: Profile, error: OSError) -> RefusedError:
    """Why nothing can be kept in the directory of ``profile``."""
    if isinstance(error, NotADirectoryError):
        return RefusedError(Refusal.PROFILE_NO_FOLDER, path=str(error.filename))
    detail = error.strerror or str(error)
    return RefusedError(Refusal.PROFILE_NOT_WRITABLE, path=str(profile.directory), detail=detail)
