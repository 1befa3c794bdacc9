"""Every mart on Spark equals the one on DuckDB: amounts to the penny, ids and names, doubles to 1e-9."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from .comparison import differences
from .conftest import MODELS_ONLY, DbtOnSpark, SparkWarehouse
from .marts import KEYS, MEASURED, NOT_ON_SPARK, found_differences

HISTORY = ("--select", "+segment_migration")
FEW = {"k_candidates": [3, 4, 5]}
# Three builds of the sample in one warehouse; at the last date all is built, and the model fitted anew.
DATES: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (HISTORY, FEW | {"as_of_date": "2024-03-31"}),
    (HISTORY, FEW | {"as_of_date": "2024-06-30", "refit": "never"}),
    ((), {"refit": "always"}),
]
REWRITTEN = ("main.segment_history", "main.segment_migration", "main_intermediate.int_segment_snapshots")
# A folder beside the tables.
NOT_OURS = "of_somebody_else"


@dataclass(frozen=True)
class Builds:
    """Builds of the sample in one Spark session: the tables of the last date, and of that date built `again`.

    `scored` is the row of SCORED after the last date.
    """

    session: DbtOnSpark
    last: SparkWarehouse
    again: SparkWarehouse
    scored: list[list[Any]]


# What score_customer says of every customer beside what customer_segments says.
SCORED = """
    select
        count(*),
        sum(case when customers.segment_id = scored.segment_id then 1 else 0 end),
        sum(case when customers.runner_up_segment <=> scored.runner_up_segment then 1 else 0 end),
        sum(case when customers.value_rank = scored.value_rank then 1 else 0 end),
        max(abs(customers.distance_to_centroid - scored.distance_to_centroid)) < 1e-9,
        max(abs(customers.confidence - scored.confidence)) < 1e-9
    from main.customer_segments as customers
    inner join lateral main.score_customer(
        customers.recency_days, customers.frequency, cast(customers.monetary as double)
    ) as scored
