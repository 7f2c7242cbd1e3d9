"""Integrations from and to a file: merged, all or nothing, with every fault told."""

import os
import string
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailint_gui.application import build_services
from mailint_gui.domain.filing import AutomaticMail, ClosedRecords, FilingSettings, RecordMatching
from mailint_gui.domain.health import Attempt, DirectionState
from mailint_gui.domain.integration import (
    AfterProcessing,
    Direction,
    FirstCheck,
    IncomingSettings,
    Integration,
    MessageFormat,
    OutgoingAuthentication,
    OutgoingSettings,
    Protocol,
    SaslMechanism,
    Security,
)
from mailint_gui.domain.oauth import OAuthSettings
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.secret import IN_VAULT, NO_SECRET, SecretPlace, SecretPurpose, SecretReference
from mailint_gui.domain.validation import FieldFault, validate
from mailint_gui.profile import Profile
from mailint_gui.services.provisioning import ImportResult, Provisioning
from mailint_gui.services.provisioning_file import ProvisioningError, read_entries, write_entries
from mailint_gui.services.provisioning_keys import FILING, GENERAL, INCOMING, OAUTH, OUTGOING, SECRETS
from mailint_gui.services.services import Services

IN = """
[[integration]]
name = "Support"
[integration.incoming]
address = "support@example.org"
server = "mail.example.org"
user_name = "support"
password_from = "env:SUPPORT_PW"
"""
OUT = """
[integration.outgoing]
server = "smtp.example.org"
user_name = "support"
password_from = "env:SUPPORT_PW"
"""


@pytest.fixture
def services(profile: Path) -> Iterator[Services]:
    with opened(profile) as found:
        yield found


@contextmanager
def opened(directory: Path) -> Iterator[Services]:
    found = build_services(Profile(directory))
    try:
        found.vault.open_for_this_run()  # no keyring is asked
        yield found
    finally:
        found.close()


@pytest.fixture
def provisioning(services: Services) -> Provisioning:
    return Provisioning(services.database, services.integrations, services.monitor, services.clock)


def imported(
    provisioning: Provisioning, text: str, stdin: bytes = b"", at: Path = Path("/etc/mailint")
) -> list[str]:
    return [str(each.result) for each in provisioning.import_file(text.encode(), at, lambda: stdin)]


def stored(services: Services) -> dict[str, Integration]:
    return {each.name: each.integration for each in services.statuses.all()}


def faults(provisioning: Provisioning, text: str) -> set[tuple[str, str, FieldFault]]:
    with pytest.raises(ProvisioningError) as caught:
        imported(provisioning, text)
    return {
        (refused.subject, each.path, each.fault)
        for refused in caught.value.refused
        for each in refused.errors
    }


def test_the_keys_are_the_settings_and_nothing_else() -> None:
    left_out = {"id", "incoming", "outgoing", "filing", "oauth", "last_modified_by", "last_modified_at"}
    left_out |= set(SECRETS.values())
    settings_of = {
        Integration: GENERAL,
        IncomingSettings: INCOMING,
        OutgoingSettings: OUTGOING,
        FilingSettings: FILING,
        OAuthSettings: OAUTH,
    }
    for kind, keys in settings_of.items():
        assert {item.name for item in fields(kind)} - left_out == set(keys)


def test_a_new_one_gets_the_defaults(provisioning: Provisioning, services: Services) -> None:
    assert imported(provisioning, IN) == [ImportResult.CREATED]
    found = stored(services)["Support"]
    assert found.incoming == IncomingSettings(
        enabled=True,
        address="support@example.org",
        server="mail.example.org",
        user_name="support",
        password=SecretReference(SecretPlace.ENVIRONMENT, "SUPPORT_PW"),
    )
    assert found.outgoing == OutgoingSettings()
    assert found.enabled
    assert found.last_modified_at is not None


@pytest.mark.parametrize(
    ("security", "port"), [("ssl", 993), ("starttls", 143), ('none"\nallow_insecure = true #', 143)]
)
def test_the_port_follows_the_security(
    provisioning: Provisioning, services: Services, security: str, port: int
) -> None:
    imported(provisioning, IN + f'security = "{security}"')
    assert stored(services)["Support"].incoming.port == port


