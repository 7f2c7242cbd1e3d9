"""Which SQLite is below us, for whoever may not know SQL."""

import sqlite3

SQLITE_VERSION: tuple[int, int, int] = sqlite3.sqlite_version_info
