"""Users outside the owner's group cannot read the database or what a build writes beside it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from database_file.access import keep_others_out, lock_files


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


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database whose SQL may reach one file of two in a folder, and all of another folder."""
    monkeypatch.chdir(tmp_path)
    for path in (Path("in/invoices.csv"), Path("in/secret.csv"), Path("out/old.csv")):
        path.parent.mkdir(exist_ok=True)
        path.write_text("a\n1\n", encoding="utf-8")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("set memory_limit = '60MB'")
        inputs = [{"format": "csv", "path": "in/invoices.csv"}]
        with connection.cursor() as cursor:
            assert lock_files(cursor, inputs, [Path("out"), tmp_path / "absolute"])
        yield connection


@pytest.mark.parametrize(
    "query",
    [
        "from 'in/secret.csv'",
        "from read_text('/etc/passwd')",
        "from read_blob('out/../in/secret.csv')",
        "from read_csv('in/*.csv')",
        "from glob('/etc/*')",
        "copy (select 1) to 'in/stolen.csv'",
        "attach 'in/other.duckdb' as other",
        "export database 'in/export'",
        "install spatial",
        "load '/tmp/any.duckdb_extension'",
        "from read_csv('https://example.org/a.csv')",
        "set enable_external_access = true",
        "set allowed_directories = ['/']",
        "set temp_directory = '/tmp/elsewhere'",
        "set threads = 1",
        "set lock_configuration = false",
        "reset lock_configuration",
    ],
)
def test_sql_cannot_reach_other_files_or_open_the_lock(locked: duckdb.DuckDBPyConnection, query: str) -> None:
    with (
        locked.cursor() as cursor,
        pytest.raises(duckdb.Error, match=r"(?i)disabled|locked|cannot|not allowed"),
    ):
        cursor.execute(query).fetchall()


def test_what_a_build_needs_is_open(locked: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with locked.cursor() as cursor:
        cursor.execute("set TimeZone = 'UTC'")
        cursor.execute("set enable_progress_bar = false")
        assert cursor.execute("select count(*) from 'in/invoices.csv'").fetchall() == [(1,)]
        assert cursor.execute(f"select count(*) from '{tmp_path}/in/invoices.csv'").fetchall() == [(1,)]
        cursor.execute("copy (select 1) to 'out/new.csv'")
        cursor.execute("attach 'out/new.duckdb' as new")
        cursor.execute("create table new.t as select 1")
        cursor.execute("detach new")
        # More than memory holds: DuckDB's own temporary files.
        cursor.execute(
            "create table sorted as select hash(range)::varchar as x from range(3000000) order by x"
        )
        cursor.execute("checkpoint")


def test_a_table_as_input_locks_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n", encoding="utf-8")
    with duckdb.connect() as connection:
        assert not lock_files(connection, [{"format": "table", "path": "main.orders"}], [])
        assert connection.execute(f"select count(*) from '{tmp_path}/a.csv'").fetchall() == [(1,)]