def test_pop3_has_its_own_port_and_leaves_mail_unless_told(
    provisioning: Provisioning, services: Services
) -> None:
    imported(provisioning, IN + 'protocol = "pop3"')
    incoming = stored(services)["Support"].incoming
    assert (incoming.protocol, incoming.port) == (Protocol.POP3, 995)
    assert (incoming.after_processing, incoming.delete_after_days) == (AfterProcessing.LEAVE, 0)
    change = '[[integration]]\nname = "Support"\n[integration.incoming]\n'
    imported(provisioning, change + 'after_processing = "delete"\ndelete_after_days = 14')
    imported(provisioning, change + 'check_every = "5m"')
    incoming = stored(services)["Support"].incoming
    assert (incoming.after_processing, incoming.delete_after_days) == (AfterProcessing.DELETE, 14)


def test_filing_is_merged_key_by_key(provisioning: Provisioning, services: Services) -> None:
    imported(
        provisioning,
        IN + '[integration.filing]\nignore_senders = ["a@b.example", " Spam.example "]\ncategory = "Mail"',
    )
    imported(
        provisioning,
        '[[integration]]\nname = "Support"\n[integration.filing]\nautomatic_mail = "accept"\ncategory = ""',
    )
    assert stored(services)["Support"].filing == FilingSettings(
        ignore_senders=("a@b.example", "Spam.example"), automatic_mail=AutomaticMail.ACCEPT
    )


def test_the_same_name_is_changed_and_what_is_left_out_stays(
    provisioning: Provisioning, services: Services
) -> None:
    imported(provisioning, IN + 'check_every = "5m"\nport = 1993' + OUT)
    before = stored(services)["Support"]
    change = '[[integration]]\nname = "SUPPORT"\n[integration.incoming]\nsecurity = "starttls"\nfolder = "In"'
    assert imported(provisioning, change) == [ImportResult.CHANGED]
    after = stored(services)
    assert list(after) == ["SUPPORT"]
    assert after["SUPPORT"].id == before.id
    assert after["SUPPORT"].incoming == replace(before.incoming, security=Security.STARTTLS, folder="In")
    assert after["SUPPORT"].outgoing == before.outgoing


def test_a_second_import_changes_nothing(provisioning: Provisioning, services: Services) -> None:
    imported(provisioning, IN + OUT)
    before = stored(services)
    assert imported(provisioning, IN + OUT) == [ImportResult.UNCHANGED]
    assert stored(services) == before


def test_a_file_reference_is_absolute_against_the_file(
    provisioning: Provisioning, services: Services
) -> None:
    imported(provisioning, IN.replace("env:SUPPORT_PW", "file:../pw"), at=Path("/etc/mailint"))
    assert stored(services)["Support"].incoming.password == SecretReference(SecretPlace.FILE, "/etc/pw")


def test_an_unset_variable_is_not_missing(provisioning: Provisioning, services: Services) -> None:
    assert "SUPPORT_PW" not in os.environ
    imported(provisioning, IN)
    assert services.statuses.all()[0].state is DirectionState.ACTIVE


@pytest.mark.parametrize("source", ["", 'password_from = "vault"'])
def test_a_missing_password_disables(provisioning: Provisioning, services: Services, source: str) -> None:
    text = IN.replace('password_from = "env:SUPPORT_PW"', source)
    assert imported(provisioning, text) == [ImportResult.CREATED]
    (status,) = services.statuses.all()
    assert status.state is DirectionState.DISABLED
    error = status.health.incoming.last_error
    assert error is not None
    assert error.problem.kind is ProblemKind.PASSWORD_MISSING
    assert status.health.incoming.consecutive_errors == 0
    assert imported(provisioning, text) == [ImportResult.UNCHANGED]
    assert services.statuses.all() == (status,)


