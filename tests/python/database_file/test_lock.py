"""Another process has the database open: wait, say so once, then name it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from database_file.lock import DatabaseInUseError, connect_when_free, holder, wait_seconds

# Opens the file, says so, and keeps it open until its input ends.
HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read_only")
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "ware house.duckdb"
    duckdb.connect(str(path)).close()
    return path


@contextmanager
def held_by_other_process(database: Path, mode: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database), mode],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    try:
        yield process
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("mode", ["read_only", "read_write"])
def test_a_held_file_stops_with_one_sentence(database: Path, mode: str) -> None:
    said: list[str] = []
    with (
        held_by_other_process(database, mode) as process,
        pytest.raises(DatabaseInUseError) as caught,
    ):
        connect_when_free(str(database), {}, seconds=0, say=said.append)
    sentence = str(caught.value)
    assert str(database) in sentence
    assert f"process {process.pid} " in sentence
    assert str(Path("published") / "segments.duckdb") in sentence
    assert "\n" not in sentence
    assert said == []


def test_the_build_goes_on_when_the_file_is_free_again(database: Path) -> None:
    said: list[str] = []
    with held_by_other_process(database, "read_only") as process:

        def close_the_reader(notice: str) -> None:
            said.append(notice)
            assert process.stdin is not None
            process.stdin.close()

        connection = connect_when_free(str(database), {}, seconds=60, say=close_the_reader)
    connection.execute("create table free (id integer)")
    connection.close()
    assert len(said) == 1
    assert f"process {process.pid} " in said[0]


def test_a_file_that_is_no_database_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_text("This is a text, long enough to be looked at as a DuckDB file." * 100)
    with pytest.raises(duckdb.IOException, match="not a valid DuckDB database"):
        connect_when_free(str(path), {}, seconds=60, say=pytest.fail)


def test_the_holder_is_named_as_far_as_known() -> None:
    assert holder("Conflicting lock is held in /usr/bin/python3.11 (PID 12).") == "process 12 (python3.11)"
    assert holder("Conflicting lock is held in (PID 12) by user x.") == "process 12"
    assert holder("The file is being used by another process.") == "another process"


def test_wait_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEGMENTATION_LOCK_SECONDS", raising=False)
    assert wait_seconds() == 60
    monkeypatch.setenv("SEGMENTATION_LOCK_SECONDS", "0.5")
    assert wait_seconds() == 0.5
    monkeypatch.setenv("SEGMENTATION_LOCK_SECONDS", "-1")
    with pytest.raises(RuntimeError, match="SEGMENTATION_LOCK_SECONDS is '-1'"):
        wait_seconds()
