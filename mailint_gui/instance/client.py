"""The other side: hands a verb to the instance that runs, or asks it to show its window."""

import multiprocessing
from multiprocessing.connection import Client, Connection, answer_challenge, deliver_challenge

from mailint_gui import __version__
from mailint_gui.instance.place import Place
from mailint_gui.instance.streams import Streams
from mailint_gui.instance.wire import (
    HANDSHAKE_SECONDS,
    RAISE,
    RUN,
    Frame,
    FrameError,
    VerbRequest,
    packed,
    put,
    take,
    unpacked,
)


class NotRunning(Exception):
    """Nobody answers: there is no instance of this profile, or none that listens."""


class InstanceLost(Exception):
    """The instance did not answer, or ended before it had done what it was asked."""


class OtherVersion(Exception):
    """The instance is of another version; ``version`` is its own."""

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.version = version


def hand_over(place: Place, request: VerbRequest, streams: Streams) -> int:
    """Has the running instance do it. -> its exit code. Raises NotRunning, InstanceLost, OtherVersion."""
    hello = {"request": RUN, "argv": list(request.argv), "cwd": request.cwd}
    with _connected(place) as connection:
        return _conversation(connection, hello, streams)


def raise_window(place: Place) -> None:
    """Brings the window of the running instance to the front. Raises as ``hand_over`` does."""
    with _connected(place) as connection:
        _conversation(connection, {"request": RAISE}, Streams(_ignore, _ignore, bytes))


def _ignore(_data: bytes) -> None:
    pass


def _connected(place: Place) -> "Connection":
    key = place.key()
    if key is None:
        raise NotRunning
    try:
        connection = Client(place.address)
    except (OSError, EOFError) as error:
        raise NotRunning from error
    try:
        if not connection.poll(HANDSHAKE_SECONDS):
            raise InstanceLost("it does not answer")
        answer_challenge(connection, key)
        deliver_challenge(connection, key)
    except (OSError, EOFError, multiprocessing.AuthenticationError) as error:
        connection.close()
        raise InstanceLost(str(error)) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _conversation(connection: "Connection", hello: Frame, streams: Streams) -> int:
    try:
        put(connection, {**hello, "version": __version__})
        while True:
            frame = take(connection)
            if "exit" in frame:
                return int(frame["exit"])
            _heed(frame, connection, streams)
    except (OSError, EOFError, FrameError) as error:
        raise InstanceLost(str(error)) from error


def _heed(frame: Frame, connection: "Connection", streams: Streams) -> None:
    match frame:
        case {"out": data}:
            streams.out(unpacked(data))
        case {"err": data}:
            streams.err(unpacked(data))
        case {"ask": "stdin"}:
            put(connection, {"stdin": packed(streams.stdin())})
        case {"refused": "version", "version": version}:
            raise OtherVersion(str(version))
        case _:
            raise FrameError("unknown")
