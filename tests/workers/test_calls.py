import threading

from pytestqt.qtbot import QtBot

from mailint_gui.workers.calls import Call


def test_steps_told_before_anybody_listens_are_heard(qtbot: QtBot) -> None:
    """A worker may be quicker than whoever asked connects."""
    call = Call()
    worker = threading.Thread(target=lambda: [call.advance(step) for step in (1, 2)])
    worker.start()
    worker.join()
    heard: list[object] = []
    call.progressed.connect(heard.append)
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard == [1, 2]
