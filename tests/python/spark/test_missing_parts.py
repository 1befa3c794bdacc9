"""One sentence where Spark has no Java, or there is no PySpark."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dbt_spark_session.java import JavaNotFoundError, require_java

from .conftest import DBT, SparkWarehouse

Run = Callable[..., tuple[SparkWarehouse, str]]
COMMAND = ("build", "--select", "stg_input_files")
REMEDY = "install it (Debian and Ubuntu: apt install openjdk-17-jre-headless), or set JAVA_HOME."


def test_no_java(dbt_on_spark: Run, tmp_path: Path) -> None:
    _, output = dbt_on_spark(*COMMAND, environment={"PATH": str(tmp_path), "JAVA_HOME": ""}, fails=True)
    assert f"Spark needs Java 17 and finds no java: {REMEDY}" in output
    assert "Traceback" not in output


def test_a_java_home_without_java(dbt_on_spark: Run, tmp_path: Path) -> None:
    _, output = dbt_on_spark(*COMMAND, environment={"JAVA_HOME": str(tmp_path)}, fails=True)
    assert f"Spark needs Java 17 and finds none in JAVA_HOME ({tmp_path}): {REMEDY}" in output


def test_java_where_spark_looks_first(tmp_path: Path) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.touch()
    with pytest.raises(JavaNotFoundError):
        require_java({"JAVA_HOME": str(tmp_path), "PATH": os.environ["PATH"]})
    java.chmod(0o755)
    require_java({"JAVA_HOME": str(tmp_path), "PATH": ""})
    require_java({"PATH": str(java.parent)})


def test_no_pyspark(dbt_on_spark: Run) -> None:
    """As if it were not installed: importing it fails."""
    without = f"import sys; sys.modules['pyspark'] = None; {DBT[1]}"
    _, output = dbt_on_spark(*COMMAND, started=("-c", without), fails=True)
    assert "pip install dbt-spark[session]" in output
