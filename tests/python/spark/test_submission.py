"""Python models on a Spark session, in a project of three models."""

from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import SHORT_LIVED, DbtOnSpark, SparkWarehouse

PROJECT = """
name: tiny
version: "1.0.0"
config-version: 2
profile: segmentation
models:
  tiny:
    +file_format: parquet
    counted:
      +meta:
        step: 10
"""
MODELS = {
    "numbers.sql": "select 1 as number union all select 2 as number",
    # An Arrow table, from dbt.ref and a setting.
    "counted.py": """
def model(dbt, session):
    import pyarrow as pa

    step = dbt.config.meta_get("step")
    rows = dbt.ref("numbers").collect()
    return pa.table({"number": [row.number * step for row in rows]})
""",
    # A data frame of Spark; each run adds the numbers after the last one that is there.
    "appended.py": """
def model(dbt, session):
    dbt.config(materialized="incremental", incremental_strategy="append")
    counted = dbt.ref("counted")
    if not dbt.is_incremental:
        return counted
    largest = session.table(str(dbt.this)).agg({"number": "max"}).first()[0]
    return counted.select((counted.number + largest).alias("number"))
""",
    "broken.py": """
def model(dbt, session):
    def divide(number):
        return number / 0

    return divide(1)
""",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "models").mkdir()
    for name, text in MODELS.items():
        (folder / "models" / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def session(open_session: Callable[..., DbtOnSpark], project: Path) -> DbtOnSpark:
    return open_session(project, SHORT_LIVED)


@pytest.fixture(scope="module")
def built(session: DbtOnSpark) -> SparkWarehouse:
    session.run("build", "--exclude", "broken")
    session.run("build", "--exclude", "broken")
    return session.warehouse


def test_a_model_is_a_table_and_replaced_by_the_next_build(built: SparkWarehouse) -> None:
    assert built.rows("counted") == [(10,), (20,)]


def test_an_incremental_model_knows_its_table(built: SparkWarehouse) -> None:
    assert built.rows("appended") == [(10,), (20,), (30,), (40,)]


def test_an_error_is_told_with_the_lines_of_the_model(built: SparkWarehouse, session: DbtOnSpark) -> None:
    output = session.run("run", "--select", "broken", fails=True)
    assert "models/broken.py: division by zero" in output.replace("\\", "/")
    assert "return number / 0" in output
