"""What the form asks of the desk for certificates and key files: reading one that is chosen, and what is kept."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from mailint_gui.domain.clock import Clock, system_clock
from mailint_gui.domain.field_error import ValidationError
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.integration_secrets import settings_of
from mailint_gui.domain.problem import Problem
from mailint_gui.domain.secret import NO_SECRET
from mailint_gui.ui.integration_form.pages import Pages
from mailint_gui.ui.integration_form.secret_file import Held, SecretFile
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.wording.fields import field_words
from mailint_gui.wording.text import filled
from mailint_gui.wording.times import minute
from mailint_gui.workers.desk import Desk
from mailint_gui.workers.sign_in_desk import SignInDesk

if TYPE_CHECKING:
    from mailint_gui.services.sign_in_files import SignInFile


class FileRequests(QObject):
    failed = Signal(object)  # Problem
    marked = Signal()  # a file was of no use, and is marked; the form goes there

    def __init__(self, desk: Desk, pages: Pages, window: QWidget, clock: Clock = system_clock) -> None:
        super().__init__(window)
        self._desk = SignInDesk(desk)
        self._pages = pages
        self._window = window
        self._clock = clock
        self._calls = PendingCalls(self)
        self._looked_at: Integration | None = None
        for direction, side in pages.sides.items():
            for name, file in side.oauth.files.items():
                file.file_chosen.connect(partial(self.read, direction, name))

    def read(self, direction: Direction, name: str, path: Path, password: str = "") -> None:
        """``name``: certificate or key_file."""
        file = self._pages.sides[direction].oauth.files[name]
        file.show_reading(True)
        certificate = name == "certificate"
        call = self._desk.read_certificate(path, password) if certificate else self._desk.read_key_file(path)
        self._calls.follow(
            call,
            partial(self._was_read, direction, name, path),
            partial(self._was_not_read, direction, name),
            partial(file.show_reading, False),
        )

    def _was_read(self, direction: Direction, name: str, path: Path, found: "SignInFile | None") -> None:
        if found is None:
            self._ask_password(direction, name, path)
            return
        file: SecretFile = self._pages.sides[direction].oauth.files[name]
        file.set_content(found.content, self._held(found))

    def _was_not_read(self, direction: Direction, name: str, refusal: ValidationError | Problem) -> None:
        if isinstance(refusal, Problem):
            self.failed.emit(refusal)
            return
        side = self._pages.sides[direction]
        told = field_words(replace(refusal.errors[0], path=f"{direction}.{name}"))
        if side.oauth.files[name].has_one:
            told = f"{told} {self._stays(name)}"
        side.fields.show_mark(f"{direction}.{name}", told)
        self.marked.emit()

    def _stays(self, name: str) -> str:
        if name == "certificate":
            return self.tr("The certificate chosen before stays.")
        return self.tr("The key file chosen before stays.")

    def _ask_password(self, direction: Direction, name: str, path: Path) -> None:
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(self.tr("Password of the certificate"))
        dialog.setLabelText(self.tr("The file is protected. Enter its password; it is needed only now."))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setTextEchoMode(QLineEdit.EchoMode.Password)
        dialog.textValueSelected.connect(partial(self.read, direction, name, path))
        dialog.open()

    # What is kept

    def look_at_kept(self) -> None:
        """Whose the files are that are stored, and how long they are good; asked once for each change."""
        stored = self._pages.stored
        if not stored.id or stored == self._looked_at:
            return
        self._looked_at = stored
        for direction, side in self._pages.sides.items():
            oauth = settings_of(stored, direction).oauth
            for name, file in side.oauth.files.items():
                file.show_kept(Held())
                if getattr(oauth, name) != NO_SECRET:
                    call = self._desk.kept_file(stored, direction, name)
                    self._calls.follow(call, partial(self._show_kept, file))

    def _show_kept(self, file: SecretFile, found: "SignInFile | None") -> None:
        """One that cannot be read now is of no concern before it is used: then that is said."""
        if found is not None:
            file.show_kept(self._held(found))

    def _held(self, found: "SignInFile") -> Held:
        if found.not_after is None:
            return Held(found.name)
        over = found.not_after < self._clock()
        template = self.tr("Expired at {time}") if over else self.tr("Good until {time}")
        return Held(found.name, filled(template, {"time": minute(found.not_after)}), over)
