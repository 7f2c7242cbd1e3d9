"""``python -m benchmarks [NAME…]``: runs them, all when none is named, and prints a table each."""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.post_office import PostOffice
    from benchmarks.table import Table

# By module and function, imported when they are run: Mailint's parser process imports this module when it starts, and
# is not to wait for what it does not need.
BENCHMARKS: Mapping[str, tuple[str, str]] = {
    "quiet-checks": ("quiet_checks", "run"),
    "intake": ("intake", "run"),
    "drain": ("drain", "from_one"),
    "drain-many": ("drain", "from_many"),
    "drain-pop3": ("drain", "over_pop3"),
    "outbox": ("outbox", "run"),
    "frame-gaps": ("frame_gaps", "run"),
    "memory": ("memory", "run"),
    "message-log": ("message_log", "run"),
    "first-paint": ("first_paint", "run"),
    "oauth": ("oauth", "run"),
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Ratios beside peers, never asserted on."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument(
        "--directory", default="/var/tmp", help="on a disk: fsync is part of what is measured"
    )
    options = parser.parse_args()
    unknown = set(options.names) - BENCHMARKS.keys()
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    from benchmarks.peers import MissingPeerError
    from tests.servers.parts import MissingPartError

    try:
        for name in options.names or BENCHMARKS:
            print(_table(name, Path(options.directory)), flush=True)
    except (MissingPeerError, MissingPartError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _table(name: str, parent: Path) -> "Table":
    """With a server and a directory of its own."""
    from benchmarks.post_office import post_office

    module, function = BENCHMARKS[name]
    run: Callable[[PostOffice, Path], Table] = getattr(import_module(f"benchmarks.{module}"), function)
    with tempfile.TemporaryDirectory(prefix="mailint-bench-", dir=parent, ignore_cleanup_errors=True) as path:
        directory = Path(path)
        directory.chmod(0o755)  # the mail user goes through it
        work = directory / "work"
        work.mkdir()
        began = time.monotonic()
        with post_office(directory) as office:
            table = run(office, work)
    table.notes.append(f"took {time.monotonic() - began:.0f} s")
    return table


if __name__ == "__main__":
    sys.exit(main())
