"""Signing in from the form: what is shown on the way, what is kept, and what ends it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mailint_gui.domain.health import Health
from mailint_gui.domain.integration import Direction, IncomingAuthentication, Integration
from mailint_gui.domain.oauth import DeviceCode, OAuthSettings, SignedIn, SignIn, SignInStatus
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import Secret, SecretPurpose
from mailint_gui.ui.confirm_dialog import ConfirmDialog
from mailint_gui.ui.icons import Shape, state_pixmap
from mailint_gui.ui.integration_form import IntegrationForm
from mailint_gui.ui.integration_form.sign_in_box import SignInBox
from mailint_gui.ui.integration_form.sign_in_states import State
from mailint_gui.ui.theme import BETWEEN_CONTROLS
from mailint_gui.workers.calls import Call
from mailint_gui.workers.sign_in_desk import NewSignIn
from tests.ui.desk_double import NOW, DeskDouble
from tests.ui.oauth_screens import CODE, NO_CONSENT, PAGE, SIGNED_IN, box_of, by_a_person, with_provider
from tests.ui.samples import needs_sign_in

STATE = Secret("what is kept of it")
DONE = NewSignIn(STATE, SIGNED_IN)


class Browser(QObject):
    """Takes the pages of https in place of the one of the desktop."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))


@pytest.fixture
def browser(qapp: QApplication) -> Iterator[Browser]:
    found = Browser()
    QDesktopServices.setUrlHandler("https", found, "open")
    yield found
    QDesktopServices.unsetUrlHandler("https")


class SignIns:
    """The part of ``services.sign_ins`` that reads and forgets what is ``kept``, or has a ``problem``."""

    def __init__(self) -> None:
        self.problem: Problem | None = None
        self.kept: SignInStatus | None = None
        self.asked: list[tuple[str, Direction]] = []

    def status(self, _integration: Integration, _direction: Direction) -> SignInStatus | None:
        return self.kept

    def in_browser(self, *_asked: object) -> SignedIn:
        raise ProblemError(NO_CONSENT)

    def sign_out(self, _integration: Integration, direction: Direction) -> None:
        self.asked.append(("sign_out", direction))
        if self.problem is not None:
            raise ProblemError(self.problem)
        self.kept = None


@pytest.fixture
def sign_ins() -> SignIns:
    return SignIns()


@pytest.fixture
def desk(qapp: QApplication, sign_ins: SignIns) -> DeskDouble:
    found = DeskDouble([by_a_person()])
    found.services = SimpleNamespace(**vars(found.services) | {"sign_ins": sign_ins})
    return found


@pytest.fixture
def form(qtbot: QtBot, desk: DeskDouble, browser: Browser) -> IntegrationForm:
    return opened(qtbot, desk)


def opened(qtbot: QtBot, desk: DeskDouble) -> IntegrationForm:
    form = IntegrationForm(desk, desk.statuses[1], None, "incoming", clock=lambda: NOW)
    form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(form, before_close_func=lambda each: each.pages.load(each.pages.stored))
    form.show()
    qtbot.waitExposed(form)
    qtbot.waitUntil(lambda: not desk.is_busy)
    return form


def begun(form: IntegrationForm) -> tuple[SignInBox, Call]:
    box, call = box_of(form), Call(form)
    box.follow_sign_in(call)
    return box, call


def text(box: SignInBox) -> str:
    return box.ui.said.toPlainText()


def test_nobody_is_signed_in_at_first(form: IntegrationForm) -> None:
    box = box_of(form)
    assert box.state is State.IDLE
    assert text(box) == "Nobody is signed in."
    assert box.ui.sign_in.text() == "Sign in…"
    assert not box.ui.sign_out.isVisible()


def test_the_browser_gets_the_page_and_its_address_can_be_copied(
    form: IntegrationForm, browser: Browser
) -> None:
    box, call = begun(form)
    assert (box.state, text(box)) == (State.STARTING, "Asking the provider…")
    call.progressed.emit(PAGE)
    assert box.state is State.BROWSER
    assert browser.opened == [PAGE]
    assert box.ui.page_address.isVisible()
    assert "within 10 min" in box.ui.browser_hint.text()
    box.ui.copy_page.click()
    assert QGuiApplication.clipboard().text() == PAGE
    assert box.ui.sign_in.text() == "Cancel"


