import pytest

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.outbox import (
    NotPossibleError,
    OutboxAction,
    OutboxFilter,
    OutboxItem,
    OutboxPurpose,
    OutboxRecipient,
    OutboxState,
    RecipientState,
)
from mailint_gui.store.database import Database
from mailint_gui.store.errors import MissingRowError
from mailint_gui.store.unit_of_work import UnitOfWork
from tests.store.samples import LATER, NOW

ADDRESSES = ("b@example.org", "c@example.org")


def queue(
    work: UnitOfWork,
    integration_id: int,
    subject: str = "Hello",
    purpose: OutboxPurpose = OutboxPurpose.TYPED,
) -> OutboxItem:
    return work.outbox.add(
        integration_id,
        purpose=purpose,
        sender="a@example.org",
        subject=subject,
        message_id="<1@example.org>",
        recipients=ADDRESSES,
        raw=b"raw\x00",
        at=NOW,
    )


@pytest.fixture
def item(database: Database, support: Integration) -> OutboxItem:
    with database.write() as work:
        return queue(work, support.id)


def test_keeps_a_queued_message_whole(database: Database, support: Integration, item: OutboxItem) -> None:
    assert item == OutboxItem(
        id=item.id,
        integration_id=support.id,
        integration="Support",
        purpose=OutboxPurpose.TYPED,
        state=OutboxState.QUEUED,
        message_id="<1@example.org>",
        sender="a@example.org",
        subject="Hello",
        recipients=tuple(OutboxRecipient(address) for address in ADDRESSES),
        attempts=0,
        next_try_at=None,
        reason="",
        answer="",
        created_at=NOW,
        log_id=item.log_id,
    )
    with database.read() as work:
        assert work.outbox.get(item.id) == item
        assert work.outbox.all() == (item,)
        assert work.outbox.raw(item.id) == b"raw\x00"
        assert work.outbox.get(99) is None
        with pytest.raises(MissingRowError):
            work.outbox.raw(99)


def test_is_claimed_once(database: Database, item: OutboxItem) -> None:
    with database.write() as work:
        assert work.outbox.claim(item.id, NOW)
    with database.write() as work:
        assert not work.outbox.claim(item.id, NOW)
        claimed = work.outbox.get(item.id)
        assert claimed is not None
        assert (claimed.state, claimed.attempts) == (OutboxState.SENDING, 1)
        assert work.outbox.due(LATER) == ()


def test_is_due_when_queued_or_when_the_wait_is_over(database: Database, item: OutboxItem) -> None:
    with database.write() as work:
        younger = queue(work, item.integration_id, "Younger")
        assert work.outbox.due(NOW) == (item, younger)
        work.outbox.claim(item.id, NOW)
        waiting = work.outbox.settle(
            item.id, OutboxAction.TRY_LATER, NOW, reason="server_busy", answer="451 later", next_try_at=LATER
        )
        assert (waiting.state, waiting.reason, waiting.answer) == (
            OutboxState.WAITING,
            "server_busy",
            "451 later",
        )
        assert work.outbox.due(NOW) == (younger,)
        assert work.outbox.due(LATER) == (waiting, younger)


def test_nothing_of_a_deleted_integration_is_due(database: Database, item: OutboxItem) -> None:
    with database.write() as work:
        work.integrations.soft_delete([item.integration_id], NOW)
        assert work.outbox.due(LATER) == ()
        work.integrations.restore([item.integration_id])
        assert work.outbox.due(LATER) == (item,)


def test_accepted_means_sent_to_all(database: Database, item: OutboxItem) -> None:
    with database.write() as work:
        work.outbox.claim(item.id, NOW)
        sent = work.outbox.settle(item.id, OutboxAction.ACCEPTED, NOW, answer="250 ok")
    assert sent.state is OutboxState.SENT
    assert {one.state for one in sent.recipients} == {RecipientState.SENT}


