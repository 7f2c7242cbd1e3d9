"""The form's pages taken together: one draft, one set of typed passwords, one list of what is marked."""

from collections.abc import Iterable
from typing import Any

from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.secret import Secret, TypedPasswords
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.domain.validation import FieldError, trimmed, validate
from mailint_gui.ui.integration_form.draft import values_of, with_values
from mailint_gui.ui.integration_form.general_page import GeneralPage
from mailint_gui.ui.integration_form.incoming_page import IncomingPage
from mailint_gui.ui.integration_form.outgoing_page import OutgoingPage
from mailint_gui.ui.integration_form.passwords import is_lost

Page = GeneralPage | IncomingPage | OutgoingPage


class Pages:
    """``stored`` is what the fields are compared with; for a new integration, the defaults."""

    def __init__(self) -> None:
        self.general = GeneralPage()
        self.incoming = IncomingPage()
        self.outgoing = OutgoingPage()
        self.all: tuple[Page, ...] = (self.general, self.incoming, self.outgoing)
        self.stored = Integration()
        self._mendable: set[str] = (
            set()
        )  # marked, and seen in the draft itself, so that another field may mend it
        for page in self.all:
            page.fields.edited.connect(self._clear_mended)

    @property
    def dirty(self) -> bool:
        return any(page.fields.dirty for page in self.all)

    def load(self, integration: Integration) -> None:
        for page in self.all:
            page.fields.load(values_of(integration, page.fields.values()))
        self._settle(integration)

    def rebase(self, integration: Integration, sent: dict[str, Any] | None = None) -> None:
        """``integration`` is what is stored now; what is being typed stays (``sent``: what was typed when saved)."""
        for page in self.all:
            page.fields.rebase(values_of(integration, page.fields.values()), sent)
        self._settle(integration)

    def _settle(self, integration: Integration) -> None:
        self.stored = integration
        for page in self.all:
            page.settle(integration)

    def show_password_troubles(self, status: IntegrationStatus) -> None:
        """A password that is stored and yet cannot be used is not shown as one that will do."""
        self.incoming.password.show_lost(is_lost(status, Direction.INCOMING))
        self.outgoing.password.show_lost(is_lost(status, Direction.OUTGOING))

    def typed(self) -> dict[str, Any]:
        """Everything by path as the widgets show it."""
        return {path: value for page in self.all for path, value in page.fields.values().items()}

    def draft(self) -> Integration:
        return with_values(self.stored, self.typed())

    def passwords(self) -> TypedPasswords:
        """What is typed; blank keeps what is stored."""
        typed = self.typed()
        incoming: Secret = typed["incoming.password"]
        outgoing: Secret = typed["outgoing.password"]
        return TypedPasswords(incoming or None, outgoing or None)

    def clear_marks(self) -> None:
        self._mendable.clear()
        for page in self.all:
            page.fields.clear_marks()

    def mark(self, errors: Iterable[FieldError]) -> tuple[FieldError, ...]:
        """Marks each at its field, and gives back those that no page has a field for."""
        left = tuple(errors)
        self._mendable |= {error.path for error in left} & self._faulty()
        for page in self.all:
            left = page.fields.mark(left)
        return left

    def _clear_mended(self, _edited: str) -> None:
        if not self._mendable:
            return
        mended = self._mendable - self._faulty()
        self._mendable -= mended
        for page in self.all:
            for path in mended.intersection(page.fields.marked()):
                page.fields.clear_mark(path)

    def _faulty(self) -> set[str]:
        return {error.path for error in validate(trimmed(self.draft()), ())}

    def first_marked(self) -> tuple[int, str] | None:
        """Index of the page and path of the first field that is marked."""
        for index, page in enumerate(self.all):
            for path in page.fields.marked():
                return index, path
        return None
