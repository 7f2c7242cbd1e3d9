"""The window and the command line in another language: which is chosen, and that Qt's own words go with ours."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication

from mailint_gui.wording.language import use_language

WORDS = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context><name>passwords</name>
    <message><source>Stored</source><translation>Gespeichert</translation></message>
</context>
<context><name>command_line</name>
    <message><source>print the version</source><translation>die Version ausgeben</translation></message>
</context>
<context><name>refusals</name>
    <message><source>There is no integration called “{name}”. “mailint integrations list” shows all.</source>
        <translation>Es gibt keine Integration namens {name}.</translation></message>
</context>
</TS>
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a German translation, compiled as ours are."""
    source = tmp_path / "mailint_de.ts"
    source.write_text(WORDS)
    compiler = shutil.which("pyside6-lrelease", path=str(Path(sys.executable).parent))
    assert compiler, "pyside6-lrelease comes with PySide6-Essentials: make test"
    subprocess.run([compiler, "-silent", source], check=True)
    return tmp_path


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
    preferred: list[str], ours: str, of_qt: str, application: QApplication, place: Path
) -> None:
    assert use_language(application, preferred, place) is (ours != "Stored")
    assert QCoreApplication.translate("passwords", "Stored") == ours
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == of_qt


SPEAKS = """
import json, sys
from pathlib import Path
from mailint_gui.wording import language
language.TRANSLATIONS = Path(sys.argv[1])
from mailint_gui.__main__ import main
code = main(json.loads(sys.argv[2]))
sys.stdout.flush()
print(json.dumps([code, sorted(each for each in sys.modules if each.startswith("PySide6.Qt"))]), file=sys.stderr)
"""


def said(
    place: Path, tmp_path: Path, words: list[str], **environment: str
) -> tuple[str, list[str], list[str]]:
    """By the command line of a new process: what to whom asked, what it complained of, and the parts of Qt it has."""
    inherited = {name: value for name, value in os.environ.items() if name not in LOCALE}
    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            SPEAKS,
            str(place),
            json.dumps(["--profile", str(tmp_path / "profile"), *words]),
        ],
        env={**inherited, **environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    *complaints, last = ended.stderr.decode().splitlines()
    return ended.stdout.decode(), complaints, json.loads(last)[1]


LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE")
GERMAN = {"LC_ALL": "de_DE.UTF-8"}


def test_the_command_line_speaks_the_language_of_the_system(place: Path, tmp_path: Path) -> None:
    text, complaints, qt = said(place, tmp_path, ["--help"], **GERMAN)
    assert "die Version ausgeben" in text
    assert complaints == []
    _, complaints, qt = said(place, tmp_path, ["integrations", "show", "Nobody"], **GERMAN)
    assert complaints == ["Es gibt keine Integration namens Nobody."]
    assert "PySide6.QtWidgets" not in qt


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C.UTF-8", "LANGUAGE": "de"},
        {"LANG": "en_GB.UTF-8"},
        {"LANG": "de_DE.UTF-8", "LANGUAGE": "en:de"},
        {},
    ],
)
def test_where_the_system_speaks_english_no_verb_loads_qt_for_it(
    environment: dict[str, str], place: Path, tmp_path: Path
) -> None:
    text, complaints, qt = said(place, tmp_path, ["integrations", "list"], **environment)
    assert (complaints, qt) == ([], [])
    text, *_ = said(place, tmp_path, ["--help"], **environment)
    assert "print the version" in text


def test_a_language_that_has_no_translation_is_english(place: Path, tmp_path: Path) -> None:
    _, complaints, _ = said(place, tmp_path, ["integrations", "show", "Nobody"], LANG="fr_FR.UTF-8")
    assert complaints == ["There is no integration called “Nobody”. “mailint integrations list” shows all."]


STARTS = """
import sys
from pathlib import Path
from mailint_gui.wording import language
language.TRANSLATIONS = Path(sys.argv[1])
from mailint_gui.ui.qt_application import make_application
application = make_application(["mailint"])
print(application.translate("passwords", "Stored"))
"""


@pytest.mark.parametrize(("language", "word"), [("de_DE.UTF-8", "Gespeichert"), ("en_GB.UTF-8", "Stored")])
def test_the_window_speaks_the_language_of_the_system(
    language: str, word: str, place: Path, tmp_path: Path
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", STARTS, str(place)],
        env={**os.environ, "LC_ALL": language, "QT_QPA_PLATFORM": "offscreen"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
    )
    assert ended.stdout.decode().strip() == word
