"""The list of customers to forget: a file of keyed hashes beside the database, for its owner alone.

The first line is a hash that only the right key gives: with another one all of them would quietly come back.
"""

import fcntl
import os
import re
from dataclasses import dataclass
from pathlib import Path

from privacy.keys import (
    FORGOTTEN,
    KEY_CHECK,
    KEY_VARIABLE,
    PrivacyError,
    keyed_hash,
    normalised_customer_id,
    privacy_key,
)

SUFFIX = "_forgotten_customers.txt"
HASH = re.compile(r"[0-9a-f]{64}")
FILE_MODE = 0o600


def suppression_path(database: str) -> Path | None:
    """Where the list of a database lies; None for a database in memory, which has nobody to remember."""
    if database == ":memory:":
        return None
    path = Path(database)
    return path.with_name(path.stem + SUFFIX)


@dataclass(frozen=True)
class SuppressionList:
    """Hashes of the customers to forget, under the key they were made with (None: nobody is on the list)."""

    hashes: frozenset[str]
    key: bytes | None

    @classmethod
    def read(cls, path: Path | None) -> "SuppressionList":
        """Read the list; a file that does not exist, or holds nobody, is empty and needs no key.

        Raises:
            PrivacyError: the file is damaged, or the key is missing or another one than that of the list.
        """
        lines = path.read_text(encoding="utf-8").split() if path is not None and path.exists() else []
        if not all(HASH.fullmatch(line) for line in lines):
            raise PrivacyError(
                f"{path} is no list of forgotten customers, which has one hash of 64 digits per line: "
                "put back its last copy."
            )
        if len(lines) < 2:
            return cls(frozenset(), None)
        key = privacy_key(f"{path} lists customers to forget, which")
        if lines[0] != keyed_hash(key, KEY_CHECK, ""):
            raise PrivacyError(
                f"{path} was written under another key than the one in {KEY_VARIABLE}: set that key, since "
                "with any other the customers on the list would come back."
            )
        return cls(frozenset(lines[1:]), key)

    def holds(self, customer_id: str) -> bool:
        """Whether the customer is to be forgotten, however the id is written."""
        if self.key is None:
            return False
        return keyed_hash(self.key, FORGOTTEN, normalised_customer_id(customer_id)) in self.hashes


def add_to_list(path: Path, customer_id: str) -> None:
    """Put a customer on the list, in one step and for good before this returns.

    Raises:
        PrivacyError: there is no usable key, or the list cannot be read with it.
    """
    key = privacy_key("Forgetting a customer")
    # One at a time: of two that read the list before either writes it, one customer would be lost.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        hashes = SuppressionList.read(path).hashes
        hashes |= {keyed_hash(key, FORGOTTEN, normalised_customer_id(customer_id))}
        # Sorted: the order does not tell who was forgotten last.
        write_list(path, [keyed_hash(key, KEY_CHECK, ""), *sorted(hashes)])
        os.fsync(folder)
    finally:
        os.close(folder)


def write_list(path: Path, lines: list[str]) -> None:
    """Replace the list in one step by a file that only its owner can read."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, FILE_MODE)
        file.write("\n".join([*lines, ""]))
        file.flush()
        os.fsync(descriptor)
    unfinished.replace(path)
