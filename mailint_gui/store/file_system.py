"""What kind of disk a file is on: SQLite's WAL needs shared memory, which no network share has."""

import ctypes
import subprocess
import sys
from pathlib import Path

# Kinds as the systems name them; drives of a container's host (9p, virtiofs) are as good as local.
_NETWORK = frozenset(
    {"afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "glusterfs", "gfs2", "lustre", "ncpfs"}
    | {"nfs", "nfs4", "ocfs2", "smb3", "smbfs", "webdav", "fuse.ceph", "fuse.davfs", "fuse.glusterfs"}
    | {"fuse.rclone", "fuse.s3fs", "fuse.sshfs"}
)
_DRIVE_REMOTE = 4  # Windows, GetDriveType


def network_file_system(path: Path) -> str:
    """The name of the network file system that ``path`` is or would be on; empty for a local disk."""
    place = next((folder for folder in path.absolute().parents if folder.exists()), path).resolve()
    if sys.platform == "win32":
        return _windows(place)
    kind = _mounted_kind(place, _mounts_of_macos() if sys.platform == "darwin" else _mounts_of_linux())
    return kind if kind in _NETWORK else ""


def _mounted_kind(place: Path, mounts: list[tuple[str, str]]) -> str:
    """The last mount with the longest folder lies on top."""
    kind, depth = "", -1
    for folder, candidate in mounts:
        if place.is_relative_to(folder) and len(Path(folder).parts) >= depth:
            kind, depth = candidate, len(Path(folder).parts)
    return kind


def _mounts_of_linux() -> list[tuple[str, str]]:
    """proc(5), /proc/self/mountinfo: the fifth field is the folder, the one after a lone dash the kind."""
    try:
        lines = Path("/proc/self/mountinfo").read_text(errors="surrogateescape").splitlines()
    except OSError:
        return []
    return [_mount_of_linux(line.split(" ")) for line in lines]


def _mount_of_linux(fields: list[str]) -> tuple[str, str]:
    folder = (
        fields[4].replace(r"\040", " ").replace(r"\011", "\t").replace(r"\012", "\n").replace(r"\134", "\\")
    )
    return folder, fields[fields.index("-") + 1]


def _mounts_of_macos() -> list[tuple[str, str]]:
    """mount(8): ``//user@host/share on /Volumes/share (smbfs, nodev)``."""
    try:
        output = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=5, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    found = []
    for line in output.splitlines():
        folder, _, kind = line.partition(" on ")[2].rpartition(" (")
        found.append((folder, kind.partition(",")[0].rstrip(")")))
    return found


def _windows(place: Path) -> str:
    if sys.platform != "win32":
        return ""
    if place.drive.startswith("\\\\"):
        return "smb"
    return "smb" if ctypes.windll.kernel32.GetDriveTypeW(f"{place.drive}\\") == _DRIVE_REMOTE else ""
