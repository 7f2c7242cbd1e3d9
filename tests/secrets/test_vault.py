import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.backends.SecretService import Keyring
from keyring.errors import PasswordSetError

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.problem import ProblemError, ProblemKind
from mailint_gui.domain.secret import SealedSecret, Secret, SecretPurpose, VaultState
from mailint_gui.secrets.keyring_thread import KeyringThread
from mailint_gui.secrets.vault import SERVICE, Vault
from mailint_gui.store.database import Database
from tests.servers.secret_service import SecretService, on_bus
from tests.servers.session_bus import SessionBus
from tests.servers.wait import LIMIT

CANARY = Secret("canary-käse-7a91")
IN = SecretPurpose.INCOMING_PASSWORD


@pytest.fixture
def keyring(secret_service: SecretService) -> Iterator[KeyringThread]:
    """The thread in front of the real gnome-keyring, unlocked and empty."""
    with on_bus(secret_service.bus):
        yield KeyringThread(Keyring)


def key_in(keyring: KeyringThread, profile: str = "p") -> str | None:
    return keyring.call(lambda backend: backend.get_password(SERVICE, profile), LIMIT)


def problem_of(
    vault: Vault, sealed: SealedSecret, owner: int = 1, purpose: SecretPurpose = IN
) -> ProblemError:
    with pytest.raises(ProblemError) as caught:
        vault.unseal(owner, purpose, sealed)
    return caught.value


def test_first_opening_makes_a_key_and_the_next_finds_it(keyring: KeyringThread) -> None:
    vault = Vault("p", keyring)
    assert vault.state is VaultState.UNOPENED
    assert vault.open(sealed_exist=False) is VaultState.READY
    sealed = vault.seal(1, IN, CANARY)
    again = Vault("p", keyring)
    assert again.open(sealed_exist=True) is VaultState.READY
    assert again.unseal(1, IN, sealed) == CANARY


def test_leaves_nothing_but_the_key_in_the_keyring(
    keyring: KeyringThread, secret_service: SecretService
) -> None:
    Vault("p", keyring).open(sealed_exist=False)
    with secret_service._collection() as collection:
        names = [item.get_attributes()["username"] for item in collection.get_all_items()]
    assert names == ["p"]


def test_profiles_do_not_share_a_key(keyring: KeyringThread) -> None:
    one, other = Vault("one", keyring), Vault("other", keyring)
    one.open(sealed_exist=False)
    other.open(sealed_exist=False)
    error = problem_of(other, one.seal(1, IN, CANARY))
    assert error.problem.kind is ProblemKind.SECRET_LOCKED_HERE


def test_opens_only_for_its_owner_and_purpose_and_unchanged() -> None:
    vault = Vault("p", KeyringThread(fail.Keyring))
    vault.open_for_this_run()
    sealed = vault.seal(1, IN, CANARY)
    flipped = bytes([sealed.ciphertext[0] ^ 1]) + sealed.ciphertext[1:]
    for error in (
        problem_of(vault, sealed, owner=2),
        problem_of(vault, sealed, purpose=SecretPurpose.OUTGOING_PASSWORD),
        problem_of(vault, replace(sealed, ciphertext=flipped)),
        problem_of(vault, replace(sealed, nonce=b"")),
        problem_of(vault, replace(sealed, ciphertext=b"")),
    ):
        assert error.problem.kind is ProblemKind.VAULT_FAILED
    assert vault.seal(1, IN, CANARY) != sealed


def test_locked_is_not_absent_and_makes_no_key(keyring: KeyringThread, secret_service: SecretService) -> None:
    Vault("p", keyring).open(sealed_exist=False)
    key = key_in(keyring)
    secret_service.lock()
    vault = Vault("p", keyring)
    for sealed_exist in (True, False):
        assert vault.open(sealed_exist=sealed_exist) is VaultState.LOCKED
    with pytest.raises(ProblemError) as caught:
        vault.seal(1, IN, CANARY)
    assert caught.value.problem.kind is ProblemKind.VAULT_LOCKED
    secret_service.unlock()
    assert vault.open(sealed_exist=True) is VaultState.READY
    assert key_in(keyring) == key


def test_no_service_is_absent(empty_bus: SessionBus) -> None:
    with on_bus(empty_bus):
        vault = Vault("p", KeyringThread(Keyring))
        assert vault.open(sealed_exist=True) is VaultState.ABSENT
    assert problem_of(vault, SealedSecret("k", b"", b"")).problem.kind is ProblemKind.VAULT_ABSENT


def test_no_bus_at_all_is_absent() -> None:
    program = """
from mailint_gui.secrets.vault import Vault
print(Vault("p").open(sealed_exist=False))
"""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("DBUS_", "XDG_"))
    }
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("absent\n", "")


