"""What the build makes of translations."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QTranslator

ROOT = Path(__file__).parents[2]
TS = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context><name>passwords</name>
    <message><source>Stored</source>{stored}</message>
    <message><source>Typed</source><translation type="unfinished">Getippt</translation></message>
</context>
</TS>
"""
FINISHED = TS.format(stored="<translation>Gespeichert</translation>")
BEGUN_BY_NOBODY = TS.format(stored='<translation type="unfinished"></translation>')


@pytest.fixture
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_finished_is_compiled_and_what_is_gone_removed(hook: ModuleType, tmp_path: Path) -> None:
    sources = tmp_path / "resources" / "translations"
    sources.mkdir(parents=True)
    (sources / "mailint.ts").write_text(BEGUN_BY_NOBODY)
    (sources / "mailint_de.ts").write_text(FINISHED)
    (sources / "mailint_fr.ts").write_text(BEGUN_BY_NOBODY)
    compiled = tmp_path / hook.TRANSLATIONS
    hook.compile_translations(tmp_path)
    assert [path.name for path in compiled.iterdir()] == ["mailint_de.qm"]
    translator = QTranslator()
    assert translator.load(str(compiled / "mailint_de.qm"))
    assert translator.translate("passwords", "Stored") == "Gespeichert"
    assert not translator.translate("passwords", "Typed")
    (sources / "mailint_de.ts").unlink()
    hook.compile_translations(tmp_path)
    assert list(compiled.iterdir()) == []


def test_without_translations_nothing_is_made(hook: ModuleType, tmp_path: Path) -> None:
    hook.compile_translations(tmp_path)
    assert list(tmp_path.iterdir()) == []
