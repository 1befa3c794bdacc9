"""dbt Python models on a Spark session of this process.

dbt-spark runs Python models on Databricks alone. When dbt starts, it imports every module on its path whose
name starts with `dbt_`; this one gives dbt-spark the submission method `session`, which runs a model in the
session that the connection method `session` runs SQL in, and makes it the default there. Without dbt-spark
or PySpark it does nothing, and dbt says what is missing.
"""

from importlib.util import find_spec

__all__: list[str] = []

if all(find_spec(name) is not None for name in ("dbt.adapters.spark", "pyspark")):
    from dbt_spark_session.registration import register

    register()
