"""HTTPS to identity providers on the program's own terms: its trust, its proxy, its patience, no environment.

What a library would take for an answer of the provider, and is none, is raised before it sees it: each has its own
way to fall over a web page.
"""

import json
import ssl
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from mailint_gui.domain.proxy import is_this_computer
from mailint_gui.mail.network import Network
from mailint_gui.mail.tls import client_context

CONNECT_SECONDS = 10.0  # for each address of the host
READ_SECONDS = 30.0  # of silence
WHOLE_SECONDS = 60.0  # for the answer as it comes
LONGEST_ANSWER = 1024 * 1024  # bytes; a discovery document has some thousand
_PIECE = 64 * 1024
_LATER = frozenset({408, 429})
_NETWORK_WANTS_LOG_IN = 511
# One of these is in whatever we ask a provider for: a token, a device code, or its endpoints.
_EXPECTED = ("access_token", "device_code", "token_endpoint")
_MOST_SECONDS = 10**9


class NoAnswerError(requests.RequestException):
    """What came is no answer of a provider, or one to come back later for; its status is in ``response``."""


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
        kwargs |= {
            "timeout": (CONNECT_SECONDS, READ_SECONDS),
            "stream": True,
        }  # whatever a library would wait
        response = super().send(request, *args, **kwargs)
        response._content = _bounded(response)
        return response


def _bounded(response: requests.Response) -> bytes:
    """All of the body, unless it is endless or takes for ever. Raises NoAnswerError and what requests raises."""
    began = time.monotonic()
    parts: list[bytes] = []
    for part in response.iter_content(_PIECE):
        parts.append(part)
        if sum(map(len, parts)) > LONGEST_ANSWER or time.monotonic() - began > WHOLE_SECONDS:
            response.close()
            raise NoAnswerError("an endless answer", request=response.request)
    return b"".join(parts)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the libraries keep to themselves of the last answer. ``status`` 0: none came."""

    status: int = 0
    retry_after: str = ""
    date: str = ""
    text: str = field(default="", repr=False)

    @property
    def is_of_another(self) -> bool:
        """Of no provider, as far as anybody can tell: a page of a proxy, or one to log in to the network.

        A service that is down has pages, too (5xx), but for the one that RFC 6585 section 6 has for such networks.
        """
        if self.status in _LATER or (self.status >= 500 and self.status != _NETWORK_WANTS_LOG_IN):
            return False
        return _json(self.text) is None


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
        session.max_redirects = 0  # secrets go to whom the settings name, and to nobody that he names
        if self.proxy:
            session.proxies = {"https": self.proxy}
        # The next request is an hour away: no connection is kept for it
        session.headers.update({"User-Agent": "Mailint", "Connection": "close"})
        session.hooks["response"] = [self._note]

    def _note(self, response: requests.Response, **_kwargs: Any) -> None:
        """Raises NoAnswerError. A refusal (RFC 6749 section 5.2) is for the library to read."""
        headers, status = response.headers, response.status_code
        self.last = Answer(status, headers.get("Retry-After", ""), headers.get("Date", ""), response.text)
        is_none = status in _LATER or status >= 500 or (status < 300 and not _is_answer(response.text))
        if is_none or self.last.is_of_another:
            raise NoAnswerError(f"HTTP {status}", request=response.request, response=response)


def _json(text: str) -> dict[str, Any] | None:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _is_answer(text: str) -> bool:
    answer = _json(text)
    if answer is None or not any(isinstance(answer.get(name), str) for name in _EXPECTED):
        return False
    lifetime = str(answer.get("expires_in", 1))
    return lifetime.isascii() and lifetime.isdecimal() and 0 < int(lifetime[:12]) < _MOST_SECONDS
