"""The program installed elsewhere: from a wheel and editable, in a new environment, from any folder."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = [sys.executable, "-m", "uv", "--quiet"]
SHOW_ORIGIN = """
import mailint_gui.ui._generated.resources_rc as resources
from PySide6.QtCore import QFile
print(QFile.exists(":/icons/mailint.svg"), resources.__file__)
"""


def run(*command: str | Path, folder: Path = ROOT) -> str:
    finished = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(*UV, "build", "--wheel", "--no-build-isolation", "--python", sys.executable, "--out-dir", folder)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(params=["wheel", "editable"])
def environment(request: pytest.FixtureRequest, wheel: Path, tmp_path: Path) -> Path:
    """The `bin` folder of a new environment that holds the locked packages and the program."""
    environment = tmp_path / "environment"
    run(*UV, "venv", "--python", sys.executable, environment)
    install = [*UV, "pip", "install", "--python", environment]
    run(*install, "--require-hashes", "--requirements", ROOT / "requirements.lock")
    if request.param == "wheel":
        run(*install, "--no-deps", wheel)
    else:
        run(*install, "--no-deps", "--no-build-isolation", "--editable", ROOT)
    return environment / ("Scripts" if sys.platform == "win32" else "bin")


def test_installed_program_is_found_from_another_folder(environment: Path, tmp_path: Path) -> None:
    answer = run(environment / "python", "-I", "-c", SHOW_ORIGIN, folder=tmp_path)
    assert answer.startswith("True ")
    assert run(environment / "mailint", "--version", folder=tmp_path).startswith("mailint ")


def test_wheel_holds_every_form_and_no_sources_of_them(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    generated = {f"mailint_gui/ui/_generated/ui_{form.stem}.py" for form in (ROOT / "forms").rglob("*.ui")}
    assert generated <= set(names)
    assert [name for name in names if name.endswith((".ui", ".qrc", ".svg"))] == []


def test_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    files = (path for path in (ROOT / "mailint_gui").rglob("*") if path.is_file())
    expected = {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}
    assert expected - set(zipfile.ZipFile(wheel).namelist()) == set()
