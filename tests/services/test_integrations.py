"""Integrations as admins change them: one transaction each, secrets kept, names unique, deletions undone."""

import threading
from dataclasses import replace

import keyring
import pytest
from keyring.backends.fail import Keyring

from mailint_gui.domain.integration import Integration, OutgoingAuthentication
from mailint_gui.domain.outbox import OutboxPurpose
from mailint_gui.domain.problem import ProblemError, ProblemKind
from mailint_gui.domain.secret import IN_VAULT, Secret, SecretPurpose, TypedPasswords, VaultState
from mailint_gui.domain.validation import FieldFault, ValidationError
from mailint_gui.services.announcements import StatusChanged, StatusRemoved
from tests.servers.mailbox import Mailbox
from tests.servers.postgresql import PostgreSql
from tests.servers.secret_service import SecretService
from tests.servers.smtp import SmtpServer
from tests.servers.wait import LIMIT
from tests.services.office import Office, OpenOffice

TYPED = TypedPasswords(incoming=Secret("canary-in"), outgoing=Secret("canary-out"))


@pytest.fixture
def vault(office: Office) -> None:
    """Open without a keyring."""
    office.services.credentials.use_for_this_run()


def faults(error: ValidationError) -> dict[str, FieldFault]:
    return {each.path: each.fault for each in error.errors}


def get(office: Office, integration_id: int) -> Integration:
    with office.services.database.read() as unit:
        found = unit.integrations.get(integration_id)
    assert found is not None
    return found


def sealed(office: Office, integration_id: int) -> set[SecretPurpose]:
    with office.services.database.read() as unit:
        return {each for each in SecretPurpose if unit.secrets.get(integration_id, each)}


# Saving


def test_saved_stamped_and_told(any_office: Office, mailbox: Mailbox) -> None:
    office = any_office
    office.services.properties.set({"admin_name": "Ada"})
    support = office.receiving(mailbox, "  Support ")
    assert (support.name, support.last_modified_by) == ("Support", "Ada")
    assert support.last_modified_at is not None
    assert get(office, support.id) == support
    [told] = office.of(StatusChanged)
    assert [each.integration for each in told.statuses] == [support]


def test_every_fault_at_its_field_and_nothing_stored(office: Office, mailbox: Mailbox) -> None:
    draft = Integration(
        name="", incoming=office.incoming(mailbox, port=0, address="nobody", password=IN_VAULT)
    )
    with pytest.raises(ValidationError) as caught:
        office.services.integrations.save(draft)
    assert faults(caught.value) == {
        "name": FieldFault.REQUIRED,
        "incoming.port": FieldFault.OUT_OF_RANGE,
        "incoming.address": FieldFault.BAD_ADDRESS,
        "incoming.password": FieldFault.REQUIRED,
    }
    assert office.services.statuses.all() == ()
    assert office.announced[1:] == []


def test_names_are_unique_without_regard_to_case(any_office: Office, mailbox: Mailbox) -> None:
    office = any_office
    support = office.receiving(mailbox, "Support")
    with pytest.raises(ValidationError) as caught:
        office.receiving(mailbox, "sUPPORT")
    assert faults(caught.value) == {"name": FieldFault.NOT_UNIQUE}
    office.services.integrations.save(replace(support, name="SUPPORT"))


