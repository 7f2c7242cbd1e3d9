"""Sign-in at Microsoft 365 and Google, from and to a file."""

import base64
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from mailint_gui.application import build_services
from mailint_gui.domain.health import Attempt, DirectionState
from mailint_gui.domain.integration import (
    Direction,
    IncomingAuthentication,
    Integration,
    OutgoingAuthentication,
    Security,
)
from mailint_gui.domain.oauth import Cloud, OAuthSettings, SignIn
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.secret import (
    IN_VAULT,
    NO_SECRET,
    Secret,
    SecretPlace,
    SecretPurpose,
    SecretReference,
    TypedPasswords,
)
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.domain.validation import FieldFault
from mailint_gui.profile import Profile
from mailint_gui.services.provisioning import ImportResult, Provisioning
from mailint_gui.services.provisioning_file import ProvisioningError
from mailint_gui.services.provisioning_keys import OAUTH, SECRETS
from mailint_gui.services.scope import CancelScope
from mailint_gui.services.services import Services
from mailint_gui.wording.expiry import expiry_state
from mailint_gui.wording.problems import words
from mailint_gui.wording.states import condition_words
from tests.services.app_certificates import PASSWORD, certified, pem, pfx, private_pem

TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
HERE = Path("/etc/mailint")

MICROSOFT = f"""
[[integration]]
name = "Support"
[integration.incoming]
address = "support@example.org"
authentication = "microsoft365"
tenant_id = "{TENANT}"
client_id = "{CLIENT}"
"""
APP = MICROSOFT + 'client_secret_from = "env:SUPPORT_SECRET"\n'
GOOGLE = """
[[integration]]
name = "Support"
[integration.incoming]
address = "support@example.org"
authentication = "google"
"""
SERVICE = GOOGLE + 'key_file = "keys/support.json"\n'
SAME = '[integration.outgoing]\nauthentication = "same_as_incoming"\n'
SECRET = SecretReference(SecretPlace.ENVIRONMENT, "SUPPORT_SECRET")


@pytest.fixture
def services(profile: Path) -> Iterator[Services]:
    found = build_services(Profile(profile))
    try:
        found.vault.open_for_this_run()  # no keyring is asked
        yield found
    finally:
        found.close()


@pytest.fixture
def provisioning(services: Services) -> Provisioning:
    return Provisioning(services.database, services.integrations, services.monitor, services.clock)


def imported(provisioning: Provisioning, text: str, stdin: bytes = b"") -> list[str]:
    return [str(each.result) for each in provisioning.import_file(text.encode(), HERE, lambda: stdin)]


def the_one(services: Services) -> Integration:
    (status,) = services.statuses.all()
    return status.integration


