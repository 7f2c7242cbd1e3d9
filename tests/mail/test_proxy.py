"""Connections through a proxy that makes tunnels, or does not."""

import ssl
import threading
from collections.abc import Iterator

import pytest

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import Security
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.webhook import webhook_place
from mailint_gui.mail.auth.http import NoAnswerError, ProviderHttp
from mailint_gui.mail.connect import Endpoint, Network, open_socket
from mailint_gui.mail.imap import ImapSession
from mailint_gui.mail.scope import DEADLINES, Cancelled, CancelReason, CancelScope
from mailint_gui.mail.webhook import post
from tests.servers import addresses
from tests.servers.certificates import WRONG_HOST, Certificates
from tests.servers.connect_proxy import ConnectProxy
from tests.servers.dovecot import Dovecot
from tests.servers.ports import refusing_port
from tests.servers.webhook import WebhookServer

FAR = WRONG_HOST  # a name that only the proxy knows, with a certificate that is good for it
LIMIT = 20.0


@pytest.fixture
def proxy() -> Iterator[ConnectProxy]:
    with ConnectProxy({FAR: addresses.WRONG_HOST}) as proxy:
        yield proxy


@pytest.fixture
def network(proxy: ConnectProxy, certificates: Certificates) -> Network:
    return Network(str(certificates.ca), proxy.url)


def problem(endpoint: Endpoint, network: Network, scope: CancelScope | None = None) -> Problem:
    with pytest.raises(ProblemError) as caught:
        open_socket(endpoint, scope or CancelScope(), network)
    return caught.value.problem


def test_tls_is_with_the_server_and_not_with_the_proxy(
    proxy: ConnectProxy, dovecot: Dovecot, network: Network
) -> None:
    stages: list[Stage] = []
    endpoint = Endpoint(FAR, dovecot.ports.imaps, Security.SSL)
    with open_socket(endpoint, CancelScope(on_stage=stages.append), network) as sock:
        assert isinstance(sock, ssl.SSLSocket)
        sock.settimeout(LIMIT)
        assert sock.recv(100).startswith(b"* OK")
    assert proxy.asked == [f"{FAR}:{dovecot.ports.imaps}"]
    assert f"\r\nHost: {proxy.asked[0]}\r\n" in proxy.heads[0]  # RFC 9112 section 3.2
    assert stages == [Stage.RESOLVE, Stage.CONNECT, Stage.TLS]


@pytest.mark.parametrize("at_once", [False, True])
def test_not_a_byte_of_the_greeting_is_lost(
    proxy: ConnectProxy, dovecot: Dovecot, network: Network, at_once: bool
) -> None:
    proxy.at_once = at_once
    endpoint = Endpoint(FAR, dovecot.ports.imap, Security.STARTTLS)
    session = ImapSession.open(endpoint, CancelScope(), network)
    session.close()
    assert proxy.asked == [f"{FAR}:{dovecot.ports.imap}"]


def test_this_computer_is_reached_past_it(proxy: ConnectProxy, dovecot: Dovecot, network: Network) -> None:
    open_socket(Endpoint("localhost", dovecot.ports.imaps, Security.SSL), CancelScope(), network).close()
    assert proxy.asked == []


@pytest.mark.parametrize(
    ("answer", "kind", "detail"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n<html>", ProblemKind.PROXY_REFUSED, "403 Forbidden"),
        (
            b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n",
            ProblemKind.PROXY_REFUSED,
            "407",
        ),
        (b"HTTP/1.0 503 Service Unavailable\r\n\r\n", ProblemKind.UNREACHABLE, "503"),
        (b"HTTP/1.1 504\r\n\r\n", ProblemKind.UNREACHABLE, "504"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", ProblemKind.PROXY_REFUSED, "no answer of HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 1000, ProblemKind.PROXY_REFUSED, "too many headers"),
        (b"x" * 100_000, ProblemKind.PROXY_REFUSED, "no answer of HTTP"),
    ],
)
def test_a_refusal_is_the_proxys(
    proxy: ConnectProxy, network: Network, answer: bytes, kind: ProblemKind, detail: str
) -> None:
    proxy.answer = answer
    found = problem(Endpoint(FAR, 993, Security.SSL), network)
    assert found.kind is kind
    assert detail in found.detail
    assert (found.facts["server"], found.facts["port"]) == (FAR, "993")
    assert found.facts["proxy"] == f"{addresses.HOST}:{proxy.port}"


def test_a_proxy_that_is_down_is_named(certificates: Certificates) -> None:
    with refusing_port() as port:
        found = problem(
            Endpoint(FAR, 993, Security.SSL), Network(str(certificates.ca), f"http://127.0.0.1:{port}")
        )
    assert found.kind is ProblemKind.PROXY_UNREACHABLE
    assert (found.facts["server"], found.facts["proxy"]) == (FAR, f"127.0.0.1:{port}")
    assert "Connection refused" in found.detail


def test_a_proxy_that_never_answers_is_given_up(proxy: ConnectProxy, network: Network) -> None:
    proxy.answer = b""
    scope = CancelScope({**DEADLINES, Stage.CONNECT: 0.3})
    found = problem(Endpoint(FAR, 993, Security.SSL), network, scope)
    assert (found.kind, found.facts["stage"]) == (ProblemKind.TIMED_OUT, "connect")


def test_waiting_for_a_proxy_can_be_cancelled(proxy: ConnectProxy, network: Network) -> None:
    proxy.answer = b""
    scope = CancelScope()
    threading.Timer(0.2, scope.cancel, [CancelReason.ADMIN]).start()
    with pytest.raises(Cancelled):
        open_socket(Endpoint(FAR, 993, Security.SSL), scope, network)


def test_no_line_of_a_request_comes_from_a_name(proxy: ConnectProxy, network: Network) -> None:
    problem(Endpoint("mail.example\r\nX: y", 993, Security.SSL), network)
    assert proxy.asked == []


@pytest.fixture
def far_web(certificates: Certificates, proxy: ConnectProxy) -> Iterator[tuple[WebhookServer, str]]:
    """A web server that is known to the proxy alone, and its address."""
    proxy.names[FAR] = addresses.HOST
    server = WebhookServer(certificates.wrong_host.server_context())
    try:
        yield server, server.url.replace(addresses.HOST, FAR)
    finally:
        server.stop()


def test_a_webhook_is_told_through_it(
    proxy: ConnectProxy, network: Network, far_web: tuple[WebhookServer, str]
) -> None:
    server, url = far_web
    post(webhook_place(url), b"{}", "", CancelScope(), network)
    assert server.wait_for_post().body == b"{}"
    assert len(proxy.asked) == 1


def test_requests_for_tokens_go_through_it_and_those_to_this_computer_past_it(
    proxy: ConnectProxy, network: Network, far_web: tuple[WebhookServer, str], certificates: Certificates
) -> None:
    _, url = far_web

    def answered(web: str) -> int:
        """A webhook says no more than 204, which is no answer of a provider."""
        http = ProviderHttp(network)
        with pytest.raises(NoAnswerError):
            http.session.post(web, data=b"x")
        return http.last.status

    assert answered(url) == 204
    assert len(proxy.asked) == 1
    here = WebhookServer(certificates.good.server_context())
    assert answered(here.url) == 204
    here.stop()
    assert len(proxy.asked) == 1
