"""A rewrite that is killed leaves a whole database, the old one or the new one, and the next finishes it."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from privacy.rewriting import rewrite_database

# Ends as a killed process does, at a numbered wait for the disk: before the file is replaced, or after.
REWRITE = """
import os, sys
from pathlib import Path
from privacy import rewriting

waits, flush = [], rewriting.flush_to_disk

def flush_or_end(path):
    flush(path)
    waits.append(path)
    if len(waits) == int(sys.argv[2]):
        os._exit(9)

rewriting.flush_to_disk = flush_or_end
rewriting.rewrite_database(Path(sys.argv[1]))
"""


@pytest.mark.parametrize(("number", "is_new"), [(1, False), (2, True)])
def test_a_killed_rewrite_leaves_a_whole_database(
    tmp_path: Path, repo_root: Path, number: int, is_new: bool
) -> None:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table numbers as select range as number from range(300000)")
        connection.execute("delete from numbers where number % 3 > 0")
    inode = path.stat().st_ino
    ended = subprocess.run(
        [sys.executable, "-c", REWRITE, str(path), str(number)],
        env=os.environ | {"PYTHONPATH": str(repo_root / "python")},
        check=False,
    )
    assert ended.returncode == 9
    assert (path.stat().st_ino != inode) == is_new
    for _ in range(2):
        with duckdb.connect(str(path)) as connection:
            assert connection.execute("select count(*) from numbers").fetchall() == [(100_000,)]
        rewrite_database(path)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