def test_a_password_on_standard_input_goes_into_the_vault(
    provisioning: Provisioning, services: Services
) -> None:
    text = IN.replace("env:SUPPORT_PW", "stdin")
    assert imported(provisioning, text, b"s3cret\r\n") == [ImportResult.CREATED]
    found = stored(services)["Support"]
    assert found.incoming.password == IN_VAULT
    assert services.credentials.password(found, Direction.INCOMING).reveal() == "s3cret"
    assert "s3cret" not in provisioning.export()
    kept = IN.replace("env:SUPPORT_PW", "vault")
    assert imported(provisioning, kept) == [ImportResult.UNCHANGED]
    assert services.statuses.all()[0].state is DirectionState.ACTIVE


def test_no_password_on_standard_input_is_refused(provisioning: Provisioning, services: Services) -> None:
    text = IN.replace("env:SUPPORT_PW", "stdin")
    with pytest.raises(ProvisioningError):
        imported(provisioning, text, b"\n")
    assert stored(services) == {}


def test_enabled_undoes_what_an_admin_did_and_not_what_errors_did(
    provisioning: Provisioning, services: Services
) -> None:
    imported(provisioning, IN)
    (status,) = services.statuses.all()
    services.properties.set({"disable_after_incoming_errors": "3", "disable_grace": "0s"})
    for _ in range(3):
        problem = Problem(ProblemKind.AUTHENTICATION_FAILED)
        services.monitor.record(status.integration, Direction.INCOMING, Attempt(problem))
    services.integrations.disable([status.id])
    imported(provisioning, '[[integration]]\nname = "Support"\nenabled = true')
    (after,) = services.statuses.all()
    assert after.integration.enabled
    assert after.state is DirectionState.DISABLED_BY_ERRORS


def test_a_new_default_takes_over(provisioning: Provisioning, services: Services) -> None:
    imported(provisioning, '[[integration]]\nname = "A"\nis_default = true\n[[integration]]\nname = "B"')
    imported(provisioning, '[[integration]]\nname = "B"\nis_default = true')
    assert {name: each.is_default for name, each in stored(services).items()} == {"A": False, "B": True}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = ", {("", "", FieldFault.UNREADABLE)}),
        ("\x00", {("", "", FieldFault.UNREADABLE)}),
        ("port = " + "9" * 5000, {("", "", FieldFault.UNREADABLE)}),
        ("x = " + "[" * 100_000, {("", "", FieldFault.UNREADABLE)}),
        ("colour = 1", {("", "colour", FieldFault.UNKNOWN_KEY)}),
        ("integration = 1", {("", "integration", FieldFault.WRONG_TYPE)}),
        ("[[integration]]", {("", "name", FieldFault.REQUIRED)}),
        ("[[integration]]\nname = 1", {("", "name", FieldFault.WRONG_TYPE)}),
        (
            '[[integration]]\nname = "A"\nis_default = true\n[[integration]]\nname = "B"\nis_default = true',
            {("B", "is_default", FieldFault.TWO_DEFAULTS)},
        ),
        (
            '[[integration]]\nname = "A"\n[[integration]]\nname = "a "',
            {("a", "name", FieldFault.NOT_UNIQUE)},
        ),
        ('[[integration]]\nname = "A"\nincoming = 1', {("A", "incoming", FieldFault.WRONG_TYPE)}),
        (
            IN + 'colour = "red"\nport = "x"\ncheck_every = "7"\nsecurity = "tls"\npush = 1\nfolder = ""',
            {
                ("Support", "incoming.colour", FieldFault.UNKNOWN_KEY),
                ("Support", "incoming.port", FieldFault.WRONG_TYPE),
                ("Support", "incoming.check_every", FieldFault.BAD_DURATION),
                ("Support", "incoming.security", FieldFault.UNKNOWN_VALUE),
                ("Support", "incoming.push", FieldFault.WRONG_TYPE),
                ("Support", "incoming.folder", FieldFault.REQUIRED),
            },
        ),
        (
            IN + '[integration.filing]\nignore_senders = "a"\nignore_subjects = [1]\nautomatic_mail = "no"\n'
            'group = 1\ncolour = "red"\nurgency = "a\\nb"',
            {
                ("Support", "filing.ignore_senders", FieldFault.WRONG_TYPE),
                ("Support", "filing.ignore_subjects", FieldFault.WRONG_TYPE),
                ("Support", "filing.automatic_mail", FieldFault.UNKNOWN_VALUE),
                ("Support", "filing.group", FieldFault.WRONG_TYPE),
                ("Support", "filing.colour", FieldFault.UNKNOWN_KEY),
                ("Support", "filing.urgency", FieldFault.CONTROL_CHARACTERS),
            },
        ),
        (
            IN + '[integration.filing]\nignore_senders = ["*", "ok.example", "a b"]',
            {("Support", "filing.ignore_senders", FieldFault.BAD_ADDRESS)},
        ),
        (
            '[[integration]]\nname = "A"\nfiling = ["x"]',
            {("A", "filing", FieldFault.WRONG_TYPE)},
        ),
        (
            IN + 'protocol = "pop3"\nafter_processing = "mark_read"',
            {("Support", "incoming.after_processing", FieldFault.UNKNOWN_VALUE)},
        ),
        (IN + "port = 70000", {("Support", "incoming.port", FieldFault.OUT_OF_RANGE)}),
        (
            IN + 'security = "none"',
            {("Support", "incoming.security", FieldFault.INSECURE_NEEDS_CONSENT)},
        ),
        (
            IN.replace("env:SUPPORT_PW", "hunter2"),
            {("Support", "incoming.password_from", FieldFault.BAD_REFERENCE)},
        ),
        (
            (IN + OUT).replace("env:SUPPORT_PW", "stdin"),
            {("Support", "outgoing.password_from", FieldFault.BAD_REFERENCE)},
        ),
    ],
)
def test_every_fault_is_told_and_nothing_is_changed(
    provisioning: Provisioning, services: Services, text: str, expected: set[tuple[str, str, FieldFault]]
) -> None:
    imported(provisioning, '[[integration]]\nname = "Before"')
    before = stored(services)
    good = '[[integration]]\nname = "Good"\n'
    assert faults(provisioning, text if expected and not min(expected)[0] else good + text) >= expected
    assert faults(provisioning, text) == expected
    assert stored(services) == before


