"""What one log-in is made with."""

from dataclasses import dataclass
from enum import StrEnum

from mailint_gui.domain.secret import Secret


class LoginKind(StrEnum):
    """What the secret of a log-in is."""

    PASSWORD = "password"
    ACCESS_TOKEN = "access_token"  # of OAuth 2.0 (RFC 6749 section 1.4)


@dataclass(frozen=True, slots=True)
class Login:
    """Who logs in, and with which secret; it shows and compares like any value, and never shows the secret.

    ``identity`` names whoever an access token was issued to, in words of the one who keeps it: tokens are renewed
    while it stays the same. It is no secret.
    """

    user_name: str
    secret: Secret
    kind: LoginKind = LoginKind.PASSWORD
    identity: str = ""
