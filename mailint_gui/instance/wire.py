"""What goes over the local socket: JSON objects, one a frame.

Client: ``hello`` first, then ``stdin`` when asked. Server: ``ask`` (stdin), ``out``, ``err``, and ``exit`` last.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

MAX_FRAME = 64 * 1024 * 1024  # bytes; a message to be sent comes in one frame
HANDSHAKE_SECONDS = 5.0
RAISE = "raise"
RUN = "run"

Frame = dict[str, Any]


class FrameError(Exception):
    """The other side said something that is not of this protocol."""


@dataclass(frozen=True, slots=True)
class VerbRequest:
    """A command line to be run elsewhere: ``argv`` without the program's name, ``cwd`` for relative paths."""

    argv: tuple[str, ...]
    cwd: str


def put(connection: "Connection", frame: Mapping[str, Any]) -> None:
    """Raises OSError where the other side is gone."""
    connection.send_bytes(json.dumps(frame).encode())


def take(connection: "Connection") -> Frame:
    """The next frame. Raises EOFError or OSError where the other side is gone, FrameError for anything else."""
    raw = connection.recv_bytes(MAX_FRAME)
    try:
        frame = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise FrameError("not JSON") from error
    if not isinstance(frame, dict):
        raise FrameError("not an object")
    return frame


def packed(data: bytes) -> str:
    return b64encode(data).decode()


def unpacked(text: object) -> bytes:
    """Raises FrameError."""
    if not isinstance(text, str):
        raise FrameError("not packed bytes")
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise FrameError("not packed bytes") from error


def requested(frame: Frame) -> VerbRequest:
    """Raises FrameError."""
    argv, cwd = frame.get("argv"), frame.get("cwd")
    if (
        not isinstance(argv, list)
        or not all(isinstance(each, str) for each in argv)
        or not isinstance(cwd, str)
    ):
        raise FrameError("no command line")
    return VerbRequest(tuple(argv), cwd)
