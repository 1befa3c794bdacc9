"""A process with one Spark session in which dbt commands and queries follow each other.

Starting Spark and warming it up takes most of the time of a small build, so tests that need no start of
their own share one. Run as a script it is that process: it reads a request per line and answers each with a
line, in JSON.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any


class SparkApplication:
    """The process, seen from the tests; `environment` is what it starts with."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def dbt(self, arguments: list[str], folder: Path, environment: dict[str, str]) -> tuple[bool, str]:
        """Run a dbt command in a folder: whether it succeeded, and what it printed."""
        answer = self._ask(arguments=arguments, folder=str(folder), environment=environment)
        return answer["succeeded"], answer["output"]

    def query(self, sql: str) -> list[list[Any]]:
        """The rows of a query of Spark, values that JSON has not as text."""
        rows: list[list[Any]] = self._ask(query=sql)["rows"]
        return rows

    def stop(self) -> None:
        """End the process, and Spark with it."""
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait(timeout=60)

    def _ask(self, **request: Any) -> dict[str, Any]:
        assert self.process.stdin and self.process.stdout
        print(json.dumps(request), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        assert line, f"Spark's process ended with {self.process.wait()} on {request}"
        answer: dict[str, Any] = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer


def run_dbt(arguments: list[str], folder: str, environment: dict[str, str]) -> dict[str, Any]:
    """What dbt prints goes to its file descriptors, as that of Spark and of Python models does."""
    from dbt.cli.main import dbtRunner

    os.chdir(folder)
    os.environ.update(environment)
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
        result = dbtRunner().invoke(arguments)
        sys.stdout.flush()
        output.seek(0)
        text = output.read() + (f"\n{result.exception}" if result.exception else "")
    return {"succeeded": result.success, "output": text}


def run_query(query: str) -> dict[str, Any]:
    """The session is the one that dbt opened."""
    from pyspark.sql import SparkSession

    return {"rows": [list(row) for row in SparkSession.builder.getOrCreate().sql(query).collect()]}


def answer_requests() -> None:
    """Answer every line of standard input."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        for line in sys.stdin:
            request = json.loads(line)
            try:
                answer = run_query(**request) if "query" in request else run_dbt(**request)
            # The test that asked says what went wrong.
            except Exception as error:  # noqa: BLE001
                answer = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer, default=str), file=answers, flush=True)


if __name__ == "__main__":
    answer_requests()
