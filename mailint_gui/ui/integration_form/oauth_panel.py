"""How a direction signs in at a provider: what the chosen kind of sign-in needs, and no more."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QWidget

from mailint_gui.domain.integration import Direction
from mailint_gui.domain.oauth import (
    CREDENTIALS,
    GOOGLE_AUTHORIZATION_ENDPOINT,
    GOOGLE_TOKEN_ENDPOINT,
    MICROSOFT_CLOUDS,
    SIGN_INS,
    Cloud,
    Credential,
    MailProtocol,
    OAuthSettings,
    Provider,
    SignIn,
    scopes_for,
)
from mailint_gui.ui._generated.ui_oauth_panel import Ui_OAuthPanel
from mailint_gui.ui.fields.binding import Field
from mailint_gui.ui.fields.kinds import (
    LINE,
    OPTIONAL_DATE,
    PASSWORD,
    SECRET_FILE,
    TOKENS,
    WORDS,
    choice,
    offer,
)
from mailint_gui.ui.fields.offered_choice import OfferedChoice
from mailint_gui.ui.integration_form.passwords import StoredPassword
from mailint_gui.ui.integration_form.secret_file import SecretFile

_COLUMNS = 40  # an ID of Microsoft has 36, most of them figures
_COLUMNS_OF_FILE = 48  # the address of a service account is longer
_P, _S, _C = Provider, SignIn, Credential
_APPLICATION = ("tenant_id", "client_id", "cloud")
_ROWS: Mapping[tuple[Provider, SignIn], tuple[str, ...]] = {  # beside the kind itself and the mailbox
    (_P.MICROSOFT365, _S.APP_ONLY): (*_APPLICATION, "credential"),
    (_P.MICROSOFT365, _S.INTERACTIVE): (*_APPLICATION, "credential", "tokens"),
    (_P.MICROSOFT365, _S.DEVICE_CODE): (*_APPLICATION, "tokens"),
    (_P.GOOGLE, _S.SERVICE_ACCOUNT): ("key_file", "secret_expires_on"),
    (_P.GOOGLE, _S.INTERACTIVE): ("client_id", "client_secret", "secret_expires_on", "tokens"),
}
_ROWS_OF_CREDENTIAL: Mapping[Credential, tuple[str, ...]] = {
    _C.NOTHING: (),
    _C.CLIENT_SECRET: ("client_secret", "secret_expires_on"),
    _C.CERTIFICATE: ("certificate",),
}
_ADVANCED: Mapping[tuple[Provider, SignIn], tuple[str, ...]] = {
    **dict.fromkeys([(_P.MICROSOFT365, each) for each in SIGN_INS[_P.MICROSOFT365]], ("authority", "scopes")),
    (_P.GOOGLE, _S.SERVICE_ACCOUNT): ("token_endpoint", "scopes"),
    (_P.GOOGLE, _S.INTERACTIVE): ("authorization_endpoint", "token_endpoint", "scopes"),
}
_ENDPOINTS = {name for names in _ADVANCED.values() for name in names}
_OPTIONAL = {name for names in (*_ROWS.values(), *_ROWS_OF_CREDENTIAL.values()) for name in names}


class OAuthPanel(QWidget):
    kind_changed = Signal()  # another provider, kind of sign-in or credential

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._provider: Provider | None = None
        self.ui = Ui_OAuthPanel()
        self.ui.setupUi(self)
        self.ui.advanced_body.hide_behind(self.ui.advanced)
        self.ui.certificate.filter = self.tr(
            "Certificates (*.pem *.pfx *.p12 *.cer *.crt *.key);;All files (*)"
        )
        self.ui.key_file.filter = self.tr("JSON files (*.json);;All files (*)")
        self.ui.certificate.choose.setAccessibleName(self.tr("Choose the file of the certificate"))
        self.ui.key_file.choose.setAccessibleName(self.tr("Choose the key file"))
        offer(self.ui.cloud, Cloud)
        self._sign_ins = OfferedChoice(self.ui.sign_in, SIGN_INS)
        self._credentials = OfferedChoice(self.ui.credential, CREDENTIALS)
        self._stored = {
            name: StoredPassword(getattr(self.ui, name))
            for name in ("client_secret", "certificate", "key_file")
        }
        self.ui.sign_in.currentIndexChanged.connect(self._show_kind)
        self.ui.credential.currentIndexChanged.connect(self._show_rows)
        self.ui.cloud.currentIndexChanged.connect(self._show_placeholders)

    @property
    def forms(self) -> tuple[QFormLayout, QFormLayout]:
        return self.ui.form, self.ui.advanced_form

    @property
    def files(self) -> Mapping[str, SecretFile]:
        return {"certificate": self.ui.certificate, "key_file": self.ui.key_file}

    @property
    def shown(self) -> tuple[Provider, SignIn] | None:
        """The kind of sign-in that is set up here now; None while there is none."""
        if self._provider is None:
            return None
        return self._provider, SignIn(self.ui.sign_in.currentData())

    def declared(self, direction: Direction) -> list[Field]:
        ui = self.ui
        ui.tokens.direction = direction
        whose = self.tr("Whose mailbox it is. Empty: that of the email address.")
        tenant = self.tr("The directory (tenant) ID, or a domain of the organisation.")
        expires = self.tr("Of what is entered above. Mailint warns before that day; after it all mail stops.")
        scopes = self.tr("Separated by blanks. Empty: the least that work.")
        fields = [
            Field("sign_in", ui.sign_in, choice(SignIn), 34),
            Field("mailbox", ui.mailbox, LINE, _COLUMNS, whose),
            Field("tenant_id", ui.tenant_id, LINE, _COLUMNS, tenant),
            Field("client_id", ui.client_id, LINE, _COLUMNS),
            Field("cloud", ui.cloud, choice(Cloud), 20),
            Field("credential", ui.credential, choice(Credential), 22),
            Field("client_secret", ui.client_secret, PASSWORD, _COLUMNS),
            Field("certificate", ui.certificate, SECRET_FILE, _COLUMNS_OF_FILE),
            Field("key_file", ui.key_file, SECRET_FILE, _COLUMNS_OF_FILE),
            Field("secret_expires_on", ui.secret_expires_on, OPTIONAL_DATE, 0, expires),
            Field("tokens", ui.tokens, TOKENS),
            Field("authority", ui.authority, LINE, _COLUMNS),
            Field("authorization_endpoint", ui.authorization_endpoint, LINE, _COLUMNS),
            Field("token_endpoint", ui.token_endpoint, LINE, _COLUMNS),
            Field("scopes", ui.scopes, WORDS, _COLUMNS, scopes),
        ]
        return [
            Field(f"{direction}.{each.path}", each.widget, each.kind, each.columns, each.help)
            for each in fields
        ]

    def show_provider(self, provider: Provider | None) -> None:
        if provider is not self._provider:
            self._provider = provider
            if provider is not None:
                self._sign_ins.offer(provider)

    def settle(self, provider: Provider | None, oauth: OAuthSettings) -> None:
        """After loading: what is derived from the values shown."""
        if provider is not None:
            self._sign_ins.settle(provider, oauth.sign_in)
        self._credentials.settle(oauth.sign_in, oauth.credential)
        for name, stored in self._stored.items():
            stored.show(getattr(oauth, name))
        if not self.ui.client_id.hasFocus():
            self.ui.client_id.setCursorPosition(
                0
            )  # where IDs differ; those of Google are longer than the field
        endpoints = (oauth.authority, oauth.authorization_endpoint, oauth.token_endpoint, oauth.scopes)
        if any(endpoints):
            self.ui.advanced_body.disclose()
        self._show_rows()

    def show_lost(self, lost: bool) -> None:
        """``lost``: what is stored of the secrets cannot be used here."""
        for stored in self._stored.values():
            stored.show_lost(lost)

    def show_mailbox(self, address: str) -> None:
        """Whose mailbox it is while none is named."""
        self.ui.mailbox.setPlaceholderText(address)

    def _show_kind(self) -> None:
        if self.shown:
            self._credentials.offer(self.shown[1])

    def _show_rows(self) -> None:
        if self.shown is None:
            return
        credential = Credential(self.ui.credential.currentData())
        wanted = set(_ROWS[self.shown])
        if "credential" in wanted:
            wanted.update(_ROWS_OF_CREDENTIAL[credential])
        _show_only(self.ui.form, self.ui, _OPTIONAL, wanted)
        _show_only(self.ui.advanced_form, self.ui, _ENDPOINTS, set(_ADVANCED[self.shown]))
        self._show_placeholders()
        self.kind_changed.emit()

    def _show_placeholders(self) -> None:
        """What holds where nothing is typed."""
        if self.shown is None:
            return
        provider, sign_in = self.shown
        cloud = Cloud(self.ui.cloud.currentData())
        settings = OAuthSettings(sign_in=sign_in, cloud=cloud)
        self.ui.authority.setPlaceholderText(MICROSOFT_CLOUDS[cloud].login)
        self.ui.authorization_endpoint.setPlaceholderText(GOOGLE_AUTHORIZATION_ENDPOINT)
        self.ui.token_endpoint.setPlaceholderText(GOOGLE_TOKEN_ENDPOINT)
        least = scopes_for(provider, settings, (MailProtocol.IMAP,))
        self.ui.scopes.setPlaceholderText(" ".join(least))


def _show_only(form: QFormLayout, ui: Ui_OAuthPanel, names: Iterable[str], wanted: set[str]) -> None:
    for name in names:
        form.setRowVisible(getattr(ui, name), name in wanted)