def test_what_is_sent_but_not_to_all_is_found_beside_other_states(
    database: Database, support: Integration, item: OutboxItem
) -> None:
    with database.write() as work:
        failed, sent, partly = (queue(work, support.id, subject) for subject in ("failed", "sent", "partly"))
        refused = [OutboxRecipient(address, RecipientState.REFUSED, "550") for address in ADDRESSES]
        to_one = (OutboxRecipient(ADDRESSES[0], RecipientState.SENT), refused[1])
        for each, action, recipients in (
            (failed, OutboxAction.REFUSED, refused),
            (sent, OutboxAction.ACCEPTED, None),
            (partly, OutboxAction.ACCEPTED, to_one),
        ):
            work.outbox.claim(each.id, NOW)
            work.outbox.settle(each.id, action, NOW, recipients=recipients)

    def found(*states: OutboxState, partly: bool = False, before: int | None = None) -> list[int]:
        with database.read() as work:
            page = work.outbox.page(OutboxFilter(frozenset(states), or_partly_sent=partly), before, 2)
            return [each.id for each in page]

    queued_and_partly = found(OutboxState.QUEUED, partly=True)
    assert queued_and_partly == [partly.id, item.id]
    assert found(OutboxState.QUEUED, partly=True, before=partly.id) == [item.id]
    assert found(OutboxState.QUEUED) == [item.id]
    assert found(OutboxState.SENT) == [partly.id, sent.id]
    assert found() == [partly.id, sent.id]
    with database.read() as work:
        told = {row.id: row.partly_sent for row in work.messages.list()}
    assert told == {each.log_id: each is partly for each in (item, failed, sent, partly)}


def test_a_retry_goes_only_to_those_without_it(database: Database, item: OutboxItem) -> None:
    sent = OutboxRecipient(ADDRESSES[0], RecipientState.SENT, "250 ok")
    refused = OutboxRecipient(ADDRESSES[1], RecipientState.REFUSED, "550 no")
    with database.write() as work:
        work.outbox.claim(item.id, NOW)
        failed = work.outbox.settle(
            item.id, OutboxAction.REFUSED, NOW, "recipient_refused", "550 no", [sent, refused]
        )
        assert failed.recipients == (sent, refused)
        again = work.outbox.retry(item.id)
    assert again.recipients == (sent, OutboxRecipient(ADDRESSES[1]))
    assert (again.state, again.attempts, again.reason, again.answer) == (OutboxState.QUEUED, 0, "", "")


def test_what_is_not_possible_changes_nothing(database: Database, item: OutboxItem) -> None:
    with pytest.raises(NotPossibleError), database.write() as work:
        work.outbox.settle(item.id, OutboxAction.ACCEPTED, NOW)
    with database.write() as work:
        cancelled = work.outbox.cancel(item.id)
        assert cancelled.state is OutboxState.CANCELLED
    with pytest.raises(NotPossibleError), database.write() as work:
        work.outbox.cancel(item.id)
    with pytest.raises(MissingRowError), database.write() as work:
        work.outbox.retry(99)
    with database.read() as work:
        assert work.outbox.get(item.id) == cancelled


def test_after_a_crash_an_awaited_answer_is_uncertain_and_the_rest_is_queued(
    database: Database, item: OutboxItem
) -> None:
    with database.write() as work:
        untouched = queue(work, item.integration_id)
        unheard = queue(work, item.integration_id)
        work.outbox.claim(item.id, NOW)
        assert work.outbox.mark_answer_awaited(item.id, attempts=1)
        work.outbox.claim(unheard.id, NOW)
    with database.write() as work:
        recovered = work.outbox.recover(LATER)
        assert {one.id: one.state for one in recovered} == {
            item.id: OutboxState.UNCERTAIN,
            unheard.id: OutboxState.QUEUED,
        }
        assert [one.id for one in work.outbox.due(LATER)] == [untouched.id, unheard.id]
        assert work.outbox.recover(LATER) == ()


def test_a_second_attempt_awaits_its_own_answer(database: Database, item: OutboxItem) -> None:
    with database.write() as work:
        work.outbox.claim(item.id, NOW)
        assert work.outbox.mark_answer_awaited(item.id, attempts=1)
        work.outbox.settle(item.id, OutboxAction.TRY_LATER, NOW, next_try_at=NOW)
        work.outbox.claim(item.id, NOW)
        (recovered,) = work.outbox.recover(NOW)
    assert recovered.state is OutboxState.QUEUED


def test_counts_what_is_not_sent(database: Database, item: OutboxItem) -> None:
    with database.write() as work:
        queue(work, item.integration_id)
        assert work.outbox.unsent_counts() == {item.integration_id: 2}
        work.outbox.cancel(item.id)
        assert work.outbox.unsent_counts() == {item.integration_id: 1}


