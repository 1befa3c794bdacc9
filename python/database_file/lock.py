"""Wait for a database file that another process has open.

DuckDB lets one process write or several read, so an open BI tool keeps a build out, even a read-only one.
"""

import os
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb

DEFAULT_WAIT_SECONDS = 60.0
PAUSE_SECONDS = 0.5
DEFAULT_PUBLISHED_FOLDER = "published"


class DatabaseInUseError(RuntimeError):
    """Another process kept the database file open for the whole wait; the message is for the user."""


def wait_seconds() -> float:
    """Seconds to wait for the file: SEGMENTATION_LOCK_SECONDS, or 60.

    Raises:
        RuntimeError: the variable is not a number of 0 or more.
    """
    text = os.environ.get("SEGMENTATION_LOCK_SECONDS", "")
    if not text:
        return DEFAULT_WAIT_SECONDS
    if not re.fullmatch(r"\d+(\.\d+)?", text):
        raise RuntimeError(f"SEGMENTATION_LOCK_SECONDS is '{text}': give a number of seconds, 0 or more.")
    return float(text)


def connect_when_free(
    path: str, config: Mapping[str, Any], seconds: float, say: Callable[[str], None]
) -> duckdb.DuckDBPyConnection:
    """Open the database for writing, as soon as no other process has it open.

    Args:
        path: The database file, or ":memory:".
        config: DuckDB's options for the connection.
        seconds: How long to try.
        say: Called once with a notice, after the first attempt that failed.

    Raises:
        DatabaseInUseError: the file is still held after that time.
        duckdb.Error: the file cannot be opened for another reason.
    """
    deadline = time.monotonic() + seconds
    has_spoken = False
    while True:
        try:
            return duckdb.connect(path, config=dict(config))
        except duckdb.IOException as error:
            if not is_lock_conflict(str(error)):
                raise
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise DatabaseInUseError(in_use_sentence(path, str(error), seconds)) from error
            if not has_spoken:
                say(f"{path} is open in {holder(str(error))}: waiting up to {seconds:g} s for it.")
                has_spoken = True
            time.sleep(min(PAUSE_SECONDS, remaining))


def is_lock_conflict(message: str) -> bool:
    """Whether DuckDB's message says that another process has the file open (Unix, then Windows)."""
    return "Could not set lock on file" in message or "being used by another process" in message


def holder(message: str) -> str:
    """The process that DuckDB's message names, such as "process 4711 (python3.11)"."""
    found = re.search(r"Conflicting lock is held in (.*?) ?\(PID (\d+)\)", message)
    if not found:
        return "another process"
    program = Path(found[1]).name
    return f"process {found[2]} ({program})" if program else f"process {found[2]}"


def in_use_sentence(path: str, message: str, seconds: float) -> str:
    """What the user reads when the wait was in vain."""
    published = Path(os.environ.get("SEGMENTATION_PUBLISHED", DEFAULT_PUBLISHED_FOLDER)) / "segments.duckdb"
    return (
        f"{path} is still open in {holder(message)} after {seconds:g} s: "
        f"close it there and build again, and let readers open {published} instead, which is never locked."
    )