@pytest.mark.parametrize("page", ["file:///etc/passwd", "javascript:alert(1)", "http://login.example.org/"])
def test_no_page_but_one_of_https_is_opened(form: IntegrationForm, browser: Browser, page: str) -> None:
    box, call = begun(form)
    call.progressed.emit(page)
    assert browser.opened == []
    assert "No browser could be opened" in box.ui.browser_hint.text()
    assert "within 10 min" in box.ui.browser_hint.text()
    assert box.ui.page_address.text() == page


def test_a_code_is_shown_with_its_address_and_the_time_that_is_left(
    form: IntegrationForm, browser: Browser
) -> None:
    box, call = begun(form)
    call.progressed.emit(CODE)
    assert box.state is State.CODE
    assert box.ui.code.text() == CODE.user_code
    assert "14:32" in box.ui.time_left.text()
    box.clock = lambda: NOW + timedelta(minutes=14)
    box._tick.timeout.emit()
    assert "0:32" in box.ui.time_left.text()
    for button, copied in ((box.ui.copy_code, CODE.user_code), (box.ui.copy_address, CODE.verification_uri)):
        button.click()
        assert QGuiApplication.clipboard().text() == copied
    assert browser.opened == []  # the code may be typed on another device
    box.ui.open_address.click()
    assert browser.opened == [CODE.verification_uri]


def test_the_code_fits_and_so_does_every_long_one(form: IntegrationForm) -> None:
    box, call = begun(form)
    call.progressed.emit(DeviceCode("WWWW-WWWWW", CODE.verification_uri, CODE.expires_at))
    QApplication.processEvents()
    assert box.ui.code.width() >= box.ui.code.sizeHint().width()
    assert box.ui.time_left.width() - BETWEEN_CONTROLS >= box.ui.time_left.fontMetrics().horizontalAdvance(
        box.ui.time_left.text()
    )


def test_a_sign_in_is_kept_with_apply(
    qtbot: QtBot, desk: DeskDouble, sign_ins: SignIns, form: IntegrationForm
) -> None:
    box, call = begun(form)
    call.progressed.emit(PAGE)
    call.succeeded.emit(DONE)
    call.finished.emit()
    assert box.state is State.SIGNED_IN
    assert text(box).splitlines()[0] == "Signed in as dana.reyes@example.org."
    assert "Apply" in text(box)
    assert form.dirty
    assert form.pages.passwords().others == {SecretPurpose.INCOMING_TOKENS: STATE}
    assert "what is kept" not in repr(form.pages.typed())
    with qtbot.waitSignal(form.saved):
        form.apply()
    assert not form.dirty
    assert form.pages.passwords().others == {}
    assert box.state is State.SIGNED_IN
    assert "Apply" not in text(box)


def test_a_stored_sign_in_is_shown(
    qtbot: QtBot, desk: DeskDouble, sign_ins: SignIns, browser: Browser
) -> None:
    sign_ins.kept = SIGNED_IN
    box = box_of(opened(qtbot, desk))
    assert box.state is State.SIGNED_IN
    assert "For IMAP.AccessAsUser.All, SMTP.Send." in text(box)


def test_a_stored_sign_in_that_is_refused_says_so_while_the_form_is_open(
    qtbot: QtBot, desk: DeskDouble, sign_ins: SignIns, browser: Browser
) -> None:
    """Outgoing is sent by it too: whichever direction is refused."""
    sign_ins.kept = SIGNED_IN
    form = opened(qtbot, desk)
    box, well = box_of(form), desk.statuses[1]
    for health in (needs_sign_in().health, Health(outgoing=needs_sign_in().health.incoming)):
        desk.put(replace(well, health=health))
        desk.status_changed.emit(desk.statuses[1])
        assert text(box) == "The sign-in of dana.reyes@example.org is no longer valid. Sign in again."
        assert (shape_of(box), box.ui.sign_in.text()) == (Shape.NEEDS_SIGN_IN, "Sign in again…")
        desk.put(well)
        desk.status_changed.emit(well)
        assert text(box).startswith("Signed in as dana.reyes@example.org")
        assert shape_of(box) is Shape.OK


