"""What a start imports: libraries that few need wait until they are needed."""

import subprocess
import sys

import pytest

LATE = ("msal", "google", "google_auth_oauthlib", "requests", "cryptography.x509", "nh3")


@pytest.mark.parametrize(
    "start",
    [
        "import mailint_gui.__main__, mailint_gui.cli.parser",
        "from mailint_gui.application import build_services; from mailint_gui.profile import Profile; "
        "from pathlib import Path; import sys; profile = Profile(Path(sys.argv[1])); profile.create(); "
        "build_services(profile).close()",
    ],
)
def test_the_libraries_of_providers_wait(tmp_path: object, start: str) -> None:
    look = f"import sys; print([name for name in {LATE!r} if name in sys.modules])"
    command = [sys.executable, "-c", f"{start}; {look}", str(tmp_path)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert printed.strip() == "[]"
