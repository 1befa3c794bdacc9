"""What a build shows: lines, and on a terminal below them one line that says where it is."""

import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SECONDS_BETWEEN = 1.0
CLEAR_LINE = "\r\x1b[K"
# Where neither COLUMNS nor a terminal says how wide it is.
UNKNOWN_SIZE = (80, 24)


def screen_width() -> int:
    """Characters on a line."""
    return shutil.get_terminal_size(UNKNOWN_SIZE).columns


def is_terminal() -> bool:
    """Whether standard output is a terminal on which a line can be written again."""
    return sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


class Screen:
    """Writes lines to standard output and keeps a status below them where that is a terminal."""

    def __init__(self, status: Callable[[], str], *, has_status: bool) -> None:
        """Status: gives the text of the last line; it is asked once a second, from another thread."""
        self._status = status
        self._has_status = has_status
        self._lock = threading.Lock()
        self._is_over = threading.Event()

    def show(self, line: str) -> None:
        """Write a line above the status."""
        with self._lock:
            self._write((CLEAR_LINE if self._has_status else "") + line + "\n" + self._status_text())

    def refresh(self) -> None:
        """Write the status again, as it is now."""
        if self._has_status:
            with self._lock:
                self._write(CLEAR_LINE + self._status_text())

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Keep the status up to date within the block, and take it away at its end."""
        if not self._has_status:
            yield
            return
        painter = threading.Thread(target=self._paint, daemon=True)
        painter.start()
        try:
            yield
        finally:
            self._is_over.set()
            painter.join()
            self._write(CLEAR_LINE)

    def _paint(self) -> None:
        while not self._is_over.is_set():
            self.refresh()
            self._is_over.wait(SECONDS_BETWEEN)

    def _status_text(self) -> str:
        # A line as wide as the terminal would wrap, and could not be taken back.
        return self._status()[: screen_width() - 1] if self._has_status else ""

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()
