"""Build hook: compiles `forms/` and `resources/` into the package `mailint_gui.ui._generated`.

hatchling runs it for wheels and editable installs; `python hatch_build.py` (`make forms`) runs it by hand.
`forms/**/NAME.ui` becomes `ui_NAME.py`, `resources/NAME.qrc` becomes `NAME_rc.py`. Nothing generated is
committed.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import PySide6
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

GENERATED = Path("mailint_gui", "ui", "_generated")
PACKAGE_DOCSTRING = '"""Compiled from forms/ and resources/ by hatch_build.py; not for editing."""\n'


class CompileFormsAndResources(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        compile_all(Path(self.root))


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
    return str(package / f"{name}.exe" if sys.platform == "win32" else package / "Qt" / "libexec" / name)


def _replace(path: Path, content: bytes) -> None:
    """Write in one step, so that a running program or test never imports half a module."""
    if path.exists() and path.read_bytes() == content:
        return
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_bytes(content)
    temporary.replace(path)


if __name__ == "__main__":
    compile_all(Path(__file__).parent)
