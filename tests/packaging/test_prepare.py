"""What setup leaves behind on a Debian: nothing, also after a run that was killed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
POLICY = "/usr/sbin/policy-rc.d"
OF_THE_SYSTEM = "#!/bin/sh\nexit 0\n"
NOTHING_MISSING = {
    "dpkg-query": "for each in $(cat packages); do echo installed $each,; done",
    "id": "echo 0",
    "python3": "exit 0",
    "apt-get": "echo apt-get >>called",
    "systemctl": "",
}


class Machine:
    """The scripts in a folder of their own that stands for the system, where every package is installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.policy = folder / "sbin" / "policy-rc.d"
        self.saved = self.policy.with_name("policy-rc.d.before-mailint")
        self.policy.parent.mkdir()
        shutil.copytree(ROOT / "setup", folder / "setup")
        installer = folder / "setup" / "install-debian.sh"
        installer.write_text(installer.read_text().replace(POLICY, str(self.policy)))
        names = (folder / "setup" / "prepare.sh").read_text().split("PACKAGES='")[1:]
        (folder / "packages").write_text(" ".join(each.partition("'")[0] for each in names))
        for name, script in NOTHING_MISSING.items():
            self.program(folder / "bin" / name, script)
        for name in ("python", "uv"):
            self.program(folder / ".venv" / "bin" / name, "exit 0")

    @staticmethod
    def program(path: Path, script: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}"}
        return subprocess.run(
            ["sh", *command], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )

    def killed_after_the_last_package(self) -> None:
        """The trap of the shell is never run, as SIGKILL lets it."""
        self.program(self.folder / "bin" / "apt-get", 'case "$*" in *install*) kill -KILL $PPID ;; esac')
        assert self.run("setup/install-debian.sh", "dunst").returncode == -9
        assert "exit 101" in self.policy.read_text()
        self.program(self.folder / "bin" / "apt-get", NOTHING_MISSING["apt-get"])


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_services_are_denied_while_packages_are_installed_only(machine: Machine) -> None:
    machine.policy.write_text(OF_THE_SYSTEM)
    machine.program(machine.folder / "bin" / "apt-get", f"cat {machine.policy} >>seen")
    assert machine.run("setup/install-debian.sh", "dunst").returncode == 0
    assert "exit 101" in (machine.folder / "seen").read_text()
    assert machine.policy.read_text() == OF_THE_SYSTEM
    assert not machine.saved.exists()


@pytest.mark.parametrize("before", [OF_THE_SYSTEM, None])
def test_what_a_killed_run_left_is_put_back_although_nothing_is_missing(
    machine: Machine, before: str | None
) -> None:
    if before:
        machine.policy.write_text(before)
    machine.killed_after_the_last_package()
    done = machine.run("setup/prepare.sh", "run")
    assert done.returncode == 0, done.stderr
    assert "which a killed run had denied" in done.stderr
    assert (machine.policy.read_text() if machine.policy.exists() else None) == before
    assert not machine.saved.exists()
    assert not (machine.folder / "called").exists()  # there was nothing to install


@pytest.mark.parametrize("before", [OF_THE_SYSTEM, None])
def test_with_nothing_missing_nothing_is_touched(machine: Machine, before: str | None) -> None:
    if before:
        machine.policy.write_text(before)
    done = machine.run("setup/prepare.sh", "run")
    assert done.returncode == 0, done.stderr
    assert "Debian" not in done.stderr
    assert (machine.policy.read_text() if machine.policy.exists() else None) == before
