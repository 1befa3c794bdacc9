"""What dbt-spark's adapter learns when dbt starts."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import warnings
from typing import Any

from dbt.adapters.spark.connections import SparkConnectionManager
from dbt.adapters.spark.impl import SparkAdapter
from dbt.adapters.spark.session import Connection

from dbt_spark_session.java import require_java
from dbt_spark_session.leftovers import remove_unfinished_tables
from dbt_spark_session.submission import NoPythonJobHelper, SessionPythonJobHelper, with_ansi

METHOD = "session"
# Of a connection to a Thrift server, which has no Python.
NO_METHOD = "none"


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
    default_of_dbt_spark = adapter_class.default_python_submission_method.fget

    def python_submission_helpers(adapter: Any) -> dict[str, Any]:
        return {
            **helpers_of_dbt_spark(adapter),
            METHOD: SessionPythonJobHelper,
            NO_METHOD: NoPythonJobHelper,
        }

    def default_python_submission_method(adapter: Any) -> str:
        by_connection = {"session": METHOD, "thrift": NO_METHOD}
        method = by_connection.get(adapter.config.credentials.method)
        return method or str(default_of_dbt_spark(adapter))

    adapter_class.python_submission_helpers = property(python_submission_helpers)
    adapter_class.default_python_submission_method = property(default_python_submission_method)

    manager_class: Any = SparkConnectionManager
    open_connection = manager_class.open.__func__

    def open_with_settings(manager: Any, connection: Any) -> Any:
        opened = open_connection(manager, connection)
        # A server takes no settings with the request for a connection, although dbt-spark sends them.
        if opened.credentials.method in ("http", "thrift"):
            set_parameters(opened.handle.handle, with_ansi(opened.credentials.server_side_parameters))
        return opened

    manager_class.open = classmethod(open_with_settings)

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


def set_parameters(connection: Any, parameters: dict[str, str]) -> None:
    """Give a connection of PyHive the settings of its profile."""
    with contextlib.closing(connection.cursor()) as cursor:
        for name, value in parameters.items():
            cursor.execute(f"set {name} = {value}")
