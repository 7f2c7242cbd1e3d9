"""Hostile HTML is shown, and no request leaves this computer: a listener would see it. No file is read either."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mailint_gui.ui.messages.html_view import SafeHtmlView
from tests.services.incoming import one
from tests.ui.mail_samples import integrations, letter_with_everything, png
from tests.ui.messages.conftest import Log

LOOK_MS = 300  # long after the document is laid out and painted


@dataclass
class Listener:
    port: int
    seen: list[str] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"


@pytest.fixture
def listener() -> Iterator[Listener]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            listening.seen.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(png())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening = Listener(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield listening
    server.shutdown()
    server.server_close()
    thread.join()


def hostile(listener: Listener, picture: Path) -> str:
    """Each way that HTML may load something, one after the other."""
    at = listener.url
    return f"""
    <html><head><base href="{at("base/")}"><title>x</title>
    <meta http-equiv="refresh" content="0;url={at("refresh")}">
    <link rel="stylesheet" href="{at("link.css")}"><link rel="preload" as="image" href="{at("preload")}">
    <style>@import url("{at("import.css")}"); body {{ background: url({at("body.png")}) }}
    @font-face {{ font-family: f; src: url("{at("font.woff")}") }} p {{ font-family: f }}
    ul {{ list-style-image: url({at("bullet.png")}) }}</style></head>
    <body background="{at("background.png")}" onload="fetch('{at("onload")}')">
    <img src="{at("img.png")}"><img src="//127.0.0.1:{listener.port}/schemeless.png"><img src="relative.png">
    <img srcset="{at("srcset.png")} 2x" src="x:"><picture><source srcset="{at("picture.png")}"></picture>
    <img src="file://{picture}"><img src="{picture}"><img src="qrc:/icons/mailint.svg"><img src=":/icons/mailint.svg">
    <img src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E
    %3Cimage href='{at("in.svg")}'/%3E%3C/svg%3E">
    <svg><image href="{at("svg.png")}"/><use href="{at("use.svg#x")}"/></svg>
    <iframe src="{at("frame")}"></iframe><frame src="{at("frame2")}"><embed src="{at("embed")}">
    <object data="{at("object")}"><param name="src" value="{at("param")}"></object>
    <video src="{at("video")}" poster="{at("poster.png")}"></video><audio src="{at("audio")}"></audio>
    <table background="{at("table.png")}"><tr><td background="{at("cell.png")}">cell</td></tr></table>
    <p style="background-image:url({at("style.png")});font-family:f">text</p>
    <p style="background:\\75rl('{at("escaped.png")}')">text</p>
    <ul style="list-style-image:url({at("list.png")})"><li>item</li></ul>
    <input type="image" src="{at("input.png")}"><form action="{at("form")}"><button>go</button></form>
    <script>new Image().src = "{at("script")}"</script><img src=x onerror="location='{at("onerror")}'">
    <a href="{at("ping-target")}" ping="{at("ping")}">link</a>
    <a name="here">end of the letter</a></body></html>"""


def looked_at(view: SafeHtmlView) -> None:
    """Laid out, painted, scrolled through, and gone over with the mouse."""
    view.grab()
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    QTest.mouseMove(view.viewport(), view.viewport().rect().center())
    view.scrollToAnchor("here")
    view.grab()
    QTest.qWait(LOOK_MS)
    QApplication.processEvents()


def test_the_listener_does_see_a_request(listener: Listener) -> None:
    with urlopen(listener.url("proof")) as answer:
        assert answer.status == 200
    assert listener.seen == ["/proof"]


def test_a_hostile_letter_loads_nothing(log: Log, listener: Listener, tmp_path: Path) -> None:
    """The whole way: cleaned by the parser, shown in the window."""
    picture = tmp_path / "private.png"
    picture.write_bytes(png(7, 5))
    row = one(log.office, integrations(log.office)[0], letter_with_everything(hostile(listener, picture)))
    log.open(row)
    viewer = log.window.ui.viewer
    viewer.tabs.setCurrentWidget(viewer.html)
    looked_at(viewer.html.view)
    assert "end of the letter" in viewer.html.view.toPlainText()
    assert listener.seen == []


def test_the_view_alone_loads_nothing(qtbot: QtBot, listener: Listener, tmp_path: Path) -> None:
    """As if nothing had been cleaned: the second wall stands by itself."""
    picture = tmp_path / "private.png"
    picture.write_bytes(png(7, 5))
    view = SafeHtmlView()
    qtbot.addWidget(view)
    view.resize(800, 600)
    view.show()
    view.show_html(hostile(listener, picture), {})
    looked_at(view)
    assert listener.seen == []
    for address in (picture.as_uri(), str(picture), "qrc:/icons/mailint.svg", listener.url("img.png")):
        found = view.document().resource(QTextDocument.ResourceType.ImageResource.value, QUrl(address))
        assert found is None or found == "" or (found.width(), found.height()) == (1, 1), address


@pytest.mark.parametrize("address", ["http", "file", "relative"])
def test_a_click_goes_nowhere(qtbot: QtBot, listener: Listener, tmp_path: Path, address: str) -> None:
    page = tmp_path / "page.html"
    page.write_text("another page")
    target = {"http": listener.url("x"), "file": page.as_uri(), "relative": str(page)}[address]
    view = SafeHtmlView()
    qtbot.addWidget(view)
    view.show()
    view.show_html(f'<a href="{target}">{"link " * 50}</a>', {})
    with qtbot.waitSignal(view.link_clicked):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(12, 14))
    view.setSource(QUrl(target))
    view.backward()
    looked_at(view)
    assert "another page" not in view.toPlainText()
    assert listener.seen == []
