"""Who may read the database and what is written beside it, and which files a build's SQL can reach."""

import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

OTHERS = stat.S_IRWXO
# What dbt-duckdb and publishing set on each new cursor; none of them reaches a file.
OPEN_SETTINGS = ["TimeZone", "enable_progress_bar"]


def keep_others_out(database: str) -> None:
    """Take all rights of other users from the database, and from what this process creates from now on.

    Rights of the group stay as they are. A file of another owner cannot be changed and is left alone.

    Args:
        database: Path of the database; ":memory:" and files that do not exist yet have nothing to change.
    """
    # The umask can only be read by setting it.
    os.umask(os.umask(OTHERS) | OTHERS)
    for path in (Path(database), Path(f"{database}.wal")):
        if path.is_file() and path.stat().st_uid == os.geteuid():
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)


def lock_files(
    connection: duckdb.DuckDBPyConnection, inputs: Sequence[Mapping[str, Any]], folders: Sequence[Path]
) -> bool:
    """Leave the database, the input and some folders as the only files that SQL can reach from now on.

    Neither this nor any other setting but OPEN_SETTINGS can be changed while the database is open. Where a
    table is the input nothing is locked: it may be a view of files elsewhere.

    Args:
        connection: Any of the database; the settings are those of all its connections.
        inputs: What the models read: `format` (table, or of a file) and `path`.
        folders: What else they read and write.

    Returns:
        Whether files are locked.
    """
    if any(entry["format"] == "table" for entry in inputs):
        return False
    settings = {
        "allowed_paths": [entry["path"] for entry in inputs],
        "allowed_directories": [str(folder) for folder in folders],
        "allowed_configs": OPEN_SETTINGS,
        "enable_external_access": False,
        "lock_configuration": True,
    }
    for name, value in settings.items():
        connection.execute(f"set global {name} = $value", {"value": value})
    return True
