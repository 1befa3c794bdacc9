"""Checksums of files, which are read for it only where something about them moved since the last build.

A file is the one that was hashed before while its size, its times of modification and change, its inode and
its device are the same. Whoever changes a file and puts its time of modification back moves the time of
change.
"""

import hashlib
import json
import time
from pathlib import Path

NAME = "checksums.json"
# A file could change twice within one tick of its file system's clock: one so young is hashed again.
SETTLED_NANOSECONDS = 5 * 10**9


class Checksums:
    """SHA-256 by file, kept in a folder from build to build."""

    def __init__(self, folder: Path) -> None:
        """Read what an earlier build kept in `folder`; what cannot be read is hashed again."""
        self._path = folder / NAME
        self._known: dict[str, tuple[list[int], str]] = {}
        if self._path.exists():
            try:
                kept = json.loads(self._path.read_text(encoding="utf-8"))
                self._known = {str(path): (list(signs), str(value)) for path, (signs, value) in kept.items()}
            except (ValueError, TypeError, AttributeError):
                self._known = {}

    def of(self, path: Path) -> str:
        """The checksum of a file's bytes; raises OSError where they cannot be read."""
        name = str(path.resolve())
        signs = signs_of(path)
        known_signs, checksum = self._known.get(name, ([], ""))
        if known_signs == signs:
            return checksum
        with path.open("rb") as stream:
            checksum = hashlib.file_digest(stream, "sha256").hexdigest()
        self._known.pop(name, None)
        is_settled = time.time_ns() - max(signs[1:3]) > SETTLED_NANOSECONDS
        if is_settled and signs_of(path) == signs:
            self._known[name] = (signs, checksum)
        return checksum

    def keep(self) -> None:
        """Write down the checksums of files that are still there, in one step."""
        there = {path: entry for path, entry in sorted(self._known.items()) if Path(path).exists()}
        unfinished = self._path.with_name(f".{NAME}.unfinished")
        unfinished.write_text(json.dumps(there), encoding="utf-8")
        unfinished.replace(self._path)


def signs_of(path: Path) -> list[int]:
    """Size in bytes, times of modification and change in nanoseconds, inode and device of a file."""
    found = path.stat()
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev]