def test_what_is_exported_says_so_of_names_it_does_not_know(provisioning: Provisioning) -> None:
    with pytest.raises(LookupError):
        provisioning.export(["Nobody"])


# Whatever an integration can be, its export is read back as the same.

TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30).map(str.strip)
WORD = st.text(string.ascii_lowercase, min_size=1, max_size=8)
REFERENCES = st.one_of(
    st.just(NO_SECRET),
    WORD.map(lambda name: SecretReference(SecretPlace.ENVIRONMENT, name.upper())),
    WORD.map(lambda name: SecretReference(SecretPlace.FILE, f"/run/{name}")),
)
INCOMING_SETTINGS = st.builds(
    IncomingSettings,
    enabled=st.booleans(),
    address=WORD.map("{}@example.org".format),
    protocol=st.sampled_from(Protocol),
    server=WORD,
    port=st.integers(1, 65535),
    security=st.sampled_from(Security),
    allow_insecure=st.just(True),
    user_name=WORD,
    password=REFERENCES,
    folder=WORD.map(str.upper),
    check_every=st.integers(10, 86400).map(lambda seconds: timedelta(seconds=seconds)),
    push=st.booleans(),
    first_check=st.sampled_from(FirstCheck),
    after_processing=st.sampled_from(AfterProcessing),
    move_to=WORD,
    delete_after_days=st.integers(0, 3650),
    largest_message_mb=st.integers(1, 50),
)
OUTGOING_SETTINGS = st.builds(
    OutgoingSettings,
    enabled=st.booleans(),
    address=st.one_of(st.just(""), WORD.map("{}@example.org".format)),
    display_name=TEXT,
    reply_to=st.one_of(st.just(""), WORD.map("{}@example.org".format)),
    authentication=st.sampled_from(OutgoingAuthentication),
    sasl_mechanism=st.sampled_from(SaslMechanism),
    server=WORD,
    port=st.integers(1, 65535),
    security=st.sampled_from(Security),
    allow_insecure=st.just(True),
    user_name=WORD,
    password=REFERENCES,
    message_format=st.sampled_from(MessageFormat),
    signature=st.text(
        st.characters(blacklist_categories=("Cs", "Cc"), whitelist_characters="\n\t"), max_size=40
    ),
    messages_per_minute=st.integers(0, 100),
    largest_message_mb=st.integers(1, 50),
    sent_folder=st.one_of(st.just(""), st.just("\\Sent"), WORD),
)
FILING_SETTINGS = st.builds(
    FilingSettings,
    ignore_senders=st.lists(WORD.map("{}.example".format), max_size=3, unique=True).map(tuple),
    ignore_subjects=st.lists(TEXT.filter(bool), max_size=3, unique=True).map(tuple),
    automatic_mail=st.sampled_from(AutomaticMail),
    record_matching=st.sampled_from(RecordMatching),
    status_after_reply=TEXT,
    closed_records=st.sampled_from(ClosedRecords),
    category=TEXT,
    urgency=TEXT,
    priority=TEXT,
    assignee=TEXT,
    group=TEXT,
)
INTEGRATIONS = st.builds(
    Integration,
    name=WORD,
    description=TEXT,
    is_default=st.booleans(),
    enabled=st.booleans(),
    responsible_admin=st.one_of(st.just(""), WORD.map("{}@example.org".format)),
    incoming=st.one_of(st.just(IncomingSettings()), INCOMING_SETTINGS),
    outgoing=st.one_of(st.just(OutgoingSettings()), OUTGOING_SETTINGS),
    filing=st.one_of(st.just(FilingSettings()), FILING_SETTINGS),
).filter(lambda draft: not validate(draft, ()))


