"""What a verb gets: where to read and write, and the services, however they are come by."""

import json
import logging
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from mailint_gui.cli.scopes import Scopes
from mailint_gui.instance.streams import Streams

if TYPE_CHECKING:
    from mailint_gui.services.services import Services


class Access(Protocol):
    """The services of a profile for the length of one verb."""

    def reading(self) -> AbstractContextManager["Services | None"]:
        """None: there is no profile yet."""

    def changing(self) -> AbstractContextManager["Services"]: ...


@dataclass(frozen=True, slots=True)
class Context:
    """``cwd`` is what relative paths are relative to. ``log_path`` is told to whoever meets a bug."""

    streams: Streams
    cwd: Path
    access: Access
    log_path: Path
    scopes: Scopes = field(default_factory=Scopes)

    def with_access(self, access: Access) -> "Context":
        return replace(self, access=access)

    def begin_log(self) -> None:
        """Logs to ``log_path`` from now on, unless this process does already."""
        from mailint_gui import log

        known = logging.getLogger("mailint_gui").handlers
        if not any(isinstance(each, logging.FileHandler) for each in known):
            log.begin(self.log_path)

    def print(self, text: str) -> None:
        self.streams.out(f"{text}\n".encode(errors="backslashreplace"))

    def print_json(self, value: Any) -> None:
        self.print(json_text(value))

    def print_json_list(self, items: Iterable[Any]) -> None:
        """The same for a list that need not be in memory as a whole."""
        first = True
        for item in items:
            self.streams.out(b"[\n" if first else b",\n")
            self.streams.out(json_text(item).encode(errors="backslashreplace"))
            first = False
        self.streams.out(b"[]\n" if first else b"\n]\n")

    def complain(self, line: str) -> None:
        """One line on standard error."""
        self.streams.err((" ".join(line.split()) + "\n").encode(errors="backslashreplace"))


def json_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
