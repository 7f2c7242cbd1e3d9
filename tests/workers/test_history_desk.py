"""What the History tab asks for, of the running desk on real services and servers."""

import csv
from pathlib import Path

from mailint_gui.domain.check import Stage
from mailint_gui.domain.history import HistoryFilter
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.ui.integration_form.history_words import as_csv
from mailint_gui.workers.history_desk import HistoryDesk, HistoryRead
from tests.servers.mailbox import Mailbox
from tests.services.office import letter
from tests.workers.running_desk import RunningDesk


def test_a_check_is_recorded_read_and_exported(
    running: RunningDesk, mailbox: Mailbox, tmp_path: Path
) -> None:
    support = running.office.receiving(mailbox)
    desk = running.start()
    running.checked([support.id])
    history, wanted = HistoryDesk(desk), HistoryFilter(support.id)
    running.asked(history.ask_trace(support.id, True)).result()
    assert running.asked(history.read(support.id, wanted)).result().is_trace_asked
    mailbox.deliver(letter())
    desk.check_now([support.id])
    read: list[HistoryRead] = []

    def has_two() -> bool:
        read[:] = [running.asked(history.read(support.id, wanted)).result()]
        return len(read[0].page.rows) == 2

    running.until(has_two)
    newest, first = read[0].page.rows
    assert not read[0].is_trace_asked
    assert (newest.is_traced, first.is_traced) == (True, False)
    assert newest.tally is not None
    assert newest.tally.filed == 1
    assert "UID FETCH" in running.asked(history.trace(newest.id)).result()
    assert running.asked(history.trace(first.id)).result() == ""

    path = tmp_path / "history.csv"
    running.asked(history.export(path, wanted, as_csv)).result()
    lines = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    assert [line[3] for line in lines] == ["Result", "ok", "ok"]


def test_a_file_that_cannot_be_written_is_refused(running: RunningDesk, tmp_path: Path) -> None:
    desk = running.start()
    missing = tmp_path / "missing" / "history.csv"
    failure = running.asked(HistoryDesk(desk).export(missing, HistoryFilter(), as_csv)).failure()
    assert isinstance(failure, RefusedError)
    assert failure.refusal is Refusal.FILE_NOT_WRITTEN


def test_the_server_is_compared_with_the_log(running: RunningDesk, mailbox: Mailbox) -> None:
    mailbox.deliver(letter())
    support = running.office.receiving(mailbox)
    desk = running.start()
    running.checked([support.id])
    mailbox.deliver(letter())
    call = HistoryDesk(desk).compare(support.id)
    stages: list[Stage] = []
    call.progressed.connect(stages.append)
    found = running.asked(call).result()
    assert (found.on_server, found.is_good) == (2, True)
    assert Stage.AUTHENTICATE in stages
