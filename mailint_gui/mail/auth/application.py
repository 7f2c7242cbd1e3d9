"""What we are at a provider."""

from dataclasses import dataclass

from mailint_gui.domain.oauth import OAuthSettings, Provider
from mailint_gui.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class Application:
    """The settings with their secrets looked up; ``scopes`` are those to ask for. ``mailbox``: whose it shall open.

    ``certificate``: private key and certificate as one PEM text.
    """

    provider: Provider
    settings: OAuthSettings
    scopes: tuple[str, ...]
    mailbox: str
    client_secret: Secret | None = None
    certificate: Secret | None = None
    key_file: Secret | None = None
