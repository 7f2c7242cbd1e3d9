"""What the parent must know of the demo's servers once they listen."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class DemoEndpoints:
    """TCP ports on `HOST`; IMAP and SMTP speak TLS from the first byte (RFC 8314).

    `ca_file` (PEM) is what a client must trust.

    `refused_port` is held by the demo, but never listened on: every connection to it is refused.
    """

    imap_port: int
    smtp_port: int
    refused_port: int
    ca_file: Path


class DemoFailureReason(StrEnum):
    PARTS_MISSING = "parts_missing"  # the extra `demo` is not installed
    DID_NOT_START = "did_not_start"


@dataclass(frozen=True, slots=True)
class DemoFailure:
    """Sent instead of `DemoEndpoints`; `detail` is technical, for a log."""

    reason: DemoFailureReason
    detail: str
