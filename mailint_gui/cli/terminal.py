"""The terminal that a person started us from."""

import logging
import signal
import threading

_log = logging.getLogger(__name__)


def keep_the_terminal_clean() -> None:
    """No log line and no traceback of a thread goes to the terminal; they go to the log, if there is one."""
    logging.getLogger().addHandler(logging.NullHandler())
    threading.excepthook = _log_of_thread


def end_at_once_on_ctrl_c() -> None:
    """Until the event loop hears it. An exception while Qt is loaded makes its binding print it and abort."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _log_of_thread(lost: "threading.ExceptHookArgs") -> None:
    if lost.exc_value is not None:
        _log.error("a thread failed by a fault of the program", exc_info=lost.exc_value)