def test_a_sign_in_made_elsewhere_is_shown_once_it_works_again(
    qtbot: QtBot, desk: DeskDouble, sign_ins: SignIns, browser: Browser
) -> None:
    """As from the command line, while the form is open."""
    sign_ins.kept = SIGNED_IN
    well = desk.statuses[1]
    desk.statuses[1] = replace(well, health=needs_sign_in().health)
    box = box_of(opened(qtbot, desk))
    sign_ins.kept = replace(SIGNED_IN, account="lee.novak@example.org")
    desk.put(well)
    desk.status_changed.emit(well)
    qtbot.waitUntil(lambda: text(box).startswith("Signed in as lee.novak@example.org"))


def test_a_new_sign_in_is_not_judged_by_the_one_before(
    qtbot: QtBot, desk: DeskDouble, sign_ins: SignIns, browser: Browser
) -> None:
    sign_ins.kept = SIGNED_IN
    desk.statuses[1] = replace(desk.statuses[1], health=needs_sign_in().health)
    box, call = begun(opened(qtbot, desk))
    call.succeeded.emit(DONE)
    assert text(box).startswith("Signed in as dana.reyes@example.org")
    assert shape_of(box) is Shape.OK


DOUBT = (
    "Signed in as dana.reyes@example.org; the mailbox is support@example.org: "
    "right only if that account may open it."
)


def test_whoever_signs_in_with_another_account_than_the_mailboxs_is_told_so_at_once(
    qtbot: QtBot, desk: DeskDouble, browser: Browser
) -> None:
    desk.statuses[1] = by_a_person(mailbox="")
    form = opened(qtbot, desk)
    box, call = begun(form)
    call.succeeded.emit(DONE)
    assert box.state is State.SIGNED_IN
    assert text(box).splitlines()[0] == DOUBT
    assert shape_of(box) is Shape.FAILING
    ui = form.pages.incoming.ui
    ui.address.setText("Dana.Reyes@example.org")
    assert text(box).splitlines()[0] == "Signed in as dana.reyes@example.org."
    assert shape_of(box) is Shape.OK
    ui.address.setText("support@example.org")
    assert text(box).splitlines()[0] == DOUBT
    form.pages.incoming.oauth.ui.mailbox.setText("support@example.org")  # a shared one, and meant so
    assert text(box).splitlines()[0] == "Signed in as dana.reyes@example.org."
    form.pages.incoming.oauth.ui.mailbox.clear()
    form.apply()
    qtbot.waitUntil(lambda: not desk.is_busy)
    first = text(box).splitlines()[0]
    assert first == "Signed in as dana.reyes@example.org, for the mailbox support@example.org."
    assert shape_of(box) is Shape.OK


def shape_of(box: SignInBox) -> Shape:
    shown = box.ui.icon.pixmap().toImage()
    ratio = box.devicePixelRatioF()
    return next(each for each in Shape if state_pixmap(each, box.palette(), 16, ratio).toImage() == shown)


def test_a_refusal_says_what_to_do_in_place_and_goes_with_the_next_try(form: IntegrationForm) -> None:
    box, call = begun(form)
    call.failed.emit(NO_CONSENT)
    assert box.state is State.FAILED
    assert "consent" in text(box)
    assert "Incoming email tab" in text(box)
    box.ui.copy_details.click()
    assert "AADSTS65001" in QGuiApplication.clipboard().text()
    assert box.ui.sign_in.text() == "Sign in…"  # nobody is
    assert not form.dirty
    begun(form)
    assert "consent" not in text(box)
    assert not box.ui.copy_details.isVisible()


