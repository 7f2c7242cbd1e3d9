"""The window in another language: which one is chosen, and that Qt's own words go with ours."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication

from mailint_gui.ui.language import use_language

WORDS = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context><name>passwords</name>
    <message><source>Stored</source><translation>Gespeichert</translation></message>
</context>
</TS>
"""


@pytest.fixture
def place(tmp_path: Path) -> str:
    """A folder with a German translation, compiled as ours are."""
    source = tmp_path / "mailint_de.ts"
    source.write_text(WORDS)
    compiler = shutil.which("pyside6-lrelease", path=str(Path(sys.executable).parent))
    assert compiler, "pyside6-lrelease comes with PySide6-Essentials: make test"
    subprocess.run([compiler, "-silent", source], check=True)
    return str(tmp_path)


@pytest.fixture
def application(qapp: QApplication) -> Iterator[QApplication]:
    before = set(qapp.findChildren(QTranslator))
    yield qapp
    for translator in set(qapp.findChildren(QTranslator)) - before:
        qapp.removeTranslator(translator)
        translator.deleteLater()


@pytest.mark.parametrize(
    ("preferred", "ours", "of_qt"),
    [
        (["de-AT", "de"], "Gespeichert", "Abbrechen"),
        (["eo", "de"], "Gespeichert", "Abbrechen"),
        (["en-GB", "en", "de"], "Stored", "Cancel"),
        (["fr"], "Stored", "Cancel"),
        ([], "Stored", "Cancel"),
    ],
)
def test_the_first_language_that_we_speak(
    preferred: list[str], ours: str, of_qt: str, application: QApplication, place: str
) -> None:
    assert use_language(application, preferred, place) is (ours != "Stored")
    assert QCoreApplication.translate("passwords", "Stored") == ours
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == of_qt
