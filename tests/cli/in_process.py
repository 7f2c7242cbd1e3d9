"""The command line without a process of its own: the same way in, the same services, and quick."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mailint_gui import application
from mailint_gui.cli.parser import HelpAskedError, UsageError, parse
from mailint_gui.cli.program import run
from mailint_gui.instance.streams import Streams
from mailint_gui.profile import Profile
from tests.cli.program import Ended, Program


@dataclass
class Captured:
    out: list[bytes] = field(default_factory=list)
    err: list[bytes] = field(default_factory=list)

    def streams(self, stdin: bytes) -> Streams:
        return Streams(self.out.append, self.err.append, lambda: stdin)

    def ended(self, code: int) -> Ended:
        return Ended(code, b"".join(self.out), b"".join(self.err).decode())


class InProcess(Program):
    """As ``Program``; environment variables are those of this process."""

    def run(self, *words: str, stdin: bytes = b"") -> Ended:
        captured = Captured()
        ended = captured.ended(self._run(words, captured.streams(stdin)))
        assert "Traceback" not in ended.err, ended.err
        return ended

    def _run(self, words: Sequence[str], streams: Streams) -> int:
        try:
            request = parse(words)
        except UsageError as error:
            streams.err(error.text.encode())
            return 2
        except HelpAskedError as asked:
            streams.out(asked.text.encode())
            return 0
        return run(request, tuple(words), Profile(self.profile), application.build_services, streams)

    def file(self, text: str | bytes, name: str = "integrations.toml") -> str:
        """Writes an import file; gives its path."""
        path = self.directory / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(path)


def profile_of(program: Program) -> Profile:
    return Profile(Path(program.profile))
