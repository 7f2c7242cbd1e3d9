"""The parser process: reads raw messages from a pipe and answers each, in order, until the pipe ends.

Started by ``services.parsing``. The memory of one message is held to a limit where the system can do that
(``RLIMIT_AS``: Linux; macOS accepts it without keeping it, Windows would need a job object); its time is held
by the parent, which kills.
"""

import gc
import multiprocessing
import os
import signal
import struct
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, auto
from multiprocessing.connection import Connection
from typing import TypeAlias

from mailint_gui.domain.message import MessageView, ParsedMessage, ParseRefused, QuarantineReason
from mailint_gui.domain.read_message import Reading
from mailint_gui.domain.rule import Rule

READY = b"ready"
_NICENESS = 10
_GARBAGE = 20_000  # objects between looks for cycles: about those of one message
_HEAD = struct.Struct("!Bq")  # of a request on its way: task and number

Answer = ParsedMessage | Reading | MessageView | bytes | ParseRefused
Pipe: TypeAlias = "Connection[object, object]"  # one end


class Task(IntEnum):
    PARSE = auto()
    READ = auto()  # for filing: parsed, judged by the rules, its words to search folded
    RULES = auto()  # the bytes are the rules to judge by from now on, pickled; nothing is answered
    VIEW = auto()
    VIEW_TEXT = auto()  # without its HTML
    ATTACHMENT = auto()
    PACK = auto()  # RFC 1950; for the store, and here since it takes as long as parsing


@dataclass(frozen=True, slots=True)
class Request:
    """``number``: of the attachment that is asked for, or of the integration whose mail it is.

    ``rules``: those to judge by, which are sent ahead where the child does not have them.
    """

    task: Task
    raw: bytes
    number: int = 0
    rules: tuple[Rule, ...] | None = None

    def send(self, requests: Pipe) -> None:
        requests.send_bytes(_HEAD.pack(self.task, self.number) + self.raw)

    @classmethod
    def receive(cls, requests: Pipe) -> "Request":
        """Raises EOFError."""
        sent = requests.recv_bytes()
        task, number = _HEAD.unpack_from(sent)
        return cls(Task(task), sent[_HEAD.size :], number)


AnswerTo = Callable[[Request], Answer | None]


def serve(requests: Pipe, answers: Pipe, memory: int, begin: Callable[[], AnswerTo]) -> None:
    """``memory``: bytes that a message may take beyond what the idle process has.

    ``begin`` loads what answers a request (None: nothing is to be answered).
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the parent, which then ends us
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _stand_back()
    answer_to = begin()
    gc.freeze()  # what was loaded stays, and need not be looked through again and again
    gc.set_threshold(_GARBAGE)
    _limit_memory(memory)
    try:
        answers.send(READY)
        while _answer_one(requests, answers, answer_to):
            pass
    except (EOFError, OSError):  # the parent is gone or wants no more
        return


def _answer_one(requests: Pipe, answers: Pipe, answer_to: AnswerTo) -> bool:
    """False after a message that ran out of memory: what is left of the heap is not worth going on with."""
    answer: Answer | None
    try:
        answer = answer_to(Request.receive(requests))
    except MemoryError:
        answer = ParseRefused(QuarantineReason.TOO_MUCH_MEMORY)
    if answer is not None:
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
        inherited = os.getpriority(os.PRIO_PROCESS, 0)  # of the thread that started it
        os.setpriority(os.PRIO_PROCESS, 0, max(_NICENESS, inherited))


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