def faults(provisioning: Provisioning, text: str) -> set[tuple[str, FieldFault]]:
    with pytest.raises(ProvisioningError) as caught:
        imported(provisioning, text)
    return {(each.path, each.fault) for refused in caught.value.refused for each in refused.errors}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (APP, OAuthSettings(tenant_id=TENANT, client_id=CLIENT, client_secret=SECRET)),
        (
            MICROSOFT
            + """
            sign_in = "interactive"
            mailbox = "shared@example.org"
            cloud = "us_gov"
            scopes = ["https://outlook.office365.us/IMAP.AccessAsUser.All"]
            """,
            OAuthSettings(
                sign_in=SignIn.INTERACTIVE,
                mailbox="shared@example.org",
                tenant_id=TENANT,
                client_id=CLIENT,
                cloud=Cloud.US_GOV,
                scopes=("https://outlook.office365.us/IMAP.AccessAsUser.All",),
            ),
        ),
        (
            MICROSOFT
            + """
            certificate_from = "file:app.pem"
            authority = "https://login.example.org/tenant"
            """,
            OAuthSettings(
                tenant_id=TENANT,
                client_id=CLIENT,
                certificate=SecretReference(SecretPlace.FILE, "/etc/mailint/app.pem"),
                authority="https://login.example.org/tenant",
            ),
        ),
        (
            APP + "secret_expires_on = 2027-01-31",
            OAuthSettings(
                tenant_id=TENANT,
                client_id=CLIENT,
                client_secret=SECRET,
                secret_expires_on=date(2027, 1, 31),
            ),
        ),
        (
            SERVICE,
            OAuthSettings(
                sign_in=SignIn.SERVICE_ACCOUNT,
                key_file=SecretReference(SecretPlace.FILE, "/etc/mailint/keys/support.json"),
            ),
        ),
        (
            GOOGLE + 'key_file = "env:SUPPORT_KEY"\nmailbox = "desk@example.org"',
            OAuthSettings(
                sign_in=SignIn.SERVICE_ACCOUNT,
                mailbox="desk@example.org",
                key_file=SecretReference(SecretPlace.ENVIRONMENT, "SUPPORT_KEY"),
            ),
        ),
        (
            GOOGLE
            + """
            sign_in = "interactive"
            client_id = "desk.apps.googleusercontent.com"
            client_secret_from = "env:SUPPORT_SECRET"
            authorization_endpoint = "https://accounts.example.org/auth"
            token_endpoint = "https://accounts.example.org/token"
            """,
            OAuthSettings(
                sign_in=SignIn.INTERACTIVE,
                client_id="desk.apps.googleusercontent.com",
                client_secret=SECRET,
                authorization_endpoint="https://accounts.example.org/auth",
                token_endpoint="https://accounts.example.org/token",
            ),
        ),
    ],
)
def test_a_sign_in_is_taken_in_and_its_export_changes_nothing(
    provisioning: Provisioning, services: Services, text: str, expected: OAuthSettings
) -> None:
    assert imported(provisioning, text) == [ImportResult.CREATED]
    stored = the_one(services)
    assert stored.incoming.oauth == expected
    assert stored.enabled
    exported = provisioning.export()
    assert imported(provisioning, exported) == [ImportResult.UNCHANGED]
    assert the_one(services) == stored
    services.integrations.delete([stored.id])
    assert imported(provisioning, exported) == [ImportResult.CREATED]
    assert the_one(services).incoming == stored.incoming


@pytest.mark.parametrize(
    ("text", "incoming", "outgoing"),
    [
        (APP + SAME, ("outlook.office365.com", 993), ("smtp.office365.com", 587)),
        (APP + 'protocol = "pop3"\n' + SAME, ("outlook.office365.com", 995), ("smtp.office365.com", 587)),
        (APP + 'cloud = "china"\n' + SAME, ("partner.outlook.cn", 993), ("smtp.partner.outlook.cn", 587)),
        (SERVICE + SAME, ("imap.gmail.com", 993), ("smtp.gmail.com", 587)),
        (
            SERVICE + 'security = "starttls"\n' + SAME + 'security = "ssl"',
            ("imap.gmail.com", 143),
            ("smtp.gmail.com", 465),
        ),
        (
            APP + "port = 1993\n" + SAME + "port = 1587",
            ("outlook.office365.com", 1993),
            ("smtp.office365.com", 1587),
        ),
        (
            APP + 'server = "mail.example.org"\n' + SAME + 'server = "smtp.example.org"',
            ("mail.example.org", 993),
            ("smtp.example.org", 587),
        ),
    ],
)
def test_the_server_is_the_providers_unless_it_is_named(
    provisioning: Provisioning,
    services: Services,
    text: str,
    incoming: tuple[str, int],
    outgoing: tuple[str, int],
) -> None:
    imported(provisioning, text)
    stored = the_one(services)
    assert (stored.incoming.server, stored.incoming.port) == incoming
    assert (stored.outgoing.server, stored.outgoing.port) == outgoing
    assert imported(provisioning, text) == [ImportResult.UNCHANGED]


