"""Bursts sent in processes of their own that kill themselves at one of their steps; see ``crash_runner``.

A step is after each command or piece of a message that left, after each answer that came, and before and after each
commit. A line: profile, outbox ids with commas between, number of the step to die at.
"""

from pathlib import Path
from typing import Any

from mailint_gui.application import build_services
from mailint_gui.mail.smtp_client import SmtpClient
from mailint_gui.profile import Profile
from mailint_gui.services.scope import CancelScope
from mailint_gui.services.send_mail import Lot
from tests.services.crash_runner import STEPS, count_commands, serve


def count_answers() -> None:
    read = SmtpClient.getreply

    def counted(self: SmtpClient) -> Any:
        answer = read(self)
        STEPS.step()  # it is known, and nowhere written down
        return answer

    SmtpClient.getreply = counted  # type: ignore[method-assign]  # to die there is what this program is for


def send(profile: str, ids: str, last: str) -> int:
    """Returns the number of steps that there are."""
    services = build_services(Profile(Path(profile)))
    services.prepare()
    STEPS.last, STEPS.count, STEPS.counting = int(last), 0, True
    services.send_mail.send_lot(Lot(0, "", tuple(map(int, ids.split(",")))), CancelScope())
    STEPS.counting = False
    services.close()
    return STEPS.count


def main() -> None:
    count_commands(SmtpClient, "send")
    count_answers()
    serve(send)
