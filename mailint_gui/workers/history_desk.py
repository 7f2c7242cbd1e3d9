"""What the History tab asks for."""

import codecs
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mailint_gui.domain.history import HistoryCursor, HistoryFilter, HistoryPage, HistoryRow
from mailint_gui.domain.reconciliation import Reconciliation
from mailint_gui.services.scope import CancelScope
from mailint_gui.workers.calls import Call
from mailint_gui.workers.desk import Desk, Progress
from mailint_gui.workers.whole_file import write_pieces

if TYPE_CHECKING:  # their imports are heavy, and belong to the first job
    from mailint_gui.services.services import Services

PAGE_ROWS = 100
AsText = Callable[[Iterable[HistoryRow]], Iterable[str]]
_MARK = codecs.BOM_UTF8  # by which spreadsheets know the encoding


@dataclass(frozen=True, slots=True)
class HistoryRead:
    """One page of an integration's history, with what was asked for.

    ``is_trace_asked``: whether its next check will be recorded.
    """

    wanted: HistoryFilter
    after: HistoryCursor | None
    page: HistoryPage
    is_trace_asked: bool


class HistoryDesk:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def read(self, integration_id: int, wanted: HistoryFilter, after: HistoryCursor | None = None) -> Call:
        """-> HistoryRead."""

        def run(services: "Services", _scope: CancelScope, _step: Progress) -> HistoryRead:
            page = services.history.page(wanted, after, PAGE_ROWS)
            return HistoryRead(wanted, after, page, services.trace_requests.is_asked(integration_id))

        return self._desk.call("read history", run)

    def export(self, path: Path, wanted: HistoryFilter, as_text: AsText) -> Call:
        """-> None. Every row of ``wanted``, newest first, in the words of ``as_text``, which runs on the worker."""

        def run(services: "Services", scope: CancelScope, _step: Progress) -> None:
            pieces = as_text(services.history.each(wanted, scope))
            write_pieces(path, itertools.chain([_MARK], (piece.encode() for piece in pieces)))

        return self._desk.call("export history", run)

    def compare(self, integration_id: int) -> Call:
        """-> Reconciliation; Stage as ``progressed``. Over a connection of its own, by what is stored."""

        def run(services: "Services", scope: CancelScope, step: Progress) -> Reconciliation:
            scope.on_stage = step
            return services.reconcile.reconcile(integration_id, scope)

        return self._desk.call("compare with the server", run)

    def trace(self, check_id: int) -> Call:
        """-> str: what was said in that check; empty where that is forgotten."""

        def run(services: "Services", _scope: CancelScope, _step: Progress) -> str:
            return services.history.trace(check_id) or ""

        return self._desk.call("read a trace", run)

    def ask_trace(self, integration_id: int, wanted: bool) -> Call:
        """-> None. Whether what is said in the next check is kept."""

        def run(services: "Services", _scope: CancelScope, _step: Progress) -> None:
            requests = services.trace_requests
            (requests.ask if wanted else requests.withdraw)(integration_id)

        return self._desk.call("ask for a trace", run)
