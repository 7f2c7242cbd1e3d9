"""Many mailboxes of one tenant, opened by access token beside the same ones opened by password."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from pathlib import Path

from benchmarks.post_office import PostOffice, post_office
from benchmarks.program import Office, Program, running
from benchmarks.rounds import load, medians
from benchmarks.table import Table, ratio, within
from mailint_gui.domain.integration import IncomingAuthentication, Integration
from mailint_gui.domain.oauth import OAuthSettings
from mailint_gui.domain.secret import Secret, SecretPurpose, TypedPasswords
from tests.servers.certificates import Certificates
from tests.servers.mailbox import Mailbox
from tests.servers.oidc_provider import Client, OidcProvider

MAILBOXES = 200
READ_MESSAGES = 20  # in each mailbox
ROUNDS = 3
PASSWORDS, TOKENS = "by password", "by token"


class TenantOffice(Office):
    """The same mailboxes, opened by the tokens of one application."""

    def __init__(
        self, provider: OidcProvider, client: Client, directory: Path, mailboxes: list[Mailbox], port: int
    ) -> None:
        super().__init__(directory, mailboxes, port, provider.certificates.ca)
        self._oauth = OAuthSettings(client_id=client.id, authority=provider.authority)
        self._client = client

    def integration(self, number: int, mailbox: Mailbox) -> Integration:
        made = super().integration(number, mailbox)
        authentication = IncomingAuthentication.MICROSOFT365
        return replace(
            made, incoming=replace(made.incoming, authentication=authentication, oauth=self._oauth)
        )

    def typed(self, mailbox: Mailbox) -> TypedPasswords:
        return TypedPasswords(others={SecretPurpose.INCOMING_CLIENT_SECRET: Secret(self._client.secret)})


def run(_office: PostOffice, directory: Path) -> Table:
    table = Table(
        f"OAuth: {MAILBOXES} mailboxes of one tenant, TLS",
        ("", "seconds", "× password", "to reach", ""),
    )
    certificates = Certificates(directory / "certificates")
    with ExitStack() as stack:
        provider = stack.enter_context(OidcProvider(directory / "provider", certificates))
        url = provider.introspection_endpoint
        office = stack.enter_context(post_office(directory / "office", certificates, introspection_url=url))
        client = provider.add_client(secret="secret")
        mailboxes = office.read_mailboxes(directory / "read", MAILBOXES, READ_MESSAGES)
        places = (directory / f"profile-{number}" for number in count())
        offices: dict[str, Callable[[], Office]] = {
            PASSWORDS: lambda: Office(next(places), mailboxes, office.imaps, certificates.ca),
            TOKENS: lambda: TenantOffice(provider, client, next(places), mailboxes, office.imaps),
        }
        first = medians({name: _first_checks(make) for name, make in offices.items()}, ROUNDS)
        requests = provider.token_requests()
        quiet = _quiet_checks(stack, offices)
    for what, seconds, limit in (("first checks", first, 1.3), ("quiet checks", quiet, 1.1)):
        for name, took in seconds.items():
            goal = (f"≤ {limit:g}", within(took / seconds[PASSWORDS], limit)) if name == TOKENS else ("", "")
            table.add(f"{what} {name}", f"{took:.2f}", ratio(took, seconds[PASSWORDS]), *goal)
    per_start = requests / (ROUNDS)
    table.add("token requests a start", f"{per_start:g}", "", "1", within(per_start, 1))
    table.notes += [
        "first checks: all together, a new program each time, until the last has ended and health is stored",
        "quiet checks: of all, over the sessions that the first left open",
        "the server asks the provider for each token that it is shown, as it does not for a password",
        f"median of {ROUNDS} alternating rounds; {load()}",
    ]
    return table


def _first_checks(make: Callable[[], Office]) -> Callable[[], float]:
    def measure() -> float:
        with running(make()) as program:
            return program.check()

    return measure


def _quiet_checks(stack: ExitStack, offices: dict[str, Callable[[], Office]]) -> dict[str, float]:
    programs: dict[str, Program] = {
        name: stack.enter_context(running(make())) for name, make in offices.items()
    }
    for program in programs.values():
        program.check()
    return medians({name: program.check for name, program in programs.items()}, ROUNDS)
