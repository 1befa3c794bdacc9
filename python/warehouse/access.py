"""Who may read the database and what a build writes beside it: the owner and the owner's group."""

import os
import stat
from pathlib import Path

OTHERS = stat.S_IRWXO


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
