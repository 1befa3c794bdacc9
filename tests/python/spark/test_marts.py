"""Every mart on Spark equals the one on DuckDB: amounts to the penny, ids and names, doubles to 1e-9.

`test_real_data` builds the public Online Retail file of ../shared/data and is skipped where it is absent.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from .comparison import differences
from .conftest import MODELS_ONLY, SparkWarehouse

# The key of every mart that there is on Spark.
KEYS = {
    "cleaning_ledger": ["rule_number"],
    "clustering_comparison": ["method"],
    "country_segments": ["country"],
    "customer_attributes": ["customer_id", "attribute"],
    "customer_clusters": ["customer_id", "method"],
    "customer_rfm": ["customer_id"],
    "customer_segments": ["customer_id"],
    "invoice_lines": ["source_file", "source_line"],
    "product_segments": ["product_code"],
    "rejected_customer_attributes": ["source_file", "source_line"],
    "rejected_customer_records": ["source_file", "source_line"],
    "rejected_invoice_lines": ["source_file", "source_line"],
    "rfm_score_cut_points": ["measure", "cut_point_number"],
    "segment_attribute_profiles": ["segment_id", "attribute", "level"],
    "segment_drift": ["feature"],
    "segment_k_scan": ["k"],
    "segment_model": ["version_number", "segment_id"],
    "segment_profiles": ["segment_id"],
}
# What a method took is no result.
MEASURED = {"clustering_comparison": ["seconds"]}
# Models that dbt_project.yml leaves to DuckDB.
NOT_ON_SPARK = {"published_build", "segment_history", "segment_migration"}
# Marts that show the input by its lines: another order of the lines gives them other numbers.
BY_LINE = {"invoice_lines", "rejected_invoice_lines"}


@pytest.fixture(scope="module")
def sample_on_duckdb(duckdb_marts: Callable[..., Path]) -> Path:
    return duckdb_marts()


@pytest.fixture(scope="module")
def sample_on_spark(dbt_on_spark: Callable[..., SparkWarehouse]) -> SparkWarehouse:
    return dbt_on_spark("sample", "build", *MODELS_ONLY)


def found_differences(database: Path, warehouse: SparkWarehouse, tables: dict[str, list[str]]) -> list[str]:
    found = []
    with duckdb.connect(str(database), read_only=True) as connection:
        for table, key in tables.items():
            theirs = warehouse.relation(table)
            found += differences(connection, table, f"main.{table}", theirs, key, MEASURED.get(table, []))
    return [str(difference) for difference in found]


def test_every_mart_is_compared(sample_on_duckdb: Path) -> None:
    with duckdb.connect(str(sample_on_duckdb), read_only=True) as connection:
        query = "select table_name from information_schema.tables where table_schema = 'main'"
        tables = {name for (name,) in connection.execute(query).fetchall()}
    seeds = {"sample_invoices", "rfm_segment_rules", "segment_playbook", "non_product_stock_codes"}
    assert tables - seeds == KEYS.keys() | NOT_ON_SPARK


@pytest.mark.parametrize("table", KEYS)
def test_a_mart_of_the_sample(table: str, sample_on_duckdb: Path, sample_on_spark: SparkWarehouse) -> None:
    assert found_differences(sample_on_duckdb, sample_on_spark, {table: KEYS[table]}) == []


def test_a_difference_is_told_with_table_key_and_column(
    sample_on_duckdb: Path, sample_on_spark: SparkWarehouse
) -> None:
    with duckdb.connect(str(sample_on_duckdb), read_only=True) as connection:
        penny = "case when customer_id = '20101' then 0.01 else 0 end"
        theirs = (
            f"(select * replace (cast(monetary + {penny} as decimal(18, 2)) as monetary) "
            f"from {sample_on_spark.relation('customer_rfm')})"
        )
        (found,) = differences(connection, "customer_rfm", "main.customer_rfm", theirs, ["customer_id"])
    assert str(found).startswith("customer_rfm.monetary: 1 rows differ, the first at customer_id 20101: ")


def test_a_cluster_partitions_and_the_order_of_the_lines_change_nothing(
    dbt_on_spark: Callable[..., SparkWarehouse], sample_on_duckdb: Path, repo_root: Path, tmp_path: Path
) -> None:
    # Parquet, in another order; its text comes back as the CSV file has it.
    shuffled = tmp_path / "shuffled.parquet"
    duckdb.sql(
        f"from read_csv('{repo_root}/seeds/sample_invoices.csv', all_varchar = true) as lines "
        "order by md5(lines::varchar)"
    ).write_parquet(str(shuffled))
    other = dbt_on_spark(
        "shuffled",
        "build",
        *MODELS_ONLY,
        variables={"invoices": str(shuffled)},
        # Two workers in processes of their own, with no packages of this project but those sent to them.
        environment={
            "SPARK_SHUFFLE_PARTITIONS": "7",
            "SPARK_MASTER": "local-cluster[2,1,1024]",
            "PYTHONPATH": "python",
        },
    )
    tables = {table: key for table, key in KEYS.items() if table not in BY_LINE}
    assert found_differences(sample_on_duckdb, other, tables) == []


def test_real_data(
    shared_data: Path, duckdb_marts: Callable[..., Path], dbt_on_spark: Callable[..., SparkWarehouse]
) -> None:
    variables: dict[str, Any] = {"invoices": str(shared_data / "online_retail" / "OnlineRetail.csv")}
    on_spark = dbt_on_spark("real", "build", *MODELS_ONLY, variables=variables)
    assert found_differences(duckdb_marts(variables), on_spark, KEYS) == []