def test_a_sign_in_that_succeeds_says_nothing_of_the_one_that_failed_before(form: IntegrationForm) -> None:
    box, call = begun(form)
    call.failed.emit(NO_CONSENT)
    box, call = begun(form)
    call.succeeded.emit(NewSignIn(STATE, replace(SIGNED_IN, account="lee.novak@example.org")))
    assert text(box).splitlines()[0].startswith("Signed in as lee.novak@example.org")
    assert "consent" not in text(box)


def test_cancelling_ends_it_and_leaves_who_was_signed_in(
    qtbot: QtBot, desk: DeskDouble, sign_ins: SignIns, browser: Browser
) -> None:
    sign_ins.kept = SIGNED_IN
    box, call = begun(opened(qtbot, desk))
    call.progressed.emit(PAGE)
    with qtbot.waitSignal(call.cancel_requested):
        box.ui.sign_in.click()
    assert box.state is State.SIGNED_IN
    call.succeeded.emit(DONE)  # too late
    assert box.tokens() == Secret("")


def test_a_new_sign_in_leaves_no_result_of_a_test_by_the_one_before(
    qtbot: QtBot, desk: DeskDouble, sign_ins: SignIns, browser: Browser
) -> None:
    """Nor does signing out; and outgoing is sent by it too."""
    sign_ins.kept = SIGNED_IN
    form = opened(qtbot, desk)
    panels = [form.pages.sides[each].panel for each in Direction]
    box = box_of(form)

    def sign_in() -> None:
        _box, call = begun(form)
        call.succeeded.emit(DONE)

    for then in (
        sign_in,
        sign_in,
        box.ui.sign_out.click,
        lambda: form.requests.oauth.sign_out(Direction.INCOMING),
    ):
        for panel in panels:
            panel.refuse("as it was")
        then()
        qtbot.waitUntil(lambda: not desk.is_busy)
        assert [panel.ui.outcome.toPlainText() for panel in panels] == ["", ""]


def test_a_result_of_a_test_is_not_left_beside_a_sign_in_that_waits(
    qtbot: QtBot, desk: DeskDouble, form: IntegrationForm
) -> None:
    panel = form.pages.incoming.panel
    panel.refuse("as it was")
    box_of(form).ui.sign_in.click()
    assert box_of(form).state is State.STARTING
    assert panel.ui.outcome.toPlainText() == ""
    box_of(form).cancel()
    qtbot.waitUntil(lambda: not desk.is_busy)


def test_closing_the_form_cancels_it(qtbot: QtBot, form: IntegrationForm) -> None:
    _box, call = begun(form)
    with qtbot.waitSignal(call.cancel_requested):
        form.reject()


def test_a_sign_in_for_what_is_typed_no_longer_is_broken_off(qtbot: QtBot, form: IntegrationForm) -> None:
    _box, call = begun(form)
    form.pages.incoming.oauth.ui.mailbox.setText("shared@example.org")  # which another account may open
    with qtbot.waitSignal(call.cancel_requested):
        form.pages.incoming.oauth.ui.client_id.clear()


def test_a_sign_in_belongs_to_what_was_typed_for_it(form: IntegrationForm) -> None:
    box, call = begun(form)
    call.succeeded.emit(DONE)
    oauth = form.pages.incoming.oauth.ui
    client = oauth.client_id.text()
    oauth.client_id.setText("")
    assert (box.state, box.tokens()) == (State.IDLE, Secret(""))
    oauth.client_id.setText(client)
    assert (box.state, box.tokens()) == (State.SIGNED_IN, STATE)
    oauth.sign_in.setCurrentIndex(oauth.sign_in.findData(SignIn.APP_ONLY.value))
    assert form.pages.passwords().others == {}
    oauth.sign_in.setCurrentIndex(oauth.sign_in.findData(SignIn.DEVICE_CODE.value))
    assert form.pages.passwords().others == {SecretPurpose.INCOMING_TOKENS: STATE}


