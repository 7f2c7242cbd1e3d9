"""Debian's chromium, headless, as a person uses it; driven by its own protocol (Chrome DevTools Protocol).

The protocol runs over a pipe (`--remote-debugging-pipe`: JSON, each message ended by a NUL, in on file
descriptor 3 and out on 4), so it needs no port and no library.
"""

import base64
import hashlib
import itertools
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.servers import parts, wait
from tests.servers.certificates import Certificate
from tests.servers.process import Process

_SWITCHES = (
    "--headless",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",  # nothing but what a test opens
    "--disable-component-update",
    "--no-first-run",
)
# The element that a person means: a field by its name, a button by its label
_FIELD = "document.querySelector('[name={name}]')"
_BUTTON = "[...document.querySelectorAll('button')].find((button) => button.textContent.trim() === {label})"


class BrowserError(RuntimeError):
    """The browser could not do what it was asked to; the text is its own."""


class Browser:
    """One window. `renew` gives a fresh one, with no cookies.

    It trusts `certificate` by the digest of its key (`--ignore-certificate-errors-spki-list`), and else what
    the system trusts.
    """

    def __init__(self, directory: Path, certificate: Certificate) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._ours, self._theirs = socket.socketpair()
        self._ours.settimeout(wait.LIMIT)
        switches = [*_SWITCHES, f"--user-data-dir={directory}/profile"]
        switches.append(f"--ignore-certificate-errors-spki-list={_key_digest(certificate)}")
        if os.geteuid() == 0:
            switches.append("--no-sandbox")  # which it refuses to have as root
        pipe = self._theirs.fileno()
        script = f'exec "$0" "$@" 3<&{pipe} 4>&{pipe}'
        self._process = Process(
            ["bash", "-c", script, parts.find("chromium"), *switches, "about:blank"],
            directory / "chromium.log",
            environment=os.environ | {"HOME": str(directory)},
            pass_fds=[pipe],
        )
        self._numbers = itertools.count(1)
        self._unread = b""
        self._context = ""
        self._session = ""

    # What a person does

    def open(self, url: str) -> None:
        """Go to `url`; raise BrowserError when nothing answers there."""
        outcome = self._page("Page.navigate", url=url)
        if "errorText" in outcome:
            raise BrowserError(f"{url}: {outcome['errorText']}")

    def fill(self, name: str, text: str) -> None:
        """Type `text` into the field of that name, in place of what is there."""
        field = _FIELD.format(name=json.dumps(name))
        self._wait(lambda: self._evaluate(f"!!{field}"), f"a field {name!r}")
        self._evaluate(f"{field}.focus(), {field}.select()")
        self._page("Input.insertText", text=text)

    def press(self, label: str) -> None:
        """Press the button with that label; what comes of it is waited for by the next step."""
        button = _BUTTON.format(label=json.dumps(label))
        self._wait(lambda: self._evaluate(f"!!{button}"), f"a button {label!r}")
        self._evaluate(f"setTimeout(() => {button}.click())")

    def sign_in(self, name: str, password: str, *, allow: bool = True) -> None:
        """Fill the page of `OidcProvider`, and press one of its buttons."""
        self.wait_for_title("Sign in")
        self.fill("user", name)
        self.fill("password", password)
        self.press("Allow" if allow else "Refuse")

    # What a person sees

    @property
    def url(self) -> str:
        return str(self._evaluate("location.href"))

    @property
    def title(self) -> str:
        return str(self._evaluate("document.readyState === 'complete' ? document.title : ''"))

    @property
    def text(self) -> str:
        return str(self._evaluate("document.body?.innerText"))

    def wait_for_title(self, title: str) -> None:
        self._wait(lambda: self.title == title, f"the page {title!r}")

    def wait_for_text(self, text: str) -> None:
        self._wait(lambda: text in self.text, f"the words {text!r}")

    def wait_for_url(self, start: str) -> None:
        self._wait(lambda: self.url.startswith(start), f"a page of {start}")

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._page("Page.captureScreenshot")["data"]))

    def _wait(self, look: Callable[[], object], what: str) -> None:
        try:
            wait.until(look, what)
        except TimeoutError as error:
            raise BrowserError(f"{error}, at {self.url}:\n{self.text}") from error

    # Life

    def start(self) -> None:
        self._process.start()
        self.renew()

    def renew(self) -> None:
        """Close the window and open another, of a person who was nowhere before."""
        if self._context:
            self._call("Target.disposeBrowserContext", browserContextId=self._context)
        self._context = self._call("Target.createBrowserContext")["browserContextId"]
        target = self._call("Target.createTarget", url="about:blank", browserContextId=self._context)
        attached = self._call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]

    def stop(self) -> None:
        self._process.stop()
        self._ours.close()
        self._theirs.close()

    def _evaluate(self, expression: str) -> Any:
        """Return the value, or None while one page goes and the next comes."""
        try:
            outcome = self._page("Runtime.evaluate", expression=expression, returnByValue=True)
        except BrowserError as error:
            if "context" in str(error) or "navigated" in str(error):
                return None
            raise
        if "exceptionDetails" in outcome:
            raise BrowserError(f"{expression}: {outcome['exceptionDetails']}")
        return outcome["result"].get("value")

    def _page(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._call(method, self._session, **parameters)

    def _call(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        self._ours.sendall(json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != number:
            pass  # events
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            try:
                chunk = self._ours.recv(65536)
            except TimeoutError as error:
                raise BrowserError(f"chromium does not answer:\n{self._process.log_tail()}") from error
            if not chunk:
                raise BrowserError(f"chromium has ended:\n{self._process.log_tail()}")
            self._unread += chunk
        message, _, self._unread = self._unread.partition(b"\0")
        parsed: dict[str, Any] = json.loads(message)
        return parsed

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _key_digest(certificate: Certificate) -> str:
    """SHA-256 of the SubjectPublicKeyInfo, in base 64."""
    parsed = x509.load_pem_x509_certificate(certificate.chain.read_bytes())
    key = parsed.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(key).digest()).decode()
