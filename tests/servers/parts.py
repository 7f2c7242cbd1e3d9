"""Programs of the system that the servers are made of, and the Debian package each comes in."""

import shutil

PACKAGES = {
    "dovecot": "dovecot-imapd dovecot-pop3d dovecot-lmtpd dovecot-submissiond",
    "doveadm": "dovecot-imapd",
    "master": "postfix",
    "postfix": "postfix",
    "postqueue": "postfix",
    "postsuper": "postfix",
    "postgres": "postgresql-15",
    "initdb": "postgresql-15",
    "dbus-daemon": "dbus",
    "gnome-keyring-daemon": "gnome-keyring",
    "Xvfb": "xvfb",
    "openbox": "openbox",
    "tint2": "tint2",
    "dunst": "dunst",
    "dunstctl": "dunst",
    "xdotool": "xdotool",
    "import": "imagemagick",
    "at-spi2-registryd": "at-spi2-core",
    "objdump": "binutils",
    "chromium": "chromium",
    "bash": "bash",
    "setpriv": "util-linux",
}
SEARCH_PATH = (
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/15/bin:/usr/libexec"
    ":/usr/lib/postfix/sbin"
)


class MissingPartError(RuntimeError):
    """A program is not installed; the text is the line that installs it."""


def find(program: str) -> str:
    """Return the absolute path of `program`, or raise `MissingPartError`."""
    path = shutil.which(program, path=SEARCH_PATH)
    if path is None:
        raise MissingPartError(
            f"{program} is not installed. Install it with:\n"
            f"    apt-get install -y --no-install-recommends {PACKAGES[program]}"
        )
    return path