"""


@pytest.fixture(scope="module")
def on_duckdb(dbt_on_duckdb: Callable[..., Path]) -> Path:
    for arguments, variables in DATES:
        database = dbt_on_duckdb("dates", *arguments, variables=variables)
    return database


@pytest.fixture(scope="module")
def on_spark(open_session: Callable[..., DbtOnSpark], tmp_path_factory: pytest.TempPathFactory) -> Builds:
    session = open_session(environment={"JAVA_TOOL_OPTIONS": "-XX:+UseSerialGC"})
    for arguments, variables in DATES:
        session.run("build", *MODELS_ONLY, *arguments, variables=variables)
    last = session.warehouse.copied_to(tmp_path_factory.mktemp("last"))
    scored = session.application.query(SCORED)
    leave_as_a_killed_build_does(session)
    session.run("build", *MODELS_ONLY, variables=DATES[-1][1], environment={"SPARK_SHUFFLE_PARTITIONS": "7"})
    again = session.warehouse.copied_to(tmp_path_factory.mktemp("again"))
    return Builds(session, last, again, scored)


def leave_as_a_killed_build_does(session: DbtOnSpark) -> None:
    """Tables written anew have not got their names yet, and another one is being written."""
    for table in REWRITTEN:
        session.application.query(f"alter table {table} rename to {table}__rewritten")
    session.application.query("drop table main.rfm_score_cut_points")
    folder = session.warehouse.folder / "tables" / "main.db"
    for part in (folder / "rfm_score_cut_points" / "_temporary" / "part", folder / NOT_OURS / "part"):
        part.parent.mkdir(parents=True)
        part.touch()


def test_every_mart_is_compared(on_duckdb: Path, repo_root: Path) -> None:
    with duckdb.connect(str(on_duckdb), read_only=True) as connection:
        query = "select table_name from information_schema.tables where table_schema = 'main'"
        tables = {name for (name,) in connection.execute(query).fetchall()}
    seeds = {path.stem for path in (repo_root / "seeds").glob("*.csv")}
    assert tables - seeds == KEYS.keys() | NOT_ON_SPARK


@pytest.mark.parametrize("table", KEYS)
def test_a_mart_of_the_sample(table: str, on_duckdb: Path, on_spark: Builds) -> None:
    """After three dates, so that the history and the versions of the model are compared as well."""
    assert found_differences(on_duckdb, on_spark.last, [table]) == []


def test_the_history_has_three_dates_and_every_cause(on_spark: Builds) -> None:
    rows = on_spark.last.relation("segment_migration")
    query = f"select count(distinct as_of_date), list(distinct cause) from {rows}"
    ((n_dates, causes),) = duckdb.sql(query).fetchall()
    assert n_dates == 3
    assert set(causes) >= {"first_build", "arrived", "stayed", "customer", "model", "both"}


@pytest.mark.parametrize("table", KEYS)
def test_a_second_build_with_other_partitions_changes_nothing(table: str, on_spark: Builds) -> None:
    """Equal to the last digit, after a build that was killed; a fit that yields the same adds no version."""
    columns = ", ".join(MEASURED.get(table, []))
    kept = f"* exclude ({columns})" if columns else "*"
    first, second = (
        duckdb.sql(f"select {kept} from {warehouse.relation(table)} order by all").fetchall()
        for warehouse in (on_spark.last, on_spark.again)
    )
    assert first == second


def test_a_folder_that_no_build_was_writing_stays(on_spark: Builds) -> None:
    assert (on_spark.again.folder / "tables" / "main.db" / NOT_OURS / "part").exists()


def test_score_customer_agrees_with_customer_segments(on_spark: Builds) -> None:
    ((n_customers, *agreeing, same_distance, same_confidence),) = on_spark.scored
    assert n_customers == len(on_spark.last.rows("customer_segments")) > 0
    assert agreeing == [n_customers] * 3
    assert same_distance and same_confidence


def test_score_customer_gives_the_row_that_duckdb_gives(on_duckdb: Path, on_spark: Builds) -> None:
    columns = "segment_key, segment_name, value_rank, runner_up_segment, round(confidence, 9) as confidence"
    query = f"select {columns} from main.score_customer(10, 5, 500)"
    with duckdb.connect(str(on_duckdb), read_only=True) as connection:
        ours = [list(row) for row in connection.execute(query).fetchall()]
    assert on_spark.session.application.query(query) == ours


def test_a_difference_is_told_with_table_key_and_column(on_duckdb: Path, on_spark: Builds) -> None:
    with duckdb.connect(str(on_duckdb), read_only=True) as connection:
        penny = "case when customer_id = '20101' then 0.01 else 0 end"
        theirs = (
            f"(select * replace (cast(monetary + {penny} as decimal(18, 2)) as monetary) "
            f"from {on_spark.last.relation('customer_rfm')})"
        )
        (found,) = differences(connection, "customer_rfm", "main.customer_rfm", theirs, ["customer_id"])
    assert str(found).startswith("customer_rfm.monetary: 1 rows differ, the first at customer_id 20101: ")


def test_a_table_of_spark_as_input(
    on_spark: Builds, dbt_on_duckdb: Callable[..., Path], repo_root: Path, tmp_path: Path
) -> None:
    """The sample with types in a table `schema.table`, against a Parquet file of the same rows on DuckDB."""
    typed = tmp_path / "typed.parquet"
    duckdb.sql(
        "select * replace (try_cast(Quantity as integer) as Quantity, try_cast(InvoiceDate as timestamp) as "
        "InvoiceDate, try_cast(UnitPrice as double) as UnitPrice) from "
        f"read_csv('{repo_root}/seeds/sample_invoices.csv', all_varchar = true)"
    ).write_parquet(str(typed))
    for query in (
        "create database shop",
        f"create table shop.invoices using parquet as select * from parquet.`{typed}`",
    ):
        on_spark.session.application.query(query)
    select = ("--select", "+customer_rfm", "+cleaning_ledger", "+rejected_invoice_lines")
    marts = ["customer_rfm", "cleaning_ledger", "invoice_lines", "rejected_invoice_lines"]
    on_spark.session.run("build", *MODELS_ONLY, *select, variables={"invoices": "shop.invoices"})
    database = dbt_on_duckdb("typed", *select, variables={"invoices": str(typed)})
    assert found_differences(database, on_spark.session.warehouse, marts, by_line=False) == []


def test_segments_keep_their_identity_in_a_full_refresh(on_spark: Builds) -> None:
    """The last test of this warehouse: it goes on from the versions that the last builds left."""
    query = "select max(version_number), max(n_segments) from main.segment_model"
    ((last_version, n_segments),) = on_spark.session.application.query(query)
    keys = "select distinct segment_id, segment_key from main.segment_model where version_number = "
    before = on_spark.session.application.query(f"{keys} {last_version} order by 1")
    on_spark.session.run(
        "run", "--select", "segment_model", "--full-refresh", variables={"n_segments": n_segments + 1}
    )
    ((first, last),) = on_spark.session.application.query(
        "select min(version_number), max(version_number) from main.segment_model"
    )
    after = on_spark.session.application.query(f"{keys} {last} order by 1")
    assert first == last == last_version + 1
    assert len(after) == n_segments + 1
    assert sum(row in before for row in after) >= n_segments - 1
    assert not on_spark.session.application.query("show tables in main like 'segment_model__kept'")