def test_a_test_is_never_due_and_ends_with_the_run(database: Database, support: Integration) -> None:
    with database.write() as work:
        _queued, claimed, awaited = (
            queue(work, support.id, purpose=OutboxPurpose.TEST) for _each in range(3)
        )
        typed = queue(work, support.id)
        assert work.outbox.due(LATER) == (typed,)
        for each in (claimed, awaited):
            work.outbox.claim(each.id, NOW)
        work.outbox.mark_answer_awaited(awaited.id, attempts=1)
        work.outbox.end_tests(LATER)
        work.outbox.recover(LATER)
        assert [each.state for each in work.outbox.all()] == [
            OutboxState.FAILED,
            OutboxState.FAILED,
            OutboxState.UNCERTAIN,
            OutboxState.QUEUED,
        ]


def test_what_somebody_still_sends_is_left_to_him(database: Database, item: OutboxItem) -> None:
    with database.write() as work:
        lost = queue(work, item.integration_id)
        for each in (item, lost):
            work.outbox.claim(each.id, NOW)
        assert work.outbox.sending() == (item.id, lost.id)
        assert [each.id for each in work.outbox.recover(LATER, under_way={item.id})] == [lost.id]
        assert work.outbox.sending() == (item.id,)


def test_only_the_attempt_of_now_awaits_an_answer(database: Database, item: OutboxItem) -> None:
    with database.write() as work:
        assert not work.outbox.mark_answer_awaited(item.id, attempts=0)  # nobody sends it
        work.outbox.claim(item.id, NOW)
        work.outbox.settle(item.id, OutboxAction.TRY_LATER, NOW, next_try_at=NOW)
        assert not work.outbox.mark_answer_awaited(item.id, attempts=1)
        work.outbox.claim(item.id, NOW)
        assert not work.outbox.mark_answer_awaited(item.id, attempts=1)
        assert not work.outbox.is_answer_awaited(item.id)
        assert work.outbox.mark_answer_awaited(item.id, attempts=2)
        assert work.outbox.is_answer_awaited(item.id)


def _sent(database: Database, item: OutboxItem, action: OutboxAction = OutboxAction.ACCEPTED) -> None:
    with database.write() as work:
        work.outbox.claim(item.id, NOW)
        work.outbox.settle(item.id, action, NOW)


@pytest.mark.parametrize("action", [OutboxAction.ACCEPTED, OutboxAction.ANSWER_LOST])
def test_what_comes_back_from_all_has_failed(
    database: Database, item: OutboxItem, action: OutboxAction
) -> None:
    _sent(database, item, action)
    first, second = ADDRESSES
    with database.write() as work:
        assert work.outbox.fail_delivered(item.message_id, first.upper(), "550 gone", LATER) == item.id
        half = work.outbox.get(item.id)
        assert half
        assert half.state is not OutboxState.FAILED
        assert half.recipients[0] == OutboxRecipient(first, RecipientState.REFUSED, "550 gone")
        assert half.recipients[1].state is not RecipientState.REFUSED
        assert work.outbox.fail_delivered(item.message_id, "nobody@example.org", "550", LATER) == item.id
        assert work.outbox.get(item.id) == half
        assert work.outbox.fail_delivered(item.message_id, second, "550 full", LATER) == item.id
        failed = work.outbox.get(item.id)
        assert failed
        assert (failed.state, failed.reason, failed.answer) == (
            OutboxState.FAILED,
            "recipient_refused",
            "550 full",
        )
        assert work.outbox.fail_delivered(item.message_id, second, "550 again", LATER) == item.id


def told(work: UnitOfWork) -> list[int]:
    """The ids of what an admin is to be told of, as it is told."""
    ids = [each.id for each in work.outbox.untold()]
    work.outbox.set_told(ids)
    return ids


@pytest.mark.parametrize("action", [OutboxAction.REFUSED, OutboxAction.ANSWER_LOST])
def test_what_was_not_sent_is_to_be_told_once(
    database: Database, item: OutboxItem, action: OutboxAction
) -> None:
    _sent(database, item, action)
    with database.write() as work:
        assert told(work) == [item.id]
        assert told(work) == []
        work.outbox.retry(item.id)
    _sent(database, item, action)
    with database.write() as work:
        assert told(work) == [item.id]


