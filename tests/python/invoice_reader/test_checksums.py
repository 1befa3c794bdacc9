"""Files are hashed again where something about them moved, and only there."""

import hashlib
import os
from pathlib import Path

import pytest

from invoice_reader import checksums
from invoice_reader.checksums import NAME, Checksums


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that counts as old enough to be known by its signs."""
    monkeypatch.setattr(checksums, "SETTLED_NANOSECONDS", -1)
    path = tmp_path / "invoices.csv"
    path.write_bytes(b"one")
    return path


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_an_unmoved_file_is_not_read_again(file: Path) -> None:
    first = Checksums(file.parent)
    assert first.of(file) == sha256(b"one")
    first.keep()
    file.chmod(0)  # moves the time of change
    file.chmod(0o600)
    second = Checksums(file.parent)
    assert second.of(file) == sha256(b"one")
    second.keep()

    kept = (file.parent / NAME).read_text(encoding="utf-8")
    (file.parent / NAME).write_text(kept.replace(sha256(b"one"), "of an earlier build"), encoding="utf-8")
    assert Checksums(file.parent).of(file) == "of an earlier build"


@pytest.mark.parametrize("content", [b"two", b"longer"])
def test_a_changed_file_is_read_again_whatever_its_time_says(file: Path, content: bytes) -> None:
    known = Checksums(file.parent)
    known.of(file)
    known.keep()
    before = file.stat()
    file.write_bytes(content)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert Checksums(file.parent).of(file) == sha256(content)


def test_another_file_under_the_name_is_read(file: Path) -> None:
    known = Checksums(file.parent)
    known.of(file)
    known.keep()
    other = file.with_name("other.csv")
    other.write_bytes(b"two")
    before = file.stat()
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(file)
    assert Checksums(file.parent).of(file) == sha256(b"two")


def test_a_young_file_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "invoices.csv"
    file.write_bytes(b"one")
    known = Checksums(tmp_path)
    known.of(file)
    known.keep()
    assert (tmp_path / NAME).read_text(encoding="utf-8") == "{}"


def test_files_that_are_gone_are_not_kept(file: Path) -> None:
    known = Checksums(file.parent)
    known.of(file)
    file.unlink()
    known.keep()
    assert (file.parent / NAME).read_text(encoding="utf-8") == "{}"


@pytest.mark.parametrize("damage", ["", "[]", "{", '{"a": 1}', '{"a": [1, 2]}', "null"])
def test_a_damaged_record_is_none(file: Path, damage: str) -> None:
    (file.parent / NAME).write_text(damage, encoding="utf-8")
    assert Checksums(file.parent).of(file) == sha256(b"one")
