"""What ``doctor`` looks at: whatever Mailint needs of this computer, and this profile."""

import contextlib
import importlib.metadata
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.events import CredentialExpiring
from mailint_gui.domain.expiry import WARNINGS
from mailint_gui.domain.finding import Examined, Finding, FindingKind
from mailint_gui.domain.integration import Integration
from mailint_gui.domain.message import ParsedMessage
from mailint_gui.domain.problem import ProblemError
from mailint_gui.domain.proxy import proxy_place
from mailint_gui.domain.secret import VaultState
from mailint_gui.mail.proxy_look import proxy_trouble
from mailint_gui.mail.tls import client_context
from mailint_gui.secrets.keyring_thread import KeyringThread
from mailint_gui.secrets.vault import SERVICE, state_of
from mailint_gui.services.atomic_file import raise_if_unwritable
from mailint_gui.services.missing_references import missing_references
from mailint_gui.services.parsing import ParserClosedError, ParserNotStartedError, ParserProcess
from mailint_gui.services.properties import profile_id
from mailint_gui.services.refusal import StoreRefusedError
from mailint_gui.services.services import Services
from mailint_gui.store.database import LEAST_FREE_SPACE
from mailint_gui.store.engine_version import SQLITE_VERSION

GOOD_SQLITE = (3, 51, 3)  # before it, two writers can damage a WAL
KEYRING_SECONDS = 15.0
PARSER_SECONDS = 30.0
PROXY_SECONDS = 5.0
_NOT_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
_TOLERANCE = timedelta(minutes=5)
_NOBODY = "doctor"  # a profile without an id has no key in the keyring, which can be asked all the same
_K = FindingKind
_VAULT = {
    VaultState.LOCKED: _K.KEYRING_LOCKED,
    VaultState.ABSENT: _K.KEYRING_ABSENT,
}
_PROVIDER_LIBRARIES = ("msal", "google-auth", "google-auth-oauthlib")


