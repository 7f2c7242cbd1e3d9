"""The parser process: reads raw messages from a pipe and answers each, in order, until the pipe ends.

Started by ``services.parsing``. The memory of one message is held to a limit where the system can do that
(``RLIMIT_AS``: Linux; macOS accepts it without keeping it, Windows would need a job object); its time is held
by the parent, which kills.
"""

import multiprocessing
import os
import signal
import sys
import threading
from multiprocessing.connection import Connection

from mailint_gui.domain.message import ParsedMessage, ParseRefused, QuarantineReason
from mailint_gui.mail.mime.parse import parse

READY = b"ready"


def serve(requests: "Connection[bytes, bytes]", answers: "Connection[object, object]", memory: int) -> None:
    """``memory``: bytes that a message may take beyond what the idle process has."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the parent, which then ends us
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _stand_back()
    _limit_memory(memory)
    try:
        answers.send(READY)
        while _answer_one(requests, answers):
            pass
    except (EOFError, OSError):  # the parent is gone or wants no more
        return


def _answer_one(requests: "Connection[bytes, bytes]", answers: "Connection[object, object]") -> bool:
    """False after a message that ran out of memory: what is left of the heap is not worth going on with."""
    answer: ParsedMessage | ParseRefused
    try:
        answer = parse(requests.recv_bytes())
    except MemoryError:
        answer = ParseRefused(QuarantineReason.TOO_MUCH_MEMORY)
    answers.send(answer)
    return not (isinstance(answer, ParseRefused) and answer.reason is QuarantineReason.TOO_MUCH_MEMORY)


def _end_with_parent() -> None:
    """Also in the middle of a message that never ends."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _stand_back() -> None:
    """The window goes first."""
    if sys.platform == "win32":
        import ctypes

        below_normal_priority_class = 0x4000
        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal_priority_class)
    else:
        os.nice(10)


def _limit_memory(memory: int) -> None:
    if sys.platform != "win32":
        import resource

        limit = _present_size() + memory
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _present_size() -> int:
    """Bytes of address space in use now; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - a file of the kernel
            return int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
