"""One shape for everything the window asks for: a ``Call`` that ends in exactly one signal on the GUI thread."""

from PySide6.QtCore import QObject, Signal


class Call(QObject):
    """A request under way. Exactly one of ``succeeded``, ``failed``, ``cancelled`` comes, then ``finished``."""

    progressed = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)  # a Problem, a ValidationError or a RefusedError
    cancelled = Signal()
    finished = Signal()
    cancel_requested = Signal()

    def cancel(self) -> None:
        """Asks the work to stop; ``cancelled`` follows within moments, or the result if it was done already."""
        self.cancel_requested.emit()
