"""Verbs handed to the running instance over its local socket."""

import contextlib
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Client
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailint_gui.instance import client, wire
from mailint_gui.instance import server as server_module
from mailint_gui.instance.client import InstanceLost, NotRunning, OtherVersion, hand_over, raise_window
from mailint_gui.instance.place import SUN_PATH_LIMIT, Place
from mailint_gui.instance.server import Caller, InstanceServer
from mailint_gui.instance.streams import Streams
from mailint_gui.instance.wire import VerbRequest

LIMIT = 20.0
REQUEST = VerbRequest(("integrations", "list", "--json"), "/somewhere")
SERVE = """
import sys
from pathlib import Path
from mailint_gui.instance.place import Place
from mailint_gui.instance.server import InstanceServer
def run(request, caller):
    caller.out(b"begun")
    return len(caller.stdin())
server = InstanceServer(Place.of_profile(Path(sys.argv[1])), run, lambda: None)
server.start()
print("listens", flush=True)
sys.stdin.read()
"""


@dataclass
class Here:
    """Streams whose output is kept."""

    input: Callable[[], bytes] = bytes
    out: list[bytes] = field(default_factory=list)
    err: list[bytes] = field(default_factory=list)

    @property
    def streams(self) -> Streams:
        return Streams(self.out.append, self.err.append, self.input)


@pytest.fixture
def place(profile: Path) -> Place:
    return Place.of_profile(profile)


@contextlib.contextmanager
def serving(
    place: Place, run: Callable[[VerbRequest, Caller], int], on_raise: Callable[[], None] = lambda: None
) -> Iterator[InstanceServer]:
    server = InstanceServer(place, run, on_raise)
    server.start()
    try:
        yield server
    finally:
        server.close()


def test_a_verb_runs_there_and_is_heard_here(place: Place) -> None:
    seen: list[VerbRequest] = []

    def run(request: VerbRequest, caller: Caller) -> int:
        seen.append(request)
        caller.out(b"\x00\xffraw")
        caller.err("schön\n".encode())
        caller.out(caller.stdin().upper())
        return 7

    here = Here(lambda: b"body")
    with serving(place, run):
        assert hand_over(place, REQUEST, here.streams) == 7
    assert seen == [REQUEST]
    assert (here.out, here.err) == ([b"\x00\xffraw", b"BODY"], ["schön\n".encode()])


def test_standard_input_is_read_only_when_it_is_wanted(place: Place) -> None:
    def unwanted() -> bytes:
        raise AssertionError("nobody asked")

    with serving(place, lambda _request, _caller: 0):
        assert hand_over(place, REQUEST, Here(unwanted).streams) == 0


