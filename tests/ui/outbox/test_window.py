"""The outbox window on real services: states, why, and what an admin does."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.outbox import (
    OutboxAction,
    OutboxItem,
    OutboxPurpose,
    OutboxRecipient,
    OutboxState,
    RecipientState,
)
from mailint_gui.domain.problem import ProblemKind
from mailint_gui.ui.banners import Subject
from mailint_gui.ui.compose.compose_windows import ComposeWindows
from mailint_gui.ui.confirm_dialog import ConfirmDialog
from mailint_gui.ui.outbox.row import Column
from mailint_gui.ui.outbox.window import OutboxWindow
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.ui.window_memory import WindowMemory
from tests.services.incoming import integration
from tests.services.office import Office
from tests.ui.desk_double import DeskDouble
from tests.ui.mail_samples import desk_on

LATER = datetime(2099, 1, 1, 12, 0, tzinfo=UTC)
A, S = OutboxAction, OutboxState
DECORATION = Qt.ItemDataRole.DecorationRole


@dataclass
class Shown:
    window: OutboxWindow
    compose: ComposeWindows
    desk: DeskDouble
    office: Office
    qtbot: QtBot

    def settle(self) -> None:
        self.qtbot.waitUntil(
            lambda: (
                not self.desk.is_busy and self.window.listing.is_read and not self.window.listing.is_reading
            )
        )

    def column(self, column: int) -> list[str]:
        model = self.window.model
        return [model.index(place, column).data() for place in range(model.rowCount())]

    def choose(self, *items: OutboxItem) -> None:
        self.window.ui.table.select([item.id for item in items])

    def trigger(self, name: str) -> None:
        assert self.window.action(name).isEnabled()
        self.window.action(name).trigger()
        self.settle()

    def agree(self, name: str) -> None:
        """Trigger a command that asks once, and say yes."""
        self.trigger(name)
        self.question().act.click()
        self.settle()

    def question(self) -> ConfirmDialog:
        found = [each for each in self.window.findChildren(ConfirmDialog) if each.isVisible()]
        assert len(found) == 1
        return found[0]

    def state(self, item: OutboxItem) -> OutboxState:
        found = self.office.services.outbox.get(item.id)
        assert found is not None
        return found.state


@pytest.fixture
def sender(office: Office) -> Integration:
    return integration(office, sends=True, is_default=True)


@pytest.fixture
def item(office: Office, sender: Integration) -> Callable[..., OutboxItem]:
    """One that was tried once, and how that ended; None: it is queued."""

    def build(action: OutboxAction | None = None, subject: str = "Printer") -> OutboxItem:
        new = office.queue(sender, "joe@example.com", "ann@example.com", subject=subject)
        if action is None:
            return new
        recipients = [OutboxRecipient("joe@example.com", RecipientState.REFUSED, "550 no <b>such</b> user")]
        said = {
            A.TRY_LATER: {"reason": ProblemKind.SERVER_BUSY, "answer": "451 later", "next_try_at": LATER},
            A.REFUSED: {
                "reason": ProblemKind.RECIPIENT_REFUSED,
                "answer": "550 no",
                "recipients": recipients,
            },
            A.ANSWER_LOST: {"reason": ProblemKind.DELIVERY_UNCERTAIN},
        }.get(action, {})
        with office.services.database.write() as unit:
            assert unit.outbox.claim(new.id, LATER)
            return unit.outbox.settle(new.id, action, LATER, **said)  # type: ignore[arg-type]

    return build


@pytest.fixture
def show(office: Office, qtbot: QtBot, tmp_path: Path) -> Callable[[], Shown]:
    def build() -> Shown:
        desk = desk_on(office)
        board = StatusBoard(desk, desk)
        memory = WindowMemory(tmp_path / "window.ini")
        over = QWidget()
        compose = ComposeWindows(desk, board, memory, over)
        window = OutboxWindow(desk, compose, memory)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        desk.setParent(over)
        qtbot.addWidget(over)
        qtbot.addWidget(window)
        window.show()
        desk.start()
        shown = Shown(window, compose, desk, office, qtbot)
        shown.settle()
        return shown

    return build


def test_what_the_limit_of_a_minute_keeps_queued_says_so(
    show: Callable[[], Shown], item: Callable[..., OutboxItem], office: Office, sender: Integration
) -> None:
    limited = replace(sender, outgoing=replace(sender.outgoing, messages_per_minute=1))
    office.services.integrations.save(limited)
    queued = item()
    office.services.send_mail.pace.note(sender.id, office.services.clock())
    shown = show()
    shown.choose(queued)
    assert "as many messages as it may in a minute" in shown.window.ui.detail.story.text()
    assert shown.column(Column.NEXT) != ["as soon as it can"]


def test_each_state_is_told_with_its_reason(
    show: Callable[[], Shown], item: Callable[..., OutboxItem]
) -> None:
    queued, waiting, failed, uncertain = item(), item(A.TRY_LATER), item(A.REFUSED), item(A.ANSWER_LOST)
    item(A.ACCEPTED, "Sent one")
    shown = show()
    assert shown.column(Column.STATE) == [
        "Uncertain: sent or not", "Not sent", "Waiting to be tried again", "Queued",
    ]  # fmt: skip
    assert shown.column(Column.NEXT)[3] == "as soon as it can"
    assert shown.column(Column.NEXT)[2].startswith("2099-01-01")
    shown.choose(waiting)
    detail = shown.window.ui.detail
    assert "Tried once; tried again at 2099-01-01" in detail.story.text()
    assert detail.answer.text() == "The server said: 451 later"
    shown.choose(failed)
    assert "not tried again by itself" in detail.story.text()
    first = detail.recipients.topLevelItem(0)
    assert [first.text(column) for column in range(3)] == [
        "joe@example.com",
        "Refused",
        "550 no <b>such</b> user",
    ]
    shown.choose(uncertain)
    assert "may have arrived" in detail.story.text()
    assert detail.recipients.topLevelItem(0).text(1) == "Uncertain"
    shown.choose(queued, uncertain)
    assert detail.title.text() == "2 messages selected"
    shown.window.ui.state_filter.setCurrentIndex(1)
    shown.settle()
    assert "Sent one" in shown.column(Column.SUBJECT)


def test_what_was_sent_but_not_to_all_is_told_and_can_be_sent_to_the_others(
    show: Callable[[], Shown], office: Office, sender: Integration, item: Callable[..., OutboxItem]
) -> None:
    item(A.ACCEPTED, "Sent to all")
    new = office.queue(sender, "joe@example.com", "gone@example.com", subject="Printer")
    recipients = (
        OutboxRecipient("joe@example.com", RecipientState.SENT),
        OutboxRecipient("gone@example.com", RecipientState.REFUSED, "550 no such user"),
    )
    with office.services.database.write() as unit:
        assert unit.outbox.claim(new.id, LATER)
        unit.outbox.settle(new.id, A.ACCEPTED, LATER, recipients=recipients)
    shown = show()
    assert shown.column(Column.STATE) == ["Sent, not to all"]
    shown.choose(new)
    detail = shown.window.ui.detail
    assert detail.title.text().endswith("– Sent, not to all")
    assert "Edit and resend" in detail.story.text()
    shown.window.ui.state_filter.setCurrentText("Sent")
    shown.settle()
    assert shown.column(Column.STATE) == ["Sent, not to all", "Sent"]
    icons = [shown.window.model.index(place, Column.STATE).data(DECORATION) for place in range(2)]
    assert icons[0].cacheKey() != icons[1].cacheKey()
    shown.choose(new)
    shown.trigger("edit")
    [window] = shown.compose.windows
    assert window.ui.to.text() == "gone@example.com"


def test_an_outbox_in_which_nothing_waits_says_so(show: Callable[[], Shown]) -> None:
    shown = show()
    said = [label.text() for label in shown.window.ui.empty.findChildren(QLabel)]
    assert "Nothing waits to be sent." in said


def test_commands_go_with_the_state(show: Callable[[], Shown], item: Callable[..., OutboxItem]) -> None:
    queued, waiting, failed = item(), item(A.TRY_LATER), item(A.REFUSED)
    shown = show()

    def possible() -> dict[str, bool]:
        return {name: shown.window.action(name).isEnabled() for name in ("retry", "edit", "cancel")}

    assert possible() == {"retry": False, "edit": False, "cancel": False}
    shown.choose(queued)
    assert possible() == {"retry": False, "edit": False, "cancel": True}
    shown.choose(waiting)
    assert possible() == {"retry": True, "edit": True, "cancel": True}
    shown.choose(waiting, failed)
    assert possible() == {"retry": True, "edit": False, "cancel": True}


def test_retry_and_cancel(show: Callable[[], Shown], item: Callable[..., OutboxItem]) -> None:
    waiting, failed = item(A.TRY_LATER), item(A.REFUSED)
    shown = show()
    shown.choose(waiting)
    shown.trigger("retry")
    assert shown.state(waiting) is S.QUEUED
    shown.choose(failed)
    shown.agree("cancel")
    assert shown.state(failed) is S.CANCELLED
    shown.desk.outbox_changed.emit()
    shown.qtbot.waitUntil(lambda: shown.column(Column.STATE) == ["Queued"])


def test_what_may_have_arrived_is_not_sent_again_without_a_question(
    show: Callable[[], Shown], item: Callable[..., OutboxItem]
) -> None:
    uncertain = item(A.ANSWER_LOST)
    shown = show()
    shown.choose(uncertain)
    shown.trigger("retry")
    box = shown.window.findChild(QMessageBox)
    assert box is not None
    assert shown.state(uncertain) is S.UNCERTAIN
    default = box.defaultButton()
    assert default is not None
    assert default.text() == "&Leave it"
    next(each for each in box.buttons() if "again" in each.text()).click()
    shown.settle()
    assert shown.state(uncertain) is S.QUEUED


def test_what_has_arrived_counts_as_sent(
    show: Callable[[], Shown], item: Callable[..., OutboxItem], office: Office
) -> None:
    uncertain, failed = item(A.ANSWER_LOST), item(A.REFUSED)
    shown = show()
    arrived = shown.window.action("arrived")
    shown.choose(uncertain, failed)
    assert not arrived.isEnabled()
    shown.choose(uncertain)
    assert arrived.isEnabled()
    shown.agree("arrived")
    assert shown.state(uncertain) is S.SENT
    sent = office.services.outbox.get(uncertain.id)
    assert sent is not None
    assert {each.state for each in sent.recipients} == {RecipientState.SENT}


@pytest.mark.parametrize("name", ["arrived", "cancel"])
def test_thinking_better_of_it_leaves_it_as_it_is(
    show: Callable[[], Shown], item: Callable[..., OutboxItem], name: str
) -> None:
    uncertain = item(A.ANSWER_LOST)
    shown = show()
    shown.choose(uncertain)
    shown.trigger(name)
    question = shown.question()
    assert question.cancel.isDefault()
    assert "Printer" in question.effects.text()
    question.cancel.click()
    shown.settle()
    assert shown.state(uncertain) is S.UNCERTAIN


def test_many_are_given_up_with_one_question(
    show: Callable[[], Shown], item: Callable[..., OutboxItem]
) -> None:
    waiting = [item(A.TRY_LATER) for _number in range(7)]
    shown = show()
    shown.choose(*waiting)
    shown.trigger("cancel")
    question = shown.question()
    assert question.question.text() == "Give these 7 messages up?"
    assert "and 2 more" in question.effects.text()
    question.act.click()
    shown.settle()
    assert {shown.state(each) for each in waiting} == {S.CANCELLED}


def test_what_was_sent_meanwhile_says_so(show: Callable[[], Shown], item: Callable[..., OutboxItem]) -> None:
    queued = item()
    shown = show()
    shown.choose(queued)
    with shown.office.services.database.write() as unit:
        unit.outbox.claim(queued.id, LATER)
        unit.outbox.settle(queued.id, A.ACCEPTED, LATER)
    shown.agree("cancel")
    banner = shown.window.banners.shown(Subject.RESULT)
    assert banner is not None
    assert "cannot be cancelled" in banner.label.text()


def test_what_became_uncertain_meanwhile_is_not_sent_again_without_a_question(
    show: Callable[[], Shown], item: Callable[..., OutboxItem]
) -> None:
    waiting = item(A.TRY_LATER)
    shown = show()
    shown.choose(waiting)
    with shown.office.services.database.write() as unit:
        unit.outbox.claim(waiting.id, LATER)
        unit.outbox.settle(waiting.id, A.ANSWER_LOST, LATER)
    shown.trigger("retry")
    assert shown.state(waiting) is OutboxState.UNCERTAIN
    assert shown.window.banners.shown(Subject.RESULT) is not None


def test_edit_and_resend_opens_what_was_typed(
    show: Callable[[], Shown], item: Callable[..., OutboxItem], office: Office
) -> None:
    failed = item(A.REFUSED)
    shown = show()
    shown.choose(failed)
    shown.trigger("edit")
    [window] = shown.compose.windows
    assert window.ui.to.text() == "joe@example.com, ann@example.com"
    assert window.ui.subject.text() == "Printer"
    window.ui.to.setText("ann@example.com")
    window.send()
    shown.settle()
    assert shown.compose.windows == ()
    assert shown.state(failed) is S.CANCELLED
    assert [each.state for each in office.services.outbox.all()] == [S.CANCELLED, S.QUEUED]


@pytest.mark.parametrize(
    ("meanwhile", "told"), [(A.ANSWER_LOST, "choose “Do not send” for it"), (A.ACCEPTED, "is sent by now")]
)
def test_an_edited_copy_of_what_may_have_arrived_says_what_can_be_done(
    show: Callable[[], Shown],
    item: Callable[..., OutboxItem],
    office: Office,
    meanwhile: OutboxAction,
    told: str,
) -> None:
    waiting = item(A.TRY_LATER)
    shown = show()
    shown.choose(waiting)
    shown.trigger("edit")
    with office.services.database.write() as unit:
        unit.outbox.claim(waiting.id, LATER)
        unit.outbox.settle(waiting.id, meanwhile, LATER)
    [window] = shown.compose.windows
    window.send()
    shown.settle()
    banner = window.banners.shown(Subject.RESULT)
    assert banner is not None
    assert told in banner.label.text()
    assert [each.id for each in office.services.outbox.all()] == [waiting.id]


def test_an_edited_copy_is_sent_once_the_uncertain_one_is_not(
    show: Callable[[], Shown], item: Callable[..., OutboxItem], office: Office
) -> None:
    waiting = item(A.TRY_LATER)
    shown = show()
    shown.choose(waiting)
    shown.trigger("edit")
    with office.services.database.write() as unit:
        unit.outbox.claim(waiting.id, LATER)
        unit.outbox.settle(waiting.id, A.ANSWER_LOST, LATER)
    [window] = shown.compose.windows
    window.send()
    shown.settle()
    shown.window.listing.refresh()
    shown.settle()
    shown.choose(waiting)
    shown.agree("cancel")
    window.send()
    shown.settle()
    assert [each.state for each in office.services.outbox.all()] == [S.CANCELLED, S.QUEUED]


def test_a_test_is_nothing_to_send_again(
    show: Callable[[], Shown], office: Office, sender: Integration
) -> None:
    tried = office.queue(sender, purpose=OutboxPurpose.TEST)
    shown = show()
    shown.choose(tried)
    assert not shown.window.action("retry").isEnabled()


def test_drafts_are_listed_and_opened(show: Callable[[], Shown], office: Office, sender: Integration) -> None:
    draft = office.services.replies.blank()
    office.services.drafts.save(0, draft)
    shown = show()
    [action] = shown.window.ui.menu_drafts.actions()
    assert action.text().startswith("(no subject) – ")
    action.trigger()
    action.trigger()
    [window] = shown.compose.windows  # raised the second time
    window.discard()
    shown.settle()
    assert [each.text() for each in shown.window.ui.menu_drafts.actions()] == ["There are no drafts"]


def test_quitting_keeps_what_is_typed(show: Callable[[], Shown], office: Office, sender: Integration) -> None:
    shown = show()
    assert shown.compose.close(then=lambda: None)
    shown.compose.new()
    shown.compose.new()
    shown.settle()
    first, _second = shown.compose.windows
    first.ui.subject.setText("Printer")
    closed: list[bool] = []
    assert not shown.compose.close(then=lambda: closed.append(True))
    shown.qtbot.waitUntil(lambda: closed == [True])
    assert [each.draft.subject for each in office.services.drafts.all()] == ["Printer"]


def test_times_are_shown_in_full(show: Callable[[], Shown], item: Callable[..., OutboxItem]) -> None:
    item(A.TRY_LATER)
    table = show().window.ui.table
    for column in (Column.STATE, Column.QUEUED, Column.NEXT, Column.ATTEMPTS):
        heading = table.horizontalHeader().sectionSizeHint(column)
        assert table.columnWidth(column) >= max(table.sizeHintForColumn(column), heading), column


def test_one_message_is_counted_as_one(show: Callable[[], Shown], item: Callable[..., OutboxItem]) -> None:
    item()
    shown = show()
    assert shown.window.count.text() == "1 message"
    item()
    shown.window.listing.restart()
    shown.qtbot.waitUntil(lambda: shown.window.count.text() == "2 messages")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("451 later", "The server said: 451 later"),
        ("550-5.1.1 no\r\n550 such user", "The server said: 550-5.1.1 no 550 such user"),
        ("[Errno 111] Connection refused", "Details: [Errno 111] Connection refused"),
        ("", ""),
    ],
)
def test_only_what_the_server_said_is_told_as_its_words(
    show: Callable[[], Shown], sender: Integration, office: Office, answer: str, told: str
) -> None:
    new = office.queue(sender, "joe@example.com", subject="Printer")
    with office.services.database.write() as unit:
        assert unit.outbox.claim(new.id, LATER)
        unit.outbox.settle(new.id, A.TRY_LATER, LATER, reason=ProblemKind.SERVER_BUSY, answer=answer)
    shown = show()
    shown.choose(new)
    shown.settle()
    detail = shown.window.ui.detail.answer
    assert (detail.text() if detail.isVisible() else "") == told