def without_idle_passwords(draft: Integration) -> Integration:
    """Beside a sign-in at a provider, what belongs to a password is not written."""
    if draft.outgoing.provider is None:
        return draft
    idle = {"user_name": "", "password": NO_SECRET, "sasl_mechanism": SaslMechanism.AUTOMATIC}
    return replace(draft, outgoing=replace(draft.outgoing, **idle))  # type: ignore[arg-type]  # as named


@given(INTEGRATIONS)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
def test_an_export_comes_back_as_it_was(
    provisioning: Provisioning, services: Services, draft: Integration
) -> None:
    services.integrations.delete([each.id for each in services.statuses.all()])
    text = write_entries([draft])
    imported(provisioning, text)
    (first,) = services.statuses.all()
    missing = bool(first.health.incoming.last_error or first.health.outgoing.last_error)
    same = replace(first.integration, id=0, last_modified_by="", last_modified_at=None)
    expected = without_idle_passwords(draft)
    assert same == (replace(expected, enabled=False) if missing else expected)
    assert imported(provisioning, provisioning.export()) == [ImportResult.UNCHANGED]
    assert services.statuses.all() == (first,)


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.floats(allow_nan=False)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(
                    [*INCOMING, *GENERAL, *FILING, *OAUTH, *SECRETS, "incoming", "outgoing", "filing"]
                ),
                inner,
                max_size=5,
            ),
        ),
    )
)
@settings(max_examples=200, deadline=None)
def test_any_document_is_read_or_refused(value: object) -> None:
    text = _toml({"integration": [value]})
    if text is not None:
        assert _number_of_entries(text) in {None, 1}


def _toml(document: object) -> str | None:
    try:
        return tomli_w.dumps(document)  # type: ignore[arg-type]  # any value is tried
    except TypeError:  # TOML has no null
        return None


def _number_of_entries(text: str) -> int | None:
    """None when it is refused."""
    try:
        return len(read_entries(text.encode(), Path("/")))
    except ProvisioningError:
        return None


def test_secrets_stay_where_they_are(provisioning: Provisioning, services: Services) -> None:
    imported(provisioning, IN.replace("env:SUPPORT_PW", "stdin"), b"canary-4711")
    found = stored(services)["Support"]
    with services.database.read() as unit:
        sealed = unit.secrets.get(found.id, SecretPurpose.INCOMING_PASSWORD)
    assert sealed is not None
    assert b"canary" not in sealed.ciphertext
