"""Users outside the owner's group cannot read the database or what a build writes beside it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from warehouse.access import keep_others_out


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """The umask of most machines, by which new files are readable by everybody."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_database_and_its_log_are_for_owner_and_group(tmp_path: Path) -> None:
    path = tmp_path / "new.duckdb"
    keep_others_out(str(path))
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t as select 1")
        assert mode(path) == mode(tmp_path / "new.duckdb.wal") == 0o640


@pytest.mark.parametrize(("before", "after"), [(0o644, 0o640), (0o666, 0o660), (0o600, 0o600)])
def test_a_database_that_is_there_keeps_what_its_group_may_do(
    tmp_path: Path, before: int, after: int
) -> None:
    path = tmp_path / "old.duckdb"
    duckdb.connect(str(path)).close()
    path.chmod(before)
    keep_others_out(str(path))
    assert mode(path) == after


def test_a_stricter_umask_stays(tmp_path: Path) -> None:
    os.umask(0o077)
    keep_others_out(":memory:")
    (tmp_path / "private").touch()
    assert mode(tmp_path / "private") == 0o600
