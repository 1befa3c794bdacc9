"""dbt Python models on a Spark session of this process.

dbt-spark runs Python models on Databricks alone. When dbt starts, it imports every module on its path whose
name starts with `dbt_`; this one gives dbt-spark the submission method `session`, which runs a model in the
session that the connection method `session` runs SQL in, and makes it the default there. Without dbt-spark
it does nothing.
"""

from importlib.util import find_spec

__all__: list[str] = []

if find_spec("dbt.adapters.spark") is not None:
    from dbt_spark_session.registration import register

    register()
