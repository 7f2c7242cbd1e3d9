"""The HTTP proxy that connections to servers go through, where there is one."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from mailint_gui.domain.address import is_host

_OTHER = "not http://host:port"


@dataclass(frozen=True, slots=True)
class ProxyPlace:
    host: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{self}"

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def proxy_place(url: str) -> ProxyPlace:
    """Raises ValueError for anything but ``http://host:port``, also where it holds a user name or a password."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError(_OTHER) from None
    rest = parts.path.removeprefix("/") or parts.query or parts.fragment
    good = url.isprintable() and " " not in url and parts.scheme == "http" and is_host(host)
    if not good or not port or parts.username is not None or rest:
        raise ValueError(_OTHER)
    return ProxyPlace(host, port)


def proxy_for(host: str, url: str) -> ProxyPlace | None:
    """The way to ``host``; None: directly.

    This computer itself is never reached through a proxy, as with browsers: there, the name would mean another one.
    """
    return None if not url or is_this_computer(host) else proxy_place(url)


def is_this_computer(host: str) -> bool:
    """Whether it is the name or an address of loopback."""
    name = host.removesuffix(".").casefold()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