def test_a_key_that_is_gone_is_never_replaced(keyring: KeyringThread) -> None:
    vault = Vault("p", keyring)
    assert vault.open(sealed_exist=True) is VaultState.FAILED
    assert key_in(keyring) is None
    assert problem_of(vault, SealedSecret("k", b"", b"")).problem.kind is ProblemKind.SECRET_LOCKED_HERE
    assert vault.start_anew() is VaultState.READY
    assert key_in(keyring) is not None


def test_what_is_no_key_stays_where_it_is(keyring: KeyringThread) -> None:
    keyring.call(lambda backend: backend.set_password(SERVICE, "p", "canary"), LIMIT)
    vault = Vault("p", keyring)
    for sealed_exist in (True, False):
        assert vault.open(sealed_exist=sealed_exist) is VaultState.FAILED
    assert "canary" not in str(problem_of(vault, SealedSecret("k", b"", b"")))
    assert key_in(keyring) == "canary"


@pytest.mark.timeout(LIMIT, func_only=True)
def test_a_keyring_that_hangs_ends_in_time_and_works_when_it_wakes(
    keyring: KeyringThread, secret_service: SecretService
) -> None:
    Vault("p", keyring).open(sealed_exist=False)
    key = key_in(keyring)
    vault = Vault("p", keyring)
    secret_service.pause()
    try:
        assert vault.open(sealed_exist=True, deadline=0.3) is VaultState.LOCKED
    finally:
        secret_service.resume()
    assert vault.open(sealed_exist=True) is VaultState.READY
    assert key_in(keyring) == key


def test_a_keyring_that_forgets_is_not_trusted() -> None:
    vault = Vault("p", KeyringThread(null.Keyring))
    assert vault.open(sealed_exist=False) is VaultState.FAILED


class _Talkative(KeyringBackend):
    """A back end that says what it should not."""

    priority = -1  # type: ignore[assignment]  # keyring declares a property
    viable = False  # type: ignore[assignment]  # keyring takes every class there is for one of the system

    def get_password(self, service: str, username: str) -> None:
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise PasswordSetError(f"cannot store {password}")


def test_no_error_of_a_keyring_tells_the_key() -> None:
    vault = Vault("p", KeyringThread(_Talkative))
    assert vault.open(sealed_exist=False) is VaultState.FAILED
    assert "cannot store" not in str(problem_of(vault, SealedSecret("k", b"", b"")))


def test_for_this_run_only() -> None:
    vault = Vault("p", KeyringThread(fail.Keyring))
    assert vault.open(sealed_exist=False) is VaultState.ABSENT
    vault.open_for_this_run()
    assert vault.state is VaultState.READY
    sealed = vault.seal(1, IN, CANARY)
    assert vault.unseal(1, IN, sealed) == CANARY
    assert not Vault.is_lasting(sealed)
    next_run = Vault("p", KeyringThread(fail.Keyring))
    next_run.open_for_this_run()
    assert problem_of(next_run, sealed).problem.kind is ProblemKind.PASSWORD_MISSING


def test_what_the_keyring_seals_is_lasting(keyring: KeyringThread) -> None:
    vault = Vault("p", keyring)
    vault.open(sealed_exist=False)
    assert Vault.is_lasting(vault.seal(1, IN, CANARY))


def test_no_secret_is_in_the_database_or_in_words(sqlite_file: Path, keyring: KeyringThread) -> None:
    vault = Vault("p", keyring)
    vault.open(sealed_exist=False)
    database = Database.open(sqlite_file)
    with database.write() as work:
        support = work.integrations.add(Integration(name="Support"))
        sealed = vault.seal(support.id, IN, CANARY)
        work.secrets.put(support.id, IN, sealed)
    kept = b"".join(file.read_bytes() for file in sqlite_file.parent.iterdir())
    database.close()
    kept += sqlite_file.read_bytes()
    key = key_in(keyring)
    assert key is not None
    assert b"Support" in kept
    for secret in (CANARY.reveal(), key):
        assert secret.encode() not in kept
        assert secret not in f"{vault!r} {vars(vault).keys()} {sealed!r} {CANARY!r}"


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    return tmp_path / "mailint.db"


def test_a_call_that_was_given_up_is_never_made() -> None:
    thread, go, made = KeyringThread(fail.Keyring), threading.Event(), []
    waiting = threading.Thread(target=thread.call, args=(lambda _: go.wait(LIMIT), LIMIT))
    waiting.start()
    with pytest.raises(TimeoutError):
        thread.call(lambda _: made.append("too late"), 0.05)
    go.set()
    waiting.join(LIMIT)
    assert thread.call(lambda _: "answer", LIMIT) == "answer"
    assert made == []
