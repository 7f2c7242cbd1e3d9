"""HTTPS to identity providers on the program's own terms: its trust, its proxy, its patience, no environment."""

import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from mailint_gui.domain.proxy import is_this_computer
from mailint_gui.mail.network import Network
from mailint_gui.mail.tls import client_context

CONNECT_SECONDS = 15.0
READ_SECONDS = 30.0
_MOST_REDIRECTS = 3


class _OurAdapter(HTTPAdapter):
    """TLS by the one context of the program.

    requests would read its own bundle of authorities into any context, whatever ``verify`` says; so what it derives
    from ``verify`` and the environment is left out.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, ssl_context=self._context)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, **kwargs, ssl_context=self._context)

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: bool | str, cert: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        host, _pool = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {"ssl_context": self._context}

    def cert_verify(self, conn: Any, url: str, verify: bool | str, cert: Any) -> None:
        """Nothing to set: the context verifies."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if is_this_computer(urlsplit(request.url or "").hostname or ""):
            kwargs["proxies"] = {}
        kwargs["timeout"] = kwargs.get("timeout") or (CONNECT_SECONDS, READ_SECONDS)
        return super().send(request, *args, **kwargs)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the libraries keep to themselves of the last answer. ``status`` 0: none came."""

    status: int = 0
    retry_after: str = ""
    date: str = ""
    text: str = ""


class ProviderHttp:
    """One session for MSAL, google-auth and, by ``configure``, for those that requests-oauthlib makes itself.

    Only https goes out: what is asked for is secrets. Raises ProblemError (TLS_UNTRUSTED) when the extra CA file cannot
    be read.
    """

    def __init__(self, network: Network) -> None:
        self._context = client_context(network.extra_ca_file)
        self.proxy = network.proxy
        self.last = Answer()
        self.session = requests.Session()
        self.configure(self.session)

    def configure(self, session: requests.Session) -> None:
        session.trust_env = False
        session.adapters.clear()
        session.mount("https://", _OurAdapter(self._context))
        session.max_redirects = _MOST_REDIRECTS
        if self.proxy:
            session.proxies = {"https": self.proxy}
        session.headers["User-Agent"] = "Mailint"
        session.hooks["response"] = [self._note]

    def _note(self, response: requests.Response, **_kwargs: Any) -> None:
        headers = response.headers
        self.last = Answer(
            response.status_code, headers.get("Retry-After", ""), headers.get("Date", ""), response.text
        )
