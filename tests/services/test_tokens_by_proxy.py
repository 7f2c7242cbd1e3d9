"""What is told of a proxy that stands between the program and a provider."""

import json
from collections.abc import Iterator

import pytest

from mailint_gui.domain.integration import Direction, IncomingAuthentication, Integration
from mailint_gui.domain.oauth import OAuthSettings, SignIn
from mailint_gui.domain.problem import ProblemError, ProblemKind
from mailint_gui.domain.secret import Secret, SecretPurpose, TypedPasswords
from mailint_gui.services.scope import CancelScope
from tests.servers.connect_proxy import ConnectProxy
from tests.servers.oidc_provider import OidcProvider
from tests.servers.ports import refusing_port
from tests.services.oauth import client_secret, google, integration
from tests.services.office import Office

FAR = "login.example.org"


@pytest.fixture
def proxy(office: Office) -> Iterator[ConnectProxy]:
    with ConnectProxy() as proxy:
        office.services.properties.set({"proxy": proxy.url})
        yield proxy


def microsoft() -> tuple[Integration, TypedPasswords]:
    oauth = OAuthSettings(client_id="desk", authority=f"https://{FAR}/tenant")
    return integration(oauth), client_secret("s")


def of_google(provider: OidcProvider) -> tuple[Integration, TypedPasswords]:
    key = provider.add_service_account()
    oauth = google(provider, SignIn.SERVICE_ACCOUNT)
    changed = OAuthSettings(sign_in=oauth.sign_in, token_endpoint=f"https://{FAR}/token")
    typed = TypedPasswords(others={SecretPurpose.INCOMING_KEY_FILE: Secret(json.dumps(key))})
    return integration(changed, authentication=IncomingAuthentication.GOOGLE), typed


def kind_of(office: Office, given: tuple[Integration, TypedPasswords]) -> tuple[ProblemKind, str]:
    one, typed = given
    with pytest.raises(ProblemError) as caught:
        office.services.sign_ins.tokens.token(one, Direction.INCOMING, CancelScope(), typed)
    return caught.value.problem.kind, caught.value.problem.facts.get("proxy", "")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", ProblemKind.PROXY_REFUSED),
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", ProblemKind.PROXY_REFUSED),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", ProblemKind.UNREACHABLE),
    ],
)
def test_its_refusal(
    office: Office, proxy: ConnectProxy, oidc_provider: OidcProvider, answer: bytes, kind: ProblemKind
) -> None:
    proxy.answer = answer
    for given in (microsoft(), of_google(oidc_provider)):
        assert kind_of(office, given) == (kind, f"127.0.0.1:{proxy.port}")
    assert set(proxy.asked) == {f"{FAR}:443"}


def test_that_it_is_down(office: Office, oidc_provider: OidcProvider) -> None:
    with refusing_port() as port:
        office.services.properties.set({"proxy": f"http://127.0.0.1:{port}"})
        for given in (microsoft(), of_google(oidc_provider)):
            assert kind_of(office, given) == (ProblemKind.PROXY_UNREACHABLE, f"127.0.0.1:{port}")
