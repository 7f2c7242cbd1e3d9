"""What is said between us and a server in one check, kept when an admin asks for it: no secret and no mail in it.

Log-ins are known by their commands and by the stage, so that nothing depends on finding a password in a line; besides,
each secret that is told is blanked wherever a server repeats it. Message text is counted, never kept.
"""

import base64
import re
import time
from collections.abc import Callable

from mailint_gui.domain.check import Stage
from mailint_gui.domain.login import Login
from mailint_gui.mail.sasl import to_hide

MOST_CHARACTERS = 500_000  # of one trace
LONGEST_LINE = 1_000
MOST_LINES = 200  # of one answer
BLANKED = "[blanked]"

_TAG = rb"(?:M\d+ )?"  # of imap_protocol
_HARMLESS = re.compile(_TAG + rb"(?:CAPABILITY|CAPA|STARTTLS|STLS|NOOP|LOGOUT|QUIT)", re.IGNORECASE)
_MECHANISM = rb"(?: (?:PLAIN|LOGIN|CRAM-MD5|XOAUTH2|OAUTHBEARER)\b)?"
_LOG_IN = re.compile(
    _TAG + rb"(?:LOGIN|PASS|USER|APOP|AUTH(?:ENTICATE)?" + _MECHANISM + rb")(?= |$)", re.IGNORECASE
)
# A server may send what was asked for as a quoted string instead of a literal (RFC 9051 section 4.3).
_QUOTED_TEXT = re.compile(r'(BODY\[[^\]]*\](?:<\d+>)? )"(?:[^"\\]|\\.)*"?', re.IGNORECASE)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class Trace:
    """Written by the thread of the job alone; ``text`` is for afterwards."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._hidden: list[str] = []
        self._lines: list[str] = []
        self._room = MOST_CHARACTERS
        self._is_logging_in = False

    def hide(self, secret: str) -> None:
        """Blank ``secret`` from now on, also as SASL sends it; it is not told to anybody."""
        if not secret:
            return
        forms = {secret, secret.replace("\\", "\\\\").replace('"', '\\"')}
        forms |= {base64.b64encode(form.encode()).decode() for form in tuple(forms)}
        self._hidden = sorted({*self._hidden, *forms}, key=len, reverse=True)

    def hide_log_in(self, login: Login) -> None:
        """Its secret, in each form that a server may have been told it."""
        for form in to_hide(login):
            self.hide(form)

    def entered(self, stage: Stage) -> None:
        """While we log in, nothing that we say is kept but the names of commands."""
        self._is_logging_in = stage is Stage.AUTHENTICATE
        self.note(stage)

    def note(self, text: str) -> None:
        """Something that happened: a stage that began, how it ended."""
        self._add("--", text)

    def said(self, data: bytes) -> None:
        """One or more whole lines of ours."""
        for line in data.splitlines():
            self._add("C:", self._without_log_in(line))

    def heard(self, line: bytes) -> None:
        self._add("S:", _QUOTED_TEXT.sub(rf"\1{BLANKED}", _decoded(line.rstrip(b"\r\n"))))

    def heard_lines(self, answer: bytes) -> None:
        """Of a long answer the beginning."""
        lines = answer.splitlines()
        for line in lines[:MOST_LINES]:
            self.heard(line)
        if len(lines) > MOST_LINES:
            self._add("S:", f"[{len(lines) - MOST_LINES} more lines, not kept]")

    def heard_text(self, size: int) -> None:
        """Message text, or what may be some, of ``size`` bytes."""
        self._add("S:", f"[{size} bytes, not kept]")

    def text(self) -> str:
        return "\n".join(self._lines)

    def _without_log_in(self, line: bytes) -> str:
        log_in = _LOG_IN.match(line)
        if log_in:
            return f"{_decoded(log_in[0])} {BLANKED}"
        if self._is_logging_in and not _HARMLESS.fullmatch(line):
            return BLANKED
        return _decoded(line)

    def _add(self, who: str, text: str) -> None:
        for secret in self._hidden:
            text = text.replace(secret, BLANKED)
        text = _UNPRINTABLE.sub("�", text)
        if len(text) > LONGEST_LINE:
            text = f"{text[:LONGEST_LINE]}… [{len(text)} characters]"
        line = f"{self._clock() - self._began:8.3f} {who} {text}"
        if self._room > 0 >= self._room - len(line):
            self._lines.append("[what followed is not kept]")
        self._room -= len(line)
        if self._room > 0:
            self._lines.append(line)


def _decoded(line: bytes) -> str:
    return line.decode("utf-8", "replace")