def test_outgoing_signs_in_with_settings_of_its_own(provisioning: Provisioning, services: Services) -> None:
    own = """
[integration.outgoing]
authentication = "google"
mailbox = "sender@example.org"
key_file = "sender.json"
"""
    imported(provisioning, APP + own)
    outgoing = the_one(services).outgoing
    assert outgoing.authentication is OutgoingAuthentication.GOOGLE
    assert outgoing.oauth.sign_in is SignIn.SERVICE_ACCOUNT
    assert outgoing.oauth.mailbox == "sender@example.org"
    assert (outgoing.server, outgoing.security) == ("smtp.gmail.com", Security.STARTTLS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            APP + 'key_file = "x.json"\ntoken_endpoint = "https://a.example/t"',
            {
                ("incoming.key_file", FieldFault.OTHER_AUTHENTICATION),
                ("incoming.token_endpoint", FieldFault.OTHER_AUTHENTICATION),
            },
        ),
        (
            SERVICE + f'tenant_id = "{TENANT}"\ncloud = "public"\ncertificate_from = "vault"\nauthority = ""',
            {
                ("incoming.tenant_id", FieldFault.OTHER_AUTHENTICATION),
                ("incoming.cloud", FieldFault.OTHER_AUTHENTICATION),
                ("incoming.certificate_from", FieldFault.OTHER_AUTHENTICATION),
                ("incoming.authority", FieldFault.OTHER_AUTHENTICATION),
            },
        ),
        (
            APP + SAME + f'client_id = "{CLIENT}"',
            {("outgoing.client_id", FieldFault.OTHER_AUTHENTICATION)},
        ),
        (
            '[[integration]]\nname = "A"\n[integration.incoming]\naddress = "a@example.org"\n'
            'server = "mail.example.org"\nuser_name = "a"\npassword_from = "env:PW"\nmailbox = "b@example.org"',
            {("incoming.mailbox", FieldFault.OTHER_AUTHENTICATION)},
        ),
        (APP + 'sign_in = "service_account"', {("incoming.sign_in", FieldFault.UNKNOWN_VALUE)}),
        (  # the server and the user name depend on what nobody can read
            '[[integration]]\nname = "A"\n[integration.incoming]\naddress = "a@example.org"\n'
            'authentication = "oauth"',
            {("incoming.authentication", FieldFault.UNKNOWN_VALUE)},
        ),
        (APP + 'sign_in = "magic"', {("incoming.sign_in", FieldFault.UNKNOWN_VALUE)}),
        (GOOGLE + 'sign_in = "device_code"', {("incoming.sign_in", FieldFault.UNKNOWN_VALUE)}),
        (APP + 'secret_expires_on = "31.1.2027"', {("incoming.secret_expires_on", FieldFault.BAD_DATE)}),
        (APP + "secret_expires_on = 1999-01-01", {("incoming.secret_expires_on", FieldFault.OUT_OF_RANGE)}),
        (APP + 'secret_expires_on = "9999-12-31"', {("incoming.secret_expires_on", FieldFault.OUT_OF_RANGE)}),
        (
            APP + "enabled = false\nsecret_expires_on = 0001-01-01",
            {("incoming.secret_expires_on", FieldFault.OUT_OF_RANGE)},
        ),
        (
            APP + "secret_expires_on = 2027-01-31T00:00:00Z",
            {("incoming.secret_expires_on", FieldFault.WRONG_TYPE)},
        ),
        (APP + 'scopes = "a b"', {("incoming.scopes", FieldFault.WRONG_TYPE)}),
        (APP + 'authority = "http://a.example/t"', {("incoming.authority", FieldFault.BAD_URL)}),
        (APP.replace(CLIENT, "support"), {("incoming.client_id", FieldFault.NO_GUID)}),
        (APP.replace(TENANT, "support"), {("incoming.tenant_id", FieldFault.NO_TENANT)}),
        (
            MICROSOFT + 'client_secret_from = "hunter2"',
            {("incoming.client_secret_from", FieldFault.BAD_REFERENCE)},
        ),
        (
            MICROSOFT + 'client_secret_from = "stdin"\ncertificate_from = "stdin"',
            {
                ("incoming.client_secret_from", FieldFault.OTHER_CREDENTIAL),
                ("incoming.certificate_from", FieldFault.BAD_REFERENCE),
            },
        ),
        (
            APP + 'certificate_from = "env:SUPPORT_CERTIFICATE"\nsecret_expires_on = "2027-01-31"',
            {
                ("incoming.client_secret_from", FieldFault.OTHER_CREDENTIAL),
                ("incoming.secret_expires_on", FieldFault.OTHER_CREDENTIAL),
            },
        ),
        (
            APP + 'user_name = "support"\npassword_from = "env:PW"\npassword_expires_on = "2027-01-31"',
            {
                ("incoming.user_name", FieldFault.OTHER_AUTHENTICATION),
                ("incoming.password_from", FieldFault.OTHER_AUTHENTICATION),
                ("incoming.password_expires_on", FieldFault.OTHER_AUTHENTICATION),
            },
        ),
        (
            APP
            + '[integration.outgoing]\nauthentication = "google"\nkey_file = "x.json"\nsasl_mechanism = "plain"',
            {("outgoing.sasl_mechanism", FieldFault.OTHER_AUTHENTICATION)},
        ),
        (
            MICROSOFT
            + 'sign_in = "device_code"\nclient_secret_from = "env:S"\nsecret_expires_on = "2027-01-31"',
            {
                ("incoming.client_secret_from", FieldFault.OTHER_SIGN_IN),
                ("incoming.secret_expires_on", FieldFault.OTHER_SIGN_IN),
            },
        ),
        (
            MICROSOFT + 'sign_in = "interactive"\ncertificate_from = "env:SUPPORT_CERTIFICATE"',
            {("incoming.certificate_from", FieldFault.OTHER_SIGN_IN)},
        ),
        (
            SERVICE
            + f'client_id = "{CLIENT}"\nclient_secret_from = "env:S"\nauthorization_endpoint = "https://a.example/"',
            {
                ("incoming.client_id", FieldFault.OTHER_SIGN_IN),
                ("incoming.client_secret_from", FieldFault.OTHER_SIGN_IN),
            },
        ),
        (
            SERVICE + f'sign_in = "interactive"\nclient_id = "{CLIENT}"',
            {("incoming.key_file", FieldFault.OTHER_SIGN_IN)},
        ),
        (APP + 'scopes = ["one", "two three"]', {("incoming.scopes", FieldFault.BAD_SCOPE)}),
        (GOOGLE + 'key_file = ""', {("incoming.key_file", FieldFault.BAD_REFERENCE)}),
        (GOOGLE + "key_file = 1", {("incoming.key_file", FieldFault.BAD_REFERENCE)}),
    ],
)
def test_every_fault_is_beside_its_key(
    provisioning: Provisioning, services: Services, text: str, expected: set[tuple[str, FieldFault]]
) -> None:
    assert faults(provisioning, text) == expected
    assert services.statuses.all() == ()


