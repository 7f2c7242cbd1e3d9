"""When a draft is kept: the longer it takes to read, the more rarely."""

import pytest
from pytestqt.qtbot import QtBot

from mailint_gui.domain.draft import MailDraft
from mailint_gui.ui.compose import draft_keeper
from mailint_gui.ui.compose.draft_keeper import LONGEST_SAVE_MS, SAVE_MS, DraftKeeper
from mailint_gui.workers.compose_desk import ComposeDesk
from tests.services.office import Office
from tests.ui.mail_samples import desk_on


@pytest.mark.parametrize(
    ("took", "pause_ms"), [(0.001, SAVE_MS), (0.025, 2500), (1.0, LONGEST_SAVE_MS)], ids=str
)
def test_what_takes_long_to_read_is_kept_more_rarely(
    office: Office, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, took: float, pause_ms: int
) -> None:
    now = 0.0

    def read() -> MailDraft:
        nonlocal now
        now += took
        return MailDraft(text="typed")

    monkeypatch.setattr(draft_keeper.time, "perf_counter", lambda: now)
    desk = desk_on(office)
    desk.start()
    keeper = DraftKeeper(ComposeDesk(desk), read, 0, MailDraft(), desk)
    with qtbot.waitSignal(keeper.saved):
        keeper.save()
    keeper.touch()
    assert keeper._later.interval() == pause_ms
    assert keeper._later.isActive()