def test_what_all_got_or_waits_is_not_told(database: Database, item: OutboxItem) -> None:
    _sent(database, item, OutboxAction.TRY_LATER)
    with database.read() as work:
        assert told(work) == []
    _sent(database, item)
    with database.read() as work:
        assert told(work) == []


def test_each_recipient_that_is_refused_is_told_once(database: Database, item: OutboxItem) -> None:
    """By the server, before and after the message, and by reports that come in any order later."""
    first, second = (OutboxRecipient(each, RecipientState.REFUSED, "550") for each in ADDRESSES)
    with database.write() as work:
        work.outbox.claim(item.id, NOW)
        work.outbox.mark_answer_awaited(item.id, 1, [first])
        assert told(work) == [item.id]
        after = [first, OutboxRecipient(ADDRESSES[1])]
        work.outbox.settle(item.id, OutboxAction.TRY_LATER, NOW, recipients=after)
        assert told(work) == []
    _sent(database, item)
    with database.write() as work:
        assert told(work) == []
        newer = queue(work, item.integration_id)
        work.outbox.claim(newer.id, NOW)
        work.outbox.settle(newer.id, OutboxAction.REFUSED, NOW)
        assert told(work) == [newer.id]
        work.outbox.cancel(newer.id)
        again = queue(work, item.integration_id)
        work.outbox.claim(again.id, NOW)
        partly = [OutboxRecipient(ADDRESSES[0], RecipientState.SENT), second]
        work.outbox.settle(again.id, OutboxAction.ACCEPTED, NOW, recipients=partly)
        assert told(work) == [again.id]
        for address in ADDRESSES:
            work.outbox.fail_delivered(again.message_id, address, "550", LATER)
        assert told(work) == [again.id]
        work.outbox.fail_delivered(again.message_id, ADDRESSES[0], "550", LATER)
        assert told(work) == []


def test_a_message_that_a_killed_run_left_uncertain_is_told(database: Database, item: OutboxItem) -> None:
    with database.write() as work:
        work.outbox.claim(item.id, NOW)
        work.outbox.mark_answer_awaited(item.id, 1)
        work.outbox.recover(NOW)
        assert told(work) == [item.id]


@pytest.mark.parametrize("purpose", OutboxPurpose)
def test_nothing_is_told_of_mail_of_ours(
    database: Database, support: Integration, purpose: OutboxPurpose
) -> None:
    with database.write() as work:
        item = queue(work, support.id, purpose=purpose)
        lost = queue(work, support.id, purpose=purpose)
        for each in (item, lost):
            work.outbox.claim(each.id, NOW)
        work.outbox.settle(item.id, OutboxAction.REFUSED, NOW)
        work.outbox.mark_answer_awaited(lost.id, 1)
        work.outbox.recover(NOW)
        is_ours = purpose in (OutboxPurpose.MONITORING, OutboxPurpose.TEST)
        assert told(work) == ([] if is_ours else [item.id, lost.id])


def test_nothing_is_told_of_a_deleted_integration(database: Database, item: OutboxItem) -> None:
    _sent(database, item, OutboxAction.REFUSED)
    with database.write() as work:
        work.integrations.soft_delete([item.integration_id], NOW)
        assert told(work) == []


def test_an_alias_may_hide_the_only_recipient(database: Database, support: Integration) -> None:
    with database.write() as work:
        item = work.outbox.add(
            support.id,
            purpose=OutboxPurpose.TYPED,
            sender="a@example.org",
            subject="",
            message_id="<9@example.org>",
            recipients=["alias@example.org"],
            raw=b"",
            at=NOW,
        )
    _sent(database, item)
    with database.write() as work:
        work.outbox.fail_delivered("<9@example.org>", "person@example.org", "550", LATER)
        failed = work.outbox.get(item.id)
        assert failed
        assert failed.state is OutboxState.FAILED


def test_a_report_of_mail_that_is_not_ours(database: Database, item: OutboxItem) -> None:
    with database.write() as work:
        assert work.outbox.fail_delivered("<other@example.org>", ADDRESSES[0], "550", LATER) is None
        assert work.outbox.fail_delivered("", ADDRESSES[0], "550", LATER) is None
        assert work.outbox.get(item.id) == item
