"""What a build that was killed left in the folders of tables, where Spark would refuse to make the table."""

from __future__ import annotations

from typing import Any

# Spark writes the files of a table here, and removes it when they are all there.
UNFINISHED = "_temporary"


def remove_unfinished_tables(schemas: list[str]) -> None:
    """Remove folders of tables that were being written and are not in the catalog; all others stay."""
    from pyspark.sql import SparkSession

    # The one that dbt opened before it runs a hook.
    spark = SparkSession.builder.getOrCreate()
    for schema in schemas:
        if spark.catalog.databaseExists(schema):
            remove_unfinished(spark, schema)


def remove_unfinished(spark: Any, schema: str) -> None:
    """As above, for one schema, on whatever file system it is."""
    tables = {row.tableName for row in spark.sql(f"show tables in `{schema}`").collect()}
    hadoop = spark._jvm.org.apache.hadoop.fs
    folder = hadoop.Path(spark.catalog.getDatabase(schema).locationUri)
    files = folder.getFileSystem(spark._jsc.hadoopConfiguration())
    if not files.exists(folder):
        return
    for entry in files.listStatus(folder):
        path = entry.getPath()
        if path.getName() not in tables and files.exists(hadoop.Path(path, UNFINISHED)):
            files.delete(path, True)
