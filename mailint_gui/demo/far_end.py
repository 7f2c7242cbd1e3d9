"""The demo's SMTP server: the mail server that demo integrations send through, and the world behind it."""

import warnings

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from mailint_gui.demo.post_office import PostOffice


class FarEnd:
    """Takes mail from those who log in: for `domain` into its mailbox, all other into `elsewhere`."""

    def __init__(self, post_office: PostOffice, domain: str, elsewhere: str) -> None:
        self._post_office = post_office
        self._domain = domain
        self._elsewhere = elsewhere
        warnings.filterwarnings("ignore", "Requiring AUTH while not requiring TLS")  # see `protocol`

    def protocol(self) -> SMTP:
        """A protocol for one connection, which is expected to be inside TLS already."""
        return SMTP(
            self,
            hostname=self._domain,
            ident="Mailint demo",
            enable_SMTPUTF8=True,
            authenticator=self._authenticate,
            auth_required=True,
            auth_require_tls=False,  # aiosmtpd only knows of TLS that it started itself (STARTTLS)
        )

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, credentials: object
    ) -> AuthResult:
        accepted = isinstance(credentials, LoginPassword) and self._post_office.accepts(
            credentials.login.decode(errors="replace"), credentials.password.decode(errors="replace")
        )
        return AuthResult(success=accepted, handled=False)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds hooks by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._is_local(address) and not self._post_office.has(address):
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        content = envelope.content
        message = content.encode() if isinstance(content, str) else content or b""
        for address in envelope.rcpt_tos:
            await self._post_office.deliver(address if self._is_local(address) else self._elsewhere, message)
        return "250 2.0.0 Delivered"

    def _is_local(self, address: str) -> bool:
        return address.rpartition("@")[2].lower() == self._domain
