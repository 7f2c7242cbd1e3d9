"""The desktop, with everything on it that a whole program needs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.accessibility import AccessibilityBus


@pytest.fixture(scope="session")
def accessibility(server_directory: Path) -> Iterator[AccessibilityBus]:
    with AccessibilityBus(server_directory / "accessibility") as bus:
        yield bus
