"""A first build of the public Online Retail file on two workers, its lines in another order.

Skipped where ../shared/data is absent.
"""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from .conftest import MODELS_ONLY, SHORT_LIVED, SparkWarehouse
from .marts import KEYS, found_differences

# Workers are processes of their own, with no packages of this project but those sent to them: the path is
# relative.
CLUSTER = {
    "SPARK_MASTER": "local-cluster[2,1,1024]",
    "SPARK_SHUFFLE_PARTITIONS": "5",
    "PYTHONPATH": "python",
}
# Without it an empty field would become a null, and a Parquet file keeps the two apart.
NO_NULL = "no such text"


@pytest.fixture(scope="module")
def invoices(shared_data: Path) -> Path:
    return shared_data / "online_retail" / "OnlineRetail.csv"


@pytest.fixture(scope="module")
def on_duckdb(invoices: Path, dbt_on_duckdb: Callable[..., Path]) -> Path:
    """In the order of the file."""
    return dbt_on_duckdb("real", variables={"invoices": str(invoices)})


@pytest.fixture(scope="module")
def on_spark(
    invoices: Path,
    dbt_on_spark: Callable[..., tuple[SparkWarehouse, str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> SparkWarehouse:
    """In any order: Parquet, whose text comes back as the CSV file has it."""
    shuffled = tmp_path_factory.mktemp("shuffled") / "shuffled.parquet"
    duckdb.sql(
        f"from read_csv('{invoices}', all_varchar = true, encoding = 'latin-1', nullstr = '{NO_NULL}') "
        "as lines order by md5(lines::varchar)"
    ).write_parquet(str(shuffled))
    warehouse, _ = dbt_on_spark(
        "build", *MODELS_ONLY, variables={"invoices": str(shuffled)}, environment=CLUSTER | SHORT_LIVED
    )
    return warehouse


@pytest.mark.parametrize("table", KEYS)
def test_a_mart_of_the_real_data(table: str, on_duckdb: Path, on_spark: SparkWarehouse) -> None:
    assert found_differences(on_duckdb, on_spark, [table], by_line=False) == []
