"""What dbt-spark's adapter learns when dbt starts."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from typing import Any

from dbt.adapters.spark.impl import SparkAdapter

from dbt_spark_session.inputs import prepare_inputs
from dbt_spark_session.submission import SessionPythonJobHelper

METHOD = "session"


def register() -> None:
    """Give SparkAdapter the submission method `session` and the method `prepare_inputs` that macros call."""
    # Python on the workers is the one that runs dbt.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # Spark's errors reach the user through dbt; PySpark would print each a second time, as JSON.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas", category=FutureWarning)

    helpers_of_dbt_spark = SparkAdapter.python_submission_helpers.fget
    default_of_dbt_spark = SparkAdapter.default_python_submission_method.fget

    def python_submission_helpers(adapter: Any) -> dict[str, Any]:
        return {**helpers_of_dbt_spark(adapter), METHOD: SessionPythonJobHelper}

    def default_python_submission_method(adapter: Any) -> str:
        is_session = adapter.config.credentials.method == METHOD
        return METHOD if is_session else str(default_of_dbt_spark(adapter))

    SparkAdapter.python_submission_helpers = property(python_submission_helpers)
    SparkAdapter.default_python_submission_method = property(default_python_submission_method)
    # The methods that Jinja may call are collected when the class is made.
    SparkAdapter.prepare_inputs = staticmethod(prepare_inputs)
    SparkAdapter._available_ = SparkAdapter._available_ | {"prepare_inputs"}