def test_two_who_save_the_same_name_at_once(any_office: Office, mailbox: Mailbox) -> None:
    office = any_office
    drafts = [Integration(name="Support", incoming=office.incoming(mailbox)) for _ in range(6)]
    ends: list[object] = []
    together = threading.Barrier(len(drafts))

    def save(draft: Integration) -> None:
        together.wait(LIMIT)
        try:
            ends.append(office.services.integrations.save(draft))
        except ValidationError as error:
            ends.append(faults(error))

    threads = [threading.Thread(target=save, args=(draft,)) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    assert sum(isinstance(each, Integration) for each in ends) == 1
    assert ends.count({"name": FieldFault.NOT_UNIQUE}) == 5


def test_default_moves_in_the_same_transaction(any_office: Office, smtp_server: SmtpServer) -> None:
    office = any_office
    first = office.sending(smtp_server, "First")
    first = office.services.integrations.save(replace(first, is_default=True))
    second = office.sending(smtp_server, "Second")
    office.announced.clear()
    office.services.integrations.save(replace(second, is_default=True))
    assert [get(office, each.id).is_default for each in (first, second)] == [False, True]
    [told] = office.of(StatusChanged)
    assert {each.id for each in told.statuses} == {first.id, second.id}
    assert get(office, first.id).last_modified_at == first.last_modified_at  # losing it is no admin's change
    with pytest.raises(ValidationError):
        office.services.integrations.save(replace(first, is_default=True, name="second"))
    assert get(office, second.id).is_default


def test_saving_what_was_deleted_meanwhile_makes_a_new_one(
    office: Office, mailbox: Mailbox, vault: None
) -> None:
    draft = Integration(name="Support", incoming=office.incoming(mailbox))
    support = office.services.integrations.save(draft, TYPED)
    office.services.integrations.delete([support.id])
    with pytest.raises(ValidationError) as caught:  # its password went with it
        office.services.integrations.save(support)
    assert faults(caught.value) == {"incoming.password": FieldFault.REQUIRED}
    again = office.services.integrations.save(support, TYPED)
    assert again.id != support.id


# Secrets


def test_typed_goes_to_the_vault_and_blank_keeps_it(office: Office, mailbox: Mailbox, vault: None) -> None:
    draft = Integration(name="Support", incoming=office.incoming(mailbox))
    support = office.services.integrations.save(draft, TypedPasswords(incoming=Secret(mailbox.password)))
    assert support.incoming.password == IN_VAULT
    assert office.check(support).problem is None
    support = office.services.integrations.save(replace(support, description="changed"))
    assert support.incoming.password == IN_VAULT
    office.services.sessions.close_all()
    assert office.check(support).problem is None
    office.services.integrations.save(support, TypedPasswords(incoming=Secret("wrong")))
    problem = office.check(support).problem
    assert problem is not None
    assert problem.kind is ProblemKind.AUTHENTICATION_FAILED


def test_a_secret_that_nothing_refers_to_is_dropped(office: Office, mailbox: Mailbox, vault: None) -> None:
    draft = Integration(name="Support", incoming=office.incoming(mailbox))
    support = office.services.integrations.save(draft, TYPED)
    assert sealed(office, support.id) == {SecretPurpose.INCOMING_PASSWORD, SecretPurpose.OUTGOING_PASSWORD}
    office.change(support, password=office.password("elsewhere"))
    assert SecretPurpose.INCOMING_PASSWORD not in sealed(office, support.id)


def test_no_vault_nothing_saved(office: Office, mailbox: Mailbox) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]  # keyring leaves it so
    try:
        with pytest.raises(ProblemError) as caught:
            office.services.integrations.save(
                Integration(name="Support", incoming=office.incoming(mailbox)), TYPED
            )
    finally:
        keyring.set_keyring(before)
    assert caught.value.problem.kind is ProblemKind.VAULT_ABSENT
    assert office.services.statuses.all() == ()


def test_a_copy_has_the_secrets_and_nothing_of_the_health(
    office: Office, mailbox: Mailbox, smtp_server: SmtpServer, vault: None
) -> None:
    draft = Integration(
        name="Support",
        is_default=True,
        incoming=office.incoming(mailbox),
        outgoing=office.outgoing(smtp_server, authentication=OutgoingAuthentication.SAME_AS_INCOMING),
    )
    support = office.services.integrations.save(draft, TypedPasswords(incoming=Secret(mailbox.password)))
    office.check(support)
    copy = office.services.integrations.duplicate(support.id)
    assert (copy.name, copy.is_default, copy.enabled) == ("Support (2)", False, False)
    assert office.services.integrations.duplicate(support.id).name == "Support (3)"
    assert office.services.monitor.health(copy.id).incoming.last_attempt_at is None
    copy = office.services.integrations.enable(copy.id)
    assert office.check(copy).problem is None
    with pytest.raises(LookupError):
        office.services.integrations.duplicate(999)


def test_a_copy_does_not_begin_a_vault_anew(
    office: Office, mailbox: Mailbox, secret_service: SecretService
) -> None:
    """What is sealed stays closed without its key: a new one would help nobody."""
    with secret_service.in_process():
        draft = Integration(name="Support", incoming=office.incoming(mailbox))
        support = office.services.integrations.save(draft, TYPED)
        office.restart()
        secret_service.clear()
        with pytest.raises(ProblemError) as caught:
            office.services.integrations.duplicate(support.id)
        assert caught.value.problem.kind is ProblemKind.SECRET_LOCKED_HERE
        assert office.services.vault.state is VaultState.FAILED
    assert [each.name for each in office.services.statuses.all()] == ["Support"]


def test_a_shared_database_takes_references_only(
    open_office: OpenOffice, mailbox: Mailbox, postgresql: PostgreSql
) -> None:
    """The key of its vault would be on one of the computers that use it."""
    office = open_office(postgresql.database())
    draft = Integration(name="Support", incoming=office.incoming(mailbox))
    for save in (
        lambda: office.services.integrations.save(draft, TYPED),
        lambda: office.services.integrations.save_all([(draft, TYPED)], passwords_required=False),
    ):
        with pytest.raises(ValidationError) as caught:
            save()
        assert faults(caught.value) == {
            "incoming.password": FieldFault.NOT_SUPPORTED_YET,
            "outgoing.password": FieldFault.NOT_SUPPORTED_YET,
        }
    assert office.services.vault.state is VaultState.UNOPENED
    assert office.services.statuses.all() == ()
    assert office.services.integrations.save(draft).name == "Support"