def test_signing_out_asks_first_and_then_forgets(
    qtbot: QtBot, desk: DeskDouble, sign_ins: SignIns, browser: Browser
) -> None:
    sign_ins.kept = SIGNED_IN
    form = opened(qtbot, desk)
    box = box_of(form)
    for button, state in (("cancel", State.SIGNED_IN), ("act", State.IDLE)):
        box.ui.sign_out.click()
        dialog = form.findChild(ConfirmDialog)
        assert dialog is not None
        getattr(dialog, button).click()
        qtbot.waitUntil(lambda: form.findChild(ConfirmDialog) is None)
        qtbot.waitUntil(lambda: box.state is not State.SIGNING_OUT)
        assert box.state is state
    assert sign_ins.asked == [("sign_out", Direction.INCOMING)]
    assert not form.dirty


def test_a_sign_in_that_is_not_stored_is_let_go_of_without_a_question(
    sign_ins: SignIns, form: IntegrationForm
) -> None:
    box, call = begun(form)
    call.succeeded.emit(DONE)
    box.ui.sign_out.click()
    assert box.state is State.IDLE
    assert form.findChild(ConfirmDialog) is None
    assert sign_ins.asked == []
    assert not form.dirty


def test_signing_out_that_fails_is_told(
    qtbot: QtBot, desk: DeskDouble, sign_ins: SignIns, browser: Browser
) -> None:
    sign_ins.kept, sign_ins.problem = SIGNED_IN, Problem(ProblemKind.DISK_FULL)
    form = opened(qtbot, desk)
    form.requests.oauth.sign_out(Direction.INCOMING)
    box = box_of(form)
    qtbot.waitUntil(lambda: box.state is State.FAILED)
    assert "disk" in text(box)


def test_nothing_is_asked_for_with_a_field_that_cannot_be_right(
    desk: DeskDouble, form: IntegrationForm
) -> None:
    desk.requests.clear()
    form.pages.incoming.oauth.ui.tenant_id.setText("contoso")
    box_of(form).ui.sign_in.click()
    assert desk.requests == []
    assert form.pages.incoming.fields.marked() == ("incoming.tenant_id",)
    assert "mend" in text(box_of(form))


def test_a_secret_that_is_missing_is_asked_for_first(
    qtbot: QtBot, desk: DeskDouble, browser: Browser
) -> None:
    oauth = OAuthSettings(sign_in=SignIn.INTERACTIVE, client_id="1.apps.googleusercontent.com")
    desk.statuses[1] = with_provider(oauth, IncomingAuthentication.GOOGLE)
    form = opened(qtbot, desk)
    box_of(form).ui.sign_in.click()
    assert form.pages.incoming.fields.marked() == ("incoming.client_secret",)


def test_the_state_is_a_shape_as_well_as_words(form: IntegrationForm) -> None:
    box, call = begun(form)
    call.failed.emit(NO_CONSENT)
    ratio = box.devicePixelRatioF()
    wanted = state_pixmap(Shape.DISABLED_BY_ERRORS, box.palette(), 16, ratio).toImage()
    assert box.ui.icon.pixmap().toImage() == wanted
    assert box.ui.icon.accessibleName() == text(box)


def test_what_is_said_is_wrapped_and_scrolls_one_way(form: IntegrationForm) -> None:
    """A scroll bar across, which comes with the one down, would take a line of few."""
    panel = form.pages.incoming.panel
    panel.refuse("\n".join(["words of a server " * 12, "x" * 200] * 9))
    box, call = begun(form)
    call.failed.emit(Problem(NO_CONSENT.kind, NO_CONSENT.facts, "x" * 200))
    QApplication.processEvents()
    for area in (panel.ui.outcome, box.ui.said):
        assert area.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        assert area.horizontalScrollBar().maximum() == 0


def test_nothing_below_moves_on_the_way(form: IntegrationForm) -> None:
    _box, call = begun(form)
    places = set()
    below = form.pages.incoming.ui.folder
    for step in (lambda: call.progressed.emit(CODE), lambda: call.failed.emit(NO_CONSENT)):
        QApplication.processEvents()
        places.add(below.mapTo(form, below.rect().topLeft()).y())
        step()
    QApplication.processEvents()
    places.add(below.mapTo(form, below.rect().topLeft()).y())
    assert len(places) == 1
