"""One process per profile, whatever way it ends."""

import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mailint_gui.instance.lock import AlreadyRunning, ProfileLock

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from mailint_gui.instance.lock import ProfileLock
ProfileLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(profile: Path) -> Path:
    return profile / "sub" / "mailint.lock"


def test_it_is_held_once_and_given_back(path: Path) -> None:
    first, second = ProfileLock(path), ProfileLock(path)
    with first:
        with pytest.raises(AlreadyRunning):
            second.acquire()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    second.acquire()
    second.release()
    second.release()


def test_it_ends_with_the_process_however_that_ends(path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(AlreadyRunning):
        ProfileLock(path).acquire()
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    with ProfileLock(path):
        pass
