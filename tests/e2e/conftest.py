"""The desktop, with everything on it that a whole program needs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.accessibility import AccessibilityBus


@pytest.fixture(scope="session")
def accessibility(server_directory: Path) -> Iterator[AccessibilityBus]:
    with AccessibilityBus(server_directory / "accessibility") as bus:
        yield bus


@pytest.fixture(scope="session", autouse=True)
def _compiled_once(server_directory: Path) -> Iterator[None]:
    """Keep the bytecode of this run, as an installed program does: without it each start takes seconds."""
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        environment.setenv("PYTHONPYCACHEPREFIX", str(server_directory / "bytecode"))
        yield
