"""Which of the program's threads has the processor first, where there is not enough of it for all."""

import os
import sys
import threading

_NICENESS = 10


def give_way() -> None:
    """The calling thread, and all that it starts, yield to the window.

    On Linux, where Qt leaves the priority of an ordinary thread alone and each thread has a niceness of its own
    (setpriority(2), "C library/kernel differences"). Elsewhere ``QThread.start`` has seen to it.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        niceness = max(_NICENESS, os.getpriority(os.PRIO_PROCESS, thread))  # less again is not for everybody
        os.setpriority(os.PRIO_PROCESS, thread, niceness)