def test_canaries_are_nowhere(
    office: Office, mailbox: Mailbox, vault: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    draft = Integration(name="", incoming=office.incoming(mailbox))
    with pytest.raises(ValidationError) as caught:
        office.services.integrations.save(draft, TYPED)
    office.services.integrations.save(replace(draft, name="Support"), TYPED)
    files = b"".join(path.read_bytes() for path in office.database_path.parent.iterdir() if path.is_file())
    shown = [files.decode("latin-1"), caplog.text, repr(office.announced), repr(caught.value), repr(TYPED)]
    assert not [each for each in shown if "canary" in each]


# Deleting


def test_deleted_restored_and_purged(any_office: Office, mailbox: Mailbox) -> None:
    office = any_office
    support = office.receiving(mailbox)
    office.check(support)
    before = office.services.statuses.all()
    office.services.integrations.delete([support.id])
    assert office.services.statuses.all() == ()
    assert office.of(StatusRemoved) == [StatusRemoved((support.id,))]
    office.services.integrations.restore([support.id])
    assert office.services.statuses.all() == before
    office.services.integrations.delete([support.id])
    office.restart()
    with office.services.database.read() as unit:
        assert unit.integrations.all() == ()
        assert unit.cursors.get(support.id, "INBOX") is None
    assert sealed(office, support.id) == set()


def test_restoring_under_a_name_taken_meanwhile(any_office: Office, mailbox: Mailbox) -> None:
    office = any_office
    support = office.receiving(mailbox)
    office.services.integrations.delete([support.id])
    office.receiving(mailbox, "support")
    with pytest.raises(ValidationError) as caught:
        office.services.integrations.restore([support.id])
    assert faults(caught.value) == {"name": FieldFault.NOT_UNIQUE}
    assert len(office.services.statuses.all()) == 1


def test_deleting_the_default_names_what_it_affects_and_hands_it_on(
    office: Office, smtp_server: SmtpServer
) -> None:
    default = office.sending(smtp_server, "Default")
    default = office.services.integrations.save(replace(default, is_default=True))
    heir = office.sending(smtp_server, "Heir")
    office.services.outbox.queue(default, OutboxPurpose.TYPED, ["a@b.example"], "s", "b")
    effects = office.services.integrations.deletion_effects([default.id])
    assert effects.names == ("Default",)
    assert (effects.includes_default, effects.unsent_messages) == (True, 1)
    assert effects.possible_successors == ((heir.id, "Heir"),)
    office.services.integrations.delete([default.id], successor=heir.id)
    assert get(office, heir.id).is_default
    with pytest.raises(LookupError):
        office.services.integrations.delete([heir.id], successor=999)
    assert get(office, heir.id).name == "Heir"


def defaults(office: Office) -> list[str]:
    return [each.integration.name for each in office.services.statuses.all() if each.integration.is_default]


def test_undoing_gives_the_default_back_from_its_heir(any_office: Office, smtp_server: SmtpServer) -> None:
    integrations = any_office.services.integrations
    default = integrations.save(replace(any_office.sending(smtp_server, "Default"), is_default=True))
    before = any_office.services.statuses.all()
    first, second = any_office.sending(smtp_server, "First"), any_office.sending(smtp_server, "Second")
    integrations.delete([default.id], successor=first.id)
    integrations.delete([first.id], successor=second.id)
    assert defaults(any_office) == ["Second"]
    any_office.announced.clear()
    assert integrations.restore([first.id], heir=second.id) is None
    assert defaults(any_office) == ["First"]
    [told] = any_office.of(StatusChanged)
    assert {each.id: each.integration.is_default for each in told.statuses} == {
        first.id: True,
        second.id: False,
    }
    assert integrations.restore([default.id], heir=first.id) is None
    assert defaults(any_office) == ["Default"]
    assert before[0] in any_office.services.statuses.all()


def test_undoing_leaves_the_default_with_whom_an_admin_chose_since(
    any_office: Office, smtp_server: SmtpServer
) -> None:
    integrations = any_office.services.integrations
    default = integrations.save(replace(any_office.sending(smtp_server, "Default"), is_default=True))
    heir, other = any_office.sending(smtp_server, "Heir"), any_office.sending(smtp_server, "Other")
    integrations.delete([default.id], successor=heir.id)
    other = integrations.save(replace(other, is_default=True))
    assert integrations.restore([default.id], heir=heir.id) == other
    assert defaults(any_office) == ["Other"]
    integrations.delete([default.id, heir.id])
    assert integrations.restore([default.id, heir.id]) is None  # neither was the default any more
    assert defaults(any_office) == ["Other"]


def test_disabling_the_default_hands_it_on(office: Office, smtp_server: SmtpServer) -> None:
    default = office.sending(smtp_server, "Default")
    office.services.integrations.save(replace(default, is_default=True))
    heir = office.sending(smtp_server, "Heir")
    office.services.integrations.disable([default.id], successor=heir.id)
    assert (get(office, default.id).enabled, get(office, heir.id).is_default) == (False, True)
