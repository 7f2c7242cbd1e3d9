import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import keyring
import pytest
from keyring.backends.SecretService import Keyring
from keyring.errors import InitError, KeyringLocked

from tests.servers.secret_service import SecretService, on_bus
from tests.servers.session_bus import SessionBus


def test_keeps_a_secret_for_us_and_for_a_program(secret_service: SecretService) -> None:
    with secret_service.in_process():
        keyring.set_password("mailint", "profile", "canary")
        assert keyring.get_password("mailint", "profile") == "canary"
    program = [sys.executable, "-c", "import keyring; print(keyring.get_password('mailint', 'profile'))"]
    done = subprocess.run(program, env=secret_service.environment, capture_output=True, text=True, check=True)
    assert done.stdout == "canary\n"


def test_locks_and_unlocks(secret_service: SecretService) -> None:
    with secret_service.in_process():
        keyring.set_password("mailint", "profile", "canary")
        secret_service.lock()
        with pytest.raises(KeyringLocked):
            keyring.get_password("mailint", "profile")
        secret_service.unlock()
        assert keyring.get_password("mailint", "profile") == "canary"


def test_makes_calls_wait_while_paused(secret_service: SecretService) -> None:
    with secret_service.in_process(), ThreadPoolExecutor() as thread:
        secret_service.pause()
        asked = thread.submit(keyring.get_password, "mailint", "profile")
        with pytest.raises(TimeoutError):
            asked.result(timeout=0.2)
        secret_service.resume()
        assert asked.result(timeout=20) is None


def test_starts_empty_and_unlocked(secret_service: SecretService) -> None:
    assert not secret_service.locked
    with secret_service.in_process():
        assert keyring.get_password("mailint", "profile") is None


def test_absent_service(empty_bus: SessionBus) -> None:
    with on_bus(empty_bus), pytest.raises(InitError):
        Keyring().get_password("mailint", "profile")  # type: ignore[no-untyped-call]  # keyring leaves it so
