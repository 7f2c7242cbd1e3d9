"""Work gives way to the window, on real threads and in a real child."""

import os
import subprocess
import sys
import threading

import pytest

from mailint_gui.workers.priority import give_way

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a thread has a niceness on Linux alone")

_AS_NICE_AS_IT_GETS = """
import os, threading
from mailint_gui.workers.priority import give_way
give_way()
print(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
"""


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_a_thread_that_gives_way_leaves_the_others_as_they_are() -> None:
    before = niceness()
    seen: list[int] = []

    def work() -> None:
        give_way()
        started = threading.Thread(target=lambda: seen.append(niceness()))
        started.start()
        started.join()
        seen.append(niceness())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [10, 10]
    assert niceness() == before


def test_a_program_that_was_started_more_politely_stays_so() -> None:
    command = ["nice", "-n", "15", sys.executable, "-c", _AS_NICE_AS_IT_GETS]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip() == "15"
