"""Messages, records and loops over the running desk: answers and news come as signals on the window's thread."""

from pathlib import Path

from mailint_gui.domain.message_filter import MessageFilter
from mailint_gui.domain.record import RecordFilter
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.validation import ValidationError
from mailint_gui.workers.loop_desk import LoopDesk
from mailint_gui.workers.message_desk import MessageDesk
from mailint_gui.workers.record_desk import RecordDesk
from tests.services.incoming import integration, mail, receive
from tests.ui.mail_samples import UNREADABLE, letter_with_everything, png
from tests.workers.running_desk import RunningDesk


def heard(running: RunningDesk, name: str) -> list[object]:
    """What this signal tells from now on."""
    values: list[object] = []
    getattr(running.desk, name).connect(values.append)
    return values


def test_a_message_is_opened_on_a_worker_with_all_that_is_shown(running: RunningDesk, tmp_path: Path) -> None:
    owner = integration(running.office)
    [row] = receive(running.office, owner, letter_with_everything())
    messages = MessageDesk(running.start())
    [listed] = running.asked(messages.page(MessageFilter(), None, 10)).result()
    assert listed == row
    opened = running.asked(messages.open(row.id)).result()
    assert opened.row == row
    assert opened.content.pictures["image-1"].width() == 160
    assert "blank pages" in opened.content.html.html
    assert [step.step for step in opened.trail.steps] == ["record_opened"]
    assert opened.standing.uidvalidity == 1
    saved = running.asked(messages.save_attachments(row.id, tmp_path)).result()
    assert len(saved.names) == 3
    assert (tmp_path / saved.names[0]).read_bytes() == png()


def test_what_is_decided_about_a_message_is_heard(running: RunningDesk) -> None:
    owner = integration(running.office)
    [row] = receive(running.office, owner, UNREADABLE)
    messages = MessageDesk(running.start())
    changed = heard(running, "messages_changed")
    assert running.asked(messages.discard(row.id)).result().state == "ignored"
    running.until(lambda: changed == [frozenset({owner.id})])
    refusal = running.asked(messages.discard(row.id)).failure()
    assert isinstance(refusal, RefusedError)
    assert refusal.refusal is Refusal.CANNOT_DISCARD


def test_what_is_changed_of_a_record_is_heard(running: RunningDesk) -> None:
    owner = integration(running.office)
    receive(running.office, owner, mail())
    records = RecordDesk(running.start())
    changed = heard(running, "records_changed")
    [row] = running.asked(records.page(RecordFilter(), None, 10)).result()
    assert running.asked(records.change(row.number, {"status": "Open"})).result().status == "Open"
    running.until(lambda: changed == [frozenset({row.number})])
    assert isinstance(running.asked(records.change(row.number, {"status": ""})).failure(), ValidationError)
    opened = running.asked(records.open(row.number)).result()
    assert (opened.row.status, len(opened.messages), opened.goes_on_in) == ("Open", 1, None)


def test_a_release_is_heard(running: RunningDesk) -> None:
    owner = integration(running.office)
    chain = [mail(f"Re: away {number}", "r@x.example", Auto_Submitted="auto-replied") for number in range(7)]
    receive(running.office, owner, *chain)
    loops = LoopDesk(running.start())
    changed = heard(running, "loops_changed")
    [stop] = running.asked(loops.active()).result()
    assert len(running.asked(loops.chain(stop)).result().messages) == 6
    assert running.asked(loops.release(stop.id)).result().released_at is not None
    running.until(lambda: changed == [()])
    assert running.asked(loops.active()).result() == ()
