"""The compose window: a message as it is typed, kept all the while, and put into the outbox."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QMainWindow, QWidget

from mailint_gui.domain.draft import MailDraft, message_size
from mailint_gui.domain.integration import Integration, MessageFormat
from mailint_gui.domain.typed_recipients import recipient_errors
from mailint_gui.domain.validation import ValidationError
from mailint_gui.ui._generated.ui_compose_window import Ui_ComposeWindow
from mailint_gui.ui.banners import Banners, Subject
from mailint_gui.ui.compose.close_question import ask_about_unsent, ask_to_throw_away
from mailint_gui.ui.compose.draft_fields import DraftFields
from mailint_gui.ui.compose.draft_keeper import DraftKeeper
from mailint_gui.ui.compose.format_commands import NAMES, FormatCommands
from mailint_gui.ui.compose.send_question import ask_to_send_without_subject
from mailint_gui.ui.icons import action_icon
from mailint_gui.ui.messages.failure import Failure, failure_words
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.ui.session_end import session_ends
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.ui.theme import PALETTE_EVENTS, TIGHT, Role
from mailint_gui.ui.window_memory import WindowMemory
from mailint_gui.wording.fields import field_words
from mailint_gui.wording.text import filled, isolated, one_line
from mailint_gui.workers.compose_desk import ComposeDesk, LookedAt

_MEMORY = "compose"
_ICONS = {"send": "send", "attach": "attach", "discard": "delete"}
_SIGNATURE_LINES = 3


class ComposeWindow(QMainWindow):
    closed = Signal()
    kept_open = Signal()  # it was to be closed, and the admin goes on editing
    sent = Signal(object)  # OutboxItem, queued

    def __init__(
        self,
        desk: ComposeDesk,
        board: StatusBoard,
        memory: WindowMemory,
        draft: MailDraft,
        draft_id: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self._desk = desk
        self._board = board
        self._memory = memory
        self._calls = PendingCalls(self)
        self._limits: dict[
            int, int
        ] = {}  # bytes, by integration; what the integration itself says until its server did
        self._is_over = False  # sent, discarded or put away
        self._is_sending = False
        self._may_lack_subject = False  # the admin said so
        self._is_typed = False
        self._closes_when_kept = False
        self.ui = Ui_ComposeWindow()
        self.ui.setupUi(self)
        self.setCentralWidget(self.ui.central)
        to = self.ui.to_label  # measured with kerning and drawn without: its last letter would be cut
        to.setMinimumWidth(to.sizeHint().width() + TIGHT)
        self.banners = Banners(self.ui.banners, self)
        self._take_statuses()
        self.ui.integration.choose(draft.integration_id)
        self.fields = DraftFields(self.ui, draft, self)
        self.keeper = DraftKeeper(desk, self.fields.read, draft_id, self.fields.read(), self)
        self.formats = FormatCommands(self.ui.body, {name: self.action(name) for name in NAMES}, self)
        self._connect()
        self._connect_commands()
        self._dress()
        self._show_sender()
        memory.restore_place(_MEMORY, self)
        (self.ui.body if draft.to else self.ui.to).setFocus()
        self._calls.follow(desk.correspondents(), self._know)

    def action(self, name: str) -> QAction:
        action: QAction = getattr(self.ui, f"action_{name}")
        return action

    @property
    def is_unsent(self) -> bool:
        """Something was typed here, and is neither sent nor put away."""
        return self._is_typed and not self._is_over

    def send(self) -> None:
        """Puts it into the outbox and closes, or shows what is wrong; what is typed stays until then.

        Without a subject it asks first, once.
        """
        if self._is_sending:
            return
        draft = self.fields.read()
        if not (draft.subject.strip() or self._may_lack_subject or recipient_errors(draft)):
            ask_to_send_without_subject(self, draft, self._send_without_subject)
            return
        self.fields.clear_marks()
        self.banners.hide(Subject.RESULT)
        self._set_sending(True)
        self.keeper.stop()
        if self.keeper.is_busy:
            self.keeper.idle.connect(self._send_now, Qt.ConnectionType.SingleShotConnection)
        else:
            self._send_now()

    def _send_without_subject(self) -> None:
        self._may_lack_subject = True
        self.send()

    def save_and_close(self) -> None:
        """Closes once it is kept; where it cannot be, the window stays and says so."""
        self._closes_when_kept = True
        if not self.keeper.is_busy:
            self._save_or_close()

    def discard(self) -> None:
        self.keeper.stop()
        if self.keeper.is_busy:
            self.keeper.idle.connect(self.discard, Qt.ConnectionType.SingleShotConnection)
        elif self.keeper.draft_id:
            self._calls.follow(
                self._desk.discard(self.keeper.draft_id), lambda _none: self._end(), self._tell_failure
            )
        else:
            self._end()

    def attach(self, paths: tuple[Path, ...]) -> None:
        self._calls.follow(self._desk.look_at(paths), self._take_files, self._tell_failure)

    # Building

    def _connect(self) -> None:
        self.fields.changed.connect(self._typed)
        self.ui.body.files_given.connect(self.attach)
        self.ui.integration.currentIndexChanged.connect(self._show_sender)
        self.keeper.saved.connect(lambda: self.statusBar().showMessage(self.tr("Draft saved")))
        self.keeper.failed.connect(self._not_kept)
        self.keeper.idle.connect(self._keeper_idle)
        for signal in (self._board.reset, self._board.changed, self._board.removed):
            signal.connect(self._take_statuses)

    def _connect_commands(self) -> None:
        done: dict[str, Callable[[], object]] = {
            "send": self.send,
            "attach": self._choose_files,
            "save": self.save_and_close,
            "discard": lambda: ask_to_throw_away(self, self.discard),
            "close": self.close,
        }
        for name, do in done.items():
            self.action(name).triggered.connect(lambda _checked=False, do=do: do())

    # What is typed

    def _typed(self) -> None:
        self._is_typed = True
        self.statusBar().clearMessage()
        self.keeper.touch()
        self._show_title()
        self._show_size()

    def _show_title(self) -> None:
        subject = isolated(one_line(self.ui.subject.text()))
        self.setWindowTitle(subject or self.tr("New message"))

    def _show_size(self) -> None:
        """Reads the files' sizes alone where there are any; the text counts for little."""
        if self.fields.attached:
            limit = self._limit(self._sender())
            self.ui.attachments.show_sum(message_size(MailDraft(attachments=self.fields.attached)), limit)

    def _limit(self, sender: Integration | None) -> int:
        """0: not known. The server is asked when it first matters."""
        if sender is None:
            return 0
        if sender.id not in self._limits:
            self._limits[sender.id] = sender.outgoing.largest_message_bytes
            self._calls.follow(self._desk.size_limit(sender.id), partial(self._take_limit, sender.id))
        return self._limits[sender.id]

    def _take_limit(self, integration_id: int, limit: int) -> None:
        self._limits[integration_id] = limit
        self._show_size()

    def _choose_files(self) -> None:
        dialog = QFileDialog(self, self.tr("Attach files"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.attach(tuple(map(Path, names))))
        dialog.open()

    def _take_files(self, found: LookedAt) -> None:
        if found.files:
            self.fields.attach(found.files)
        if found.errors:
            self._tell(" ".join(map(field_words, found.errors)))

    def _know(self, addresses: tuple[str, ...]) -> None:
        for edit in (self.ui.to, self.ui.copies, self.ui.blind_copies):
            edit.know(addresses)

    # The sender

    def _take_statuses(self) -> None:
        self.ui.integration.offer(self._board.statuses(), self._board.surroundings.properties)
        if hasattr(self, "formats"):  # it is made
            self._show_sender()

    def _sender(self) -> Integration | None:
        status = self._board.status(self.ui.integration.chosen())
        return status.integration if status else None

    def _show_sender(self) -> None:
        sender = self._sender()
        self.formats.allow(sender is None or sender.outgoing.message_format is MessageFormat.HTML)
        lines = sender.outgoing.signature.strip().splitlines() if sender else []
        shown = [*lines[:_SIGNATURE_LINES], *(["…"] if len(lines) > _SIGNATURE_LINES else [])]
        self.ui.signature.setText(self.tr("Signature, added when it is sent:") + "\n" + "\n".join(shown))
        self.ui.signature.setVisible(bool(lines))
        self._show_title()
        self._show_size()

    # Sending, keeping, closing

    def _send_now(self) -> None:
        call = self._desk.send(self.keeper.draft_id, self.fields.read())
        self._calls.follow(call, self._queued, self._refused, lambda: self._set_sending(False))

    def _queued(self, item: object) -> None:
        self.sent.emit(item)
        self._end()

    def _refused(self, failure: Failure) -> None:
        self._set_sending(False)  # a field that is off takes no focus
        if isinstance(failure, ValidationError):
            apart = self.fields.mark(failure.errors)
            told = self.tr("The message was not sent: see what is marked.")
            self._tell(f"{told} {apart}".strip() if apart else told)
        else:
            told = self.tr("The message was not sent, and stays here. {why}")
            self._tell(filled(told, {"why": failure_words(failure)}))
        self.keeper.touch()

    def _set_sending(self, sending: bool) -> None:
        self._is_sending = sending
        self.ui.central.setEnabled(not sending)
        self.action("send").setEnabled(not sending)
        self.action("discard").setEnabled(not sending)
        if sending:
            self.statusBar().showMessage(self.tr("Reading attachments, and putting it into the outbox…"))
        else:
            self.statusBar().clearMessage()

    def _keeper_idle(self) -> None:
        if self._closes_when_kept:
            self._save_or_close()

    def _save_or_close(self) -> None:
        self.keeper.put_away()
        if not self.keeper.is_busy:
            self._end()

    def _not_kept(self, failure: Failure) -> None:
        told = self.tr("The draft could not be saved; what you typed is still here. {why}")
        self._tell(filled(told, {"why": failure_words(failure)}))
        if self._closes_when_kept:
            self._closes_when_kept = False
            self.kept_open.emit()

    def _end(self) -> None:
        self._is_over = True
        self.keeper.stop()
        self.close()

    def _tell(self, text: str) -> None:
        self.banners.show(Subject.RESULT, Role.NEGATIVE, text, closable=True)

    def _tell_failure(self, failure: Failure) -> None:
        self._tell(failure_words(failure))

    # The window itself

    def _dress(self) -> None:
        for name, icon in _ICONS.items():
            self.action(name).setIcon(action_icon(icon, self.palette()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in PALETTE_EVENTS and hasattr(self, "formats"):  # it is made
            self._dress()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.ui.body.canInsertFromMimeData(event.mimeData()) and event.mimeData().hasUrls():
            self.attach(
                tuple(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())
            )
            event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._memory.keep_place(_MEMORY, self)
        free = not self._is_sending and (not self.is_unsent or session_ends())
        closes = self._is_over or free
        event.setAccepted(closes)
        if closes:
            self.keeper.stop()
            self.closed.emit()
        elif not self._is_sending:
            ask_about_unsent(self, self.save_and_close, self.discard, self.kept_open.emit)
