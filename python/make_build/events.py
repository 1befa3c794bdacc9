"""Turn the JSON events that dbt prints into a few lines for a person."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# The project's own words in macros: log(…, info=true), and print() for what is shown at the end.
PROJECT_NOTICE = "JinjaLogInfo"
PROJECT_TABLE = "PrintEvent"
NODE_RESULTS = {"LogModelResult", "LogSeedResult", "LogSnapshotResult", "LogFunctionResult"}
# Warnings of tests are shown when the test ends; dbt repeats them in its summary.
REPEATED_WARNINGS = {"RunResultWarning", "RunResultWarningMessage"}

# Where nobody sees a status line, one line for so many nodes and tests shows that the build goes on.
NODES_PER_LINE = 10

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
        shows_nodes: Whether each model, seed and snapshot has a line.
        shows_steps: Whether one of NODES_PER_LINE has a line; shows_nodes goes first.
        n_nodes: Models, seeds and snapshots that were built.
        n_tests_passed: Data tests and unit tests that passed.
        n_skipped: Nodes that dbt left out because something above them failed.
        failures: One sentence for each failed node, in the order of dbt's summary; with its full stop where
            it says all there is to say.
        stop: What ended the whole run, in a sentence, if anything did.
        stop_is_input_fault: Whether that was the check of vars and input before the first model.
        n_done, n_total: Nodes and tests that have ended, and all of the run (0 before the first one starts).
        notices: What the project said and dbt warned of, to be repeated at the end.
    """

    shows_nodes: bool = False
    shows_steps: bool = True
    n_nodes: int = 0
    n_tests_passed: int = 0
    n_skipped: int = 0
    failures: list[str] = field(default_factory=list)
    stop: str | None = None
    stop_is_input_fault: bool = False
    n_done: int = 0
    n_total: int = 0
    notices: list[str] = field(default_factory=list)
    _failed_node: str = ""
    # Name of each running node and the second in which it started, the oldest first.
    _running: dict[str, float] = field(default_factory=dict)
    _started: float = field(default_factory=time.monotonic)

    def lines(self, event: dict[str, Any]) -> Iterator[str]:
        """Take one event into account and yield the lines to show for it."""
        name = event["info"]["name"]
        message = COLOUR.sub("", event["info"]["msg"])
        data = event["data"]
        if name == PROJECT_TABLE:
            yield message
        elif name == PROJECT_NOTICE:
            yield from self._notice_lines(message)
        elif name == "LogStartLine":
            self.n_total = data["total"]
            self._running[data["node_info"]["node_name"]] = time.monotonic()
        elif name in NODE_RESULTS:
            yield from self._node_lines(data)
        elif name == "LogTestResult":
            yield from self._test_lines(data)
        elif name == "SkippingDetails":
            self.n_skipped += 1
            self.n_done += 1
        elif name == "LogNodeNoOpResult":
            # Exposures, of which there is nothing to build.
            self._has_ended(data["node_info"]["node_name"])
        elif name == "RunResultFailure":
            self._failed_node = message.removeprefix("Failure in ").replace("unit_test", "unit test")
        elif name == "RunResultError":
            own = own_sentence(message)
            self.failures.append(own or f"The {self._failed_node} failed: {reason(message)}")
        elif name == "MainEncounteredError":
            self._take_stop(message.removeprefix("Encountered an error:\n"))
        elif event["info"]["level"] == "warn" and name not in REPEATED_WARNINGS:
            yield from self._notice_lines(f"Warning: {ADAPTER_NAME.sub('', message)}")

    def status(self) -> str:
        """Where the build is: what has ended, what has been running longest, and for how many seconds."""
        name, started = next(iter(self._running.items()), ("", self._started))
        seconds = f"{time.monotonic() - started:.0f} s"
        if name:
            return f"{self.n_done}/{self.n_total} {name}, {seconds}"
        return (
            f"{self.n_done}/{self.n_total}"
            if self.n_total
            else f"dbt reads the project and the input, {seconds}"
        )

    def _node_lines(self, data: dict[str, Any]) -> Iterator[str]:
        node = data["node_info"]
        has_failed = node["node_status"] == "error"
        self.n_nodes += not has_failed
        outcome = "failed" if has_failed else f"{data['execution_time']:.1f} s"
        is_step = self._has_ended(node["node_name"])
        if self.shows_nodes or has_failed:
            yield f"  {node['resource_type']:<8}  {node['node_name']:<36} {outcome:>8}"
        elif is_step:
            yield self._step_line(node["node_name"])

    def _test_lines(self, data: dict[str, Any]) -> Iterator[str]:
        is_step = self._has_ended(data["node_info"]["node_name"])
        if data["status"] == "pass":
            self.n_tests_passed += 1
            if is_step and not self.shows_nodes:
                yield self._step_line(data["name"])
        elif data["status"] == "warn":
            n_rows = data["num_failures"]
            yield from self._notice_lines(
                f"Warning: the test {data['name']} found {n_rows} {'row' if n_rows == 1 else 'rows'}."
            )
        else:
            yield f"  {'test':<8}  {data['name']:<36} {'failed':>8}"

    def _has_ended(self, name: str) -> bool:
        self._running.pop(name, None)
        self.n_done += 1
        return self.shows_steps and self.n_done % NODES_PER_LINE == 0

    def _step_line(self, name: str) -> str:
        return f"  {self.n_done}/{self.n_total} {name}"

    def _notice_lines(self, notice: str) -> Iterator[str]:
        # dbt repeats a model's warning when it parses and when it runs the model.
        if notice not in self.notices:
            self.notices.append(notice)
            yield notice

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
