"""Where a webhook is, and how its body is signed."""

import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import urlsplit

from mailint_gui.domain.address import is_host
from mailint_gui.domain.proxy import is_this_computer

SIGNATURE_HEADER = "X-Mailint-Signature"
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class WebhookPlace:
    """``target``: what follows the host, as HTTP asks for it (RFC 9112 section 3.2.1)."""

    host: str
    port: int
    target: str
    tls: bool

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS["https" if self.tls else "http"] else f"{host}:{self.port}"


def webhook_place(url: str) -> WebhookPlace:
    """Raises ValueError for anything but https, or http to this computer itself; for a user name in it, too."""
    if not (url.isascii() and url.isprintable()) or " " in url:
        raise ValueError(url)
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in _PORTS or parts.username is not None or not is_host(host):
        raise ValueError(url)
    if parts.scheme == "http" and not is_this_computer(host):
        raise ValueError(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return WebhookPlace(host, parts.port or _PORTS[parts.scheme], target, parts.scheme == "https")


def is_webhook_url(url: str) -> bool:
    try:
        webhook_place(url)
    except ValueError:
        return False
    return True


def signature(secret: str, body: bytes) -> str:
    """What the header carries: HMAC with SHA-256 (RFC 2104) of the body, in hexadecimal."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
