import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import parts, wait
from tests.servers.parts import MissingPartError
from tests.servers.process import Process

OWNER = """
import sys
from pathlib import Path
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot

directory = Path(sys.argv[1])
with Dovecot(directory / "dovecot", Certificates(directory / "certificates")) as server:
    print(server.ports.imap, flush=True)
    sys.stdin.read()
"""


def test_a_missing_part_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "SEARCH_PATH", "/nowhere")
    with pytest.raises(MissingPartError, match="apt-get install -y --no-install-recommends xvfb"):
        parts.find("Xvfb")


def test_a_server_that_ends_at_once_shows_its_log(tmp_path: Path) -> None:
    process = Process(["postgres", "--no-such-option"], tmp_path / "log", user="postgres")
    process.start()
    with pytest.raises(RuntimeError, match="no-such-option"):
        process.wait_until(lambda: False, "never")
    process.stop()


def test_no_server_outlives_a_killed_owner(server_directory: Path) -> None:
    directory = server_directory / "orphan"
    directory.mkdir()
    root = Path(__file__).parents[2]
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=root,
    )
    with owner:
        assert owner.stdout is not None
        port = int(owner.stdout.readline())
        with socket.create_connection(("127.0.0.1", port)) as connection:
            assert connection.recv(4) == b"* OK"
        owner.send_signal(signal.SIGKILL)

    def refused() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) != 0

    wait.until(refused, "the end of the orphan")
