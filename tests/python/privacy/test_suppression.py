"""The list of forgotten customers, the key and the functions in SQL."""

import os
import stat
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy import PrivacyError, SuppressionList, register_functions, suppression_path
from privacy.keys import keyed_hash, normalised_customer_id
from privacy.rewriting import content, rewrite_database
from privacy.suppression import add_to_list

KEY = "k" * 32


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGMENTATION_PRIVACY_KEY", KEY)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "warehouse_forgotten_customers.txt"


def test_the_hash_is_hmac_sha256_of_purpose_and_id() -> None:
    # printf 'forgotten\0a' | openssl dgst -sha256 -hmac kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk
    expected = "e5f901e0e18c401533e91df9b6711811f9a93caea62f4c77e776718ad44e2817"
    assert keyed_hash(KEY.encode(), "forgotten", "a") == expected


def test_a_customer_is_known_however_the_id_is_written(path: Path) -> None:
    add_to_list(path, " 17850.0 ")
    held = SuppressionList.read(path)
    assert all(held.holds(text) for text in ("17850", "17850.0", "17850.00", "\t17850\xa0", "17850.0\n"))
    assert not any(held.holds(text) for text in ("1785", "178500", "017850", "17850.5", "", "17850 .0"))


def test_the_list_grows_and_is_for_its_owner_alone(path: Path) -> None:
    before = os.umask(0)
    try:
        for customer in ("a", "b", "a"):
            add_to_list(path, customer)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(SuppressionList.read(path).hashes) == 2
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_nobody_to_forget_needs_no_key(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEGMENTATION_PRIVACY_KEY")
    assert not SuppressionList.read(path).hashes
    assert not SuppressionList.read(None).holds("a")


@pytest.mark.parametrize(
    ("other", "words"), [(None, "is not set"), ("short", "at least 32"), ("x" * 40, "another key")]
)
def test_a_missing_short_or_other_key_is_one_sentence(
    path: Path, monkeypatch: pytest.MonkeyPatch, other: str | None, words: str
) -> None:
    add_to_list(path, "a")
    content = path.read_bytes()
    if other is None:
        monkeypatch.delenv("SEGMENTATION_PRIVACY_KEY")
    else:
        monkeypatch.setenv("SEGMENTATION_PRIVACY_KEY", other)
    for action in (lambda: SuppressionList.read(path), lambda: add_to_list(path, "b")):
        with pytest.raises(PrivacyError, match=words) as caught:
            action()
        assert other is None or other == "short" or other not in str(caught.value)
        assert KEY not in str(caught.value)
    assert path.read_bytes() == content


def test_a_damaged_list_is_one_sentence(path: Path) -> None:
    path.write_text("17850\n", encoding="utf-8")
    with pytest.raises(PrivacyError, match="no list of forgotten customers"):
        SuppressionList.read(path)


def test_each_warehouse_has_a_list_of_its_own() -> None:
    assert suppression_path("/srv/shop.duckdb") == Path("/srv/shop_forgotten_customers.txt")
    assert suppression_path(":memory:") is None


def test_sql_asks_the_list_and_gives_stable_pseudonyms(path: Path) -> None:
    add_to_list(path, "b")
    with duckdb.connect() as connection:
        register_functions(connection, path)
        ids = "(values ('a'), ('b '), (null), ('é')) as ids (id)"
        query = f"select is_forgotten(id), customer_pseudonym(id) from {ids}"
        rows = connection.execute(query).fetchall()
        assert [forgotten for forgotten, _ in rows] == [False, True, None, False]
        pseudonyms = [pseudonym for _, pseudonym in rows]
        assert pseudonyms[2] is None and len(set(pseudonyms)) == 4
        assert all(len(pseudonym) == 32 for pseudonym in pseudonyms if pseudonym)
        # Of another purpose: the list cannot be searched with what is published.
        assert not {pseudonym for pseudonym in pseudonyms if pseudonym} & {
            text[:32] for text in SuppressionList.read(path).hashes
        }
        with connection.cursor() as cursor:
            assert cursor.execute(query).fetchall() == rows


@settings(deadline=None)
@given(st.text(alphabet=" \t\n\r\xa0.05aé", max_size=8))
def test_ids_are_read_as_staging_reads_them(text: str) -> None:
    """The expression is that of the staging models, as dbt compiles it."""
    trimmed = (
        "case when regexp_full_match($t, '[!-~]|[!-~].*[!-~]') then $t "
        "else nullif(trim($t, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '') end"
    )
    query = rf"select nullif(regexp_replace({trimmed}, '\.0+$', ''), '')"
    with duckdb.connect() as connection:
        ((expected,),) = connection.execute(query, {"t": text}).fetchall()
    assert (normalised_customer_id(text) or None) == expected


def test_a_database_is_written_anew_with_all_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "ware house.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create schema marts;
            create table marts.customers (id varchar primary key, name varchar not null);
            insert into marts.customers select 'c' || range, 'name ' || range from range(100000);
            create view marts.names as select name from marts.customers;
            create macro marts.by_id(x) as table (select * from "ware house".marts.customers where id = x);
            comment on table marts.customers is 'One row per customer.';
            comment on column marts.customers.name is 'A name.';
            """
        )
        connection.execute("checkpoint")
        connection.execute("delete from marts.customers where id <> 'c7'")
        connection.execute("insert into marts.customers values ('secret', 'n')")
        connection.execute("delete from marts.customers where id = 'secret'")
        before = content(connection, "ware house")
    path.chmod(0o640)
    size = path.stat().st_size
    (tmp_path / "ware house.duckdb.tmp").mkdir()
    rewrite_database(path)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert path.stat().st_size < size / 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    with duckdb.connect(str(path)) as connection:
        assert content(connection, "ware house") == before
        assert connection.execute("from marts.by_id('c7')").fetchall() == [("c7", "name 7")]
        assert connection.execute("select count(*) from marts.names").fetchall() == [(1,)]
        comments = "select comment from duckdb_columns() where column_name = 'name' and comment is not null"
        assert connection.execute(comments).fetchall() == [("A name.",)]
        with pytest.raises(duckdb.ConstraintException):
            connection.execute("insert into marts.customers values ('c7', 'again')")