@pytest.mark.parametrize(
    "text",
    [
        MICROSOFT,
        MICROSOFT + 'client_secret_from = "vault"',
        GOOGLE,
        GOOGLE + f'sign_in = "interactive"\nclient_id = "{CLIENT}"',
    ],
)
def test_without_its_secret_it_is_saved_and_disabled(
    provisioning: Provisioning, services: Services, text: str
) -> None:
    imported(provisioning, text)
    (status,) = services.statuses.all()
    assert status.state is DirectionState.DISABLED
    error = status.health.incoming.last_error
    assert error is not None
    assert error.problem.kind is ProblemKind.PASSWORD_MISSING
    assert imported(provisioning, text) == [ImportResult.UNCHANGED]


SUPPLIED = (
    '[[integration]]\nname = "Support"\n{}[integration.incoming]\nclient_secret_from = "env:SUPPORT_SECRET"\n'
)


def missing(provisioning: Provisioning, text: str) -> list[str]:
    """What is told of each secret that is missing."""
    done = provisioning.import_file(text.encode(), HERE, bytes)
    return [str(words(one.problem, each.name, one.direction)) for each in done for one in each.missing]


def test_a_vault_that_has_nothing_is_told_as_such(provisioning: Provisioning) -> None:
    told = missing(provisioning, MICROSOFT + 'client_secret_from = "vault"')
    assert told == [
        "Support is disabled: it was imported with “vault” for its client secret, and nothing is stored there. Enter "
        "it on the Incoming email tab and enable the integration; or name another place by client_secret_from in "
        "[integration.incoming]."
    ]


def test_what_is_missing_is_told_with_the_line_that_gives_it(
    provisioning: Provisioning, services: Services
) -> None:
    told = missing(provisioning, MICROSOFT)
    assert told == [
        "Support is disabled: it was imported without its client secret or certificate. Enter the client secret, or "
        'choose a certificate, on the Incoming email tab and enable it; or add client_secret_from = "env:NAME" to '
        "[integration.incoming] in the import file, and import that again."
    ]
    status = only(services)
    error = status.health.incoming.standing_error
    assert error is not None
    assert str(words(error.problem, "Support")) == told[0]
    assert condition_words(status, AccountProperties()) == "Disabled: no client secret"
    assert missing(provisioning, MICROSOFT) == told
    assert only(services) == status


