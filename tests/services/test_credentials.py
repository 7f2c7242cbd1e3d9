"""Where a password comes from, and what is said when it does not."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mailint_gui.domain.integration import Direction, Integration, OutgoingAuthentication, OutgoingSettings
from mailint_gui.domain.integration_secrets import FIELD_OF, SecretField
from mailint_gui.domain.login import Login
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import (
    IN_VAULT,
    NO_SECRET,
    Secret,
    SecretReference,
    TypedPasswords,
    VaultState,
)
from mailint_gui.services.announcements import VaultChanged
from mailint_gui.services.credentials import NOTHING_TYPED
from mailint_gui.services.scope import CancelScope
from mailint_gui.wording.problems import words
from tests.servers.mailbox import Mailbox
from tests.servers.secret_service import SecretService
from tests.servers.wait import LIMIT
from tests.services.office import Office

IN, OUT = Direction.INCOMING, Direction.OUTGOING
K = ProblemKind


def integration(
    office: Office, mailbox: Mailbox, reference: SecretReference, **outgoing: object
) -> Integration:
    return Integration(
        name="Support",
        incoming=office.incoming(mailbox, password=reference),
        outgoing=OutgoingSettings(enabled=True, **outgoing),  # type: ignore[arg-type]  # each test knows its own
    )


def login_of(
    office: Office, draft: Integration, direction: Direction, typed: TypedPasswords = NOTHING_TYPED
) -> Login | None:
    return office.services.check_mail.logins.login(draft, direction, CancelScope(), typed)


def kind_of(office: Office, draft: Integration, direction: Direction = IN) -> ProblemKind:
    with pytest.raises(ProblemError) as caught:
        login_of(office, draft, direction)
    return caught.value.problem.kind


def test_typed_wins_over_stored(office: Office, mailbox: Mailbox) -> None:
    draft = integration(office, mailbox, office.password("stored"))
    assert login_of(office, draft, IN) == Login(mailbox.address, Secret("stored"))
    typed = TypedPasswords(incoming=Secret("typed"))
    assert login_of(office, draft, IN, typed) == Login(mailbox.address, Secret("typed"))


def test_references(
    office: Office, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SUPPORT_PW", "from the environment")
    draft = integration(office, mailbox, SecretReference.parse("env:SUPPORT_PW"))
    assert login_of(office, draft, IN) == Login(mailbox.address, Secret("from the environment"))
    monkeypatch.delenv("SUPPORT_PW")
    assert kind_of(office, draft) is K.PASSWORD_MISSING
    draft = integration(office, mailbox, SecretReference.parse(f"file:{tmp_path / 'gone'}"))
    assert kind_of(office, draft) is K.PASSWORD_MISSING
    assert kind_of(office, integration(office, mailbox, NO_SECRET)) is K.PASSWORD_MISSING


def test_same_as_incoming_and_none(office: Office, mailbox: Mailbox) -> None:
    same = OutgoingAuthentication.SAME_AS_INCOMING
    draft = integration(office, mailbox, office.password("stored"), authentication=same)
    assert login_of(office, draft, OUT) == Login(mailbox.address, Secret("stored"))
    typed = TypedPasswords(incoming=Secret("typed"))
    assert login_of(office, draft, OUT, typed) == Login(mailbox.address, Secret("typed"))
    none = integration(office, mailbox, NO_SECRET, authentication=OutgoingAuthentication.NONE)
    assert login_of(office, none, OUT) is None
    stored = office.password("out")
    own = integration(office, mailbox, office.password("in"), user_name="sender", password=stored)
    assert login_of(office, own, OUT) == Login("sender", Secret("out"))


@pytest.mark.parametrize("reference", ["", "vault", "env:NOT_SET"])
@pytest.mark.parametrize(
    ("field", "secret"),
    [
        (FIELD_OF[IN, "password"], "password"),
        (FIELD_OF[OUT, "client_secret"], "client_secret"),
        (FIELD_OF[IN, "certificate"], "certificate"),
        (FIELD_OF[IN, "key_file"], "key_file"),
    ],
)
def test_a_secret_that_is_missing_is_named(
    office: Office, field: SecretField, secret: str, reference: str
) -> None:
    with pytest.raises(ProblemError) as caught:
        office.services.credentials.stored(1, SecretReference.parse(reference), field.purpose)
    assert (caught.value.problem.kind, caught.value.problem.facts["secret"]) == (K.PASSWORD_MISSING, secret)


def test_what_is_wrong_with_a_log_in_is_mended_where_it_is_set_up(office: Office, mailbox: Mailbox) -> None:
    """Sent mail that goes out by the log-in of incoming."""
    same = OutgoingAuthentication.SAME_AS_INCOMING
    lent = integration(office, mailbox, NO_SECRET, authentication=same)
    own = integration(office, mailbox, NO_SECRET, user_name="sender")
    for draft, tab in ((lent, "Incoming"), (own, "Outgoing")):
        (step,) = office.services.connection_test.test(draft, OUT, CancelScope())
        assert step.problem is not None
        assert words(step.problem, "", OUT).remedy.startswith(f"Enter the password on the {tab} email tab")
    unreachable = office.services.check_mail.logins.understood(lent, OUT, Problem(K.RESOLVE_FAILED))
    assert "Outgoing email tab" in words(unreachable, "", OUT).remedy


def test_kept_in_a_real_keyring_over_a_restart(
    office: Office, mailbox: Mailbox, secret_service: SecretService
) -> None:
    with secret_service.in_process():
        draft = Integration(name="Support", incoming=office.incoming(mailbox))
        typed = TypedPasswords(incoming=Secret(mailbox.password))
        support = office.services.integrations.save(draft, typed)
        office.restart()
        assert office.check(support).problem is None
        assert office.of(VaultChanged)[-1] == VaultChanged(VaultState.READY)


def test_a_locked_keyring_counts_no_error_and_opens_when_asked(
    office: Office, mailbox: Mailbox, secret_service: SecretService
) -> None:
    with secret_service.in_process():
        draft = Integration(name="Support", incoming=office.incoming(mailbox))
        support = office.services.integrations.save(draft, TypedPasswords(incoming=Secret(mailbox.password)))
        office.restart()
        secret_service.lock()
        outcome = office.check(support)
        assert outcome.problem is not None
        assert (outcome.problem.kind, outcome.health.incoming.consecutive_errors) == (K.VAULT_LOCKED, 0)
        secret_service.unlock()
        assert office.services.credentials.open_vault(again=True) is VaultState.READY
        assert office.check(support).problem is None


def test_a_hanging_keyring_holds_up_nobody_who_needs_it_not(
    office: Office, secret_service: SecretService
) -> None:
    """Those who press *Try again* while it hangs join the first; a check is told at once."""
    credentials = office.services.credentials
    with secret_service.in_process(), ThreadPoolExecutor(3) as pool:
        secret_service.lock()
        assert credentials.open_vault() is VaultState.LOCKED
        secret_service.unlock()
        secret_service.pause()
        try:
            tries = [pool.submit(credentials.open_vault, again=True) for _ in range(3)]
            assert credentials.open_vault() is VaultState.LOCKED
            assert not any(each.done() for each in tries)
        finally:
            secret_service.resume()
        assert [each.result(LIMIT) for each in tries] == [VaultState.READY] * 3
        assert office.of(VaultChanged) == [VaultChanged(VaultState.LOCKED), VaultChanged(VaultState.READY)]


def test_the_vault_is_used_only_where_something_is_kept_beyond_this_run(
    office: Office, mailbox: Mailbox, secret_service: SecretService
) -> None:
    """References need no keyring, so nobody is asked to unlock one."""
    credentials, integrations = office.services.credentials, office.services.integrations
    reference = SecretReference.parse("env:SUPPORT_PW")
    integrations.save(Integration(name="Orders", incoming=office.incoming(mailbox, password=reference)))
    assert not credentials.vault_is_used()
    with secret_service.in_process():
        draft = Integration(name="Support", incoming=office.incoming(mailbox))
        integrations.save(draft, TypedPasswords(incoming=Secret(mailbox.password)))
    assert credentials.vault_is_used()


def test_vault_for_this_run_is_forgotten_with_it(office: Office, mailbox: Mailbox) -> None:
    office.services.credentials.use_for_this_run()
    draft = Integration(name="Support", incoming=office.incoming(mailbox))
    support = office.services.integrations.save(draft, TypedPasswords(incoming=Secret(mailbox.password)))
    assert support.incoming.password == IN_VAULT
    assert office.check(support).problem is None
    assert not office.services.credentials.vault_is_used()
    office.restart()
    office.services.credentials.use_for_this_run()
    assert kind_of(office, support) is K.PASSWORD_MISSING
