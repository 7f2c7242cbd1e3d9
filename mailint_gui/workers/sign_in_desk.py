"""What the form asks for to sign in at a provider: all of it waits for the network, the vault or a disk."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.integration_secrets import settings_of
from mailint_gui.domain.oauth import SignIn, SignInStatus
from mailint_gui.domain.secret import Secret, TypedPasswords
from mailint_gui.services.scope import CancelScope
from mailint_gui.workers.calls import Call
from mailint_gui.workers.desk import Desk, Progress

if TYPE_CHECKING:  # their imports are heavy, and belong to the first job
    from mailint_gui.services.services import Services
    from mailint_gui.services.sign_in_files import SignInFile


@dataclass(frozen=True, slots=True)
class NewSignIn:
    """``state`` is for the vault alone; ``status`` is what may be shown of it."""

    state: Secret
    status: SignInStatus


class SignInDesk:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def sign_in(self, draft: Integration, direction: Direction, typed: TypedPasswords) -> Call:
        """-> NewSignIn; nothing is stored. ``progressed`` gives the page to open (str), or a DeviceCode."""

        def run(services: "Services", scope: CancelScope, show: Progress) -> NewSignIn:
            by_code = settings_of(draft, direction).oauth.sign_in is SignIn.DEVICE_CODE
            sign_ins = services.sign_ins
            way = sign_ins.on_device if by_code else sign_ins.in_browser
            signed_in = way(draft, direction, scope, show, typed)
            return NewSignIn(signed_in.state, sign_ins.status_of(signed_in))

        return self._desk.call("sign in", run)

    def status(self, stored: Integration, direction: Direction) -> Call:
        """-> SignInStatus, or None where no sign-in is kept."""

        def run(services: "Services", _scope: CancelScope, _step: Progress) -> SignInStatus | None:
            return services.sign_ins.status(stored, direction)

        return self._desk.call("look at a sign-in", run)

    def sign_out(self, stored: Integration, direction: Direction) -> Call:
        """-> None."""

        def run(services: "Services", _scope: CancelScope, _step: Progress) -> None:
            services.sign_ins.sign_out(stored, direction)

        return self._desk.call("sign out", run)

    def read_certificate(self, path: Path, password: str = "") -> Call:
        """-> SignInFile, or None where it needs a password. ``failed`` gives a ValidationError."""

        def run(_services: "Services", _scope: CancelScope, _step: Progress) -> "SignInFile | None":
            from mailint_gui.services.sign_in_files import certificate_file

            return certificate_file(path, password)

        return self._desk.call("read a certificate", run)

    def read_key_file(self, path: Path) -> Call:
        """-> SignInFile. ``failed`` gives a ValidationError."""

        def run(_services: "Services", _scope: CancelScope, _step: Progress) -> "SignInFile":
            from mailint_gui.services.sign_in_files import key_file

            return key_file(path)

        return self._desk.call("read a key file", run)

    def kept_file(self, stored: Integration, direction: Direction, name: str) -> Call:
        """-> SignInFile without its content, or None. ``name``: certificate or key_file."""

        def run(services: "Services", _scope: CancelScope, _step: Progress) -> "SignInFile | None":
            from mailint_gui.services.sign_in_files import kept_file

            return kept_file(services.credentials, stored, direction, name)

        return self._desk.call("look at a kept file", run)
