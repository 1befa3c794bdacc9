"""Turn the JSON events that dbt prints into a few lines for a person."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# The project's own words: log(…, info=true) and print() in macros.
PROJECT_MESSAGES = {"JinjaLogInfo", "PrintEvent"}
NODE_RESULTS = {"LogModelResult", "LogSeedResult", "LogSnapshotResult", "LogFunctionResult"}
# Warnings of tests are shown when the test ends; dbt repeats them in its summary.
REPEATED_WARNINGS = {"RunResultWarning", "RunResultWarningMessage"}

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# "Compilation Error in operation customer_segmentation-on-run-start-0 (./dbt_project.yml)"
ERROR_HEADING = re.compile(r"(?P<kind>\w+ Error)(?: in (?P<node>.+))?")
# dbt's heading over what the warehouse plugin says.
ADAPTER_NAME = re.compile(r"^\w+ adapter: ")
# The project's own errors say all in a sentence; the name of their class is for the log.
OWN_ERROR = re.compile(r"^(database_file|invoice_reader|privacy|publishing|segmentation)(\.\w+)+: ")
# dbt's trace of the macros that led to an error.
MACRO_TRACE = re.compile(r"\s*> (in macro|called by) ")


@dataclass
class BuildProgress:
    """What has happened in one dbt run so far.

    Attributes:
        n_nodes: Models, seeds and snapshots that were built.
        n_tests_passed: Data tests and unit tests that passed.
        n_skipped: Nodes that dbt left out because something above them failed.
        failures: One sentence for each failed node, in the order of dbt's summary; with its full stop where
            it says all there is to say.
        stop: What ended the whole run, in a sentence, if anything did.
        stop_is_input_fault: Whether that was the check of vars and input before the first model.
    """

    n_nodes: int = 0
    n_tests_passed: int = 0
    n_skipped: int = 0
    failures: list[str] = field(default_factory=list)
    stop: str | None = None
    stop_is_input_fault: bool = False
    _failed_node: str = ""
    _warnings: set[str] = field(default_factory=set)

    def lines(self, event: dict[str, Any]) -> Iterator[str]:
        """Take one event into account and yield the lines to show for it."""
        name = event["info"]["name"]
        message = COLOUR.sub("", event["info"]["msg"])
        data = event["data"]
        if name in PROJECT_MESSAGES:
            yield message
        elif name in NODE_RESULTS:
            yield self._node_line(data)
        elif name == "LogTestResult":
            yield from self._test_lines(data)
        elif name == "SkippingDetails":
            self.n_skipped += 1
        elif name == "RunResultFailure":
            self._failed_node = message.removeprefix("Failure in ").replace("unit_test", "unit test")
        elif name == "RunResultError":
            own = own_sentence(message)
            self.failures.append(own or f"The {self._failed_node} failed: {reason(message)}")
        elif name == "MainEncounteredError":
            self._take_stop(message.removeprefix("Encountered an error:\n"))
        elif event["info"]["level"] == "warn" and name not in REPEATED_WARNINGS:
            yield from self._warning_lines(ADAPTER_NAME.sub("", message))

    def _node_line(self, data: dict[str, Any]) -> str:
        node = data["node_info"]
        has_failed = node["node_status"] == "error"
        self.n_nodes += not has_failed
        outcome = "failed" if has_failed else f"{data['execution_time']:.1f} s"
        return f"  {node['resource_type']:<8}  {node['node_name']:<36} {outcome:>8}"

    def _test_lines(self, data: dict[str, Any]) -> Iterator[str]:
        if data["status"] == "pass":
            self.n_tests_passed += 1
        elif data["status"] == "warn":
            n_rows = data["num_failures"]
            yield f"Warning: the test {data['name']} found {n_rows} {'row' if n_rows == 1 else 'rows'}."
        else:
            yield f"  {'test':<8}  {data['name']:<36} {'failed':>8}"

    def _warning_lines(self, message: str) -> Iterator[str]:
        # dbt repeats a model's warning when it parses and when it runs the model.
        if message not in self._warnings:
            self._warnings.add(message)
            yield f"Warning: {message}"

    def _take_stop(self, message: str) -> None:
        heading, _, body = message.partition("\n")
        found = ERROR_HEADING.fullmatch(heading.strip())
        node = (found["node"] or "") if found else ""
        if found and found["kind"] == "Compilation Error" and "-on-run-start-" in node:
            self.stop_is_input_fault = True
            self.stop = without_macro_trace(body)
        elif found and found["kind"] == "Database Error" and not node:
            # dbt-duckdb's words round a failure to open the file; ours are a whole sentence.
            self.stop = without_macro_trace(body)
        else:
            where = f" in {node}" if node else ""
            self.stop = f"dbt stopped{where}: {reason(message)}"


def own_sentence(message: str) -> str:
    """The whole sentences with which a macro of the project stopped a model; empty for any other error."""
    heading, _, body = message.partition("\n")
    found = ERROR_HEADING.fullmatch(heading.strip())
    text = without_macro_trace(body)
    return text if found and found["kind"] == "Compilation Error" and text.endswith(".") else ""


def without_macro_trace(body: str) -> str:
    """The text of an error on one line, up to dbt's trace of the macros that led to it."""
    lines = []
    for line in body.splitlines():
        if MACRO_TRACE.match(line):
            break
        lines.append(line.strip())
    return " ".join(line for line in lines if line)


def reason(message: str) -> str:
    """The one line of an error that tells most: a traceback's last, otherwise the first after the heading."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    traceback_starts = [index for index, line in enumerate(lines) if line.startswith("Traceback (")]
    if traceback_starts:
        return OWN_ERROR.sub("", lines[-1]).rstrip(".")
    if len(lines) > 1 and ERROR_HEADING.fullmatch(lines[0]):
        return lines[1].rstrip(".")
    return lines[0].rstrip(".:") if lines else "dbt gave no reason"
