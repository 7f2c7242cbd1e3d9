"""The message log: pages, views, attachments, and what an admin does about a message."""

import pytest

from mailint_gui.domain.message_filter import MessageFilter
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.trail import Trail
from mailint_gui.services.scope import Cancelled, CancelReason, CancelScope
from tests.services.incoming import integration, mail, one, receive, store
from tests.services.office import Office
from tests.services.test_filing import TOO_DEEP

WITH_FILE = b"\r\n".join(
    [
        b"From: joe@example.com",
        b"Subject: two parts",
        b"MIME-Version: 1.0",
        b'Content-Type: multipart/mixed; boundary="b"',
        b"",
        b"--b",
        b"Content-Type: text/html",
        b"",
        b"<p>hello <script>alert(1)</script><img src=http://tracker.example/x></p>",
        b"--b",
        b"Content-Type: application/pdf",
        b'Content-Disposition: attachment; filename="plan.pdf"',
        b"Content-Transfer-Encoding: base64",
        b"",
        b"cGxhbg==",
        b"--b--",
        b"",
    ]
)


def refusal(error: pytest.ExceptionInfo[RefusedError]) -> Refusal:
    return error.value.refusal


def test_pages_go_back_in_time(any_office: Office) -> None:
    support = integration(any_office)
    rows = receive(any_office, support, *(mail(f"no. {number}", body=f"word{number}") for number in range(7)))
    log = any_office.services.message_log
    first = log.page(MessageFilter(), limit=3)
    assert [row.id for row in first] == [row.id for row in rows[:-4:-1]]
    assert [row.id for row in log.page(MessageFilter(), first[-1].id, 3)] == [row.id for row in rows[3:0:-1]]
    assert [row.id for row in log.page(MessageFilter(text="word3"))] == [rows[3].id]
    assert [row.id for row in log.page(MessageFilter(record=rows[2].record))] == [rows[2].id]


def test_a_view_has_nothing_that_runs_or_phones_home(office: Office) -> None:
    row = one(office, integration(office), WITH_FILE)
    log = office.services.message_log
    view = log.view(row.id, CancelScope())
    assert "hello" in view.html
    assert "script" not in view.html
    assert "tracker" not in view.html
    [attachment] = view.attachments
    assert log.attachment(row.id, 0, CancelScope()) == (attachment, b"plan")
    assert log.source(row.id) == WITH_FILE
    with pytest.raises(RefusedError) as refused:
        log.attachment(row.id, 1, CancelScope())
    assert refusal(refused) is Refusal.NO_SUCH_ATTACHMENT
    cancelled = CancelScope()
    cancelled.cancel(CancelReason.ADMIN)
    with pytest.raises(Cancelled):
        log.view(row.id, cancelled)


def test_what_cannot_be_read_says_so(office: Office) -> None:
    row = one(office, integration(office), TOO_DEEP)
    assert row.state == "quarantined"
    with pytest.raises(RefusedError) as refused:
        office.services.message_log.view(row.id, CancelScope())
    assert (refusal(refused), refused.value.facts["reason"]) == (Refusal.NOT_READABLE, row.reason)


def test_no_such_message(office: Office) -> None:
    log = office.services.message_log
    for ask in (
        lambda: log.get(1),
        lambda: log.source(1),
        lambda: log.trail(1),
        lambda: log.view(1, CancelScope()),
        lambda: log.retry(1, CancelScope()),
        lambda: log.file_anyway(1, CancelScope()),
        lambda: log.discard(1),
    ):
        with pytest.raises(RefusedError) as refused:
            ask()
        assert refusal(refused) is Refusal.NO_SUCH_MESSAGE


def test_one_that_was_removed_says_so_and_when(office: Office) -> None:
    row = one(office, integration(office), mail())
    log, at = office.services.message_log, office.services.clock()
    with office.services.database.write() as unit:
        unit.forgetting.forget([row.id], at)
    for ask in (lambda: log.get(row.id), lambda: log.standing(row.id), lambda: log.source(row.id)):
        with pytest.raises(RefusedError) as refused:
            ask()
        assert refusal(refused) is Refusal.FORGOTTEN
        assert refused.value.facts == {"id": str(row.id), "at": at.isoformat()}


def test_what_is_not_filed_has_no_trail_yet(office: Office) -> None:
    [waiting] = store(office, integration(office), mail())
    assert office.services.message_log.trail(waiting) == Trail()


def test_only_quarantined_ones_are_tried_again_or_discarded(office: Office) -> None:
    row = one(office, integration(office), mail())
    log = office.services.message_log
    with pytest.raises(RefusedError) as refused:
        log.retry(row.id, CancelScope())
    assert refusal(refused) is Refusal.NOT_QUARANTINED
    with pytest.raises(RefusedError) as refused:
        log.discard(row.id)
    assert refusal(refused) is Refusal.CANNOT_DISCARD


def test_damaged_bytes_are_said_to_be(any_office: Office) -> None:
    row = one(any_office, integration(any_office), mail("printer"))
    with any_office.services.database.write() as unit:
        unit.raw_messages.put_packed([(row.id, b"no zlib")])
    log = any_office.services.message_log
    with pytest.raises(RefusedError) as error:
        log.view(row.id, CancelScope())
    assert refusal(error) is Refusal.RAW_DAMAGED
    with pytest.raises(RefusedError) as error:
        log.file_anyway(row.id, CancelScope())
    assert log.get(row.id).state == "filed"
