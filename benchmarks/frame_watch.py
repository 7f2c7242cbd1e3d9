"""The real window, whose frames are timed: first while nothing happens, then under load, then idle again.

Its last account has mail to take in; the first ones are checked without a pause.
"""

import sys
import time

if __name__ == "__main__":  # the parser process starts with this module too, and shall load nothing for it
    from PySide6.QtCore import QEventLoop, Qt, QTimer
    from PySide6.QtWidgets import QTableView

    from benchmarks.child import given, say
    from benchmarks.program import Heard
    from mailint_gui.domain.check import CheckOutcome, CheckResult
    from mailint_gui.domain.clock import system_clock
    from mailint_gui.ui.main_window import MainWindow
    from mailint_gui.ui.qt_application import make_application
    from mailint_gui.ui.shell import Shell
    from mailint_gui.workers.live_desk import LiveDesk

    FRAME_MS = 16
    IDLE_SECONDS = 10
    MOST_SECONDS = 90  # of load; what was taken in until then is said
    CHECKERS = int(sys.argv[2])

    class Frames:
        """Repaints the whole list each frame, and notes how late the frame came."""

        def __init__(self, list_view: QTableView) -> None:
            self._view = list_view
            self._last = 0.0
            self._gaps: list[float] = []
            self._timer = QTimer()
            self._timer.setTimerType(Qt.TimerType.PreciseTimer)
            self._timer.timeout.connect(self._frame)
            self._timer.start(FRAME_MS)

        def taken(self) -> list[float]:
            """Milliseconds between frames since the last call."""
            gaps, self._gaps = self._gaps, []
            return gaps

        def _frame(self) -> None:
            now = time.perf_counter()
            if self._last:
                self._gaps.append((now - self._last) * 1000)
            self._last = now
            self._view.viewport().update()

    def idle(milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    office = given()
    application = make_application(["mailint"])
    desk = LiveDesk(office.build, system_clock)
    desk.set_paused(True)
    shell = Shell(desk, MainWindow(office.profile.settings_path))
    ids: list[int] = []
    desk.statuses_reset.connect(lambda statuses: ids.extend(each.id for each in statuses))
    shell.show()
    ready = Heard(desk.ready)
    desk.start()
    ready.wait(bool)

    ids.sort()  # as they were made, not by name
    first = Heard(desk.check_finished)
    desk.check_now(ids[:-1])
    first.wait(lambda heard: len(heard) >= len(ids) - 1)
    view = shell.window.findChild(QTableView)
    assert view is not None
    frames = Frames(view)
    idle(1000)
    frames.taken()

    idle(IDLE_SECONDS * 1000)
    idle_gaps = frames.taken()

    checks: list[int] = []

    def again(outcome: CheckOutcome) -> None:
        if outcome.integration_id in ids[:CHECKERS]:
            checks.append(outcome.integration_id)
            desk.check_now([outcome.integration_id])

    desk.check_finished.connect(again)
    loaded = Heard(desk.check_finished)
    progress = Heard(desk.check_progressed)
    began = time.perf_counter()
    desk.check_now([*ids[:CHECKERS], ids[-1]])
    loaded.wait(lambda heard: any(each.integration_id == ids[-1] for (each,) in heard), MOST_SECONDS)
    took = time.perf_counter() - began
    loaded_gaps = frames.taken()
    desk.check_finished.disconnect(again)
    failed = [each for (each,) in loaded.heard if each.result is not CheckResult.OK]
    done = loaded.heard and any(each.integration_id == ids[-1] for (each,) in loaded.heard)
    taken_in = max((each.done for (each,) in progress.heard if each.integration_id == ids[-1]), default=0)

    idle(1000)
    frames.taken()
    idle(IDLE_SECONDS * 1000)
    idle_gaps += frames.taken()

    say(
        {
            "idle": idle_gaps,
            "loaded": loaded_gaps,
            "seconds": took,
            "checks": len(checks),
            "taken_in": taken_in,
            "all_filed": bool(done),
            "failed": [str(each.problem) for each in failed],
        }
    )
    desk.stop(5.0)
    services = desk.services
    assert services is not None
    services.close()
    shell.close()