@pytest.mark.parametrize("enabled", ["", "enabled = true\n"])
def test_the_secret_that_was_missing_enables_it(
    provisioning: Provisioning, services: Services, enabled: str
) -> None:
    imported(provisioning, MICROSOFT)
    (done,) = provisioning.import_file(SUPPLIED.format(enabled).encode(), HERE, bytes)
    assert (done.result, done.enabled, done.missing) == (ImportResult.CHANGED, True, ())
    assert only(services).state is DirectionState.ACTIVE
    assert only(services).health.incoming.last_error is None


def test_its_export_with_the_secret_that_was_missing_enables_it(
    provisioning: Provisioning, services: Services
) -> None:
    imported(provisioning, SERVICE.replace('key_file = "keys/support.json"', ""))
    imported(provisioning, provisioning.export() + 'key_file = "keys/support.json"\n')
    assert only(services).state is DirectionState.ACTIVE


def test_what_an_admin_wants_disabled_stays_so_with_its_secret(
    provisioning: Provisioning, services: Services
) -> None:
    imported(
        provisioning, MICROSOFT.replace("[integration.incoming]", "enabled = false\n[integration.incoming]")
    )
    imported(provisioning, SUPPLIED.format(""))
    assert only(services).state is DirectionState.DISABLED
    assert only(services).health.incoming.last_error is None
    imported(provisioning, SUPPLIED.format("enabled = true\n"))
    assert only(services).state is DirectionState.ACTIVE


def test_what_errors_disabled_stays_so_with_its_secret(
    provisioning: Provisioning, services: Services
) -> None:
    imported(provisioning, APP)
    services.properties.set({"disable_after_incoming_errors": "3", "disable_grace": "0s"})
    for _ in range(3):
        problem = Problem(ProblemKind.CLIENT_SECRET_WRONG)
        services.monitor.record(the_one(services), Direction.INCOMING, Attempt(problem))
    change = '[[integration]]\nname = "Support"\n[integration.incoming]\nclient_secret_from = "vault"\n'
    assert missing(provisioning, change)
    imported(provisioning, SUPPLIED.format("enabled = true\n"))
    assert only(services).integration.enabled
    assert only(services).state is DirectionState.DISABLED_BY_ERRORS


def test_a_secret_that_is_entered_in_the_form_is_not_missing_any_more(
    provisioning: Provisioning, services: Services
) -> None:
    imported(provisioning, MICROSOFT)
    typed = TypedPasswords.one(SecretPurpose.INCOMING_CLIENT_SECRET, Secret("entered"))
    services.integrations.save(the_one(services), typed)
    status = only(services)
    assert status.health.incoming.last_error is None
    assert condition_words(status, AccountProperties()) == "Disabled"


def test_a_day_that_is_over_is_taken_and_told(provisioning: Provisioning, services: Services) -> None:
    imported(provisioning, APP + "secret_expires_on = 2020-01-01")
    status = only(services)
    assert status.integration.incoming.oauth.secret_expires_on == date(2020, 1, 1)
    assert condition_words(status, AccountProperties()) == "Not checked yet"
    assert status.expiring is not None
    assert expiry_state(status.expiring) == "Secret has expired"
    assert imported(provisioning, provisioning.export()) == [ImportResult.UNCHANGED]


@pytest.mark.parametrize("sign_in", ["interactive", "device_code"])
def test_whoever_is_to_sign_in_is_asked_for_by_the_first_check(
    provisioning: Provisioning, services: Services, sign_in: str
) -> None:
    imported(provisioning, MICROSOFT + f'sign_in = "{sign_in}"')
    status = only(services)
    assert status.state is DirectionState.ACTIVE
    outcome = services.check_mail.check(status.id, CancelScope())
    assert outcome.problem is not None
    assert outcome.problem.kind is ProblemKind.SIGN_IN_NEEDED
    assert only(services).state is DirectionState.NEEDS_SIGN_IN


