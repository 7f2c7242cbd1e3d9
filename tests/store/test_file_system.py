from pathlib import Path

import pytest

from mailint_gui.store import database, file_system, sqlite
from mailint_gui.store.errors import StoreRefusal, StoreRefusedError

MOUNTS = [("/", "ext4"), ("/home", "nfs4"), ("/home/me/local", "xfs"), ("/mnt/share", "cifs")]


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/srv/profile", "ext4"),
        ("/home/me/profile", "nfs4"),
        ("/homely", "ext4"),
        ("/home/me/local/profile", "xfs"),
        ("/mnt/share", "cifs"),
    ],
)
def test_the_deepest_mount_counts(place: str, kind: str) -> None:
    assert file_system._mounted_kind(Path(place), MOUNTS) == kind


def test_the_last_of_two_on_one_folder_lies_on_top() -> None:
    assert file_system._mounted_kind(Path("/a/b"), [("/a", "nfs"), ("/a", "tmpfs")]) == "tmpfs"


def test_a_line_of_mountinfo() -> None:
    line = r"36 35 98:0 /mnt1 /mnt/two\040words rw,noatime master:1 - nfs4 server:/x rw,errors=continue"
    assert file_system._mount_of_linux(line.split(" ")) == ("/mnt/two words", "nfs4")


def test_here_is_a_disk_of_this_computer(tmp_path: Path) -> None:
    assert file_system.network_file_system(tmp_path / "not there yet" / "mailint.db") == ""


def test_a_network_share_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "network_file_system", lambda _path: "nfs4")
    with pytest.raises(StoreRefusedError) as caught:
        database.Database.open(tmp_path / "mailint.db")
    assert caught.value.reason is StoreRefusal.NETWORK_SHARE
    assert caught.value.facts["file_system"] == "nfs4"
