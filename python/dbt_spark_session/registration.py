"""What dbt-spark's adapter learns when dbt starts."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from typing import Any

from dbt.adapters.spark.impl import SparkAdapter
from dbt.adapters.spark.session import Connection

from dbt_spark_session.java import require_java
from dbt_spark_session.leftovers import remove_unfinished_tables
from dbt_spark_session.submission import SessionPythonJobHelper, with_ansi

METHOD = "session"


def register() -> None:
    """Give SparkAdapter the submission method `session` and the methods of this package that macros call.

    SQL is ANSI's, which dbt-spark switches off whatever the profile says.
    """
    # Python on the workers is the one that runs dbt.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # Spark's errors reach the user through dbt; PySpark would print each a second time, as JSON.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    warnings.filterwarnings(
        "ignore", message="PySpark does not yet fully support pandas", category=FutureWarning
    )

    adapter_class: Any = SparkAdapter
    helpers_of_dbt_spark = adapter_class.python_submission_helpers.fget

    def python_submission_helpers(adapter: Any) -> dict[str, Any]:
        return {**helpers_of_dbt_spark(adapter), METHOD: SessionPythonJobHelper}

    adapter_class.python_submission_helpers = property(python_submission_helpers)
    adapter_class.default_python_submission_method = property(lambda adapter: METHOD)

    connection_class: Any = Connection
    connect = connection_class.__init__

    def connect_with_ansi(connection: Any, *, server_side_parameters: dict[str, str] | None = None) -> None:
        require_java()
        connect(connection, server_side_parameters=with_ansi(server_side_parameters))

    connection_class.__init__ = connect_with_ansi

    def prepare_inputs(request: str) -> str:
        # Imported here: dbt imports this module whatever it is going to do.
        from dbt_spark_session.inputs import prepare_inputs

        return prepare_inputs(request)

    # The methods that Jinja may call are collected when the class is made.
    for method in (prepare_inputs, remove_unfinished_tables):
        setattr(adapter_class, method.__name__, staticmethod(method))
        adapter_class._available_ = adapter_class._available_ | {method.__name__}