@dataclass(frozen=True, slots=True)
class Desktop:
    """What a process that loads Qt's widgets found. ``tray`` None: there is no display to ask."""

    widgets_load: bool = True
    display_opens: bool = True
    tray: bool | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Doctor:
    """``services`` None: there is no profile yet, or its database was refused. ``directory``: the profile's."""

    directory: Path
    clock: Clock
    look_at_desktop: Callable[[], Desktop]
    services: Services | None = None
    refused: StoreRefusedError | None = None

    def examine(self) -> Iterator[Finding]:
        """One finding for each ``Examined``, in its order; of references and of what expires, one for each of them.

        Changes nothing.
        """
        desktop = self.look_at_desktop()
        keyring = self._keyring()
        yield keyring
        yield _tray(desktop)
        yield self._database()
        yield _sqlite()
        yield _qt(desktop)
        yield _sign_in()
        yield self._tls_trust()
        yield self._proxy()
        yield self._clock()
        yield self._disk()
        yield self._status_file()
        yield self._parser()
        yield from self._references()
        yield from self._expiry(keyring)

    def _keyring(self) -> Finding:
        name = self._profile_id()
        try:
            key = KeyringThread().call(lambda keyring: keyring.get_password(SERVICE, name), KEYRING_SECONDS)
        except Exception as error:  # noqa: BLE001  back ends raise what their systems raise
            return Finding(Examined.KEYRING, _VAULT.get(state_of(error), _K.KEYRING_FAILED))
        if key is None and self._has_sealed():
            return Finding(Examined.KEYRING, _K.KEYRING_WITHOUT_KEY)
        return Finding(Examined.KEYRING, _K.KEYRING_READY)

    def _profile_id(self) -> str:
        if self.services is None:
            return _NOBODY
        try:
            return profile_id(self.services.database, read_only=True) or _NOBODY
        except ProblemError:  # the database has a finding of its own
            return _NOBODY

    def _has_sealed(self) -> bool:
        if self.services is None:
            return False
        try:
            with self.services.database.read() as unit:
                return bool(unit.secrets.all())
        except ProblemError:  # the database has a finding of its own
            return False

    def _database(self) -> Finding:
        if self.refused is not None:
            facts = {**self.refused.facts, "reason": str(self.refused.reason)}
            return Finding(Examined.DATABASE, _K.DATABASE_REFUSED, facts)
        if self.services is None:
            return Finding(Examined.DATABASE, _K.DATABASE_NOT_YET)
        try:
            self.services.statuses.all()
        except ProblemError as error:
            return Finding(Examined.DATABASE, _K.DATABASE_FAILED, {"detail": error.problem.detail})
        return Finding(Examined.DATABASE, _K.DATABASE_GOOD)

    def _tls_trust(self) -> Finding:
        try:
            extra = self.services.properties.current().extra_ca_file if self.services else ""
            client_context(extra)
        except ProblemError as error:
            return Finding(Examined.TLS_TRUST, _K.TLS_TRUST_FAILED, error.problem.facts)
        return Finding(Examined.TLS_TRUST, _K.TLS_TRUST_GOOD)

    def _proxy(self) -> Finding:
        """Only whether it is there: what it lets through is for a connection test to say."""
        url = ""
        if self.services is not None:
            with contextlib.suppress(ProblemError):  # the database has a finding of its own
                url = self.services.properties.current().proxy
        if not url:
            return Finding(Examined.PROXY, _K.PROXY_NOT_SET)
        place = proxy_place(url)
        trouble = proxy_trouble(place, PROXY_SECONDS)
        if trouble is not None:
            return Finding(Examined.PROXY, _K.PROXY_SILENT, {"proxy": str(place), "detail": trouble.detail})
        return Finding(Examined.PROXY, _K.PROXY_ANSWERS, {"proxy": str(place)})

    def _clock(self) -> Finding:
        now = self.clock()
        here = now.astimezone()
        facts = {"now": here.strftime("%Y-%m-%d %H:%M"), "zone": here.tzname() or here.strftime("%z")}
        last = self._last_check()
        if now < _NOT_BEFORE:
            return Finding(Examined.CLOCK, _K.CLOCK_WRONG, facts)
        if last is not None and last > now + _TOLERANCE:
            facts["last"] = last.astimezone().strftime("%Y-%m-%d %H:%M")
            return Finding(Examined.CLOCK, _K.CLOCK_BEHIND, facts)
        return Finding(Examined.CLOCK, _K.CLOCK_GOOD, facts)

    def _last_check(self) -> datetime | None:
        if self.services is None:
            return None
        try:
            statuses = self.services.statuses.all()
        except ProblemError:  # the database has a finding of its own
            return None
        times = (status.health.incoming.last_attempt_at for status in statuses)
        return max((time for time in times if time is not None), default=None)

    def _disk(self) -> Finding:
        place = self.directory.absolute()
        while not place.is_dir() and place != place.parent:
            place = place.parent
        free = shutil.disk_usage(place).free
        facts = {"free": str(free // 1024**2), "path": str(place)}
        return Finding(Examined.DISK, _K.DISK_GOOD if free >= LEAST_FREE_SPACE else _K.DISK_FULL, facts)

    def _status_file(self) -> Finding:
        path = ""
        if self.services is not None:
            with contextlib.suppress(ProblemError):  # the database has a finding of its own
                path = self.services.properties.current().status_file
        if not path:
            return Finding(Examined.STATUS_FILE, _K.STATUS_FILE_NOT_SET)
        try:
            raise_if_unwritable(Path(path))
        except OSError as error:
            facts = {"path": path, "detail": error.strerror or str(error)}
            return Finding(Examined.STATUS_FILE, _K.STATUS_FILE_FAILED, facts)
        return Finding(Examined.STATUS_FILE, _K.STATUS_FILE_GOOD, {"path": path})

    def _parser(self) -> Finding:
        parser = ParserProcess()
        try:
            answer = parser.parse(b"Subject: a look\r\n\r\n", PARSER_SECONDS)
        except (ParserNotStartedError, ParserClosedError) as error:
            return Finding(Examined.PARSER, _K.PARSER_FAILED, {"detail": str(error)})
        finally:
            parser.close()
        if isinstance(answer, ParsedMessage):
            return Finding(Examined.PARSER, _K.PARSER_GOOD)
        return Finding(Examined.PARSER, _K.PARSER_FAILED, {"detail": answer.detail or str(answer.reason)})

    def _references(self) -> Iterator[Finding]:
        missing = missing_references(self._integrations())
        yield from missing
        if not missing:
            yield Finding(Examined.REFERENCES, _K.REFERENCES_GOOD)

    def _integrations(self) -> Sequence[Integration]:
        if self.services is None:
            return ()
        try:
            with self.services.database.read() as unit:
                return unit.integrations.all()
        except ProblemError:  # the database has a finding of its own
            return ()

    def _expiry(self, keyring: Finding) -> Iterator[Finding]:
        """What lies in the vault is looked at where the keyring just gave its key."""
        found = []
        if self.services is not None:
            with contextlib.suppress(ProblemError):  # the database has a finding of its own
                found = self._expiring(self.services, has_key=keyring.kind is _K.KEYRING_READY)
        for name, expiring in found:
            yield Finding(Examined.EXPIRY, _K.EXPIRING, {"name": name}, expiring)
        if not found:
            yield Finding(Examined.EXPIRY, _K.NOTHING_EXPIRES, {"days": str(WARNINGS[0])})

    def _expiring(self, services: Services, *, has_key: bool) -> list[tuple[str, CredentialExpiring]]:
        if has_key and services.credentials.vault_is_used():
            services.credentials.open_vault()
        services.expiries.look_outside(self._integrations())
        statuses = services.statuses.all()
        return [(each.name, each.expiring) for each in statuses if each.expiring]


def _tray(desktop: Desktop) -> Finding:
    if desktop.tray is None:
        kind = _K.NO_DISPLAY if desktop.display_opens else _K.DISPLAY_UNUSABLE
    else:
        kind = _K.TRAY_THERE if desktop.tray else _K.TRAY_MISSING
    return Finding(Examined.TRAY, kind)


def _sqlite() -> Finding:
    facts = {"version": _dotted(SQLITE_VERSION), "good": _dotted(GOOD_SQLITE)}
    good = SQLITE_VERSION >= GOOD_SQLITE
    return Finding(Examined.SQLITE, _K.SQLITE_GOOD if good else _K.SQLITE_ONE_WRITER, facts)


def _qt(desktop: Desktop) -> Finding:
    if not desktop.widgets_load:
        return Finding(Examined.QT, _K.QT_NOT_LOADED, {"detail": desktop.detail})
    return Finding(Examined.QT, _K.QT_GOOD, {"version": _qt_version()})


def _qt_version() -> str:
    return _version("PySide6-Essentials") or "6"  # Qt as a package of the system's own


def _sign_in() -> Finding:
    """Which libraries ask Microsoft 365 and Google for tokens: providers change, and old ones stop working."""
    told = (f"{name} {_version(name)}".strip() for name in _PROVIDER_LIBRARIES)
    return Finding(Examined.SIGN_IN, _K.SIGN_IN_LIBRARIES, {"libraries": ", ".join(told)})


def _version(package: str) -> str:
    """Empty where nobody says it."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
