"""The form's pages taken together: one draft, one set of typed passwords, one list of what is marked."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.integration_secrets import (
    FIELD_OF,
    TOKENS_OF,
    log_in_direction,
    settings_of,
    sign_in_of,
)
from mailint_gui.domain.mailbox_access import mailbox_of, own_mailbox
from mailint_gui.domain.oauth import CREDENTIALS, Credential, Provider
from mailint_gui.domain.secret import Secret, SecretPurpose, TypedPasswords
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.domain.validation import (
    FieldError,
    FieldFault,
    own_server,
    trimmed,
    validate,
    without_own_servers,
)
from mailint_gui.ui.integration_form.draft import values_of, with_values
from mailint_gui.ui.integration_form.general_page import GeneralPage
from mailint_gui.ui.integration_form.incoming_page import IncomingPage
from mailint_gui.ui.integration_form.outgoing_page import OutgoingPage
from mailint_gui.ui.integration_form.passwords import is_lost

Page = GeneralPage | IncomingPage | OutgoingPage
_FURTHER = ("client_secret", "certificate", "key_file")


class Pages:
    """``stored`` is what the fields are compared with; for a new integration, the defaults."""

    def __init__(self) -> None:
        self.general = GeneralPage()
        self.incoming = IncomingPage()
        self.outgoing = OutgoingPage()
        self.all: tuple[Page, ...] = (self.general, self.incoming, self.outgoing)
        self.sides: dict[Direction, IncomingPage | OutgoingPage] = {
            Direction.INCOMING: self.incoming,
            Direction.OUTGOING: self.outgoing,
        }
        self.stored = Integration()
        self._mendable: set[str] = (
            set()
        )  # marked, and seen in the draft itself, so that another field may mend it
        for page in self.all:
            page.fields.edited.connect(self._clear_mended)
        self.incoming.fields.edited.connect(partial(self.forget_results, Direction.INCOMING))

    @property
    def dirty(self) -> bool:
        return any(page.fields.dirty for page in self.all)

    def load(self, integration: Integration) -> None:
        shown = without_own_servers(integration)
        for page in self.all:
            page.fields.load(values_of(shown, page.fields.values()))
        self._settle(integration)

    def rebase(self, integration: Integration, sent: dict[str, Any] | None = None) -> None:
        """``integration`` is what is stored now; what is being typed stays (``sent``: what was typed when saved)."""
        shown = without_own_servers(integration)
        for page in self.all:
            page.fields.rebase(values_of(shown, page.fields.values()), sent)
        self._settle(integration)

    def _settle(self, integration: Integration) -> None:
        self.stored = integration
        for page in self.all:
            page.settle(integration)
        draft = self.draft()
        for direction, side in self.sides.items():
            side.servers.settle(_provider(draft, direction))
        self.show_what_follows()

    def show_what_follows(self) -> None:
        """What each side shows by what is typed on any of them."""
        draft = trimmed(self.draft())
        self.outgoing.show_incoming(draft.incoming.address, draft.incoming.provider)
        for direction, side in self.sides.items():
            side.servers.follow(_provider(draft, direction), own_server(draft, direction))
            side.oauth.show_mailbox(_address(draft, direction))
            side.oauth.ui.tokens.show_key(sign_in_of(draft, direction), own_mailbox(draft, direction))

    def show_secret_troubles(self, status: IntegrationStatus) -> None:
        """A secret that is stored and yet cannot be used is not shown as one that will do."""
        for direction, side in self.sides.items():
            lost = is_lost(status, direction)
            by_token = settings_of(status.integration, direction).provider is not None
            side.password.show_lost(lost and not by_token)
            side.oauth.show_lost(lost and by_token)
            side.oauth.ui.tokens.show_over(_is_over(status, direction))

    def forget_results(self, owner: Direction, _edited: str = "") -> None:
        """Of tests that logged in with what is set up for ``owner``: it is another log-in now."""
        draft = self.draft()
        for direction, side in self.sides.items():
            if log_in_direction(draft, direction) is owner:
                side.forget_results()

    def typed(self) -> dict[str, Any]:
        """Everything by path as the widgets show it."""
        return {path: value for page in self.all for path, value in page.fields.values().items()}

    def trim(self, direction: Direction) -> None:
        """Shows what is tested: blanks around an address, a server or a user name are no part of it."""
        page = self.incoming if direction is Direction.INCOMING else self.outgoing
        page.fields.trim(*(f"{direction}.{name}" for name in ("address", "server", "user_name")))

    def draft(self) -> Integration:
        return with_values(self.stored, self.typed())

    def passwords(self) -> TypedPasswords:
        """What is typed; blank keeps what is stored. Of two credentials the one that is not chosen is left out."""
        typed = self.typed()
        incoming: Secret = typed["incoming.password"]
        outgoing: Secret = typed["outgoing.password"]
        others: dict[SecretPurpose, Secret] = {}
        for direction in Direction:
            for name in _FURTHER:
                if (secret := typed[f"{direction}.{name}"]) and name not in self._not_chosen(direction):
                    others[FIELD_OF[direction, name].purpose] = secret
            if tokens := typed[f"{direction}.tokens"]:
                others[TOKENS_OF[direction]] = tokens
        return TypedPasswords(incoming or None, outgoing or None, others)

    def _not_chosen(self, direction: Direction) -> frozenset[str]:
        settings = settings_of(self.draft(), direction)
        if settings.provider is not Provider.MICROSOFT365:
            return frozenset()
        possible = CREDENTIALS[settings.oauth.sign_in]
        chosen: Credential = self.typed()[f"{direction}.credential"]
        return frozenset(each.value for each in possible if each is not chosen)

    def clear_marks(self) -> None:
        self._mendable.clear()
        for page in self.all:
            page.fields.clear_marks()

    def mark(self, errors: Iterable[FieldError]) -> tuple[FieldError, ...]:
        """Marks each at its field, and gives back those that no page has a field for."""
        left = tuple(self._placed(error) for error in errors)
        self._mendable |= {error.path for error in left} & self._faulty()
        for page in self.all:
            left = page.fields.mark(left)
        return left

    def _placed(self, error: FieldError) -> FieldError:
        """A credential that is missing is missing where the chosen one is entered."""
        direction, _, name = error.path.rpartition(".")
        missing = name == "client_secret" and error.fault is FieldFault.SECRET_OR_CERTIFICATE
        if missing and self.typed()[f"{direction}.credential"] is Credential.CERTIFICATE:
            return FieldError(f"{direction}.certificate", FieldFault.REQUIRED)
        return error

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


def _provider(draft: Integration, direction: Direction) -> Provider | None:
    """Whose token is used, also where incoming lends its own."""
    return settings_of(draft, log_in_direction(draft, direction)).provider


def _is_over(status: IntegrationStatus, owner: Direction) -> bool:
    """Whether a direction that logs in by the sign-in of ``owner`` waits for a new one."""
    users = (each for each in Direction if log_in_direction(status.integration, each) is owner)
    return any(status.health.of(each).needs_sign_in for each in users)


def _address(draft: Integration, direction: Direction) -> str:
    """Whose mailbox it is while none is named."""
    unnamed = with_values(draft, {f"{direction}.mailbox": ""})
    return mailbox_of(unnamed, direction)
