"""The real program as a process, and its answers."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LIMIT = 60.0


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    out: bytes
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.err.splitlines()


class Program:
    """``mailint --profile DIR …``. Whatever it ends with, it shows no traceback."""

    def __init__(self, profile: Path, directory: Path) -> None:
        self.profile = profile
        self.directory = directory
        self.environment: dict[str, str] = {}

    def start(self, *words: str, **options: Any) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "mailint_gui", "--profile", str(self.profile), *words],
            cwd=self.directory,
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **options,
        )

    def run(self, *words: str, stdin: bytes = b"") -> Ended:
        process = self.start(*words)
        try:
            out, err = process.communicate(stdin, LIMIT)
        finally:
            process.kill()
        ended = Ended(process.returncode, out, err.decode())
        assert "Traceback" not in ended.err, ended.err
        return ended

    def done(self, *words: str, stdin: bytes = b"") -> Ended:
        """The same, for what must succeed and has nothing to complain about."""
        ended = self.run(*words, stdin=stdin)
        assert (ended.code, ended.err) == (0, ""), ended
        return ended

    def json(self, *words: str, stdin: bytes = b"") -> Any:
        return self.done(*words, "--json", stdin=stdin).json

    def _environment(self) -> Mapping[str, str]:
        root = str(Path(__file__).parents[2])
        return {**os.environ, "PYTHONPATH": root, **self.environment}