def only(services: Services) -> IntegrationStatus:
    (status,) = services.statuses.all()
    return status


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CERTIFICATE = certified(KEY)
PEM, PFX, LOCKED = pem(KEY, CERTIFICATE), pfx(KEY, CERTIFICATE, ""), pfx(KEY, CERTIFICATE, PASSWORD)
KEY_FILE = json.dumps(
    {
        "type": "service_account",
        "client_email": "m@p.iam.gserviceaccount.com",
        "private_key": private_pem(KEY),
    }
).encode()


@pytest.mark.parametrize(
    ("text", "purpose", "given", "kept"),
    [
        (
            MICROSOFT + 'client_secret_from = "stdin"',
            SecretPurpose.INCOMING_CLIENT_SECRET,
            b"canary-4711\n",
            "canary-4711",
        ),
        (MICROSOFT + 'certificate_from = "stdin"', SecretPurpose.INCOMING_CERTIFICATE, PEM, PEM.decode()),
        (
            MICROSOFT + 'certificate_from = "stdin"',
            SecretPurpose.INCOMING_CERTIFICATE,
            PFX,
            base64.b64encode(PFX).decode(),
        ),
        (GOOGLE + 'key_file = "stdin"', SecretPurpose.INCOMING_KEY_FILE, KEY_FILE, KEY_FILE.decode()),
    ],
)
def test_a_secret_on_standard_input_goes_into_the_vault(
    provisioning: Provisioning, services: Services, text: str, purpose: SecretPurpose, given: bytes, kept: str
) -> None:
    assert imported(provisioning, text, given) == [ImportResult.CREATED]
    stored = the_one(services)
    assert stored.enabled
    assert services.credentials.stored(stored.id, IN_VAULT, purpose).reveal() == kept
    exported = provisioning.export()
    assert kept.strip() not in exported
    assert '= "vault"' in exported
    assert imported(provisioning, exported) == [ImportResult.UNCHANGED]


OF_NO_USE = [
    ("certificate_from", b"nothing of the kind", FieldFault.NO_CERTIFICATE),
    ("certificate_from", private_pem(KEY).encode(), FieldFault.NO_CERTIFICATE),
    ("certificate_from", CERTIFICATE.public_bytes(Encoding.PEM), FieldFault.NO_PRIVATE_KEY),
    ("certificate_from", LOCKED, FieldFault.PRIVATE_KEY_LOCKED),
    ("key_file", b'{"installed": {}}', FieldFault.NO_KEY_FILE),
    ("key_file", PEM, FieldFault.NO_KEY_FILE),
]


@pytest.mark.parametrize("place", ["stdin", "file"])
@pytest.mark.parametrize(("key", "content", "fault"), OF_NO_USE)
def test_a_file_of_no_use_is_refused_beside_its_key(
    provisioning: Provisioning,
    services: Services,
    tmp_path: Path,
    place: str,
    key: str,
    content: bytes,
    fault: FieldFault,
) -> None:
    (tmp_path / "chosen").write_bytes(content)
    source = "stdin" if place == "stdin" else f"file:{tmp_path / 'chosen'}"
    text = (GOOGLE if key == "key_file" else MICROSOFT) + f'{key} = "{source}"'
    with pytest.raises(ProvisioningError) as caught:
        imported(provisioning, text, content)
    [refused] = caught.value.refused
    assert [(each.path, each.fault) for each in refused.errors] == [(f"incoming.{key}", fault)]
    assert services.statuses.all() == ()


@pytest.mark.parametrize("content", [PEM, PFX])
def test_a_file_that_holds_both_is_taken(
    provisioning: Provisioning, services: Services, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "app").write_bytes(content)
    text = MICROSOFT + f'certificate_from = "file:{tmp_path / "app"}"'
    assert imported(provisioning, text) == [ImportResult.CREATED]
    assert the_one(services).enabled


def test_an_empty_file_is_of_no_use(provisioning: Provisioning, tmp_path: Path) -> None:
    path = tmp_path / "app.pem"
    path.touch()
    text = MICROSOFT + f'certificate_from = "file:{path}"'
    assert faults(provisioning, text) == {("incoming.certificate_from", FieldFault.NO_CERTIFICATE)}


