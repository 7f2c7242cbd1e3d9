"""Build hook: compiles `forms/` and `resources/` into the package `mailint_gui.ui._generated`, and translations.

hatchling runs it for wheels and editable installs; `python hatch_build.py` (`make forms`) runs it by hand.
`forms/**/NAME.ui` becomes `ui_NAME.py`, `resources/NAME.qrc` becomes `NAME_rc.py`, and what is translated in
`resources/translations/mailint_LANGUAGE.ts` becomes `mailint_gui/wording/_translations/mailint_LANGUAGE.qm`.
Nothing generated is committed.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import PySide6
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

GENERATED = Path("mailint_gui", "ui", "_generated")
TRANSLATIONS = Path("mailint_gui", "wording", "_translations")
PACKAGE_DOCSTRING = '"""Compiled from forms/ and resources/ by hatch_build.py; not for editing."""\n'


class CompileFormsAndResources(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        compile_all(Path(self.root))
        compile_translations(Path(self.root))


def compile_all(root: Path) -> None:
    """Bring the generated package up to date. Raises ValueError for two forms of one name and
    subprocess.CalledProcessError when a compiler refuses its input."""
    target = root / GENERATED
    target.mkdir(parents=True, exist_ok=True)
    outputs = {target / "__init__.py"}
    _replace(target / "__init__.py", PACKAGE_DOCSTRING.encode())
    for source, output in _sources(root, target):
        if output in outputs:
            raise ValueError(
                f"two sources are compiled to {output.name}: {source.relative_to(root)} is the second"
            )
        outputs.add(output)
        _replace(output, _compiled(source))
    for stale in set(target.glob("*.py")) - outputs:
        stale.unlink()


def compile_translations(root: Path) -> None:
    """Bring the compiled translations up to date; a language of which nothing is finished has none.

    Raises subprocess.CalledProcessError and ParseError for a file that is no translation.
    """
    target = root / TRANSLATIONS
    outputs = set()
    for source in sorted((root / "resources" / "translations").glob("mailint_*.ts")):
        if _is_begun(source):
            target.mkdir(parents=True, exist_ok=True)
            outputs.add(target / f"{source.stem}.qm")
            _replace(target / f"{source.stem}.qm", _released(source))
    for stale in set(target.glob("*.qm")) - outputs:
        stale.unlink()


def _is_begun(source: Path) -> bool:
    found = ElementTree.parse(source).iter("translation")
    return any("type" not in each.attrib and "".join(each.itertext()).strip() for each in found)


def _released(source: Path) -> bytes:
    """What Qt's compiler makes of the finished translations."""
    with tempfile.TemporaryDirectory() as directory:
        output = Path(directory, "translation.qm")
        command = [_qt_tool("lrelease"), "-silent", "-nounfinished", str(source), "-qm", str(output)]
        subprocess.run(command, check=True)
        return output.read_bytes()


def _sources(root: Path, target: Path) -> list[tuple[Path, Path]]:
    forms = [(form, target / f"ui_{form.stem}.py") for form in sorted((root / "forms").rglob("*.ui"))]
    resources = [(qrc, target / f"{qrc.stem}_rc.py") for qrc in sorted((root / "resources").glob("*.qrc"))]
    return forms + resources


def _compiled(source: Path) -> bytes:
    """The Python module that Qt's compiler makes of a form or a resource file."""
    tool, options = ("uic", ["--from-imports"]) if source.suffix == ".ui" else ("rcc", [])
    command = [_qt_tool(tool), "-g", "python", *options, source.name]
    # Run beside the source: rcc reads the icons relative to it, and uic writes that path into its output.
    compiled = subprocess.run(command, cwd=source.parent, check=True, stdout=subprocess.PIPE).stdout
    return _without_unused_names(compiled) if tool == "uic" else compiled


def _without_unused_names(module: bytes) -> bytes:
    """Without the two dozen Qt classes that uic imports and never uses: the first look at each costs up to 1 ms."""
    head, form = module.decode().split("class Ui_", 1)

    def used(imported: re.Match[str]) -> str:
        names = [name for name in re.findall(r"\w+", imported[2]) if re.search(rf"\b{name}\b", form)]
        return f"{imported[1]}({', '.join(names)})\n" if names else ""

    head = re.sub(r"(from PySide6\.\w+ import )\(([^)]*)\)\n", used, head)
    return f"{head}class Ui_{form}".encode()


def _qt_tool(name: str) -> str:
    """Path of a compiler inside PySide6-Essentials: its scripts (`pyside6-uic`) are not always on PATH."""
    package = Path(PySide6.__file__).parent
    if sys.platform == "win32":
        return str(package / f"{name}.exe")
    inner = package / "Qt" / "libexec" / name
    return str(inner if inner.exists() else package / name)


def _replace(path: Path, content: bytes) -> None:
    """Write in one step, so that a running program or test never imports half a module."""
    if path.exists() and path.read_bytes() == content:
        return
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_bytes(content)
    temporary.replace(path)


if __name__ == "__main__":
    compile_all(Path(__file__).parent)
    compile_translations(Path(__file__).parent)