def test_several_at_once(place: Place) -> None:
    together = threading.Barrier(4, timeout=LIMIT)

    def run(_request: VerbRequest, _caller: Caller) -> int:
        together.wait()
        return 0

    codes: list[int] = []
    with serving(place, run):
        threads = [
            threading.Thread(target=lambda: codes.append(hand_over(place, REQUEST, Here().streams)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LIMIT)
    assert codes == [0, 0, 0, 0]


def test_the_window_is_asked_to_show_itself(place: Place) -> None:
    raised: list[bool] = []
    with serving(place, lambda _request, _caller: 0, lambda: raised.append(True)):
        raise_window(place)
    assert raised == [True]


def test_nobody_there(place: Place) -> None:
    with pytest.raises(NotRunning):
        hand_over(place, REQUEST, Here().streams)
    with serving(place, lambda _request, _caller: 0):
        pass
    with pytest.raises(NotRunning):
        raise_window(place)


def test_what_a_killed_instance_leaves_is_no_instance(place: Place, profile: Path) -> None:
    killed = _another_process(profile)
    killed.kill()
    killed.communicate()
    with pytest.raises(NotRunning):
        hand_over(place, REQUEST, Here().streams)
    with serving(place, lambda _request, _caller: 3):
        assert hand_over(place, REQUEST, Here().streams) == 3


def test_an_instance_that_dies_half_way_is_lost(place: Place, profile: Path) -> None:
    other = _another_process(profile)

    def die() -> bytes:
        other.kill()
        other.communicate()
        return b"text"

    here = Here(die)
    with pytest.raises(InstanceLost):
        hand_over(place, REQUEST, here.streams)
    assert here.out == [b"begun"]


def test_an_instance_that_hangs_is_lost(place: Place, profile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "HANDSHAKE_SECONDS", 0.3)
    other = _another_process(profile)
    other.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(InstanceLost):
            hand_over(place, REQUEST, Here().streams)
    finally:
        other.kill()
        other.communicate()


def test_another_version_is_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(place, lambda _request, _caller: 0):
        monkeypatch.setattr(client, "__version__", "99.1")
        with pytest.raises(OtherVersion) as caught:
            hand_over(place, REQUEST, Here().streams)
    assert caught.value.version != "99.1"


@pytest.mark.expects_log("without the key was turned away")
def test_who_has_not_the_key_is_not_heard(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[bool] = []
    with serving(place, lambda _request, _caller: ran.append(True) or 0):
        place.key_file.write_bytes(b"x" * 32)
        with pytest.raises(InstanceLost):
            hand_over(place, REQUEST, Here().streams)
    assert not ran


def test_only_this_user_may_enter(place: Place) -> None:
    with serving(place, lambda _request, _caller: 0):
        assert stat.S_IMODE(place.key_file.stat().st_mode) == 0o600
        assert stat.S_IMODE(Path(place.address).stat().st_mode) == 0o600
    assert not place.key_file.exists()
    assert not Path(place.address).exists()


def test_a_caller_that_goes_away_is_noticed(place: Place) -> None:
    begun, gone = threading.Event(), threading.Event()

    def run(_request: VerbRequest, caller: Caller) -> int:
        caller.when_gone(gone.set)
        begun.set()
        gone.wait(LIMIT)
        return 1

    with serving(place, run):
        connection = client._connected(place)
        wire.put(connection, {"request": "run", "version": client.__version__, "argv": [], "cwd": "/"})
        assert begun.wait(LIMIT)
        connection.close()
        assert gone.wait(LIMIT)


def test_closing_ends_what_runs_and_its_caller_hears_of_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "_CLOSE_SECONDS", LIMIT)
    begun, gone = threading.Event(), threading.Event()

    def run(_request: VerbRequest, caller: Caller) -> int:
        caller.when_gone(gone.set)
        begun.set()
        gone.wait(LIMIT)
        return 1

    codes: list[int] = []
    with serving(place, run) as server:
        caller = threading.Thread(target=lambda: codes.append(hand_over(place, REQUEST, Here().streams)))
        caller.start()
        assert begun.wait(LIMIT)
        server.close()
        caller.join(LIMIT)
    assert codes == [1]


def test_closing_does_not_wait_for_what_does_not_end(place: Place) -> None:
    assert server_module._CLOSE_SECONDS < 0.5
    begun, released, ended = threading.Event(), threading.Event(), threading.Event()

    def run(_request: VerbRequest, _caller: Caller) -> int:
        begun.set()
        released.wait(LIMIT)
        ended.set()
        return 1

    def call() -> None:
        with contextlib.suppress(InstanceLost):
            hand_over(place, REQUEST, Here().streams)

    with serving(place, run) as server:
        caller = threading.Thread(target=call)
        caller.start()
        assert begun.wait(LIMIT)
        server.close()
        assert not ended.is_set()
        released.set()
        caller.join(LIMIT)
    assert ended.wait(LIMIT)


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    directory = tmp_path / ("x" * 90) / ("y" * 90)
    directory.mkdir(parents=True)
    place = Place.of_profile(directory)
    assert len(os.fsencode(place.address)) <= SUN_PATH_LIMIT
    with serving(place, lambda _request, _caller: 4):
        assert hand_over(place, REQUEST, Here().streams) == 4


@given(st.lists(st.binary(max_size=40), max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nonsense_does_not_end_the_server(place: Place, frames: list[bytes]) -> None:
    with serving(place, lambda _request, _caller: 5):
        with contextlib.closing(client._connected(place)) as connection, contextlib.suppress(OSError):
            for frame in frames:
                connection.send_bytes(frame)
        with contextlib.closing(Client(place.address)):  # and one that says nothing at all
            pass
        assert hand_over(place, REQUEST, Here().streams) == 5


def _another_process(profile: Path) -> "subprocess.Popen[bytes]":
    other = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(profile)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == b"listens\n"
    return other