def test_a_file_that_is_not_there_yet_is_looked_at_when_it_is_needed(
    provisioning: Provisioning, services: Services, tmp_path: Path
) -> None:
    path = tmp_path / "app.pem"
    imported(provisioning, MICROSOFT + f'certificate_from = "file:{path}"')
    path.write_bytes(CERTIFICATE.public_bytes(Encoding.PEM))
    problem = services.check_mail.check(only(services).id, CancelScope()).problem
    assert problem is not None
    assert (problem.kind, problem.facts["fault"]) == (
        ProblemKind.CERTIFICATE_UNUSABLE,
        FieldFault.NO_PRIVATE_KEY,
    )


def test_nothing_on_standard_input_is_refused_beside_its_key(
    provisioning: Provisioning, services: Services
) -> None:
    text = MICROSOFT + 'client_secret_from = "stdin"'
    assert faults(provisioning, text) == {("incoming.client_secret_from", FieldFault.REQUIRED)}
    assert services.statuses.all() == ()


def test_a_certificate_takes_the_place_of_the_client_secret(
    provisioning: Provisioning, services: Services
) -> None:
    change = '[[integration]]\nname = "Support"\n[integration.incoming]\n'
    imported(provisioning, APP)
    imported(provisioning, change + 'certificate_from = "env:SUPPORT_CERTIFICATE"')
    oauth = the_one(services).incoming.oauth
    assert (oauth.client_secret, str(oauth.certificate)) == (NO_SECRET, "env:SUPPORT_CERTIFICATE")
    imported(provisioning, change + 'client_secret_from = "env:SUPPORT_SECRET"')
    oauth = the_one(services).incoming.oauth
    assert (oauth.client_secret, oauth.certificate) == (SECRET, NO_SECRET)


def test_another_provider_keeps_what_was_typed_for_the_first_one_and_exports_its_own_alone(
    provisioning: Provisioning, services: Services
) -> None:
    imported(provisioning, APP + 'server = "mail.example.org"')
    change = '[[integration]]\nname = "Support"\n[integration.incoming]\n'
    imported(provisioning, change + 'authentication = "google"\nkey_file = "x.json"')
    incoming = the_one(services).incoming
    assert incoming.authentication is IncomingAuthentication.GOOGLE
    assert incoming.oauth.sign_in is SignIn.SERVICE_ACCOUNT
    assert (incoming.oauth.tenant_id, incoming.oauth.client_secret) == (TENANT, SECRET)
    exported = provisioning.export()
    assert 'key_file = "/etc/mailint/x.json"' in exported
    assert not {"tenant_id", "cloud", "authority"} & {
        line.partition(" ")[0] for line in exported.splitlines()
    }
    assert imported(provisioning, exported) == [ImportResult.UNCHANGED]


def test_an_integration_with_a_password_exports_no_key_of_a_sign_in(
    provisioning: Provisioning, services: Services
) -> None:
    imported(provisioning, APP + 'server = "mail.example.org"')
    change = '[[integration]]\nname = "Support"\n[integration.incoming]\n'
    imported(
        provisioning, change + 'authentication = "password"\nuser_name = "support"\npassword_from = "env:PW"'
    )
    keys = {line.partition(" ")[0] for line in provisioning.export().splitlines()}
    assert not {"sign_in", "tenant_id", "client_id", "client_secret_from", "scopes"} & keys
    assert imported(provisioning, provisioning.export()) == [ImportResult.UNCHANGED]


def test_the_examples_of_the_readme_are_taken_in(provisioning: Provisioning, services: Services) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    examples = re.findall(r"```toml\n(.*?)```", readme, re.DOTALL)
    assert imported(provisioning, "\n".join(examples)) == [ImportResult.CREATED] * 2
    assert all(status.integration.enabled for status in services.statuses.all())


def test_the_readme_has_every_key_of_a_sign_in() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    table = [
        line.partition("|")[2].partition("|")[0] for line in readme.splitlines() if line.startswith("| `")
    ]
    documented = {key for cell in table for key in re.findall(r"`(\w+)`", cell)}
    assert {*OAUTH, *SECRETS, "password_expires_on"} - {"password_from"} <= documented
