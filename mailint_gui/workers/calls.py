"""One shape for everything the window asks for: a ``Call`` that ends in exactly one signal on the GUI thread."""

from PySide6.QtCore import QObject, Qt, Signal


class Call(QObject):
    """A request under way. Exactly one of ``succeeded``, ``failed``, ``cancelled`` comes, then ``finished``."""

    progressed = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)  # a Problem, a ValidationError or a RefusedError
    cancelled = Signal()
    finished = Signal()
    cancel_requested = Signal()
    _advanced = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._advanced.connect(self.progressed, Qt.ConnectionType.QueuedConnection)

    def advance(self, step: object) -> None:
        """For the worker: tells ``progressed`` in a later turn, so that whoever asked has connected by then."""
        self._advanced.emit(step)

    def cancel(self) -> None:
        """Asks the work to stop; ``cancelled`` follows within moments, or the result if it was done already."""
        self.cancel_requested.emit()
