"""A sign-in by a person: who is signed in, and the way through the browser or by a code, in place."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget

from mailint_gui.domain.clock import Clock, system_clock
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.oauth import SIGN_IN_LIMIT, DeviceCode, SignInStatus
from mailint_gui.domain.problem import Problem
from mailint_gui.domain.secret import Secret
from mailint_gui.ui._generated.ui_sign_in_box import Ui_SignInBox
from mailint_gui.ui.icons import Shape, state_pixmap
from mailint_gui.ui.integration_form.known_accounts import Account, Key, KnownAccounts
from mailint_gui.ui.integration_form.sign_in_states import WAITING, Event, State, after
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.ui.theme import BETWEEN_CONTROLS, PALETTE_EVENTS, emphasised, tabular
from mailint_gui.ui.web_page import open_page
from mailint_gui.wording.problems import words
from mailint_gui.wording.sign_in import refused_words, signed_in_words, time_left_words
from mailint_gui.wording.text import filled
from mailint_gui.workers.calls import Call
from mailint_gui.workers.sign_in_desk import NewSignIn

_ICON_SIZE = 16
_LINES = 7  # of what is said, and as high as the page of the code
_WIDTH_IN_CHARACTERS = 52
_CODE_POINTS = 5.0  # larger than the text around it

_SHAPES: Mapping[State, Shape] = {
    State.IDLE: Shape.NEEDS_SIGN_IN,
    State.STARTING: Shape.CHECKING,
    State.BROWSER: Shape.CHECKING,
    State.CODE: Shape.CHECKING,
    State.SIGNED_IN: Shape.OK,
    State.FAILED: Shape.DISABLED_BY_ERRORS,
    State.SIGNING_OUT: Shape.CHECKING,
}


class SignInBox(QWidget):
    """``sign_in_requested`` and ``sign_out_requested`` ask the form, which answers by ``follow…``."""

    sign_in_requested = Signal()
    sign_out_requested = Signal()  # of what is stored
    tokens_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.direction = Direction.INCOMING
        self.clock: Clock = system_clock
        self._state = State.IDLE
        self._accounts = KnownAccounts()
        self._calls = PendingCalls(self)
        self._call: Call | None = None
        self._code: DeviceCode | None = None
        self._said = self._details = ""
        self.ui = Ui_SignInBox()
        self.ui.setupUi(self)
        self._pages: Mapping[State, QWidget] = {
            State.BROWSER: self.ui.browser_page,
            State.CODE: self.ui.code_page,
        }
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._show_time_left)
        self._lay_out()
        self._connect()
        self._show()

    @property
    def state(self) -> State:
        return self._state

    # What the form has of it

    def tokens(self) -> Secret:
        """Of a sign-in that is not stored yet; empty for none, and while what is typed asks for another one."""
        return self._accounts.tokens

    def set_tokens(self, tokens: Secret) -> None:
        """Empty: nothing is to be stored any more. Before the vault was asked it is taken for stored."""
        if not tokens and self._accounts.new is not None:
            self._accounts.store_new()
            self._show_known()
            self.tokens_changed.emit()

    def show_key(self, key: Key, mailbox: str) -> None:
        """What a sign-in would belong to by what is typed now. One under way for something else is broken off.

        ``mailbox``: whose account is expected; empty where any may be right.
        """
        if mailbox != self._accounts.mailbox:
            self._accounts.mailbox = mailbox
            self._show()
        if key != self._accounts.key:
            self._accounts.key = key
            self.cancel()
            self._show_known()

    def show_stored(self, key: Key, status: SignInStatus | None) -> None:
        self._accounts.stored = Account(key, status) if status else None
        if self._state is not State.FAILED:  # what was said of that is still of use
            self._show_known()

    @property
    def is_over(self) -> bool:
        return self._accounts.refused

    def show_over(self, over: bool) -> None:
        """``over``: what is stored was refused, and somebody has to sign in again."""
        if over is not self._accounts.refused:
            self._accounts.refused = over
            self._show()

    # Signing in and out

    def follow_sign_in(self, call: Call) -> None:
        self._begin(call, Event.START)
        self._calls.follow(
            call,
            partial(self._succeeded, call),
            partial(self._failed, call),
            progressed=partial(self._progressed, call),
            cancelled=partial(self._ended, call, Event.CANCELLED),
        )

    def follow_sign_out(self, call: Call) -> None:
        self._begin(call, Event.SIGN_OUT)
        self._calls.follow(call, lambda _nothing: self._signed_out(call), partial(self._failed, call))

    def refuse(self, text: str) -> None:
        """Nothing was asked for, and why."""
        self._said = text
        self._show()

    def cancel(self) -> None:
        """Ends what waits; what is signed in stays so."""
        if self._call is not None and self._state in WAITING:
            call, self._call = self._call, None
            call.cancel()
            self._on(Event.CANCELLED)
            self._show_known()

    def _pressed(self) -> None:
        if self._state in WAITING:
            self.cancel()
        else:
            self.sign_in_requested.emit()

    def _sign_out(self) -> None:
        """What is not stored yet is let go of at once."""
        if self._accounts.new is not None:
            self._accounts.new = None
            self._show_known()
            self.tokens_changed.emit()
        else:
            self.sign_out_requested.emit()

    def _progressed(self, call: Call, shown: str | DeviceCode) -> None:
        if call is not self._call:
            return
        if isinstance(shown, DeviceCode):
            self._show_code(shown)
            self._on(Event.CODE)
        else:
            self._show_page(shown)
            self._on(Event.PAGE)

    def _succeeded(self, call: Call, done: NewSignIn) -> None:
        if call is self._call:
            self._accounts.sign_in(done.status, done.state)
            self._ended(call, Event.DONE)
            self.tokens_changed.emit()

    def _signed_out(self, call: Call) -> None:
        self._accounts.stored = None
        self._ended(call, Event.NOBODY)

    def _failed(self, call: Call, problem: Problem | Exception) -> None:
        if call is not self._call:
            return
        if isinstance(problem, Problem):
            told = words(problem, "", self.direction)
            self._said = f"{told.what}\n{told.remedy}"
            facts = [f"{name}: {value}" for name, value in problem.facts.items()]
            self._details = "\n".join([self._said, f"{problem.kind}", *facts, problem.detail])
        else:
            self._said = self.tr("Nothing was asked for: mend the marked fields first.")
        self._ended(call, Event.REFUSED)

    def _begin(self, call: Call, event: Event) -> None:
        """What was said of an earlier try is over."""
        self._call = call
        self._said = self._details = ""
        self._on(event)

    def _ended(self, call: Call, event: Event) -> None:
        if call is self._call:
            self._call = None
            self._on(event)

    def _show_known(self) -> None:
        """Whoever is signed in by what is typed now, and nothing of an earlier try."""
        self._said = self._details = ""
        self._on(Event.SOMEBODY if self._accounts.current else Event.NOBODY)

    def _on(self, event: Event) -> None:
        self._state = after(self._state, event)
        self._show()

    # What is shown

    def _show(self) -> None:
        ui, state = self.ui, self._state
        ui.pages.setCurrentWidget(self._pages.get(state, ui.account_page))
        ui.said.setPlainText(self._words())
        waiting = state in WAITING
        ui.sign_in.setText(self.tr("Cancel") if waiting else self._sign_in_text())
        ui.sign_in.setEnabled(state is not State.SIGNING_OUT)
        ui.sign_out.setVisible(state is State.SIGNED_IN)
        ui.copy_details.setVisible(state is State.FAILED and bool(self._details))
        if state is State.CODE:
            self._tick.start()
        else:
            self._tick.stop()
        self._paint()

    def _sign_in_text(self) -> str:
        return self.tr("Sign in again…") if self._accounts.current else self.tr("Sign in…")

    def _words(self) -> str:
        match self._state:
            case State.STARTING:
                return self.tr("Asking the provider…")
            case State.SIGNING_OUT:
                return self.tr("Signing out…")
            case State.SIGNED_IN if (account := self._accounts.current) and not self._said:
                if self._accounts.is_refused:
                    return refused_words(account.status)
                told = signed_in_words(account.status, self._accounts.mailbox, is_new=bool(account.state))
                return f"{told}\n{self.tr('Kept with Apply or OK.')}" if account.state else told
        return self._said or self.tr("Nobody is signed in.")

    def _show_page(self, address: str) -> None:
        opened, minutes = open_page(address), SIGN_IN_LIMIT // timedelta(minutes=1)
        hint = (
            self.tr(
                "Sign in within {minutes} min on the page that opened in the browser. If none did, open this there:"
            )
            if opened
            else self.tr(
                "No browser could be opened. Open this address in one on this computer within {minutes} min:"
            )
        )
        self.ui.browser_hint.setText(filled(hint, {"minutes": str(minutes)}))
        self.ui.page_address.setText(address)
        self.ui.page_address.setCursorPosition(0)

    def _show_code(self, code: DeviceCode) -> None:
        self._code = code
        self.ui.code.setText(code.user_code)
        self.ui.code_address.setText(code.verification_uri)
        self.ui.code_address.setCursorPosition(0)
        self._show_time_left()

    def _show_time_left(self) -> None:
        if self._code is not None:
            self.ui.time_left.setText(time_left_words(max(self._code.expires_at - self.clock(), timedelta())))

    def _lay_out(self) -> None:
        ui = self.ui
        ui.icon.setFixedSize(_ICON_SIZE, _ICON_SIZE)
        ui.code.setFont(tabular(emphasised(self.font(), _CODE_POINTS)))
        ui.time_left.setFont(tabular(self.font()))
        ui.said.viewport().setAutoFillBackground(False)
        ui.said.document().setDocumentMargin(0)
        ui.said.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # lines are wrapped
        ui.said.setAccessibleName(self.tr("State of the sign-in"))
        ui.page_address.setAccessibleName(self.tr("Address of the page to sign in on"))
        ui.code_address.setAccessibleName(self.tr("Address to enter the code at"))
        ui.pages.setFixedHeight(self.fontMetrics().lineSpacing() * _LINES + BETWEEN_CONTROLS)
        self.setFixedWidth(self.fontMetrics().averageCharWidth() * _WIDTH_IN_CHARACTERS)
        self.setFocusProxy(ui.sign_in)

    def _connect(self) -> None:
        ui = self.ui
        ui.sign_in.clicked.connect(self._pressed)
        ui.sign_out.clicked.connect(self._sign_out)
        ui.open_address.clicked.connect(lambda: open_page(ui.code_address.text()))
        copies: tuple[tuple[QPushButton, str], ...] = (
            (ui.copy_page, "page_address"),
            (ui.copy_code, "code"),
            (ui.copy_address, "code_address"),
        )
        for button, name in copies:
            button.clicked.connect(
                lambda _checked, name=name: QGuiApplication.clipboard().setText(getattr(ui, name).text())
            )
        ui.copy_details.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._details))

    def _shape(self) -> Shape:
        if self._state is State.SIGNED_IN and self._accounts.is_refused:
            return Shape.NEEDS_SIGN_IN
        if self._state is State.SIGNED_IN and self._accounts.is_doubtful:
            return Shape.FAILING
        return _SHAPES[self._state]

    def _paint(self) -> None:
        shape = self._shape()
        ratio = self.devicePixelRatioF()
        self.ui.icon.setPixmap(state_pixmap(shape, self.palette(), _ICON_SIZE, ratio))
        self.ui.icon.setAccessibleName(self._words())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in PALETTE_EVENTS and hasattr(self, "_pages"):
            self._paint()
